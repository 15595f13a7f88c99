//! Signing in: e-mail and password, and a code where the account has a second factor.

use crate::error::AppError;
use crate::i18n::AccountWords;
use crate::parts::field::TextField;
use crate::parts::layout::StaffLayout;
use crate::parts::notice::{ErrorSummary, Notice};
use crate::web::page::{KEPT_FORM, KEPT_FUNCTION, Page};
use crate::web::paths::local_path;
use crate::web::routes::{Endpoint, Function, PageRoute};
use leptos::prelude::*;

/// The first step: e-mail and password. Pasting and password managers work.
#[component]
pub fn SignInPage() -> impl IntoView {
    let page = Page::current();
    let words = page.words();
    let next = next(&page);
    let here = if next.is_empty() {
        PageRoute::SignIn.path().to_owned()
    } else {
        let query = serde_urlencoded::to_string([("next", &next)]).unwrap_or_default();
        format!("{}?{query}", PageRoute::SignIn.path())
    };
    let account = AccountWords::of(page.language());
    let chosen = page.query("done").map(|_| {
        view! {
            <Notice kind="success" title=account.choose_password role="status">
                <p>{account.password_chosen}</p>
            </Notice>
        }
    });
    let title = words.sign_in;
    let summary =
        if page.entry(KEPT_FORM).is_empty() || page.refusal() != Some(&AppError::NotSignedIn) {
            view! { <ErrorSummary page=page.clone()/> }.into_any()
        } else {
            view! {
                <Notice kind="warning" title=words.sign_in_again role="alert">
                    <p>{words.kept_for_sign_in}</p>
                </Notice>
            }
            .into_any()
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
                <TextField
                    page=page.clone()
                    name="email"
                    label=words.email
                    kind="email"
                    autocomplete="username"
                />
                <TextField
                    page=page.clone()
                    name="password"
                    label=words.password
                    kind="password"
                    autocomplete="current-password"
                />
                <div class="actions"><button class="primary">{words.sign_in}</button></div>
            </form>
            {provider}
        </StaffLayout>
    }
}

/// The second step: asks for a code.
#[component]
pub fn SecondStepPage() -> impl IntoView {
    let page = Page::current();
    let words = AccountWords::of(page.language());
    let next = next(&page);
    let title = words.second_step;
    view! {
        <StaffLayout
            page=page.clone()
            title
            here=PageRoute::SignInCode.path()
            class="narrow sign-in"
        >
            <ErrorSummary page=page.clone()/>
            <h1>{title}</h1>
            <form method="post" action=Function::VerifyCode.path()>
                <input type="hidden" name="next" value=next/>
                <KeptForm page=page.clone()/>
                <TextField
                    page=page.clone()
                    name="code"
                    label=words.code
                    hint=words.second_step_hint
                    autocomplete="one-time-code"
                    short=true
                    longest=32
                />
                <div class="actions">
                    <button class="primary">{page.words().sign_in}</button>
                    <a href=PageRoute::SignIn.path()>{words.begin_again}</a>
                </div>
            </form>
        </StaffLayout>
    }
}

/// The entries of another form that was sent after the session had ended, kept through signing in.
#[component]
fn KeptForm(page: Page) -> impl IntoView {
    let (function, form) = (page.entry(KEPT_FUNCTION), page.entry(KEPT_FORM));
    (!form.is_empty()).then(|| {
        view! {
            <input type="hidden" name=KEPT_FUNCTION value=function/>
            <input type="hidden" name=KEPT_FORM value=form/>
        }
    })
}

/// The path on this desk to go to afterwards; empty for the home page.
fn next(page: &Page) -> String {
    let next = page.query("next").unwrap_or_else(|| page.entry("next"));
    if next.is_empty() { next } else { local_path(&next).to_owned() }
}
