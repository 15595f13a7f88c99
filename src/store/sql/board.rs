//! The board: consultations that are not follow-ups. One static statement per filter, each on an
//! index in the order of the board.

use super::db::{self, Sql};
use super::pool::Pool;
use super::rows::BoardLine;
use super::search::{self, Expression, Search, among_words, by_words};
use crate::model::consultation::BoardRow;
use crate::store::{BoardQuery, BoardStatus, Result};

/// Sorts after every id: the start of the first page.
const AFTER_ALL: &str = "\u{10FFFF}";

/// The statements of one filter: without a search, with a search that finds few patients, and with
/// one that finds many.
///
/// `CROSS JOIN` fixes the order in which SQLite reads the tables, and `INDEXED BY` the index: read
/// in any other order, the first page would cost as much as the whole list. Without statistics the
/// planner guesses, differently from one release to the next.
pub(super) struct Filter {
    pub(super) listed: Sql,
    pub(super) found_few: Sql,
    pub(super) found_many: Sql,
}

impl Filter {
    /// The statement for a search, and the expression to match; `None` when nothing can match.
    pub(super) async fn pick(
        &self,
        readers: &Pool,
        typed: Option<&str>,
    ) -> Result<Option<(Sql, Option<Expression>)>> {
        let expression = match typed.map_or(Search::Everything, search::read) {
            Search::Nothing => return Ok(None),
            Search::Everything => return Ok(Some((self.listed.clone(), None))),
            Search::Match(expression) => expression,
        };
        let found: i64 = db::query_scalar(Sql::pair(
            "SELECT count(*)
             FROM (SELECT 1 FROM patient_words WHERE patient_words MATCH $1 LIMIT $2)",
            "SELECT count(*)
             FROM (SELECT 1 FROM patient_words WHERE words @@ $1::tsquery LIMIT $2) found",
        ))
        .bind(&expression)
        .bind(FEW_PATIENTS + 1)
        .fetch_one(readers)
        .await?;
        Ok(Some((
            if found > FEW_PATIENTS { &self.found_many } else { &self.found_few }.clone(),
            Some(expression),
        )))
    }
}

macro_rules! columns {
    () => {
        "SELECT c.id, c.patient_id, p.first_name, p.last_name, p.date_of_birth,
                (SELECT i.kind || ':' || i.key FROM patient_identifiers i
                 WHERE i.patient_id = p.id ORDER BY i.ordinal DESC LIMIT 1) AS identifier,
                c.state, c.created_at, c.reason, s.name AS created_by
         FROM "
    };
}

/// `$1`: before this id; `$2`: the most rows; `$3`: the moment that the filter compares with; `$4`:
/// the search expression; `$5`: the site.
macro_rules! filter {
    ($index:literal, $condition:literal) => {
        Filter {
            listed: Sql::both(concat!(
                columns!(),
                "consultations c ",
                $index,
                " CROSS JOIN patients p ON p.id = c.patient_id
                 CROSS JOIN staff s ON s.id = c.created_by
                 WHERE c.site_id = $5 AND c.due_on IS NULL AND c.id < $1 AND ",
                $condition,
                " ORDER BY c.id DESC LIMIT $2"
            )),
            found_few: by_words!(
                columns!(),
                concat!(
                    "CROSS JOIN consultations c ON c.patient_id = p.id
                     CROSS JOIN staff s ON s.id = c.created_by
                     WHERE c.site_id = $5 AND c.due_on IS NULL AND c.id < $1 AND ",
                    $condition,
                    " AND "
                ),
                "$4",
                " ORDER BY c.id DESC LIMIT $2"
            ),
            found_many: among_words!(
                concat!(
                    columns!(),
                    "consultations c ",
                    $index,
                    " CROSS JOIN patients p ON p.id = c.patient_id
                     CROSS JOIN staff s ON s.id = c.created_by
                     WHERE c.site_id = $5 AND c.due_on IS NULL AND c.id < $1 AND ",
                    $condition,
                    " AND "
                ),
                "$4",
                " ORDER BY c.id DESC LIMIT $2"
            ),
        }
    };
}

