//! Follow-ups by day. As on the board, each list is read through an index in its order.

use super::SqlStore;
use super::board::Filter;
use super::db::{self, Sql};
use super::rows::FollowUpLine;
use super::search::{among_words, by_words};
use crate::model::consultation::FollowUpRow;
use crate::model::follow_up::Stage;
use crate::model::ids::{ConsultationId, SiteId};
use crate::store::{FollowUpQuery, FollowUpView, FollowUps, Result};
use async_trait::async_trait;

macro_rules! columns {
    () => {
        "SELECT c.id, c.patient_id, p.first_name, p.last_name, p.date_of_birth,
                (SELECT i.kind || ':' || i.key FROM patient_identifiers i
                 WHERE i.patient_id = p.id ORDER BY i.ordinal DESC LIMIT 1) AS identifier,
                c.state, c.created_at, s.name AS created_by,
                c.due_on, c.reason, c.place, c.places, c.follows, c.series
         FROM "
    };
}

/// `$1`, `$6`: after this day and id; `$2`: the most rows; `$3`: today; `$4`: the search
/// expression; `$5`: the site.
macro_rules! list {
    ($index:literal, [$($condition:literal),+], $after:literal, $order:literal) => {
        Filter {
            listed: Sql::both(concat!(
                columns!(),
                "consultations c INDEXED BY ",
                $index,
                " CROSS JOIN patients p ON p.id = c.patient_id
                 CROSS JOIN staff s ON s.id = c.created_by
                 WHERE c.site_id = $5 AND c.due_on IS NOT NULL AND ",
                $($condition,)+
                " AND ",
                $after,
                " ORDER BY ",
                $order,
                " LIMIT $2"
            )),
            found_few: by_words!(
                columns!(),
                concat!(
                    "CROSS JOIN consultations c INDEXED BY consultations_by_patient
                        ON c.patient_id = p.id
                     CROSS JOIN staff s ON s.id = c.created_by
                     WHERE c.site_id = $5 AND c.due_on IS NOT NULL AND ",
                    $($condition,)+
                    " AND ",
                    $after,
                    " AND "
                ),
                "$4",
                concat!(" ORDER BY ", $order, " LIMIT $2")
            ),
            found_many: among_words!(
                concat!(
                    columns!(),
                    "consultations c INDEXED BY ",
                    $index,
                    " CROSS JOIN patients p ON p.id = c.patient_id
                     CROSS JOIN staff s ON s.id = c.created_by
                     WHERE c.site_id = $5 AND c.due_on IS NOT NULL AND ",
                    $($condition,)+
                    " AND ",
                    $after,
                    " AND "
                ),
                "$4",
                concat!(" ORDER BY ", $order, " LIMIT $2")
            ),
        }
    };
}

/// Open follow-ups, the earliest day first. The condition repeats that of the partial index.
macro_rules! open {
    ($condition:literal) => {
        list!(
            "follow_ups_open",
            [
                "c.delivery <> 'cancelled' AND (c.delivery = 'expired-at-empego'
                 OR coalesce(c.status_id, '') NOT IN ('DONE', 'ARCHIVED', 'CANCELLED')) AND ",
                $condition
            ],
            "(c.due_on, c.id) > ($1, $6)",
            "c.due_on, c.id"
        )
    };
}

/// The latest day first.
macro_rules! past {
    ($index:literal, $condition:literal) => {
        list!($index, [$condition], "(c.due_on, c.id) < ($1, $6)", "c.due_on DESC, c.id DESC")
    };
}

const OPEN: Filter = open!("TRUE");
const DUE: Filter = open!(
    "c.delivery NOT IN ('answered-reported', 'answered-confirmed', 'expired-at-empego')
     AND c.due_on = $3"
);
const UNANSWERED: Filter = open!(
    "c.delivery NOT IN ('answered-reported', 'answered-confirmed')
     AND (c.due_on < $3 OR c.delivery = 'expired-at-empego')"
);
const PLANNED: Filter = open!(
    "c.delivery NOT IN ('answered-reported', 'answered-confirmed', 'expired-at-empego')
     AND c.due_on > $3"
);
const TO_BE_ANALYZED: Filter = open!("c.delivery IN ('answered-reported', 'answered-confirmed')");
const DONE: Filter = past!(
    "follow_ups_done",
    "c.delivery NOT IN ('cancelled', 'expired-at-empego') AND c.status_id IN ('DONE', 'ARCHIVED')"
);
const CANCELLED: Filter =
    past!("follow_ups_by_day", "(c.delivery = 'cancelled' OR c.status_id = 'CANCELLED')");
