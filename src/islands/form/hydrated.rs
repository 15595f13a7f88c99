//! The browser part of [`super::FormAid`].

use crate::api::consultations::{FindPatient, KnownPatient};
use crate::islands::browser::{REQUEST_TIMEOUT, is_restored, listen, post};
use crate::model::address;
use leptos::prelude::{document, set_timeout, window};
use leptos::server_fn::ServerFn;
use leptos::task::spawn_local;
use std::time::Duration;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement, HtmlInputElement, HtmlSelectElement};

/// How long a second submit is blocked. The page is not told when the user stops the request, and
/// the server recognises a repeated form by its idempotency key anyway.
const SUBMIT_LOCK: Duration = Duration::from_secs(10);
/// How long after the page is awake the focus moves on: longer than a scanner types.
const NEXT_AFTER: Duration = Duration::from_millis(500);
/// The id of the live region about a known patient.
const LOOKUP: &str = "lookup";

/// The texts of the live region.
pub(super) struct Words {
    pub(super) found_title: String,
    pub(super) found_text: String,
    pub(super) other_title: String,
    pub(super) other_text: String,
}

/// Replaces a form that is restored from the back-forward cache: it was sent, and its idempotency
/// key names the consultation that it created.
pub(super) fn begin() {
    focus_next();
    listen(&window(), "pageshow", move |event: Event| {
        if is_restored(&event) {
            let location = window().location();
            let answers_a_form = location.pathname().is_ok_and(|path| address::is_function(&path));
            let _ = if answers_a_form { location.replace(&new_form()) } else { location.reload() };
        }
    });
}

/// Moves the focus to what comes next, unless the user has moved it.
fn focus_next() {
    let Ok(Some(next)) = document().query_selector("[data-next]") else { return };
    set_timeout(
        move || {
            let is_free = document().active_element().is_none_or(|at| at.tag_name() == "BODY");
            if let (true, Some(next)) = (is_free, next.dyn_ref::<HtmlElement>()) {
                let _ = next.focus();
            }
        },
        NEXT_AFTER,
    );
}

/// The address of the empty form.
fn new_form() -> String {
    if document().get_element_by_id("new-follow-up").is_none() {
        return address::NEW_CONSULTATION.to_owned();
    }
    let follows = document()
        .query_selector("input[name=follows]")
        .ok()
        .flatten()
        .and_then(|field| field.get_attribute("value"));
    let form = address::NEW_FOLLOW_UP;
    follows.map_or(form.to_owned(), |id| format!("{form}?follows={id}"))
}

fn input(id: &str) -> Option<HtmlInputElement> {
    document().get_element_by_id(id)?.dyn_into().ok()
}

/// The entered identifier: its type and value.
fn identifier() -> Option<(String, String)> {
    let kind: HtmlSelectElement =
        document().get_element_by_id("identifier_type")?.dyn_into().ok()?;
    Some((kind.value(), input("identifier")?.value()))
}

