//! Choosing a password by a link that an administrator handed over.

use super::loaded;
use crate::desk::accounts;
use crate::error::AppError;
use crate::i18n::{AccountWords, fill};
use crate::parts::field::TextField;
use crate::parts::layout::StaffLayout;
use crate::parts::notice::ErrorSummary;
use crate::web::routes::{Function, PageRoute};
use leptos::prelude::*;

/// Loading it changes nothing: mail scanners and previews open links.
#[component]
pub fn SetPasswordPage() -> impl IntoView {
    loaded::page(|page| async move {
        let token = page.param().to_owned();
        let words = AccountWords::of(page.language());
        let here = PageRoute::SetPassword.at(&token);
        let Some(staff) = accounts::of_link(&page.state.desk, &token).await? else {
            page.state.log_unknown_credential(&page.visitor.client, "password link").await?;
            page.status(AppError::Gone.status());
            let view = view! {
                <StaffLayout page title=words.link_gone here class="narrow sign-in">
                    <section class="message" data-kind="warning">
                        <h1>{words.link_gone}</h1>
                        <p>{words.link_gone_text}</p>
                    </section>
                </StaffLayout>
            };
            return Ok(view.into_any());
        };
        let view = view! {
            <StaffLayout page=page.clone() title=words.choose_password here class="narrow sign-in">
                <ErrorSummary page=page.clone()/>
                <h1>{words.choose_password}</h1>
                <p>{fill(words.choose_password_text, "email", &staff.email)}</p>
                <form method="post" action=Function::SetPassword.path()>
                    <input type="hidden" name="token" value=token/>
                    // For password managers: which account it is.
                    <input
                        type="hidden"
                        name="username"
                        value=staff.email.clone()
                        autocomplete="username"
                    />
                    <TextField
                        page
                        name="new_password"
                        label=words.new_password
                        hint=words.new_password_hint
                        kind="password"
                        autocomplete="new-password"
                    />
                    <div class="actions">
                        <button class="primary">{words.choose_password}</button>
                    </div>
                </form>
            </StaffLayout>
        };
        Ok(view.into_any())
    })
}
