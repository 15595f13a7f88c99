//! Queue events. The number of statements does not grow with the batch: each statement
//! reads its rows from one JSON text.

mod foreign;
mod waiting;

pub(super) use waiting::take as take_waiting;

use super::db::{self, Sql, from_rows};
use super::pool::Tx;
use super::rows::{STATE, from_json, to_json};
use super::{SqlStore, history};
use crate::model::ids::{ConsultationId, EmpegoKey, PatientId, SiteId};
use crate::model::lifecycle::{Creation, State};
use crate::store::events::Batch;
use crate::store::{
    Changed, Discrepancies, EventCounts, Events, Foreign, QueueEvent, Result, UnknownType,
};
use async_trait::async_trait;
use serde_json::{Value, json};
use std::collections::{HashMap, HashSet};

/// What [`crate::store::StoreError::Corrupt`] calls the details of an event.
const DETAILS: &str = "an event's details";

#[async_trait]
impl Events for SqlStore {
    async fn record_events(&self, events: &[QueueEvent]) -> Result<Changed> {
        if events.is_empty() {
            return Ok(Changed::default());
        }
        let mut tx = self.write().await?;
        let fresh = insert(&mut tx, events).await?;
        let now = events.iter().map(|event| event.received_at).max().unwrap_or_default();
        let changed =
            Changed { again: events.len() - fresh.len(), ..apply(&mut tx, &fresh, now).await? };
        self.commit(tx).await?;
        Ok(changed)
    }

    async fn apply_waiting(&self, now: i64) -> Result<Changed> {
        // Mostly there is none, and the writer need not wait for that answer.
        if waiting::named(&self.readers).await?.is_empty() {
            return Ok(Changed::default());
        }
        let mut tx = self.write().await?;
        let waiting = waiting::named(&mut tx).await?;
        let changed = apply(&mut tx, &waiting.iter().collect::<Vec<_>>(), now).await?;
        self.commit(tx).await?;
        Ok(changed)
    }

    async fn foreign(
        &self,
        before: i64,
        after: Option<&EmpegoKey>,
        limit: u32,
    ) -> Result<Vec<Foreign>> {
        foreign::waiting(&self.readers, before, after, None, limit).await
    }

    async fn foreign_of(&self, key: &EmpegoKey) -> Result<Option<Foreign>> {
        Ok(foreign::waiting(&self.readers, i64::MAX, None, Some(key), 1).await?.pop())
    }

    async fn has_unsettled(
        &self,
        site: &SiteId,
        patient: Option<&PatientId>,
        is_follow_up: bool,
    ) -> Result<bool> {
        foreign::has_unsettled(&self.readers, site, patient, is_follow_up).await
    }

    async fn event_counts(&self) -> Result<EventCounts> {
        let (events, redeliveries, waiting): (i64, i64, i64) = db::query_as(
            "SELECT count(*), coalesce(CAST(sum(deliveries - 1) AS BIGINT), 0),
                    (SELECT count(*) FROM queue_events
                     WHERE consultation_id IS NULL AND empego_key IS NOT NULL)
             FROM queue_events",
        )
        .fetch_one(&self.readers)
        .await?;
        let unknown: Vec<(String, i64, i64)> = db::query_as(
            "SELECT event_type, count(*), max(received_at)
             FROM queue_events WHERE empego_key IS NULL
             GROUP BY event_type ORDER BY 3 DESC, 1 LIMIT 50",
        )
        .fetch_all(&self.readers)
        .await?;
        let unknown = unknown
            .into_iter()
            .map(|(event_type, events, last_at)| UnknownType {
                event_type,
                events: events.unsigned_abs(),
                last_at,
            })
            .collect();
        Ok(EventCounts {
            events: events.unsigned_abs(),
            redeliveries: redeliveries.unsigned_abs(),
            waiting: waiting.unsigned_abs(),
            unknown,
        })
    }

    async fn forget_events(&self, before: i64) -> Result<u64> {
        let mut tx = self.write().await?;
        let gone = db::query("DELETE FROM queue_events WHERE received_at < $1")
            .bind(before)
            .execute(&mut tx)
            .await?;
        tx.commit().await?;
        Ok(gone)
    }

    async fn discrepancies(&self, before: i64) -> Result<Discrepancies> {
        let (unconfirmed, unreported): (i64, i64) = db::query_as(
            "SELECT (SELECT count(*) FROM consultations
                     WHERE delivery = 'answered-reported' AND reported_at < $1),
                    (SELECT count(*) FROM consultations
                     WHERE delivery = 'answered-confirmed' AND reported_at IS NULL
                       AND status_id = 'TO_BE_ANALYZED' AND confirmed_at < $1)",
        )
        .bind(before)
        .fetch_one(&self.readers)
        .await?;
        Ok(Discrepancies {
            unconfirmed: unconfirmed.unsigned_abs(),
            unreported: unreported.unsigned_abs(),
        })
    }
}

/// Applies events that are written down and were not applied before.
async fn apply(tx: &mut Tx, fresh: &[&QueueEvent], now: i64) -> Result<Changed> {
    let mut batch = Batch::of(fresh);
    find(tx, &mut batch).await?;
    for event in fresh {
        find_unanswered(tx, &mut batch, event, now).await?;
    }
    let applied = batch.apply();
    history::extend(tx, applied.extensions).await?;
    mark(tx, &applied.events).await?;
    Ok(applied.changed)
}

