//! Rate limits by client address and by link. Each instance counts on its own: these limits stop
//! floods, and lockouts in the store, which all instances share, stop guessing.
//!
//! Keys are hashes of a fixed size and their number is bounded, so that a client that sends a new
//! value with each request cannot exhaust memory.

mod refusals;

pub use refusals::RefusalRow;

use crate::ambient::Ambient;
use crate::error::AppError;
use crate::model::client::rate_limit_key;
use governor::clock::Clock;
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};
use refusals::LoggedRefusals;
use sha2::{Digest, Sha256};
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Unused keys are removed after this many checks.
const SWEEP_INTERVAL: u32 = 4_096;
/// How many keys of one limit are counted separately. Further keys share 256 groups, by their first
/// byte, until the next sweep.
const MAX_KEYS: usize = 65_536;
/// How often the same refusal of the same client is written to the audit log, in milliseconds.
const REFUSAL_LOG_MS: i64 = 600_000;

/// A limited kind of request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// Sign-ins, by address. A whole clinic can share one.
    SignIn,
    /// Requests of the sign-in through the provider, by address: each sign-in makes two of them.
    Provider,
    /// Pages of links, by address: mail scanners and previews open a link many times.
    Link,
    /// Starts of a questionnaire, by address.
    Start,
    /// Reports and state requests, by address.
    Report,
    /// Starts, by link: each one requests a presigned URL.
    StartOfLink,
    /// Reports and state requests, by link.
    ReportOfLink,
}

impl Limit {
    /// Each limit with its burst and its rate per minute.
    const ALL: [(Self, u32, u32); 7] = [
        (Self::SignIn, 20, 30),
        (Self::Provider, 40, 60),
        (Self::Link, 400, 1_200),
        (Self::Start, 100, 300),
        (Self::Report, 400, 1_200),
        (Self::StartOfLink, 12, 12),
        (Self::ReportOfLink, 60, 60),
    ];

    /// The key of an address or a link's token.
    fn key(self, subject: &str) -> Key {
        match self {
            Self::StartOfLink | Self::ReportOfLink => hash(subject),
            Self::SignIn | Self::Provider | Self::Link | Self::Start | Self::Report => {
                hash(rate_limit_key(subject))
            }
        }
    }
}

/// A SHA-256 hash.
type Key = [u8; 32];

fn hash(text: impl AsRef<[u8]>) -> Key {
    Sha256::digest(text).into()
}

/// Adapts the application's clock to the limiter, which must not go back: after a clock that was
/// set back it goes on from where it was. Otherwise every key would be limited until then.
#[derive(Clone)]
struct LimiterClock {
    ambient: Ambient,
    /// The latest time, and how far it is ahead of the application's clock, in milliseconds.
    latest: Arc<Mutex<(i64, i64)>>,
}

impl Clock for LimiterClock {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        let now = self.ambient.now();
        let mut latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        let (before, ahead) = *latest;
        let time = before.max(now.saturating_add(ahead));
        *latest = (time, time.saturating_sub(now));
        Nanos::from(Duration::from_millis(u64::try_from(time).unwrap_or(0)))
    }
}

type Limiter = RateLimiter<Key, DashMapStateStore<Key>, LimiterClock, NoOpMiddleware<Nanos>>;

/// The rate limiters of one instance.
pub struct Limits {
    /// In the order of [`Limit::ALL`]; empty = no rate limits.
    limiters: Vec<Limiter>,
    refusals: LoggedRefusals,
    checks: AtomicU32,
    clock: LimiterClock,
    max_keys: usize,
}

impl Limits {
    /// Creates the limiters. `on` is `DESK_RATE_LIMITS`.
    #[must_use]
    pub fn new(on: bool, ambient: &Ambient) -> Self {
        Self::with_max_keys(on, ambient, MAX_KEYS)
    }

