//! Follow-ups by day: as a list, and as a week.

mod new;
mod week;

pub use new::NewFollowUpPage;

use super::board::{SEARCH_LENGTH, id_in, open_search, seal_search};
use super::loaded::staff_page;
use crate::desk::follow_up;
use crate::i18n::{FollowUpWords, fill, follow_up as words_of, states, time};
use crate::islands::live::Live;
use crate::model::consultation::FollowUpRow;
use crate::model::follow_up::{FollowUp, Stage};
use crate::model::ids::ConsultationId;
use crate::model::lifecycle::{Creation, Delivery, State};
use crate::model::role::Power;
use crate::parts::badge::{DeliveryBadge, StatusBadge, doubt_mark, locked_mark};
use crate::parts::layout::StaffLayout;
use crate::store::{FollowUpQuery, FollowUpView};
use crate::web::page::Page;
use crate::web::routes::{Function, PageRoute};
use crate::web::state::AppState;
use jiff::civil::Date;
use leptos::prelude::*;

/// Rows on one page.
const ROWS: u32 = 25;

/// The list's filters, as its address holds them: `view`, `search` (sealed), and `after` with
/// `day`, the last row of the page before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filters {
    /// Words of a name, or an identifier.
    pub search: Option<String>,
    /// Which ones.
    pub view: FollowUpView,
    /// Only those after this one.
    pub after: Option<(String, ConsultationId)>,
}

impl Filters {
    /// The views, in the order of the tabs.
    fn views() -> impl Iterator<Item = FollowUpView> {
        std::iter::once(FollowUpView::Open)
            .chain(Stage::ALL.into_iter().map(FollowUpView::At))
            .chain([FollowUpView::All])
    }

    fn slug(view: FollowUpView) -> &'static str {
        match view {
            FollowUpView::Open => "",
            FollowUpView::All => "all",
            FollowUpView::At(stage) => stage.slug(),
        }
    }

    /// Reads a view's word. Any other is the first view.
    #[must_use]
    pub fn view(slug: &str) -> FollowUpView {
        Self::views().find(|view| Self::slug(*view) == slug).unwrap_or_default()
    }

    /// Reads the address. What does not read is left out.
    fn read(state: &AppState, get: impl Fn(&str) -> Option<String>) -> Self {
        let day = get("day").filter(|day| day.parse::<Date>().is_ok());
        Self {
            search: open_search(state, get("search")),
            view: Self::view(&get("view").unwrap_or_default()),
            after: day.zip(id_in(get("after"))),
        }
    }

    /// The address that shows the list through these filters.
    #[must_use]
    pub fn address(&self, state: &AppState) -> String {
        let parts = [
            Some(Self::slug(self.view))
                .filter(|slug| !slug.is_empty())
                .map(|slug| format!("view={slug}")),
            seal_search(state, self.search.as_ref()).map(|sealed| format!("search={sealed}")),
            self.after.as_ref().map(|(day, id)| format!("day={day}&after={id}")),
        ];
        let query = parts.into_iter().flatten().collect::<Vec<_>>().join("&");
        if query.is_empty() {
            PageRoute::FollowUps.path().to_owned()
        } else {
            format!("{}?{query}", PageRoute::FollowUps.path())
        }
    }
}

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
        let filters = Filters::read(&page.state, |name| page.query(name));
        let query = FollowUpQuery {
            site: page.site(),
            view: filters.view,
            search: filters.search.clone(),
            today: desk.today().to_string(),
            after: filters.after.clone(),
            limit: ROWS + 1,
        };
        let rows = follow_up::list(desk, &who, &query).await?;
        Ok(list(page, &filters, rows).into_any())
    })
}

/// The head of both: the heading, and the way to plan one.
fn head(page: &Page) -> impl IntoView + use<> {
    let (words, language) = (page.words(), page.language());
    let plan = page.who().filter(|who| who.roles.allow(Power::PlanFollowUps)).map(|_| {
        view! { <form action=PageRoute::NewFollowUp.path()><button class="primary">{FollowUpWords::of(language).plan}</button></form> }
    });
    view! {
        <div class="page-head">
            <h1>{FollowUpWords::of(language).follow_ups}</h1>
            <Live live=words.live.to_owned() waiting=words.reconnecting.to_owned()/>
            {plan}
        </div>
    }
}

/// The tabs of both: the views of the list, and the week. `None` = the week is shown.
fn tabs(page: &Page, shown: Option<&Filters>) -> impl IntoView + use<> {
    let words = FollowUpWords::of(page.language());
    let search = shown.and_then(|filters| filters.search.clone());
    let links = Filters::views()
        .map(|view| {
            let href = Filters { search: search.clone(), view, after: None }.address(&page.state);
            let current = (shown.map(|filters| filters.view) == Some(view)).then_some("page");
            view! { <a href=href aria-current=current>{words_of::view(page.language(), view)}</a> }
        })
        .collect_view();
    let on_week = shown.is_none().then_some("page");
    view! {
        <nav class="tabs" aria-label=words.views>
            {links}
            <a href=format!("{}?week={}", PageRoute::FollowUps.path(), page.state.desk.today()) aria-current=on_week>{words.week}</a>
        </nav>
    }
}

