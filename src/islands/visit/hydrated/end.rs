//! The end of a visit, and what a shared device forgets.

use super::mail::{self, Mail};
use super::{SHARED_DEVICE, Visit, is_shared};
use crate::islands::browser::listen;
use crate::islands::visit::waiting::Waiting;
use crate::islands::visit::{Phase, Signals, WORDS};
use crate::model::address;
use leptos::prelude::*;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, Event};

/// The place of the token in the address that a shared device goes to at the end.
const FINISHED: &str = "done";

/// It is answered: the frame goes, Thank you comes, and the report is on its way.
pub(super) fn finish(visit: &Rc<Visit>) {
    let signals = visit.signals;
    visit.birth_date.take();
    signals.saving.set(visit.mail.waiting.of(&visit.token).is_some());
    if signals.phase.get_untracked() != Phase::Done {
        signals.frame.source.set(None);
        signals.phase.set(Phase::Done);
        // After the heading is there.
        request_animation_frame(move || {
            window().scroll_to_with_x_and_y(0.0, 0.0);
            if let Some(heading) = signals.heading.get_untracked() {
                document().set_title(&heading.text_content().unwrap_or_default());
                let _ = heading.focus();
            }
        });
    }
    leave(signals);
    mail::deliver(&visit.mail);
}

/// Once everything is delivered, a shared device keeps nothing by which the link could be found
/// again.
pub(super) fn leave(signals: Signals) {
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

/// The other language keeps the mark of a shared device, and takes the place of this page in the
/// history.
pub(super) fn keep_mark() {
    let Some(link) = other_language() else { return };
    let target = link.clone();
    listen(&link, "click", move |event: Event| {
        event.prevent_default();
        let href = target.get_attribute("href").unwrap_or_default();
        let _ = window().location().replace(&format!("{href}{SHARED_DEVICE}"));
    });
}

/// Delivers what earlier pages of this tab could not, on a page without a questionnaire.
pub(in crate::islands::visit) fn deliver_all(waits: RwSignal<bool>) {
    let waiting = Waiting::read();
    let left = waiting.clone();
    let delivered = move |token: &str| {
        say(waits, &left);
        let path = window().location().pathname().unwrap_or_default();
        if path == address::fill(address::VISIT, &[&token]) {
            // What the server says about this link may have changed by it.
            let _ = window().location().reload();
        } else {
            forget_link(&left);
        }
    };
    let mail = Rc::new(Mail::new(waiting.clone(), delivered));
    let online = Rc::clone(&mail);
    listen(&window(), "online", move |_: Event| mail::deliver(&online));
    mail::send_when_hidden(&mail);
    queue_microtask(move || {
        if is_shared() {
            keep_mark();
        }
        say(waits, &waiting);
        forget_link(&waiting);
        mail::deliver(&mail);
    });
}

/// Says that something waits. Until it is delivered, nothing else on the page may say that it can
/// be closed.
fn say(waits: RwSignal<bool>, waiting: &Waiting) {
    let any = !waiting.all().is_empty();
    waits.set(any);
    if let Ok(texts) = document().query_selector_all(".message[data-kind=success] > p") {
        for text in (0..texts.length()).filter_map(|at| texts.item(at)) {
            let _ = text.unchecked_into::<Element>().toggle_attribute_with_force("hidden", any);
        }
    }
}

/// A shared device that says thank you at the link's own address goes to the one that names no
/// link.
fn forget_link(waiting: &Waiting) {
    let thanked =
        document().query_selector(".message[data-kind=success]").is_ok_and(|found| found.is_some());
    let done = window()
        .location()
        .pathname()
        .is_ok_and(|path| path == address::fill(address::VISIT, &[&FINISHED]));
    if is_shared() && thanked && !done && waiting.all().is_empty() {
        let _ = window().location().replace(&finished(&language()));
    }
}
