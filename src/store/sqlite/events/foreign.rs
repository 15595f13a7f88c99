//! Events about records that Empego created by itself.

use super::DETAILS;
use crate::model::ids::{EmpegoKey, PatientId, SiteId};
use crate::store::rows::from_json;
use crate::store::{Foreign, Result};
use sqlx::SqlitePool;

/// The newest event of each record, where none of its events names a consultation of the desk.
pub(super) async fn waiting(readers: &SqlitePool, before: i64, limit: u32) -> Result<Vec<Foreign>> {
    let rows: Vec<(String, i64, String)> = sqlx::query_as(
        "SELECT q.empego_key, max(q.happened_at), q.details
         FROM queue_events q INDEXED BY queue_events_waiting
         WHERE q.consultation_id IS NULL AND q.empego_key IS NOT NULL AND q.details IS NOT NULL
           AND EXISTS (SELECT 1 FROM queue_events e
                       WHERE e.empego_key = q.empego_key AND e.consultation_id IS NULL
                         AND e.received_at < $1)
           AND NOT EXISTS (SELECT 1 FROM queue_events o JOIN consultations c ON c.id = o.metadata
                           WHERE o.empego_key = q.empego_key AND o.consultation_id IS NULL)
         GROUP BY q.empego_key
         LIMIT $2",
    )
    .bind(before)
    .bind(limit)
    .fetch_all(readers)
    .await?;
    let read = |(key, at, details): (String, i64, String)| {
        Ok(Foreign { key: EmpegoKey(key), at, details: from_json(&details, DETAILS)? })
    };
    rows.into_iter().map(read).collect()
}

pub(super) async fn has_unsettled(
    readers: &SqlitePool,
    site: &SiteId,
    patient: &PatientId,
) -> Result<bool> {
    Ok(sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM consultations
                        WHERE patient_id = $2 AND site_id = $1 AND empego_key IS NULL
                          AND delivery <> 'create-failed')",
    )
    .bind(&site.0)
    .bind(&patient.0)
    .fetch_one(readers)
    .await?)
}
