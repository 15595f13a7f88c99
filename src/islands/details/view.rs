//! What a clinician sees around the details.

use super::{FrameWords, Progress, Signals};
use crate::islands::frame::{Trouble, view as frame};
use crate::model::address;
use crate::model::export::{ExportTaken, PdfProblem};
use leptos::prelude::*;

type Words = StoredValue<FrameWords>;

/// What the line says.
pub(super) fn line(
    signals: Signals,
    words: Words,
) -> impl Fn() -> Option<String> + Copy + Send + Sync + 'static {
    move || {
        let awake = signals.awake.get();
        let word = |words: &FrameWords| match signals.export.get() {
            Progress::Running => words.running.clone(),
            Progress::Taking => words.taking.clone(),
            Progress::Taken(ExportTaken { pdf: Ok(_), text: Some(_), .. }) => words.ready.clone(),
            _ if signals.frame.loaded.get() => words.shown.clone(),
            _ => words.loading.clone(),
        };
        awake.then(|| words.with_value(word))
    }
}

/// What is in the way, and what to do about it.
pub(super) fn trouble(
    signals: Signals,
    words: Words,
    again: impl Fn(leptos::ev::MouseEvent) + Copy + Send + 'static,
) -> impl IntoView {
    let told = move |trouble: Trouble| {
        words.with_value(|words| match trouble {
            Trouble::Slow => [words.slow.clone(), words.slow_text.clone(), words.reload.clone()],
            Trouble::Busy => [words.busy.clone(), words.busy_text.clone(), words.try_again.clone()],
            Trouble::Refused => {
                [words.refused.clone(), words.refused_text.clone(), words.try_again.clone()]
            }
        })
    };
    frame::trouble(signals.frame, told, again, move |class| full_screen(words, class))
}

/// What came of the newest export, above the frame: there it is seen.
pub(super) fn export(signals: Signals, words: Words) -> impl IntoView {
    move || {
        let (failed, came) = words.with_value(|words| outcome(words, signals.export.get()));
        view! {
            {failed.map(|(title, text)| failure(title, text))}
            {came.map(|taken| ready(signals, words, taken))}
        }
    }
}

/// What an export failed of, as a heading and a text, and what came of it.
fn outcome(
    words: &FrameWords,
    export: Progress,
) -> (Option<(String, String)>, Option<ExportTaken>) {
    let failed = |title: &str, what: &[&str]| {
        Some((title.to_owned(), [what, &[&words.again]].concat().join(" ")))
    };
    match export {
        Progress::None | Progress::Running | Progress::Taking => (None, None),
        Progress::NotTaken => (failed(&words.failed, &[&words.not_taken]), None),
        Progress::Stuck => (failed(&words.failed, &[&words.stuck]), None),
        Progress::Taken(taken) => match (&taken.pdf, &taken.text) {
            (Ok(_), Some(_)) => (None, Some(taken)),
            (Err(problem), None) => {
                (failed(&words.failed, &[pdf_problem(words, *problem), &words.text_failed]), None)
            }
            (Err(problem), Some(_)) => {
                (failed(&words.partly, &[pdf_problem(words, *problem)]), Some(taken))
            }
            (Ok(_), None) => (failed(&words.partly, &[&words.text_failed]), Some(taken)),
        },
    }
}

fn failure(title: String, text: String) -> impl IntoView {
    view! {
        <div class="notice" data-kind="error" role="alert">
            <h2>{title}</h2>
            <p>{text}</p>
        </div>
    }
}

/// What there is of an export.
fn ready(signals: Signals, words: Words, taken: ExportTaken) -> impl IntoView {
    let ExportTaken { pdf, text, kept } = taken;
    let download = pdf.ok().map(|export| {
        let address = words.with_value(|words| {
            address::fill(address::EXPORT_FILE, &[&words.id, &format!("{export}.pdf")])
        });
        view! {
            <div class="actions">
                <a class="button primary" href=address download="">{words.with_value(|words| words.download.clone())}</a>
            </div>
        }
    });
    let (title, told) = words.with_value(|words| {
        (words.ready.clone(), if kept { words.kept.clone() } else { words.not_kept.clone() })
    });
    view! {
        <section class="card export" aria-labelledby="export-title">
            <h2 id="export-title">{title}</h2>
            <p>{told}</p>
            {download}
            {text.map(|text| summary(signals, words, text))}
        </section>
    }
}

fn pdf_problem(words: &FrameWords, problem: PdfProblem) -> &str {
    match problem {
        PdfProblem::Failed => &words.pdf_failed,
        PdfProblem::OtherHost => &words.pdf_other_host,
        PdfProblem::TooLarge => &words.pdf_too_large,
        PdfProblem::NotPdf => &words.pdf_not_pdf,
        PdfProblem::Unreachable => &words.pdf_unreachable,
    }
}

/// The text, with a button that copies it.
fn summary(signals: Signals, words: Words, text: String) -> impl IntoView {
    let press = move |event: leptos::ev::MouseEvent| {
        #[cfg(feature = "hydrate")]
        crate::islands::copy::hydrated::press(
            &event,
            &words.with_value(|words| words.copied.clone()),
            signals.said,
        );
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
    words: Words,
    again: impl Fn(leptos::ev::MouseEvent) + Copy + Send + 'static,
    loaded: impl Fn(leptos::ev::Event) + Copy + Send + 'static,
) -> impl IntoView {
    let (title, reload) = words.with_value(|words| (words.title.clone(), words.reload.clone()));
    view! {
        <div class="framed">
            {frame::page(signals.frame, title, "clipboard-write", loaded)}
            {frame::reload(signals.frame, reload, again, move |class| full_screen(words, class))}
        </div>
    }
}

fn full_screen(words: Words, class: &'static str) -> impl IntoView {
    let id = words.with_value(|words| words.id.clone());
    super::new_tab(
        id,
        view! { <button class=class>{words.with_value(|words| words.full_screen.clone())}</button> },
    )
}
