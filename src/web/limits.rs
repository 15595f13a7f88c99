//! How often one address, and one link, may ask for what costs something or could be guessed. Each
//! instance counts for itself: these keep a flood out, and the store's own lock (which all
//! instances share) keeps guessing out.
//!
//! What is counted by is a hash of fixed size, and there are no more than so many: whoever sends
//! other words each time fills no memory.

use crate::ambient::Ambient;
use crate::error::AppError;
use crate::model::client::place;
use governor::clock::Clock;
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};
use sha2::{Digest, Sha256};
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// How many questions pass before keys that nobody used lately are forgotten.
const SWEEP: u32 = 4_096;
/// How many keys of one limit have turns of their own. Newcomers beyond that share theirs, in 256
/// groups by the first byte of the key, until a sweep.
const MOST_KEYS: usize = 65_536;
/// How long after a refusal the next one of the same kind from the same place gets into the audit
/// log.
const SAME_REFUSAL: Duration = Duration::from_secs(600);

/// What is limited, with how many at once and how many a minute after that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// Sign-ins from one address. A whole clinic can be behind it.
    SignIn,
    /// Requests of sign-ins through the provider from one address: each sign-in is two of them.
    Provider,
    /// Pages of links from one address: mail scanners and previews open a link many times.
    Link,
    /// Starts from one address.
    Start,
    /// Reports and questions about the state from one address.
    Report,
    /// Starts of one link: each mints a presigned URL.
    StartOfLink,
    /// Reports and questions about the state of one link.
    ReportOfLink,
}

impl Limit {
    const ALL: [(Self, u32, u32); 7] = [
        (Self::SignIn, 20, 30),
        (Self::Provider, 40, 60),
        (Self::Link, 400, 1_200),
        (Self::Start, 100, 300),
        (Self::Report, 400, 1_200),
        (Self::StartOfLink, 12, 12),
        (Self::ReportOfLink, 60, 60),
    ];

    /// What turns are counted by: of an address, its place.
    fn key(self, asked: &str) -> Key {
        match self {
            Self::StartOfLink | Self::ReportOfLink => hash(asked),
            Self::SignIn | Self::Provider | Self::Link | Self::Start | Self::Report => {
                hash(place(asked))
            }
        }
    }
}

/// SHA-256 of what is counted by.
type Key = [u8; 32];

fn hash(words: impl AsRef<[u8]>) -> Key {
    Sha256::digest(words).into()
}

/// The desk's clock, for the limiter.
#[derive(Clone)]
struct Ticks(Ambient);

impl Clock for Ticks {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        Nanos::from(Duration::from_millis(u64::try_from(self.0.now()).unwrap_or(0)))
    }
}

type Limiter = RateLimiter<Key, DashMapStateStore<Key>, Ticks, NoOpMiddleware<Nanos>>;

/// Counts who asked how often.
pub struct Limits {
    /// In the order of [`Limit::ALL`]; empty = nothing is limited.
    limiters: Vec<Limiter>,
    /// Which refusals were written down a moment ago. Never off: what it bounds is the audit log.
    refusals: Limiter,
    asked: AtomicU32,
    clock: Ticks,
    most: usize,
}

impl Limits {
    /// Limits by this clock, or none at all (`DESK_RATE_LIMITS=off`).
    #[must_use]
    pub fn new(on: bool, ambient: &Ambient) -> Self {
        Self::bounded(on, ambient, MOST_KEYS)
    }

    fn bounded(on: bool, ambient: &Ambient, most: usize) -> Self {
        let clock = Ticks(ambient.clone());
        let limiter = |quota| RateLimiter::new(quota, DashMapStateStore::default(), clock.clone());
        let one = NonZeroU32::MIN;
        let of = |(_, burst, a_minute): (Limit, u32, u32)| {
            limiter(
                Quota::per_minute(NonZeroU32::new(a_minute).unwrap_or(one))
                    .allow_burst(NonZeroU32::new(burst).unwrap_or(one)),
            )
        };
        let limiters = if on { Limit::ALL.map(of).into() } else { Vec::new() };
        let refusals = limiter(Quota::with_period(SAME_REFUSAL).unwrap_or(Quota::per_hour(one)));
        Self { limiters, refusals, asked: AtomicU32::new(0), clock, most }
    }

    /// Takes one turn for this address or link.
    ///
    /// # Errors
    /// [`AppError::TooMany`] when there is none left.
    pub fn take(&self, limit: Limit, asked: &str) -> Result<(), AppError> {
        let place = Limit::ALL.iter().position(|(known, ..)| *known == limit);
        let Some(limiter) = place.and_then(|place| self.limiters.get(place)) else { return Ok(()) };
        limiter.check_key(&self.room_for(limiter, limit.key(asked))).map_err(|until| {
            metrics::counter!("desk_limited_total", "what" => format!("{limit:?}")).increment(1);
            let wait = until.wait_time_from(self.clock.now());
            AppError::TooMany { seconds: wait.as_secs().saturating_add(1) }
        })
    }

    /// Whether a refusal of this kind from this address is to be written down: the first one in a
    /// while is.
    #[must_use]
    pub fn is_first_refusal(&self, what: &str, address: &str) -> bool {
        self.is_first(hash(format!("{what} {}", place(address))))
    }

