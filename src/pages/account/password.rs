//! Change the password.

use crate::i18n::AccountWords;
use crate::parts::field::TextField;
use crate::web::page::Page;
use crate::web::routes::Function;
use leptos::prelude::*;

pub(super) fn card(page: &Page) -> impl IntoView + use<> {
    let words = AccountWords::of(page.language());
    let email = page.who().map(|who| who.staff.email.clone()).unwrap_or_default();
    view! {
        <section class="card" aria-labelledby="change-password">
            <h2 id="change-password">{words.change_password}</h2>
            <form method="post" action=Function::ChangePassword.path()>
                // For password managers: which account it is.
                <input type="hidden" name="username" value=email autocomplete="username"/>
                <TextField page=page.clone() name="old_password" label=words.old_password kind="password" autocomplete="current-password"/>
                <TextField page=page.clone() name="new_password" label=words.new_password hint=words.new_password_hint kind="password"
                    autocomplete="new-password"/>
                <div class="actions"><button class="primary">{words.change_password}</button></div>
            </form>
        </section>
    }
}
