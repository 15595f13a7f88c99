//! The patient's questionnaire: Start, the frame, what it says, and Thank you (design, section 6).

#[cfg(feature = "hydrate-patient")]
mod hydrated;
mod view;
#[cfg(feature = "hydrate-patient")]
mod waiting;

use crate::islands::frame::{Frame, frame_words};
use leptos::prelude::*;

/// Where the server puts what the island needs to know: a `<template>` with a `<data>` element for
/// each word. Island properties would be JSON, and a JSON reader costs the patient's bundle a
/// quarter of its bytes (design, section 12).
pub const WORDS: &str = "visit-words";

frame_words! {
    /// What the island needs to know, in the page's language: the browser gets no other.
    VisitWords {
        /// The link's token.
        token
        /// The exact origins that messages count from, with a space between them.
        origins
        /// Where the plain form goes, with the language in which it is answered.
        action
        frame_title loading answering saving offline slow slow_text reload full_screen staff_needed staff_needed_text
        /// What to read under a date of birth that was not taken, with the place for how many tries
        /// are left; and where none was entered.
        birth_wrong birth_required
        busy busy_text try_again thank_you thank_you_text thank_you_here
    }
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

/// The signals of one visit. Copies of it point at the same ones.
#[derive(Clone, Copy)]
pub struct Signals {
    /// What the patient sees.
    pub phase: RwSignal<Phase>,
    /// The frame with the questionnaire.
    pub frame: Frame,
    /// Whether a report waits to be delivered.
    pub saving: RwSignal<bool>,
    /// Whether the browser has no connection.
    pub offline: RwSignal<bool>,
    /// Whether this is a device that the staff handed over.
    pub shared: RwSignal<bool>,
    /// What was wrong with the date of birth.
    pub refused: RwSignal<Option<String>>,
    /// The frame's heading, which gets the focus when a button that had it is gone.
    pub title: NodeRef<leptos::html::H1>,
    /// The heading of the end, which gets the focus.
    pub heading: NodeRef<leptos::html::H1>,
}

impl Signals {
    fn new() -> Self {
        Self {
            phase: RwSignal::new(Phase::Start),
            frame: Frame::new(),
            saving: RwSignal::new(false),
            offline: RwSignal::new(false),
            shared: RwSignal::new(false),
            refused: RwSignal::new(None),
            title: NodeRef::new(),
            heading: NodeRef::new(),
        }
    }
}

/// The patient's visit. The children are what stands there before Start, rendered by the server,
/// with the plain form that does the same without this island.
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
        crate::islands::frame::hydrated::loaded(signals.frame);
    };
    let in_phase = move |phase: Phase| move || signals.phase.get() == phase;
    let refused = move || {
        signals.refused.get().map(|text| view! { <p class="error" role="alert">{text}</p> })
    };
    view! {
        {refused}
        <div class="before" on:submit=start hidden=move || signals.phase.get() != Phase::Start>{children()}</div>
        // The one line that is read out, there before it says anything.
        <p class="line" role="status" class:visually-hidden=move || signals.phase.get() != Phase::Frame>{view::line(signals, words)}</p>
        <Show when=in_phase(Phase::Frame)>
            {view::frame(signals, words, again, loaded)}
        </Show>
        <Show when=in_phase(Phase::Done)>{view::thank_you(signals, words)}</Show>
    }
}

/// On every other page of a patient's: delivers what an earlier page of this tab could not. The
/// children tell that it is under way.
#[island]
pub fn Deliver(
    /// What to read while something waits.
    children: Children,
) -> impl IntoView {
    let waits = RwSignal::new(false);
    #[cfg(feature = "hydrate-patient")]
    hydrated::deliver_all(waits);
    view! { <div role="status"><p hidden=move || !waits.get()>{children()}</p></div> }
}
