//! Takes what Empego's event queue says: the truth about where consultations stand. And keeps an
//! eye on where the browsers' word and Empego's disagree.

use super::{Desk, Result, hand_over};
use crate::empego::event;
use crate::empego::frames::Delivery;
use crate::empego::subscription::{Sink, SinkError};
use crate::model::message::Subject;
use crate::secrets::sha256;
use crate::store::{About, Changed, Heard};
use async_trait::async_trait;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// What the payloads of unknown types are sealed for.
const SEALED: &str = "event";
/// The longest payload of an unknown type that is kept, in bytes; of a longer one only that it
/// came.
const KEPT: usize = 64 * 1024;
/// The longest id or type that is kept as it came, in bytes.
const NAME: usize = 200;
/// How long events are remembered, in milliseconds: 30 days. Redeliveries come within minutes.
pub const REMEMBERED_MS: i64 = 30 * 86_400_000;
/// How often disagreement is looked for.
pub const TICK: Duration = Duration::from_secs(30);

/// The desk, as it takes events.
pub struct Confirm(pub Arc<Desk>);

#[async_trait]
impl Sink for Confirm {
    async fn take(&self, batch: Vec<Delivery>) -> std::result::Result<(), SinkError> {
        take(&self.0, &batch).await.map(|_| ()).map_err(|error| {
            tracing::error!(%error, events = batch.len(), "events of Empego's queue could not be kept; they will come again");
            SinkError
        })
    }
}

/// Keeps a batch of events and tells whoever follows what they changed.
///
/// # Errors
/// A failing store: nothing was kept.
pub async fn take(desk: &Desk, batch: &[Delivery]) -> Result<Changed> {
    let now = desk.now();
    let heard: Vec<Heard> = batch.iter().map(|delivery| read(desk, delivery, now)).collect();
    let changed = desk.store.hear(&heard).await?;
    tell(desk, &changed).await;
    let count = |name: &'static str, events: usize| {
        metrics::counter!(name).increment(events.try_into().unwrap_or(u64::MAX))
    };
    count("desk_events_again_total", changed.again);
    count("desk_events_waiting_total", changed.waiting);
    count("desk_events_unknown_total", changed.unknown);
    Ok(changed)
}

/// Finds consultations at Empego whose create call has no known outcome, by events that came while
/// it was under way.
///
/// # Errors
/// A failing store: nothing was changed.
pub async fn adopt(desk: &Desk) -> Result<Changed> {
    let changed = desk.store.adopt(desk.now()).await?;
    tell(desk, &changed).await;
    Ok(changed)
}

/// Gives what was found its link, and tells whoever follows what changed.
async fn tell(desk: &Desk, changed: &Changed) {
    for (site, id) in &changed.found {
        // What is written is not undone by this: staff can issue a link too.
        if let Err(error) = hand_over::first(desk, site, id).await {
            tracing::error!(%error, "a consultation that was found at Empego has no link yet: issue one on its page");
        }
    }
    for (site, id) in &changed.consultations {
        desk.live.publish(site, id);
    }
}

fn read(desk: &Desk, delivery: &Delivery, now: i64) -> Heard {
    let told = serde_json::from_str(delivery.payload.get())
        .ok()
        .and_then(|payload| event::read(&delivery.event_type, &payload));
    // Which of the two it is says the key: Empego has one for each.
    let about = told
        .filter(|told| {
            matches!(told.subject, Subject::Consultation | Subject::FollowUp)
                && is_plain(&told.key.0)
        })
        .map(|told| About {
            key: told.key,
            metadata: told.metadata.filter(|text| is_plain(text)),
            status: told.status,
        });
    let body = match about {
        None if delivery.payload.get().len() <= KEPT => {
            desk.secrets.seal_bytes(SEALED, delivery.payload.get().as_bytes(), &desk.ambient)
        }
        _ => None,
    };
    let event_id = if is_plain(&delivery.event_id) {
        delivery.event_id.clone()
    } else {
        hash(&delivery.event_id)
    };
    let event_type = delivery.event_type.chars().filter(|c| !c.is_control()).take(NAME).collect();
    Heard {
        event_id,
        event_type,
        at: event::moment(&delivery.event_ts).unwrap_or(now),
        received_at: now,
        about,
        body,
    }
}

/// Whether a name can be kept as it came.
fn is_plain(name: &str) -> bool {
    name.len() <= NAME && !name.contains(char::is_control)
}

fn hash(name: &str) -> String {
    sha256(name).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Adopts events that wait, and counts where the two sources have disagreed for longer than `after`
/// milliseconds, every `tick`, until `stop` is cancelled.
pub async fn watch(desk: Arc<Desk>, after: i64, tick: Duration, stop: CancellationToken) {
    while stop.run_until_cancelled(tokio::time::sleep(tick)).await.is_some() {
        if let Err(error) = adopt(&desk).await {
            tracing::warn!(%error, "events that wait for their consultation could not be looked at");
        }
        match desk.store.doubts(desk.now().saturating_sub(after)).await {
            Ok(doubts) => {
                #[expect(clippy::cast_precision_loss, reason = "a gauge is a float")]
                let set = |name: &'static str, count: u64| metrics::gauge!(name).set(count as f64);
                set("desk_unconfirmed", doubts.unconfirmed);
                set("desk_unreported", doubts.unreported);
            }
            Err(error) => tracing::warn!(%error, "what is not confirmed could not be counted"),
        }
    }
}
