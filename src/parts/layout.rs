//! The layout of every page.

use super::nav::MainNav;
use super::notice::Notice;
use super::patient::placed;
use crate::i18n::{SiteWords, own_name};
use crate::model::language::Language;
use crate::web::page::Page;
use crate::web::paths::{SWITCHED, home};
use crate::web::routes::{Function, PageRoute};
use leptos::prelude::*;
use leptos_meta::Title;

/// The layout of a staff page: skip link, the sandbox's banner, navigation, language, account.
#[component]
pub fn StaffLayout(
    page: Page,
    /// The page's title, without the product's name.
    #[prop(into)]
    title: String,
    /// The address of the page: the language switch comes back to it.
    #[prop(into)]
    here: String,
    /// The class of the main column: none, `narrow`, or `narrow sign-in`.
    #[prop(optional)]
    class: &'static str,
    children: Children,
) -> impl IntoView {
    let words = page.words();
    let language = page.language();
    let account = page.who().map(|who| {
        view! {
            <a href=PageRoute::Account.path()><bdi>{page.person(&who.staff.name)}</bdi></a>
            <form method="post" action=Function::SignOut.path()>
                <button class="quiet">{words.sign_out}</button>
            </form>
        }
    });
    let start = page.who().map_or(PageRoute::SignIn.path(), |who| home(&who.roles));
    let switched = switched(&page);
    let navigation = page.who().map(|_| view! { <MainNav page=page.clone() here=here.clone()/> });
    view! {
        <Title text=escaped(&format!("{title} – Empego Desk"))/>
        <a class="skip" href="#main">{words.skip}</a>
        {page.state.sandbox.then(|| view! { <aside class="sandbox">{words.sandbox}</aside> })}
        <header class="bar">
            <a class="brand" href=start>"Empego Desk"</a>
            {navigation}
            <div class="account">
                {site_switch(&page)}
                <LanguageForm language here/>
                {account}
            </div>
        </header>
        <main id="main" tabindex="-1" class=class>{switched}{children()}</main>
    }
}

/// Text for a `title`: `leptos_meta` does not escape it, and a name can hold any character.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// The current site. Where the account has others, a form with all of them that switches.
fn site_switch(page: &Page) -> Option<AnyView> {
    let who = page.who()?;
    let words = SiteWords::of(page.language());
    if who.others.is_empty() {
        let name = who.site.name.clone();
        return Some(view! { <span class="site"><bdi>{name}</bdi></span> }.into_any());
    }
    let others = who.others.iter().map(|site| (site.name.clone(), site.id.0.clone(), false));
    let mut sites: Vec<_> = others.collect();
    sites.push((who.site.name.clone(), who.site.id.0.clone(), true));
    sites.sort_by_cached_key(|(name, ..)| name.to_lowercase());
    let options = sites
        .into_iter()
        .map(|(name, id, current)| view! { <option value=id selected=current>{name}</option> })
        .collect_view();
    let form = view! {
        <form method="post" action=Function::SwitchSite.path() class="switch">
            <label class="visually-hidden" for="switch-site">{words.site}</label>
            <select id="switch-site" name="site" autocomplete="off">{options}</select>
            <button class="quiet">{words.switch_site}</button>
        </form>
    };
    Some(form.into_any())
}

/// After a switch: where the user is now.
fn switched(page: &Page) -> Option<impl IntoView + use<>> {
    let who = page.who()?;
    page.query(SWITCHED).filter(|_| page.submitted.is_none())?;
    let words = SiteWords::of(page.language());
    let title = placed(words.switched, "{site}", &who.site.name);
    Some(view! {
        <Notice kind="success" title role="status"><p>{words.switched_text}</p></Notice>
    })
}

/// A form that switches to the other language and comes back.
#[component]
fn LanguageForm(language: Language, here: String) -> impl IntoView {
    let other = language.other();
    view! {
        <form method="post" action=Function::SetLanguage.path()>
            <input type="hidden" name="next" value=here/>
            <button class="quiet" name="language" value=other.code() lang=other.code()>
                {own_name(other)}
            </button>
        </form>
    }
}

/// The layout of a patient's page: the clinic's name and the language switch.
#[component]
pub fn PatientLayout(page: Page, #[prop(into)] title: String, children: Children) -> impl IntoView {
    let language = page.language();
    let other = language.other();
    // An answer to a form has the form's address; a problem has no page.
    let path = Some(page.path()).filter(|path| !path.is_empty()).or_else(|| {
        use_context::<axum::http::request::Parts>().map(|parts| parts.uri.path().to_owned())
    });
    let path = path.unwrap_or_default();
    // A link in the body, as HTML allows: what a page that reads something first adds to the head
    // is lost where the head has been written.
    let style = page.brand.style.clone().map(|href| view! { <link rel="stylesheet" href=href/> });
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
                <a
                    href=format!("{path}?lang={}", other.code())
                    lang=other.code()
                    hreflang=other.code()
                >
                    {own_name(other)}
                </a>
            </header>
            <main id="main">{children()}</main>
        </div>
    }
}
