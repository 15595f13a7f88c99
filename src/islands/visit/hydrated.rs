//! A visit in the browser: starts the questionnaire, handles its messages and polls the state.

mod birth_date;
mod end;
mod outbox;

pub(super) use end::deliver_all;

use super::{BIRTH_FIELDS, Phase, Signals, VisitWords, WORDS};
use crate::api::visits::{AskState, ReportMessage, StartConsultation};
use crate::islands::browser::{self, REQUEST_TIMEOUT, listen, post, property, set_property};
use crate::islands::frame::Frame;
use crate::islands::frame::hydrated::{FrameLoader, is_used, leave};
use crate::model::message::Message;
use crate::model::visit::VisitState;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos::task::spawn_local;
use outbox::{Outbox, PendingReports};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Event, HtmlFormElement, MessageEvent};

/// The timeout of a start. Longer than the server's own timeout to Empego.
const START_TIMEOUT: Duration = Duration::from_secs(25);
/// The initial and the maximum interval of state requests, in milliseconds.
const POLL_MS: (u64, u64) = (5_000, 60_000);
/// The maximum number of different messages, other than a completion, that are reported.
const MAX_REPORTED: usize = 10;
/// The fragment that marks a device of the clinic.
const SHARED_DEVICE: &str = "#shared";

/// The state of a visit.
pub(super) struct Visit {
    signals: Signals,
    token: String,
    loader: Rc<FrameLoader>,
    /// The entered date of birth, sent with each start. Not stored elsewhere.
    birth_date: RefCell<[String; 3]>,
    /// The island's texts.
    words: VisitWords,
    /// The number of ignored messages since the last state request.
    ignored: Cell<u32>,
    /// Reported messages, by operation and status.
    reported: RefCell<Vec<String>>,
    outbox: Rc<Outbox>,
}

/// Reads the island's texts.
pub(super) fn words() -> VisitWords {
    VisitWords::read(browser::template_texts(WORDS))
}

/// Takes over from the inline script, polls the state, and delivers the pending reports of earlier
/// pages in this tab.
pub(super) fn begin(signals: Signals, words: VisitWords) -> Rc<Visit> {
    let token = words.token.clone();
    let own = token.clone();
    let on_delivered = move |delivered: &str| {
        if delivered == own {
            signals.saving.set(false);
            end::forget_visit(signals);
        }
    };
    let visit = Rc::new(Visit {
        signals,
        token,
        loader: FrameLoader::new(signals.frame, &words.origins, &words.messages, move || {
            signals.phase.get_untracked() == Phase::Frame
        }),
        birth_date: RefCell::default(),
        words,
        ignored: Cell::new(0),
        reported: RefCell::default(),
        outbox: Outbox::new(PendingReports::read(), on_delivered),
    });
    add_listeners(&visit);
    let hydrated = Rc::clone(&visit);
    // Not before hydration is complete, which expects the DOM that the server rendered.
    queue_microtask(move || {
        let shared = is_shared();
        hydrated.signals.shared.set(shared);
        end::watch_language_link(Some(hydrated.signals.frame), shared);
        birth_date::begin(shared);
        take_early(&hydrated);
        if hydrated.outbox.pending.get(&hydrated.token).is_some() {
            end::finish(&hydrated);
        }
        hydrated.outbox.deliver();
        poll_state(hydrated, POLL_MS.0);
    });
    visit
}

/// Whether this is a device of the clinic.
fn is_shared() -> bool {
    window().location().hash().is_ok_and(|hash| hash == SHARED_DEVICE)
}

fn add_listeners(visit: &Rc<Visit>) {
    let window = window();
    let on_message = Rc::clone(visit);
    listen(&window, "message", move |event: MessageEvent| receive(&on_message, &event));
    let (online, offline) = (Rc::clone(visit), Rc::clone(visit));
    listen(&window, "online", move |_: Event| {
        online.signals.offline.set(false);
        online.outbox.deliver();
    });
    listen(&window, "offline", move |_: Event| offline.signals.offline.set(true));
    visit.outbox.send_on_page_hide();
}

/// Takes over from the inline script: handles its messages, and an early press of the start button.
fn take_early(visit: &Rc<Visit>) {
    let Some(early) = property(&window(), "deskEarly") else { return };
    set_property(early.unchecked_ref(), "on", &JsValue::from_f64(0.0));
    if let Some(timer) = property(&early, "t").and_then(|timer| timer.as_f64()) {
        #[expect(clippy::cast_possible_truncation, reason = "a timer's number is a small integer")]
        window().clear_timeout_with_handle(timer as i32);
    }
    for event in property(&early, "m")
        .map(|messages| js_sys::Array::from(&messages))
        .iter()
        .flat_map(js_sys::Array::iter)
    {
        receive(visit, event.unchecked_ref());
    }
    if let Some(pressed) = property(&early, "s") {
        let button = pressed.unchecked_ref::<HtmlFormElement>().query_selector("button");
        if let Ok(Some(button)) = button {
            let _ = button.remove_attribute("aria-busy");
        }
        start(visit);
    }
}