/// Inserts events, or counts them as delivered again. Returns those that came for the first time,
/// each once.
async fn insert<'a>(tx: &mut Tx, events: &'a [QueueEvent]) -> Result<Vec<&'a QueueEvent>> {
    // A statement changes a row once: an event that is in the batch twice is counted before.
    let mut deliveries: HashMap<&str, i64> = HashMap::with_capacity(events.len());
    for event in events {
        *deliveries.entry(&event.event_id).or_default() += 1;
    }
    let mut first = HashSet::with_capacity(deliveries.len());
    let rows: Vec<Value> = events
        .iter()
        .filter(|event| first.insert(&event.event_id))
        .map(|event| {
            let about = event.about.as_ref();
            let status = about
                .and_then(|about| about.status.as_ref())
                .map(|status| to_json(status, "a status"))
                .transpose()?;
            let details = about
                .and_then(|about| about.details.as_ref())
                .map(|details| to_json(details, DETAILS))
                .transpose()?;
            let (key, metadata) =
                (about.map(|about| &about.key.0), about.and_then(|about| about.metadata.as_ref()));
            Ok(json!([
                event.event_id,
                event.event_type,
                event.at,
                event.received_at,
                key,
                metadata,
                status,
                about.and_then(|about| about.answered_at),
                details,
                deliveries[event.event_id.as_str()],
            ]))
        })
        .collect::<Result<_>>()?;
    let written: Vec<(String, i64)> = db::query_as(from_rows!(
        "INSERT INTO queue_events (event_id, event_type, happened_at, received_at, deliveries,
                                   empego_key, metadata, status, answered_at, details)
         SELECT value ->> 0, value ->> 1, CAST(value ->> 2 AS BIGINT),
                CAST(value ->> 3 AS BIGINT), CAST(value ->> 9 AS BIGINT), value ->> 4,
                value ->> 5, value ->> 6, CAST(value ->> 7 AS BIGINT), value ->> 8
         FROM ",
        "WHERE true
         ON CONFLICT (event_id) DO UPDATE
         SET deliveries = queue_events.deliveries + excluded.deliveries
         RETURNING event_id, deliveries"
    ))
    .bind(Value::Array(rows).to_string())
    .fetch_all(&mut *tx)
    .await?;
    let mut new: HashSet<String> = written
        .into_iter()
        .filter(|(id, all)| deliveries.get(id.as_str()) == Some(all))
        .map(|(id, _)| id)
        .collect();
    let fresh: Vec<&QueueEvent> =
        events.iter().filter(|event| new.remove(&event.event_id)).collect();
    for event in fresh.iter().filter(|event| event.body.is_some()) {
        db::query("UPDATE queue_events SET body = $2 WHERE event_id = $1")
            .bind(&event.event_id)
            .bind(&event.body)
            .execute(&mut *tx)
            .await?;
    }
    Ok(fresh)
}

/// Adds the consultations that have the keys of the events.
async fn find(tx: &mut Tx, batch: &mut Batch<'_>) -> Result<()> {
    let rows: Vec<(String, String, String, String)> = db::query_as(Sql::pair(
        "SELECT id, site_id, empego_key, state FROM consultations
         WHERE empego_key IN (SELECT value FROM json_each($1))",
        "SELECT id, site_id, empego_key, state FROM consultations
         WHERE empego_key IN (SELECT jsonb_array_elements_text($1::jsonb))",
    ))
    .bind(json!(batch.keys()).to_string())
    .fetch_all(&mut *tx)
    .await?;
    for (id, site, key, state) in rows {
        let state = from_json(&state, STATE)?;
        batch.add(EmpegoKey(key), ConsultationId(id), SiteId(site), state, None);
    }
    Ok(())
}

/// Adds the consultation that Empego created without our receiving the answer: our own id in the
/// event's metadata names it.
async fn find_unanswered<'a>(
    tx: &mut Tx,
    batch: &mut Batch<'a>,
    event: &'a QueueEvent,
    now: i64,
) -> Result<()> {
    let Some((about, id)) = batch.unmatched(event) else { return Ok(()) };
    let row: Option<(String, String)> = db::query_as(
        "SELECT site_id, state FROM consultations WHERE id = $1 AND empego_key IS NULL",
    )
    .bind(&id.0)
    .fetch_optional(&mut *tx)
    .await?;
    let Some((site, state)) = row else { return Ok(()) };
    let state: State = from_json(&state, STATE)?;
    // While the call is under way, its own answer brings the key and the link. An answer may also
    // leave the key to the events.
    if state.delivery(now).lacks_key() || state.creation == Creation::Done {
        history::write_key(tx, &id, &about.key).await?;
        // Events without metadata may wait for the key too.
        let waited = waiting::take(tx, &id, &about.key).await?;
        batch.add(about.key.clone(), id, SiteId(site), state, Some(waited));
    }
    Ok(())
}

/// Notes which consultation each event was applied to.
async fn mark(tx: &mut Tx, events: &[(String, ConsultationId)]) -> Result<()> {
    if events.is_empty() {
        return Ok(());
    }
    db::query(from_rows!(
        "UPDATE queue_events SET consultation_id = value ->> 1, details = NULL
         FROM ",
        "WHERE queue_events.event_id = value ->> 0"
    ))
    .bind(json!(events).to_string())
    .execute(&mut *tx)
    .await?;
    Ok(())
}
