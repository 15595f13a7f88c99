//! A form field of several lines.

use super::field::{Field, FieldState};
use crate::web::page::Page;
use leptos::prelude::*;

/// A text of several lines.
#[component]
pub fn TextArea(
    /// What the request brought.
    page: Page,
    /// The control's name and id.
    name: &'static str,
    /// The label.
    label: &'static str,
    /// The hint under the label, if any.
    #[prop(optional)]
    hint: Option<&'static str>,
    /// What stands in it.
    #[prop(into)]
    value: String,
    /// The most characters it takes.
    longest: u32,
) -> impl IntoView {
    let state = FieldState::of(&page, name, hint.is_some());
    let (invalid, described_by) = (state.invalid(), state.described_by.clone());
    view! {
        <Field name label hint state>
            <textarea
                id=name
                name=name
                rows="4"
                autocomplete="off"
                maxlength=longest.to_string()
                aria-invalid=invalid
                aria-describedby=described_by
            >{value}</textarea>
        </Field>
    }
}
