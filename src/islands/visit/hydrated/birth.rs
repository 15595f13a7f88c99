//! The date of birth before Start, where it is asked for.

use super::Visit;
use crate::islands::visit::Phase;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;

/// The field of the date of birth, where it is asked for.
fn input() -> Option<HtmlInputElement> {
    document().get_element_by_id("date_of_birth")?.dyn_into().ok()
}

/// Takes what was entered out of the field: on a shared device it must not stand there afterwards.
pub(super) fn take(visit: &Visit) {
    if let Some(input) = input().filter(|input| !input.value().is_empty()) {
        visit.birth_date.replace(input.value());
        input.set_value("");
    }
}

/// The date of birth was not taken: back to its field, with what is wrong.
pub(super) fn ask(visit: &Visit, answer: &str) {
    visit.birth_date.take();
    let (wrong, required) = &visit.birth_words;
    let left: Option<String> = answer
        .split_once("\"left\":")
        .map(|(_, rest)| rest.chars().take_while(char::is_ascii_digit).collect());
    visit
        .signals
        .refused
        .set(Some(left.map_or_else(|| required.clone(), |left| wrong.replace("{left}", &left))));
    visit.signals.phase.set(Phase::Start);
    request_animation_frame(|| {
        let _ = input().map(|input| input.focus());
    });
}
