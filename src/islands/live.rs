//! Keeps the page true without a reload.

use leptos::prelude::*;

/// Follows the stream of changes, and with each change fetches this very page again and puts every
/// part of it that is marked `data-live` in the place of the old one. The server stays the only one
/// that renders.
#[island]
pub fn Live(
    /// What it says while it follows.
    live: String,
    /// What it says while the connection is being made again.
    waiting: String,
) -> impl IntoView {
    // Nothing is said before anything is known: without a script there is no connection to make
    // again.
    let (connected, set_connected) = signal(None::<bool>);
    Effect::new(move || {
        #[cfg(feature = "hydrate")]
        hydrated::follow(set_connected);
        let _ = set_connected;
    });
    let text = move || match connected.get() {
        None => String::new(),
        Some(true) => live.clone(),
        Some(false) => waiting.clone(),
    };
    let state = move || match connected.get() {
        None => "unknown",
        Some(true) => "live",
        Some(false) => "connecting",
    };
    view! { <span class="live" role="status" data-state=state>{text}</span> }
}

#[cfg(feature = "hydrate")]
mod hydrated;
