//! The patient's questionnaire: Start, the frame, what it says, and Thank you (design, section 6).

#![allow(missing_docs, reason = "the macro makes an undocumented struct of the island's properties")]

#[cfg(feature = "hydrate-patient")]
mod hydrated;

use leptos::prelude::*;

/// Where the server puts what the island needs to know: a `<template>` with a `<data>` element for each word. Island
/// properties would be JSON, and a JSON reader costs the patient's bundle a quarter of its bytes (design, section 12).
pub const WORDS: &str = "visit-words";

/// Declares the words, once for writing and for reading.
macro_rules! visit_words {
    ($($(#[$doc:meta])* $name:ident)*) => {
        /// What the island needs to know, in the page's language: the browser gets no other.
        #[derive(Clone, Debug, Default)]
        pub struct VisitWords { $($(#[$doc])* pub $name: String,)* }

        impl VisitWords {
            /// Takes each word from where the server put it.
            #[must_use]
            pub fn read(word: impl Fn(&str) -> String) -> Self {
                Self { $($name: word(stringify!($name)),)* }
            }

            /// Each word with its name.
            #[must_use]
            pub fn named(self) -> Vec<(&'static str, String)> {
                vec![$((stringify!($name), self.$name),)*]
            }
        }
    };
}

visit_words! {
    /// The link's token.
    token
    /// The exact origins that messages count from, with a space between them.
    origins
    frame_title loading answering saving offline slow slow_text reload full_screen staff_needed staff_needed_text
    busy busy_text try_again thank_you thank_you_text thank_you_here
}

/// What the patient sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// What will happen, and Start.
    Start,
    /// The questionnaire, or the way to it.
    Frame,
    /// It is answered.
    Done,
}

/// What is in the way of the questionnaire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// It takes too long.
    Slow,
    /// Empego is busy or cannot be reached.
    Busy,
    /// Only the staff can mend it.
    Staff,
}

/// The signals of one visit. Copies of it point at the same ones.
#[derive(Clone, Copy)]
pub struct Signals {
    /// What the patient sees.
    pub phase: RwSignal<Phase>,
    /// The frame's source, of which each mount gets its own.
    pub source: RwSignal<Option<String>>,
    /// Whether the frame has loaded.
    pub loaded: RwSignal<bool>,
    /// What is in the way.
    pub trouble: RwSignal<Option<Trouble>>,
    /// Whether a report waits to be delivered.
    pub saving: RwSignal<bool>,
    /// Whether the browser has no connection.
    pub offline: RwSignal<bool>,
    /// Whether this is a device that the staff handed over.
    pub shared: RwSignal<bool>,
    /// The frame itself, while it is there: only its messages count.
    pub frame: NodeRef<leptos::html::Iframe>,
    /// The heading of the end, which gets the focus.
    pub heading: NodeRef<leptos::html::H1>,
}

impl Signals {
    fn new() -> Self {
        Self {
            phase: RwSignal::new(Phase::Start),
            source: RwSignal::new(None),
            loaded: RwSignal::new(false),
            trouble: RwSignal::new(None),
            saving: RwSignal::new(false),
            offline: RwSignal::new(false),
            shared: RwSignal::new(false),
            frame: NodeRef::new(),
            heading: NodeRef::new(),
        }
    }
}

/// The patient's visit. The children are what stands there before Start, rendered by the server, with the plain form
/// that does the same without this island.
#[island]
pub fn Visit(
    /// What stands there before Start.
    children: Children,
) -> impl IntoView {
    let signals = Signals::new();
    #[cfg(feature = "hydrate-patient")]
    let (words, visit) = {
        let words = hydrated::words();
        (words.clone(), StoredValue::new_local(hydrated::begin(signals, words)))
    };
    // The server renders the page before Start, which has no word of these.
    #[cfg(not(feature = "hydrate-patient"))]
    let words = VisitWords::default();
    let words = StoredValue::new(words);
    let start = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        #[cfg(feature = "hydrate-patient")]
        visit.with_value(hydrated::start);
    };
    let again = move |_: leptos::ev::MouseEvent| {
        #[cfg(feature = "hydrate-patient")]
        visit.with_value(hydrated::start);
    };
    let loaded = move |_: leptos::ev::Event| {
        #[cfg(feature = "hydrate-patient")]
        visit.with_value(hydrated::loaded);
    };
    let in_phase = move |phase: Phase| move || signals.phase.get() == phase;
    view! {
        <div class="before" on:submit=start hidden=move || signals.phase.get() != Phase::Start>{children()}</div>
        <Show when=in_phase(Phase::Frame)>
            {frame(signals, words, again, loaded)}
        </Show>
        <Show when=in_phase(Phase::Done)>{thank_you(signals, words)}</Show>
    }
}

fn frame(
    signals: Signals,
    words: StoredValue<VisitWords>,
    again: impl Fn(leptos::ev::MouseEvent) + Copy + Send + 'static,
    loaded: impl Fn(leptos::ev::Event) + Copy + Send + 'static,
) -> impl IntoView {
    let line = move || words.with_value(|words| if signals.loaded.get() { words.answering.clone() } else { words.loading.clone() });
    let trouble = move || {
        let trouble = signals.trouble.get()?;
        let words = words.get_value();
        let (title, text, retry) = match trouble {
            Trouble::Slow => (words.slow, words.slow_text, words.reload),
            Trouble::Busy => (words.busy, words.busy_text, words.try_again),
            Trouble::Staff => (words.staff_needed, words.staff_needed_text, words.try_again),
        };
        Some(view! {
            <div class="notice" data-kind="warning" role="alert">
                <h2>{title}</h2>
                <p>{text}</p>
                <div class="actions">
                    <button class="primary" type="button" on:click=again>{retry}</button>
                    // A plain form: the answer is a redirect of the whole page to Empego.
                    <form method="post" action="/api/start_consultation">
                        <input type="hidden" name="token" value=words.token/>
                        <button>{words.full_screen}</button>
                    </form>
                </div>
            </div>
        })
    };
    let offline = move || {
        signals.offline.get().then(|| {
            words.with_value(|words| {
                view! {
                    <div class="notice" data-kind="info" role="status"><p>{words.offline.clone()}</p></div>
                }
            })
        })
    };
    let reload = move || {
        (signals.loaded.get() && signals.trouble.get().is_none()).then(|| {
            words.with_value(|words| {
                view! {
                    <div class="again"><button class="quiet" type="button" on:click=again>{words.reload.clone()}</button></div>
                }
            })
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
            <h1 class="visually-hidden" tabindex="-1">{words.with_value(|words| words.frame_title.clone())}</h1>
            <p class="line" role="status">{line}</p>
            {offline}
            {trouble}
            {source}
            {reload}
        </div>
    }
}

fn thank_you(signals: Signals, words: StoredValue<VisitWords>) -> impl IntoView {
    let words = words.get_value();
    let (saving, offline, here) = (words.saving, words.offline, words.thank_you_here);
    let line = move || if signals.offline.get() { offline.clone() } else { saving.clone() };
    view! {
        <section class="message" data-kind="success">
            <h1 tabindex="-1" node_ref=signals.heading>{words.thank_you}</h1>
            <p>{words.thank_you_text}</p>
            {move || signals.shared.get().then(|| view! { <p>{here.clone()}</p> })}
            <p role="status">{move || signals.saving.get().then(line.clone())}</p>
        </section>
    }
}
