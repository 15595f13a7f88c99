//! State of the event queue, for the connection check and the metrics.

use std::sync::{Mutex, PoisonError};

/// State of the connection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum QueueStatus {
    /// There is no event queue, or the desk is stopping.
    #[default]
    Off,
    /// Connecting, or waiting to reconnect.
    Down,
    Up,
    /// Another subscriber holds the queue (4409).
    InUse,
    /// Another instance of the desk holds the subscription, as it should.
    Elsewhere,
    /// The key was refused (4401, or 401). Not retried.
    Refused,
    /// The upgrade was refused with 403, by Empego or by a gateway on the way. Retried slowly.
    Forbidden,
}

/// The state at one time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Snapshot {
    pub link: QueueStatus,
    /// Time of the last change of `link`, in milliseconds (UTC).
    pub since: i64,
    /// Arrival of the last event, in milliseconds (UTC); 0 = none yet.
    pub last_event_at: i64,
    /// Age of that event on arrival, in milliseconds: our clock against Empego's.
    pub lag_ms: i64,
    /// Events since the start, redeliveries included.
    pub events: u64,
    /// Frames that could not be read.
    pub malformed: u64,
    /// Connections since the start.
    pub connections: u64,
}

/// The shared state.
#[derive(Debug, Default)]
pub struct Health(Mutex<Snapshot>);

impl Health {
    /// A copy of the current state.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes that another instance holds the subscription. `now` is in milliseconds (UTC).
    pub fn set_elsewhere(&self, now: i64) {
        self.set(QueueStatus::Elsewhere, now);
    }

    pub(super) fn change(&self, change: impl FnOnce(&mut Snapshot)) {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }

    pub(super) fn set(&self, link: QueueStatus, now: i64) {
        self.change(|snapshot| {
            if snapshot.link != link {
                snapshot.link = link;
                snapshot.since = now;
            }
            if link == QueueStatus::Up {
                snapshot.connections += 1;
            }
        });
        metrics::gauge!("desk_events_connected").set(if link == QueueStatus::Up {
            1.0
        } else {
            0.0
        });
        let refused = matches!(link, QueueStatus::Refused | QueueStatus::Forbidden);
        metrics::gauge!("desk_events_refused").set(if refused { 1.0 } else { 0.0 });
    }
}
