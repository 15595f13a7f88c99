//! The views around the details.

use super::{ExportState, FrameWords, Signals};
use crate::islands::frame::{FrameProblem, view as frame};
use crate::model::address;
use crate::model::export::{FetchedExport, PdfProblem};
use leptos::prelude::*;

type Words = StoredValue<FrameWords>;

/// The status line.
pub(super) fn line(
    signals: Signals,
    words: Words,
) -> impl Fn() -> Option<String> + Copy + Send + Sync + 'static {
    move || {
        let hydrated = signals.hydrated.get();
        let text = |words: &FrameWords| match signals.export.get() {
            ExportState::Running => words.running.clone(),
            ExportState::Fetching => words.taking.clone(),
            ExportState::Fetched(FetchedExport { pdf: Ok(_), text: Some(_), .. }) => {
                words.ready.clone()
            }
            _ if signals.frame.loaded.get() => words.shown.clone(),
            _ => words.loading.clone(),
        };
        hydrated.then(|| words.with_value(text))
    }
}

/// The notice about a problem of the frame.
pub(super) fn problem(
    signals: Signals,
    words: Words,
    on_retry: impl Fn(leptos::ev::MouseEvent) + Copy + Send + 'static,
) -> impl IntoView {
    let texts = move |problem: FrameProblem| {
        words.with_value(|words| {
            let (title, text, retry) = match problem {
                FrameProblem::Slow => (&words.slow, &words.slow_text, &words.reload),
                FrameProblem::Busy => (&words.busy, &words.busy_text, &words.try_again),
                FrameProblem::Refused => (&words.refused, &words.refused_text, &words.try_again),
            };
            [title.clone(), text.clone(), retry.clone()]
        })
    };
    frame::problem(signals.frame, texts, on_retry, move |class| full_screen(words, class))
}

/// The newest export, above the frame, where it is visible.
pub(super) fn export(signals: Signals, words: Words) -> impl IntoView {
    move || {
        let (failed, fetched) = words.with_value(|words| outcome(words, signals.export.get()));
        view! {
            {failed.map(|(title, text)| failure(title, text))}
            {fetched.map(|export| ready(signals, words, export))}
        }
    }
}

/// The heading and text of a failure, and the part of the export that was fetched.
fn outcome(
    words: &FrameWords,
    export: ExportState,
) -> (Option<(String, String)>, Option<FetchedExport>) {
    let failed = |title: &str, causes: &[&str]| {
        Some((title.to_owned(), [causes, &[&words.again]].concat().join(" ")))
    };
    match export {
        ExportState::None | ExportState::Running | ExportState::Fetching => (None, None),
        ExportState::FetchFailed => (failed(&words.failed, &[&words.not_taken]), None),
        ExportState::TimedOut => (failed(&words.failed, &[&words.stuck]), None),
        // Exporting again would bring the same.
        ExportState::TooLarge => (Some((words.failed.clone(), words.too_large.clone())), None),
        ExportState::Fetched(export) => match (&export.pdf, &export.text) {
            (Ok(_), Some(_)) => (None, Some(export)),
            (Err(problem), None) => {
                (failed(&words.failed, &[pdf_problem(words, *problem), &words.text_failed]), None)
            }
            (Err(problem), Some(_)) => {
                (failed(&words.partly, &[pdf_problem(words, *problem)]), Some(export))
            }
            (Ok(_), None) => (failed(&words.partly, &[&words.text_failed]), Some(export)),
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

/// The fetched part of an export.
fn ready(signals: Signals, words: Words, export: FetchedExport) -> impl IntoView {
    let FetchedExport { pdf, text, kept } = export;
    let download = pdf.ok().map(|export| {
        let (address, label) = words.with_value(|words| {
            let file = format!("{export}.pdf");
            (address::fill(address::EXPORT_FILE, &[&words.id, &file]), words.download.clone())
        });
        view! {
            <div class="actions">
                <a class="button primary" href=address download="">{label}</a>
            </div>
        }
    });
    let (title, retention) = words.with_value(|words| {
        (words.ready.clone(), if kept { words.kept.clone() } else { words.not_kept.clone() })
    });
    view! {
        <section class="card export" aria-labelledby="export-title">
            <h2 id="export-title">{title}</h2>
            <p>{retention}</p>
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
        PdfProblem::Expired => &words.pdf_expired,
    }
}

/// The text summary with a copy button.
fn summary(signals: Signals, words: Words, text: String) -> impl IntoView {
    let on_click = move |event: leptos::ev::MouseEvent| {
        #[cfg(feature = "hydrate")]
        crate::islands::copy::hydrated::on_click(
            &event,
            &words.with_value(|words| words.copied.clone()),
            signals.copy_status,
        );
        let _ = &event;
    };
    let (label, copy) = words.with_value(|words| (words.text_label.clone(), words.copy.clone()));
    view! {
        <div class="field">
            <label for="export-text">{label}</label>
            <textarea id="export-text" rows="8" readonly>{text}</textarea>
        </div>
        <div class="actions" on:click=on_click>
            <button type="button" data-copy="export-text">{copy}</button>
        </div>
        <p class="visually-hidden" role="status">{move || signals.copy_status.get()}</p>
    }
}

/// The frame with its reload button.
pub(super) fn frame(
    signals: Signals,
    words: Words,
    on_retry: impl Fn(leptos::ev::MouseEvent) + Copy + Send + 'static,
    on_load: impl Fn(leptos::ev::Event) + Copy + Send + 'static,
) -> impl IntoView {
    let (title, reload) = words.with_value(|words| (words.title.clone(), words.reload.clone()));
    let (allow, sandbox) = words.with_value(|words| (words.allow.clone(), words.sandbox.clone()));
    let full_screen = move |class| full_screen(words, class);
    view! {
        <div class="framed">
            {frame::page(signals.frame, title, allow, sandbox, on_load)}
            {frame::reload(signals.frame, reload, on_retry, full_screen)}
        </div>
    }
}

fn full_screen(words: Words, class: &'static str) -> impl IntoView {
    let (id, label) = words.with_value(|words| (words.id.clone(), words.full_screen.clone()));
    super::new_tab(id, view! { <button class=class>{label}</button> })
}
