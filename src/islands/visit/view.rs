//! What the patient sees after Start.

use super::{Phase, Signals, VisitWords};
use crate::islands::frame::{Trouble, view as frame};
use leptos::prelude::*;

type Words = StoredValue<VisitWords>;

/// What the line says.
pub(super) fn line(
    signals: Signals,
    words: Words,
) -> impl Fn() -> Option<String> + Copy + Send + Sync + 'static {
    move || {
        let offline = signals.offline.get();
        let word = |words: &VisitWords| match signals.phase.get() {
            Phase::Start => None,
            Phase::Frame if offline => Some(words.offline.clone()),
            Phase::Frame if signals.frame.loaded.get() => Some(words.answering.clone()),
            Phase::Frame => Some(words.loading.clone()),
            Phase::Done => Some(told(words, signals.saving.get(), offline)),
        };
        words.with_value(word)
    }
}

/// What is true at the end: only what was delivered is done.
fn told(words: &VisitWords, saving: bool, offline: bool) -> String {
    match (saving, offline) {
        (true, true) => format!("{} {}", words.saving, words.offline),
        (true, false) => words.saving.clone(),
        (false, _) => words.thank_you_text.clone(),
    }
}

/// The frame, and what is said around it.
pub(super) fn frame(
    signals: Signals,
    words: Words,
    again: impl Fn(leptos::ev::MouseEvent) + Copy + Send + 'static,
    loaded: impl Fn(leptos::ev::Event) + Copy + Send + 'static,
) -> impl IntoView {
    let told = move |trouble: Trouble| {
        words.with_value(|words| match trouble {
            Trouble::Slow => [words.slow.clone(), words.slow_text.clone(), words.reload.clone()],
            Trouble::Busy => [words.busy.clone(), words.busy_text.clone(), words.try_again.clone()],
            Trouble::Refused => [
                words.staff_needed.clone(),
                words.staff_needed_text.clone(),
                words.try_again.clone(),
            ],
        })
    };
    let full_screen = move |class| full_screen(words, class);
    let (title, reload) =
        words.with_value(|words| (words.frame_title.clone(), words.reload.clone()));
    view! {
        <div class="framed">
            <h1 class="visually-hidden" tabindex="-1" node_ref=signals.title>{title.clone()}</h1>
            {frame::trouble(signals.frame, told, again, full_screen)}
            {frame::page(signals.frame, title, "camera; clipboard-write", loaded)}
            {frame::reload(signals.frame, reload, again, full_screen)}
        </div>
    }
}

/// A plain form: the answer is a redirect of the whole page to Empego.
fn full_screen(words: Words, class: &'static str) -> impl IntoView {
    let words = words.get_value();
    view! {
        <form method="post" action=words.action>
            <input type="hidden" name="token" value=words.token/>
            <button class=class>{words.full_screen}</button>
        </form>
    }
}

/// The end.
pub(super) fn thank_you(signals: Signals, words: Words) -> impl IntoView {
    let text =
        move || words.with_value(|words| told(words, signals.saving.get(), signals.offline.get()));
    let here = move || {
        let here = signals.shared.get() && !signals.saving.get();
        here.then(|| view! { <p>{words.with_value(|words| words.thank_you_here.clone())}</p> })
    };
    view! {
        <section class="message" data-kind="success">
            <h1 tabindex="-1" node_ref=signals.heading>{words.with_value(|words| words.thank_you.clone())}</h1>
            <p>{text}</p>
            {here}
        </section>
    }
}
