//! The history of consultations, and the state that follows from it. A batch takes one statement,
//! which reads its rows from one JSON text.

use super::db::{self, Sql, from_rows};
use super::pool::{Pool, Tx};
use super::rows::{Derived, EntryRow, STATE, count, to_json};
use super::{changes, refused};
use crate::model::ids::{ConsultationId, EmpegoKey, SiteId};
use crate::model::lifecycle::State;
use crate::model::timeline::{Entry, Source};
use crate::store::history::{EntryKey, Extension, MESSAGE, reduce};
use crate::store::{Result, StoreError};
use serde_json::{Value, json};
use std::collections::HashSet;

/// Appends entries to histories and writes the states that follow. An entry with the source
/// and id of an earlier one is left out. Returns the number of new entries.
pub(super) async fn extend(tx: &mut Tx, extensions: Vec<Extension>) -> Result<usize> {
    let entries = extensions.iter().flat_map(|extension| &extension.entries);
    let at = entries.map(|entry| entry.at).max().unwrap_or_default();
    let inserted = insert(tx, &extensions).await?;
    let fresh = inserted.len();
    let changed = reduce(extensions, inserted);
    if !changed.is_empty() {
        write_states(tx, &changed).await?;
        let ids: Vec<&str> = changed.iter().map(|(id, _)| id.0.as_str()).collect();
        changes::note(tx, &ids, at).await?;
    }
    Ok(fresh)
}

/// The first key stays: another one would mean that Empego has two consultations for this one.
pub(super) async fn write_key(tx: &mut Tx, id: &ConsultationId, key: &EmpegoKey) -> Result<()> {
    const NAME: &str = "Empego's key";
    let done = db::query(
        "UPDATE consultations SET empego_key = $2
         WHERE id = $1 AND (empego_key IS NULL OR empego_key = $2)",
    )
    .bind(&id.0)
    .bind(&key.0)
    .execute(&mut *tx)
    .await
    .map_err(|error| refused(error, NAME))?;
    if done == 0 { Err(StoreError::Taken(NAME)) } else { Ok(()) }
}

/// The version of the lifecycle's rules. 2: a status that says that it is over proves no answer.
const RULES: i64 = 2;
/// How many states are computed before they are written.
const CHUNK: usize = 500;

/// Computes states again where earlier rules made them: those of histories with a status that the
/// newest rules read in another way.
pub(super) async fn recompute_if_old(tx: &mut Tx) -> Result<()> {
    let version: i64 =
        db::query_scalar("SELECT version FROM state_version").fetch_one(&mut *tx).await?;
    if version == RULES {
        return Ok(());
    }
    let ids: Vec<String> = db::query_scalar(
        "SELECT DISTINCT consultation_id FROM timeline
         WHERE body LIKE '%ARCHIVED%' OR body LIKE '%EXPIRED%'",
    )
    .fetch_all(&mut *tx)
    .await?;
    for chunk in ids.chunks(CHUNK) {
        let mut states = Vec::with_capacity(chunk.len());
        for id in chunk {
            let rows: Vec<EntryRow> = db::query_as(
                "SELECT source, source_event_id, happened_at, body, actor FROM timeline
                 WHERE consultation_id = $1",
            )
            .bind(id)
            .fetch_all(&mut *tx)
            .await?;
            let mut state = State::default();
            for row in rows {
                let entry = Entry::try_from(row)?;
                state.apply(entry.at, &entry.event);
            }
            states.push((ConsultationId(id.clone()), state));
        }
        write_states(tx, &states).await?;
    }
    db::query("UPDATE state_version SET version = $1").bind(RULES).execute(&mut *tx).await?;
    Ok(())
}

/// The first access key stays.
pub(super) async fn write_access_key(tx: &mut Tx, id: &ConsultationId, key: &str) -> Result<()> {
    db::query("UPDATE consultations SET access_key = coalesce(access_key, $2) WHERE id = $1")
        .bind(&id.0)
        .bind(key)
        .execute(&mut *tx)
        .await?;
    Ok(())
}

async fn insert(tx: &mut Tx, extensions: &[Extension]) -> Result<HashSet<EntryKey>> {
    let mut rows = Vec::new();
    for Extension { id, entries, .. } in extensions {
        for entry in entries {
            rows.push(json!([
                id,
                entry.source.as_str(),
                entry.source_event_id,
                entry.at,
                to_json(&entry.event, "an event")?,
                entry.actor,
            ]));
        }
    }
    if rows.is_empty() {
        return Ok(HashSet::new());
    }
    let inserted: Vec<EntryKey> = db::query_as(from_rows!(
        "INSERT INTO timeline (consultation_id, source, source_event_id, happened_at, body, actor)
         SELECT value ->> 0, value ->> 1, value ->> 2, CAST(value ->> 3 AS BIGINT), value ->> 4,
                value ->> 5
         FROM ",
        "WHERE true
         ON CONFLICT (consultation_id, source, source_event_id) DO NOTHING
         RETURNING consultation_id, source, source_event_id"
    ))
    .bind(Value::Array(rows).to_string())
    .fetch_all(&mut *tx)
    .await?;
    Ok(inserted.into_iter().collect())
}

async fn write_states(tx: &mut Tx, states: &[(ConsultationId, State)]) -> Result<()> {
    let mut rows = Vec::with_capacity(states.len());
    for (id, state) in states {
        let derived = Derived::from(state);
        rows.push(json!([
            id,
            to_json(state, STATE)?,
            derived.delivery,
            derived.expires_at,
            derived.requested_at,
            derived.status_id,
            derived.reported_at,
            derived.confirmed_at,
        ]));
    }
    db::query(from_rows!(
        "UPDATE consultations
         SET state = value ->> 1, delivery = value ->> 2,
             expires_at = CAST(value ->> 3 AS BIGINT), requested_at = CAST(value ->> 4 AS BIGINT),
             status_id = value ->> 5, reported_at = CAST(value ->> 6 AS BIGINT),
             confirmed_at = CAST(value ->> 7 AS BIGINT)
         FROM ",
        "WHERE consultations.id = value ->> 0"
    ))
    .bind(Value::Array(rows).to_string())
    .execute(&mut *tx)
    .await?;
    Ok(())
}

/// How many other messages of browsers the history has.
pub(super) async fn messages(tx: &mut Tx, id: &ConsultationId) -> Result<u32> {
    let messages = db::query_scalar(
        "SELECT count(*) FROM timeline WHERE consultation_id = $1
         AND source IN ($2, $3) AND substr(source_event_id, 1, length($4)) = $4",
    )
    .bind(&id.0)
    .bind(Source::Browser.as_str())
    .bind(Source::Staff.as_str())
    .bind(MESSAGE)
    .fetch_one(&mut *tx)
    .await?;
    count(messages)
}

/// The history of one consultation, oldest first.
pub(super) async fn timeline(
    readers: &Pool,
    site: &SiteId,
    id: &ConsultationId,
) -> Result<Vec<Entry>> {
    let rows: Vec<EntryRow> = db::query_as(
        "SELECT t.source, t.source_event_id, t.happened_at, t.body, t.actor
         FROM timeline t JOIN consultations c ON c.id = t.consultation_id
         WHERE t.consultation_id = $1 AND c.site_id = $2 ORDER BY t.happened_at, t.number",
    )
    .bind(&id.0)
    .bind(&site.0)
    .fetch_all(readers)
    .await?;
    rows.into_iter().map(Entry::try_from).collect()
}
