//! Counters of failed sign-in attempts.

/// How many failed attempts are free, and how long the next ones have to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LockoutPolicy {
    /// The number of failures without a wait.
    pub free: u32,
    /// The wait after each further failure, in milliseconds; the last one repeats.
    pub waits_ms: &'static [i64],
    /// How long after the last failure the counter starts again, in milliseconds.
    pub forget_ms: i64,
}

impl LockoutPolicy {
    /// How long the next attempt has to wait after this many failures, in milliseconds.
    #[must_use]
    pub fn wait_ms(&self, failures: i64) -> i64 {
        let over = failures - i64::from(self.free);
        let index = usize::try_from(over - 1).ok();
        index
            .and_then(|index| self.waits_ms.get(index.min(self.waits_ms.len().saturating_sub(1))))
            .copied()
            .unwrap_or(0)
    }

    /// When a lockout until `until` ends, seen at `at` (milliseconds, UTC). One that is longer than
    /// any wait is of a clock that was ahead, and counts as over.
    #[must_use]
    pub fn lockout_end(&self, until: i64, at: i64) -> i64 {
        let longest = self.waits_ms.iter().copied().max().unwrap_or(0);
        if until.saturating_sub(at) > longest { 0 } else { until }
    }
}

/// A counter of failed attempts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttemptCounter {
    /// The hash of the account or the network address.
    pub key: Vec<u8>,
    pub policy: LockoutPolicy,
}

/// What [`super::Accounts::count_attempt`] answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attempt {
    /// It may be made, and counts as failed until [`super::Accounts::reset_attempts`] takes it
    /// back.
    Allowed {
        /// When the next one may be made, if it has to wait now; in milliseconds (UTC).
        next_at: Option<i64>,
    },
    /// It must not be made, and is not counted.
    LockedOut {
        /// In milliseconds (UTC).
        until: i64,
    },
}

/// The keys of the counters that a success changes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AttemptReset {
    /// Counters that are removed, and their lockout with them.
    pub clear: Vec<Vec<u8>>,
    /// Counters of which the last attempt is taken back. A missing one stays missing.
    pub take_back: Vec<Vec<u8>>,
}
