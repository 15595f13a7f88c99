//! The event queue's events on SQLite. A batch is a handful of statements, however many events are
//! in it: each statement takes its rows as one JSON text.

mod waiting;

pub(super) use waiting::take as take_waiting;

use super::rows::{Derived, STATE, from_json, to_json};
use super::{SqliteStore, consultations};
use crate::model::ids::{ConsultationId, SiteId};
use crate::model::lifecycle::{Delivery, Event, State};
use crate::model::status::EmpegoStatus;
use crate::model::timeline::{Entry, Source};
use crate::store::{Changed, Doubts, Events, Heard, Result, Tally, UnknownType};
use async_trait::async_trait;
use serde_json::{Value, json};
use sqlx::{Sqlite, Transaction};
use std::collections::{BTreeMap, HashMap, HashSet};

type Tx<'a, 'c> = &'a mut Transaction<'c, Sqlite>;

/// What the timeline calls the event that an unanswered create call was found by.
const FOUND: &str = "created";

#[async_trait]
impl Events for SqliteStore {
    async fn hear(&self, events: &[Heard]) -> Result<Changed> {
        if events.is_empty() {
            return Ok(Changed::default());
        }
        let mut tx = self.write().await?;
        let fresh = write_down(&mut tx, events).await?;
        let now = events.iter().map(|event| event.received_at).max().unwrap_or_default();
        let changed =
            Changed { again: events.len() - fresh.len(), ..apply(&mut tx, &fresh, now).await? };
        tx.commit().await?;
        Ok(changed)
    }

    async fn adopt(&self, now: i64) -> Result<Changed> {
        // Most of the time there is nothing, and no reason to hold up the writers.
        if waiting::named(&mut *self.readers.acquire().await?).await?.is_empty() {
            return Ok(Changed::default());
        }
        let mut tx = self.write().await?;
        let waiting = waiting::named(&mut tx).await?;
        let changed = apply(&mut tx, &waiting.iter().collect::<Vec<_>>(), now).await?;
        tx.commit().await?;
        Ok(changed)
    }

