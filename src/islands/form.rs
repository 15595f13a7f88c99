//! What helps with the form of a new consultation. Without it the form does the same, a page at a time.

#![allow(missing_docs, reason = "the macro makes an undocumented struct of the island's properties")]

use leptos::prelude::*;

/// Around the form: fills in a known patient when an identifier was typed, and sends the form once however often the
/// button is pressed.
#[island]
pub fn FormAid(
    /// The form.
    children: Children,
) -> impl IntoView {
    let changed = move |event: leptos::ev::Event| {
        #[cfg(feature = "hydrate")]
        hydrated::changed(&event);
        let _ = &event;
    };
    let submitted = move |event: leptos::ev::SubmitEvent| {
        #[cfg(feature = "hydrate")]
        hydrated::submitted(&event);
        let _ = &event;
    };
    view! { <div on:change=changed on:submit=submitted>{children()}</div> }
}

#[cfg(feature = "hydrate")]
mod hydrated {
    use crate::api::consultations::{FindPatient, KnownPatient};
    use crate::islands::browser::{PATIENCE, post};
    use leptos::prelude::document;
    use leptos::server_fn::ServerFn;
    use leptos::task::spawn_local;
    use wasm_bindgen::JsCast;
    use web_sys::{Element, HtmlInputElement, HtmlSelectElement};

    fn input(id: &str) -> Option<HtmlInputElement> {
        document().get_element_by_id(id)?.dyn_into().ok()
    }

    /// An identifier was typed: whoever is on record under it fills the fields that are still empty.
    pub(super) fn changed(event: &leptos::ev::Event) -> Option<()> {
        let target: Element = event.target()?.dyn_into().ok()?;
        if !matches!(target.id().as_str(), "identifier" | "identifier_type") {
            return None;
        }
        let identifier = input("identifier")?.value();
        let kind: HtmlSelectElement = document().get_element_by_id("identifier_type")?.dyn_into().ok()?;
        if identifier.trim().is_empty() {
            return None;
        }
        spawn_local(async move {
            let answer = post(FindPatient::PATH, &[("identifier_type", &kind.value()), ("identifier", &identifier)], PATIENCE).await;
            let Some((200, body)) = answer else { return };
            let Ok(Some(known)) = serde_json::from_str::<Option<KnownPatient>>(&body) else { return };
            for (id, value) in [("first_name", known.first_name), ("last_name", known.last_name), ("date_of_birth", known.date_of_birth)] {
                // What somebody typed is never overwritten: the server asks about a difference.
                if let Some(field) = input(id).filter(|field| field.value().is_empty()) {
                    field.set_value(&value);
                }
            }
        });
        Some(())
    }

    /// The form is on its way: a second press sends nothing. The server would find the first press anyway.
    pub(super) fn submitted(event: &leptos::ev::SubmitEvent) -> Option<()> {
        let form: Element = event.target()?.dyn_into().ok()?;
        if form.get_attribute("aria-busy").is_some() {
            event.prevent_default();
            return None;
        }
        form.set_attribute("aria-busy", "true").ok()?;
        let button: Element = event.submitter()?.unchecked_into();
        button.set_attribute("aria-busy", "true").ok()
    }
}
