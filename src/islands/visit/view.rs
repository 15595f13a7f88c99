//! The views after the start.

use super::{Phase, Signals, VisitWords};
use crate::islands::frame::{FrameProblem, view as frame};
use leptos::prelude::*;

type Words = StoredValue<VisitWords>;

/// The status line.
pub(super) fn line(
    signals: Signals,
    words: Words,
) -> impl Fn() -> Option<String> + Copy + Send + Sync + 'static {
    move || {
        let offline = signals.offline.get();
        let text = |words: &VisitWords| match signals.phase.get() {
            Phase::Start => None,
            Phase::Frame if offline => Some(words.offline.clone()),
            Phase::Frame if signals.frame.loaded.get() => Some(words.answering.clone()),
            Phase::Frame => Some(words.loading.clone()),
            Phase::Done => Some(end_text(words, signals.saving.get(), offline)),
        };
        words.with_value(text)
    }
}

/// The text at the end. The page may be closed only after the report is delivered.
fn end_text(words: &VisitWords, saving: bool, offline: bool) -> String {
    match (saving, offline) {
        (true, true) => format!("{} {}", words.saving, words.offline),
        (true, false) => words.saving.clone(),
        (false, _) => words.thank_you_text.clone(),
    }
}

/// The frame with the notices around it.
pub(super) fn frame(
    signals: Signals,
    words: Words,
    on_retry: impl Fn(leptos::ev::MouseEvent) + Copy + Send + 'static,
    on_load: impl Fn(leptos::ev::Event) + Copy + Send + 'static,
) -> impl IntoView {
    let texts = move |problem: FrameProblem| {
        words.with_value(|words| {
            let (title, text, retry) = match problem {
                FrameProblem::Slow => (&words.slow, &words.slow_text, &words.reload),
                FrameProblem::Busy => (&words.busy, &words.busy_text, &words.try_again),
                FrameProblem::Refused => {
                    (&words.staff_needed, &words.staff_needed_text, &words.try_again)
                }
            };
            [title.clone(), text.clone(), retry.clone()]
        })
    };
    let full_screen = move |class| full_screen(signals, words, class);
    let (title, stuck, reload) = words
        .with_value(|words| (words.frame_title.clone(), words.stuck.clone(), words.reload.clone()));
    let (allow, sandbox) = words.with_value(|words| (words.allow.clone(), words.sandbox.clone()));
    view! {
        <div class="framed">
            <h1 class="visually-hidden" tabindex="-1" node_ref=signals.title>{title.clone()}</h1>
            {frame::problem(signals.frame, texts, on_retry, full_screen)}
            {frame::page(signals.frame, title, allow, sandbox, on_load)}
            // Opens by itself where the frame stays unused.
            <details
                class="stuck"
                hidden=move || !signals.frame.loaded.get() || signals.frame.problem.get().is_some()
                open=move || signals.frame.idle.get()
            >
                <summary>{stuck}</summary>
                {frame::reload(signals.frame, reload, on_retry, full_screen)}
            </details>
        </div>
    }
}

/// A plain form, which redirects the whole page to Empego.
fn full_screen(signals: Signals, words: Words, class: &'static str) -> impl IntoView {
    let words = words.get_value();
    let on_submit = move |event: leptos::ev::SubmitEvent| {
        #[cfg(feature = "hydrate-patient")]
        super::hydrated::leave_by_form(signals.frame, &event);
        let _ = (signals, &event);
    };
    view! {
        <form method="post" action=words.action on:submit=on_submit>
            <input type="hidden" name="token" value=words.token/>
            <button class=class>{words.full_screen}</button>
        </form>
    }
}

/// The end of the visit.
pub(super) fn thank_you(signals: Signals, words: Words) -> impl IntoView {
    let text = move || {
        words.with_value(|words| end_text(words, signals.saving.get(), signals.offline.get()))
    };
    let heading = words.with_value(|words| words.thank_you.clone());
    let here = move || {
        let here = signals.shared.get() && !signals.saving.get();
        here.then(|| view! { <p>{words.with_value(|words| words.thank_you_here.clone())}</p> })
    };
    view! {
        <section class="message" data-kind="success">
            <h1 tabindex="-1" node_ref=signals.heading>{heading}</h1>
            <p>{text}</p>
            {here}
        </section>
    }
}
