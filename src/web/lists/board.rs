//! The filters of the board: `search`, `status`, and `before` for paging.

use super::{Field, Filters, Reader, as_id, open};
use crate::model::consultation::BoardRow;
use crate::model::ids::ConsultationId;
use crate::store::BoardStatus;
use crate::web::page::Page;
use crate::web::routes::PageRoute;

/// What search words are sealed for, here and in the list of follow-ups.
pub(super) const SEALED: &str = "search";

/// The filters of the board.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BoardFilters {
    /// Words of a name, or an identifier.
    pub search: Option<String>,
    /// The state of the consultation.
    pub status: Option<BoardStatus>,
}

impl Filters for BoardFilters {
    const PAGE: PageRoute = PageRoute::Board;
    const WORDS: &'static str = "search";
    const ROWS: u32 = 25;
    type Row = BoardRow;
    type Key = ConsultationId;

    fn read(page: &Page) -> Self {
        Self {
            search: open(page, SEALED, Self::WORDS),
            status: page.query("status").and_then(|slug| BoardStatus::parse(&slug)),
        }
    }

    fn words(&self) -> Option<&String> {
        self.search.as_ref()
    }

    fn fields(&self, reader: Reader<'_>) -> Vec<Field> {
        vec![
            ("status", self.status.map(|status| status.slug().to_owned())),
            (Self::WORDS, reader.seal(SEALED, self.search.as_ref())),
        ]
    }

    fn read_key(page: &Page) -> Option<ConsultationId> {
        page.query("before").and_then(as_id).map(ConsultationId)
    }

    fn key_fields(key: &ConsultationId) -> Vec<Field> {
        vec![("before", Some(key.0.clone()))]
    }

    fn key_of(row: &BoardRow) -> ConsultationId {
        row.id.clone()
    }
}