/// Handles a new identifier: clears the fields that the previous one filled in, and fills empty
/// fields with the patient on record under the new one. What came without an identifier, as of a
/// patient who has none, is from now on as if it was typed.
pub(super) fn changed(event: &Event, words: &Words) -> Option<()> {
    let target: Element = event.target()?.dyn_into().ok()?;
    if !matches!(target.id().as_str(), "identifier" | "identifier_type") {
        return None;
    }
    let came_with = input("filled_identifier")?;
    for name in ["first_name", "last_name", "date_of_birth"] {
        if came_with.value().is_empty() {
            input(&format!("filled_{name}"))?.set_value("");
        } else {
            fill(name, "");
        }
    }
    came_with.set_value("");
    document().get_element_by_id(LOOKUP)?.set_text_content(None);
    let entered = identifier()?;
    if entered.1.trim().is_empty() {
        return None;
    }
    let Words { found_title, found_text, other_title, other_text } = words;
    let (found, other) =
        ((found_title.clone(), found_text.clone()), (other_title.clone(), other_text.clone()));
    // A scanner ends with Enter, which looks the patient up with the whole form: then nothing is
    // asked here. The form is sent right after this event.
    let default_type = input("default_type").map(|field| field.value()).unwrap_or_default();
    let ask = async move {
        let answer = post(
            FindPatient::PATH,
            &[
                ("identifier_type", &entered.0),
                ("identifier", &entered.1),
                ("default_type", &default_type),
            ],
            REQUEST_TIMEOUT,
        )
        .await;
        let Some((200, body)) = answer else { return };
        let Ok(Some(known)) = serde_json::from_str::<Option<KnownPatient>>(&body) else { return };
        // The identifier has changed since, and has its own request.
        if identifier() != Some(entered) {
            return;
        }
        if let Some(came_with) = input("filled_identifier") {
            came_with.set_value(&input("identifier").map(|it| it.value()).unwrap_or_default());
        }
        let details = [
            ("first_name", &known.first_name),
            ("last_name", &known.last_name),
            ("date_of_birth", &known.date_of_birth),
        ];
        let same = details.map(|(name, value)| fill(name, value)).iter().all(|same| *same);
        let name = format!("{} {}", known.first_name, known.last_name);
        let (kind, (title, text)) = if same { ("success", found) } else { ("warning", other) };
        show_notice(kind, &title, &text, name.trim());
    };
    let form = target.closest("form").ok().flatten();
    set_timeout(
        move || {
            if form.is_none_or(|form| form.get_attribute("aria-busy").is_none()) {
                spawn_local(ask);
            }
        },
        Duration::ZERO,
    );
    Some(())
}

/// Fills a field that is empty or contains what an identifier filled in. Input of the user is never
/// overwritten: the server asks about a difference. Returns whether the field now has this value.
fn fill(name: &str, value: &str) -> bool {
    let (Some(field), Some(filled)) = (input(name), input(&format!("filled_{name}"))) else {
        return true;
    };
    if field.value().is_empty() || field.value() == filled.value() {
        field.set_value(value);
        filled.set_value(value);
    } else {
        filled.set_value("");
    }
    value.is_empty() || field.value().to_lowercase() == value.to_lowercase()
}

/// Shows the notice that a look renders there without a script. The name in it is isolated.
fn show_notice(kind: &str, title: &str, text: &str, name: &str) -> Option<()> {
    let document = document();
    let notice = document.create_element("div").ok()?;
    notice.set_class_name("notice");
    notice.set_attribute("data-kind", kind).ok()?;
    for (tag, text) in [("h2", title), ("p", text)] {
        let line = document.create_element(tag).ok()?;
        let (before, after) = text.split_once("{name}").unwrap_or((text, ""));
        line.set_text_content(Some(before));
        if text.contains("{name}") {
            let isolated = document.create_element("bdi").ok()?;
            isolated.set_text_content(Some(name));
            line.append_child(&isolated).ok()?;
            line.append_child(&document.create_text_node(after)).ok()?;
        }
        notice.append_child(&line).ok()?;
    }
    document.get_element_by_id(LOOKUP)?.append_child(&notice).ok()?;
    Some(())
}

/// Blocks a second submit while the form is being sent.
pub(super) fn submitted(event: &leptos::ev::SubmitEvent) -> Option<()> {
    let form: Element = event.target()?.dyn_into().ok()?;
    if form.get_attribute("aria-busy").is_some() {
        event.prevent_default();
        return None;
    }
    let busy = [Some(form), event.submitter().map(JsCast::unchecked_into::<Element>)];
    for element in busy.iter().flatten() {
        let _ = element.set_attribute("aria-busy", "true");
    }
    set_timeout(
        move || {
            for element in busy.iter().flatten() {
                let _ = element.remove_attribute("aria-busy");
            }
        },
        SUBMIT_LOCK,
    );
    Some(())
}
