//! The views of a frame.

use super::{Frame, FrameProblem};
use crate::model::visit::NO_SANDBOX;
use leptos::prelude::*;

/// The notice about a problem. `texts` returns its heading, its text and the label of the retry
/// button; `full_screen` a form that opens the page in the whole window, with a button of this
/// class.
pub fn problem<V: IntoView + 'static>(
    frame: Frame,
    texts: impl Fn(FrameProblem) -> [String; 3] + Send + 'static,
    on_retry: impl Fn(leptos::ev::MouseEvent) + Copy + Send + 'static,
    full_screen: impl Fn(&'static str) -> V + Send + 'static,
) -> impl IntoView {
    move || {
        let problem = frame.problem.get()?;
        let [title, text, retry] = texts(problem);
        // Full screen does not help when Empego refuses.
        let full_screen = (problem != FrameProblem::Refused).then(|| full_screen(""));
        Some(view! {
            <div class="notice" data-kind="warning" role="alert">
                <h2>{title}</h2>
                <p>{text}</p>
                <div class="actions">
                    <button class="primary" type="button" on:click=on_retry>{retry}</button>
                    {full_screen}
                </div>
            </div>
        })
    }
}

/// The frame, while it has a source. `allow` is its permissions policy; `sandbox` are its sandbox
/// flags, or [`NO_SANDBOX`].
pub fn page(
    frame: Frame,
    title: String,
    allow: String,
    sandbox: String,
    on_load: impl Fn(leptos::ev::Event) + Copy + Send + 'static,
) -> impl IntoView {
    move || {
        frame.source.get().map(|source| {
            view! {
                <iframe
                    node_ref=frame.node
                    title=title.clone()
                    // Before the source: flags count for what is loaded after them.
                    sandbox=(sandbox != NO_SANDBOX).then(|| sandbox.clone())
                    src=source
                    allow=allow.clone()
                    referrerpolicy="strict-origin"
                    aria-busy=move || (!frame.loaded.get()).then_some("true")
                    on:load=on_load
                ></iframe>
            }
        })
    }
}

/// The reload button of a loaded frame. A page that the browser refused to frame also counts as
/// loaded.
pub fn reload<V: IntoView + 'static>(
    frame: Frame,
    label: String,
    on_retry: impl Fn(leptos::ev::MouseEvent) + Copy + Send + 'static,
    full_screen: impl Fn(&'static str) -> V + Send + 'static,
) -> impl IntoView {
    move || {
        (frame.loaded.get() && frame.problem.get().is_none()).then(|| {
            view! {
                <div class="again">
                    <button class="quiet" type="button" on:click=on_retry>{label.clone()}</button>
                    {full_screen("quiet")}
                </div>
            }
        })
    }
}
