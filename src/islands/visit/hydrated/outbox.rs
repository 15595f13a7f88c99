//! The outbox: completion reports that wait until the server has them. The server accepts a report
//! any number of times.

use crate::api::visits::ReportMessage;
use crate::islands::browser::{REQUEST_TIMEOUT, form, listen, post};
use leptos::prelude::{set_timeout, window};
use leptos::server_fn::ServerFn;
use leptos::task::spawn_local;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;
use web_sys::{Event, Storage};

/// The prefix of a report's key in the session storage, before its link's token.
const STORAGE_PREFIX: &str = "desk-report:";
/// The initial and the maximum delay between attempts, in milliseconds.
const RETRY_MS: (u64, u64) = (1_000, 30_000);

/// The pending reports, one for each link's token. They are kept in memory, because browsers may
/// refuse the storage, and in the session storage, so that a reload or another page of this tab
/// finds them.
#[derive(Clone, Default)]
pub(super) struct PendingReports(Rc<RefCell<Vec<(String, String)>>>);

fn storage() -> Option<Storage> {
    window().session_storage().ok().flatten()
}

impl PendingReports {
    /// Reads the reports that earlier pages of this tab left.
    pub(super) fn read() -> Self {
        let pending = Self::default();
        if let Some(storage) = storage() {
            let keys =
                (0..storage.length().unwrap_or(0)).filter_map(|at| storage.key(at).ok().flatten());
            for key in keys {
                if let (Some(token), Ok(Some(report))) =
                    (key.strip_prefix(STORAGE_PREFIX), storage.get_item(&key))
                {
                    pending.0.borrow_mut().push((token.to_owned(), report));
                }
            }
        }
        pending
    }

    /// Adds a report. Replaces an older one of the same link.
    pub(super) fn insert(&self, token: &str, report: &str) {
        self.0.borrow_mut().retain(|(other, _)| other != token);
        self.0.borrow_mut().push((token.to_owned(), report.to_owned()));
        let _ = storage()
            .and_then(|storage| storage.set_item(&format!("{STORAGE_PREFIX}{token}"), report).ok());
    }

    /// The pending report of a link.
    pub(super) fn get(&self, token: &str) -> Option<String> {
        self.0.borrow().iter().find(|(other, _)| other == token).map(|(_, report)| report.clone())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.borrow().is_empty()
    }

    fn all(&self) -> Vec<(String, String)> {
        self.0.borrow().clone()
    }

    fn remove(&self, token: &str) {
        self.0.borrow_mut().retain(|(other, _)| other != token);
        let _ = storage()
            .and_then(|storage| storage.remove_item(&format!("{STORAGE_PREFIX}{token}")).ok());
    }
}

/// Delivers the pending reports, with retries.
pub(super) struct Outbox {
    pub(super) pending: PendingReports,
    on_delivered: Box<dyn Fn(&str)>,
    delivering: Cell<bool>,
    /// Whether a delivery was requested during the current one.
    requested: Cell<bool>,
    /// The number of the newest round. Only that one schedules a retry.
    round: Cell<u32>,
}

impl Outbox {
    /// `on_delivered` receives the token of each delivered report.
    pub(super) fn new(pending: PendingReports, on_delivered: impl Fn(&str) + 'static) -> Rc<Self> {
        Rc::new(Self {
            pending,
            on_delivered: Box::new(on_delivered),
            delivering: Cell::new(false),
            requested: Cell::new(false),
            round: Cell::new(0),
        })
    }

    /// Delivers all pending reports now, and retries until the server has them.
    pub(super) fn deliver(self: &Rc<Self>) {
        self.deliver_with_retry(RETRY_MS.0);
    }

    fn deliver_with_retry(self: &Rc<Self>, retry_ms: u64) {
        if self.delivering.replace(true) {
            self.requested.set(true);
            return;
        }
        let round = self.round.get() + 1;
        self.round.set(round);
        let outbox = Rc::clone(self);
        spawn_local(async move {
            outbox.post_all().await;
            outbox.delivering.set(false);
            let requested = outbox.requested.replace(false);
            if outbox.pending.is_empty() {
                return;
            }
            if requested {
                outbox.deliver();
                return;
            }
            let retry = move || {
                if outbox.round.get() == round {
                    outbox.deliver_with_retry((retry_ms * 2).min(RETRY_MS.1));
                }
            };
            set_timeout(retry, Duration::from_millis(retry_ms));
        });
    }

    async fn post_all(&self) {
        for (token, report) in self.pending.all() {
            let fields = [("token", token.as_str()), ("message", &report)];
            let response = post(ReportMessage::PATH, &fields, REQUEST_TIMEOUT).await;
            // Accepted, or rejected for good. Other errors may be temporary or come from a proxy.
            if matches!(response, Some((200 | 404 | 410 | 422, _)))
                && self.pending.get(&token) == Some(report)
            {
                self.pending.remove(&token);
                (self.on_delivered)(&token);
            }
        }
    }

    /// Sends the pending reports as beacons when the page is left.
    pub(super) fn send_on_page_hide(self: &Rc<Self>) {
        let outbox = Rc::clone(self);
        listen(&window(), "pagehide", move |_: Event| {
            for (token, report) in outbox.pending.all() {
                let _ = form(&[("token", &token), ("message", &report)]).and_then(|body| {
                    window()
                        .navigator()
                        .send_beacon_with_opt_url_search_params(ReportMessage::PATH, Some(&body))
                        .ok()
                });
            }
        });
    }
}