const ALL: Filter = past!("follow_ups_by_day", "TRUE");

fn filter(view: FollowUpView) -> Filter {
    match view {
        FollowUpView::Open => OPEN,
        FollowUpView::At(Stage::Due) => DUE,
        FollowUpView::At(Stage::Unanswered) => UNANSWERED,
        FollowUpView::At(Stage::Planned) => PLANNED,
        FollowUpView::At(Stage::ToBeAnalyzed) => TO_BE_ANALYZED,
        FollowUpView::At(Stage::Done) => DONE,
        FollowUpView::At(Stage::Cancelled) => CANCELLED,
        FollowUpView::All => ALL,
    }
}

/// Whether the view begins with the latest day.
fn is_latest_first(view: FollowUpView) -> bool {
    matches!(view, FollowUpView::All | FollowUpView::At(Stage::Done | Stage::Cancelled))
}

/// Sorts after every day and id: the start of a list that begins with the latest day.
const AFTER_ALL: &str = "\u{10FFFF}";

#[async_trait]
impl FollowUps for SqlStore {
    async fn follow_ups(&self, query: &FollowUpQuery) -> Result<Vec<FollowUpRow>> {
        let picked = filter(query.view).pick(&self.readers, query.search.as_deref()).await?;
        let Some((sql, expression)) = picked else { return Ok(Vec::new()) };
        let start = if is_latest_first(query.view) { AFTER_ALL } else { "" };
        let (day, id) =
            query.after.as_ref().map_or((start, start), |(day, id)| (day.as_str(), id.0.as_str()));
        let lines: Vec<FollowUpLine> = db::query_as(sql)
            .bind(day)
            .bind(query.limit)
            .bind(&query.today)
            .bind(expression.as_ref())
            .bind(&query.site.0)
            .bind(id)
            .fetch_all(&self.readers)
            .await?;
        lines.into_iter().map(FollowUpRow::try_from).collect()
    }

    async fn follow_ups_between(
        &self,
        site: &SiteId,
        from: &str,
        until: &str,
        limit: u32,
    ) -> Result<Vec<FollowUpRow>> {
        let lines: Vec<FollowUpLine> = db::query_as(concat!(
            columns!(),
            "consultations c INDEXED BY follow_ups_by_day
             CROSS JOIN patients p ON p.id = c.patient_id CROSS JOIN staff s ON s.id = c.created_by
             WHERE c.site_id = $1 AND c.due_on IS NOT NULL AND c.due_on BETWEEN $2 AND $3
             ORDER BY c.due_on, c.id LIMIT $4"
        ))
        .bind(&site.0)
        .bind(from)
        .bind(until)
        .bind(limit)
        .fetch_all(&self.readers)
        .await?;
        lines.into_iter().map(FollowUpRow::try_from).collect()
    }

    async fn follow_ups_of(&self, site: &SiteId, id: &ConsultationId) -> Result<Vec<FollowUpRow>> {
        let lines: Vec<FollowUpLine> = db::query_as(concat!(
            columns!(),
            "consultations c INDEXED BY consultations_by_patient
             CROSS JOIN patients p ON p.id = c.patient_id CROSS JOIN staff s ON s.id = c.created_by
             WHERE c.patient_id =
                    (SELECT patient_id FROM consultations WHERE id = $2 AND site_id = $1)
               AND c.id <> $2 AND c.site_id = $1 AND c.due_on IS NOT NULL
             ORDER BY c.due_on, c.id"
        ))
        .bind(&site.0)
        .bind(&id.0)
        .fetch_all(&self.readers)
        .await?;
        lines.into_iter().map(FollowUpRow::try_from).collect()
    }
}
