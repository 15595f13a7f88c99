//! Keeps a page up to date without a reload.

use leptos::prelude::*;

/// Follows the stream of changes, which the tabs of one session share. After a change it fetches
/// the page again and replaces the parts that are marked `data-live`, so that all rendering stays
/// on the server.
#[island]
pub fn Live(
    /// The name of the stream, which all pages of one session at one site share.
    of: String,
    /// The position of the newest change that the page shows for certain.
    at: String,
    /// Shown while connected.
    live: String,
    /// Shown while reconnecting.
    waiting: String,
    /// Shown when nothing was heard for too long.
    interrupted: String,
) -> impl IntoView {
    // Until the first event: without a script nothing is shown.
    let (state, set_state) = signal("unknown");
    let (name, position) = (of.clone(), at.clone());
    Effect::new(move || {
        #[cfg(feature = "hydrate")]
        hydrated::follow(&name, &position, set_state);
        let _ = (&name, &position, set_state);
    });
    let text = move || match state.get() {
        "live" => live.clone(),
        "connecting" => waiting.clone(),
        "interrupted" => interrupted.clone(),
        _ => String::new(),
    };
    view! {
        <span class="live" role="status" data-state=move || state.get() data-of=of data-at=at>
            {text}
        </span>
    }
}

#[cfg(feature = "hydrate")]
mod hydrated;
