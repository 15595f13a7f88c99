//! The stream of changes in the browser, and the page fetched again.

use crate::api::session::SignIn;
use crate::islands::browser::{get, listen, was_kept};
use crate::model::address;
use leptos::prelude::{Set, WriteSignal, document, set_interval, set_timeout, window};
use leptos::server_fn::ServerFn;
use leptos::task::spawn_local;
use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;
use wasm_bindgen::JsCast;
use web_sys::{Document, DomParser, Element, Event, EventSource, SupportedType};

/// How long to wait for more changes before fetching: a burst is one fetch.
const GATHER: Duration = Duration::from_millis(200);
/// How often the page is fetched though nothing changed: what ends by the clock alone is told by
/// nobody.
const SELDOM: Duration = Duration::from_secs(60);
/// How soon a stream that ended is opened again at first, and at the most seldom, in milliseconds.
const REOPEN_MS: (u64, u64) = (5_000, 60_000);

/// Whether a fetch is waited for, under way, or has to be made again after it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Refresh {
    Idle,
    Waiting,
    Fetching,
    Again,
}

struct Follow {
    connected: WriteSignal<Option<bool>>,
    refresh: Cell<Refresh>,
    /// How long to wait before the stream is opened again, in milliseconds.
    reopen_ms: Cell<u64>,
    /// Whether the stream was never open yet: then nothing was missed.
    first: Cell<bool>,
}

pub(super) fn follow(connected: WriteSignal<Option<bool>>) {
    let follow = Rc::new(Follow {
        connected,
        refresh: Cell::new(Refresh::Idle),
        reopen_ms: Cell::new(REOPEN_MS.0),
        first: Cell::new(true),
    });
    open(&follow);
    let (by_clock, at_page_show) = (Rc::clone(&follow), Rc::clone(&follow));
    set_interval(move || refresh(&by_clock), SELDOM);
    listen(&window(), "pageshow", move |event: Event| {
        // A page from the back-forward cache is as old as when it was left.
        if was_kept(&event) {
            refresh(&at_page_show);
        }
    });
}

fn open(follow: &Rc<Follow>) {
    let Ok(source) = EventSource::new(address::LIVE) else { return };
    let (at_open, at_error, at_change) = (Rc::clone(follow), Rc::clone(follow), Rc::clone(follow));
    listen(&source, "open", move |_: Event| {
        at_open.connected.set(Some(true));
        at_open.reopen_ms.set(REOPEN_MS.0);
        // Whatever happened while the connection was down was missed.
        if !at_open.first.replace(false) {
            refresh(&at_open);
        }
    });
    let ended = source.clone();
    listen(&source, "error", move |_: Event| {
        at_error.connected.set(Some(false));
        // A browser connects again by itself after a failure of the network, and never after an
        // answer that it does not like.
        if ended.ready_state() == EventSource::CLOSED {
            at_error.first.set(false);
            // Perhaps the session is over: the page will tell.
            refresh(&at_error);
            let after = at_error.reopen_ms.get();
            at_error.reopen_ms.set((after * 2).min(REOPEN_MS.1));
            let follow = Rc::clone(&at_error);
            set_timeout(move || open(&follow), Duration::from_millis(after));
        }
    });
    listen(&source, "change", move |_: Event| refresh(&at_change));
}

fn refresh(follow: &Rc<Follow>) {
    match follow.refresh.get() {
        Refresh::Idle => {
            follow.refresh.set(Refresh::Waiting);
            let follow = Rc::clone(follow);
            set_timeout(move || fetch(follow), GATHER);
        }
        Refresh::Fetching => follow.refresh.set(Refresh::Again),
        Refresh::Waiting | Refresh::Again => {}
    }
}

fn fetch(follow: Rc<Follow>) {
    follow.refresh.set(Refresh::Fetching);
    spawn_local(async move {
        // A page that answers a form has no address of its own to fetch: it stays as it is.
        let location = window().location();
        let path = location.pathname().unwrap_or_default() + &location.search().unwrap_or_default();
        if !address::is_function(&path)
            && let Some((200, page)) = get(&path).await
        {
            take(&page);
        }
        let again = follow.refresh.get() == Refresh::Again;
        follow.refresh.set(Refresh::Idle);
        if again {
            refresh(&follow);
        }
    });
}

/// Takes the page as it is now. When it has become the one that asks for a password, so does this
/// one.
fn take(page: &str) -> Option<()> {
    let fresh = DomParser::new().ok()?.parse_from_string(page, SupportedType::TextHtml).ok()?;
    if fresh.query_selector(&format!("form[action='{}']", SignIn::PATH)).ok()?.is_some() {
        return window().location().reload().ok();
    }
    replace(&fresh)
}

fn replace(fresh: &Document) -> Option<()> {
    let parts = document().query_selector_all("[data-live]").ok()?;
    for at in 0..parts.length() {
        let part: Element = parts.item(at)?.dyn_into().ok()?;
        let selector = format!("[data-live='{}']", part.get_attribute("data-live")?);
        let new = fresh.query_selector(&selector).ok().flatten()?;
        // What somebody has opened is not closed under their hand; it is up to date with the next
        // change after it is closed.
        if part.query_selector("details[open]").ok().flatten().is_some() {
            continue;
        }
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
