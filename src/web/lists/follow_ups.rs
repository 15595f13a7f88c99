//! The filters of the list of follow-ups: `view`, `search`, and `day` with `after` for paging.

use super::board::SEALED;
use super::{Field, Filters, Reader, as_id, open};
use crate::model::consultation::FollowUpRow;
use crate::model::follow_up::Stage;
use crate::model::ids::ConsultationId;
use crate::store::FollowUpView;
use crate::web::page::Page;
use crate::web::routes::PageRoute;
use jiff::civil::Date;

/// The filters of the list of follow-ups.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FollowUpFilters {
    /// Words of a name, or an identifier.
    pub search: Option<String>,
    /// The view.
    pub view: FollowUpView,
}

/// The views, in the order of the tabs.
pub fn views() -> impl Iterator<Item = FollowUpView> {
    std::iter::once(FollowUpView::Open)
        .chain(Stage::ALL.into_iter().map(FollowUpView::At))
        .chain([FollowUpView::All])
}

/// The view's word in the address and in the search form.
#[must_use]
pub fn slug(view: FollowUpView) -> &'static str {
    match view {
        FollowUpView::Open => "",
        FollowUpView::All => "all",
        FollowUpView::At(stage) => stage.slug(),
    }
}

/// The view of this word. An unknown one gives the first view.
#[must_use]
pub fn view(word: &str) -> FollowUpView {
    views().find(|view| slug(*view) == word).unwrap_or_default()
}

impl Filters for FollowUpFilters {
    const PAGE: PageRoute = PageRoute::FollowUps;
    const WORDS: &'static str = "search";
    const ROWS: u32 = 25;
    type Row = FollowUpRow;
    /// The day (`YYYY-MM-DD`) and the id.
    type Key = (String, ConsultationId);

    fn read(page: &Page) -> Self {
        Self {
            search: open(page, SEALED, Self::WORDS),
            view: view(&page.query("view").unwrap_or_default()),
        }
    }

    fn words(&self) -> Option<&String> {
        self.search.as_ref()
    }

    fn fields(&self, reader: Reader<'_>) -> Vec<Field> {
        let view = Some(slug(self.view)).filter(|slug| !slug.is_empty());
        vec![
            ("view", view.map(str::to_owned)),
            (Self::WORDS, reader.seal(SEALED, self.search.as_ref())),
        ]
    }

    fn read_key(page: &Page) -> Option<Self::Key> {
        let day = page.query("day").filter(|day| day.parse::<Date>().is_ok())?;
        Some((day, ConsultationId(page.query("after").and_then(as_id)?)))
    }

    fn key_fields((day, id): &Self::Key) -> Vec<Field> {
        vec![("day", Some(day.clone())), ("after", Some(id.0.clone()))]
    }

    fn key_of(row: &FollowUpRow) -> Self::Key {
        (row.follow_up.due_on.clone(), row.row.id.clone())
    }
}
