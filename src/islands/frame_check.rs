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
    /// Something loaded. Browsers do not tell a page whether a frame of another origin shows that
    /// origin's page or the browser's refusal, so the user has to look.
    Loaded,
    /// The page in the frame posted a message: it runs there.
    Heard,
    /// The desk's own content security policy blocked the frame.
    Blocked,
    /// Nothing loaded in time: it is not known whether anything will.
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
    heard: String,
    blocked: String,
    silent: String,
) -> impl IntoView {
    let state = RwSignal::new(CheckState::Untried);
    let node = NodeRef::<leptos::html::Iframe>::new();
    #[cfg(feature = "hydrate")]
    hydrated::begin(state, node, address.trim_end_matches('/').to_owned());
    let text = move |line: usize| {
        let text = match state.get() {
            CheckState::Untried => &untried,
            CheckState::Trying => &trying,
            CheckState::Loaded => &loaded,
            CheckState::Heard => &heard,
            CheckState::Blocked => &blocked,
            CheckState::Silent => &silent,
        };
        text.split('\n').nth(line).unwrap_or_default().to_owned()
    };
    let kind = move || match state.get() {
        CheckState::Heard => "success",
        CheckState::Blocked => "error",
        _ => "warning",
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
                    node_ref=node
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
    use js_sys::Object;
    use leptos::prelude::*;
    use wasm_bindgen::JsValue;
    use web_sys::MessageEvent;

    /// `origin` is the one of the page in the frame.
    pub(super) fn begin(
        state: RwSignal<CheckState>,
        node: NodeRef<leptos::html::Iframe>,
        origin: String,
    ) {
        listen(&window(), "message", move |event: MessageEvent| {
            let frame = node.get_untracked().and_then(|frame| frame.content_window());
            let from_frame = frame
                .zip(event.source())
                .is_some_and(|(frame, source)| Object::is(&source, &frame));
            if event.is_trusted() && from_frame && event.origin() == origin {
                state.set(CheckState::Heard);
            }
        });
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

    /// A blocked frame loads an error page, which does not count. A late load still does.
    pub(super) fn on_load(state: RwSignal<CheckState>) {
        if !matches!(state.get_untracked(), CheckState::Blocked | CheckState::Heard) {
            state.set(CheckState::Loaded);
        }
    }
}
