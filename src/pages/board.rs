//! The board: every consultation, newest first.

use super::message::MessagePage;
use crate::desk::access;
use crate::error::AppError;
use crate::i18n::{states, time};
use crate::islands::live::Live;
use crate::model::consultation::BoardRow;
use crate::model::ids::ConsultationId;
use crate::parts::badge::{DeliveryBadge, StatusBadge, doubt_mark, locked_mark};
use crate::parts::layout::StaffLayout;
use crate::store::{BoardQuery, BoardStatus};
use crate::web::page::Page;
use crate::web::routes::{Function, PageRoute};
use crate::web::state::AppState;
use leptos::prelude::*;

/// Rows on one page.
const ROWS: u32 = 25;
/// The most characters that are searched for.
pub const SEARCH_LENGTH: usize = 100;
/// What search words are sealed for.
const SEALED: &str = "search";

/// What somebody searches for, as the list takes it; `None` where nothing was typed.
#[must_use]
pub fn search_words(typed: &str) -> Option<String> {
    let words: String = typed
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .chars()
        .take(SEARCH_LENGTH)
        .collect();
    (!words.is_empty()).then_some(words)
}

/// A search as an address holds it: sealed, because it names patients.
pub(super) fn seal_search(state: &AppState, words: Option<&String>) -> Option<String> {
    state.desk.secrets.seal(SEALED, words?, &state.desk.ambient)
}

/// Reads it back. What does not read is no search.
pub(super) fn open_search(state: &AppState, sealed: Option<String>) -> Option<String> {
    state.desk.secrets.open(SEALED, &sealed?)
}

/// An id in an address, if it can be one.
pub(super) fn id_in(address: Option<String>) -> Option<ConsultationId> {
    let id = |id: &String| {
        id.len() <= 64 && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    address.filter(id).map(ConsultationId)
}

/// The board's filters, as its address holds them: `status`, `before` (the last row of the page
/// before), and `search`, which is sealed because it names patients.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filters {
    /// Words of a name, or an identifier.
    pub search: Option<String>,
    /// Where the consultation stands.
    pub status: Option<BoardStatus>,
    /// Only rows older than this one.
    pub before: Option<ConsultationId>,
}

impl Filters {
    /// Reads the address. What does not read is left out.
    fn read(state: &AppState, get: impl Fn(&str) -> Option<String>) -> Self {
        Self {
            search: open_search(state, get("search")),
            status: get("status").and_then(|slug| BoardStatus::parse(&slug)),
            before: id_in(get("before")),
        }
    }

    /// The address that shows the board through these filters.
    #[must_use]
    pub fn address(&self, state: &AppState) -> String {
        let parts = [
            self.status.map(|status| format!("status={}", status.slug())),
            seal_search(state, self.search.as_ref()).map(|sealed| format!("search={sealed}")),
            self.before.as_ref().map(|id| format!("before={id}")),
        ];
        let query = parts.into_iter().flatten().collect::<Vec<_>>().join("&");
        if query.is_empty() {
            PageRoute::Board.path().to_owned()
        } else {
            format!("{}?{query}", PageRoute::Board.path())
        }
    }
}

/// The board.
#[component]
pub fn BoardPage() -> impl IntoView {
    let page = Page::current();
    let filters = Filters::read(&page.state, |name| page.query(name));
    Suspend::new(async move {
        let wanted = BoardQuery {
            site: page.site(),
            search: filters.search.clone(),
            status: filters.status,
            before: filters.before.clone(),
            now: page.state.desk.now(),
            doubt_before: page
                .state
                .desk
                .now()
                .saturating_sub(page.state.desk.policy.confirm_after_ms),
            limit: ROWS + 1,
        };
        let Some(who) = page.who() else {
            return view! { <MessagePage error=AppError::NotSignedIn/> }.into_any();
        };
        match access::board(&page.state.desk, who, &wanted).await {
            Ok(rows) => board(page, &filters, rows, wanted.now).into_any(),
            Err(error) => view! { <MessagePage error=page.state.explain(error)/> }.into_any(),
        }
    })
}