/// Starts the questionnaire, also again.
pub(super) fn start(visit: &Rc<Visit>) {
    let signals = visit.signals;
    let Some(attempt) = visit.loader.start() else { return };
    birth_date::take(&mut visit.birth_date.borrow_mut());
    signals.phase.set(Phase::Frame);
    // The pressed button is removed, so the focus moves to the frame's heading.
    request_animation_frame(move || {
        let _ = signals.title.get_untracked().map(|title| title.focus());
    });
    let visit = Rc::clone(visit);
    spawn_local(async move {
        let born = visit.birth_date.borrow().clone();
        let parts = BIRTH_FIELDS.into_iter().zip(born.iter().map(String::as_str));
        let fields: Vec<_> = [("token", visit.token.as_str())].into_iter().chain(parts).collect();
        let response = post(StartConsultation::PATH, &fields, START_TIMEOUT).await;
        if visit.loader.finish(attempt) && signals.phase.get_untracked() == Phase::Frame {
            handle_start(&visit, attempt, response);
        }
    });
}

fn handle_start(visit: &Rc<Visit>, attempt: u32, response: Option<(u16, String)>) {
    match response {
        Some((200, body)) if body == "null" => end::finish(visit),
        Some((422, body)) => {
            visit.birth_date.take();
            visit.signals.phase.set(Phase::Start);
            birth_date::refuse(&visit.words, &body);
        }
        // The server's page explains that the link has ended or is locked.
        Some((404 | 410 | 423, _)) => {
            let _ = window().location().reload();
        }
        response => visit.loader.show(attempt, response),
    }
}

/// Sends a form that leads away from the frame, after the user agreed where something can be lost.
pub(super) fn leave_by_form(frame: Frame, event: &web_sys::SubmitEvent) {
    let Some(form) = event.target().filter(|_| is_used(frame)) else { return };
    event.prevent_default();
    let form: HtmlFormElement = form.unchecked_into();
    leave(frame, move || {
        let _ = form.submit();
    });
}

/// Handles a message: a completion ends the visit, another message of Empego's page is reported,
/// and any other one is counted.
fn receive(visit: &Rc<Visit>, event: &MessageEvent) {
    match accept(visit, event) {
        Some((message, json)) if message.is_completion() => {
            visit.outbox.pending.insert(&visit.token, &json);
            end::finish(visit);
        }
        Some((message, json)) => report(visit, &message, json),
        None => visit.ignored.set(visit.ignored.get().saturating_add(1)),
    }
}

/// A message of Empego's page, and its known properties as JSON.
fn accept(visit: &Visit, event: &MessageEvent) -> Option<(Message, String)> {
    let (message, _, known) = visit.loader.accept(event)?;
    Some((message, js_sys::JSON::stringify(&known).ok()?.as_string()?))
}

/// Reports a message that is no completion, for the timeline.
fn report(visit: &Rc<Visit>, message: &Message, json: String) {
    let mut reported = visit.reported.borrow_mut();
    let status = message.status.as_ref().map(|status| status.as_str()).unwrap_or_default();
    let line = format!("{} {status}", message.operation);
    if reported.len() >= MAX_REPORTED || reported.contains(&line) {
        return;
    }
    reported.push(line);
    let token = visit.token.clone();
    spawn_local(async move {
        let fields = [("token", token.as_str()), ("message", &json)];
        post(ReportMessage::PATH, &fields, REQUEST_TIMEOUT).await;
    });
}

/// Requests the consultation's state, because the completion message of Empego's page can be lost.
/// The request also tells the server that the link was opened, and the number of ignored messages.
fn poll_state(visit: Rc<Visit>, next_ms: u64) {
    spawn_local(async move {
        let ignored = visit.ignored.replace(0);
        let count = ignored.to_string();
        let fields = [("token", visit.token.as_str()), ("ignored", &count)];
        let response = post(AskState::PATH, &fields, REQUEST_TIMEOUT).await;
        match response {
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
                move || poll_state(visit, (next_ms * 3 / 2).min(POLL_MS.1)),
                Duration::from_millis(next_ms),
            );
        }
    });
}
