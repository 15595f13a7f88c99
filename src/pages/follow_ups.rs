//! Follow-ups by day: as a list, and as a week.

mod new;
mod week;

pub use new::NewFollowUpPage;

use super::live::live;
use super::loaded::staff_page;
use crate::desk::follow_up;
use crate::i18n::{FollowUpWords, follow_up as words_of, time};
use crate::model::consultation::FollowUpRow;
use crate::parts::badge::{
    DeliveryBadge, StatusBadge, discrepancy_mark, late_mark, locked_mark, place_mark, stage_mark,
};
use crate::parts::layout::StaffLayout;
use crate::parts::patient::{self, Number};
use crate::parts::table::{Pager, SearchField, lost_search, table};
use crate::store::{FollowUpQuery, FollowUpView};
use crate::web::lists::follow_ups::{FollowUpFilters, slug, views};
use crate::web::lists::{Filters, Listing, Reader};
use crate::web::page::Page;
use crate::web::routes::{Function, PageRoute};
use leptos::prelude::*;

/// The list, or the week that the address names.
#[component]
pub fn FollowUpsPage() -> impl IntoView {
    staff_page(|page, who| async move {
        let desk = &page.state.desk;
        if let Some(day) = page.query("week") {
            let monday = week::monday(&page, &day);
            let rows = follow_up::week(desk, &who, monday).await?;
            return Ok(week::view(page, monday, rows).into_any());
        }
        let listing = Listing::<FollowUpFilters>::read(&page);
        let query = FollowUpQuery {
            site: page.site(),
            view: listing.filters.view,
            search: listing.filters.search.clone(),
            today: page.today().to_string(),
            after: listing.after.clone(),
            limit: listing.limit(),
        };
        let rows = follow_up::list(desk, &who, &query).await?;
        Ok(list(page, &listing, rows).into_any())
    })
}

/// The head of the list and of the week: the heading, and the button that plans a follow-up.
fn head(page: &Page) -> impl IntoView + use<> {
    let follow_ups = FollowUpWords::of(page.language());
    let plan = page.plans_follow_ups().then(|| {
        view! {
            <form action=PageRoute::NewFollowUp.path()>
                <button class="primary">{follow_ups.plan}</button>
            </form>
        }
    });
    view! {
        <div class="page-head">
            <h1>{follow_ups.follow_ups}</h1>
            {live(page)}
            {plan}
        </div>
    }
}

/// The tabs of the list and of the week: the views, and the week. `None` on the week.
fn tabs(page: &Page, shown: Option<&FollowUpFilters>) -> impl IntoView + use<> {
    let words = FollowUpWords::of(page.language());
    let search = shown.and_then(|filters| filters.search.clone());
    let link = |view: FollowUpView| {
        let href = FollowUpFilters { search: search.clone(), view };
        let href = Reader::of(page).map(|reader| href.address(reader));
        let current = (shown.map(|filters| filters.view) == Some(view)).then_some("page");
        view! { <a href=href aria-current=current>{words_of::view(page.language(), view)}</a> }
    };
    let links = views().map(link).collect_view();
    let this_week = format!("{}?week={}", PageRoute::FollowUps.path(), page.today());
    let on_week = shown.is_none().then_some("page");
    view! {
        <nav class="tabs" aria-label=words.views>
            {links}
            <a href=this_week aria-current=on_week>{words.week}</a>
        </nav>
    }
}

fn list(
    page: Page,
    listing: &Listing<FollowUpFilters>,
    mut rows: Vec<FollowUpRow>,
) -> impl IntoView + use<> {
    let words = FollowUpWords::of(page.language());
    let filters = &listing.filters;
    let pages = listing.cut(&page, &mut rows);
    let (head, tabs, search) = (head(&page), tabs(&page, Some(filters)), search(&page, filters));
    let content = if rows.is_empty() {
        let (title, text) = match filters.search {
            Some(_) => (page.words().nothing_found, page.words().nothing_found_text),
            None => (words.empty, words.empty_text),
        };
        view! { <div class="empty"><h2>{title}</h2><p>{text}</p></div> }.into_any()
    } else {
        rows_table(&page, rows).into_any()
    };
    let next = page.words().next;
    let lost = lost_search(&page, listing.lost_words(&page));
    view! {
        <StaffLayout page=page.clone() title=words.follow_ups here=pages.here.clone()>
            {head}
            {tabs}
            {search}
            {lost}
            <div data-live="board">
                {content}
                <Pager page=page.clone() pages first=words.first next/>
            </div>
        </StaffLayout>
    }
}

fn search(page: &Page, filters: &FollowUpFilters) -> impl IntoView + use<> {
    let words = page.words();
    let clear = filters.search.is_some().then(|| {
        let href = FollowUpFilters { search: None, ..filters.clone() };
        let href = Reader::of(page).map(|reader| href.address(reader));
        view! { <a href=href>{words.clear}</a> }
    });
    view! {
        <form class="filters" role="search" method="post" action=Function::SearchFollowUps.path()>
            <SearchField page=page.clone() value=filters.search.clone()/>
            <input type="hidden" name="view" value=slug(filters.view)/>
            <button>{words.search}</button>
            {clear}
        </form>
    }
}

fn rows_table(page: &Page, rows: Vec<FollowUpRow>) -> impl IntoView + use<> {
    let (words, board, language) =
        (FollowUpWords::of(page.language()), page.words(), page.language());
    let now = page.state.desk.now();
    let row = |FollowUpRow { row, follow_up }: FollowUpRow| {
        let delivery = row.state.delivery(now);
        let locked = locked_mark(language, &row.state, delivery);
        let discrepancy = discrepancy_mark(page, &row.state);
        let late = late_mark(language, &row.state, delivery);
        let stage = stage_mark(page, &row.state, &follow_up.due_on);
        let place = place_mark(page, &follow_up).map(|place| view! { " "<small>{place}</small> });
        let href = PageRoute::Consultation.at(&row.id);
        let name = patient::name(&row.first_name, &row.last_name);
        let told_apart = patient::told_apart(
            page,
            row.date_of_birth.as_deref(),
            row.identifier.as_ref(),
            Number::Masked,
        );
        let day = time::day(language, &follow_up.due_on);
        view! {
            <tr role="row" id=format!("row-{}", row.id)>
                <th role="rowheader" scope="row">
                    <a href=href>{name}</a>
                    {told_apart}
                </th>
                <td role="cell" data-label=words.day>
                    <time datetime=follow_up.due_on.clone()>{day}</time>
                    " "
                    {stage}
                </td>
                <td role="cell" data-label=words.reason>{follow_up.reason.clone()}{place}</td>
                <td role="cell" data-label=board.col_state>
                    <DeliveryBadge language delivery/>
                    {locked}
                    {discrepancy}{late}
                </td>
                <td role="cell" data-label=board.col_empego>
                    <StatusBadge language state=row.state delivery/>
                </td>
            </tr>
        }
    };
    let columns = [board.col_patient, words.day, words.reason, board.col_state, board.col_empego];
    table(None, words.caption, columns, rows.into_iter().map(row).collect_view())
}
