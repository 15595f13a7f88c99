//! Delivers what waits, and tries again until the server has it. The server takes a report any
//! number of times.

use crate::api::visits::ReportMessage;
use crate::islands::browser::{PATIENCE, form, listen, post};
use crate::islands::visit::waiting::Waiting;
use leptos::prelude::{set_timeout, window};
use leptos::server_fn::ServerFn;
use leptos::task::spawn_local;
use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;
use web_sys::Event;

/// How soon a report is tried again at first, and at the most seldom, in milliseconds.
const RETRY_MS: (u64, u64) = (1_000, 30_000);

/// What waits, and whether it is on its way.
pub(super) struct Mail {
    /// The reports, each under its own link's token.
    pub(super) waiting: Waiting,
    delivered: Box<dyn Fn(&str)>,
    under_way: Cell<bool>,
    /// Whether somebody asked for a delivery while one was under way.
    again: Cell<bool>,
    /// Counts the rounds: only the newest one tries again.
    round: Cell<u32>,
}

impl Mail {
    /// Calls back with the token of each report that waits no more.
    pub(super) fn new(waiting: Waiting, delivered: impl Fn(&str) + 'static) -> Self {
        Self {
            waiting,
            delivered: Box::new(delivered),
            under_way: Cell::new(false),
            again: Cell::new(false),
            round: Cell::new(0),
        }
    }
}

/// Delivers everything that waits.
pub(super) fn deliver(mail: &Rc<Mail>) {
    deliver_after(Rc::clone(mail), RETRY_MS.0);
}

fn deliver_after(mail: Rc<Mail>, retry_ms: u64) {
    if mail.under_way.replace(true) {
        mail.again.set(true);
        return;
    }
    let round = mail.round.get() + 1;
    mail.round.set(round);
    spawn_local(async move {
        for (token, report) in mail.waiting.all() {
            let answer =
                post(ReportMessage::PATH, &[("token", &token), ("message", &report)], PATIENCE)
                    .await;
            // Taken, or never to be taken: it waits no more. Any other refusal may be somebody's on
            // the way.
            if matches!(answer, Some((200 | 404 | 410 | 422, _)))
                && mail.waiting.of(&token) == Some(report)
            {
                mail.waiting.drop(&token);
                (mail.delivered)(&token);
            }
        }
        mail.under_way.set(false);
        let again = mail.again.replace(false);
        if mail.waiting.all().is_empty() {
            return;
        }
        if again {
            deliver(&mail);
        } else {
            let next = move || {
                if mail.round.get() == round {
                    deliver_after(mail, (retry_ms * 2).min(RETRY_MS.1));
                }
            };
            set_timeout(next, Duration::from_millis(retry_ms));
        }
    });
}

/// Sends what waits once more when the page goes away, which no answer can be awaited for.
pub(super) fn send_when_hidden(mail: &Rc<Mail>) {
    let mail = Rc::clone(mail);
    listen(&window(), "pagehide", move |_: Event| {
        for (token, report) in mail.waiting.all() {
            let _ = form(&[("token", &token), ("message", &report)]).and_then(|body| {
                window()
                    .navigator()
                    .send_beacon_with_opt_url_search_params(ReportMessage::PATH, Some(&body))
                    .ok()
            });
        }
    });
}
