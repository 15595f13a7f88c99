//! Loads a frame in the browser, with a new presigned URL for each attempt.

use super::{Frame, FrameProblem};
use crate::islands::browser::{FRAME_TIMEOUT, listen, property, set_property};
use crate::model::message::{MAX_BYTES, Message, MessageNames, MessageParts, Subject};
use crate::model::visit::{LEAVE_DIALOG, LEAVE_GO_ON, Started};
use js_sys::{JSON, Object};
use leptos::prelude::*;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Event, HtmlDialogElement, HtmlIFrameElement, MessageEvent};

/// How long a loaded frame may stay unused before the page offers help.
const IDLE: Duration = Duration::from_secs(60);

/// Loads one frame and receives its messages.
pub struct FrameLoader {
    frame: Frame,
    /// The origins that messages are accepted from.
    origins: Vec<String>,
    names: MessageNames,
    /// What Empego's messages call this consultation, and its key: known from the first successful
    /// attempt. The key is empty while the server does not know it either.
    about: RefCell<Option<(Subject, String)>>,
    /// The number of the newest attempt. Responses to older ones are dropped.
    newest: Cell<u32>,
    /// Whether the response to the newest attempt is pending.
    pending: Cell<bool>,
    visible: Box<dyn Fn() -> bool>,
}

impl FrameLoader {
    /// `origins` are separated by spaces, `names` are of `MessageNames::to_text`. A slow frame is
    /// reported only while it is `visible`.
    pub fn new(
        frame: Frame,
        origins: &str,
        names: &str,
        visible: impl Fn() -> bool + 'static,
    ) -> Rc<Self> {
        listen(&window(), "blur", move |_: Event| {
            // The element that has the focus now is known after this event.
            set_timeout(
                move || {
                    if has_focus() {
                        frame.used.set(true);
                        frame.idle.set(false);
                    }
                },
                Duration::ZERO,
            );
        });
        Rc::new(Self {
            frame,
            origins: origins.split(' ').map(str::to_owned).collect(),
            names: MessageNames::from_text(names),
            about: RefCell::default(),
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
        frame.used.set(false);
        frame.idle.set(false);
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
                let subject = Subject::of(started.is_follow_up);
                self.about.replace(Some((subject, started.key)));
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

    fn posted(&self, event: &MessageEvent) -> Option<JsValue> {
        trusted_data(event, &self.frame.node.get_untracked()?, &self.origins)
    }

    /// The operation of a message of Empego's page that is too large to be read.
    #[cfg(feature = "hydrate")]
    pub fn oversized(&self, event: &MessageEvent) -> Option<String> {
        let data = self.posted(event).filter(is_too_large)?;
        known_properties(&data, &self.names).0.operation
    }

    /// Accepts a message of Empego's page about this consultation. Returns the message, the posted
    /// data, and an object with its known properties.
    pub fn accept(&self, event: &MessageEvent) -> Option<(Message, JsValue, Object)> {
        let data = self.posted(event)?;
        if is_too_large(&data) {
            return None;
        }
        let (parts, known) = known_properties(&data, &self.names);
        let about = self.about.borrow();
        let (subject, key) = about.as_ref()?;
        let message = Message::from_parts(parts).ok()?.about(*subject, key).ok()?;
        Some((message, data, known))
    }
}

/// The data of a message, if the browser sent it (not a script), from this frame and an allowed
/// origin, and if it is an object.
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
    data.is_object().then_some(data)
}

/// Whether a message is longer than the server reads: in bytes of UTF-8, as there. What is no JSON
/// cannot be sent either.
fn is_too_large(data: &JsValue) -> bool {
    let Ok(json) = JSON::stringify(data) else { return true };
    // A UTF-16 unit is a byte at least: a huge text need not be copied.
    json.length() as usize > MAX_BYTES || String::from(json).len() > MAX_BYTES
}

/// The known properties, and an object of these alone, under their documented names. Others may be
/// about the patient's health and are neither kept nor sent.
fn known_properties(data: &JsValue, names: &MessageNames) -> (MessageParts, Object) {
    let parts = names.parts(|name| {
        let value = property(data, name)?;
        // Keys can be numbers.
        let number = || JSON::stringify(&value).ok().filter(|_| value.as_f64().is_some());
        value.as_string().or_else(|| number()?.as_string())
    });
    let known = Object::new();
    for (name, value) in [
        ("eventType", &parts.event_type),
        ("operation", &parts.operation),
        ("status", &parts.status),
        ("id", &parts.id),
    ] {
        if let Some(value) = value {
            set_property(&known, name, &JsValue::from_str(value));
        }
    }
    (parts, known)
}

/// Handles the frame's `load` event. A second one of the same source is the user's doing.
pub fn on_load(frame: Frame) {
    if frame.loaded.get_untracked() {
        frame.used.set(true);
    }
    frame.loaded.set(true);
    let source = frame.source.get_untracked();
    set_timeout(
        move || {
            if frame.source.get_untracked() == source && !frame.used.get_untracked() {
                frame.idle.set(true);
            }
        },
        IDLE,
    );
    if frame.problem.get_untracked() == Some(FrameProblem::Slow) {
        frame.problem.set(None);
    }
}

/// Whether the user works inside the frame, which sends no input events to this page.
pub fn has_focus() -> bool {
    let document = document();
    let inside = document.active_element().is_some_and(|element| element.tag_name() == "IFRAME");
    inside && document.has_focus().unwrap_or(false)
}

/// Whether something that was entered may be in the frame. Without a mouse a loaded frame counts as
/// used: not every phone tells the page that a choice in the frame was touched.
pub fn is_used(frame: Frame) -> bool {
    let mouse = || {
        let query = window().match_media("(hover: hover)").ok().flatten();
        query.is_some_and(|query| query.matches())
    };
    frame.source.get_untracked().is_some()
        && (frame.used.get_untracked() || (frame.loaded.get_untracked() && !mouse()))
}

/// Does something that empties the frame: at once where nothing can be lost, else after the user
/// agreed.
pub fn leave(frame: Frame, then: impl FnOnce() + 'static) {
    let Some(dialog) = document().get_element_by_id(LEAVE_DIALOG).filter(|_| is_used(frame)) else {
        return then();
    };
    // Older browsers have no dialogs.
    if property(&dialog, "showModal").is_none() {
        let text = dialog.query_selector("p").ok().flatten().and_then(|text| text.text_content());
        if window().confirm_with_message(&text.unwrap_or_default()).unwrap_or(true) {
            then();
        }
        return;
    }
    let dialog: HtmlDialogElement = dialog.unchecked_into();
    let answered = dialog.clone();
    let on_close = Closure::once_into_js(move || {
        if answered.return_value() == LEAVE_GO_ON {
            then();
        }
    });
    dialog.set_return_value("");
    dialog.set_onclose(Some(on_close.unchecked_ref()));
    let _ = dialog.show_modal();
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
        is_follow_up: property(&started, "is_follow_up")?.as_bool()?,
    })
}
