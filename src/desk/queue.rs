//! Queue events: what Empego says about consultations, which is authoritative. And a watch for
//! consultations where the browser's report and Empego disagree.

use super::{Desk, Result, foreign, links};
use crate::empego::event;
use crate::empego::frames::Delivery;
use crate::empego::subscription::{Sink, SinkError};
use crate::model::message::Subject;
use crate::secrets::sha256;
use crate::store::{Changed, EventDetails, EventSubject, QueueEvent};
use async_trait::async_trait;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// The sealing purpose of payloads of unknown types.
const SEALED: &str = "event";
/// The longest payload of an unknown type that is stored, in bytes; of a longer one only its type
/// is.
const MAX_PAYLOAD: usize = 64 * 1024;
/// The longest id or type that is stored as it came, in bytes.
const MAX_NAME: usize = 200;
/// The most identifiers of a patient that are kept with an event.
const MAX_IDENTIFIERS: usize = 20;
/// How long event ids are stored, in milliseconds: 30 days. Redeliveries come within minutes.
pub const REMEMBERED_MS: i64 = 30 * 86_400_000;
/// How often discrepancies are counted.
pub const TICK: Duration = Duration::from_secs(30);

/// The desk as a receiver of queue events.
pub struct EventSink(pub Arc<Desk>);

#[async_trait]
impl Sink for EventSink {
    async fn take(&self, batch: Vec<Delivery>) -> std::result::Result<(), SinkError> {
        receive(&self.0, &batch).await.map(|_| ()).map_err(|error| {
            tracing::error!(
                %error,
                events = batch.len(),
                "queue events could not be stored; Empego will deliver them again"
            );
            SinkError
        })
    }
}

/// Stores a batch of events.
///
/// # Errors
/// A store error: nothing was stored.
pub async fn receive(desk: &Desk, batch: &[Delivery]) -> Result<Changed> {
    let now = desk.now();
    let events: Vec<QueueEvent> = batch.iter().map(|delivery| read(desk, delivery, now)).collect();
    let changed = desk.store.record_events(&events).await?;
    issue_links(desk, &changed).await;
    let count = |name: &'static str, events: usize| {
        metrics::counter!(name).increment(events.try_into().unwrap_or(u64::MAX))
    };
    count("desk_events_again_total", changed.again);
    count("desk_events_waiting_total", changed.waiting);
    count("desk_events_unknown_total", changed.unknown);
    Ok(changed)
}

/// Applies waiting events to consultations whose create call has no known outcome.
///
/// # Errors
/// A store error: nothing was changed.
pub async fn apply_waiting(desk: &Desk) -> Result<Changed> {
    let changed = desk.store.apply_waiting(desk.now()).await?;
    issue_links(desk, &changed).await;
    Ok(changed)
}

/// Issues links for consultations that were found.
async fn issue_links(desk: &Desk, changed: &Changed) {
    for (site, id) in &changed.found {
        // The events stay stored: staff can issue a link too.
        if let Err(error) = links::issue_first(desk, site, id).await {
            tracing::error!(
                %error,
                "a consultation that was found at Empego has no link yet: issue one on its page"
            );
        }
    }
}

fn read(desk: &Desk, delivery: &Delivery, now: i64) -> QueueEvent {
    let parsed = serde_json::from_str(delivery.payload.get())
        .ok()
        .and_then(|payload| desk.empego.read_event(&delivery.event_type, &payload));
    let at = event::parse_time(&delivery.event_ts).unwrap_or(now);
    // The key tells which of the two it is: keys are unique over both.
    let about = parsed
        .filter(|event| {
            matches!(event.subject, Subject::Consultation | Subject::FollowUp)
                && is_plain(&event.key.0)
        })
        .map(|event| EventSubject {
            key: event.key,
            metadata: event.metadata.filter(|text| is_plain(text)),
            status: event.status,
            // Answered at a time that cannot be read is answered all the same.
            answered_at: event.answered_at.map(|it| it.0.unwrap_or(at)),
            details: Some(details(event.subject, event.details)),
        });
    let body = match about {
        None if delivery.payload.get().len() <= MAX_PAYLOAD => {
            desk.secrets.seal_bytes(SEALED, delivery.payload.get().as_bytes(), &desk.ambient)
        }
        _ => None,
    };
    let event_id = if is_plain(&delivery.event_id) {
        delivery.event_id.clone()
    } else {
        hash(&delivery.event_id)
    };
    let event_type =
        delivery.event_type.chars().filter(|c| !c.is_control()).take(MAX_NAME).collect();
    QueueEvent { event_id, event_type, at, received_at: now, about, body }
}

