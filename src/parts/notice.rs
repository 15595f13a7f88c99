//! Boxes that tell what happened.

use crate::error::AppError;
use crate::i18n::{account, errors};
use crate::pages::Page;
use leptos::prelude::*;

/// A message in a box. `kind` is `info`, `success`, `warning` or `error`, and picks the shape.
#[component]
pub fn Notice(
    /// Which kind of message.
    kind: &'static str,
    /// The heading.
    #[prop(into)]
    title: String,
    /// `alert`, `status`, or nothing for what was there when the page came.
    #[prop(optional)]
    role: Option<&'static str>,
    /// The rest.
    children: Children,
) -> impl IntoView {
    view! { <div class="notice" data-kind=kind role=role><h2>{title}</h2>{children()}</div> }
}

/// The summary above a form that was not taken: the fields, each as a link to it, or what happened, what was kept and
/// what to do next.
#[component]
pub fn ErrorSummary(
    /// What the request brought.
    page: Page,
    /// What is true of every failure of this form, such as "Nothing was created."
    #[prop(optional)]
    kept: Option<&'static str>,
) -> impl IntoView {
    let error = page.refusal()?.clone();
    let language = page.language();
    let words = page.errors();
    let body = match &error {
        AppError::Invalid(fields) if !fields.is_empty() => {
            let rows = fields
                .iter()
                .map(|field| {
                    let sentence = errors::field(language, &field.field, field.problem);
                    view! { <li><a href=format!("#{}", field.field)>{sentence}</a></li> }
                })
                .collect_view();
            view! { <h2>{words.summary}</h2><ul>{rows}</ul> }.into_any()
        }
        error => {
            let (title, text) = errors::explain(language, error);
            let text = match error {
                AppError::TooMany { seconds } => account::wait(language, *seconds),
                _ => text.to_owned(),
            };
            let kept = kept.filter(|_| !matches!(error, AppError::OutcomeUnknown { .. }));
            let record = match error {
                AppError::OutcomeUnknown { consultation } => {
                    Some(view! { <p><a href=format!("/consultations/{consultation}")>{words.open_record}</a></p> })
                }
                _ => None,
            };
            let reference = match error {
                AppError::Internal { reference } => {
                    Some(view! { <p class="reference">{words.reference}" "<code>{reference.clone()}</code></p> })
                }
                _ => None,
            };
            view! {
                <h2>{title}</h2>
                <p>{kept}" "{words.kept}" "{text}</p>
                {record}
                {reference}
            }
            .into_any()
        }
    };
    Some(view! { <div class="notice" data-kind="error" role="alert" tabindex="-1" id="errors">{body}</div> })
}
