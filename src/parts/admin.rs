//! The way between the pages of administrators.

use crate::i18n::{ConnectionWords, LogWords};
use crate::model::role::Power;
use crate::pages::Page;
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
        ("/admin/audit", words.title),
        ("/admin/incidents", words.incidents),
        ("/admin/retention", words.retention),
        ("/admin/connection", ConnectionWords::of(page.language()).nav),
    ];
    let links = links.map(|(href, word)| view! { <a href=href aria-current=(href == here).then_some("page")>{word}</a> });
    view! { <nav class="tabs" aria-label=words.admin_nav>{links.into_iter().collect_view()}</nav> }
}

/// The way there from every staff page, for administrators.
pub fn entry(page: &Page, here: &str) -> impl IntoView + use<> {
    let words = LogWords::of(page.language());
    let current = ["/admin/audit", "/admin/incidents", "/admin/retention", "/admin/connection"]
        .iter()
        .any(|path| here.starts_with(path))
        .then_some("page");
    page.who()
        .filter(|who| who.roles.allow(Power::Administer))
        .map(|_| view! { <a href="/admin/audit" aria-current=current>{words.title}</a> })
}
