//! How often one address, and one link, may ask for what costs something or could be guessed. Each instance counts for
//! itself: these keep a flood out, and the store's own lock (which all instances share) keeps guessing out.

use crate::ambient::Ambient;
use crate::error::AppError;
use governor::clock::Clock;
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// How many questions pass before keys that nobody used lately are forgotten.
const SWEEP: u32 = 4_096;

/// What is limited, with how many at once and how many a minute after that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// Sign-ins from one address. A whole clinic can be behind it.
    SignIn,
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
    const ALL: [(Self, u32, u32); 6] = [
        (Self::SignIn, 20, 30),
        (Self::Link, 400, 1_200),
        (Self::Start, 100, 300),
        (Self::Report, 400, 1_200),
        (Self::StartOfLink, 12, 12),
        (Self::ReportOfLink, 60, 60),
    ];
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

type Limiter = RateLimiter<String, DashMapStateStore<String>, Ticks, NoOpMiddleware<Nanos>>;

/// Counts who asked how often.
pub struct Limits {
    /// In the order of [`Limit::ALL`]; empty = nothing is limited.
    limiters: Vec<Limiter>,
    asked: AtomicU32,
    clock: Ticks,
}

impl Limits {
    /// Limits by this clock, or none at all (`DESK_RATE_LIMITS=off`).
    #[must_use]
    pub fn new(on: bool, ambient: &Ambient) -> Self {
        let clock = Ticks(ambient.clone());
        let limiter = |(_, burst, a_minute): (Limit, u32, u32)| {
            let one = NonZeroU32::MIN;
            let quota = Quota::per_minute(NonZeroU32::new(a_minute).unwrap_or(one)).allow_burst(NonZeroU32::new(burst).unwrap_or(one));
            RateLimiter::new(quota, DashMapStateStore::default(), clock.clone())
        };
        let limiters = if on { Limit::ALL.map(limiter).into() } else { Vec::new() };
        Self { limiters, asked: AtomicU32::new(0), clock }
    }

    /// Takes one turn for this address or link.
    ///
    /// # Errors
    /// [`AppError::TooMany`] when there is none left.
    pub fn take(&self, limit: Limit, key: &str) -> Result<(), AppError> {
        let place = Limit::ALL.iter().position(|(known, ..)| *known == limit);
        let Some(limiter) = place.and_then(|place| self.limiters.get(place)) else { return Ok(()) };
        if self.asked.fetch_add(1, Ordering::Relaxed) % SWEEP == SWEEP - 1 {
            self.limiters.iter().for_each(RateLimiter::retain_recent);
        }
        limiter.check_key(&key.to_owned()).map_err(|until| {
            metrics::counter!("desk_limited_total", "what" => format!("{limit:?}")).increment(1);
            let wait = until.wait_time_from(self.clock.now());
            AppError::TooMany { seconds: wait.as_secs().saturating_add(1) }
        })
    }
}

/// The limit by address of a server function, if it has one.
#[must_use]
pub fn of_function(name: &str) -> Option<Limit> {
    match name {
        "sign_in" => Some(Limit::SignIn),
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

    #[test]
    fn turns_run_out_for_one_key_and_come_back_with_time() {
        let hand = Arc::new(Hand(AtomicI64::new(1_790_000_000_000)));
        let limits = Limits::new(true, &Ambient { clock: hand.clone(), entropy: Arc::new(System) });
        for _ in 0..12 {
            assert_eq!(limits.take(Limit::StartOfLink, "a"), Ok(()));
        }
        assert_eq!(limits.take(Limit::StartOfLink, "a"), Err(AppError::TooMany { seconds: 6 }));
        assert_eq!(limits.take(Limit::StartOfLink, "b"), Ok(()), "another link has turns of its own");
        hand.0.fetch_add(5_000, Ordering::SeqCst);
        assert_eq!(limits.take(Limit::StartOfLink, "a"), Ok(()));
        assert!(limits.take(Limit::StartOfLink, "a").is_err());
    }

    #[test]
    fn switched_off_nothing_is_limited() {
        let limits = Limits::new(false, &Ambient::system());
        assert!((0..10_000).all(|_| limits.take(Limit::SignIn, "a").is_ok()));
    }
}
