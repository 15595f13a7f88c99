//! What helps with the form of a new consultation. Without it the form does the same, a page at a
//! time.

#[cfg(feature = "hydrate")]
mod hydrated;

use leptos::prelude::*;

/// Around the form: fills in a known patient when an identifier was typed, takes that back when the
/// identifier changes, and sends the form once however often the button is pressed.
#[island]
pub fn FormAid(
    /// The heading when the details of a known patient stand in the form.
    found_title: String,
    /// The text under it, with `{name}` in it.
    found_text: String,
    /// The heading when other details stand there, with `{name}` in it.
    other_title: String,
    /// The text under it.
    other_text: String,
    /// The form.
    children: Children,
) -> impl IntoView {
    Effect::new(move || {
        #[cfg(feature = "hydrate")]
        hydrated::begin();
    });
    let changed = move |event: leptos::ev::Event| {
        #[cfg(feature = "hydrate")]
        hydrated::changed(
            &event,
            &hydrated::Words {
                found_title: found_title.clone(),
                found_text: found_text.clone(),
                other_title: other_title.clone(),
                other_text: other_text.clone(),
            },
        );
        let _ = (&event, &found_title, &found_text, &other_title, &other_text);
    };
    let submitted = move |event: leptos::ev::SubmitEvent| {
        #[cfg(feature = "hydrate")]
        hydrated::submitted(&event);
        let _ = &event;
    };
    view! { <div on:change=changed on:submit=submitted>{children()}</div> }
}
