//! Exports that are not kept wait for their download: in memory, for a while, and for the session
//! that asked.

use crate::model::ids::{ConsultationId, ExportId, SiteId};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

/// How long an export waits, in milliseconds: 10 minutes.
const LONGEST_MS: i64 = 600_000;
/// How many wait at the most.
const MOST: usize = 64;
/// How many bytes wait at the most, all together.
const MOST_BYTES: usize = 128 * 1024 * 1024;

/// An export, and whose it is.
pub(super) struct Waiting {
    pub(super) id: ExportId,
    pub(super) site: SiteId,
    /// The hash of the session's token.
    pub(super) session: Vec<u8>,
    pub(super) consultation: ConsultationId,
    /// Since when, in milliseconds (UTC).
    pub(super) at: i64,
    pub(super) bytes: Arc<[u8]>,
}

/// The exports that wait, the oldest first. Each instance holds its own: a download that another
/// one is asked for reads as if it had waited too long, and exporting again mends that.
#[derive(Default)]
pub struct Exports(Mutex<VecDeque<Waiting>>);

impl Exports {
    /// Lets an export wait. The oldest make room.
    pub(super) fn put(&self, export: Waiting) {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        sweep(&mut waiting, export.at);
        waiting.push_back(export);
        while waiting.len() > MOST
            || waiting.iter().map(|export| export.bytes.len()).sum::<usize>() > MOST_BYTES
        {
            waiting.pop_front();
        }
    }

    /// What is in an export of this consultation that waits for this session at this site. It goes
    /// on waiting: a download can break off.
    pub(super) fn get(
        &self,
        id: &ExportId,
        site: &SiteId,
        session: &[u8],
        consultation: &ConsultationId,
        now: i64,
    ) -> Option<Arc<[u8]>> {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        sweep(&mut waiting, now);
        let ours = |export: &&Waiting| {
            export.id == *id
                && export.site == *site
                && export.session == session
                && export.consultation == *consultation
        };
        waiting.iter().find(ours).map(|export| Arc::clone(&export.bytes))
    }
}

/// Drops what waited too long, and what a clock that was set back would keep for longer.
fn sweep(waiting: &mut VecDeque<Waiting>, now: i64) {
    waiting.retain(|export| (0..LONGEST_MS).contains(&now.saturating_sub(export.at)));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(exports: &Exports, id: &str, at: i64, bytes: usize) {
        exports.put(Waiting {
            id: ExportId::from(id),
            site: SiteId::from("site"),
            session: vec![1],
            consultation: ConsultationId::from("c"),
            at,
            bytes: vec![0; bytes].into(),
        });
    }

    fn is_there(exports: &Exports, id: &str, now: i64) -> bool {
        exports
            .get(&ExportId::from(id), &SiteId::from("site"), &[1], &ConsultationId::from("c"), now)
            .is_some()
    }

    #[test]
    fn an_export_is_its_sessions_its_sites_and_its_consultations() {
        let exports = Exports::default();
        put(&exports, "a", 0, 1);
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
        let exports = Exports::default();
        put(&exports, "a", 5, 1);
        assert!(is_there(&exports, "a", 5 + LONGEST_MS - 1));
        assert!(!is_there(&exports, "a", 5 + LONGEST_MS));
        assert!(!is_there(&exports, "a", 5), "and is gone then");
    }

    #[test]
    fn the_oldest_make_room() {
        let exports = Exports::default();
        put(&exports, "first", 0, 1);
        (0..MOST).for_each(|number| put(&exports, &number.to_string(), 1, 1));
        assert!(!is_there(&exports, "first", 1) && is_there(&exports, "0", 1));
        put(&exports, "large", 2, MOST_BYTES - 2);
        assert!(
            is_there(&exports, "large", 2)
                && is_there(&exports, &(MOST - 1).to_string(), 2)
                && !is_there(&exports, "0", 2)
        );
        put(&exports, "whole", 3, MOST_BYTES);
        assert!(is_there(&exports, "whole", 3) && !is_there(&exports, "large", 3));
    }
}
