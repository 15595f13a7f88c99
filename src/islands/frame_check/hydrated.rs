//! The check of the frame in the browser.

use super::Frame;
use crate::islands::browser::{WATCHDOG, listen, member};
use leptos::prelude::*;
use wasm_bindgen::JsValue;

/// Begins once the page that the server rendered is taken over as it is.
pub(super) fn begin(frame: RwSignal<Frame>) {
    listen(&document(), "securitypolicyviolation", move |event: JsValue| {
        if member(&event, "effectiveDirective").is_some_and(|directive| directive == "frame-src") {
            frame.set(Frame::Blocked);
        }
    });
    queue_microtask(move || frame.set(Frame::Trying));
    set_timeout(
        move || {
            if frame.get_untracked() == Frame::Trying {
                frame.set(Frame::Silent);
            }
        },
        WATCHDOG,
    );
}

/// Something loaded; a frame that the policy kept out loads a page that says so.
pub(super) fn loaded(frame: RwSignal<Frame>) {
    if frame.get_untracked() != Frame::Blocked {
        frame.set(Frame::Loaded);
    }
}