    fn with_max_keys(on: bool, ambient: &Ambient, max_keys: usize) -> Self {
        let clock = LimiterClock { ambient: ambient.clone(), latest: Arc::default() };
        let limiter = |quota| RateLimiter::new(quota, DashMapStateStore::default(), clock.clone());
        let one = NonZeroU32::MIN;
        let of = |(_, burst, rate): (Limit, u32, u32)| {
            limiter(
                Quota::per_minute(NonZeroU32::new(rate).unwrap_or(one))
                    .allow_burst(NonZeroU32::new(burst).unwrap_or(one)),
            )
        };
        let limiters = if on { Limit::ALL.map(of).into() } else { Vec::new() };
        let refusals = LoggedRefusals::new(ambient, max_keys);
        Self { limiters, refusals, checks: AtomicU32::new(0), clock, max_keys }
    }

    /// Counts one request of an address or a link's token.
    ///
    /// # Errors
    /// [`AppError::TooMany`] when the limit is exceeded.
    pub fn check(&self, limit: Limit, subject: &str) -> Result<(), AppError> {
        let index = Limit::ALL.iter().position(|(known, ..)| *known == limit);
        let Some(limiter) = index.and_then(|index| self.limiters.get(index)) else { return Ok(()) };
        limiter.check_key(&self.bounded_key(limiter, limit.key(subject))).map_err(|until| {
            metrics::counter!("desk_limited_total", "what" => format!("{limit:?}")).increment(1);
            let wait = until.wait_time_from(self.clock.now());
            AppError::TooMany { seconds: wait.as_secs().saturating_add(1) }
        })
    }

    /// The right to write a refusal of this kind to the audit log, for the first one in ten minutes
    /// from an address (IPv6: from its /64).
    #[must_use]
    pub fn refusal_row(&self, kind: &str, address: &str) -> Option<RefusalRow> {
        self.refusals.reserve(hash(format!("{kind} {}", rate_limit_key(address))))
    }

    /// The right to write a refusal of this kind to the audit log, for the first one in ten minutes
    /// in a session, named by the hash of its token.
    #[must_use]
    pub fn refusal_row_in_session(&self, kind: &str, session: &[u8]) -> Option<RefusalRow> {
        self.refusals.reserve(hash([kind.as_bytes(), b" ", session].concat()))
    }

    /// The key, or the key of its group when the limiter is full. Sweeps unused keys from time to
    /// time.
    fn bounded_key(&self, limiter: &Limiter, key: Key) -> Key {
        let checks = self.checks.fetch_add(1, Ordering::Relaxed);
        if checks % SWEEP_INTERVAL == SWEEP_INTERVAL - 1 {
            self.limiters.iter().for_each(RateLimiter::retain_recent);
            self.refusals.sweep();
        }
        if limiter.len() < self.max_keys { key } else { group(key) }
    }
}

