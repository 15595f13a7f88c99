//! The browser part of [`super::Live`].
//!
//! The tabs of one session at one site share one stream: a browser has few connections for a host.
//! The tab that holds a lock holds the stream, and tells the others of each event through a
//! channel; when it is closed, the next tab gets the lock and goes on where the events ended.
//! Without these two interfaces each tab has a stream of its own while it is visible.
//!
//! What tabs tell each other is `hello`, `down`, or an event: its kind, the position up to which
//! everything was heard, and that of the newest change. A tab that shows less fetches its page.

mod refresh;
mod tabs;

use crate::islands::browser::{is_restored, listen};
use crate::model::address;
use leptos::prelude::{
    Set, TimeoutHandle, WriteSignal, document, set_interval, set_timeout, set_timeout_with_handle,
    window,
};
use refresh::Page;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;
use tabs::Tabs;
use web_sys::{Event, EventSource, MessageEvent};

/// How long no event may come before the stream counts as interrupted: two of the server's
/// heartbeats, and some time to arrive.
const PATIENCE: Duration = Duration::from_secs(45);
/// The interval of fetches without a change, for states that change with time alone.
const POLL_INTERVAL: Duration = Duration::from_secs(60);
/// The initial and the maximum delay before a refused stream is opened again, in milliseconds.
const RECONNECT_MS: (u64, u64) = (5_000, 60_000);

struct Follower {
    name: String,
    state: WriteSignal<&'static str>,
    page: Rc<Page>,
    tabs: Option<Rc<Tabs>>,
    /// Whether this tab is the one with the stream.
    leads: Cell<bool>,
    source: RefCell<Option<EventSource>>,
    /// The position up to which everything was heard.
    heard: Cell<i64>,
    /// The position of the newest change among that, or one after it.
    changed: Cell<i64>,
    reconnect_ms: Cell<u64>,
    silence: RefCell<Option<TimeoutHandle>>,
    /// How many times in a row the patience ended.
    silent: Cell<u32>,
}

pub(super) fn follow(name: &str, at: &str, state: WriteSignal<&'static str>) {
    let at = at.parse().unwrap_or_default();
    let follower = Rc::new_cyclic(|follower: &std::rc::Weak<Follower>| {
        let follower = follower.clone();
        let tell = move |text: String| {
            if let Some(follower) = follower.upgrade() {
                follower.told(&text);
            }
        };
        Follower {
            name: name.to_owned(),
            state,
            page: Rc::new(Page::new(name, at)),
            tabs: Tabs::open(&format!("desk-live-{name}"), tell).map(Rc::new),
            leads: Cell::new(false),
            source: RefCell::default(),
            heard: Cell::new(at),
            changed: Cell::new(at),
            reconnect_ms: Cell::new(RECONNECT_MS.0),
            silence: RefCell::default(),
            silent: Cell::new(0),
        }
    });
    follower.begin();
    let polling = Rc::clone(&follower);
    set_interval(move || polling.page.refresh(), POLL_INTERVAL);
    // A page that is kept for the way back must not keep the stream from the others.
    let hidden = Rc::clone(&follower);
    listen(&window(), "pagehide", move |_: Event| hidden.end());
    let shown = Rc::clone(&follower);
    listen(&window(), "pageshow", move |event: Event| {
        if is_restored(&event) {
            shown.begin();
            shown.page.refresh();
        }
    });
    if follower.tabs.is_none() {
        listen(&document(), "visibilitychange", move |_: Event| {
            if document().hidden() { follower.end() } else { follower.begin() }
        });
    }
}

impl Follower {
    fn begin(self: &Rc<Self>) {
        self.wait();
        match &self.tabs {
            Some(tabs) => {
                tabs.post("hello");
                self.queue(false);
            }
            None if !document().hidden() => self.lead(),
            None => {}
        }
    }

    /// Queues for the stream, or (`steal`) takes it.
    fn queue(self: &Rc<Self>, steal: bool) {
        let Some(tabs) = &self.tabs else { return };
        let (leads, lost) = (Rc::clone(self), Rc::clone(self));
        tabs.queue(
            steal,
            move || leads.lead(),
            move |was_held| {
                lost.close();
                if was_held {
                    lost.queue(false);
                } else {
                    // There is no lock to be had here.
                    lost.lead();
                }
            },
        );
    }

