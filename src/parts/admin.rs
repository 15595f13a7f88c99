//! The way between the pages of administrators.

use crate::i18n::{ConnectionWords, LogWords};
use crate::model::role::Power;
use crate::web::page::Page;
use crate::web::routes::PageRoute;
use leptos::prelude::*;

/// Links between the pages about what happened and what is kept.
#[component]
pub fn AdminNav(
    /// What the request brought.
    page: Page,
    /// The page that this is on, or below.
    here: &'static str,
) -> impl IntoView {
    let words = LogWords::of(page.language());
    let links = [
        (PageRoute::Audit.path(), words.title),
        (PageRoute::Incidents.path(), words.incidents),
        (PageRoute::Retention.path(), words.retention),
        (PageRoute::Connection.path(), ConnectionWords::of(page.language()).nav),
    ];
    let links = links.map(|(href, word)| view! { <a href=href aria-current=(href == here).then_some("page")>{word}</a> });
    view! { <nav class="tabs" aria-label=words.admin_nav>{links.into_iter().collect_view()}</nav> }
}

/// The way there from every staff page, for administrators.
pub fn entry(page: &Page, here: &str) -> impl IntoView + use<> {
    let words = LogWords::of(page.language());
    let current = [
        PageRoute::Audit.path(),
        PageRoute::Incidents.path(),
        PageRoute::Retention.path(),
        PageRoute::Connection.path(),
    ]
    .iter()
    .any(|path| here.starts_with(path))
    .then_some("page");
    page.who()
        .filter(|who| who.roles.allow(Power::Administer))
        .map(|_| view! { <a href=PageRoute::Audit.path() aria-current=current>{words.title}</a> })
}
