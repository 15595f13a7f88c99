//! Whether and when a call is retried.

use crate::ambient::Ambient;
use async_trait::async_trait;
use std::time::Duration;

/// Limit on the attempts of one call.
pub const MAX_ATTEMPTS: u32 = 3;
/// Limit on a `Retry-After` that a call waits for, since a user is waiting too. A longer one is
/// returned to the caller at once.
pub const MAX_RETRY_AFTER: Duration = Duration::from_secs(3);
/// Cap on a `Retry-After`.
const RETRY_AFTER_CAP: Duration = Duration::from_secs(24 * 60 * 60);
/// Delay before the second attempt, in milliseconds; doubled for the third.
const FIRST_DELAY_MS: u64 = 250;

/// Waits. Injected, so that tests need not wait.
#[async_trait]
pub trait Sleeper: Send + Sync {
    /// Returns after `duration`.
    async fn sleep(&self, duration: Duration);
}

/// Waits with tokio's timer.
pub struct TokioSleeper;

#[async_trait]
impl Sleeper for TokioSleeper {
    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}

/// The delay after `attempts` attempts, the last of which returned `retry_after`. `None`: give up.
///
/// Half of the delay is random, so that clients that were refused together do not retry together.
#[must_use]
pub fn delay(ambient: &Ambient, attempts: u32, retry_after: Option<Duration>) -> Option<Duration> {
    if attempts >= MAX_ATTEMPTS || retry_after.is_some_and(|asked| asked > MAX_RETRY_AFTER) {
        return None;
    }
    let full = FIRST_DELAY_MS << attempts.saturating_sub(1);
    let jitter = u64::from_le_bytes(ambient.bytes()) % (full / 2 + 1);
    let own = Duration::from_millis(full / 2 + jitter);
    Some(retry_after.map_or(own, |asked| asked.max(own)))
}

/// Parses `Retry-After`: seconds, or a date (RFC 9110 §10.2.3). `now` is in milliseconds (UTC). A
/// past date means no delay. `None` for anything else.
#[must_use]
pub fn retry_after(value: &str, now: i64) -> Option<Duration> {
    let value = value.trim();
    let asked = match value.parse::<u64>() {
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_) => {
            let date = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(value).ok()?;
            Duration::from_millis(
                u64::try_from(date.as_millisecond().saturating_sub(now)).unwrap_or(0),
            )
        }
    };
    Some(asked.min(RETRY_AFTER_CAP))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ambient::{Clock, Entropy};
    use std::sync::Arc;

    struct Fixed(u8);

    impl Clock for Fixed {
        fn now(&self) -> i64 {
            0
        }
    }

    impl Entropy for Fixed {
        fn fill(&self, buffer: &mut [u8]) {
            buffer.fill(self.0);
        }
    }

    #[test]
    fn delays_double_and_half_of_each_is_random() {
        for byte in [0, 1, 0x7f, 0xff] {
            let ambient = Ambient { clock: Arc::new(Fixed(byte)), entropy: Arc::new(Fixed(byte)) };
            let millis = |attempts| delay(&ambient, attempts, None).map(|delay| delay.as_millis());
            assert!((125..=250).contains(&millis(1).expect("a second try")));
            assert!((250..=500).contains(&millis(2).expect("a third try")));
            assert_eq!(millis(3), None);
        }
    }

    #[test]
    fn retry_after_is_honoured_up_to_three_seconds() {
        let ambient = Ambient { clock: Arc::new(Fixed(0)), entropy: Arc::new(Fixed(0)) };
        let millis = |asked| {
            delay(&ambient, 1, Some(Duration::from_millis(asked))).map(|delay| delay.as_millis())
        };
        assert_eq!(millis(0), Some(125), "never without a delay");
        assert_eq!(millis(2_000), Some(2_000));
        assert_eq!(millis(3_000), Some(3_000));
        assert_eq!(millis(3_001), None);
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        // 1994-11-06T08:49:37Z, the date of RFC 9110's own examples.
        let date = 784_111_777_000;
        let seconds = |value: &str, now| retry_after(value, now).map(|asked| asked.as_secs());
        assert_eq!(seconds("2", 0), Some(2));
        assert_eq!(seconds(" 120 ", 0), Some(120));
        assert_eq!(seconds("Sun, 06 Nov 1994 08:49:37 GMT", date - 5_000), Some(5));
        assert_eq!(seconds("Sun, 06 Nov 1994 08:49:37 GMT", date + 5_000), Some(0));
        assert_eq!(seconds("99999999999999999", 0), Some(86_400));
        for odd in ["", "soon", "-1", "1.5", "1994-11-06T08:49:37Z"] {
            assert_eq!(seconds(odd, 0), None, "{odd}");
        }
    }
}
