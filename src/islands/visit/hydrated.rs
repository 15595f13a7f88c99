//! The visit in the browser: listens to Empego's page, reports, retries, watches.

use super::{Phase, Signals, Trouble, VisitWords, WORDS};
use crate::api::visits::{AskState, ReportMessage, StartConsultation};
use crate::islands::browser::{form, listen, member, post, set_member};
use crate::model::message::{MAX_BYTES, Message, Parts};
use crate::model::visit::{Started, VisitState};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos::task::spawn_local;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Event, HtmlFormElement, HtmlInputElement, HtmlTemplateElement, MessageEvent, Storage};

/// How long the questionnaire may take to load before the page says so and offers another way.
const WATCHDOG: Duration = Duration::from_secs(15);
/// How often the server is asked at first, and at the most seldom, in milliseconds.
const ASK_MS: (u64, u64) = (5_000, 60_000);
/// How soon a report is tried again at first, and at the most seldom, in milliseconds.
const RETRY_MS: (u64, u64) = (1_000, 30_000);
/// How many different messages that complete nothing are passed on.
const HEARD_MOST: usize = 10;
/// Where a report waits in this tab until the server has it.
const WAITING: &str = "desk-report";
/// The mark in the address of a device that the staff handed over.
const SHARED_DEVICE: &str = "#shared";
/// What the address of a shared device becomes at the end.
const FINISHED: &str = "/c/done";

/// One visit.
pub(super) struct Visit {
    signals: Signals,
    token: String,
    origins: Vec<String>,
    /// Empego's key of this consultation: known once started.
    key: RefCell<Option<String>>,
    /// The date of birth that was entered, where it is asked for: each Start sends it. Kept here and nowhere else.
    birth_date: RefCell<String>,
    /// What to read when it was not taken.
    birth_words: (String, String),
    /// Counts the mounts: an answer that belongs to an older one is dropped.
    mount: Cell<u32>,
    /// Whether an answer to Start is awaited.
    starting: Cell<bool>,
    /// Messages that did not count, since the server was last told.
    ignored: Cell<u32>,
    /// Messages that were passed on, by operation and status.
    heard: RefCell<Vec<String>>,
    /// Whether a delivery of the waiting report is under way.
    delivering: Cell<bool>,
}

/// Takes the words from where the server put them.
pub(super) fn words() -> VisitWords {
    let template = document().get_element_by_id(WORDS).map(JsCast::unchecked_into::<HtmlTemplateElement>);
    VisitWords::read(|name| {
        let word = template.as_ref().and_then(|template| template.content().query_selector(&format!("data[value={name}]")).ok()?);
        word.and_then(|word| word.text_content()).unwrap_or_default()
    })
}

/// Wakes up: takes what the inline script kept, tells the server that the page is on screen, delivers what an earlier
/// load of this tab could not.
pub(super) fn begin(signals: Signals, words: VisitWords) -> Rc<Visit> {
    let visit = Rc::new(Visit {
        signals,
        token: words.token,
        origins: words.origins.split(' ').map(str::to_owned).collect(),
        key: RefCell::default(),
        birth_date: RefCell::default(),
        birth_words: (words.birth_wrong, words.birth_required),
        mount: Cell::new(0),
        starting: Cell::new(false),
        ignored: Cell::new(0),
        heard: RefCell::default(),
        delivering: Cell::new(false),
    });
    signals.shared.set(window().location().hash().is_ok_and(|hash| hash == SHARED_DEVICE));
    listen_to(&visit);
    take_early(&visit);
    if visit.waiting().is_some() {
        finish(&visit);
    }
    ask(Rc::clone(&visit), ASK_MS.0);
    visit
}

fn listen_to(visit: &Rc<Visit>) {
    let window = window();
    let heard = Rc::clone(visit);
    listen(&window, "message", move |event: MessageEvent| hear(&heard, &event));
    let (online, offline, hidden) = (Rc::clone(visit), Rc::clone(visit), Rc::clone(visit));
    listen(&window, "online", move |_: Event| {
        online.signals.offline.set(false);
        deliver(Rc::clone(&online), RETRY_MS.0);
    });
    listen(&window, "offline", move |_: Event| offline.signals.offline.set(true));
    listen(&window, "pagehide", move |_: Event| {
        let _ = hidden.waiting().and_then(|message| {
            let body = form(&[("token", &hidden.token), ("message", &message)])?;
            leptos::prelude::window().navigator().send_beacon_with_opt_url_search_params(ReportMessage::PATH, Some(&body)).ok()
        });
    });
}

