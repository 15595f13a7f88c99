//! What is around every page.

use crate::i18n::own_name;
use crate::model::language::Language;
use crate::pages::Page;
use leptos::prelude::*;
use leptos_meta::{Html, Title};

/// Around a staff page: skip link, the sandbox's banner, navigation, language, account.
#[component]
pub fn StaffLayout(
    /// What the request brought.
    page: Page,
    /// The page's title, without the product's name.
    #[prop(into)]
    title: String,
    /// Where the language switch comes back to: a path on this desk.
    #[prop(into)]
    here: String,
    /// The class of the main column: none, `narrow`, or `narrow sign-in`.
    #[prop(optional)]
    class: &'static str,
    /// The page.
    children: Children,
) -> impl IntoView {
    let words = page.words();
    let language = page.language();
    let on_board = (here.split('?').next() == Some("/consultations")).then_some("page");
    let account = page.visitor.staff.clone().map(|staff| {
        view! {
            <span>{staff.staff.name.clone()}</span>
            <form method="post" action="/api/sign_out"><button class="quiet">{words.sign_out}</button></form>
        }
    });
    let navigation = page.visitor.staff.is_some().then(|| {
        view! { <nav aria-label=words.main_nav><a href="/consultations" aria-current=on_board>{words.consultations}</a>{super::admin::entry(&page, &here)}</nav> }
    });
    view! {
        <Html attr:lang=language.code()/>
        <Title text=format!("{title} – Empego Desk")/>
        <a class="skip" href="#main">{words.skip}</a>
        {page.state.sandbox.then(|| view! { <p class="sandbox" role="note">{words.sandbox}</p> })}
        <header class="bar">
            <a class="brand" href="/consultations">"Empego Desk"</a>
            {navigation}
            <div class="account">
                <LanguageForm language here/>
                {account}
            </div>
        </header>
        <main id="main" tabindex="-1" class=class>{children()}</main>
    }
}

/// A form that keeps the other language and comes back.
#[component]
fn LanguageForm(
    /// The language of this page.
    language: Language,
    /// Where to come back to.
    here: String,
) -> impl IntoView {
    let other = language.other();
    view! {
        <form method="post" action="/api/set_language">
            <input type="hidden" name="next" value=here/>
            <button class="quiet" name="language" value=other.code() lang=other.code()>{own_name(other)}</button>
        </form>
    }
}

/// Around a patient's page: the clinic's name and the language, and nothing of the desk's.
#[component]
pub fn PatientLayout(
    /// What the request brought.
    page: Page,
    /// The page's title.
    #[prop(into)]
    title: String,
    /// The page.
    children: Children,
) -> impl IntoView {
    let language = page.language();
    let other = language.other();
    view! {
        <Html attr:lang=language.code()/>
        <Title text=title/>
        <div class="patient">
            <header class="bar">
                <span class="clinic">{page.clinic_name()}</span>
                // A link, not a form: the patient's page needs no cookie.
                <a href=format!("?lang={}", other.code()) lang=other.code() hreflang=other.code()>{own_name(other)}</a>
            </header>
            <main id="main">{children()}</main>
        </div>
    }
}
