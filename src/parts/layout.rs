//! What is around every page.

use crate::i18n::{AccountWords, FollowUpWords, SiteWords, own_name};
use crate::model::language::Language;
use crate::model::role::Power;
use crate::web::page::Page;
use crate::web::routes::{Function, PageRoute};
use leptos::prelude::*;
use leptos_meta::{Stylesheet, Title};

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
    let on_board = (here.split('?').next() == Some(PageRoute::Board.path())).then_some("page");
    let on_follow_ups = here.starts_with(PageRoute::FollowUps.path()).then_some("page");
    let on_staff = here.starts_with(PageRoute::Staff.path()).then_some("page");
    let administers = page.who().is_some_and(|who| who.roles.allow(Power::Administer));
    let account = page.visitor.staff.clone().map(|staff| {
        view! {
            <a href=PageRoute::Account.path()>{staff.staff.name.clone()}</a>
            <form method="post" action=Function::SignOut.path()><button class="quiet">{words.sign_out}</button></form>
        }
    });
    let sites = page.who().filter(|who| who.roles.allow(Power::Administer)).map(|_| {
        let current = (here == PageRoute::Sites.path()).then_some("page");
        view! { <a href=PageRoute::Sites.path() aria-current=current>{SiteWords::of(language).site}</a> }
    });
    let navigation = page.visitor.staff.is_some().then(|| {
        view! {
            <nav aria-label=words.main_nav>
                <a href=PageRoute::Board.path() aria-current=on_board>{words.consultations}</a>
                <a href=PageRoute::FollowUps.path() aria-current=on_follow_ups>{FollowUpWords::of(language).follow_ups}</a>
                {administers.then(|| view! { <a href=PageRoute::Staff.path() aria-current=on_staff>{AccountWords::of(language).staff}</a> })}
                {sites}
                {super::admin::entry(&page, &here)}
            </nav>
        }
    });
    view! {
        <Title text=escaped(&format!("{title} – Empego Desk"))/>
        <a class="skip" href="#main">{words.skip}</a>
        {page.state.sandbox.then(|| view! { <aside class="sandbox">{words.sandbox}</aside> })}
        <header class="bar">
            <a class="brand" href=PageRoute::Board.path()>"Empego Desk"</a>
            {navigation}
            <div class="account">
                {site_switch(&page)}
                <LanguageForm language here/>
                {account}
            </div>
        </header>
        <main id="main" tabindex="-1" class=class>{children()}</main>
    }
}

/// Text for a `title`: `leptos_meta` writes it as it comes, and a patient's name can hold anything.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// The site that this browser works at, and the way to the account's other ones.
fn site_switch(page: &Page) -> impl IntoView + use<> {
    let who = page.who()?;
    let words = SiteWords::of(page.language());
    let switch = (!who.others.is_empty()).then(|| {
        let options = who
            .others
            .iter()
            .map(|site| view! { <option value=site.id.0.clone()>{site.name.clone()}</option> })
            .collect_view();
        view! {
            <form method="post" action=Function::SwitchSite.path() class="switch">
                <label class="visually-hidden" for="switch-site">{words.other_sites}</label>
                <select id="switch-site" name="site">{options}</select>
                <button class="quiet">{words.switch_site}</button>
            </form>
        }
    });
    Some(view! { <span class="site">{who.site.name.clone()}</span>{switch} })
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
        <form method="post" action=Function::SetLanguage.path()>
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
    // The page's own path, also where it answers a form: there the browser's address is the form's.
    let path = use_context::<axum::http::request::Parts>()
        .map(|parts| parts.uri.path().to_owned())
        .unwrap_or_default();
    let style = page.brand.style.clone().map(|href| view! { <Stylesheet href/> });
    let clinic = match page.brand.logo.clone() {
        Some(logo) => view! { <img src=logo alt=page.clinic_name()/> }.into_any(),
        None => page.clinic_name().into_any(),
    };
    view! {
        <Title text=escaped(&title)/>
        {style}
        <div class="patient">
            <header class="bar">
                <span class="clinic">{clinic}</span>
                // A link, not a form: the patient's page needs no cookie.
                <a href=format!("{path}?lang={}", other.code()) lang=other.code() hreflang=other.code()>{own_name(other)}</a>
            </header>
            <main id="main">{children()}</main>
        </div>
    }
}