/// Takes over from the inline script: its messages are heard, and an early press of Start counts.
fn take_early(visit: &Rc<Visit>) {
    let Some(early) = member(&window(), "deskEarly") else { return };
    set_member(early.unchecked_ref(), "on", &JsValue::from_f64(0.0));
    if let Some(timer) = member(&early, "t").and_then(|timer| timer.as_f64()) {
        #[expect(clippy::cast_possible_truncation, reason = "a timer's number is a small integer")]
        window().clear_timeout_with_handle(timer as i32);
    }
    for event in member(&early, "m").map(|messages| js_sys::Array::from(&messages)).iter().flat_map(js_sys::Array::iter) {
        hear(visit, event.unchecked_ref());
    }
    if let Some(pressed) = member(&early, "s") {
        let button = pressed.unchecked_ref::<HtmlFormElement>().query_selector("button");
        if let Ok(Some(button)) = button {
            let _ = button.remove_attribute("aria-busy");
        }
        start(visit);
    }
}

/// Start, or start again: asks for a source of its own for this mount.
pub(super) fn start(visit: &Rc<Visit>) {
    if visit.starting.replace(true) {
        return;
    }
    let mount = visit.mount.get() + 1;
    visit.mount.set(mount);
    let signals = visit.signals;
    signals.source.set(None);
    signals.loaded.set(false);
    signals.trouble.set(None);
    signals.refused.set(None);
    take_birth_date(visit);
    signals.phase.set(Phase::Frame);
    watch(Rc::clone(visit), mount);
    let visit = Rc::clone(visit);
    spawn_local(async move {
        let born = visit.birth_date.borrow().clone();
        let answer = post(StartConsultation::PATH, &[("token", &visit.token), ("date_of_birth", &born)]).await;
        visit.starting.set(false);
        if visit.signals.phase.get_untracked() != Phase::Frame {
            return;
        }
        match answer {
            Some((200, body)) if body == "null" => finish(&visit),
            Some((200, body)) => match started(&body) {
                Some(started) => {
                    visit.key.replace(Some(started.key));
                    visit.signals.trouble.set(None);
                    visit.signals.source.set(Some(started.url));
                    watch(Rc::clone(&visit), mount);
                }
                None => visit.signals.trouble.set(Some(Trouble::Staff)),
            },
            Some((422, body)) => ask_birth_date(&visit, &body),
            // The link is over or locked: the server has a page that says so.
            Some((404 | 410 | 423, _)) => {
                let _ = window().location().reload();
            }
            Some((502, body)) if !body.contains("unavailable") => visit.signals.trouble.set(Some(Trouble::Staff)),
            Some((500, _)) => visit.signals.trouble.set(Some(Trouble::Staff)),
            Some(_) => visit.signals.trouble.set(Some(Trouble::Busy)),
            None => visit.signals.trouble.set(Some(Trouble::Busy)),
        }
    });
}

/// The field of the date of birth, where it is asked for.
fn birth_input() -> Option<HtmlInputElement> {
    document().get_element_by_id("date_of_birth")?.dyn_into().ok()
}

/// Takes what was entered out of the field: on a shared device it must not stand there afterwards.
fn take_birth_date(visit: &Visit) {
    if let Some(input) = birth_input().filter(|input| !input.value().is_empty()) {
        visit.birth_date.replace(input.value());
        input.set_value("");
    }
}

/// The date of birth was not taken: back to its field, with what is wrong.
fn ask_birth_date(visit: &Visit, answer: &str) {
    visit.birth_date.take();
    let (wrong, required) = &visit.birth_words;
    let left: Option<String> = answer.split_once("\"left\":").map(|(_, rest)| rest.chars().take_while(char::is_ascii_digit).collect());
    visit.signals.refused.set(Some(left.map_or_else(|| required.clone(), |left| wrong.replace("{left}", &left))));
    visit.signals.phase.set(Phase::Start);
    request_animation_frame(|| {
        let _ = birth_input().map(|input| input.focus());
    });
}

/// Reads the answer to Start.
fn started(json: &str) -> Option<Started> {
    let answer = js_sys::JSON::parse(json).ok()?;
    Some(Started { url: member(&answer, "url")?.as_string()?, key: member(&answer, "key")?.as_string()? })
}

/// The frame has loaded something.
pub(super) fn loaded(visit: &Rc<Visit>) {
    visit.signals.loaded.set(true);
    if visit.signals.trouble.get_untracked() == Some(Trouble::Slow) {
        visit.signals.trouble.set(None);
    }
}

/// Says so when the questionnaire is not there in time.
fn watch(visit: Rc<Visit>, mount: u32) {
    set_timeout(
        move || {
            let signals = visit.signals;
            let waits = visit.mount.get() == mount && signals.phase.get_untracked() == Phase::Frame && !signals.loaded.get_untracked();
            if waits && signals.trouble.get_untracked().is_none() {
                signals.trouble.set(Some(Trouble::Slow));
            }
        },
        WATCHDOG,
    );
}

