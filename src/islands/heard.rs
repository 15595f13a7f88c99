//! Which messages of a window are Empego's. What they mean is for each island to say.

use super::browser::{member, set_member};
use crate::model::message::{MAX_BYTES, Parts};
use js_sys::{JSON, Object};
use wasm_bindgen::JsValue;
use web_sys::{HtmlIFrameElement, MessageEvent};

/// What was posted, if it counts: by a person's browser and not by a script, from our frame, from
/// an origin on the list, an object, and not too large.
pub(super) fn posted(
    event: &MessageEvent,
    frame: &HtmlIFrameElement,
    origins: &[String],
) -> Option<JsValue> {
    let ours = frame.content_window()?;
    let from_frame = event.source().is_some_and(|source| Object::is(&source, &ours));
    if !event.is_trusted() || !from_frame || !origins.contains(&event.origin()) {
        return None;
    }
    let data = event.data();
    let fits = data.is_object()
        && JSON::stringify(&data).is_ok_and(|whole| whole.length() as usize <= MAX_BYTES);
    fits.then_some(data)
}

/// The members that are read, and an object of them alone: what else Empego's page says may be
/// about the patient's health, and is neither kept nor sent.
pub(super) fn read(data: &JsValue) -> (Parts, Object) {
    let read = Object::new();
    let text = |name: &str| {
        let text = member(data, name)?.as_string()?;
        set_member(&read, name, &JsValue::from_str(&text));
        Some(text)
    };
    let parts = Parts {
        event_type: text("eventType"),
        even_type: text("evenType"),
        operation: text("operation"),
        status: text("status"),
        id: text("id"),
    };
    (parts, read)
}
