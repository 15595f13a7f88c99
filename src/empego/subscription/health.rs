//! How the event queue is doing, for the connection check and the metrics.

use std::sync::{Mutex, PoisonError};

/// Where the connection stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Link {
    /// There is no event queue, or the desk stops.
    #[default]
    Off,
    /// On its way.
    Down,
    /// Up.
    Up,
    /// Another subscriber holds the queue (4409).
    Taken,
    /// The key was refused (4401): nothing is tried any more.
    Refused,
}

/// How it is doing at a moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Snapshot {
    /// Where the connection stands.
    pub link: Link,
    /// Since when, in milliseconds (UTC).
    pub since: i64,
    /// When the last event came, in milliseconds (UTC); 0 = none yet.
    pub last_event_at: i64,
    /// How long it had been on its way then, in milliseconds: our clock against Empego's.
    pub lag_ms: i64,
    /// Events that were taken since the start, repeated ones included.
    pub events: u64,
    /// Frames that could not be read.
    pub malformed: u64,
    /// Connections that were made since the start.
    pub connections: u64,
}

/// Keeps count. Shared by whoever looks.
#[derive(Debug, Default)]
pub struct Health(Mutex<Snapshot>);

impl Health {
    /// How it is doing now.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn change(&self, change: impl FnOnce(&mut Snapshot)) {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }

    pub(super) fn set(&self, link: Link, now: i64) {
        self.change(|snapshot| {
            if snapshot.link != link {
                snapshot.link = link;
                snapshot.since = now;
            }
            if link == Link::Up {
                snapshot.connections += 1;
            }
        });
        metrics::gauge!("desk_events_connected").set(if link == Link::Up { 1.0 } else { 0.0 });
        metrics::gauge!("desk_events_refused").set(if link == Link::Refused { 1.0 } else { 0.0 });
    }
}