    async fn tally(&self) -> Result<Tally> {
        let (events, redeliveries, waiting): (i64, i64, i64) = sqlx::query_as(
            "SELECT count(*), coalesce(sum(deliveries - 1), 0),
                    (SELECT count(*) FROM queue_events WHERE consultation_id IS NULL AND empego_key IS NOT NULL)
             FROM queue_events",
        )
        .fetch_one(&self.readers)
        .await?;
        let unknown: Vec<(String, i64, i64)> = sqlx::query_as(
            "SELECT event_type, count(*), max(received_at) FROM queue_events WHERE empego_key IS NULL
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
        let count = i64::unsigned_abs;
        Ok(Tally {
            events: count(events),
            redeliveries: count(redeliveries),
            waiting: count(waiting),
            unknown,
        })
    }

    async fn forget_events(&self, before: i64) -> Result<u64> {
        let mut tx = self.write().await?;
        let gone = sqlx::query("DELETE FROM queue_events WHERE received_at < $1")
            .bind(before)
            .execute(&mut *tx)
            .await?
            .rows_affected();
        tx.commit().await?;
        Ok(gone)
    }

    async fn doubts(&self, before: i64) -> Result<Doubts> {
        let (unconfirmed, unreported): (i64, i64) = sqlx::query_as(
            "SELECT (SELECT count(*) FROM consultations WHERE delivery = 'answered-reported' AND reported_at < $1),
                    (SELECT count(*) FROM consultations
                     WHERE delivery = 'answered-confirmed' AND reported_at IS NULL AND status_id = 'TO_BE_ANALYZED' AND confirmed_at < $1)",
        )
        .bind(before)
        .fetch_one(&self.readers)
        .await?;
        Ok(Doubts {
            unconfirmed: unconfirmed.unsigned_abs(),
            unreported: unreported.unsigned_abs(),
        })
    }
}

/// A consultation that events are about.
struct Target {
    site: SiteId,
    state: State,
    /// Whether it had no key until now: then the history rows that waited for it, else nothing.
    found: Option<Vec<Entry>>,
}

/// Applies events that are written down and were not applied before.
async fn apply(tx: Tx<'_, '_>, fresh: &[&Heard], now: i64) -> Result<Changed> {
    let mut changed = Changed::default();
    let mut targets = HashMap::new();
    let mut by_key = find(tx, fresh, &mut targets).await?;
    find_unanswered(tx, fresh, now, &mut targets, &mut by_key).await?;
    let (mut rows, mut applied) = (Vec::new(), Vec::new());
    let mut touched = BTreeMap::new();
    for event in fresh {
        let Some(about) = &event.about else {
            changed.unknown += 1;
            continue;
        };
        let Some((id, target)) =
            by_key.get(&about.key.0).and_then(|id| targets.get_mut(id).map(|target| (id, target)))
        else {
            changed.waiting += 1;
            continue;
        };
        applied.push(json!([event.event_id, id]));
        for entry in entries(event, about.status.as_ref(), target.found.as_mut()) {
            target.state.apply(entry.at, &entry.event);
            rows.push(json!([
                id,
                entry.source.as_str(),
                entry.source_event_id,
                entry.at,
                to_json(&entry.event, "an event")?
            ]));
        }
        touched.insert(ConsultationId(id.clone()), target.site.clone());
    }
    if applied.is_empty() {
        return Ok(changed);
    }
    append(tx, &rows).await?;
    let states = targets.iter().map(|(id, target)| (id.as_str(), &target.state));
    write_states(tx, states).await?;
    mark(tx, &applied).await?;
    for (id, target) in targets.iter().filter(|(_, target)| target.found.is_some()) {
        changed.found.push((target.site.clone(), ConsultationId(id.clone())));
    }
    changed.consultations = touched.into_iter().map(|(id, site)| (site, id)).collect();
    Ok(changed)
}

/// The rows of the history that an event makes: in one that was found by it, with those that
/// waited.
fn entries(
    event: &Heard,
    status: Option<&EmpegoStatus>,
    found: Option<&mut Vec<Entry>>,
) -> Vec<Entry> {
    let entry = |source_event_id: &str, said: Event| Entry {
        source: Source::Empego,
        source_event_id: source_event_id.to_owned(),
        at: event.at,
        event: said,
        actor: None,
    };
    let created = found.is_some().then(|| entry(FOUND, Event::Created));
    let waited = found.map(std::mem::take).unwrap_or_default();
    created
        .into_iter()
        .chain(waited)
        .chain(
            status.map(|status| entry(&event.event_id, Event::Status { status: status.clone() })),
        )
        .collect()
}

/// Writes down what came. Those that came for the first time, each once.
async fn write_down<'a>(tx: Tx<'_, '_>, events: &'a [Heard]) -> Result<Vec<&'a Heard>> {
    let rows: Vec<Value> = events
        .iter()
        .map(|event| {
            let about = event.about.as_ref();
            let status = about
                .and_then(|about| about.status.as_ref())
                .map(|status| to_json(status, "a status"))
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
                status
            ]))
        })
        .collect::<Result<_>>()?;
    let written: Vec<(String, i64)> = sqlx::query_as(
        "INSERT INTO queue_events (event_id, event_type, happened_at, received_at, deliveries, empego_key, metadata, status)
         SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, 1, value ->> 4, value ->> 5, value ->> 6 FROM json_each($1) WHERE true
         ON CONFLICT (event_id) DO UPDATE SET deliveries = deliveries + 1
         RETURNING event_id, deliveries",
    )
    .bind(Value::Array(rows).to_string())
    .fetch_all(&mut **tx)
    .await?;
    let mut new: HashSet<String> =
        written.into_iter().filter(|(_, deliveries)| *deliveries == 1).map(|(id, _)| id).collect();
    let fresh: Vec<&Heard> = events.iter().filter(|event| new.remove(&event.event_id)).collect();
    for event in fresh.iter().filter(|event| event.body.is_some()) {
        sqlx::query("UPDATE queue_events SET body = $2 WHERE event_id = $1")
            .bind(&event.event_id)
            .bind(&event.body)
            .execute(&mut **tx)
            .await?;
    }
    Ok(fresh)
}

