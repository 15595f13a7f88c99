//! The patient's questionnaire: the start, the frame with its messages, and the end.

#[cfg(feature = "hydrate-patient")]
mod hydrated;
mod view;

use crate::islands::frame::{Frame, frame_words};
use leptos::prelude::*;

/// The id of the `<template>` with the island's texts, a `<data>` element each. The JSON reader of
/// island properties would add a quarter to the size of the patient bundle.
pub const WORDS: &str = "visit-words";

frame_words! {
    /// The island's texts, in the page's language.
    VisitWords {
        /// The link's token.
        token
        /// The exact origins that messages are accepted from, separated by spaces.
        origins
        /// What messages call their members (`MessageNames::to_text`).
        messages
        /// The permissions policy of the frame.
        allow
        /// The sandbox flags of the frame, separated by spaces, or `none`.
        sandbox
        /// The address of the plain form, with the page's language.
        action
        frame_title loading answering saving offline slow slow_text stuck reload full_screen
        staff_needed staff_needed_text
        /// Shown under a wrong date of birth. Contains `{left}`, the number of tries left.
        birth_wrong
        birth_required birth_bad birth_ambiguous
        busy busy_text try_again thank_you thank_you_text thank_you_here
    }
}

/// The names and ids of the fields of the date of birth: day, month and year.
pub const BIRTH_FIELDS: [&str; 3] = ["birth_day", "birth_month", "birth_year"];

/// The phase of a visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// The introduction with the start button.
    Start,
    /// The questionnaire, or loading it.
    Frame,
    Done,
}

/// The signals of a visit.
#[derive(Clone, Copy)]
pub struct Signals {
    pub phase: RwSignal<Phase>,
    pub frame: Frame,
    /// Whether the report of this link is not yet delivered.
    pub saving: RwSignal<bool>,
    pub offline: RwSignal<bool>,
    /// Whether this is a device of the clinic, which other patients use too.
    pub shared: RwSignal<bool>,
    /// The heading of the frame. Receives the focus from the start button.
    pub title: NodeRef<leptos::html::H1>,
    /// The heading of the end. Receives the focus.
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
            title: NodeRef::new(),
            heading: NodeRef::new(),
        }
    }
}

/// The patient's visit. Its children are the introduction, with a plain form that starts the
/// questionnaire without this island.
#[island]
pub fn Visit(children: Children) -> impl IntoView {
    let signals = Signals::new();
    #[cfg(feature = "hydrate-patient")]
    let (words, visit) = {
        let words = hydrated::words();
        (words.clone(), StoredValue::new_local(hydrated::begin(signals, words)))
    };
    // The server renders none of these texts.
    #[cfg(not(feature = "hydrate-patient"))]
    let words = VisitWords::default();
    let words = StoredValue::new(words);
    let on_submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        #[cfg(feature = "hydrate-patient")]
        visit.with_value(hydrated::start);
    };
    let on_retry = move |_: leptos::ev::MouseEvent| {
        #[cfg(feature = "hydrate-patient")]
        visit.with_value(|visit| {
            let visit = std::rc::Rc::clone(visit);
            crate::islands::frame::hydrated::leave(signals.frame, move || hydrated::start(&visit));
        });
    };
    let on_load = move |_: leptos::ev::Event| {
        #[cfg(feature = "hydrate-patient")]
        crate::islands::frame::hydrated::on_load(signals.frame);
    };
    let in_phase = move |phase: Phase| move || signals.phase.get() == phase;
    let not_in_phase = move |phase: Phase| move || signals.phase.get() != phase;
    view! {
        <div class="before" on:submit=on_submit hidden=not_in_phase(Phase::Start)>
            {children()}
        </div>
        // A live region has to exist before its text changes.
        <p class="line" role="status" class:visually-hidden=not_in_phase(Phase::Frame)>
            {view::line(signals, words)}
        </p>
        <Show when=in_phase(Phase::Frame)>
            {view::frame(signals, words, on_retry, on_load)}
        </Show>
        <Show when=in_phase(Phase::Done)>{view::thank_you(signals, words)}</Show>
    }
}

/// Delivers pending reports of earlier pages in this tab. On patient pages without the
/// questionnaire. Its children are shown while a report is pending.
#[island]
pub fn Deliver(children: Children) -> impl IntoView {
    let pending = RwSignal::new(false);
    #[cfg(feature = "hydrate-patient")]
    hydrated::deliver_all(pending);
    view! { <div role="status"><p hidden=move || !pending.get()>{children()}</p></div> }
}
