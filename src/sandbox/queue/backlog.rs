//! One queue: its events from their coming to their acknowledgement, and its one subscriber.
//!
//! Everything is judged by times that are passed in. Any receipt of an event acknowledges it, also
//! one of an earlier delivery or of an earlier connection (assumed: the documents speak of the
//! receipt of a delivery only).

use super::super::faults::{Amount, Faults};
use crate::ambient::Ambient;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// How many events may be in flight: a longer backlog flows as acknowledgements come.
const MAX_IN_FLIGHT: usize = 1000;
/// How many deliveries are taken at once.
const BATCH: usize = 256;
/// The visibility time-out when the faults say nothing, in milliseconds (`empego-api.md` §6.1).
const VISIBILITY_MS: u64 = 30_000;
/// After how long without traffic a subscriber is dropped when the faults say nothing, in
/// milliseconds (§6.1).
const IDLE_MS: u64 = 600_000;

/// An event, the same over all its deliveries.
pub(in crate::sandbox) struct Event {
    pub(in crate::sandbox) id: String,
    pub(in crate::sandbox) event_type: String,
    /// When it happened, as it is sent.
    pub(in crate::sandbox) ts: String,
    /// Shared by copies: it may be large.
    pub(in crate::sandbox) payload: Arc<Value>,
}

/// One attempt to deliver an event.
pub(super) struct Delivery {
    pub(super) event: Arc<Event>,
    pub(super) receipt: String,
}

/// What is to be sent now.
#[derive(Default)]
pub(in crate::sandbox) struct Batch {
    /// So many frames of garbage go first.
    pub(super) garbage: u64,
    pub(super) deliveries: Vec<Delivery>,
    /// There may be more: ask again at once.
    pub(super) more: bool,
}

/// The one connection that holds a queue.
struct Subscriber {
    number: u64,
    heard_at: i64,
    cut: CancellationToken,
}

/// Where an event stands that was not acknowledged yet.
enum Standing {
    Pending,
    /// Delivered at this time.
    InFlight(i64),
    /// Kept behind by a fault.
    Held,
}

struct Entry {
    event: Arc<Event>,
    receipts: Vec<String>,
    standing: Standing,
}

/// One queue.
#[derive(Default)]
pub(super) struct Queue {
    /// What was not acknowledged yet, by the place in the order of its coming.
    entries: BTreeMap<u64, Entry>,
    next_place: u64,
    /// Places in the order of delivery. One that is no entry any more was acknowledged meanwhile.
    pending: VecDeque<u64>,
    /// By the time of their delivery, so that the first is the first to come again.
    in_flight: BTreeSet<(i64, u64)>,
    receipts: HashMap<String, u64>,
    subscriber: Option<Subscriber>,
    acknowledged: u64,
    deliveries: u64,
    connections: u64,
}

impl Queue {
    pub(super) fn push(&mut self, event: Event) {
        let place = self.next_place;
        self.next_place += 1;
        self.entries.insert(
            place,
            Entry { event: Arc::new(event), receipts: Vec::new(), standing: Standing::Pending },
        );
        self.pending.push_back(place);
    }

    /// What is not acknowledged, in the order of its coming.
    pub(super) fn unacknowledged(&self) -> impl Iterator<Item = &Event> {
        self.entries.values().map(|entry| entry.event.as_ref())
    }

    /// Lets a subscriber in; `None` when there is one already. What it gets ends when the
    /// subscriber is cut off.
    pub(super) fn subscribe(&mut self, number: u64, now: i64) -> Option<CancellationToken> {
        if self.subscriber.is_some() {
            return None;
        }
        self.connections += 1;
        let cut = CancellationToken::new();
        self.subscriber = Some(Subscriber { number, heard_at: now, cut: cut.clone() });
        Some(cut)
    }

    pub(super) fn is_held_by(&self, number: u64) -> bool {
        self.subscriber.as_ref().is_some_and(|subscriber| subscriber.number == number)
    }

    /// Lets the subscriber go: whatever is in flight is pending again, before everything that is.
    pub(super) fn leave(&mut self) {
        let Some(subscriber) = self.subscriber.take() else { return };
        subscriber.cut.cancel();
        let places =
            std::mem::take(&mut self.in_flight).into_iter().map(|(_, place)| place).collect();
        self.requeue(places);
    }

    pub(super) fn is_connected(&self) -> bool {
        self.subscriber.is_some()
    }

    /// Notes that there was traffic.
    pub(super) fn heard(&mut self, now: i64) {
        if let Some(subscriber) = &mut self.subscriber {
            subscriber.heard_at = now;
        }
    }

