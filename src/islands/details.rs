//! The details of a consultation: Empego's page in a frame, and what it exports.

#[cfg(feature = "hydrate")]
mod hydrated;
mod view;

use crate::api::details::OpenDetails;
use crate::islands::frame::{Frame, frame_words};
use crate::model::export::ExportTaken;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;

/// Where the server puts what the island needs to know: a `<template>` with a `<data>` element for
/// each word. Island properties would be JSON, and reading so many of them cost the staff's bundle
/// a tenth of its bytes (design, section 12).
pub const WORDS: &str = "details-words";

frame_words! {
    /// What the island needs to know, in the page's language. Most are words of
    /// `i18n::DetailsWords` by the same names.
    FrameWords {
        /// The consultation.
        id
        /// The exact origins that messages count from, with a space between them.
        origins
        title loading shown slow slow_text busy busy_text refused refused_text try_again reload full_screen
        running taking ready kept not_kept download text_label copy copied partly failed
        pdf_failed pdf_other_host pdf_too_large pdf_not_pdf pdf_unreachable text_failed not_taken stuck again
    }
}

/// The plain form that opens the details: its answer is a redirect of a new tab to Empego, which
/// learns nothing of this one.
pub fn new_tab(id: String, button: impl IntoView + 'static) -> impl IntoView {
    let form = view! {
        <form method="post" action=OpenDetails::PATH target="_blank">
            <input type="hidden" name="id" value=id/>
            {button}
        </form>
    };
    // The macro knows `rel` of links only.
    form.attr("rel", "noopener")
}

/// Where an export stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Progress {
    /// There is none.
    None,
    /// Empego makes it.
    Running,
    /// This desk fetches it.
    Taking,
    /// It is here, or as much of it as there is.
    Taken(ExportTaken),
    /// This desk could not take it.
    NotTaken,
    /// Nothing was heard of it any more.
    Stuck,
}

/// The signals of one page. Copies of it point at the same ones.
#[derive(Clone, Copy)]
pub struct Signals {
    /// Whether the page came to life: until then a plain form stands there.
    pub awake: RwSignal<bool>,
    /// The frame with the details.
    pub frame: Frame,
    /// Where the newest export stands.
    pub export: RwSignal<Progress>,
    /// What the copy button says to those who do not see it.
    pub said: RwSignal<String>,
}

/// The details. The children are what stands there without this island: a plain form that opens
/// them in a new tab.
#[island]
pub fn Details(
    /// What stands there without this island.
    children: Children,
) -> impl IntoView {
    let signals = Signals {
        awake: RwSignal::new(false),
        frame: Frame::new(),
        export: RwSignal::new(Progress::None),
        said: RwSignal::new(String::new()),
    };
    #[cfg(feature = "hydrate")]
    let (words, details) = {
        let words = FrameWords::read(crate::islands::browser::words(WORDS));
        (words.clone(), StoredValue::new_local(hydrated::begin(signals, words)))
    };
    // The server renders the page before it comes to life, which has no word of these.
    #[cfg(not(feature = "hydrate"))]
    let words = FrameWords::default();
    let again = move |_: leptos::ev::MouseEvent| {
        #[cfg(feature = "hydrate")]
        details.with_value(hydrated::open);
    };
    let loaded = move |_: leptos::ev::Event| {
        #[cfg(feature = "hydrate")]
        crate::islands::frame::hydrated::loaded(signals.frame);
    };
    let words = StoredValue::new(words);
    view! {
        <div hidden=move || signals.awake.get()>{children()}</div>
        // The one line that is read out, there before it says anything.
        <p class="line" role="status">{view::line(signals, words)}</p>
        {move || {
            signals.awake.get().then(|| {
                (view::trouble(signals, words, again), view::export(signals, words), view::frame(signals, words, again, loaded))
            })
        }}
    }
}
