//! The user's own account.

mod factor;
mod invitations;
mod sessions;

use super::loaded::staff_page;
use crate::desk::Actor;
use crate::i18n::AccountWords;
use crate::model::role::Permission;
use crate::parts::field::TextField;
use crate::parts::layout::StaffLayout;
use crate::parts::notice::{ErrorSummary, Notice};
use crate::web::page::Page;
use crate::web::routes::{Function, PageRoute};
use leptos::prelude::*;

/// Password, second factor and sessions.
#[component]
pub fn AccountPage() -> impl IntoView {
    staff_page(|page, who| async move {
        let done = page.query("done").filter(|_| page.submitted.is_none());
        let words = AccountWords::of(page.language());
        let sessions = sessions::card(&page, &who).await?;
        let factor = factor::card(&page, &who).await?;
        let password = password_card(&page, &who);
        let invitations = invitations::card(&page, &who).await?;
        Ok(view! {
            <StaffLayout
                page=page.clone()
                title=words.account
                here=PageRoute::Account.path()
                class="narrow"
            >
                <ErrorSummary page=page.clone() kept=words.not_changed/>
                {done_notice(&page, done.as_deref())}
                {factor::recovery_codes(&page)}
                <h1>{words.account}</h1>
                <p><bdi>{page.person(&who.staff.name)}</bdi>" ("{who.staff.email.clone()}")"</p>
                {licence(&page, &who)}
                {invitations}
                {password}
                {factor}
                {sessions}
            </StaffLayout>
        })
    })
}

/// The licence number, or what its lack means for who opens details.
fn licence(page: &Page, who: &Actor) -> AnyView {
    let words = AccountWords::of(page.language());
    match &who.staff.licence {
        Some(licence) => {
            let licence = licence.clone();
            view! { <dl class="facts"><div><dt>{words.licence}</dt><dd>{licence}</dd></div></dl> }
                .into_any()
        }
        None => missing_licence(page, who).into_any(),
    }
}

/// What is told to a clinician without a licence number; nothing to others.
pub(super) fn missing_licence(page: &Page, who: &Actor) -> Option<impl IntoView + use<>> {
    let words = AccountWords::of(page.language());
    (who.staff.licence.is_none() && who.roles.allow(Permission::SeeDetails))
        .then(|| view! { <p class="hint">{words.licence_missing_text}</p> })
}

/// What the form before this page changed.
fn done_notice(page: &Page, done: Option<&str>) -> impl IntoView + use<> {
    let words = AccountWords::of(page.language());
    let (title, text) = match done {
        Some("password") => (words.password_changed, words.password_changed_text),
        Some("factor") => (words.factor_removed, words.factor_removed_text),
        Some("sessions") => (words.sessions, words.sessions_ended),
        Some("joined") => (words.invitation_accepted, words.invitation_accepted_text),
        Some("declined") => (words.invitation_declined, words.not_changed),
        _ => return ().into_any(),
    };
    view! { <Notice kind="success" title role="status"><p>{text}</p></Notice> }.into_any()
}

fn password_card(page: &Page, who: &Actor) -> impl IntoView + use<> {
    let words = AccountWords::of(page.language());
    let email = who.staff.email.clone();
    view! {
        <section class="card" aria-labelledby="change-password">
            <h2 id="change-password">{words.change_password}</h2>
            <form method="post" action=Function::ChangePassword.path()>
                // For password managers: which account it is.
                <input type="hidden" name="username" value=email autocomplete="username"/>
                <TextField
                    page=page.clone()
                    name="old_password"
                    label=words.old_password
                    kind="password"
                    autocomplete="current-password"
                />
                <TextField
                    page=page.clone()
                    name="new_password"
                    label=words.new_password
                    hint=words.new_password_hint
                    kind="password"
                    autocomplete="new-password"
                />
                <div class="actions"><button class="primary">{words.change_password}</button></div>
            </form>
        </section>
    }
}