/// What the event says of a record that may not be the desk's. Texts are cut: an event can be
/// large.
fn details(subject: Subject, said: event::EventDetails) -> EventDetails {
    let cut = |text: String| text.chars().take(MAX_NAME).collect::<String>();
    EventDetails {
        is_follow_up: subject == Subject::FollowUp,
        identifiers: said
            .identifiers
            .into_iter()
            .filter(|(system, key)| is_plain(system) && is_plain(key))
            .take(MAX_IDENTIFIERS)
            .collect(),
        first_name: cut(said.first_name.unwrap_or_default()),
        last_name: cut(said.last_name.unwrap_or_default()),
        tenant: said.tenant.filter(|tenant| is_plain(tenant)),
        scheduled_at: said.scheduled_at,
        reason: said.reason.map(cut),
    }
}

/// Whether a name can be stored as it came.
fn is_plain(name: &str) -> bool {
    name.len() <= MAX_NAME && !name.contains(char::is_control)
}

fn hash(name: &str) -> String {
    hex::encode(sha256(name))
}

/// Applies waiting events, and records what Empego created by itself, every `tick`, until `stop` is
/// cancelled.
pub async fn watch(desk: Arc<Desk>, tick: Duration, stop: CancellationToken) {
    while stop.run_until_cancelled(tokio::time::sleep(tick)).await.is_some() {
        if let Err(error) = apply_waiting(&desk).await {
            tracing::warn!(%error, "waiting events could not be applied");
        }
        if let Err(error) = foreign::adopt(&desk).await {
            tracing::warn!(%error, "what Empego created by itself could not be recorded");
        }
    }
}

/// Counts for the metrics what the store knows, every `tick`, until `stop` is cancelled: the same
/// at every instance. `after` (milliseconds): how long the two sources of an answer may disagree.
pub async fn count(desk: Arc<Desk>, after: i64, tick: Duration, stop: CancellationToken) {
    while stop.run_until_cancelled(tokio::time::sleep(tick)).await.is_some() {
        if let Err(error) = count_now(&desk, after).await {
            tracing::warn!(%error, "what the metrics show could not be counted");
        }
    }
}

/// Sets the metrics that are counted in the store.
async fn count_now(desk: &Desk, after: i64) -> Result<()> {
    let doubts = desk.store.discrepancies(desk.now().saturating_sub(after)).await?;
    #[expect(clippy::cast_precision_loss, reason = "a gauge is a float")]
    let set = |name: &'static str, count: u64| metrics::gauge!(name).set(count as f64);
    set("desk_unconfirmed", doubts.unconfirmed);
    set("desk_unreported", doubts.unreported);
    // Rows are numbered without a gap, and none is taken back.
    let (rows, _) = desk.store.head().await?;
    metrics::counter!("desk_audit_rows_total").absolute(rows.try_into().unwrap_or(0));
    for (pool, connections) in desk.store.connections() {
        let set = |state: &'static str, count: u32| {
            metrics::gauge!("desk_store_connections", "pool" => pool, "state" => state).set(count);
        };
        set("idle", connections.idle);
        set("busy", connections.open.saturating_sub(connections.idle));
    }
    Ok(())
}
