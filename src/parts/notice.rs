//! Boxes with a message.

use crate::error::AppError;
use crate::i18n::{account, errors, fields};
use crate::web::page::Page;
use crate::web::routes::{Function, PageRoute};
use leptos::prelude::*;

/// A message in a box.
#[component]
pub fn Notice<T>(
    /// `info`, `success`, `warning` or `error`.
    kind: &'static str,
    /// A text, or a view: a name in it is isolated as everywhere.
    title: T,
    /// `alert`, `status`, or none for what the page always shows.
    #[prop(optional)]
    role: Option<&'static str>,
    children: Children,
) -> impl IntoView
where
    T: IntoView + 'static,
{
    view! { <div class="notice" data-kind=kind role=role><h2>{title}</h2>{children()}</div> }
}

/// Under a link that is to be handed over: a hint where it leads to this machine alone.
pub fn local_link(page: &Page) -> Option<impl IntoView + use<>> {
    let text = page.words().link_local;
    let local = page.state.desk.policy.links_are_local();
    local.then(|| view! { <p class="hint" id="local-link">{text}</p> })
}

/// The summary above a refused form: links to its fields, or what happened, what was kept, and what
/// to do next.
#[component]
pub fn ErrorSummary(
    page: Page,
    /// What every failure of this page's forms kept, such as "Nothing was changed."
    #[prop(optional)]
    kept: Option<&'static str>,
) -> impl IntoView {
    let error = page.refusal()?.clone();
    let sent_to =
        |function| page.submitted.as_ref().is_some_and(|submitted| submitted.is_to(function));
    let again = sent_to(Function::RetryCreate);
    let creates = sent_to(Function::CreateConsultation) || sent_to(Function::PlanFollowUp);
    let language = page.language();
    let words = page.errors();
    let body = match &error {
        AppError::Invalid(invalid) if !invalid.is_empty() => {
            let rows = fields::in_order(invalid, sent_to(Function::CorrectPatient))
                .into_iter()
                .map(|field| {
                    let sentence = fields::message(language, &field.field, field.problem);
                    view! { <li><a href=format!("#{}", field.field)>{sentence}</a></li> }
                })
                .collect_view();
            view! { <h2>{words.summary}</h2><ul>{rows}</ul> }.into_any()
        }
        error => {
            let (title, text) = errors::explain(language, error);
            // On the record's own page the form asked Empego once more.
            let text = match error {
                AppError::OutcomeUnknown { .. } if again => words.outcome_unknown_again.to_owned(),
                AppError::TooMany { seconds } => account::wait(language, *seconds),
                _ => text.to_owned(),
            };
            let created = (creates && created_nothing(error))
                .then(|| format!("{} {} ", words.nothing_created, words.kept));
            let kept = created.or(kept.map(|kept| format!("{kept} ")));
            let record = match error {
                AppError::OutcomeUnknown { consultation } if !again => Some(view! {
                    <p>
                        <a href=PageRoute::Consultation.at(consultation)>
                            {words.open_record}
                        </a>
                    </p>
                }),
                _ => None,
            };
            let reference = match error {
                AppError::Internal { reference } => Some(view! {
                    <p class="reference">
                        {words.reference}
                        " "
                        <code>{reference.clone()}</code>
                    </p>
                }),
                _ => None,
            };
            view! {
                <h2>{title}</h2>
                <p>{kept}{text}</p>
                {record}
                {reference}
            }
            .into_any()
        }
    };
    // `autofocus` moves the reader here, without a script too.
    Some(view! {
        <div class="notice" data-kind="error" role="alert" tabindex="-1" autofocus id="errors">
            {body}
        </div>
    })
}

/// Whether it is known that Empego created nothing.
fn created_nothing(error: &AppError) -> bool {
    matches!(
        error,
        AppError::Invalid(_)
            | AppError::TooLarge
            | AppError::Upstream(_)
            | AppError::Busy
            | AppError::Away
            | AppError::DiskFull
            | AppError::Crowded { .. }
    )
}
