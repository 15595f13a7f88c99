//! The board: every consultation, newest first.

use super::live::live;
use super::loaded::staff_page;
use crate::desk::access;
use crate::i18n::states;
use crate::model::consultation::BoardRow;
use crate::model::reason;
use crate::parts::badge::{DeliveryBadge, StatusBadge, discrepancy_mark, late_mark, locked_mark};
use crate::parts::layout::StaffLayout;
use crate::parts::moment::moment;
use crate::parts::patient::{self, Number};
use crate::parts::table::{Pager, SearchField, lost_search, table};
use crate::store::{BoardQuery, BoardStatus};
use crate::web::lists::board::BoardFilters;
use crate::web::lists::{Filters, Listing};
use crate::web::page::Page;
use crate::web::routes::{Function, PageRoute};
use leptos::prelude::*;

/// The board.
#[component]
pub fn BoardPage() -> impl IntoView {
    staff_page(|page, who| async move {
        let listing = Listing::<BoardFilters>::read(&page);
        let now = page.state.desk.now();
        let query = BoardQuery {
            site: page.site(),
            search: listing.filters.search.clone(),
            status: listing.filters.status,
            before: listing.after.clone(),
            now,
            discrepancy_before: now.saturating_sub(page.state.desk.policy.confirm_after_ms),
            limit: listing.limit(),
        };
        let rows = access::board(&page.state.desk, &who, &query).await?;
        Ok(board(page, &listing, rows, now))
    })
}

fn board(
    page: Page,
    listing: &Listing<BoardFilters>,
    mut rows: Vec<BoardRow>,
    now: i64,
) -> impl IntoView + use<> {
    let words = page.words();
    let pages = listing.cut(&page, &mut rows);
    let content = if rows.is_empty() {
        let (title, text) = match listing.filters.is_set() {
            true => (words.nothing_found, words.nothing_found_text),
            false => (words.empty, words.empty_text),
        };
        view! { <div class="empty"><h2>{title}</h2><p>{text}</p></div> }.into_any()
    } else {
        rows_table(&page, rows, now).into_any()
    };
    let form = filter_form(&page, &listing.filters);
    let lost = lost_search(&page, listing.lost_words(&page));
    view! {
        <StaffLayout page=page.clone() title=words.consultations here=pages.here.clone()>
            <div class="page-head">
                <h1>{words.consultations}</h1>
                {live(&page)}
                <form action=PageRoute::NewConsultation.path()>
                    <button class="primary">{words.new_consultation}</button>
                </form>
            </div>
            {form}
            {lost}
            <div data-live="board">
                {content}
                <Pager page=page.clone() pages first=words.newest next=words.next/>
            </div>
        </StaffLayout>
    }
}

fn filter_form(page: &Page, filters: &BoardFilters) -> impl IntoView + use<> {
    let (words, language) = (page.words(), page.language());
    let option = |status: BoardStatus| {
        let selected = filters.status == Some(status);
        view! {
            <option value=status.slug() selected=selected>
                {states::filter(language, status)}
            </option>
        }
    };
    let options = BoardStatus::ALL.into_iter().map(option).collect_view();
    let clear =
        filters.is_set().then(|| view! { <a href=PageRoute::Board.path()>{words.clear}</a> });
    view! {
        <form
            class="filters"
            role="search"
            method="post"
            action=Function::SearchConsultations.path()
        >
            <SearchField page=page.clone() value=filters.search.clone()/>
            <div class="field short">
                <label for="status">{words.status_label}</label>
                <select id="status" name="status">
                    <option value="">{words.any_status}</option>
                    {options}
                </select>
            </div>
            <button>{words.search}</button>
            {clear}
        </form>
    }
}

fn rows_table(page: &Page, rows: Vec<BoardRow>, now: i64) -> impl IntoView + use<> {
    let (words, language) = (page.words(), page.language());
    let row = |row: BoardRow| {
        let delivery = row.state.delivery(now);
        let locked = locked_mark(language, &row.state, delivery);
        let discrepancy = discrepancy_mark(page, &row.state);
        let late = late_mark(language, &row.state, delivery);
        let href = PageRoute::Consultation.at(&row.id);
        let name = patient::name(&row.first_name, &row.last_name);
        let told_apart = patient::told_apart(
            page,
            row.date_of_birth.as_deref(),
            row.identifier.as_ref(),
            Number::Masked,
        );
        let created = moment(page, row.created_at);
        let reason = row.reason.as_deref().map(|entered| {
            let reasons = page.who().map(|who| who.site.reasons.as_slice()).unwrap_or_default();
            let shown = reason::shown(reasons, entered, language).to_owned();
            view! { <small class="reason"><bdi>{shown}</bdi></small> }
        });
        view! {
            <tr role="row" id=format!("row-{}", row.id)>
                <th role="rowheader" scope="row">
                    <a href=href>{name}</a>
                    {told_apart}
                    {reason}
                </th>
                <td role="cell" data-label=words.col_state>
                    <DeliveryBadge language delivery/>
                    {locked}
                    {discrepancy}{late}
                </td>
                <td role="cell" data-label=words.col_empego>
                    <StatusBadge language state=row.state delivery/>
                </td>
                <td role="cell" data-label=words.col_created>
                    {created}
                </td>
                <td role="cell" data-label=words.col_by>
                    <bdi>{page.person(&row.created_by)}</bdi>
                </td>
            </tr>
        }
    };
    let columns =
        [words.col_patient, words.col_state, words.col_empego, words.col_created, words.col_by];
    table(None, words.board_caption, columns, rows.into_iter().map(row).collect_view())
}
