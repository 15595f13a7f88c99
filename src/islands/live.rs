//! Keeps a page up to date without a reload.

use leptos::prelude::*;

/// Subscribes to the stream of changes. After a change it fetches the page again and replaces the
/// parts that are marked `data-live`, so that all rendering stays on the server.
#[island]
pub fn Live(
    /// Shown while connected.
    live: String,
    /// Shown while reconnecting.
    waiting: String,
) -> impl IntoView {
    // `None` until the first attempt: without a script nothing is shown.
    let (connected, set_connected) = signal(None::<bool>);
    Effect::new(move || {
        #[cfg(feature = "hydrate")]
        hydrated::subscribe(set_connected);
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
