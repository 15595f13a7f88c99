//! Checks that the browser shows Empego's pages in a frame: the part of the connection check that a
//! server cannot do.

use crate::model::visit::NO_SANDBOX;
use leptos::prelude::*;

/// The result of the check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckState {
    /// Stays so without a script.
    Untried,
    Trying,
    /// Something loaded. A page cannot tell whether a frame of another origin shows Empego's page
    /// or the browser's refusal, so the user has to look.
    Loaded,
    /// The desk's own content security policy blocked the frame.
    Blocked,
    /// Nothing loaded in time.
    Silent,
}

/// The check. Each text has two lines: a title, and what to do.
#[island]
pub fn FrameCheck(
    /// The start page of one of Empego's origins. Names no patient.
    address: String,
    /// The title of the frame.
    title: String,
    /// The sandbox flags of the frames with patients' pages, or [`NO_SANDBOX`].
    sandbox: String,
    untried: String,
    trying: String,
    loaded: String,
    blocked: String,
    silent: String,
) -> impl IntoView {
    let state = RwSignal::new(CheckState::Untried);
    #[cfg(feature = "hydrate")]
    hydrated::begin(state);
    let text = move |line: usize| {
        let text = match state.get() {
            CheckState::Untried => &untried,
            CheckState::Trying => &trying,
            CheckState::Loaded => &loaded,
            CheckState::Blocked => &blocked,
            CheckState::Silent => &silent,
        };
        text.split('\n').nth(line).unwrap_or_default().to_owned()
    };
    let kind = move || {
        let failed = matches!(state.get(), CheckState::Blocked | CheckState::Silent);
        if failed { "error" } else { "warning" }
    };
    let heading = text.clone();
    let on_load = move |_: leptos::ev::Event| {
        #[cfg(feature = "hydrate")]
        hydrated::on_load(state);
    };
    let frame = move || {
        let (address, title, sandbox) = (address.clone(), title.clone(), sandbox.clone());
        (state.get() != CheckState::Untried).then(|| {
            view! {
                <iframe
                    title=title
                    sandbox=(sandbox != NO_SANDBOX).then_some(sandbox)
                    src=address
                    referrerpolicy="no-referrer"
                    on:load=on_load
                ></iframe>
            }
        })
    };
    view! {
        <section class="notice frame-check" data-kind=kind id="frame">
            <h2>{move || heading(0)}</h2>
            <p role="status">{move || text(1)}</p>
            {frame}
        </section>
    }
}

#[cfg(feature = "hydrate")]
mod hydrated {
    use super::CheckState;
    use crate::islands::browser::{FRAME_TIMEOUT, listen, property};
    use leptos::prelude::*;
    use wasm_bindgen::JsValue;

    pub(super) fn begin(state: RwSignal<CheckState>) {
        listen(&document(), "securitypolicyviolation", move |event: JsValue| {
            let directive = property(&event, "effectiveDirective");
            if directive.is_some_and(|directive| directive == "frame-src") {
                state.set(CheckState::Blocked);
            }
        });
        // Not before hydration is complete, which expects the DOM that the server rendered.
        queue_microtask(move || state.set(CheckState::Trying));
        set_timeout(
            move || {
                if state.get_untracked() == CheckState::Trying {
                    state.set(CheckState::Silent);
                }
            },
            FRAME_TIMEOUT,
        );
    }

    /// A blocked frame loads an error page, which does not count.
    pub(super) fn on_load(state: RwSignal<CheckState>) {
        if state.get_untracked() != CheckState::Blocked {
            state.set(CheckState::Loaded);
        }
    }
}
