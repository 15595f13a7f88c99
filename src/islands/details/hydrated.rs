//! The details in the browser: opens them, receives their messages, and has exports fetched.

use super::{ExportState, FrameWords, Signals};
use crate::api::details::{OpenDetails, ReportDetailsMessage, TakeExport};
use crate::api::session::KeepSession;
use crate::islands::browser::{REQUEST_TIMEOUT, listen, post, property};
use crate::islands::frame::hydrated::{FrameLoader, has_focus};
use crate::model::export::{FetchedExport, PdfProblem};
use crate::model::ids::ExportId;
use crate::model::message::{EXPORT_IN_PROGRESS, EXPORT_READY};
use js_sys::JSON;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos::task::spawn_local;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;
use wasm_bindgen::JsValue;
use web_sys::MessageEvent;

/// The timeout of requests that the server forwards to Empego. Longer than the server's own.
const EMPEGO_TIMEOUT: Duration = Duration::from_secs(30);
/// How long Empego may prepare an export.
const EXPORT_TIMEOUT: Duration = Duration::from_secs(120);
/// How often the session is extended while the frame has the focus.
const KEEP_ALIVE_INTERVAL: Duration = Duration::from_secs(60);
/// The maximum number of different messages that are reported to the server.
const MAX_REPORTED: usize = 10;

/// The state of the page.
pub(super) struct Details {
    signals: Signals,
    /// The consultation's id.
    id: String,
    loader: Rc<FrameLoader>,
    /// The number of the newest export. Responses about older ones are dropped.
    export: Cell<u32>,
    /// The newest message about a ready export. A repeated message is the same export.
    ready: RefCell<String>,
    reported: RefCell<Vec<String>>,
}

/// Starts listening, and opens the details.
pub(super) fn begin(signals: Signals, words: FrameWords) -> Rc<Details> {
    let details = Rc::new(Details {
        signals,
        id: words.id,
        loader: FrameLoader::new(signals.frame, &words.origins, &words.messages, || true),
        export: Cell::new(0),
        ready: RefCell::default(),
        reported: RefCell::default(),
    });
    set_interval(
        || {
            if has_focus() {
                spawn_local(async { drop(post(KeepSession::PATH, &[], REQUEST_TIMEOUT).await) });
            }
        },
        KEEP_ALIVE_INTERVAL,
    );
    let (on_message, on_hydrated) = (Rc::clone(&details), Rc::clone(&details));
    listen(&window(), "message", move |event: MessageEvent| {
        receive(&on_message, &event);
    });
    // Not before hydration is complete, which expects the DOM that the server rendered.
    queue_microtask(move || {
        signals.hydrated.set(true);
        open(&on_hydrated);
    });
    details
}

/// Opens the details, also again.
pub(super) fn open(details: &Rc<Details>) {
    let Some(attempt) = details.loader.start() else { return };
    let details = Rc::clone(details);
    spawn_local(async move {
        let response = post(OpenDetails::PATH, &[("id", &details.id)], EMPEGO_TIMEOUT).await;
        if !details.loader.finish(attempt) {
            return;
        }
        match response {
            // The server's page explains that the session ended or the consultation is gone.
            Some((401 | 403 | 404, _)) => reload(),
            response => details.loader.show(attempt, response),
        }
    });
}

fn parse_export(json: &str) -> Option<FetchedExport> {
    let export = JSON::parse(json).ok()?;
    let text =
        |object: &JsValue, name: &str| property(object, name).and_then(|value| value.as_string());
    let pdf = property(&export, "pdf")?;
    let pdf = match text(&pdf, "Ok") {
        Some(id) => Ok(ExportId(id)),
        None => Err(PdfProblem::parse(&text(&pdf, "Err")?)?),
    };
    let kept = property(&export, "kept").is_some_and(|kept| kept.is_truthy());
    Some(FetchedExport { pdf, text: text(&export, "text"), kept })
}

fn reload() {
    let _ = window().location().reload();
}

/// Handles a message, if it is one of Empego's page about this consultation.
fn receive(details: &Rc<Details>, event: &MessageEvent) -> Option<()> {
    if let Some(operation) = details.loader.oversized(event) {
        if operation.eq_ignore_ascii_case(EXPORT_READY) {
            details.export.set(details.export.get() + 1);
            details.signals.export.set(ExportState::TooLarge);
        }
        return None;
    }
    let (message, data, known) = details.loader.accept(event)?;
    if message.operation.eq_ignore_ascii_case(EXPORT_IN_PROGRESS) {
        await_export(details);
    } else if message.operation.eq_ignore_ascii_case(EXPORT_READY) {
        fetch_export(details, json(&data)?);
    } else {
        report(details, json(&known)?);
    }
    Some(())
}

fn json(value: &JsValue) -> Option<String> {
    JSON::stringify(value).ok()?.as_string()
}

/// Shows that an export is running, and its timeout.
fn await_export(details: &Rc<Details>) {
    let number = details.export.get() + 1;
    details.export.set(number);
    details.signals.export.set(ExportState::Running);
    let details = Rc::clone(details);
    set_timeout(
        move || {
            if details.export.get() == number
                && details.signals.export.get_untracked() == ExportState::Running
            {
                details.signals.export.set(ExportState::TimedOut);
            }
        },
        EXPORT_TIMEOUT,
    );
}

/// Has the server fetch a ready export at once, because its URL expires soon.
fn fetch_export(details: &Rc<Details>, message: String) {
    if details.ready.replace(message.clone()) == message {
        return;
    }
    let number = details.export.get() + 1;
    details.export.set(number);
    details.signals.export.set(ExportState::Fetching);
    let details = Rc::clone(details);
    spawn_local(async move {
        let fields = [("id", details.id.as_str()), ("message", &message)];
        let response = post(TakeExport::PATH, &fields, EMPEGO_TIMEOUT).await;
        if details.export.get() != number {
            return;
        }
        let state = match response {
            Some((401 | 403, _)) => return reload(),
            Some((200, body)) => {
                parse_export(&body).map_or(ExportState::FetchFailed, ExportState::Fetched)
            }
            _ => ExportState::FetchFailed,
        };
        details.signals.export.set(state);
    });
}

/// Reports any other message to the server, once.
fn report(details: &Rc<Details>, message: String) {
    let mut reported = details.reported.borrow_mut();
    if reported.len() >= MAX_REPORTED || reported.contains(&message) {
        return;
    }
    reported.push(message.clone());
    let details = Rc::clone(details);
    spawn_local(async move {
        let fields = [("id", details.id.as_str()), ("message", &message)];
        post(ReportDetailsMessage::PATH, &fields, REQUEST_TIMEOUT).await;
    });
}
