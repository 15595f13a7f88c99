//! Sign in.

use crate::error::AppError;
use crate::i18n::AccountWords;
use crate::parts::field::TextField;
use crate::parts::layout::StaffLayout;
use crate::parts::notice::{ErrorSummary, Notice};
use crate::web::page::Page;
use crate::web::page::{KEPT_FORM, KEPT_FUNCTION};
use crate::web::paths::local_path;
use crate::web::routes::{Endpoint, Function, PageRoute};
use leptos::prelude::*;

/// E-mail and password; paste and password managers are welcome.
#[component]
pub fn SignInPage() -> impl IntoView {
    let page = Page::current();
    let words = page.words();
    let asked = page.query("next").unwrap_or_else(|| page.entry("next"));
    let next = if asked.is_empty() { String::new() } else { local_path(&asked).to_owned() };
    let here = if next.is_empty() {
        PageRoute::SignIn.path().to_owned()
    } else {
        {
            let query = serde_urlencoded::to_string([("next", &next)]).unwrap_or_default();
            format!("{}?{query}", PageRoute::SignIn.path())
        }
    };
    let account = AccountWords::of(page.language());
    let chosen = page.query("done").map(|_| view! { <Notice kind="success" title=account.choose_password role="status"><p>{account.password_chosen}</p></Notice> });
    let title = words.sign_in;
    let summary = if page.entry(KEPT_FORM).is_empty()
        || page.refusal() != Some(&AppError::NotSignedIn)
    {
        view! { <ErrorSummary page=page.clone()/> }.into_any()
    } else {
        view! { <Notice kind="warning" title=words.sign_in_again role="alert"><p>{words.kept_for_sign_in}</p></Notice> }.into_any()
    };
    let provider = page.state.config.oidc.as_ref().map(|settings| {
        let label = settings.button.clone().unwrap_or_else(|| account.provider_button.to_owned());
        view! {
            <form method="post" action=Endpoint::ProviderStart.path() class="actions">
                <input type="hidden" name="next" value=next.clone()/>
                <button>{label}</button>
            </form>
        }
    });
    view! {
        <StaffLayout page=page.clone() title here class="narrow sign-in">
            {summary}
            {chosen}
            <h1>{title}</h1>
            <form method="post" action=Function::SignIn.path()>
                <input type="hidden" name="next" value=next.clone()/>
                <KeptForm page=page.clone()/>
                <TextField page=page.clone() name="email" label=words.email kind="email" autocomplete="username"/>
                <TextField page=page.clone() name="password" label=words.password kind="password" autocomplete="current-password"/>
                <div class="actions"><button class="primary">{words.sign_in}</button></div>
            </form>
            {provider}
        </StaffLayout>
    }
}

/// What was typed into another form before the session ended, on its way through signing in.
#[component]
pub(super) fn KeptForm(
    /// What the request brought.
    page: Page,
) -> impl IntoView {
    let (function, form) = (page.entry(KEPT_FUNCTION), page.entry(KEPT_FORM));
    (!form.is_empty()).then(|| {
        view! {
            <input type="hidden" name=KEPT_FUNCTION value=function/>
            <input type="hidden" name=KEPT_FORM value=form/>
        }
    })
}
