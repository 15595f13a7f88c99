//! Loads a frame in the browser, with a new presigned URL for each attempt.

use super::{Frame, FrameProblem};
use crate::islands::browser::{FRAME_TIMEOUT, property, set_property};
use crate::model::message::{MAX_BYTES, Message, MessageParts};
use crate::model::visit::Started;
use js_sys::{JSON, Object};
use leptos::prelude::*;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::JsValue;
use web_sys::{HtmlIFrameElement, MessageEvent};

/// Loads one frame and receives its messages.
pub struct FrameLoader {
    frame: Frame,
    /// The origins that messages are accepted from.
    origins: Vec<String>,
    /// Empego's key of this consultation, known from the first successful attempt.
    key: RefCell<Option<String>>,
    /// The number of the newest attempt. Responses to older ones are dropped.
    newest: Cell<u32>,
    /// Whether the response to the newest attempt is pending.
    pending: Cell<bool>,
    visible: Box<dyn Fn() -> bool>,
}

impl FrameLoader {
    /// `origins` are separated by spaces. A slow frame is reported only while it is `visible`.
    pub fn new(frame: Frame, origins: &str, visible: impl Fn() -> bool + 'static) -> Rc<Self> {
        Rc::new(Self {
            frame,
            origins: origins.split(' ').map(str::to_owned).collect(),
            key: RefCell::default(),
            newest: Cell::new(0),
            pending: Cell::new(false),
            visible: Box::new(visible),
        })
    }

    /// Starts an attempt and returns its number. `None` while another one is pending without a
    /// problem, such as after a double click.
    pub fn start(self: &Rc<Self>) -> Option<u32> {
        let frame = self.frame;
        if self.pending.get() && frame.problem.get_untracked().is_none() {
            return None;
        }
        self.pending.set(true);
        let attempt = self.newest.get() + 1;
        self.newest.set(attempt);
        frame.source.set(None);
        frame.loaded.set(false);
        frame.problem.set(None);
        self.watch(attempt);
        Some(attempt)
    }

    /// Returns whether an attempt is the newest one, which is then no longer pending.
    pub fn finish(&self, attempt: u32) -> bool {
        let newest = self.newest.get() == attempt;
        if newest {
            self.pending.set(false);
        }
        newest
    }

    /// Loads the page that the response names, or shows the problem.
    pub fn show(self: &Rc<Self>, attempt: u32, response: Option<(u16, String)>) {
        match started(response) {
            Ok(started) => {
                self.key.replace(Some(started.key));
                self.frame.problem.set(None);
                self.frame.source.set(Some(started.url));
                self.watch(attempt);
            }
            Err(problem) => self.frame.problem.set(Some(problem)),
        }
    }

    /// Reports a slow frame after a timeout.
    fn watch(self: &Rc<Self>, attempt: u32) {
        let loader = Rc::clone(self);
        set_timeout(
            move || {
                let frame = loader.frame;
                let loading = loader.newest.get() == attempt
                    && (loader.visible)()
                    && !frame.loaded.get_untracked();
                if loading && frame.problem.get_untracked().is_none() {
                    frame.problem.set(Some(FrameProblem::Slow));
                }
            },
            FRAME_TIMEOUT,
        );
    }

    /// Accepts a message of Empego's page about this consultation. Returns the message, the posted
    /// data, and an object with its known properties.
    pub fn accept(&self, event: &MessageEvent) -> Option<(Message, JsValue, Object)> {
        let data = trusted_data(event, &self.frame.node.get_untracked()?, &self.origins)?;
        let (parts, known) = known_properties(&data);
        let message = Message::from_parts(parts).ok()?.about(self.key.borrow().as_ref()?).ok()?;
        Some((message, data, known))
    }
}

/// The data of a message, if the browser sent it (not a script), from this frame and an allowed
/// origin, and if it is an object of an acceptable size.
fn trusted_data(
    event: &MessageEvent,
    frame: &HtmlIFrameElement,
    origins: &[String],
) -> Option<JsValue> {
    let window = frame.content_window()?;
    let from_frame = event.source().is_some_and(|source| Object::is(&source, &window));
    if !event.is_trusted() || !from_frame || !origins.contains(&event.origin()) {
        return None;
    }
    let data = event.data();
    let fits = data.is_object()
        && JSON::stringify(&data).is_ok_and(|json| json.length() as usize <= MAX_BYTES);
    fits.then_some(data)
}

/// The known properties, and an object of these alone. Others may be about the patient's health and
/// are neither kept nor sent.
fn known_properties(data: &JsValue) -> (MessageParts, Object) {
    let known = Object::new();
    let text = |name: &str| {
        let text = property(data, name)?.as_string()?;
        set_property(&known, name, &JsValue::from_str(&text));
        Some(text)
    };
    let parts = MessageParts {
        event_type: text("eventType"),
        even_type: text("evenType"),
        operation: text("operation"),
        status: text("status"),
        id: text("id"),
    };
    (parts, known)
}

/// Handles the frame's `load` event.
pub fn on_load(frame: Frame) {
    frame.loaded.set(true);
    if frame.problem.get_untracked() == Some(FrameProblem::Slow) {
        frame.problem.set(None);
    }
}

fn started(response: Option<(u16, String)>) -> Result<Started, FrameProblem> {
    match response {
        Some((200, body)) => parse(&body).ok_or(FrameProblem::Refused),
        Some((502, body)) if !body.contains("unavailable") => Err(FrameProblem::Refused),
        Some((500, _)) => Err(FrameProblem::Refused),
        _ => Err(FrameProblem::Busy),
    }
}

fn parse(json: &str) -> Option<Started> {
    let started = JSON::parse(json).ok()?;
    Some(Started {
        url: property(&started, "url")?.as_string()?,
        key: property(&started, "key")?.as_string()?,
    })
}
