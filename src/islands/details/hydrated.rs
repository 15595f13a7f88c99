//! The details in the browser: opens them, hears what they say, and has exports fetched.

use super::{FrameWords, Progress, Signals};
use crate::api::details::{OpenDetails, ReportDetailsMessage, TakeExport};
use crate::api::session::KeepSession;
use crate::islands::browser::{PATIENCE, listen, member, post};
use crate::islands::frame::hydrated::Mounts;
use crate::model::export::{ExportTaken, PdfProblem};
use crate::model::ids::ExportId;
use js_sys::JSON;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos::task::spawn_local;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;
use wasm_bindgen::JsValue;
use web_sys::MessageEvent;

/// How long the answer to an opening may take, and that to an export: longer than Empego may take
/// to give it.
const LONG_PATIENCE: Duration = Duration::from_secs(30);
/// How long Empego may take to make an export before the page says that nothing was heard of it.
const LONGEST_EXPORT: Duration = Duration::from_secs(120);
/// How often the desk hears that somebody is at work inside the frame.
const AT_WORK: Duration = Duration::from_secs(60);
/// How many different messages are passed on.
const PASSED_MOST: usize = 10;

/// One page of details.
pub(super) struct Details {
    signals: Signals,
    /// The consultation.
    id: String,
    /// The mounts of the details.
    mounts: Rc<Mounts>,
    /// Counts the exports: only the newest one is told of.
    export: Cell<u32>,
    /// The newest message that an export is ready: the same one again is the same export.
    ready: RefCell<String>,
    /// Messages that were passed on.
    passed: RefCell<Vec<String>>,
}

/// Wakes up, and opens the details.
pub(super) fn begin(signals: Signals, words: FrameWords) -> Rc<Details> {
    let details = Rc::new(Details {
        signals,
        id: words.id,
        mounts: Mounts::new(signals.frame, &words.origins, || true),
        export: Cell::new(0),
        ready: RefCell::default(),
        passed: RefCell::default(),
    });
    set_interval(
        || {
            if works_inside() {
                spawn_local(async { drop(post(KeepSession::PATH, &[], PATIENCE).await) });
            }
        },
        AT_WORK,
    );
    let (hears, opens) = (Rc::clone(&details), Rc::clone(&details));
    listen(&window(), "message", move |event: MessageEvent| {
        hear(&hears, &event);
    });
    // Once the page that the server rendered is taken over as it is: a change before that would be
    // taken over wrongly.
    queue_microtask(move || {
        signals.awake.set(true);
        open(&opens);
    });
    details
}

/// Whether somebody is inside the frame: whatever they do there, this page hears nothing of it.
fn works_inside() -> bool {
    let document = document();
    let inside = document.active_element().is_some_and(|element| element.tag_name() == "IFRAME");
    inside && document.has_focus().unwrap_or(false)
}

/// Opens, or opens again.
pub(super) fn open(details: &Rc<Details>) {
    let Some(mount) = details.mounts.begin() else { return };
    let details = Rc::clone(details);
    spawn_local(async move {
        let answer = post(OpenDetails::PATH, &[("id", &details.id)], LONG_PATIENCE).await;
        if !details.mounts.is_answered(mount) {
            return;
        }
        match answer {
            // The session is over, or the consultation is gone: the server has a page that says so.
            Some((401 | 403 | 404, _)) => reload(),
            answer => details.mounts.show(mount, answer),
        }
    });
}

/// Reads what came of an export.
fn taken(json: &str) -> Option<ExportTaken> {
    let answer = JSON::parse(json).ok()?;
    let text =
        |object: &JsValue, name: &str| member(object, name).and_then(|value| value.as_string());
    let pdf = member(&answer, "pdf")?;
    let pdf = match text(&pdf, "Ok") {
        Some(id) => Ok(ExportId(id)),
        None => Err(PdfProblem::parse(&text(&pdf, "Err")?)?),
    };
    let kept = member(&answer, "kept").is_some_and(|kept| kept.is_truthy());
    Some(ExportTaken { pdf, text: text(&answer, "text"), kept })
}

fn reload() {
    let _ = window().location().reload();
}

/// Hears a message, if it is one that counts.
fn hear(details: &Rc<Details>, event: &MessageEvent) -> Option<()> {
    let (message, posted, read) = details.mounts.hear(event)?;
    if message.operation.eq_ignore_ascii_case("exportInProgress") {
        wait_for_export(details);
    } else if message.operation.eq_ignore_ascii_case("exportReady") {
        take(details, json(&posted)?);
    } else {
        pass_on(details, json(&read)?);
    }
    Some(())
}

fn json(value: &JsValue) -> Option<String> {
    JSON::stringify(value).ok()?.as_string()
}

/// Empego makes an export. If nothing is heard of it any more, the page says so.
fn wait_for_export(details: &Rc<Details>) {
    let number = details.export.get() + 1;
    details.export.set(number);
    details.signals.export.set(Progress::Running);
    let details = Rc::clone(details);
    set_timeout(
        move || {
            if details.export.get() == number
                && details.signals.export.get_untracked() == Progress::Running
            {
                details.signals.export.set(Progress::Stuck);
            }
        },
        LONGEST_EXPORT,
    );
}

/// An export is ready: the server fetches it, at once.
fn take(details: &Rc<Details>, message: String) {
    if details.ready.replace(message.clone()) == message {
        return;
    }
    let number = details.export.get() + 1;
    details.export.set(number);
    details.signals.export.set(Progress::Taking);
    let details = Rc::clone(details);
    spawn_local(async move {
        let answer =
            post(TakeExport::PATH, &[("id", &details.id), ("message", &message)], LONG_PATIENCE)
                .await;
        if details.export.get() != number {
            return;
        }
        let progress = match answer {
            Some((401 | 403, _)) => return reload(),
            Some((200, body)) => taken(&body).map_or(Progress::NotTaken, Progress::Taken),
            _ => Progress::NotTaken,
        };
        details.signals.export.set(progress);
    });
}

/// A message about something else: the server notes it, once.
fn pass_on(details: &Rc<Details>, message: String) {
    let mut passed = details.passed.borrow_mut();
    if passed.len() >= PASSED_MOST || passed.contains(&message) {
        return;
    }
    passed.push(message.clone());
    let details = Rc::clone(details);
    spawn_local(async move {
        post(ReportDetailsMessage::PATH, &[("id", &details.id), ("message", &message)], PATIENCE)
            .await;
    });
}
