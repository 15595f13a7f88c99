//! Presigned URLs that came with the answer to a create call, for a patient who starts at once. In
//! memory alone: each is a credential, and works once.

use crate::empego::PresignedUrl;
use crate::model::ids::ConsultationId;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// How long one is kept, in milliseconds. How long it works is not documented
/// (`docs/empego.md` §10.1, 9); a new one can be asked for.
const LIFE_MS: i64 = 60_000;

/// URLs that were not used yet.
#[derive(Debug, Default)]
pub struct FirstUrls(Mutex<HashMap<ConsultationId, (i64, PresignedUrl)>>);

impl FirstUrls {
    pub(super) fn put(&self, id: ConsultationId, url: PresignedUrl, now: i64) {
        let mut urls = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        sweep(&mut urls, now);
        urls.insert(id, (now, url));
    }

    /// The URL of a consultation, for one mount.
    pub(super) fn take(&self, id: &ConsultationId, now: i64) -> Option<PresignedUrl> {
        let mut urls = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        sweep(&mut urls, now);
        urls.remove(id).map(|(_, url)| url)
    }
}

/// Drops old ones, and those that a clock that was set back would keep for longer.
fn sweep(urls: &mut HashMap<ConsultationId, (i64, PresignedUrl)>, now: i64) {
    urls.retain(|_, (at, _)| (0..LIFE_MS).contains(&now.saturating_sub(*at)));
}
