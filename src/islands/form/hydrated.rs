//! The form's help in the browser.

use crate::api::consultations::{FindPatient, KnownPatient};
use crate::islands::browser::{PATIENCE, listen, post, was_kept};
use crate::model::address;
use leptos::prelude::{document, set_timeout, window};
use leptos::server_fn::ServerFn;
use leptos::task::spawn_local;
use std::time::Duration;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlInputElement, HtmlSelectElement};

/// How long a form that was sent takes no second press. It may have been stopped, which nobody
/// tells the page; and the server finds the first press anyway.
const SENT: Duration = Duration::from_secs(10);
/// The region that tells about a known patient.
const LOOKUP: &str = "lookup";

/// What the region says.
pub(super) struct Words {
    pub(super) found_title: String,
    pub(super) found_text: String,
    pub(super) other_title: String,
    pub(super) other_text: String,
}

/// Wakes up.
pub(super) fn begin() {
    listen(&window(), "pageshow", move |event: Event| {
        // The form that was left has been sent: with its name for the press, it would find that
        // consultation again.
        if was_kept(&event) {
            let location = window().location();
            let answers_a_form = location.pathname().is_ok_and(|path| address::is_function(&path));
            let _ = if answers_a_form { location.replace(&new_form()) } else { location.reload() };
        }
    });
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

/// The identifier as it stands: its type and what was typed.
fn identifier() -> Option<(String, String)> {
    let kind: HtmlSelectElement =
        document().get_element_by_id("identifier_type")?.dyn_into().ok()?;
    Some((kind.value(), input("identifier")?.value()))
}

/// An identifier was typed: what the one before filled in goes, and whoever is on record under this
/// one fills the fields that are empty.
pub(super) fn changed(event: &Event, words: &Words) -> Option<()> {
    let target: Element = event.target()?.dyn_into().ok()?;
    if !matches!(target.id().as_str(), "identifier" | "identifier_type") {
        return None;
    }
    for name in ["first_name", "last_name", "date_of_birth"] {
        fill(name, "");
    }
    document().get_element_by_id(LOOKUP)?.set_text_content(None);
    let asked = identifier()?;
    if asked.1.trim().is_empty() {
        return None;
    }
    let Words { found_title, found_text, other_title, other_text } = words;
    let (found, other) =
        ((found_title.clone(), found_text.clone()), (other_title.clone(), other_text.clone()));
    spawn_local(async move {
        let answer = post(
            FindPatient::PATH,
            &[("identifier_type", &asked.0), ("identifier", &asked.1)],
            PATIENCE,
        )
        .await;
        let Some((200, body)) = answer else { return };
        let Ok(Some(known)) = serde_json::from_str::<Option<KnownPatient>>(&body) else { return };
        // Another identifier was typed meanwhile: its own answer is on its way.
        if identifier() != Some(asked) {
            return;
        }
        let details = [
            ("first_name", &known.first_name),
            ("last_name", &known.last_name),
            ("date_of_birth", &known.date_of_birth),
        ];
        let same = details.map(|(name, value)| fill(name, value)).iter().all(|same| *same);
        let name = format!("{} {}", known.first_name, known.last_name);
        let (kind, (title, text)) = if same { ("success", found) } else { ("warning", other) };
        tell(kind, &title.replace("{name}", name.trim()), &text.replace("{name}", name.trim()));
    });
    Some(())
}

/// Fills a field that is empty or still holds what an identifier filled in. What somebody typed is
/// never overwritten: the server asks about a difference. Returns whether the field now says the
/// same.
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

/// Says in the region, which was there from the start, what the page without a script says there.
fn tell(kind: &str, title: &str, text: &str) -> Option<()> {
    let document = document();
    let notice = document.create_element("div").ok()?;
    notice.set_class_name("notice");
    notice.set_attribute("data-kind", kind).ok()?;
    for (element, says) in [("h2", title), ("p", text)] {
        let line = document.create_element(element).ok()?;
        line.set_text_content(Some(says));
        notice.append_child(&line).ok()?;
    }
    document.get_element_by_id(LOOKUP)?.append_child(&notice).ok()?;
    Some(())
}

/// The form is on its way: a second press sends nothing.
pub(super) fn submitted(event: &leptos::ev::SubmitEvent) -> Option<()> {
    let form: Element = event.target()?.dyn_into().ok()?;
    if form.get_attribute("aria-busy").is_some() {
        event.prevent_default();
        return None;
    }
    let sent = [Some(form), event.submitter().map(JsCast::unchecked_into::<Element>)];
    for element in sent.iter().flatten() {
        let _ = element.set_attribute("aria-busy", "true");
    }
    set_timeout(
        move || {
            for element in sent.iter().flatten() {
                let _ = element.remove_attribute("aria-busy");
            }
        },
        SENT,
    );
    Some(())
}
