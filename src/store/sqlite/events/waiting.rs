//! Events that came before their consultation had its key.

use super::Tx;
use crate::model::ids::{ConsultationId, EmpegoKey};
use crate::model::lifecycle::Event;
use crate::model::timeline::{Entry, Source};
use crate::store::sqlite::rows::from_json;
use crate::store::{About, Heard, Result, StoreError};
use sqlx::{FromRow, SqliteConnection};

/// The most waiting events that one transaction adopts.
const ADOPTED: i64 = 500;

/// Events that wait though what we gave Empego to keep names a consultation that has no key yet.
/// Its create call may be under way: [`super::apply`] looks.
pub(super) async fn named(connection: &mut SqliteConnection) -> Result<Vec<Heard>> {
    let rows: Vec<Waiting> = sqlx::query_as(
        "SELECT q.event_id, q.event_type, q.happened_at, q.received_at, q.empego_key, q.metadata, q.status
         FROM consultations c INDEXED BY consultations_not_created CROSS JOIN queue_events q INDEXED BY queue_events_named ON q.metadata = c.id
         WHERE c.delivery IN ('creating', 'create-failed', 'outcome-unknown') AND c.empego_key IS NULL
           AND q.consultation_id IS NULL AND q.empego_key IS NOT NULL
         ORDER BY q.happened_at LIMIT $1",
    )
    .bind(ADOPTED)
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(Heard::try_from).collect()
}

/// One of them.
#[derive(FromRow)]
struct Waiting {
    event_id: String,
    event_type: String,
    happened_at: i64,
    received_at: i64,
    empego_key: String,
    metadata: String,
    status: Option<String>,
}

impl TryFrom<Waiting> for Heard {
    type Error = StoreError;

    fn try_from(row: Waiting) -> Result<Self> {
        let status = row.status.map(|status| from_json(&status, "a status")).transpose()?;
        let about =
            Some(About { key: EmpegoKey(row.empego_key), metadata: Some(row.metadata), status });
        let Waiting { event_id, event_type, happened_at: at, received_at, .. } = row;
        Ok(Self { event_id, event_type, at, received_at, about, body: None })
    }
}

/// The rows of the history that waited for a consultation with this key, which has come.
pub(in crate::store::sqlite) async fn take(
    tx: Tx<'_, '_>,
    id: &ConsultationId,
    key: &EmpegoKey,
) -> Result<Vec<Entry>> {
    let rows: Vec<(String, i64, Option<String>)> = sqlx::query_as(
        "UPDATE queue_events SET consultation_id = $2 WHERE empego_key = $1 AND consultation_id IS NULL
         RETURNING event_id, happened_at, status",
    )
    .bind(&key.0)
    .bind(&id.0)
    .fetch_all(&mut **tx)
    .await?;
    let mut entries = Vec::with_capacity(rows.len());
    for (source_event_id, at, status) in rows {
        let Some(status) = status else { continue };
        let status = from_json(&status, "a status")?;
        entries.push(Entry {
            source: Source::Empego,
            source_event_id,
            at,
            event: Event::Status { status },
            actor: None,
        });
    }
    Ok(entries)
}
