//! Choose a password by a link that an administrator handed over.

use super::message::MessagePage;
use crate::desk::accounts;
use crate::i18n::{AccountWords, fill};
use crate::parts::field::TextField;
use crate::parts::layout::StaffLayout;
use crate::parts::notice::ErrorSummary;
use crate::web::page::Page;
use crate::web::routes::{Function, PageRoute};
use leptos::prelude::*;

/// Opening it changes nothing: mail scanners and previews may.
#[component]
pub fn SetPasswordPage() -> impl IntoView {
    let page = Page::current();
    let token = page.param().to_owned();
    Suspend::new(async move {
        let words = AccountWords::of(page.language());
        let here = PageRoute::SetPassword.at(&token);
        let found = match accounts::of_link(&page.state.desk, &token).await {
            Ok(found) => found,
            Err(error) => {
                return view! { <MessagePage error=page.state.explain(error)/> }.into_any();
            }
        };
        let Some(staff) = found else {
            if let Err(error) = page.state.unknown(&page.visitor.client, "password link").await {
                return view! { <MessagePage error/> }.into_any();
            }
            page.status(410);
            return view! {
                <StaffLayout page title=words.link_gone here class="narrow sign-in">
                    <section class="message" data-kind="warning">
                        <h1>{words.link_gone}</h1>
                        <p>{words.link_gone_text}</p>
                    </section>
                </StaffLayout>
            }
            .into_any();
        };
        view! {
            <StaffLayout page=page.clone() title=words.choose_password here class="narrow sign-in">
                <ErrorSummary page=page.clone()/>
                <h1>{words.choose_password}</h1>
                <p>{fill(words.choose_password_text, "email", &staff.email)}</p>
                <form method="post" action=Function::SetPassword.path()>
                    <input type="hidden" name="token" value=token/>
                    // For password managers: which account it is.
                    <input type="hidden" name="username" value=staff.email.clone() autocomplete="username"/>
                    <TextField page name="new_password" label=words.new_password hint=words.new_password_hint kind="password"
                        autocomplete="new-password"/>
                    <div class="actions"><button class="primary">{words.choose_password}</button></div>
                </form>
            </StaffLayout>
        }
        .into_any()
    })
}
