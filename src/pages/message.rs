//! Pages with a message and nothing to do but to read it.

use crate::error::AppError;
use crate::i18n::{AccountWords, GateWords, PatientWords, StaffWords, errors, fill};
use crate::islands::visit::Deliver;
use crate::parts::layout::{PatientLayout, StaffLayout};
use crate::web::page::Page;
use crate::web::routes::PageRoute;
use leptos::prelude::*;

/// An error, under its status code. Patients learn less than staff: they are told to ask the staff.
#[component]
pub fn MessagePage(error: AppError) -> impl IntoView {
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

fn patient(page: Page, error: &AppError) -> impl IntoView + use<> {
    let words = PatientWords::of(page.language());
    let (kind, title, text) = match error {
        AppError::NotFound | AppError::Invalid(_) => ("warning", words.unknown, words.unknown_text),
        AppError::Gone => ("warning", words.expired, words.expired_text),
        AppError::Locked => (
            "warning",
            GateWords::of(page.language()).locked,
            GateWords::of(page.language()).locked_text,
        ),
        AppError::TooMany { .. }
        | AppError::Crowded { .. }
        | AppError::Busy
        | AppError::Away
        | AppError::DiskFull => ("warning", words.busy, words.busy_text),
        _ => ("error", words.broken, words.broken_text),
    };
    view! { <Ending page kind title text more=None/> }
}

/// A message for a patient. A report that an earlier page could not send is sent from here.
#[component]
pub(super) fn Ending(
    page: Page,
    /// `success`, `warning` or `error`.
    kind: &'static str,
    title: &'static str,
    /// The text, with `{clinic}` in it.
    text: &'static str,
    /// A second paragraph.
    #[prop(optional_no_strip)]
    more: Option<&'static str>,
) -> impl IntoView {
    let named = |text: &str| fill(text, "clinic", &page.clinic_name());
    let (text, saving) = (named(text), named(PatientWords::of(page.language()).saving));
    view! {
        <PatientLayout page title>
            <section class="message" data-kind=kind>
                <h1>{title}</h1>
                <p>{text}</p>
                {more.map(|more| view! { <p>{more}</p> })}
            </section>
            <Deliver>{saving}</Deliver>
        </PatientLayout>
    }
}

/// Names another host on the way to it. The `Refresh` header of the answer leads there, and so does
/// a link.
#[component]
pub fn DeparturePage(
    /// The address at the other host.
    address: String,
) -> impl IntoView {
    let page = Page::current();
    let words = AccountWords::of(page.language());
    view! {
        <StaffLayout
            page
            title=words.departure
            here=PageRoute::SignIn.path()
            class="narrow sign-in"
        >
            <h1>{words.departure}</h1>
            <p>{words.departure_text}</p>
            <p><a class="button" href=address>{words.go_on}</a></p>
        </StaffLayout>
    }
}
