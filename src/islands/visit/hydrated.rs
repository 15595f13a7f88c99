//! The visit in the browser: wakes up, starts, and asks how it stands.

mod birth;
mod end;
mod hear;
mod mail;

pub(super) use end::deliver_all;

use super::waiting::Waiting;
use super::{Phase, Signals, VisitWords, WORDS};
use crate::api::visits::{AskState, StartConsultation};
use crate::islands::browser::{self, PATIENCE, listen, member, post, set_member};
use crate::islands::frame::hydrated::Mounts;
use crate::model::visit::VisitState;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos::task::spawn_local;
use mail::Mail;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Event, HtmlFormElement, MessageEvent};

/// How long the answer to Start may take: longer than Empego may take to give it.
const START_PATIENCE: Duration = Duration::from_secs(25);
/// How often the server is asked at first, and at the most seldom, in milliseconds.
const ASK_MS: (u64, u64) = (5_000, 60_000);
/// The mark in the address of a device that the staff handed over.
const SHARED_DEVICE: &str = "#shared";

/// One visit.
pub(super) struct Visit {
    signals: Signals,
    token: String,
    /// The mounts of the questionnaire.
    mounts: Rc<Mounts>,
    /// The date of birth that was entered, where it is asked for: each Start sends it. Kept here
    /// and nowhere else.
    birth_date: RefCell<String>,
    /// What to read when it was not taken.
    birth_words: (String, String),
    /// Messages that did not count, since the server was last told.
    ignored: Cell<u32>,
    /// Messages that were passed on, by operation and status.
    heard: RefCell<Vec<String>>,
    /// What waits to be delivered, of this link and of others.
    mail: Rc<Mail>,
}

/// Takes the words from where the server put them.
pub(super) fn words() -> VisitWords {
    VisitWords::read(browser::words(WORDS))
}

/// Wakes up: takes what the inline script kept, tells the server that the page is on screen,
/// delivers what an earlier page of this tab could not.
pub(super) fn begin(signals: Signals, words: VisitWords) -> Rc<Visit> {
    let token = words.token.clone();
    let delivered = move |of: &str| {
        if of == token {
            signals.saving.set(false);
            end::leave(signals);
        }
    };
    let visit = Rc::new(Visit {
        signals,
        token: words.token,
        mounts: Mounts::new(signals.frame, &words.origins, move || {
            signals.phase.get_untracked() == Phase::Frame
        }),
        birth_date: RefCell::default(),
        birth_words: (words.birth_wrong, words.birth_required),
        ignored: Cell::new(0),
        heard: RefCell::default(),
        mail: Rc::new(Mail::new(Waiting::read(), delivered)),
    });
    listen_to(&visit);
    let awake = Rc::clone(&visit);
    // Once the page that the server rendered is taken over as it is: a change before that would be
    // taken over wrongly.
    queue_microtask(move || {
        if is_shared() {
            awake.signals.shared.set(true);
            end::keep_mark();
        }
        take_early(&awake);
        if awake.mail.waiting.of(&awake.token).is_some() {
            end::finish(&awake);
        }
        mail::deliver(&awake.mail);
        ask(awake, ASK_MS.0);
    });
    visit
}

/// Whether the staff handed this device over.
fn is_shared() -> bool {
    window().location().hash().is_ok_and(|hash| hash == SHARED_DEVICE)
}

fn listen_to(visit: &Rc<Visit>) {
    let window = window();
    let heard = Rc::clone(visit);
    listen(&window, "message", move |event: MessageEvent| hear::hear(&heard, &event));
    let (online, offline) = (Rc::clone(visit), Rc::clone(visit));
    listen(&window, "online", move |_: Event| {
        online.signals.offline.set(false);
        mail::deliver(&online.mail);
    });
    listen(&window, "offline", move |_: Event| offline.signals.offline.set(true));
    mail::send_when_hidden(&visit.mail);
}

/// Takes over from the inline script: its messages are heard, and an early press of Start counts.
fn take_early(visit: &Rc<Visit>) {
    let Some(early) = member(&window(), "deskEarly") else { return };
    set_member(early.unchecked_ref(), "on", &JsValue::from_f64(0.0));
    if let Some(timer) = member(&early, "t").and_then(|timer| timer.as_f64()) {
        #[expect(clippy::cast_possible_truncation, reason = "a timer's number is a small integer")]
        window().clear_timeout_with_handle(timer as i32);
    }
    for event in member(&early, "m")
        .map(|messages| js_sys::Array::from(&messages))
        .iter()
        .flat_map(js_sys::Array::iter)
    {
        hear::hear(visit, event.unchecked_ref());
    }
    if let Some(pressed) = member(&early, "s") {
        let button = pressed.unchecked_ref::<HtmlFormElement>().query_selector("button");
        if let Ok(Some(button)) = button {
            let _ = button.remove_attribute("aria-busy");
        }
        start(visit);
    }
}

/// Start, or start again.
pub(super) fn start(visit: &Rc<Visit>) {
    let signals = visit.signals;
    let Some(mount) = visit.mounts.begin() else { return };
    signals.refused.set(None);
    birth::take(visit);
    signals.phase.set(Phase::Frame);
    // The button that was pressed is gone: without this the focus would be nowhere.
    request_animation_frame(move || {
        let _ = signals.title.get_untracked().map(|title| title.focus());
    });
    let visit = Rc::clone(visit);
    spawn_local(async move {
        let born = visit.birth_date.borrow().clone();
        let answer = post(
            StartConsultation::PATH,
            &[("token", &visit.token), ("date_of_birth", &born)],
            START_PATIENCE,
        )
        .await;
        if visit.mounts.is_answered(mount) && signals.phase.get_untracked() == Phase::Frame {
            take_answer(&visit, mount, answer);
        }
    });
}

/// What the answer to Start leads to.
fn take_answer(visit: &Rc<Visit>, mount: u32, answer: Option<(u16, String)>) {
    match answer {
        Some((200, body)) if body == "null" => end::finish(visit),
        Some((422, body)) => birth::ask(visit, &body),
        // The link is over or locked: the server has a page that says so.
        Some((404 | 410 | 423, _)) => {
            let _ = window().location().reload();
        }
        answer => visit.mounts.show(mount, answer),
    }
}

/// Tells the server that the page is on screen and asks where the consultation stands: the message
/// of Empego's page can be lost, its word to our server is not.
fn ask(visit: Rc<Visit>, next_ms: u64) {
    spawn_local(async move {
        let ignored = visit.ignored.replace(0);
        let answer = post(
            AskState::PATH,
            &[("token", &visit.token), ("ignored", &ignored.to_string())],
            PATIENCE,
        )
        .await;
        match answer {
            Some((200, body)) => {
                if matches!(
                    VisitState::from_json(&body),
                    Some(VisitState::Reported | VisitState::Confirmed)
                ) {
                    end::finish(&visit);
                    return;
                }
            }
            _ => visit.ignored.set(visit.ignored.get().saturating_add(ignored)),
        }
        if visit.signals.phase.get_untracked() != Phase::Done {
            set_timeout(
                move || ask(visit, (next_ms * 3 / 2).min(ASK_MS.1)),
                Duration::from_millis(next_ms),
            );
        }
    });
}