const ALL: Filter = filter!("INDEXED BY consultations_by_site", "TRUE");
// A partial index is used only where the statement repeats its condition.
const NOT_CREATED: Filter = filter!(
    "INDEXED BY consultations_not_created",
    "c.delivery IN ('creating', 'create-failed', 'outcome-unknown', 'key-unread')"
);
const ANSWERED: Filter = filter!(
    "INDEXED BY consultations_answered",
    "c.delivery IN ('answered-reported', 'answered-confirmed')"
);
const UNCONFIRMED: Filter = filter!(
    "INDEXED BY consultations_unconfirmed",
    "c.delivery = 'answered-reported' AND c.reported_at < $3"
);
const UNREPORTED: Filter = filter!(
    "INDEXED BY consultations_unreported",
    "c.delivery = 'answered-confirmed' AND c.reported_at IS NULL
     AND c.status_id = 'TO_BE_ANALYZED' AND c.confirmed_at < $3"
);
const EXPIRED: Filter = filter!(
    "INDEXED BY consultations_open",
    "c.delivery IN ('link-ready', 'opened', 'started') AND c.expires_at <= $3"
);
const EXPIRED_AT_EMPEGO: Filter =
    filter!("INDEXED BY consultations_by_delivery", "c.delivery = 'expired-at-empego'");
const LINK_READY: Filter = filter!(
    "INDEXED BY consultations_by_delivery",
    "c.delivery = 'link-ready' AND c.expires_at > $3"
);
const OPENED: Filter =
    filter!("INDEXED BY consultations_by_delivery", "c.delivery = 'opened' AND c.expires_at > $3");
const STARTED: Filter =
    filter!("INDEXED BY consultations_by_delivery", "c.delivery = 'started' AND c.expires_at > $3");
const REVOKED: Filter = filter!("INDEXED BY consultations_by_delivery", "c.delivery = 'revoked'");
const CANCELLED: Filter =
    filter!("INDEXED BY consultations_by_delivery", "c.delivery = 'cancelled'");
const TO_BE_ANALYZED: Filter =
    filter!("INDEXED BY consultations_by_status", "c.status_id = 'TO_BE_ANALYZED'");
const IN_PROGRESS: Filter =
    filter!("INDEXED BY consultations_by_status", "c.status_id = 'IN_PROGRESS'");
const DONE: Filter = filter!("INDEXED BY consultations_by_status", "c.status_id = 'DONE'");

fn filter(status: Option<BoardStatus>) -> Filter {
    match status {
        None => ALL,
        Some(BoardStatus::NotCreated) => NOT_CREATED,
        Some(BoardStatus::LinkReady) => LINK_READY,
        Some(BoardStatus::Opened) => OPENED,
        Some(BoardStatus::Started) => STARTED,
        Some(BoardStatus::Answered) => ANSWERED,
        Some(BoardStatus::Unconfirmed) => UNCONFIRMED,
        Some(BoardStatus::Unreported) => UNREPORTED,
        Some(BoardStatus::ToBeAnalyzed) => TO_BE_ANALYZED,
        Some(BoardStatus::InProgress) => IN_PROGRESS,
        Some(BoardStatus::Done) => DONE,
        Some(BoardStatus::Expired) => EXPIRED,
        Some(BoardStatus::ExpiredAtEmpego) => EXPIRED_AT_EMPEGO,
        Some(BoardStatus::Revoked) => REVOKED,
        Some(BoardStatus::Cancelled) => CANCELLED,
    }
}

/// Up to this many matching patients, their consultations are looked up and sorted. Beyond it,
/// walking the list until a page is full is cheaper.
const FEW_PATIENTS: i64 = 2_000;

pub(super) async fn rows(readers: &Pool, query: &BoardQuery) -> Result<Vec<BoardRow>> {
    let Some((sql, expression)) =
        filter(query.status).pick(readers, query.search.as_deref()).await?
    else {
        return Ok(Vec::new());
    };
    let lines: Vec<BoardLine> = db::query_as(sql)
        .bind(query.before.as_ref().map_or(AFTER_ALL, |before| &before.0))
        .bind(query.limit)
        .bind(match query.status {
            Some(BoardStatus::Unconfirmed | BoardStatus::Unreported) => query.discrepancy_before,
            _ => query.now,
        })
        .bind(expression.as_ref())
        .bind(&query.site.0)
        .fetch_all(readers)
        .await?;
    lines.into_iter().map(BoardRow::try_from).collect()
}

#[cfg(test)]
mod tests;