/// Hears a message. It counts only from our frame, from an origin on the list, and about this consultation.
fn hear(visit: &Rc<Visit>, event: &MessageEvent) {
    match accept(visit, event) {
        Some((message, json)) if message.is_completion() => {
            keep(&json);
            finish(visit);
        }
        Some((message, json)) => pass_on(visit, &message, json),
        None => visit.ignored.set(visit.ignored.get().saturating_add(1)),
    }
}

fn accept(visit: &Visit, event: &MessageEvent) -> Option<(Message, String)> {
    let ours = visit.signals.frame.get_untracked()?.content_window()?;
    let from_frame = event.source().is_some_and(|source| js_sys::Object::is(&source, &ours));
    if !event.is_trusted() || !from_frame || !visit.origins.contains(&event.origin()) {
        return None;
    }
    let data = event.data();
    if !data.is_object() {
        return None;
    }
    let json = js_sys::JSON::stringify(&data).ok().filter(|json| json.length() as usize <= MAX_BYTES)?.as_string()?;
    let text = |name: &str| member(&data, name).and_then(|value| value.as_string());
    let parts = Parts {
        event_type: text("eventType"),
        even_type: text("evenType"),
        operation: text("operation"),
        status: text("status"),
        id: text("id"),
    };
    let message = Message::from_parts(parts).ok()?.about(visit.key.borrow().as_ref()?).ok()?;
    Some((message, json))
}

/// A message that completes nothing: the staff see it in the timeline.
fn pass_on(visit: &Rc<Visit>, message: &Message, json: String) {
    let mut heard = visit.heard.borrow_mut();
    let status = message.status.as_ref().map(|status| status.as_str()).unwrap_or_default();
    let line = format!("{} {status}", message.operation);
    if heard.len() >= HEARD_MOST || heard.contains(&line) {
        return;
    }
    heard.push(line);
    let token = visit.token.clone();
    spawn_local(async move {
        post(ReportMessage::PATH, &[("token", &token), ("message", &json)]).await;
    });
}

fn storage() -> Option<Storage> {
    window().session_storage().ok().flatten()
}

fn keep(json: &str) {
    let _ = storage().and_then(|storage| storage.set_item(WAITING, json).ok());
}

impl Visit {
    /// The report that waits, if one does.
    fn waiting(&self) -> Option<String> {
        storage()?.get_item(WAITING).ok().flatten()
    }
}

/// It is answered: the frame goes, Thank you comes, and the report is on its way.
fn finish(visit: &Rc<Visit>) {
    let signals = visit.signals;
    visit.birth_date.take();
    signals.saving.set(visit.waiting().is_some());
    if signals.phase.get_untracked() != Phase::Done {
        signals.source.set(None);
        signals.phase.set(Phase::Done);
        if signals.shared.get_untracked() {
            let _ = window().history().and_then(|history| history.replace_state_with_url(&JsValue::NULL, "", Some(FINISHED)));
        }
        // After the heading is there.
        request_animation_frame(move || {
            window().scroll_to_with_x_and_y(0.0, 0.0);
            if let Some(heading) = signals.heading.get_untracked() {
                document().set_title(&heading.text_content().unwrap_or_default());
                let _ = heading.focus();
            }
        });
    }
    deliver(Rc::clone(visit), RETRY_MS.0);
}

/// Delivers the report that waits, and tries again until the server has it. The server takes it any number of times.
fn deliver(visit: Rc<Visit>, retry_ms: u64) {
    let Some(message) = visit.waiting() else { return };
    if visit.delivering.replace(true) {
        return;
    }
    spawn_local(async move {
        let answer = post(ReportMessage::PATH, &[("token", &visit.token), ("message", &message)]).await;
        visit.delivering.set(false);
        match answer {
            // Taken, or never to be taken: nothing waits any more.
            Some((status, _)) if status < 500 && status != 429 => {
                let _ = storage().and_then(|storage| storage.remove_item(WAITING).ok());
                visit.signals.saving.set(false);
            }
            _ => {
                let next = (retry_ms * 2).min(RETRY_MS.1);
                set_timeout(move || deliver(visit, next), Duration::from_millis(retry_ms));
            }
        }
    });
}

/// Tells the server that the page is on screen and asks where the consultation stands: the message of Empego's page can
/// be lost, its word to our server is not.
fn ask(visit: Rc<Visit>, next_ms: u64) {
    spawn_local(async move {
        let ignored = visit.ignored.replace(0);
        let answer = post(AskState::PATH, &[("token", &visit.token), ("ignored", &ignored.to_string())]).await;
        match answer {
            Some((200, body)) => {
                if matches!(VisitState::from_json(&body), Some(VisitState::Reported | VisitState::Confirmed)) {
                    finish(&visit);
                    return;
                }
            }
            _ => visit.ignored.set(visit.ignored.get().saturating_add(ignored)),
        }
        if visit.signals.phase.get_untracked() != Phase::Done {
            set_timeout(move || ask(visit, (next_ms * 3 / 2).min(ASK_MS.1)), Duration::from_millis(next_ms));
        }
    });
}
