//! A form field: label, hint, control, and under it what is wrong.

use crate::i18n::errors;
use crate::web::page::Page;
use leptos::prelude::*;

/// What one field shows besides its control.
#[derive(Clone, Debug, Default)]
pub struct FieldState {
    /// What is wrong with it, as a sentence.
    pub error: Option<&'static str>,
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
            .map(|error| errors::field(page.language(), name, error.problem));
        let ids: Vec<String> =
            [hint.then(|| format!("{name}-hint")), error.map(|_| format!("{name}-error"))]
                .into_iter()
                .flatten()
                .collect();
        Self { error, described_by: (!ids.is_empty()).then(|| ids.join(" ")) }
    }

    /// For `aria-invalid`.
    #[must_use]
    pub fn invalid(&self) -> Option<&'static str> {
        self.error.map(|_| "true")
    }
}

/// A field around its control.
#[component]
pub fn Field(
    /// The control's name and id.
    name: &'static str,
    /// The label.
    label: &'static str,
    /// The hint under the label, if any.
    #[prop(optional_no_strip)]
    hint: Option<&'static str>,
    /// What is wrong with it.
    state: FieldState,
    /// Whether the control need not be wide.
    #[prop(optional)]
    short: bool,
    /// The control, with this field's name as its id.
    children: Children,
) -> impl IntoView {
    let class = if short { "field short" } else { "field" };
    view! {
        <div class=class>
            <label for=name>{label}</label>
            {hint.map(|hint| view! { <p class="hint" id=format!("{name}-hint")>{hint}</p> })}
            {children()}
            {state.error.map(|error| view! { <p class="error" id=format!("{name}-error")>{error}</p> })}
        </div>
    }
}

/// One line of text. Its value is what was typed last.
#[component]
pub fn TextField(
    /// What the request brought.
    page: Page,
    /// The control's name and id.
    name: &'static str,
    /// The label.
    label: &'static str,
    /// The hint under the label, if any.
    #[prop(optional)]
    hint: Option<&'static str>,
    /// The input's type: `text` where nothing else is said.
    #[prop(default = "text")]
    kind: &'static str,
    /// What a browser may fill in.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// Whether the control need not be wide.
    #[prop(optional)]
    short: bool,
    /// What stands in it, where that is not what was typed last.
    #[prop(optional, into)]
    value: Option<String>,
    /// The most characters it takes.
    #[prop(optional)]
    longest: Option<u32>,
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
                aria-invalid=invalid
                aria-describedby=described_by
            />
        </Field>
    }
}
