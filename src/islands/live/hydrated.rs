//! The browser part of [`super::Live`].

use crate::api::session::SignIn;
use crate::islands::browser::{get, is_restored, listen};
use crate::model::address;
use leptos::prelude::{Set, WriteSignal, document, set_interval, set_timeout, window};
use leptos::server_fn::ServerFn;
use leptos::task::spawn_local;
use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;
use wasm_bindgen::JsCast;
use web_sys::{Document, DomParser, Element, Event, EventSource, SupportedType};

/// How long further changes are gathered before the page is fetched (debounce).
const DEBOUNCE: Duration = Duration::from_millis(200);
/// The interval of fetches without a change, for states that change with time alone.
const POLL_INTERVAL: Duration = Duration::from_secs(60);
/// The initial and the maximum delay before a closed stream is opened again, in milliseconds.
const RECONNECT_MS: (u64, u64) = (5_000, 60_000);

/// The state of a refresh. `Again` = another one is needed after the current one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Refresh {
    Idle,
    Debouncing,
    Fetching,
    Again,
}

struct Subscription {
    connected: WriteSignal<Option<bool>>,
    refresh: Cell<Refresh>,
    reconnect_ms: Cell<u64>,
    /// Whether the stream was never open. Then no change was missed.
    first: Cell<bool>,
}

pub(super) fn subscribe(connected: WriteSignal<Option<bool>>) {
    let subscription = Rc::new(Subscription {
        connected,
        refresh: Cell::new(Refresh::Idle),
        reconnect_ms: Cell::new(RECONNECT_MS.0),
        first: Cell::new(true),
    });
    open(&subscription);
    let (on_interval, on_page_show) = (Rc::clone(&subscription), subscription);
    set_interval(move || refresh(&on_interval), POLL_INTERVAL);
    listen(&window(), "pageshow", move |event: Event| {
        if is_restored(&event) {
            refresh(&on_page_show);
        }
    });
}

fn open(subscription: &Rc<Subscription>) {
    let Ok(source) = EventSource::new(address::LIVE) else { return };
    let opened = Rc::clone(subscription);
    listen(&source, "open", move |_: Event| {
        opened.connected.set(Some(true));
        opened.reconnect_ms.set(RECONNECT_MS.0);
        // Changes during the interruption were missed.
        if !opened.first.replace(false) {
            refresh(&opened);
        }
    });
    let (failed, failed_source) = (Rc::clone(subscription), source.clone());
    listen(&source, "error", move |_: Event| {
        failed.connected.set(Some(false));
        // The browser reconnects after a network error, but not after an error response.
        if failed_source.ready_state() == EventSource::CLOSED {
            failed.first.set(false);
            // The session may have ended; the fetched page shows that.
            refresh(&failed);
            let delay = failed.reconnect_ms.get();
            failed.reconnect_ms.set((delay * 2).min(RECONNECT_MS.1));
            let subscription = Rc::clone(&failed);
            set_timeout(move || open(&subscription), Duration::from_millis(delay));
        }
    });
    let changed = Rc::clone(subscription);
    listen(&source, "change", move |_: Event| refresh(&changed));
}

fn refresh(subscription: &Rc<Subscription>) {
    match subscription.refresh.get() {
        Refresh::Idle => {
            subscription.refresh.set(Refresh::Debouncing);
            let subscription = Rc::clone(subscription);
            set_timeout(move || fetch(subscription), DEBOUNCE);
        }
        Refresh::Fetching => subscription.refresh.set(Refresh::Again),
        Refresh::Debouncing | Refresh::Again => {}
    }
}

fn fetch(subscription: Rc<Subscription>) {
    subscription.refresh.set(Refresh::Fetching);
    spawn_local(async move {
        // A page that answers a form cannot be fetched by its address.
        let location = window().location();
        let path = location.pathname().unwrap_or_default() + &location.search().unwrap_or_default();
        if !address::is_function(&path)
            && let Some((200, page)) = get(&path).await
        {
            update(&page);
        }
        let again = subscription.refresh.get() == Refresh::Again;
        subscription.refresh.set(Refresh::Idle);
        if again {
            refresh(&subscription);
        }
    });
}

/// Updates the page from its fetched HTML. Reloads if that is the sign-in page.
fn update(page: &str) -> Option<()> {
    let fresh = DomParser::new().ok()?.parse_from_string(page, SupportedType::TextHtml).ok()?;
    if fresh.query_selector(&format!("form[action='{}']", SignIn::PATH)).ok()?.is_some() {
        return window().location().reload().ok();
    }
    replace_parts(&fresh)
}

fn replace_parts(fresh: &Document) -> Option<()> {
    let parts = document().query_selector_all("[data-live]").ok()?;
    for at in 0..parts.length() {
        let part: Element = parts.item(at)?.dyn_into().ok()?;
        let selector = format!("[data-live='{}']", part.get_attribute("data-live")?);
        let new = fresh.query_selector(&selector).ok().flatten()?;
        // Replacing the part would close what the user has opened. It is updated after that.
        if part.query_selector("details[open]").ok().flatten().is_some() {
            continue;
        }
        let html = new.inner_html();
        if html != part.inner_html() {
            let focused = focused_selector(&part);
            part.set_inner_html(&html);
            if let Some(focused) = focused {
                restore_focus(&part, &focused);
            }
        }
    }
    Some(())
}

/// A selector of the focused element inside a part.
fn focused_selector(part: &Element) -> Option<String> {
    let active = document().active_element().filter(|active| part.contains(Some(active)))?;
    let id = active.id();
    if !id.is_empty() {
        return Some(format!("#{id}"));
    }
    active.get_attribute("href").map(|href| format!("a[href='{href}']"))
}

fn restore_focus(part: &Element, selector: &str) -> Option<()> {
    part.query_selector(selector).ok()??.dyn_into::<web_sys::HtmlElement>().ok()?.focus().ok()
}
