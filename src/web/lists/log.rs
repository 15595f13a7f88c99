//! The filters of the audit log: `of`, `staff`, `action`, `from`, `until`, `patient`, and `before`
//! for paging.

use super::{Field, Filters, Reader, as_id, open, search_words};
use crate::desk::audit_log::LogScope;
use crate::error::{AppError, FieldProblem};
use crate::model::audit::Action;
use crate::model::ids::StaffId;
use crate::store::LogEntry;
use crate::web::page::Page;
use crate::web::routes::PageRoute;
use jiff::civil::Date;

/// The value of `of` for the rows of no site.
pub const NO_SITE: &str = "none";
/// What search words are sealed for.
const SEALED: &str = "log";

/// The filters of the audit log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogFilters {
    /// Rows of the site, or of no site.
    pub rows: LogScope,
    /// Done by this account.
    pub staff: Option<StaffId>,
    /// This action.
    pub action: Option<Action>,
    /// Not before this day.
    pub from: Option<Date>,
    /// Not after this day.
    pub until: Option<Date>,
    /// Words of the name or identifier of the patient that a row is about.
    pub patient: Option<String>,
}

impl LogFilters {
    /// Reads the search form.
    ///
    /// # Errors
    /// [`AppError::Invalid`] where a date is none.
    pub fn entered(
        of: &str,
        staff: String,
        action: &str,
        from: &str,
        until: &str,
        patient: &str,
    ) -> Result<Self, AppError> {
        let date = |field: &str, text: &str| match text.trim() {
            "" => Ok(None),
            text => text
                .parse::<Date>()
                .map(Some)
                .map_err(|_| AppError::field(field, FieldProblem::BadDate)),
        };
        Ok(Self {
            rows: rows(of),
            staff: as_id(staff).map(StaffId),
            action: Action::parse(action),
            from: date("from", from)?,
            until: date("until", until)?,
            patient: search_words(patient),
        })
    }
}

fn rows(of: &str) -> LogScope {
    if of == NO_SITE { LogScope::WithoutSite } else { LogScope::Site }
}

impl Filters for LogFilters {
    const PAGE: PageRoute = PageRoute::Audit;
    const WORDS: &'static str = "patient";
    const ROWS: u32 = 50;
    type Row = LogEntry;
    /// The row's number.
    type Key = i64;

    fn read(page: &Page) -> Self {
        let date = |name| page.query(name).and_then(|text| text.parse::<Date>().ok());
        Self {
            rows: rows(&page.query("of").unwrap_or_default()),
            staff: page.query("staff").and_then(as_id).map(StaffId),
            action: page.query("action").and_then(|slug| Action::parse(&slug)),
            from: date("from"),
            until: date("until"),
            patient: open(page, SEALED, Self::WORDS),
        }
    }

    fn words(&self) -> Option<&String> {
        self.patient.as_ref()
    }

    fn fields(&self, reader: Reader<'_>) -> Vec<Field> {
        vec![
            ("of", (self.rows == LogScope::WithoutSite).then(|| NO_SITE.to_owned())),
            ("staff", self.staff.as_ref().map(|id| id.0.clone())),
            ("action", self.action.map(|action| action.slug().to_owned())),
            ("from", self.from.map(|date| date.to_string())),
            ("until", self.until.map(|date| date.to_string())),
            (Self::WORDS, reader.seal(SEALED, self.patient.as_ref())),
        ]
    }

    fn read_key(page: &Page) -> Option<i64> {
        page.query("before")?.parse().ok()
    }

    fn key_fields(number: &i64) -> Vec<Field> {
        vec![("before", Some(number.to_string()))]
    }

    fn key_of(row: &LogEntry) -> i64 {
        row.number
    }
}
