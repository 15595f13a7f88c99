//! Lists whose filters are in the address: a view of one can be bookmarked and reloaded, and the
//! next page is a link. Words of a search name patients, so an address holds them sealed, for the
//! user who searched, at that site, with an end.

pub mod board;
pub mod follow_ups;
pub mod log;

use super::page::Page;
use super::routes::PageRoute;
use crate::desk::{Actor, Desk};
use crate::model::forms::SEARCH_LENGTH;

/// A field of an address and its value, if it has one.
pub type Field = (&'static str, Option<String>);

/// Whom an address is for: for others the words in it stay sealed.
#[derive(Clone, Copy)]
pub struct Reader<'a> {
    pub desk: &'a Desk,
    pub who: &'a Actor,
}

impl<'a> Reader<'a> {
    /// The user of a page. `None` without a session.
    #[must_use]
    pub fn of(page: &'a Page) -> Option<Self> {
        Some(Self { desk: &page.state.desk, who: page.who()? })
    }

    /// Seals the words of a search for the address.
    fn seal(self, purpose: &str, words: Option<&String>) -> Option<String> {
        self.desk.seal_for(self.who, purpose, words?)
    }
}

/// The filters of one list.
pub trait Filters: Default + PartialEq {
    /// The page that shows the list.
    const PAGE: PageRoute;
    /// The field of the address with the words of a search.
    const WORDS: &'static str;
    /// Rows on one page.
    const ROWS: u32;
    type Row;
    /// What keyset paging goes on from: the place of a row in the order of the list.
    type Key;

    /// Reads the filters from the address. A value that cannot be read is left out.
    fn read(page: &Page) -> Self;
    /// The words of the search.
    fn words(&self) -> Option<&String>;
    /// The filters as they are in the address.
    fn fields(&self, reader: Reader<'_>) -> Vec<Field>;
    /// Reads the key from the address.
    fn read_key(page: &Page) -> Option<Self::Key>;
    /// The key as it is in the address.
    fn key_fields(key: &Self::Key) -> Vec<Field>;
    fn key_of(row: &Self::Row) -> Self::Key;

    /// The address of the first page of the list through these filters.
    fn address(&self, reader: Reader<'_>) -> String {
        address(Self::PAGE, self.fields(reader))
    }

    /// Whether any filter is set.
    fn is_set(&self) -> bool {
        *self != Self::default()
    }
}

/// One page of a list.
pub struct Listing<F: Filters> {
    /// The filters.
    pub filters: F,
    /// The last row of the page before; `None` on the first page.
    pub after: Option<F::Key>,
}

impl<F: Filters> Listing<F> {
    /// Reads the page's address.
    #[must_use]
    pub fn read(page: &Page) -> Self {
        Self { filters: F::read(page), after: F::read_key(page) }
    }

    /// Whether the address has words that this user cannot open: of another user or site, or too
    /// old.
    #[must_use]
    pub fn lost_words(&self, page: &Page) -> bool {
        self.filters.words().is_none() && page.query(F::WORDS).is_some_and(|text| !text.is_empty())
    }

    /// How many rows to ask the store for: one more than the page shows, which tells whether there
    /// is a next page.
    #[must_use]
    pub fn limit(&self) -> u32 {
        F::ROWS + 1
    }

    /// Cuts the rows to one page, and finds the addresses of the others.
    #[must_use]
    pub fn cut(&self, page: &Page, rows: &mut Vec<F::Row>) -> Pages {
        let shown = F::ROWS as usize;
        let is_more = rows.len() > shown;
        rows.truncate(shown);
        let filters = || Reader::of(page).map(|reader| self.filters.fields(reader));
        let at = |key: &F::Key| {
            let mut fields = filters().unwrap_or_default();
            fields.extend(F::key_fields(key));
            address(F::PAGE, fields)
        };
        let first = address(F::PAGE, filters().unwrap_or_default());
        Pages {
            here: self.after.as_ref().map_or_else(|| first.clone(), at),
            next: rows.last().filter(|_| is_more).map(|last| at(&F::key_of(last))),
            first: self.after.is_some().then_some(first),
        }
    }
}

/// The addresses of the pages around one page of a list.
pub struct Pages {
    /// The page itself.
    pub here: String,
    /// The first page; `None` on it.
    pub first: Option<String>,
    /// The next page; `None` on the last one.
    pub next: Option<String>,
}

fn address(page: PageRoute, fields: Vec<Field>) -> String {
    let fields = fields.into_iter().filter_map(|(name, value)| Some((name, value?)));
    let query = serde_urlencoded::to_string(fields.collect::<Vec<_>>()).unwrap_or_default();
    if query.is_empty() { page.path().to_owned() } else { format!("{}?{query}", page.path()) }
}

/// The words of a search as typed, with single spaces, cut to [`SEARCH_LENGTH`]. `None` where there
/// are none.
#[must_use]
pub fn search_words(typed: &str) -> Option<String> {
    let words = typed.split_whitespace().collect::<Vec<_>>().join(" ");
    let words: String = words.chars().take(SEARCH_LENGTH as usize).collect();
    (!words.is_empty()).then_some(words)
}

/// Reads sealed words from the address.
fn open(page: &Page, purpose: &str, name: &str) -> Option<String> {
    let reader = Reader::of(page)?;
    reader.desk.open_for(reader.who, purpose, &page.query(name)?)
}

/// The text, where it can be an id.
fn as_id(text: String) -> Option<String> {
    let is_id = !text.is_empty()
        && text.len() <= 64
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    is_id.then_some(text)
}