    /// The same of what is refused in one session, which is named by the hash of its token.
    #[must_use]
    pub fn is_first_refusal_in(&self, what: &str, session: &[u8]) -> bool {
        self.is_first(hash([what.as_bytes(), b" ", session].concat()))
    }

    fn is_first(&self, key: Key) -> bool {
        self.refusals.check_key(&self.room_for(&self.refusals, key)).is_ok()
    }

    /// The key, or one that is shared when there are too many. From time to time those that nobody
    /// used lately go.
    fn room_for(&self, limiter: &Limiter, key: Key) -> Key {
        if self.asked.fetch_add(1, Ordering::Relaxed) % SWEEP == SWEEP - 1 {
            self.limiters.iter().chain([&self.refusals]).for_each(RateLimiter::retain_recent);
        }
        if limiter.len() < self.most {
            return key;
        }
        let mut shared = [0; 32];
        shared[0] = key[0];
        shared
    }
}

/// The limit by address of a server function, if it has one.
#[must_use]
pub fn of_function(name: &str) -> Option<Limit> {
    match name {
        "sign_in" | "verify_code" | "set_password" => Some(Limit::SignIn),
        "start_consultation" => Some(Limit::Start),
        "report_message" | "consultation_state" => Some(Limit::Report),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ambient::{Clock as DeskClock, System};
    use std::sync::Arc;
    use std::sync::atomic::AtomicI64;

    struct Hand(AtomicI64);

    impl DeskClock for Hand {
        fn now(&self) -> i64 {
            self.0.load(Ordering::SeqCst)
        }
    }

    fn hand() -> (Arc<Hand>, Ambient) {
        let hand = Arc::new(Hand(AtomicI64::new(1_790_000_000_000)));
        (hand.clone(), Ambient { clock: hand, entropy: Arc::new(System) })
    }

    fn keys(limits: &Limits) -> usize {
        limits.limiters.iter().chain([&limits.refusals]).map(RateLimiter::len).sum()
    }

    #[test]
    fn turns_run_out_for_one_key_and_come_back_with_time() {
        let (hand, ambient) = hand();
        let limits = Limits::new(true, &ambient);
        for _ in 0..12 {
            assert_eq!(limits.take(Limit::StartOfLink, "a"), Ok(()));
        }
        assert_eq!(limits.take(Limit::StartOfLink, "a"), Err(AppError::TooMany { seconds: 6 }));
        assert_eq!(
            limits.take(Limit::StartOfLink, "b"),
            Ok(()),
            "another link has turns of its own"
        );
        hand.0.fetch_add(5_000, Ordering::SeqCst);
        assert_eq!(limits.take(Limit::StartOfLink, "a"), Ok(()));
        assert!(limits.take(Limit::StartOfLink, "a").is_err());
    }

    #[test]
    fn switched_off_nothing_is_limited_but_what_the_log_takes() {
        let limits = Limits::new(false, &Ambient::system());
        assert!((0..10_000).all(|_| limits.take(Limit::SignIn, "a").is_ok()));
        assert!(limits.is_first_refusal("ticket", "a") && !limits.is_first_refusal("ticket", "a"));
    }

    #[test]
    fn many_long_words_take_no_more_memory_than_a_few_keys() {
        let (hand, ambient) = hand();
        let limits = Limits::bounded(true, &ambient, 100);
        let long = "x".repeat(256 * 1024);
        for n in 0..1_000 {
            // The last ones share their turns, and may be told to wait.
            limits.take(Limit::StartOfLink, &format!("{n}{long}")).ok();
            let _ = limits.is_first_refusal(&format!("{n}"), "203.0.113.5");
        }
        assert!((100..=2 * (100 + 256)).contains(&keys(&limits)), "{}", keys(&limits));
        hand.0.fetch_add(3_600_000, Ordering::SeqCst);
        for _ in 0..SWEEP {
            limits.take(Limit::Link, "203.0.113.5").ok();
        }
        assert_eq!(keys(&limits), 1, "what nobody used lately is forgotten");
    }

    #[test]
    fn the_addresses_of_one_network_share_their_turns() {
        let (_, ambient) = hand();
        let limits = Limits::new(true, &ambient);
        let mut taken = (0..100_u32)
            .filter(|n| limits.take(Limit::SignIn, &format!("2001:db8:1:2::{n:x}")).is_ok());
        assert_eq!(taken.by_ref().count(), 20);
        assert!(limits.take(Limit::SignIn, "2001:db8:1:3::1").is_ok());
        assert!(
            limits.is_first_refusal("ticket", "2001:db8:1:2::1")
                && !limits.is_first_refusal("ticket", "2001:db8:1:2::2")
        );
        assert!(
            limits.is_first_refusal("ticket", "2001:db8:1:3::1")
                && limits.is_first_refusal("session", "2001:db8:1:2::1")
        );
    }

    #[test]
    fn a_refusal_in_a_session_is_the_first_once_in_ten_minutes() {
        let (hand, ambient) = hand();
        let limits = Limits::new(true, &ambient);
        assert!(
            limits.is_first_refusal_in("page", &[1; 32])
                && !limits.is_first_refusal_in("page", &[1; 32])
        );
        assert!(limits.is_first_refusal_in("page", &[2; 32]), "another session");
        assert!(limits.is_first_refusal_in("function", &[1; 32]), "something else");
        hand.0.fetch_add(600_000, Ordering::SeqCst);
        assert!(limits.is_first_refusal_in("page", &[1; 32]));
    }
}
