//! Events about records that Empego created by itself.

use super::super::db::{self, Sql};
use super::super::pool::Pool;
use super::DETAILS;
use crate::model::consultation::FROM_EMPEGO;
use crate::model::ids::{EmpegoKey, PatientId, SiteId};
use crate::store::rows::from_json;
use crate::store::{EventDetails, Foreign, Result};

/// Each record with the details of all its events, by key, where none of its events names a
/// consultation of the desk: not even one that was removed since.
pub(super) async fn waiting(
    readers: &Pool,
    before: i64,
    after: Option<&EmpegoKey>,
    only: Option<&EmpegoKey>,
    limit: u32,
) -> Result<Vec<Foreign>> {
    let rows: Vec<(String, i64, String)> = db::query_as(
        "WITH found AS MATERIALIZED (
             SELECT DISTINCT q.empego_key AS key
             FROM queue_events q INDEXED BY queue_events_waiting
             WHERE q.consultation_id IS NULL AND q.empego_key IS NOT NULL AND q.empego_key > $3
               AND ($4 IS NULL OR q.empego_key = $4)
               AND q.details IS NOT NULL
               AND EXISTS (SELECT 1 FROM queue_events e
                           WHERE e.empego_key = q.empego_key AND e.consultation_id IS NULL
                             AND e.received_at < $1)
               AND NOT EXISTS (SELECT 1 FROM queue_events o
                               WHERE o.empego_key = q.empego_key AND o.consultation_id IS NULL
                                 AND o.metadata <> '')
             ORDER BY q.empego_key
             LIMIT $2)
         SELECT q.empego_key, q.happened_at, q.details
         FROM found CROSS JOIN queue_events q INDEXED BY queue_events_waiting
              ON q.empego_key = found.key
         WHERE q.consultation_id IS NULL AND q.empego_key IS NOT NULL AND q.details IS NOT NULL
         ORDER BY q.empego_key, q.happened_at DESC, q.event_id DESC",
    )
    .bind(before)
    .bind(limit)
    .bind(after.map_or("", |after| after.0.as_str()))
    .bind(only.map(|only| only.0.as_str()))
    .fetch_all(readers)
    .await?;
    let mut found: Vec<Foreign> = Vec::new();
    for (key, at, details) in rows {
        let details: EventDetails = from_json(&details, DETAILS)?;
        match found.last_mut() {
            Some(last) if last.key.0 == key => last.details.fill_in(details),
            _ => found.push(Foreign { key: EmpegoKey(key), at, details }),
        }
    }
    Ok(found)
}

/// `$creation`, `$requested_at`, `$failed_at`: what the state says.
macro_rules! unsettled {
    ($creation:literal, $requested_at:literal, $failed_at:literal) => {
        concat!(
            "SELECT EXISTS (
                 SELECT 1 FROM consultations c
                 WHERE c.empego_key IS NULL AND c.site_id = $1
                   AND ($2 IS NULL OR c.patient_id = $2) AND (c.due_on IS NOT NULL) = $3
                   AND substr(c.request_id, 1, length($4)) <> $4
                   AND CASE coalesce(",
            $creation,
            ", 'requested')
                       WHEN 'done' THEN FALSE
                       -- Another call may be under way.
                       WHEN 'failed' THEN coalesce(",
            $requested_at,
            ", 0) > coalesce(",
            $failed_at,
            ", 0)
                       ELSE TRUE END)"
        )
    };
}

/// What Empego has created is not among them where its key alone is missing: the events of such a
/// record name it. Nor is a record that Empego made by itself.
pub(super) async fn has_unsettled(
    readers: &Pool,
    site: &SiteId,
    patient: Option<&PatientId>,
    is_follow_up: bool,
) -> Result<bool> {
    Ok(db::query_scalar(Sql::pair(
        unsettled!(
            "c.state ->> '$.creation'",
            "c.state ->> '$.requested_at'",
            "c.state ->> '$.failed_at'"
        ),
        unsettled!(
            "c.state::jsonb ->> 'creation'",
            "CAST(c.state::jsonb ->> 'requested_at' AS BIGINT)",
            "CAST(c.state::jsonb ->> 'failed_at' AS BIGINT)"
        ),
    ))
    .bind(&site.0)
    .bind(patient.map(|patient| &patient.0))
    .bind(is_follow_up)
    .bind(FROM_EMPEGO)
    .fetch_one(readers)
    .await?)
}
