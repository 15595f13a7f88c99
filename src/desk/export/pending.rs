//! Exports that are not stored: kept in memory for a while, for the session that asked.

use crate::model::ids::{ConsultationId, ExportId, SiteId};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

/// How long an export is kept, in milliseconds: 10 minutes.
const LIFE_MS: i64 = 600_000;
/// The largest number of exports.
const MAX_COUNT: usize = 64;
/// The largest size of all exports together, in bytes.
const MAX_BYTES: usize = 128 * 1024 * 1024;
/// The share of one session: one that exports much drops its own, not those of others.
const OF_SESSION: usize = 8;
const BYTES_OF_SESSION: usize = 32 * 1024 * 1024;

/// An export and its owner.
pub(super) struct PendingExport {
    pub(super) id: ExportId,
    pub(super) site: SiteId,
    /// The hash of the session's token.
    pub(super) session: Vec<u8>,
    pub(super) consultation: ConsultationId,
    /// In milliseconds (UTC).
    pub(super) at: i64,
    pub(super) bytes: Arc<[u8]>,
}

/// Pending exports, the oldest first. Each instance keeps its own: on another one a download reads
/// as expired, and exporting again helps.
#[derive(Default)]
pub struct PendingExports(Mutex<VecDeque<PendingExport>>);

impl PendingExports {
    /// Adds an export. The oldest of its session, then the oldest of all, are dropped to make room.
    pub(super) fn put(&self, export: PendingExport) {
        let mut pending = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        sweep(&mut pending, export.at);
        let session = export.session.clone();
        pending.push_back(export);
        let is_own = |other: &PendingExport| other.session == session;
        while let Some(oldest) = pending.iter().position(is_own)
            && oldest + 1 < pending.len()
            && is_over(pending.iter().filter(|other| is_own(other)), OF_SESSION, BYTES_OF_SESSION)
        {
            pending.remove(oldest);
        }
        while is_over(pending.iter(), MAX_COUNT, MAX_BYTES) {
            pending.pop_front();
        }
    }

    /// The content of a session's export. It is kept: a download can break off.
    pub(super) fn get(
        &self,
        id: &ExportId,
        site: &SiteId,
        session: &[u8],
        consultation: &ConsultationId,
        now: i64,
    ) -> Option<Arc<[u8]>> {
        let mut pending = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        sweep(&mut pending, now);
        let matches = |export: &&PendingExport| {
            export.id == *id
                && export.site == *site
                && export.session == session
                && export.consultation == *consultation
        };
        pending.iter().find(matches).map(|export| Arc::clone(&export.bytes))
    }
}

fn is_over<'a>(
    exports: impl Iterator<Item = &'a PendingExport>,
    count: usize,
    size: usize,
) -> bool {
    let sizes: Vec<usize> = exports.map(|export| export.bytes.len()).collect();
    sizes.len() > count || sizes.iter().sum::<usize>() > size
}

/// Drops expired exports, and those that a clock that was set back would keep for longer.
fn sweep(pending: &mut VecDeque<PendingExport>, now: i64) {
    pending.retain(|export| (0..LIFE_MS).contains(&now.saturating_sub(export.at)));
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each is of another session.
    fn put(exports: &PendingExports, id: &str, at: i64, bytes: usize) {
        put_of(exports, id.as_bytes(), id, at, bytes);
    }

    fn put_of(exports: &PendingExports, session: &[u8], id: &str, at: i64, bytes: usize) {
        exports.put(PendingExport {
            id: ExportId::from(id),
            site: SiteId::from("site"),
            session: session.into(),
            consultation: ConsultationId::from("c"),
            at,
            bytes: vec![0; bytes].into(),
        });
    }

    fn is_there(exports: &PendingExports, id: &str, now: i64) -> bool {
        is_there_of(exports, id.as_bytes(), id, now)
    }

    fn is_there_of(exports: &PendingExports, session: &[u8], id: &str, now: i64) -> bool {
        let (id, consultation) = (ExportId::from(id), ConsultationId::from("c"));
        exports.get(&id, &SiteId::from("site"), session, &consultation, now).is_some()
    }

    #[test]
    fn an_export_is_its_sessions_its_sites_and_its_consultations() {
        let exports = PendingExports::default();
        put_of(&exports, &[1], "a", 0, 1);
        let get = |id: &str, site: &str, session: u8, consultation: &str| {
            exports
                .get(
                    &ExportId::from(id),
                    &SiteId::from(site),
                    &[session],
                    &ConsultationId::from(consultation),
                    0,
                )
                .is_some()
        };
        assert!(get("a", "site", 1, "c"));
        assert!(get("a", "site", 1, "c"), "as often as it takes");
        assert!(
            !get("b", "site", 1, "c")
                && !get("a", "other", 1, "c")
                && !get("a", "site", 2, "c")
                && !get("a", "site", 1, "d")
        );
    }

    #[test]
    fn an_export_waits_ten_minutes() {
        let exports = PendingExports::default();
        put(&exports, "a", 5, 1);
        assert!(is_there(&exports, "a", 5 + LIFE_MS - 1));
        assert!(!is_there(&exports, "a", 5 + LIFE_MS));
        assert!(!is_there(&exports, "a", 5), "and is gone then");
    }

    #[test]
    fn the_oldest_make_room() {
        let exports = PendingExports::default();
        put(&exports, "first", 0, 1);
        (0..MAX_COUNT).for_each(|number| put(&exports, &number.to_string(), 1, 1));
        assert!(!is_there(&exports, "first", 1) && is_there(&exports, "0", 1));
        put(&exports, "large", 2, MAX_BYTES - 2);
        assert!(
            is_there(&exports, "large", 2)
                && is_there(&exports, &(MAX_COUNT - 1).to_string(), 2)
                && !is_there(&exports, "0", 2)
        );
        put(&exports, "whole", 3, MAX_BYTES);
        assert!(is_there(&exports, "whole", 3) && !is_there(&exports, "large", 3));
    }

    #[test]
    fn a_session_that_exports_much_drops_its_own() {
        let exports = PendingExports::default();
        put(&exports, "other", 0, 1);
        let mine = |id: &str| is_there_of(&exports, &[1], id, 1);
        (0..2 * MAX_COUNT).for_each(|n| put_of(&exports, &[1], &n.to_string(), 1, 1));
        let kept = (0..2 * MAX_COUNT).filter(|n| mine(&n.to_string())).collect::<Vec<_>>();
        assert_eq!(kept, (2 * MAX_COUNT - OF_SESSION..2 * MAX_COUNT).collect::<Vec<_>>());
        ["a", "b", "c"].iter().for_each(|id| put_of(&exports, &[1], id, 1, BYTES_OF_SESSION / 2));
        assert!(!mine("a") && mine("b") && mine("c"));
        put_of(&exports, &[1], "large", 1, BYTES_OF_SESSION + 1);
        assert!(mine("large") && !mine("c"), "the one that was asked for is there");
        assert!(is_there(&exports, "other", 1), "those of others stay");
    }
}