    /// Whether there was no traffic for so long that the subscriber is to be dropped.
    pub(super) fn is_idle(&self, faults: &Faults, now: i64) -> bool {
        let idle = millis(faults.idle_ms.unwrap_or(IDLE_MS));
        self.subscriber
            .as_ref()
            .is_some_and(|subscriber| now >= subscriber.heard_at.saturating_add(idle))
    }

    /// Ends an event. `false` for a receipt that is none, or none any more.
    pub(super) fn acknowledge(&mut self, receipt: &str) -> bool {
        let Some(place) = self.receipts.get(receipt).copied() else { return false };
        let Some(entry) = self.entries.remove(&place) else { return false };
        for receipt in &entry.receipts {
            self.receipts.remove(receipt);
        }
        if let Standing::InFlight(at) = entry.standing {
            self.in_flight.remove(&(at, place));
        }
        self.acknowledged += 1;
        true
    }

    /// Lets go of what a fault kept behind.
    pub(super) fn release(&mut self) {
        let held = self
            .entries
            .iter()
            .filter(|(_, entry)| matches!(entry.standing, Standing::Held))
            .map(|(place, _)| *place);
        let held = held.collect();
        self.requeue(held);
    }

    /// Makes these pending again, before everything that is, in the order of their coming.
    fn requeue(&mut self, mut places: Vec<u64>) {
        places.sort_unstable();
        for place in places.into_iter().rev() {
            if let Some(entry) = self.entries.get_mut(&place) {
                entry.standing = Standing::Pending;
                self.pending.push_front(place);
            }
        }
    }

    /// Takes what is to be sent now, as the faults say.
    pub(super) fn take(&mut self, faults: &mut Faults, ambient: &Ambient) -> Batch {
        let now = ambient.now();
        self.expire(now.saturating_sub(millis(faults.visibility_ms.unwrap_or(VISIBILITY_MS))));
        let mut batch = Batch::default();
        if faults.hold_events == Amount::ALL {
            return batch;
        }
        while batch.deliveries.len() < BATCH && self.in_flight.len() < MAX_IN_FLIGHT {
            let Some(place) = self.next(faults.reorder_events, ambient) else { break };
            let Some(entry) = self.entries.get_mut(&place) else { continue };
            if faults.hold_events.take() {
                entry.standing = Standing::Held;
                continue;
            }
            entry.standing = Standing::InFlight(now);
            self.in_flight.insert((now, place));
            if faults.drop_events.take() {
                self.deliveries += 1;
                continue;
            }
            for _ in 0..=faults.duplicate_events.or_all(1) {
                let receipt = ambient.id();
                self.deliveries += 1;
                self.receipts.insert(receipt.clone(), place);
                entry.receipts.push(receipt.clone());
                batch.deliveries.push(Delivery { event: entry.event.clone(), receipt });
            }
        }
        if !batch.deliveries.is_empty() {
            batch.garbage = std::mem::take(&mut faults.malformed_events);
            batch.more = batch.deliveries.len() >= BATCH;
            self.heard(now);
        }
        batch
    }

    /// Makes pending again what was delivered at this time or earlier.
    fn expire(&mut self, until: i64) {
        let mut expired = Vec::new();
        while let Some((_, place)) = self.in_flight.first().copied().filter(|(at, _)| *at <= until)
        {
            self.in_flight.pop_first();
            expired.push(place);
        }
        self.requeue(expired);
    }

    /// The next pending place: the first one, or where they are to be reordered, any of the first
    /// so many.
    fn next(&mut self, reorder: Amount, ambient: &Ambient) -> Option<u64> {
        let among = reorder.or_all(u64::MAX).min(self.pending.len() as u64);
        if among > 1 {
            let picked = u64::from_le_bytes(ambient.bytes()) % among;
            self.pending.swap(0, usize::try_from(picked).unwrap_or(0));
        }
        self.pending.pop_front()
    }

    /// Forgets everything but the connection.
    pub(super) fn forget(&mut self) {
        let subscriber = self.subscriber.take();
        *self =
            Self { connections: u64::from(subscriber.is_some()), subscriber, ..Self::default() };
    }

    /// What `GET /control/state` tells. Events that a fault keeps behind are pending.
    pub(super) fn snapshot(&self) -> Value {
        json!({
            "connected": self.is_connected(),
            "pending": self.entries.len() - self.in_flight.len(),
            "in_flight": self.in_flight.len(),
            "acknowledged": self.acknowledged,
            "deliveries": self.deliveries,
            "connections": self.connections,
        })
    }
}

fn millis(ms: u64) -> i64 {
    i64::try_from(ms).unwrap_or(i64::MAX)
}
