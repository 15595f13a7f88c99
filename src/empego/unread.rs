//! The newest answer of each call that the profile does not fit, for the connection check: what it
//! takes to change the profile. Names of members alone, no value. In memory, until a restart.

use crate::profile::Call;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// An answer that was not understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    pub call: Call,
    /// In milliseconds (UTC).
    pub at: i64,
    /// Where the profile looks.
    pub path: String,
    /// The names of the members that were found; empty where it was no JSON object.
    pub found: String,
}

/// The newest of each call.
#[derive(Debug, Default)]
pub(super) struct UnreadAnswers(Mutex<BTreeMap<Call, Unread>>);

impl UnreadAnswers {
    pub(super) fn note(&self, unread: Unread) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.insert(unread.call, unread);
    }

    /// An answer of this call was read: what was noted is over.
    pub(super) fn forget(&self, call: Call) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&call);
    }

    pub(super) fn all(&self) -> Vec<Unread> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.values().cloned().collect()
    }
}
