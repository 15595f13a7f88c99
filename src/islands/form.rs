//! Enhances the form of a new consultation. Without the island, the form does the same with a page
//! load per step.

#[cfg(feature = "hydrate")]
mod hydrated;

use leptos::prelude::*;

/// Fills in a known patient when an identifier is entered, clears these fields when the identifier
/// changes, and prevents a double submit. After a look it moves the focus to the element with
/// `data-next`, a moment late: a scanner can send more than one Enter, which must press nothing.
///
/// The texts may contain `{name}`.
#[island]
pub fn FormAid(
    /// Shown when the form's details are those on record.
    found_title: String,
    found_text: String,
    /// Shown when other details were entered than those on record.
    other_title: String,
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
