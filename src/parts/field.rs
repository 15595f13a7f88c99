//! A form field: label, hint, control, and the error under it.

use crate::i18n::fields;
use crate::web::page::Page;
use leptos::prelude::*;

/// What a field shows besides its control.
#[derive(Clone, Debug, Default)]
pub struct FieldState {
    /// The error, as a sentence.
    pub error: Option<String>,
    /// The ids of its hint and error, for `aria-describedby`.
    pub described_by: Option<String>,
}

impl FieldState {
    /// The state of a field of the form that this page answers.
    #[must_use]
    pub fn of(page: &Page, name: &str, hint: bool) -> Self {
        let error = page
            .field_errors()
            .iter()
            .find(|error| error.field == name)
            .map(|error| fields::message(page.language(), name, error.problem));
        let ids: Vec<String> =
            [hint.then(|| format!("{name}-hint")), error.as_ref().map(|_| format!("{name}-error"))]
                .into_iter()
                .flatten()
                .collect();
        Self { error, described_by: (!ids.is_empty()).then(|| ids.join(" ")) }
    }

    /// For `aria-invalid`.
    #[must_use]
    pub fn invalid(&self) -> Option<&'static str> {
        self.error.as_ref().map(|_| "true")
    }
}

/// A field around its control.
#[component]
pub fn Field(
    name: &'static str,
    label: &'static str,
    #[prop(optional_no_strip)] hint: Option<&'static str>,
    state: FieldState,
    /// A narrow control.
    #[prop(optional)]
    short: bool,
    /// The control. Its id is the field's name.
    children: Children,
) -> impl IntoView {
    let class = if short { "field short" } else { "field" };
    view! {
        <div class=class>
            <label for=name>{label}</label>
            {hint.map(|hint| view! { <p class="hint" id=format!("{name}-hint")>{hint}</p> })}
            {children()}
            {state.error.map(|error| view! {
                <p class="error" id=format!("{name}-error")>{error}</p>
            })}
        </div>
    }
}

/// One line of text. Its value is the form's entry.
#[component]
pub fn TextField(
    page: Page,
    name: &'static str,
    label: &'static str,
    #[prop(optional)] hint: Option<&'static str>,
    /// The input's type.
    #[prop(default = "text")]
    kind: &'static str,
    #[prop(default = "off")] autocomplete: &'static str,
    /// A narrow control.
    #[prop(optional)]
    short: bool,
    /// A value in place of the form's entry.
    #[prop(optional, into)]
    value: Option<String>,
    /// The most characters.
    #[prop(optional)]
    longest: Option<u32>,
    /// Whether typing goes on here: see `islands::form`.
    #[prop(optional)]
    next: bool,
) -> impl IntoView {
    let state = FieldState::of(&page, name, hint.is_some());
    let value =
        value.unwrap_or_else(|| if kind == "password" { String::new() } else { page.entry(name) });
    let (invalid, described_by) = (state.invalid(), state.described_by.clone());
    view! {
        <Field name label hint state short>
            <input
                id=name
                name=name
                type=kind
                value=value
                autocomplete=autocomplete
                spellcheck="false"
                maxlength=longest
                data-next=next.then_some("")
                aria-invalid=invalid
                aria-describedby=described_by
            />
        </Field>
    }
}

/// A text of several lines.
#[component]
pub fn TextArea(
    page: Page,
    name: &'static str,
    label: &'static str,
    #[prop(optional)] hint: Option<&'static str>,
    #[prop(into)] value: String,
    /// The most characters.
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
