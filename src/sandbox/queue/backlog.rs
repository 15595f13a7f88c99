//! One queue: its events from arrival to acknowledgement, and its subscriber.
//!
//! Times are passed in. Any receipt of an event acknowledges it, also one of an earlier delivery or
//! an earlier connection (assumed: the documents mention only the receipt of a delivery).

use super::super::faults::{Amount, Faults};
use crate::ambient::Ambient;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// Limit on events in flight: more are sent as acknowledgements arrive.
const MAX_IN_FLIGHT: usize = 1000;
/// Limit on the deliveries of one batch.
const BATCH: usize = 256;
/// Default visibility timeout, in milliseconds (`docs/empego.md` §6.1).
const VISIBILITY_MS: u64 = 30_000;
/// Default idle timeout, in milliseconds (`docs/empego.md` §6.1).
const IDLE_MS: u64 = 600_000;

/// An event, the same in all its deliveries.
pub(in crate::sandbox) struct Event {
    pub(in crate::sandbox) id: String,
    pub(in crate::sandbox) event_type: String,
    /// `eventTs`, as it is sent.
    pub(in crate::sandbox) ts: String,
    /// Shared by copies, as it may be large.
    pub(in crate::sandbox) payload: Arc<Value>,
}

pub(super) struct Delivery {
    pub(super) event: Arc<Event>,
    pub(super) receipt: String,
}

/// What to send next.
#[derive(Default)]
pub(in crate::sandbox) struct Batch {
    /// Number of garbage frames to send first.
    pub(super) garbage: u64,
    pub(super) deliveries: Vec<Delivery>,
    /// Ask again at once: there may be more.
    pub(super) more: bool,
}

/// The connection that holds a queue.
struct Subscriber {
    number: u64,
    last_traffic_at: i64,
    disconnected: CancellationToken,
}

/// State of an unacknowledged event.
enum DeliveryState {
    Pending,
    /// With the time of delivery.
    InFlight(i64),
    /// Held back by a fault.
    Held,
}

struct Entry {
    event: Arc<Event>,
    receipts: Vec<String>,
    state: DeliveryState,
}

#[derive(Default)]
pub(super) struct Queue {
    /// Unacknowledged events by sequence number.
    entries: BTreeMap<u64, Entry>,
    next_sequence: u64,
    /// Sequence numbers in the order of delivery; some may be acknowledged already.
    pending: VecDeque<u64>,
    /// By time of delivery, so that the first one expires first.
    in_flight: BTreeSet<(i64, u64)>,
    receipts: HashMap<String, u64>,
    subscriber: Option<Subscriber>,
    acknowledged: u64,
    deliveries: u64,
    connections: u64,
}

impl Queue {
    pub(super) fn push(&mut self, event: Event) {
        let sequence = self.next_sequence;
        self.next_sequence += 1;
        self.entries.insert(
            sequence,
            Entry { event: Arc::new(event), receipts: Vec::new(), state: DeliveryState::Pending },
        );
        self.pending.push_back(sequence);
    }

    /// The unacknowledged events, oldest first.
    pub(super) fn unacknowledged(&self) -> impl Iterator<Item = &Event> {
        self.entries.values().map(|entry| entry.event.as_ref())
    }

    /// `None` when there is a subscriber already. The token is cancelled when the new one is
    /// disconnected.
    pub(super) fn subscribe(&mut self, number: u64, now: i64) -> Option<CancellationToken> {
        if self.subscriber.is_some() {
            return None;
        }
        self.connections += 1;
        let disconnected = CancellationToken::new();
        self.subscriber =
            Some(Subscriber { number, last_traffic_at: now, disconnected: disconnected.clone() });
        Some(disconnected)
    }

    pub(super) fn is_held_by(&self, number: u64) -> bool {
        self.subscriber.as_ref().is_some_and(|subscriber| subscriber.number == number)
    }

    /// Disconnects the subscriber. Events in flight are pending again, before all others.
    pub(super) fn leave(&mut self) {
        let Some(subscriber) = self.subscriber.take() else { return };
        subscriber.disconnected.cancel();
        let sequences =
            std::mem::take(&mut self.in_flight).into_iter().map(|(_, sequence)| sequence).collect();
        self.requeue(sequences);
    }

    pub(super) fn is_connected(&self) -> bool {
        self.subscriber.is_some()
    }

