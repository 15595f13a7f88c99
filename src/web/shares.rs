//! How much of what is bounded one holder may have at a time: a session, an account, a network
//! address, a patient's link. Without a share, one client could take every place and refuse all
//! others.

use crate::config;
use crate::error::AppError;
use crate::model::client::{Client, rate_limit_key};
use crate::model::ids::StaffId;
use crate::store::Session;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The delay after which a refused holder may ask again, in seconds. Places become free as soon as
/// a page is closed or an answer is there.
pub const RETRY_SECONDS: u64 = 5;

/// Who takes a place, and the most that this holder may have at a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// A hash, so that the size of a key is fixed.
    key: [u8; 32],
    most: usize,
}

impl Holder {
    fn new(kind: &str, subject: impl AsRef<[u8]>, most: usize) -> Self {
        let hash = Sha256::new().chain_update(kind).chain_update([0]).chain_update(subject);
        Self { key: hash.finalize().into(), most }
    }

    /// A network address (IPv6: its /64). A whole clinic can share one.
    #[must_use]
    pub fn address(address: &str, most: usize) -> Self {
        Self::new("address", rate_limit_key(address), most)
    }

    /// A signed-in browser.
    #[must_use]
    pub fn session(session: &Session, most: usize) -> Self {
        Self::new("session", &session.token_hash, most)
    }

    /// An account, over all its sessions.
    #[must_use]
    pub fn account(id: &StaffId, most: usize) -> Self {
        Self::new("account", &id.0, most)
    }

    /// A patient's link, by its token.
    #[must_use]
    pub fn link(token: &str, most: usize) -> Self {
        Self::new("link", token, most)
    }
}

/// Why there is no place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoPlace {
    /// One of the holders has its share already.
    Share,
    /// Every place is taken.
    Full,
}

impl From<NoPlace> for AppError {
    fn from(_: NoPlace) -> Self {
        Self::Crowded { seconds: RETRY_SECONDS }
    }
}

/// Places of one kind: a bounded number, of which each holder has its share.
#[derive(Debug)]
pub struct Shares {
    /// The name in the metrics.
    what: &'static str,
    most: usize,
    taken: Mutex<Taken>,
}

#[derive(Debug, Default)]
struct Taken {
    all: usize,
    /// By holder. One without a place is not in it.
    by_holder: HashMap<[u8; 32], usize>,
}

impl Shares {
    /// This number of places.
    #[must_use]
    pub fn new(what: &'static str, most: usize) -> Arc<Self> {
        Arc::new(Self { what, most, taken: Mutex::default() })
    }

    /// Takes a place for all these holders together, until it is dropped.
    ///
    /// # Errors
    /// [`NoPlace`]; nothing was taken.
    pub fn take(self: &Arc<Self>, holders: Vec<Holder>) -> Result<Place, NoPlace> {
        let taken = self.count_in(&holders);
        taken.map(|()| Place { shares: self.clone(), holders }).inspect_err(|why| {
            let why = if *why == NoPlace::Full { "full" } else { "share" };
            metrics::counter!("desk_places_refused_total", "what" => self.what, "why" => why)
                .increment(1);
        })
    }

