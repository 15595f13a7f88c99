//! The end of a visit, and what a shared device must forget.

use super::outbox::{Outbox, PendingReports};
use super::{SHARED_DEVICE, Visit, is_shared};
use crate::islands::browser::listen;
use crate::islands::frame::Frame;
use crate::islands::frame::hydrated::{is_used, leave};
use crate::islands::visit::{Phase, Signals, WORDS};
use crate::model::address;
use leptos::prelude::*;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, Event};

/// Replaces the token in the address of a shared device at the end.
const FINISHED: &str = "done";

/// Shows the end, and delivers the report.
pub(super) fn finish(visit: &Rc<Visit>) {
    let signals = visit.signals;
    visit.birth_date.take();
    signals.saving.set(visit.outbox.pending.get(&visit.token).is_some());
    if signals.phase.get_untracked() != Phase::Done {
        signals.frame.source.set(None);
        signals.phase.set(Phase::Done);
        // After the heading is rendered.
        request_animation_frame(move || {
            window().scroll_to_with_x_and_y(0.0, 0.0);
            if let Some(heading) = signals.heading.get_untracked() {
                document().set_title(&heading.text_content().unwrap_or_default());
                let _ = heading.focus();
            }
        });
    }
    forget_visit(signals);
    visit.outbox.deliver();
}

/// On a shared device, removes the link from the page and the history after everything is
/// delivered.
pub(super) fn forget_visit(signals: Signals) {
    if !signals.shared.get_untracked()
        || signals.saving.get_untracked()
        || signals.phase.get_untracked() != Phase::Done
    {
        return;
    }
    let _ = window().history().and_then(|history| {
        history.replace_state_with_url(&JsValue::NULL, "", Some(&finished(&language())))
    });
    for id in ["start", WORDS] {
        if let Some(element) = document().get_element_by_id(id) {
            element.remove();
        }
    }
    if let Some(link) = other_language() {
        let _ =
            link.set_attribute("href", &finished(&link.get_attribute("lang").unwrap_or_default()));
    }
}

/// The address of the end without a token.
fn finished(language: &str) -> String {
    format!("{}?lang={language}", address::fill(address::VISIT, &[&FINISHED]))
}

/// The language of this page.
fn language() -> String {
    document().document_element().and_then(|root| root.get_attribute("lang")).unwrap_or_default()
}

/// The link to this page in the other language.
fn other_language() -> Option<Element> {
    document().query_selector("a[hreflang]").ok()?
}

/// Makes the link to the other language ask before it empties a questionnaire. On a shared device
/// it also keeps the mark of one, and replaces this page in the history.
pub(super) fn watch_language_link(frame: Option<Frame>, shared: bool) {
    let Some(link) = other_language() else { return };
    let target = link.clone();
    listen(&link, "click", move |event: Event| {
        let frame = frame.filter(|frame| is_used(*frame));
        if frame.is_none() && !shared {
            return;
        }
        event.prevent_default();
        let href = target.get_attribute("href").unwrap_or_default();
        let go = move || {
            let _ = match shared {
                true => window().location().replace(&format!("{href}{SHARED_DEVICE}")),
                false => window().location().set_href(&href),
            };
        };
        match frame {
            Some(frame) => leave(frame, go),
            None => go(),
        }
    });
}

/// Delivers the pending reports on a page without the questionnaire. `is_pending` shows whether
/// there are any.
pub(in crate::islands::visit) fn deliver_all(is_pending: RwSignal<bool>) {
    let pending = PendingReports::read();
    let remaining = pending.clone();
    let on_delivered = move |token: &str| {
        show_pending(is_pending, &remaining);
        if is_at(&token) {
            // The server may now show another page for this link.
            let _ = window().location().reload();
        } else {
            forget_link(&remaining);
        }
    };
    let outbox = Outbox::new(pending.clone(), on_delivered);
    let online = Rc::clone(&outbox);
    listen(&window(), "online", move |_: Event| online.deliver());
    outbox.send_on_page_hide();
    queue_microtask(move || {
        watch_language_link(None, is_shared());
        show_pending(is_pending, &pending);
        forget_link(&pending);
        outbox.deliver();
    });
}

/// Whether this page has the address of a token.
fn is_at(token: &dyn std::fmt::Display) -> bool {
    let path = window().location().pathname();
    path.is_ok_and(|path| path == address::fill(address::VISIT, &[token]))
}

/// Shows whether a report is pending. Until it is delivered, the texts that tell the patient to
/// close the page are hidden.
fn show_pending(is_pending: RwSignal<bool>, pending: &PendingReports) {
    let any = !pending.is_empty();
    is_pending.set(any);
    if let Ok(texts) = document().query_selector_all(".message[data-kind=success] > p") {
        for text in (0..texts.length()).filter_map(|at| texts.item(at)) {
            let _ = text.unchecked_into::<Element>().toggle_attribute_with_force("hidden", any);
        }
    }
}

/// On a shared device, replaces a link's own page of thanks with the one that names no link.
fn forget_link(pending: &PendingReports) {
    let thanked =
        document().query_selector(".message[data-kind=success]").is_ok_and(|found| found.is_some());
    if is_shared() && thanked && !is_at(&FINISHED) && pending.is_empty() {
        let _ = window().location().replace(&finished(&language()));
    }
}
