//! Whether Empego's pages show in a frame in this very browser: the part of the connection check
//! that no server can do.

#[cfg(feature = "hydrate")]
mod hydrated;

use leptos::prelude::*;

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Frame {
    /// Not tried yet; without a script it stays so.
    Untried,
    /// On its way.
    Trying,
    /// Something loaded. Whether it is Empego's page or the browser's refusal to show it, only
    /// whoever looks can tell: a frame of another origin tells this page nothing.
    Loaded,
    /// This desk's own policy kept it out.
    Blocked,
    /// Nothing loaded in time.
    Silent,
}

/// The check. Each text is a line's title and what to do, with a line break between them.
#[island]
pub fn FrameCheck(
    /// What is loaded: the start of an origin of Empego's, which is about no patient.
    address: String,
    /// What the frame is called.
    title: String,
    /// Not tried yet.
    untried: String,
    /// On its way.
    trying: String,
    /// Something loaded.
    loaded: String,
    /// This desk's own policy kept it out.
    blocked: String,
    /// Nothing loaded in time.
    silent: String,
) -> impl IntoView {
    let frame = RwSignal::new(Frame::Untried);
    #[cfg(feature = "hydrate")]
    hydrated::begin(frame);
    let text = move |line: usize| {
        let text = match frame.get() {
            Frame::Untried => &untried,
            Frame::Trying => &trying,
            Frame::Loaded => &loaded,
            Frame::Blocked => &blocked,
            Frame::Silent => &silent,
        };
        text.split('\n').nth(line).unwrap_or_default().to_owned()
    };
    let kind = move || {
        if matches!(frame.get(), Frame::Blocked | Frame::Silent) { "error" } else { "warning" }
    };
    let heading = text.clone();
    let on_load = move |_: leptos::ev::Event| {
        #[cfg(feature = "hydrate")]
        hydrated::loaded(frame);
    };
    let shown = move || {
        let (address, title) = (address.clone(), title.clone());
        (frame.get() != Frame::Untried)
            .then(|| view! { <iframe title=title src=address referrerpolicy="no-referrer" on:load=on_load></iframe> })
    };
    view! {
        <section class="notice frame-check" data-kind=kind id="frame">
            <h2>{move || heading(0)}</h2>
            <p role="status">{move || text(1)}</p>
            {shown}
        </section>
    }
}
