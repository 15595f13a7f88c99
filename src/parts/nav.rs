//! The navigation of staff, derived from the route table.

use crate::i18n::LogWords;
use crate::model::language::Language;
use crate::web::page::Page;
use crate::web::routes::{Nav, PageRoute};
use leptos::prelude::*;
use strum::IntoEnumIterator;

/// The links in the header of every staff page: the main pages, and the first of the oversight
/// pages for all of them. A user sees the pages that their roles open.
#[component]
pub fn MainNav(
    page: Page,
    /// The address of the page that this is on.
    here: String,
) -> impl IntoView {
    let is_open = |route: &PageRoute| route.row().access.permits(page.who().map(|who| &who.roles));
    let oversight = shown_in(Nav::Oversight).find(is_open).map(|first| {
        let current = shown_in(Nav::Oversight).any(|route| is_current(route, &here));
        link(page.language(), first, current)
    });
    let main = shown_in(Nav::Main)
        .filter(is_open)
        .map(|route| link(page.language(), route, is_current(route, &here)))
        .collect_view();
    view! { <nav aria-label=page.words().main_nav>{main}{oversight}</nav> }
}

/// The tabs of the oversight pages.
#[component]
pub fn OversightNav(
    page: Page,
    /// The page that this is on, or below.
    here: PageRoute,
) -> impl IntoView {
    let language = page.language();
    let links = shown_in(Nav::Oversight).map(|route| link(language, route, route == here));
    let links = links.collect_view();
    view! { <nav class="tabs" aria-label=LogWords::of(language).admin_nav>{links}</nav> }
}

fn shown_in(nav: Nav) -> impl Iterator<Item = PageRoute> {
    PageRoute::iter().filter(move |route| route.row().nav == nav)
}

fn link(language: Language, route: PageRoute, current: bool) -> impl IntoView + use<> {
    let current = current.then_some("page");
    let label = route.row().label.map(|label| label(language));
    view! { <a href=route.path() aria-current=current>{label}</a> }
}

/// Whether an address is that of the page or below it. A record has a page of its own, and the
/// board is not current there.
fn is_current(route: PageRoute, here: &str) -> bool {
    let path = here.split('?').next().unwrap_or_default();
    match path.strip_prefix(route.path()) {
        Some("") => true,
        Some(below) => below.starts_with('/') && route != PageRoute::Board,
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_current_at_its_address_and_below() {
        use PageRoute::{Board, FollowUps, Staff};
        for (route, here, current) in [
            (Board, "/consultations", true),
            (Board, "/consultations?status=done", true),
            (Board, "/consultations/1", false),
            (FollowUps, "/follow-ups?view=due", true),
            (FollowUps, "/follow-ups/new?follows=1", true),
            (Staff, "/admin/staff/1", true),
            (Staff, "/admin/sites", false),
        ] {
            assert_eq!(is_current(route, here), current, "{here}");
        }
    }
}
