//! Events that came before their consultation had its key.

use super::super::db::{self, On};
use super::super::pool::Tx;
use crate::model::ids::{ConsultationId, EmpegoKey};
use crate::model::timeline::Entry;
use crate::store::events::{WaitedRow, WaitingRow};
use crate::store::{QueueEvent, Result};

/// The most waiting events that one transaction adopts.
const ADOPT_LIMIT: i64 = 500;

/// Events that wait although their metadata names a consultation without a key. Its create call may
/// be under way: [`super::apply`] decides.
pub(super) async fn named(on: impl Into<On<'_>>) -> Result<Vec<QueueEvent>> {
    let rows: Vec<WaitingRow> = db::query_as(
        "SELECT q.event_id, q.event_type, q.happened_at, q.received_at, q.empego_key, q.metadata,
                q.status, q.answered_at
         FROM consultations c INDEXED BY consultations_without_key
         CROSS JOIN queue_events q INDEXED BY queue_events_named ON q.metadata = c.id
         WHERE c.empego_key IS NULL AND q.consultation_id IS NULL AND q.empego_key IS NOT NULL
         ORDER BY q.happened_at LIMIT $1",
    )
    .bind(ADOPT_LIMIT)
    .fetch_all(on)
    .await?;
    rows.into_iter().map(QueueEvent::try_from).collect()
}

/// Assigns the events that waited for a key to the consultation that has it now. Returns the
/// history entries that they make.
pub(in crate::store::sql) async fn take(
    tx: &mut Tx,
    id: &ConsultationId,
    key: &EmpegoKey,
) -> Result<Vec<Entry>> {
    let rows: Vec<WaitedRow> = db::query_as(
        "UPDATE queue_events SET consultation_id = $2, details = NULL
         WHERE empego_key = $1 AND consultation_id IS NULL
         RETURNING event_id, happened_at, status, answered_at",
    )
    .bind(&key.0)
    .bind(&id.0)
    .fetch_all(&mut *tx)
    .await?;
    let mut entries = Vec::new();
    for row in rows {
        entries.extend(row.entries()?);
    }
    Ok(entries)
}
