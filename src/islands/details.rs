//! The details of a consultation: Empego's page in a frame, and its exports.

#[cfg(feature = "hydrate")]
mod hydrated;
mod view;

use crate::api::details::OpenDetails;
use crate::islands::frame::{Frame, frame_words};
use crate::model::export::FetchedExport;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;

/// The id of the `<template>` with the island's texts, a `<data>` element each. The JSON reader of
/// island properties would add a tenth to the size of the staff bundle.
pub const WORDS: &str = "details-words";

frame_words! {
    /// The island's texts, in the page's language. Most have the same names in
    /// `i18n::DetailsWords`.
    FrameWords {
        /// The consultation's id.
        id
        /// The exact origins that messages are accepted from, separated by spaces.
        origins
        /// What messages call their members (`MessageNames::to_text`).
        messages
        /// The permissions policy of the frame.
        allow
        /// The sandbox flags of the frame, separated by spaces, or `none`.
        sandbox
        title loading shown slow slow_text busy busy_text refused refused_text
        try_again reload full_screen running taking ready kept not_kept download
        text_label copy copied partly failed pdf_failed pdf_other_host pdf_too_large
        pdf_not_pdf pdf_unreachable pdf_expired text_failed not_taken stuck too_large again
    }
}

/// The plain form that opens the details in a new tab, by a redirect to Empego. The new tab has no
/// access to this one.
pub fn new_tab(id: String, button: impl IntoView + 'static) -> impl IntoView {
    let form = view! {
        <form method="post" action=OpenDetails::PATH target="_blank">
            <input type="hidden" name="id" value=id/>
            {button}
        </form>
    };
    // The view macro has no `rel` for forms.
    form.attr("rel", "noopener")
}

/// The state of the newest export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExportState {
    None,
    /// Empego prepares it.
    Running,
    /// The desk fetches it.
    Fetching,
    /// Fetched, at least in part.
    Fetched(FetchedExport),
    /// The desk could not fetch it.
    FetchFailed,
    /// Empego did not finish it in time.
    TimedOut,
    /// Empego's message about it is longer than the desk reads.
    TooLarge,
}

/// The signals of the page.
#[derive(Clone, Copy)]
pub struct Signals {
    /// Whether hydration is complete. Until then the plain form is shown.
    pub hydrated: RwSignal<bool>,
    pub frame: Frame,
    pub export: RwSignal<ExportState>,
    /// The announcement of the copy button.
    pub copy_status: RwSignal<String>,
}

/// The details. Without this island, its children are shown: a plain form that opens the details in
/// a new tab.
#[island]
pub fn Details(children: Children) -> impl IntoView {
    let signals = Signals {
        hydrated: RwSignal::new(false),
        frame: Frame::new(),
        export: RwSignal::new(ExportState::None),
        copy_status: RwSignal::new(String::new()),
    };
    #[cfg(feature = "hydrate")]
    let (words, details) = {
        let words = FrameWords::read(crate::islands::browser::template_texts(WORDS));
        (words.clone(), StoredValue::new_local(hydrated::begin(signals, words)))
    };
    // The server renders none of these texts.
    #[cfg(not(feature = "hydrate"))]
    let words = FrameWords::default();
    let on_retry = move |_: leptos::ev::MouseEvent| {
        #[cfg(feature = "hydrate")]
        details.with_value(|details| {
            let details = std::rc::Rc::clone(details);
            crate::islands::frame::hydrated::leave(signals.frame, move || hydrated::open(&details));
        });
    };
    let on_load = move |_: leptos::ev::Event| {
        #[cfg(feature = "hydrate")]
        crate::islands::frame::hydrated::on_load(signals.frame);
    };
    let words = StoredValue::new(words);
    view! {
        <div hidden=move || signals.hydrated.get()>{children()}</div>
        // A live region has to exist before its text changes.
        <p class="line" role="status">{view::line(signals, words)}</p>
        {move || {
            signals.hydrated.get().then(|| {
                (
                    view::problem(signals, words, on_retry),
                    view::export(signals, words),
                    view::frame(signals, words, on_retry, on_load),
                )
            })
        }}
    }
}
