//! Which refusals were written to the audit log recently.

use super::{Key, MAX_KEYS, REFUSAL_LOG_MS, group};
use crate::ambient::Ambient;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The refusals of one instance that have a row, or are being given one. Always on, because it
/// bounds the growth of the log.
pub(super) struct LoggedRefusals {
    /// By key: when, in milliseconds (UTC).
    logged: Arc<Mutex<HashMap<Key, i64>>>,
    ambient: Ambient,
    max_keys: usize,
}

/// The right to write the one row of a refusal. Dropped without [`Self::keep`], as when the write
/// failed, it leaves the row to the next refusal.
#[must_use]
pub struct RefusalRow {
    logged: Arc<Mutex<HashMap<Key, i64>>>,
    key: Option<Key>,
}

impl RefusalRow {
    /// The row is committed: no other one in the next ten minutes.
    pub fn keep(mut self) {
        self.key = None;
    }
}

impl Drop for RefusalRow {
    fn drop(&mut self) {
        if let Some(key) = self.key {
            lock(&self.logged).remove(&key);
        }
    }
}

impl LoggedRefusals {
    pub(super) fn new(ambient: &Ambient, max_keys: usize) -> Self {
        let max_keys = max_keys.min(MAX_KEYS);
        Self { logged: Arc::default(), ambient: ambient.clone(), max_keys }
    }

    /// `None` when the refusal has a row already.
    pub(super) fn reserve(&self, key: Key) -> Option<RefusalRow> {
        let now = self.ambient.now();
        let mut logged = lock(&self.logged);
        let key = if logged.len() < self.max_keys { key } else { group(key) };
        if logged.get(&key).is_some_and(|at| is_recent(*at, now)) {
            return None;
        }
        logged.insert(key, now);
        Some(RefusalRow { logged: Arc::clone(&self.logged), key: Some(key) })
    }

    /// Forgets what is older than ten minutes.
    pub(super) fn sweep(&self) {
        let now = self.ambient.now();
        lock(&self.logged).retain(|_, at| is_recent(*at, now));
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        lock(&self.logged).len()
    }
}

/// A moment that is later than now is of a clock that was set back since.
fn is_recent(at: i64, now: i64) -> bool {
    (0..REFUSAL_LOG_MS).contains(&now.saturating_sub(at))
}

fn lock(logged: &Mutex<HashMap<Key, i64>>) -> MutexGuard<'_, HashMap<Key, i64>> {
    logged.lock().unwrap_or_else(PoisonError::into_inner)
}