    fn count_in(&self, holders: &[Holder]) -> Result<(), NoPlace> {
        let mut taken = self.lock();
        let has = |holder: &Holder| taken.by_holder.get(&holder.key).copied().unwrap_or(0);
        if holders.iter().any(|holder| has(holder) >= holder.most) {
            return Err(NoPlace::Share);
        }
        if taken.all >= self.most {
            return Err(NoPlace::Full);
        }
        taken.all += 1;
        metrics::gauge!("desk_places_taken", "what" => self.what).increment(1.0);
        for holder in holders {
            *taken.by_holder.entry(holder.key).or_default() += 1;
        }
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, Taken> {
        // The counts are whole between any two statements: a panic elsewhere cannot break them.
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A place that is taken until it is dropped.
#[derive(Debug)]
pub struct Place {
    shares: Arc<Shares>,
    holders: Vec<Holder>,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.shares.lock();
        taken.all = taken.all.saturating_sub(1);
        metrics::gauge!("desk_places_taken", "what" => self.shares.what).decrement(1.0);
        for holder in &self.holders {
            let left = taken.by_holder.get(&holder.key).copied().unwrap_or(0).saturating_sub(1);
            if left == 0 {
                taken.by_holder.remove(&holder.key);
            } else {
                taken.by_holder.insert(holder.key, left);
            }
        }
    }
}

/// The places of one serving process.
#[derive(Clone, Debug)]
pub struct Places {
    /// Open streams of changes: one an open staff page.
    streams: Arc<Shares>,
    streams_of_address: usize,
    /// Requests that are being answered.
    requests: Arc<Shares>,
    requests_of_address: usize,
    /// Those of patients among them, by link.
    links: Arc<Shares>,
    /// Those among them whose body is large.
    large_bodies: Arc<Shares>,
}

impl Places {
    /// Free places of this number.
    #[must_use]
    pub fn new(requests: config::Places, streams: config::Places) -> Self {
        Self {
            streams: Shares::new("stream", streams.all),
            streams_of_address: streams.of_address,
            requests: Shares::new("request", requests.all),
            requests_of_address: requests.of_address,
            links: Shares::new("link", requests.all),
            large_bodies: Shares::new("large-body", Self::LARGE_BODIES),
        }
    }
}

impl Places {
    /// The most streams of one session: its open pages.
    pub const STREAMS_OF_SESSION: usize = 16;
    /// The most streams of one account, over all its sessions.
    pub const STREAMS_OF_ACCOUNT: usize = 64;
    /// The most requests of one session at a time.
    pub const REQUESTS_OF_SESSION: usize = 32;
    /// The most of one account, over all its sessions. A clinic can share one.
    const REQUESTS_OF_ACCOUNT: usize = 256;
    /// The most requests of one patient's link at a time.
    pub const REQUESTS_OF_LINK: usize = 8;
    /// The longest body that needs no place of its own, in bytes. Most forms, and all that signing
    /// in takes, are shorter.
    pub const SMALL_BODY: usize = 16 * 1024;
    /// The most longer bodies at a time. Each is in memory a few times over while it is read.
    pub const LARGE_BODIES: usize = 64;
    /// The most of one network address.
    pub const LARGE_BODIES_OF_ADDRESS: usize = 32;

    /// A place for a stream of changes of this session.
    ///
    /// # Errors
    /// [`NoPlace`].
    pub fn stream(&self, client: &Client, session: &Session) -> Result<Place, NoPlace> {
        self.streams.take(vec![
            Holder::session(session, Self::STREAMS_OF_SESSION),
            Holder::account(&session.staff_id, Self::STREAMS_OF_ACCOUNT),
            Holder::address(&client.address, self.streams_of_address),
        ])
    }

    /// A place for a request while it is answered.
    ///
    /// # Errors
    /// [`NoPlace`].
    pub fn request(&self, client: &Client, session: Option<&Session>) -> Result<Place, NoPlace> {
        let mut holders = vec![Holder::address(&client.address, self.requests_of_address)];
        if let Some(session) = session {
            holders.push(Holder::session(session, Self::REQUESTS_OF_SESSION));
            holders.push(Holder::account(&session.staff_id, Self::REQUESTS_OF_ACCOUNT));
        }
        self.requests.take(holders)
    }

    /// A place for a request of a patient's link, beside that of the address.
    ///
    /// # Errors
    /// [`NoPlace`].
    pub fn link(&self, token: &str) -> Result<Place, NoPlace> {
        self.links.take(vec![Holder::link(token, Self::REQUESTS_OF_LINK)])
    }

    /// A place for a body of more than [`Self::SMALL_BODY`], until it was dealt with.
    ///
    /// # Errors
    /// [`NoPlace`].
    pub fn large_body(&self, client: &Client) -> Result<Place, NoPlace> {
        let most = Self::LARGE_BODIES_OF_ADDRESS;
        self.large_bodies.take(vec![Holder::address(&client.address, most)])
    }
}

#[cfg(test)]
mod tests;
