//! The second step of a sign-in.

use super::Page;
use super::sign_in::KeptForm;
use crate::i18n::AccountWords;
use crate::parts::field::TextField;
use crate::parts::layout::StaffLayout;
use crate::parts::notice::ErrorSummary;
use crate::server::middleware::session::local_path;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// Asks for the code.
#[component]
pub fn SecondStepPage() -> impl IntoView {
    let page = Page::current();
    let words = AccountWords::of(page.language());
    let asked = use_query_map()
        .with_untracked(|query| query.get("next"))
        .unwrap_or_else(|| page.entry("next"));
    let next = if asked.is_empty() { String::new() } else { local_path(&asked).to_owned() };
    let title = words.second_step;
    view! {
        <StaffLayout page=page.clone() title here="/sign-in/code" class="narrow sign-in">
            <ErrorSummary page=page.clone()/>
            <h1>{title}</h1>
            <form method="post" action="/api/verify_code">
                <input type="hidden" name="next" value=next/>
                <KeptForm page=page.clone()/>
                <TextField page=page.clone() name="code" label=words.code hint=words.second_step_hint autocomplete="one-time-code" short=true longest=32/>
                <div class="actions">
                    <button class="primary">{page.words().sign_in}</button>
                    <a href="/sign-in">{words.begin_again}</a>
                </div>
            </form>
        </StaffLayout>
    }
}
