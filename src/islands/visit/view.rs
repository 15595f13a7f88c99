//! What the patient sees after Start.

use super::{Phase, Signals, Trouble, VisitWords};
use leptos::prelude::*;

type Words = StoredValue<VisitWords>;

/// What the line says.
pub(super) fn line(signals: Signals, words: Words) -> impl Fn() -> Option<String> + Copy + Send + Sync + 'static {
    move || {
        let offline = signals.offline.get();
        let word = |words: &VisitWords| match signals.phase.get() {
            Phase::Start => None,
            Phase::Frame if offline => Some(words.offline.clone()),
            Phase::Frame if signals.loaded.get() => Some(words.answering.clone()),
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
    let trouble = move || {
        let trouble = signals.trouble.get()?;
        let (title, text, retry) = words.with_value(|words| match trouble {
            Trouble::Slow => (words.slow.clone(), words.slow_text.clone(), words.reload.clone()),
            Trouble::Busy => (words.busy.clone(), words.busy_text.clone(), words.try_again.clone()),
            Trouble::Staff => (words.staff_needed.clone(), words.staff_needed_text.clone(), words.try_again.clone()),
        });
        // The whole window fares no better where only the staff can help.
        let full_screen = (trouble != Trouble::Staff).then(|| full_screen(words, ""));
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
    };
    // Also when the frame has loaded: a browser tells the same of a page that it refused to show in a frame.
    let reload = move || {
        (signals.loaded.get() && signals.trouble.get().is_none()).then(|| {
            view! {
                <div class="again">
                    <button class="quiet" type="button" on:click=again>{words.with_value(|words| words.reload.clone())}</button>
                    {full_screen(words, "quiet")}
                </div>
            }
        })
    };
    let source = move || {
        signals.source.get().map(|source| {
            view! {
                <iframe
                    node_ref=signals.frame
                    title=words.with_value(|words| words.frame_title.clone())
                    src=source
                    allow="camera; clipboard-write"
                    referrerpolicy="strict-origin"
                    aria-busy=move || (!signals.loaded.get()).then_some("true")
                    on:load=loaded
                ></iframe>
            }
        })
    };
    view! {
        <div class="framed">
            <h1 class="visually-hidden" tabindex="-1" node_ref=signals.title>{words.with_value(|words| words.frame_title.clone())}</h1>
            {trouble}
            {source}
            {reload}
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
    let text = move || words.with_value(|words| told(words, signals.saving.get(), signals.offline.get()));
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