    pub(super) fn record_traffic(&mut self, now: i64) {
        if let Some(subscriber) = &mut self.subscriber {
            subscriber.last_traffic_at = now;
        }
    }

    /// Whether the idle timeout has passed.
    pub(super) fn is_idle(&self, faults: &Faults, now: i64) -> bool {
        let idle = millis(faults.idle_ms.unwrap_or(IDLE_MS));
        self.subscriber
            .as_ref()
            .is_some_and(|subscriber| now >= subscriber.last_traffic_at.saturating_add(idle))
    }

    /// Acknowledges an event. `false` for an unknown receipt.
    pub(super) fn acknowledge(&mut self, receipt: &str) -> bool {
        let Some(sequence) = self.receipts.get(receipt).copied() else { return false };
        let Some(entry) = self.entries.remove(&sequence) else { return false };
        for receipt in &entry.receipts {
            self.receipts.remove(receipt);
        }
        if let DeliveryState::InFlight(at) = entry.state {
            self.in_flight.remove(&(at, sequence));
        }
        self.acknowledged += 1;
        true
    }

    /// Releases the events that a fault held.
    pub(super) fn release(&mut self) {
        let held = self
            .entries
            .iter()
            .filter(|(_, entry)| matches!(entry.state, DeliveryState::Held))
            .map(|(sequence, _)| *sequence);
        let held = held.collect();
        self.requeue(held);
    }

    /// Makes these pending again, before all others, oldest first.
    fn requeue(&mut self, mut sequences: Vec<u64>) {
        sequences.sort_unstable();
        for sequence in sequences.into_iter().rev() {
            if let Some(entry) = self.entries.get_mut(&sequence) {
                entry.state = DeliveryState::Pending;
                self.pending.push_front(sequence);
            }
        }
    }

    /// The next batch, with the faults applied.
    pub(super) fn take(&mut self, faults: &mut Faults, ambient: &Ambient) -> Batch {
        let now = ambient.now();
        self.expire(now.saturating_sub(millis(faults.visibility_ms.unwrap_or(VISIBILITY_MS))));
        let mut batch = Batch::default();
        if faults.hold_events == Amount::ALL {
            return batch;
        }
        while batch.deliveries.len() < BATCH && self.in_flight.len() < MAX_IN_FLIGHT {
            let Some(sequence) = self.next(faults.reorder_events, ambient) else { break };
            let Some(entry) = self.entries.get_mut(&sequence) else { continue };
            if faults.hold_events.take() {
                entry.state = DeliveryState::Held;
                continue;
            }
            entry.state = DeliveryState::InFlight(now);
            self.in_flight.insert((now, sequence));
            if faults.drop_events.take() {
                self.deliveries += 1;
                continue;
            }
            for _ in 0..=faults.duplicate_events.count_or(1) {
                let receipt = ambient.id();
                self.deliveries += 1;
                self.receipts.insert(receipt.clone(), sequence);
                entry.receipts.push(receipt.clone());
                batch.deliveries.push(Delivery { event: entry.event.clone(), receipt });
            }
        }
        if !batch.deliveries.is_empty() {
            batch.garbage = std::mem::take(&mut faults.malformed_events);
            batch.more = batch.deliveries.len() >= BATCH;
            self.record_traffic(now);
        }
        batch
    }

    /// Makes deliveries up to this time pending again.
    fn expire(&mut self, until: i64) {
        let mut expired = Vec::new();
        while let Some((_, sequence)) =
            self.in_flight.first().copied().filter(|(at, _)| *at <= until)
        {
            self.in_flight.pop_first();
            expired.push(sequence);
        }
        self.requeue(expired);
    }

    /// The next pending event: the first, or a random one of the first `reorder`.
    fn next(&mut self, reorder: Amount, ambient: &Ambient) -> Option<u64> {
        let among = reorder.count_or(u64::MAX).min(self.pending.len() as u64);
        if among > 1 {
            let picked = u64::from_le_bytes(ambient.bytes()) % among;
            self.pending.swap(0, usize::try_from(picked).unwrap_or(0));
        }
        self.pending.pop_front()
    }

    /// Drops everything but the connection.
    pub(super) fn reset(&mut self) {
        let subscriber = self.subscriber.take();
        *self =
            Self { connections: u64::from(subscriber.is_some()), subscriber, ..Self::default() };
    }

    /// Held events count as pending.
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
