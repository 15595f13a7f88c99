//! The fields of the date of birth in the browser.

use crate::islands::browser::listen;
use crate::islands::visit::{BIRTH_FIELDS, VisitWords};
use leptos::prelude::*;
use std::time::Duration;
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlElement, HtmlInputElement};

/// The id of the fieldset around the fields.
const FIELDSET: &str = "birth";
/// The id of the text of their error.
const ERROR: &str = "birth-error";

fn input(name: &str) -> Option<HtmlInputElement> {
    document().get_element_by_id(name)?.dyn_into().ok()
}

fn inputs() -> impl Iterator<Item = HtmlInputElement> {
    BIRTH_FIELDS.into_iter().filter_map(input)
}

/// Takes a whole date that is pasted into one field apart. On a shared device the browser must not
/// offer one patient's date to the next.
pub(super) fn begin(shared: bool) {
    if shared {
        for input in inputs() {
            let _ = input.set_attribute("autocomplete", "off");
        }
    }
    let Some(fieldset) = document().get_element_by_id(FIELDSET) else { return };
    listen(&fieldset, "paste", |event: Event| {
        let Some(target) = event.target() else { return };
        let target: HtmlInputElement = target.unchecked_into();
        // The field has the pasted text after this event.
        set_timeout(
            move || {
                if let Some(parts) = apart(&target.value()) {
                    for (input, part) in inputs().zip(parts) {
                        input.set_value(part);
                    }
                }
            },
            Duration::ZERO,
        );
    });
}

/// Day, month and year of a date in digits with a year of four. `None` where the text could be
/// read in two ways: it stays as it is, and the server asks.
fn apart(text: &str) -> Option<[&str; 3]> {
    let mut parts = text.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty());
    let (first, second, third) = (parts.next()?, parts.next(), parts.next());
    let (Some(second), Some(third), None) = (second, third, parts.next()) else {
        let whole = first.len() == 8 && second.is_none();
        return whole.then(|| [&first[6..], &first[4..6], &first[..4]]);
    };
    let is_day = |part: &str| part.parse::<u8>().is_ok_and(|number| number > 12);
    match (first.len(), third.len()) {
        (4, 1 | 2) => Some([third, second, first]),
        (1 | 2, 4) if is_day(first) || first == second => Some([first, second, third]),
        (1 | 2, 4) if is_day(second) => Some([second, first, third]),
        _ => None,
    }
}

/// Takes the date out of its fields, where the next user of a shared device could see it. What was
/// taken before stays where they are empty.
pub(super) fn take(date: &mut [String; 3]) {
    if inputs().all(|input| input.value().is_empty()) {
        return;
    }
    for (part, input) in date.iter_mut().zip(inputs()) {
        *part = input.value();
        input.set_value("");
    }
}

/// Says at the fields why the date was refused, and goes there. `body` is the error of the server
/// function; a JSON reader would enlarge the patient bundle.
pub(super) fn refuse(words: &VisitWords, body: &str) {
    let left: Option<String> = body
        .split_once("\"left\":")
        .map(|(_, rest)| rest.chars().take_while(char::is_ascii_digit).collect());
    let text = match left {
        Some(left) => words.birth_wrong.replace("{left}", &left),
        None if body.contains("bad_date") => words.birth_bad.clone(),
        None if body.contains("ambiguous_date") => words.birth_ambiguous.clone(),
        None => words.birth_required.clone(),
    };
    if let Some(error) = document().get_element_by_id(ERROR) {
        error.set_text_content(Some(&text));
        let _ = error.remove_attribute("hidden");
    }
    for input in inputs() {
        let _ = input.set_attribute("aria-invalid", "true");
    }
    // After the form is shown again.
    request_animation_frame(|| {
        let first = document().query_selector("#birth input").ok().flatten();
        let _ = first.map(|first| first.unchecked_into::<HtmlElement>().focus());
    });
}