/// The key that a key shares with others when there are too many.
fn group(key: Key) -> Key {
    let mut group = [0; 32];
    group[0] = key[0];
    group
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ambient::{Clock as DeskClock, System};
    use std::sync::atomic::AtomicI64;

    struct TestClock(AtomicI64);

    impl DeskClock for TestClock {
        fn now(&self) -> i64 {
            self.0.load(Ordering::SeqCst)
        }
    }

    fn test_clock() -> (Arc<TestClock>, Ambient) {
        let clock = Arc::new(TestClock(AtomicI64::new(1_790_000_000_000)));
        (clock.clone(), Ambient { clock, entropy: Arc::new(System) })
    }

    fn keys(limits: &Limits) -> usize {
        limits.limiters.iter().map(RateLimiter::len).sum::<usize>() + limits.refusals.len()
    }

    fn is_logged(limits: &Limits, kind: &str, address: &str) -> bool {
        limits.refusal_row(kind, address).map(RefusalRow::keep).is_some()
    }

    fn is_logged_in_session(limits: &Limits, kind: &str, session: &[u8]) -> bool {
        limits.refusal_row_in_session(kind, session).map(RefusalRow::keep).is_some()
    }

    #[test]
    fn a_refusal_whose_row_was_not_written_is_logged_the_next_time() {
        let (clock, ambient) = test_clock();
        let limits = Limits::new(true, &ambient);
        let row = limits.refusal_row("link", "a").expect("the first one");
        assert!(!is_logged(&limits, "link", "a"), "a row is being written");
        drop(row);
        assert!(is_logged(&limits, "link", "a") && !is_logged(&limits, "link", "a"));
        clock.0.fetch_sub(1, Ordering::SeqCst);
        assert!(is_logged(&limits, "link", "a"), "a clock that went back hides nothing");
    }

    #[test]
    fn a_key_is_limited_and_recovers_with_time() {
        let (clock, ambient) = test_clock();
        let limits = Limits::new(true, &ambient);
        for _ in 0..12 {
            assert_eq!(limits.check(Limit::StartOfLink, "a"), Ok(()));
        }
        assert_eq!(limits.check(Limit::StartOfLink, "a"), Err(AppError::TooMany { seconds: 6 }));
        assert_eq!(
            limits.check(Limit::StartOfLink, "b"),
            Ok(()),
            "another link is counted separately"
        );
        clock.0.fetch_add(5_000, Ordering::SeqCst);
        assert_eq!(limits.check(Limit::StartOfLink, "a"), Ok(()));
        assert!(limits.check(Limit::StartOfLink, "a").is_err());
        // A clock that was ahead for a while limits no key until then.
        clock.0.fetch_add(1_000_000_000_000, Ordering::SeqCst);
        assert_eq!(limits.check(Limit::StartOfLink, "a"), Ok(()));
        clock.0.fetch_sub(1_000_000_000_000, Ordering::SeqCst);
        assert_eq!(limits.check(Limit::StartOfLink, "a"), Ok(()));
        assert_eq!(limits.check(Limit::StartOfLink, "c"), Ok(()));
        while limits.check(Limit::StartOfLink, "a").is_ok() {}
        clock.0.fetch_add(5_000, Ordering::SeqCst);
        assert_eq!(limits.check(Limit::StartOfLink, "a"), Ok(()), "time goes on");
    }

    #[test]
    fn without_rate_limits_only_refusals_in_the_log_are_limited() {
        let limits = Limits::new(false, &Ambient::system());
        assert!((0..10_000).all(|_| limits.check(Limit::SignIn, "a").is_ok()));
        assert!(is_logged(&limits, "ticket", "a") && !is_logged(&limits, "ticket", "a"));
    }

    #[test]
    fn the_number_and_size_of_keys_are_bounded() {
        let (clock, ambient) = test_clock();
        let limits = Limits::with_max_keys(true, &ambient, 100);
        let long = "x".repeat(256 * 1024);
        for n in 0..1_000 {
            // The last ones share a group and may be limited.
            limits.check(Limit::StartOfLink, &format!("{n}{long}")).ok();
            is_logged(&limits, &format!("{n}"), "203.0.113.5");
        }
        assert!((100..=2 * (100 + 256)).contains(&keys(&limits)), "{}", keys(&limits));
        clock.0.fetch_add(3_600_000, Ordering::SeqCst);
        for _ in 0..SWEEP_INTERVAL {
            limits.check(Limit::Link, "203.0.113.5").ok();
        }
        assert_eq!(keys(&limits), 1, "unused keys are removed");
    }

    #[test]
    fn the_addresses_of_one_network_are_counted_together() {
        let (_, ambient) = test_clock();
        let limits = Limits::new(true, &ambient);
        let mut taken = (0..100_u32)
            .filter(|n| limits.check(Limit::SignIn, &format!("2001:db8:1:2::{n:x}")).is_ok());
        assert_eq!(taken.by_ref().count(), 20);
        assert!(limits.check(Limit::SignIn, "2001:db8:1:3::1").is_ok());
        assert!(
            is_logged(&limits, "ticket", "2001:db8:1:2::1")
                && !is_logged(&limits, "ticket", "2001:db8:1:2::2")
        );
        assert!(
            is_logged(&limits, "ticket", "2001:db8:1:3::1")
                && is_logged(&limits, "session", "2001:db8:1:2::1")
        );
    }

    #[test]
    fn a_refusal_in_a_session_is_logged_once_in_ten_minutes() {
        let (clock, ambient) = test_clock();
        let limits = Limits::new(true, &ambient);
        assert!(
            is_logged_in_session(&limits, "page", &[1; 32])
                && !is_logged_in_session(&limits, "page", &[1; 32])
        );
        assert!(is_logged_in_session(&limits, "page", &[2; 32]), "another session");
        assert!(is_logged_in_session(&limits, "function", &[1; 32]), "something else");
        clock.0.fetch_add(600_000, Ordering::SeqCst);
        assert!(is_logged_in_session(&limits, "page", &[1; 32]));
    }
}
