//! The connection to Empego's event queue (`empego-api.md` §6.1): it is kept up, events are handed
//! on in batches, and each is acknowledged once it has been taken.
//!
//! Everything is decided here that has to be right about the protocol: what a close code means,
//! when to come back, when to say that one is there. What an event says is no concern of this file.

mod connection;
mod health;

pub use health::{Health, Link, Snapshot};

use super::frames::Delivery;
use super::retry::Sleeper;
use crate::ambient::Ambient;
use async_trait::async_trait;
use connection::End;
use secrecy::SecretString;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use url::Url;

/// How long the first wait before another connection is, in milliseconds; each further one is twice
/// as long.
const FIRST_WAIT_MS: u64 = 500;
/// How long waits get, in milliseconds.
const LONGEST_WAIT_MS: u64 = 60_000;
/// How long to wait while another subscriber holds the queue, in milliseconds. A stale one ends
/// after 10 minutes without traffic.
const TAKEN_WAIT_MS: u64 = 30_000;

/// Whoever takes events.
#[async_trait]
pub trait Sink: Send + Sync {
    /// Takes a batch: on `Ok` it is kept, whatever happens next, and every event in it is
    /// acknowledged. An event that came before is taken again and changes nothing.
    ///
    /// # Errors
    /// When it could not be kept: nothing is acknowledged, and all of it comes again.
    async fn take(&self, batch: Vec<Delivery>) -> Result<(), SinkError>;
}

/// The batch could not be kept. Why is in the log of whoever says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SinkError;

/// What a subscription needs.
#[derive(Clone)]
pub struct Subscription {
    /// The whole address, queue included (`EMPEGO_EVENTS_URL`).
    pub url: Url,
    /// Empego's API key.
    pub key: SecretString,
    /// How often the server is told that we are there: every 2 to 3 minutes, as documented.
    pub ping: Duration,
    /// How long a connection may be silent before it is taken for dead.
    pub silence: Duration,
    /// Clock and randomness.
    pub ambient: Ambient,
    /// Waits.
    pub sleeper: Arc<dyn Sleeper>,
}

/// The address names the queue, which is no secret; the key is.
impl fmt::Debug for Subscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subscription").field("host", &self.url.host_str()).finish_non_exhaustive()
    }
}

impl Subscription {
    /// Keeps the connection up and hands events on, until `stop` is cancelled or Empego refuses the
    /// key: then nothing is tried again before the configuration changes, which takes another
    /// start.
    pub async fn run(&self, sink: &dyn Sink, health: &Health, stop: CancellationToken) {
        let mut failures = 0;
        while !stop.is_cancelled() {
            let before = health.snapshot().events;
            let end = Box::pin(connection::hold(self, sink, health, &stop)).await;
            // Whatever worked for a while starts the waits anew.
            if health.snapshot().events > before {
                failures = 0;
            }
            let wait = match end {
                End::Stopped => break,
                End::Refused => {
                    health.set(Link::Refused, self.ambient.now());
                    tracing::error!(
                        "Empego's event queue refused our key: nothing is heard from it until EMPEGO_API_KEY is right and the desk is started again"
                    );
                    break;
                }
                End::Taken => {
                    health.set(Link::Taken, self.ambient.now());
                    tracing::warn!("another subscriber holds Empego's event queue; trying again");
                    self.jitter(TAKEN_WAIT_MS)
                }
                End::Lost(why) => {
                    health.set(Link::Down, self.ambient.now());
                    tracing::info!(
                        why,
                        "the connection to Empego's event queue ended; trying again"
                    );
                    let wait =
                        FIRST_WAIT_MS.saturating_mul(1 << failures.min(16)).min(LONGEST_WAIT_MS);
                    failures += 1;
                    self.jitter(wait)
                }
            };
            let _ = stop.run_until_cancelled(self.sleeper.sleep(wait)).await;
        }
        if health.snapshot().link != Link::Refused {
            health.set(Link::Off, self.ambient.now());
        }
    }

    /// Connects once, sees whether it is let stay, and leaves again, taking nothing. For the
    /// connection check of a desk that does not run: a running one holds the queue itself, which
    /// reads as [`Link::Taken`].
    pub async fn probe(&self) -> Link {
        connection::probe(self).await
    }

    /// Between half of a wait and the whole of it, so that desks that lost Empego together do not
    /// come back together.
    fn jitter(&self, ms: u64) -> Duration {
        let half = ms / 2;
        let random = u64::from(u32::from_le_bytes(self.ambient.bytes()));
        Duration::from_millis(half + random % (half + 1))
    }
}
