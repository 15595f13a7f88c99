//! The second factor: on, off, or being set up.

use crate::desk::second_factor::{self, Setup};
use crate::desk::{Actor, DeskError};
use crate::i18n::{AccountWords, fill};
use crate::pages::answer;
use crate::parts::field::TextField;
use crate::parts::moment::with_moment;
use crate::parts::notice::Notice;
use crate::parts::qr::qr;
use crate::web::page::Page;
use crate::web::routes::{Function, Route};
use leptos::prelude::*;

pub(super) async fn card(page: &Page, who: &Actor) -> Result<impl IntoView + use<>, DeskError> {
    let words = AccountWords::of(page.language());
    let found = second_factor::of(&page.state.desk, &who.staff.id).await?;
    let content = match (setup(page, who), found) {
        (Some(setup), _) => confirm(page, setup).into_any(),
        (None, Some(factor)) => {
            let since = fill(words.factor_since, "n", &factor.codes_left.to_string());
            view! {
                <p>{with_moment(page, &since, factor.created_at)}</p>
                <form method="post" action=Function::RemoveFactor.path()>
                    <TextField
                        page=page.clone()
                        name="password"
                        label=words.old_password
                        kind="password"
                        autocomplete="current-password"
                    />
                    <div class="actions"><button class="danger">{words.remove_factor}</button></div>
                </form>
            }
            .into_any()
        }
        (None, None) => view! {
            <form method="post" action=Function::StartFactor.path()>
                <TextField
                    page=page.clone()
                    name="password"
                    label=words.old_password
                    kind="password"
                    autocomplete="current-password"
                />
                <div class="actions"><button>{words.set_factor_up}</button></div>
            </form>
        }
        .into_any(),
    };
    Ok(view! {
        <section class="card" aria-labelledby="factor">
            <h2 id="factor">{words.factor}</h2>
            <p class="hint">{words.factor_text}</p>
            {content}
        </section>
    })
}

/// The factor that is being set up, on a page that answers the first step or a wrong code.
fn setup(page: &Page, who: &Actor) -> Option<Setup> {
    let submitted = page.submitted.as_ref()?;
    match (submitted.route, &submitted.outcome) {
        (Route::Function(Function::StartFactor), Ok(_)) => {
            second_factor::begin_setup(&page.state.desk, &who.staff)
        }
        (Route::Function(Function::ConfirmFactor), Err(_)) => {
            second_factor::resume_setup(&page.state.desk, &who.staff, &page.entry("setup"))
        }
        _ => None,
    }
}

fn confirm(page: &Page, setup: Setup) -> impl IntoView + use<> {
    let words = AccountWords::of(page.language());
    view! {
        <p>{words.scan}</p>
        <figure class="qr">
            {qr(setup.url.as_str(), words.qr_label)}
            <figcaption>{words.key_label}" "<code id="factor-key">{setup.key}</code></figcaption>
        </figure>
        <form method="post" action=Function::ConfirmFactor.path()>
            <input type="hidden" name="setup" value=setup.sealed/>
            <TextField
                page=page.clone()
                name="code"
                label=words.code
                hint=words.code_hint
                autocomplete="one-time-code"
                short=true
                longest=10
            />
            <div class="actions"><button class="primary">{words.switch_factor_on}</button></div>
        </form>
    }
}

/// The recovery codes, on the page that answers the set-up. They are shown this once.
pub(super) fn recovery_codes(page: &Page) -> impl IntoView + use<> {
    let words = AccountWords::of(page.language());
    let Some(codes) = answer::<Vec<String>>(page, Function::ConfirmFactor) else {
        return ().into_any();
    };
    let codes = codes.into_iter().map(|code| view! { <li><code>{code}</code></li> }).collect_view();
    view! {
        <Notice kind="success" title=words.factor_ready role="status">
            <p>{words.recovery_text}</p>
            <ol class="codes">{codes}</ol>
        </Notice>
    }
    .into_any()
}
