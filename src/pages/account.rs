//! One's own account.

mod factor;
mod password;
mod sessions;

use super::message::MessagePage;
use crate::error::AppError;
use crate::i18n::AccountWords;
use crate::parts::layout::StaffLayout;
use crate::parts::notice::{ErrorSummary, Notice};
use crate::web::page::Page;
use crate::web::routes::PageRoute;
use leptos::prelude::*;

/// Password, second factor and sessions.
#[component]
pub fn AccountPage() -> impl IntoView {
    let page = Page::current();
    let done = page.query("done").filter(|_| page.submitted.is_none());
    Suspend::new(async move {
        let Some(who) = page.who().cloned() else {
            return view! { <MessagePage error=AppError::NotSignedIn/> }.into_any();
        };
        let words = AccountWords::of(page.language());
        let sessions = match sessions::card(&page, &who).await {
            Ok(card) => card,
            Err(error) => return view! { <MessagePage error/> }.into_any(),
        };
        let factor = match factor::card(&page, &who).await {
            Ok(card) => card,
            Err(error) => return view! { <MessagePage error/> }.into_any(),
        };
        let password = password::card(&page);
        view! {
            <StaffLayout page=page.clone() title=words.account here=PageRoute::Account.path() class="narrow">
                <ErrorSummary page=page.clone() kept=words.not_changed/>
                {said(&page, done.as_deref())}
                {factor::recovery_codes(&page)}
                <h1>{words.account}</h1>
                <p>{who.staff.name.clone()}" ("{who.staff.email.clone()}")"</p>
                {password}
                {factor}
                {sessions}
            </StaffLayout>
        }
        .into_any()
    })
}

/// What was done a moment ago.
fn said(page: &Page, done: Option<&str>) -> impl IntoView + use<> {
    let words = AccountWords::of(page.language());
    let (title, text) = match done {
        Some("password") => (words.password_changed, words.password_changed_text),
        Some("factor") => (words.factor_removed, words.factor_removed_text),
        Some("sessions") => (words.sessions, words.sessions_ended),
        _ => return ().into_any(),
    };
    view! { <Notice kind="success" title role="status"><p>{text}</p></Notice> }.into_any()
}
