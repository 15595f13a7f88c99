//! The event queue (`docs/empego.md` §6.1): a WebSocket at `/subscribe?queue=NAME` and
//! `/?queue=NAME`, one subscriber for each queue, at-least-once delivery.
//!
//! The sandbox's own events go into [`DESK_QUEUE`]. Other queues are created by the first
//! subscriber or injected event, and hold injected events only (`control/events.rs`).

mod backlog;
mod frames;
mod socket;

use super::faults::Faults;
use crate::ambient::Ambient;
use backlog::{Batch, Queue};
use serde_json::Value;
use std::collections::BTreeMap;
use tokio_util::sync::CancellationToken;

pub(super) use backlog::Event;
pub(super) use socket::{subscribe, upgrade};

/// The queue of the sandbox's own events.
pub const DESK_QUEUE: &str = "desk";

/// All queues.
pub(super) struct Queues {
    by_name: BTreeMap<String, Queue>,
    /// Counts subscribers of all queues, so that a disconnected one is not mistaken for its
    /// successor.
    subscribers: u64,
}

/// What a connection must do next.
pub(super) enum NextAction {
    /// The subscriber does not hold the queue any more.
    NotSubscribed,
    /// The idle timeout has passed.
    Idle,
    /// May be empty.
    Send(Batch),
}

/// A subscriber of a queue.
pub(super) struct SubscriberHandle {
    number: u64,
    /// Cancelled when the subscriber is disconnected.
    disconnected: CancellationToken,
}

impl Default for Queues {
    fn default() -> Self {
        Self {
            by_name: BTreeMap::from([(DESK_QUEUE.to_owned(), Queue::default())]),
            subscribers: 0,
        }
    }
}

impl Queues {
    fn queue(&mut self, name: &str) -> &mut Queue {
        self.by_name.entry(name.to_owned()).or_default()
    }

    pub(super) fn push(&mut self, name: &str, event: Event) {
        self.queue(name).push(event);
    }

    /// The unacknowledged events of [`DESK_QUEUE`], oldest first.
    pub(super) fn unacknowledged(&self) -> impl Iterator<Item = &Event> {
        self.by_name.get(DESK_QUEUE).into_iter().flat_map(Queue::unacknowledged)
    }

    /// `None` when the queue has a subscriber already.
    fn subscribe(&mut self, name: &str, now: i64) -> Option<SubscriberHandle> {
        let number = self.subscribers;
        let disconnected = self.queue(name).subscribe(number, now)?;
        self.subscribers += 1;
        Some(SubscriberHandle { number, disconnected })
    }

    /// The queue, if this subscriber holds it.
    fn held(&mut self, name: &str, handle: &SubscriberHandle) -> Option<&mut Queue> {
        self.by_name.get_mut(name).filter(|queue| queue.is_held_by(handle.number))
    }

    fn leave(&mut self, name: &str, handle: &SubscriberHandle) {
        if let Some(queue) = self.held(name, handle) {
            queue.leave();
        }
    }

    /// Disconnects the subscriber of a queue. `false` when there is none.
    pub(super) fn disconnect(&mut self, name: &str) -> bool {
        let queue = self.by_name.get_mut(name).filter(|queue| queue.is_connected());
        queue.map(Queue::leave).is_some()
    }

    fn record_traffic(&mut self, name: &str, handle: &SubscriberHandle, now: i64) {
        if let Some(queue) = self.held(name, handle) {
            queue.record_traffic(now);
        }
    }

    /// Acknowledges the event of a receipt; `false` for an unknown receipt.
    pub(super) fn acknowledge(
        &mut self,
        name: &str,
        handle: &SubscriberHandle,
        receipt: &str,
    ) -> bool {
        self.held(name, handle).is_some_and(|queue| queue.acknowledge(receipt))
    }

    pub(super) fn next_action(
        &mut self,
        name: &str,
        handle: &SubscriberHandle,
        faults: &mut Faults,
        ambient: &Ambient,
    ) -> NextAction {
        let Some(queue) = self.held(name, handle) else { return NextAction::NotSubscribed };
        // Before sending: a redelivery is no sign of life from the client.
        if queue.is_idle(faults, ambient.now()) {
            return NextAction::Idle;
        }
        NextAction::Send(queue.take(faults, ambient))
    }

    /// Releases the events that a fault held.
    pub(super) fn release(&mut self) {
        self.by_name.values_mut().for_each(Queue::release);
    }

    /// Drops all events and counts, but no connection.
    pub(super) fn reset(&mut self) {
        self.by_name.retain(|name, queue| name == DESK_QUEUE || queue.is_connected());
        self.by_name.values_mut().for_each(Queue::reset);
    }

    /// The queues in `GET /control/state`, by name.
    pub(super) fn snapshot(&self) -> Value {
        self.by_name.iter().map(|(name, queue)| (name.clone(), queue.snapshot())).collect()
    }
}
