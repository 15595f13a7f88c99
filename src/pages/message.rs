//! A page that only says what went wrong. For patients it says less: ask the staff.

use super::visit::Ending;
use crate::error::AppError;
use crate::i18n::{GateWords, PatientWords, StaffWords, errors};
use crate::parts::layout::StaffLayout;
use crate::web::page::Page;
use crate::web::routes::PageRoute;
use leptos::prelude::*;

/// What went wrong, under its status code.
#[component]
pub fn MessagePage(
    /// What went wrong.
    error: AppError,
) -> impl IntoView {
    let page = Page::current();
    page.status(error.status());
    if page.is_patients() {
        return patient(page, &error).into_any();
    }
    staff(page, &error).into_any()
}

fn staff(page: Page, error: &AppError) -> impl IntoView + use<> {
    let (title, text) = errors::explain(page.language(), error);
    let words = page.errors();
    let (href, link) = if *error == AppError::NotSignedIn {
        (PageRoute::SignIn.path(), StaffWords::of(page.language()).sign_in)
    } else {
        (PageRoute::Board.path(), words.back)
    };
    let reference = match error {
        AppError::Internal { reference } => Some(
            view! { <p class="reference">{words.reference}" "<code>{reference.clone()}</code></p> },
        ),
        _ => None,
    };
    view! {
        <StaffLayout page title here=PageRoute::Board.path() class="narrow">
            <section class="message" data-kind="error">
                <h1>{title}</h1>
                <p>{text}</p>
                {reference}
                <p><a class="button" href=href>{link}</a></p>
            </section>
        </StaffLayout>
    }
}

/// The same for a patient.
pub(super) fn patient(page: Page, error: &AppError) -> impl IntoView + use<> {
    let words = PatientWords::of(page.language());
    let (kind, title, text) = match error {
        AppError::NotFound | AppError::Invalid(_) => ("warning", words.unknown, words.unknown_text),
        AppError::Gone => ("warning", words.expired, words.expired_text),
        AppError::Locked => (
            "warning",
            GateWords::of(page.language()).locked,
            GateWords::of(page.language()).locked_text,
        ),
        AppError::TooMany { .. } | AppError::Busy => ("warning", words.busy, words.busy_text),
        _ => ("error", words.broken, words.broken_text),
    };
    view! { <Ending page kind title text more=None/> }
}