fn board(
    page: Page,
    filters: &Filters,
    mut rows: Vec<BoardRow>,
    now: i64,
) -> impl IntoView + use<> {
    let words = page.words();
    let more = rows.len() > ROWS as usize;
    rows.truncate(ROWS as usize);
    let here = filters.address(&page.state);
    let next = rows.last().filter(|_| more).map(|last| {
        Filters { before: Some(last.id.clone()), ..filters.clone() }.address(&page.state)
    });
    let newest = filters
        .before
        .as_ref()
        .map(|_| Filters { before: None, ..filters.clone() }.address(&page.state));
    let filtered = filters.search.is_some() || filters.status.is_some();
    let content = if rows.is_empty() {
        nothing(&page, filtered).into_any()
    } else {
        table(&page, rows, now).into_any()
    };
    let form = filter_form(&page, filters, filtered);
    view! {
        <StaffLayout page=page.clone() title=words.consultations here>
            <div class="page-head">
                <h1>{words.consultations}</h1>
                <Live live=words.live.to_owned() waiting=words.reconnecting.to_owned()/>
                <form action=PageRoute::NewConsultation.path()><button class="primary">{words.new_consultation}</button></form>
            </div>
            {form}
            <div data-live="board">
                {content}
                <nav class="pager" aria-label=words.pages>
                    {newest.map(|href| view! { <a class="button" rel="first" href=href>{words.newest}</a> })}
                    {next.map(|href| view! { <a class="button" rel="next" href=href>{words.next}</a> })}
                </nav>
            </div>
        </StaffLayout>
    }
}

fn filter_form(page: &Page, filters: &Filters, filtered: bool) -> impl IntoView + use<> {
    let (words, language) = (page.words(), page.language());
    let chosen = filters.status;
    let options = BoardStatus::ALL
        .into_iter()
        .map(|status| view! { <option value=status.slug() selected=chosen == Some(status)>{states::filter(language, status)}</option> })
        .collect_view();
    view! {
        <form class="filters" role="search" method="post" action=Function::SearchConsultations.path()>
            <div class="field">
                <label for="search">{words.search_label}</label>
                <input id="search" name="search" type="search" autocomplete="off" spellcheck="false" maxlength=SEARCH_LENGTH.to_string()
                    value=filters.search.clone().unwrap_or_default()/>
            </div>
            <div class="field short">
                <label for="status">{words.status_label}</label>
                <select id="status" name="status"><option value="">{words.any_status}</option>{options}</select>
            </div>
            <button>{words.search}</button>
            {filtered.then(|| view! { <a href=PageRoute::Board.path()>{words.clear}</a> })}
        </form>
    }
}

fn nothing(page: &Page, filtered: bool) -> impl IntoView + use<> {
    let words = page.words();
    let (title, text) = if filtered {
        (words.nothing_found, words.nothing_found_text)
    } else {
        (words.empty, words.empty_text)
    };
    view! { <div class="empty"><h2>{title}</h2><p>{text}</p></div> }
}

fn table(page: &Page, rows: Vec<BoardRow>, now: i64) -> impl IntoView + use<> {
    let words = page.words();
    let language = page.language();
    let rows = rows
        .into_iter()
        .map(|row| {
            let delivery = row.state.delivery(now);
            let locked = locked_mark(language, &row.state, delivery);
            let doubt = doubt_mark(page, &row.state);
            let identifier = row.identifier.as_ref().map(|identifier| {
                let kind = states::identifier_type(language, identifier.kind);
                view! { " "<small title=kind>{identifier.masked()}</small> }
            });
            view! {
                <tr role="row" id=format!("row-{}", row.id)>
                    <th role="rowheader" scope="row">
                        <a href=PageRoute::Consultation.at(&row.id)>{row.first_name}" "{row.last_name}</a>
                        {identifier}
                    </th>
                    <td role="cell" data-label=words.col_state><DeliveryBadge language delivery/>{locked}{doubt}</td>
                    <td role="cell" data-label=words.col_empego><StatusBadge language state=row.state delivery/></td>
                    <td role="cell" data-label=words.col_created>
                        <time datetime=time::machine(row.created_at)>{page.moment(row.created_at)}</time>
                    </td>
                    <td role="cell" data-label=words.col_by>{row.created_by}</td>
                </tr>
            }
        })
        .collect_view();
    let column = |word: &'static str| view! { <th role="columnheader" scope="col">{word}</th> };
    view! {
        <table role="table">
            <caption class="visually-hidden">{words.board_caption}</caption>
            <thead role="rowgroup">
                <tr role="row">
                    {column(words.col_patient)} {column(words.col_state)} {column(words.col_empego)} {column(words.col_created)}
                    {column(words.col_by)}
                </tr>
            </thead>
            <tbody role="rowgroup">{rows}</tbody>
        </table>
    }
}
