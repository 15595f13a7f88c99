//! What a clinician sees around the details.

use super::{FrameWords, Place, Progress, Signals, Trouble};
use crate::model::export::{ExportTaken, PdfProblem};
use leptos::prelude::*;

type Words = StoredValue<FrameWords>;

/// What the line says.
pub(super) fn line(signals: Signals, words: Words) -> impl Fn() -> Option<String> + Copy + Send + Sync + 'static {
    move || {
        let awake = signals.awake.get();
        let word = |words: &FrameWords| match signals.export.get() {
            Progress::Running => words.running.clone(),
            Progress::Taking => words.taking.clone(),
            Progress::Taken(ExportTaken { pdf: Ok(_), text: Some(_), .. }) => words.ready.clone(),
            _ if signals.loaded.get() => words.shown.clone(),
            _ => words.loading.clone(),
        };
        awake.then(|| words.with_value(word))
    }
}

/// What is in the way, and what to do about it.
pub(super) fn trouble(
    signals: Signals,
    place: StoredValue<Place>,
    words: Words,
    again: impl Fn(leptos::ev::MouseEvent) + Copy + Send + 'static,
) -> impl IntoView {
    move || {
        let trouble = signals.trouble.get()?;
        let (title, text, retry) = words.with_value(|words| match trouble {
            Trouble::Slow => (words.slow.clone(), words.slow_text.clone(), words.reload.clone()),
            Trouble::Busy => (words.busy.clone(), words.busy_text.clone(), words.try_again.clone()),
            Trouble::Refused => (words.refused.clone(), words.refused_text.clone(), words.try_again.clone()),
        });
        // The whole window fares no better where Empego says no.
        let full_screen = (trouble != Trouble::Refused).then(|| full_screen(place, words, ""));
        Some(view! {
            <div class="notice" data-kind="warning" role="alert">
                <h2>{title}</h2>
                <p>{text}</p>
                <div class="actions">
                    <button class="primary" type="button" on:click=again>{retry}</button>
                    {full_screen}
                </div>
            </div>
        })
    }
}

/// What came of the newest export, above the frame: there it is seen.
pub(super) fn export(signals: Signals, place: StoredValue<Place>, words: Words) -> impl IntoView {
    move || {
        let word = |pick: fn(&FrameWords) -> &String| words.with_value(|words| pick(words).clone());
        match signals.export.get() {
            Progress::None | Progress::Running | Progress::Taking => ().into_any(),
            Progress::NotTaken => failure(words, word(|words| &words.failed), vec![word(|words| &words.not_taken)]).into_any(),
            Progress::Stuck => failure(words, word(|words| &words.failed), vec![word(|words| &words.stuck)]).into_any(),
            Progress::Taken(taken) => came(signals, place, words, taken).into_any(),
        }
    }
}

/// What an export failed of, and what to do.
fn failure(words: Words, title: String, what: Vec<String>) -> impl IntoView {
    let what = what.into_iter().map(|sentence| view! { <p>{sentence}</p> }).collect_view();
    view! {
        <div class="notice" data-kind="error" role="alert">
            <h2>{title}</h2>
            {what}
            <p>{words.with_value(|words| words.again.clone())}</p>
        </div>
    }
}

fn came(signals: Signals, place: StoredValue<Place>, words: Words, taken: ExportTaken) -> impl IntoView {
    let ExportTaken { pdf, text, kept } = taken;
    let missing: Vec<String> = words.with_value(|words| {
        let pdf = pdf.as_ref().err().map(|problem| pdf_problem(words, *problem));
        pdf.into_iter().chain(text.is_none().then(|| words.text_failed.clone())).collect()
    });
    let (all, none) = (missing.is_empty(), pdf.is_err() && text.is_none());
    let failure = (!all).then(|| {
        let title = words.with_value(|words| if none { words.failed.clone() } else { words.partly.clone() });
        failure(words, title, missing)
    });
    let download = pdf.ok().map(|export| {
        let address = place.with_value(|place| format!("/consultations/{}/exports/{export}.pdf", place.id));
        view! { <a class="button primary" href=address download="">{words.with_value(|words| words.download.clone())}</a> }
    });
    let summary = text.map(|text| summary(signals, words, text));
    let ready = (!none).then(|| {
        let (title, told) = words.with_value(|words| (words.ready.clone(), if kept { words.kept.clone() } else { words.not_kept.clone() }));
        view! {
            <section class="card export" aria-labelledby="export-title">
                <h2 id="export-title">{title}</h2>
                <p>{told}</p>
                {download.map(|download| view! { <div class="actions">{download}</div> })}
                {summary}
            </section>
        }
    });
    view! { {failure}{ready} }
}

fn pdf_problem(words: &FrameWords, problem: PdfProblem) -> String {
    match problem {
        PdfProblem::Failed => &words.pdf_failed,
        PdfProblem::OtherHost => &words.pdf_other_host,
        PdfProblem::TooLarge => &words.pdf_too_large,
        PdfProblem::NotPdf => &words.pdf_not_pdf,
        PdfProblem::Unreachable => &words.pdf_unreachable,
    }
    .clone()
}

/// The text, with a button that copies it.
fn summary(signals: Signals, words: Words, text: String) -> impl IntoView {
    let press = move |event: leptos::ev::MouseEvent| {
        #[cfg(feature = "hydrate")]
        crate::islands::copy::hydrated::press(&event, &words.with_value(|words| words.copied.clone()), signals.said);
        let _ = &event;
    };
    let (label, copy) = words.with_value(|words| (words.text_label.clone(), words.copy.clone()));
    view! {
        <div class="field">
            <label for="export-text">{label}</label>
            <textarea id="export-text" rows="8" readonly>{text}</textarea>
        </div>
        <div class="actions" on:click=press><button type="button" data-copy="export-text">{copy}</button></div>
        <p class="visually-hidden" role="status">{move || signals.said.get()}</p>
    }
}

/// The frame, and how to load it again.
pub(super) fn frame(
    signals: Signals,
    place: StoredValue<Place>,
    words: Words,
    again: impl Fn(leptos::ev::MouseEvent) + Copy + Send + 'static,
    loaded: impl Fn(leptos::ev::Event) + Copy + Send + 'static,
) -> impl IntoView {
    let source = move || {
        signals.source.get().map(|source| {
            view! {
                <iframe
                    node_ref=signals.frame
                    title=words.with_value(|words| words.title.clone())
                    src=source
                    allow="clipboard-write"
                    referrerpolicy="strict-origin"
                    aria-busy=move || (!signals.loaded.get()).then_some("true")
                    on:load=loaded
                ></iframe>
            }
        })
    };
    // Also when the frame has loaded: a browser tells the same of a page that it refused to show in a frame.
    let reload = move || {
        (signals.loaded.get() && signals.trouble.get().is_none()).then(|| {
            view! {
                <div class="again">
                    <button class="quiet" type="button" on:click=again>{words.with_value(|words| words.reload.clone())}</button>
                    {full_screen(place, words, "quiet")}
                </div>
            }
        })
    };
    view! { <div class="framed">{source}{reload}</div> }
}

fn full_screen(place: StoredValue<Place>, words: Words, class: &'static str) -> impl IntoView {
    let id = place.with_value(|place| place.id.clone());
    super::new_tab(id, view! { <button class=class>{words.with_value(|words| words.full_screen.clone())}</button> })
}