/// The consultations that have the keys of these events: by key, their ids.
async fn find(
    tx: Tx<'_, '_>,
    events: &[&Heard],
    targets: &mut HashMap<String, Target>,
) -> Result<HashMap<String, String>> {
    let keys: HashSet<&str> =
        events.iter().filter_map(|event| Some(event.about.as_ref()?.key.0.as_str())).collect();
    let rows: Vec<(String, String, String, String)> =
        sqlx::query_as("SELECT id, site_id, empego_key, state FROM consultations WHERE empego_key IN (SELECT value FROM json_each($1))")
            .bind(json!(keys).to_string())
            .fetch_all(&mut **tx)
            .await?;
    let mut by_key = HashMap::with_capacity(rows.len());
    for (id, site, key, state) in rows {
        targets.insert(
            id.clone(),
            Target { site: SiteId(site), state: from_json(&state, STATE)?, found: None },
        );
        by_key.insert(key, id);
    }
    Ok(by_key)
}

/// Those of the others whose create call Empego carried out and whose answer never came: what we
/// gave it to keep names them.
async fn find_unanswered(
    tx: Tx<'_, '_>,
    events: &[&Heard],
    now: i64,
    targets: &mut HashMap<String, Target>,
    by_key: &mut HashMap<String, String>,
) -> Result<()> {
    for event in events {
        let Some(about) = &event.about else { continue };
        let Some(ours) = about
            .metadata
            .as_ref()
            .filter(|ours| !by_key.contains_key(&about.key.0) && !targets.contains_key(*ours))
        else {
            continue;
        };
        let row: Option<(String, String)> = sqlx::query_as(
            "SELECT site_id, state FROM consultations WHERE id = $1 AND empego_key IS NULL",
        )
        .bind(ours)
        .fetch_optional(&mut **tx)
        .await?;
        let Some((site, state)) = row else { continue };
        let state: State = from_json(&state, STATE)?;
        // While a call is under way its own answer brings the key, and the link with it.
        if state.delivery(now) != Delivery::OutcomeUnknown {
            continue;
        }
        let id = ConsultationId(ours.clone());
        consultations::write_key(tx, &id, &about.key).await?;
        // Some of what waited for the key may name nothing but it.
        let waited = waiting::take(tx, &id, &about.key).await?;
        targets.insert(ours.clone(), Target { site: SiteId(site), state, found: Some(waited) });
        by_key.insert(about.key.0.clone(), ours.clone());
    }
    Ok(())
}

async fn append(tx: Tx<'_, '_>, rows: &[Value]) -> Result<()> {
    sqlx::query(
        "INSERT INTO timeline (consultation_id, source, source_event_id, happened_at, body)
         SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4 FROM json_each($1) WHERE true
         ON CONFLICT (consultation_id, source, source_event_id) DO NOTHING",
    )
    .bind(json!(rows).to_string())
    .execute(&mut **tx)
    .await?;
    Ok(())
}

async fn write_states<'a>(
    tx: Tx<'_, '_>,
    states: impl Iterator<Item = (&'a str, &'a State)>,
) -> Result<()> {
    let rows: Vec<Value> = states
        .map(|(id, state)| {
            let Derived {
                delivery,
                expires_at,
                requested_at,
                status_id,
                reported_at,
                confirmed_at,
            } = Derived::from(state);
            Ok(json!([
                id,
                to_json(state, STATE)?,
                delivery,
                expires_at,
                requested_at,
                status_id,
                reported_at,
                confirmed_at
            ]))
        })
        .collect::<Result<_>>()?;
    sqlx::query(
        "UPDATE consultations SET state = value ->> 1, delivery = value ->> 2, expires_at = value ->> 3, requested_at = value ->> 4,
                status_id = value ->> 5, reported_at = value ->> 6, confirmed_at = value ->> 7
         FROM json_each($1) WHERE consultations.id = value ->> 0",
    )
    .bind(json!(rows).to_string())
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Notes whom events were applied to.
async fn mark(tx: Tx<'_, '_>, applied: &[Value]) -> Result<()> {
    sqlx::query("UPDATE queue_events SET consultation_id = value ->> 1 FROM json_each($1) WHERE queue_events.event_id = value ->> 0")
        .bind(json!(applied).to_string())
        .execute(&mut **tx)
        .await?;
    Ok(())
}
