//! Keeps the page true without a reload.

#![allow(missing_docs, reason = "the macro makes an undocumented struct of the island's properties")]

use leptos::prelude::*;

/// Follows the stream of changes, and with each change fetches this very page again and puts every part of it that is
/// marked `data-live` in the place of the old one. The server stays the only one that renders.
#[island]
pub fn Live(
    /// What it says while it follows.
    live: String,
    /// What it says while the connection is being made again.
    waiting: String,
) -> impl IntoView {
    let (connected, set_connected) = signal(false);
    Effect::new(move || {
        #[cfg(feature = "hydrate")]
        hydrated::follow(set_connected);
        let _ = set_connected;
    });
    let text = {
        let (live, waiting) = (live.clone(), waiting.clone());
        move || if connected.get() { live.clone() } else { waiting.clone() }
    };
    let state = move || if connected.get() { "live" } else { "connecting" };
    view! { <span class="live" role="status" data-state=state>{text}</span> }
}

#[cfg(feature = "hydrate")]
mod hydrated {
    use crate::islands::browser::{get, listen};
    use leptos::prelude::{Set, WriteSignal, document, set_timeout, window};
    use leptos::task::spawn_local;
    use std::cell::Cell;
    use std::rc::Rc;
    use std::time::Duration;
    use wasm_bindgen::JsCast;
    use web_sys::{DomParser, Element, Event, EventSource, SupportedType};

    /// How long to wait for more changes before fetching: a burst is one fetch.
    const GATHER: Duration = Duration::from_millis(200);

    /// Whether a fetch is waited for, under way, or has to be made again after it.
    #[derive(Clone, Copy, PartialEq, Eq)]
    enum Refresh {
        Idle,
        Waiting,
        Fetching,
        Again,
    }

    pub(super) fn follow(connected: WriteSignal<bool>) -> Option<()> {
        let source = EventSource::new("/live").ok()?;
        let state = Rc::new(Cell::new(Refresh::Idle));
        let first = Cell::new(true);
        let at_open = Rc::clone(&state);
        listen(&source, "open", move |_: Event| {
            connected.set(true);
            // Whatever happened while the connection was down was missed.
            if !first.replace(false) {
                refresh(&at_open);
            }
        });
        listen(&source, "error", move |_: Event| connected.set(false));
        let at_page_show = Rc::clone(&state);
        listen(&source, "change", move |_: Event| refresh(&state));
        listen(&window(), "pageshow", move |event: Event| {
            // A page from the back-forward cache is as old as when it was left.
            if js_sys::Reflect::get(&event, &"persisted".into()).is_ok_and(|persisted| persisted.is_truthy()) {
                refresh(&at_page_show);
            }
        });
        Some(())
    }

    fn refresh(state: &Rc<Cell<Refresh>>) {
        match state.get() {
            Refresh::Idle => {
                state.set(Refresh::Waiting);
                let state = Rc::clone(state);
                set_timeout(move || fetch(state), GATHER);
            }
            Refresh::Fetching => state.set(Refresh::Again),
            Refresh::Waiting | Refresh::Again => {}
        }
    }

    fn fetch(state: Rc<Cell<Refresh>>) {
        state.set(Refresh::Fetching);
        spawn_local(async move {
            // A page that answers a form has no address of its own to fetch: it stays as it is.
            let location = window().location();
            let path = location.pathname().unwrap_or_default() + &location.search().unwrap_or_default();
            if !path.starts_with("/api/") {
                if let Some((200, page)) = get(&path).await {
                    replace(&page);
                }
            }
            let again = state.get() == Refresh::Again;
            state.set(Refresh::Idle);
            if again {
                refresh(&state);
            }
        });
    }

    fn replace(page: &str) -> Option<()> {
        let fresh = DomParser::new().ok()?.parse_from_string(page, SupportedType::TextHtml).ok()?;
        let parts = document().query_selector_all("[data-live]").ok()?;
        for at in 0..parts.length() {
            let part: Element = parts.item(at)?.dyn_into().ok()?;
            let selector = format!("[data-live='{}']", part.get_attribute("data-live")?);
            let new = fresh.query_selector(&selector).ok().flatten()?;
            let html = new.inner_html();
            if html != part.inner_html() {
                let focused = focused_in(&part);
                part.set_inner_html(&html);
                if let Some(focused) = focused {
                    refocus(&part, &focused);
                }
            }
        }
        Some(())
    }

    /// A selector for what has the focus inside a part, so that it gets it back.
    fn focused_in(part: &Element) -> Option<String> {
        let active = document().active_element().filter(|active| part.contains(Some(active)))?;
        let id = active.id();
        if !id.is_empty() {
            return Some(format!("#{id}"));
        }
        active.get_attribute("href").map(|href| format!("a[href='{href}']"))
    }

    fn refocus(part: &Element, selector: &str) -> Option<()> {
        part.query_selector(selector).ok()??.dyn_into::<web_sys::HtmlElement>().ok()?.focus().ok()
    }
}
