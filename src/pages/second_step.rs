//! The second step of a sign-in.

use super::sign_in::KeptForm;
use crate::i18n::AccountWords;
use crate::parts::field::TextField;
use crate::parts::layout::StaffLayout;
use crate::parts::notice::ErrorSummary;
use crate::web::page::Page;
use crate::web::paths::local_path;
use crate::web::routes::{Function, PageRoute};
use leptos::prelude::*;

/// Asks for the code.
#[component]
pub fn SecondStepPage() -> impl IntoView {
    let page = Page::current();
    let words = AccountWords::of(page.language());
    let asked = page.query("next").unwrap_or_else(|| page.entry("next"));
    let next = if asked.is_empty() { String::new() } else { local_path(&asked).to_owned() };
    let title = words.second_step;
    view! {
        <StaffLayout page=page.clone() title here=PageRoute::SignInCode.path() class="narrow sign-in">
            <ErrorSummary page=page.clone()/>
            <h1>{title}</h1>
            <form method="post" action=Function::VerifyCode.path()>
                <input type="hidden" name="next" value=next/>
                <KeptForm page=page.clone()/>
                <TextField page=page.clone() name="code" label=words.code hint=words.second_step_hint autocomplete="one-time-code" short=true longest=32/>
                <div class="actions">
                    <button class="primary">{page.words().sign_in}</button>
                    <a href=PageRoute::SignIn.path()>{words.begin_again}</a>
                </div>
            </form>
        </StaffLayout>
    }
}
