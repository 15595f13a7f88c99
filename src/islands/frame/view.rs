//! What is seen of a frame, and around it.

use super::{Frame, Trouble};
use leptos::prelude::*;

/// What is in the way, and what to do about it. `told` is its heading, its text, and what the
/// button says that tries again; `full_screen` the form that opens the page in the whole window,
/// whose button has this class.
pub fn trouble<V: IntoView + 'static>(
    frame: Frame,
    told: impl Fn(Trouble) -> [String; 3] + Send + 'static,
    again: impl Fn(leptos::ev::MouseEvent) + Copy + Send + 'static,
    full_screen: impl Fn(&'static str) -> V + Send + 'static,
) -> impl IntoView {
    move || {
        let trouble = frame.trouble.get()?;
        let [title, text, retry] = told(trouble);
        // The whole window fares no better where Empego says no.
        let full_screen = (trouble != Trouble::Refused).then(|| full_screen(""));
        Some(view! {
            <div class="notice" data-kind="warning" role="alert">
                <h2>{title}</h2>
                <p>{text}</p>
                <div class="actions">
                    <button class="primary" type="button" on:click=again>{retry}</button>
                    {full_screen}
                </div>
            </div>
        })
    }
}

/// The frame, while it has a source. `allow` is what Empego's page may use of the browser.
pub fn page(
    frame: Frame,
    title: String,
    allow: &'static str,
    loaded: impl Fn(leptos::ev::Event) + Copy + Send + 'static,
) -> impl IntoView {
    move || {
        frame.source.get().map(|source| {
            view! {
                <iframe
                    node_ref=frame.node
                    title=title.clone()
                    src=source
                    allow=allow
                    referrerpolicy="strict-origin"
                    aria-busy=move || (!frame.loaded.get()).then_some("true")
                    on:load=loaded
                ></iframe>
            }
        })
    }
}

/// How to load it again. Also when the frame has loaded: a browser tells the same of a page that it
/// refused to show in a frame.
pub fn reload<V: IntoView + 'static>(
    frame: Frame,
    word: String,
    again: impl Fn(leptos::ev::MouseEvent) + Copy + Send + 'static,
    full_screen: impl Fn(&'static str) -> V + Send + 'static,
) -> impl IntoView {
    move || {
        (frame.loaded.get() && frame.trouble.get().is_none()).then(|| {
            view! {
                <div class="again">
                    <button class="quiet" type="button" on:click=again>{word.clone()}</button>
                    {full_screen("quiet")}
                </div>
            }
        })
    }
}