    fn end(&self) {
        self.close();
        if let Some(timer) = self.silence.take() {
            timer.clear();
        }
        if let Some(tabs) = &self.tabs {
            tabs.leave();
        }
    }

    fn close(&self) {
        self.leads.set(false);
        if let Some(source) = self.source.take() {
            source.close();
        }
    }

    /// Opens the stream where the events ended, in place of one that is open.
    fn lead(self: &Rc<Self>) {
        self.close();
        self.leads.set(true);
        let (at, name) = (self.heard.get(), &self.name);
        let Ok(source) = EventSource::new(&format!("{}?after={at}&of={name}", address::LIVE))
        else {
            return;
        };
        for kind in ["beat", "change", "reload"] {
            let heard = Rc::clone(self);
            listen(&source, kind, move |event: MessageEvent| {
                if let Ok(position) = event.last_event_id().parse() {
                    heard.reconnect_ms.set(RECONNECT_MS.0);
                    let changed = if kind == "beat" { heard.changed.get() } else { position };
                    heard.hear(kind, position, changed);
                    heard.post(kind);
                }
            });
        }
        let (failed, failed_source) = (Rc::clone(self), source.clone());
        listen(&source, "error", move |_: Event| {
            failed.is_down();
            failed.post("down");
            // The browser reconnects after a network error, but not after an error response.
            if failed_source.ready_state() == EventSource::CLOSED {
                failed.try_later();
            }
        });
        self.source.replace(Some(source));
    }

    fn try_later(self: &Rc<Self>) {
        // The session may have ended, or be at another site; the fetched page shows that.
        self.page.refresh();
        let delay = self.reconnect_ms.get();
        self.reconnect_ms.set((delay * 2).min(RECONNECT_MS.1));
        let again = Rc::clone(self);
        set_timeout(
            move || {
                if again.leads.get() {
                    again.lead();
                }
            },
            Duration::from_millis(delay),
        );
    }

    fn post(&self, kind: &str) {
        if let Some(tabs) = &self.tabs {
            tabs.post(&format!("{kind} {} {}", self.heard.get(), self.changed.get()));
        }
    }

    /// Takes what another tab posted.
    fn told(self: &Rc<Self>, text: &str) {
        let mut words = text.split(' ');
        let kind = words.next().unwrap_or_default();
        match (kind, words.next(), words.next()) {
            ("hello", ..) if self.leads.get() => self.post("beat"),
            ("hello", ..) => {}
            ("down", ..) => self.is_down(),
            (kind, Some(heard), Some(changed)) => {
                if let (Ok(heard), Ok(changed)) = (heard.parse(), changed.parse()) {
                    self.hear(kind, heard, changed);
                }
            }
            _ => {}
        }
    }

    fn is_down(&self) {
        if self.silent.get() == 0 {
            self.state.set("connecting");
        }
    }

    fn hear(self: &Rc<Self>, kind: &str, heard: i64, changed: i64) {
        self.heard.set(heard);
        self.changed.set(changed);
        self.state.set("live");
        self.silent.set(0);
        self.wait();
        if kind == "reload" {
            self.page.forget();
        }
        if changed > self.page.shown() {
            self.page.refresh();
        }
    }

    /// Waits for the next event.
    fn wait(self: &Rc<Self>) {
        let waiting = Rc::clone(self);
        let timer = set_timeout_with_handle(move || waiting.interrupted(), PATIENCE);
        if let Some(before) = self.silence.replace(timer.ok()) {
            before.clear();
        }
    }

    /// Nothing came for too long: something swallows the stream, or the tab with it sleeps.
    fn interrupted(self: &Rc<Self>) {
        self.silent.set(self.silent.get() + 1);
        self.state.set("interrupted");
        self.wait();
        self.page.refresh();
        if self.leads.get() {
            self.lead();
        } else if self.tabs.is_some() && self.silent.get() > 1 && !document().hidden() {
            self.queue(true);
        }
    }
}
