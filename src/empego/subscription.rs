//! Subscription to Empego's event queue (`docs/empego.md` §6.1): keeps a connection up, hands
//! events to a [`Sink`] in batches, and acknowledges each event once the sink has stored it.
//!
//! The protocol is decided here: close codes, reconnecting, keep-alive. The content of events is
//! not.

mod chunks;
mod connection;
mod health;

pub use health::{Health, QueueStatus, Snapshot};

use super::frames::Delivery;
use super::retry::Sleeper;
use crate::ambient::Ambient;
use async_trait::async_trait;
use connection::Ended;
use secrecy::SecretString;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use url::Url;

/// Delay before the first reconnect, in milliseconds; doubled each time.
const FIRST_DELAY_MS: u64 = 500;
/// Limit on the delay, in milliseconds.
const MAX_DELAY_MS: u64 = 60_000;
/// The first and the longest delay while another subscriber holds the queue, in milliseconds,
/// doubled from one to the next. An instance that lost its lease lets go within seconds; a stale
/// subscriber ends after 10 minutes without traffic.
const TAKEN_DELAY_MS: (u64, u64) = (1_000, 30_000);

/// Delay after an upgrade that was refused with 403, in milliseconds.
const FORBIDDEN_DELAY_MS: u64 = 300_000;

/// Receiver of events.
#[async_trait]
pub trait Sink: Send + Sync {
    /// Stores a batch. After `Ok` every event in it is acknowledged, so it must be durable.
    /// Redelivered events must have no effect.
    ///
    /// # Errors
    /// The batch was not stored: nothing is acknowledged, and all of it is delivered again.
    async fn take(&self, batch: Vec<Delivery>) -> Result<(), SinkError>;
}

/// The batch was not stored. The sink has logged why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SinkError;

/// Configuration of a subscription.
#[derive(Clone)]
pub struct Subscription {
    /// With the queue (`EMPEGO_EVENTS_URL`).
    pub url: Url,
    pub key: SecretString,
    /// Interval of keep-alive frames; documented: 2 to 3 minutes.
    pub ping: Duration,
    /// Idle timeout: a connection without incoming frames for this long is closed.
    pub idle_timeout: Duration,
    pub ambient: Ambient,
    pub sleeper: Arc<dyn Sleeper>,
}

/// Shows the host alone: the key is a secret.
impl fmt::Debug for Subscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subscription").field("host", &self.url.host_str()).finish_non_exhaustive()
    }
}

impl Subscription {
    /// Keeps the connection up until `stop` is cancelled, or Empego refuses the key, which takes a
    /// new configuration and so a restart.
    pub async fn run(&self, sink: &dyn Sink, health: &Health, stop: CancellationToken) {
        let (mut failures, mut taken) = (0, 0);
        while !stop.is_cancelled() {
            let before = health.snapshot().events;
            let ended = Box::pin(connection::run(self, sink, health, &stop)).await;
            // A connection that delivered events resets the backoff.
            if health.snapshot().events > before {
                (failures, taken) = (0, 0);
            }
            let delay = match ended {
                Ended::Stopped => break,
                Ended::Refused => {
                    health.set(QueueStatus::Refused, self.ambient.now());
                    tracing::error!(
                        "Empego's event queue refused the key: correct EMPEGO_API_KEY and restart; \
                         no events are received until then"
                    );
                    break;
                }
                Ended::Taken => {
                    health.set(QueueStatus::InUse, self.ambient.now());
                    tracing::warn!("another subscriber holds Empego's event queue; retrying");
                    let (first, longest) = TAKEN_DELAY_MS;
                    let delay = first.saturating_mul(1 << taken.min(16)).min(longest);
                    taken += 1;
                    self.jitter(delay)
                }
                Ended::Forbidden => {
                    health.set(QueueStatus::Forbidden, self.ambient.now());
                    tracing::error!(
                        "the upgrade to Empego's event queue was refused with 403: look at \
                         EMPEGO_EVENTS_URL, at EMPEGO_API_KEY, and at gateways and proxies on the \
                         way; retrying"
                    );
                    self.jitter(FORBIDDEN_DELAY_MS)
                }
                Ended::Lost(reason) => {
                    health.set(QueueStatus::Down, self.ambient.now());
                    tracing::info!(
                        reason,
                        "the connection to Empego's event queue ended; reconnecting"
                    );
                    let delay =
                        FIRST_DELAY_MS.saturating_mul(1 << failures.min(16)).min(MAX_DELAY_MS);
                    failures += 1;
                    self.jitter(delay)
                }
            };
            let _ = stop.run_until_cancelled(self.sleeper.sleep(delay)).await;
        }
        if health.snapshot().link != QueueStatus::Refused {
            health.set(QueueStatus::Off, self.ambient.now());
        }
    }

    /// Connects once, without taking events, and reports whether Empego accepts the connection. For
    /// the connection check while no desk runs: a running desk holds the queue, which gives
    /// [`QueueStatus::InUse`].
    pub async fn probe(&self) -> QueueStatus {
        connection::probe(self).await
    }

    /// A random delay between half of `ms` and `ms`, so that clients that lost the connection
    /// together do not reconnect together.
    fn jitter(&self, ms: u64) -> Duration {
        let half = ms / 2;
        let random = u64::from(u32::from_le_bytes(self.ambient.bytes()));
        Duration::from_millis(half + random % (half + 1))
    }
}
