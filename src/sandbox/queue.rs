//! The event queue (`empego-api.md` §6.1): a WebSocket at `/subscribe?queue=NAME` and at
//! `/?queue=NAME`, one subscriber a queue, and every event delivered until it is acknowledged.
//!
//! What happens at the sandbox goes into one queue, [`DESK_QUEUE`]. Queues with other names are
//! there once somebody subscribes to them or something is injected into them, and hold nothing but
//! what is injected (`control/events.rs`).

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

/// The sandbox's own queue: the one that tells what happens here.
pub const DESK_QUEUE: &str = "desk";

/// Every queue there is.
pub(super) struct Queues {
    by_name: BTreeMap<String, Queue>,
    /// Numbers subscribers over all queues, so that a connection that was cut off is never taken
    /// for the one after it.
    subscribers: u64,
}

/// What a subscriber's connection is to do.
pub(super) enum Turn {
    /// It does not hold the queue any more.
    Over,
    /// Nobody said anything for too long.
    Idle,
    /// It sends this, which may be nothing.
    Send(Batch),
}

/// A subscriber that was let in.
pub(super) struct Seat {
    number: u64,
    /// Set when the subscriber is cut off.
    cut: CancellationToken,
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

    /// Puts an event at the end of a queue.
    pub(super) fn push(&mut self, name: &str, event: Event) {
        self.queue(name).push(event);
    }

    /// What is not acknowledged in the sandbox's own queue, in the order of its coming.
    pub(super) fn unacknowledged(&self) -> impl Iterator<Item = &Event> {
        self.by_name.get(DESK_QUEUE).into_iter().flat_map(Queue::unacknowledged)
    }

    /// Lets a subscriber in; `None` when the queue has one.
    fn subscribe(&mut self, name: &str, now: i64) -> Option<Seat> {
        let number = self.subscribers;
        let cut = self.queue(name).subscribe(number, now)?;
        self.subscribers += 1;
        Some(Seat { number, cut })
    }

    /// The queue, if this subscriber still holds it.
    fn held(&mut self, name: &str, seat: &Seat) -> Option<&mut Queue> {
        self.by_name.get_mut(name).filter(|queue| queue.is_held_by(seat.number))
    }

    /// Lets a subscriber go.
    fn leave(&mut self, name: &str, seat: &Seat) {
        if let Some(queue) = self.held(name, seat) {
            queue.leave();
        }
    }

    /// Cuts off whoever holds a queue. `false` when nobody does.
    pub(super) fn cut(&mut self, name: &str) -> bool {
        let queue = self.by_name.get_mut(name).filter(|queue| queue.is_connected());
        queue.map(Queue::leave).is_some()
    }

    /// Notes that a subscriber was heard.
    fn heard(&mut self, name: &str, seat: &Seat, now: i64) {
        if let Some(queue) = self.held(name, seat) {
            queue.heard(now);
        }
    }

    /// Ends the event of a receipt; `false` where there is none.
    pub(super) fn acknowledge(&mut self, name: &str, seat: &Seat, receipt: &str) -> bool {
        self.held(name, seat).is_some_and(|queue| queue.acknowledge(receipt))
    }

    /// What a subscriber's connection is to do now.
    pub(super) fn turn(
        &mut self,
        name: &str,
        seat: &Seat,
        faults: &mut Faults,
        ambient: &Ambient,
    ) -> Turn {
        let Some(queue) = self.held(name, seat) else { return Turn::Over };
        // Before anything is sent: an event that comes again is no sign of life.
        if queue.is_idle(faults, ambient.now()) {
            return Turn::Idle;
        }
        Turn::Send(queue.take(faults, ambient))
    }

    /// Lets go of what the fault kept behind.
    pub(super) fn release(&mut self) {
        self.by_name.values_mut().for_each(Queue::release);
    }

    /// Forgets everything but the connections.
    pub(super) fn forget(&mut self) {
        self.by_name.retain(|name, queue| name == DESK_QUEUE || queue.is_connected());
        self.by_name.values_mut().for_each(Queue::forget);
    }

    /// What `GET /control/state` tells of them, by name.
    pub(super) fn snapshot(&self) -> Value {
        self.by_name.iter().map(|(name, queue)| (name.clone(), queue.snapshot())).collect()
    }
}