fn list(page: Page, filters: &Filters, mut rows: Vec<FollowUpRow>) -> impl IntoView + use<> {
    let words = FollowUpWords::of(page.language());
    let more = rows.len() > ROWS as usize;
    rows.truncate(ROWS as usize);
    let here = filters.address(&page.state);
    let place = |row: &FollowUpRow| Some((row.follow_up.due_on.clone(), row.row.id.clone()));
    let next = rows
        .last()
        .filter(|_| more)
        .map(|last| Filters { after: place(last), ..filters.clone() }.address(&page.state));
    let first = filters
        .after
        .as_ref()
        .map(|_| Filters { after: None, ..filters.clone() }.address(&page.state));
    let (head, tabs, search) = (head(&page), tabs(&page, Some(filters)), search(&page, filters));
    let content = if rows.is_empty() {
        nothing(&page, filters).into_any()
    } else {
        table(&page, rows).into_any()
    };
    view! {
        <StaffLayout page=page.clone() title=words.follow_ups here>
            {head}
            {tabs}
            {search}
            <div data-live="board">
                {content}
                <nav class="pager" aria-label=page.words().pages>
                    {first.map(|href| view! { <a class="button" rel="first" href=href>{words.first}</a> })}
                    {next.map(|href| view! { <a class="button" rel="next" href=href>{page.words().next}</a> })}
                </nav>
            </div>
        </StaffLayout>
    }
}

fn search(page: &Page, filters: &Filters) -> impl IntoView + use<> {
    let words = page.words();
    let clear = filters
        .search
        .as_ref()
        .map(|_| Filters { search: None, after: None, ..filters.clone() }.address(&page.state));
    view! {
        <form class="filters" role="search" method="post" action=Function::SearchFollowUps.path()>
            <div class="field">
                <label for="search">{words.search_label}</label>
                <input id="search" name="search" type="search" autocomplete="off" spellcheck="false" maxlength=SEARCH_LENGTH.to_string()
                    value=filters.search.clone().unwrap_or_default()/>
            </div>
            <input type="hidden" name="view" value=Filters::slug(filters.view)/>
            <button>{words.search}</button>
            {clear.map(|href| view! { <a href=href>{words.clear}</a> })}
        </form>
    }
}

fn nothing(page: &Page, filters: &Filters) -> impl IntoView + use<> {
    let words = FollowUpWords::of(page.language());
    let (title, text) = match filters.search {
        Some(_) => (page.words().nothing_found, page.words().nothing_found_text),
        None => (words.empty, words.empty_text),
    };
    view! { <div class="empty"><h2>{title}</h2><p>{text}</p></div> }
}

/// What staff must know of one that Empego may not have: our badge.
pub(super) fn creation_mark(page: &Page, state: &State) -> Option<impl IntoView + use<>> {
    let (language, delivery) = (page.language(), state.delivery(page.state.desk.now()));
    (state.creation != Creation::Done && delivery != Delivery::Cancelled)
        .then(|| view! { " "<DeliveryBadge language delivery/> })
}

/// Where a follow-up stands, as a word with its shape.
pub(super) fn stage_mark(page: &Page, state: &State, due_on: &str) -> impl IntoView + use<> {
    let stage = Stage::of(state, due_on, &page.state.desk.today().to_string());
    view! { <strong class="stage" data-stage=stage.slug()>{words_of::stage(page.language(), stage)}</strong> }
}

/// Which one of how many.
pub(super) fn place_mark(page: &Page, follow_up: &FollowUp) -> Option<String> {
    let (place, places) = follow_up.place?;
    Some(fill(
        &fill(FollowUpWords::of(page.language()).place, "n", &place.to_string()),
        "all",
        &places.to_string(),
    ))
}

fn table(page: &Page, rows: Vec<FollowUpRow>) -> impl IntoView + use<> {
    let (words, board, language) =
        (FollowUpWords::of(page.language()), page.words(), page.language());
    let now = page.state.desk.now();
    let rows = rows
        .into_iter()
        .map(|FollowUpRow { row, follow_up }| {
            let delivery = row.state.delivery(now);
            let (locked, doubt) = (locked_mark(language, &row.state, delivery), doubt_mark(page, &row.state));
            let (stage, place) = (stage_mark(page, &row.state, &follow_up.due_on), place_mark(page, &follow_up));
            let day = time::day(language, &follow_up.due_on);
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
                    <td role="cell" data-label=words.day><time datetime=follow_up.due_on.clone()>{day}</time>" "{stage}</td>
                    <td role="cell" data-label=words.reason>{follow_up.reason.clone()}{place.map(|place| view! { " "<small>{place}</small> })}</td>
                    <td role="cell" data-label=board.col_state><DeliveryBadge language delivery/>{locked}{doubt}</td>
                    <td role="cell" data-label=board.col_empego><StatusBadge language state=row.state delivery/></td>
                </tr>
            }
        })
        .collect_view();
    let column = |word: &'static str| view! { <th role="columnheader" scope="col">{word}</th> };
    view! {
        <table role="table">
            <caption class="visually-hidden">{words.caption}</caption>
            <thead role="rowgroup">
                <tr role="row">
                    {column(board.col_patient)} {column(words.day)} {column(words.reason)} {column(board.col_state)} {column(board.col_empego)}
                </tr>
            </thead>
            <tbody role="rowgroup">{rows}</tbody>
        </table>
    }
}
