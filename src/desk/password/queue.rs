//! Who may hash a password next: a bounded queue, of which each network address has a share.
//!
//! A turn takes tens of milliseconds, so the length of the queue bounds the wait. Addresses take
//! turns, so that one with many sign-ins does not hold up the others. Some places are kept for
//! accounts that proved themselves from the same address before: a flood from many addresses can
//! refuse an unknown client, but not staff at their usual place. Neither can a few accounts: each
//! has a share over all addresses, and those who are signed in leave some of the kept places.

use hashlink::LinkedHashSet;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::oneshot;

/// The most that wait, in all: with two turns at a time the last one waits about two seconds.
pub(super) const WAITING: usize = 64;
/// How many of the waiting places are kept from unknown clients.
pub(super) const KEPT: usize = 24;
/// The most that wait among those who prove themselves by a session or a link. Fewer than
/// [`KEPT`]: the others are for sign-ins of known clients.
pub(super) const PROVEN: usize = 16;
/// The most unknown clients of one network address, those that run included. A whole clinic can
/// share one; known and proven clients do not count.
pub(super) const OF_ADDRESS: usize = 8;
/// The most of one account from one address, those that run included.
pub(super) const OF_PAIR: usize = 4;
/// The most of one account over all addresses, those that run included. Unknown clients are counted
/// apart: a client that only claims an account takes no place of its owner.
pub(super) const OF_ACCOUNT: usize = 8;
/// How many known clients are remembered. The one that proved itself longest ago is forgotten
/// first.
const REMEMBERED: usize = 4_096;
/// How many of them are of one account: its addresses.
const REMEMBERED_OF_ACCOUNT: usize = 16;

/// Who asks for a turn, by hashes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Client {
    /// The network address.
    pub address: Vec<u8>,
    /// The account that is claimed, whether it exists or not, or a password link.
    pub account: Vec<u8>,
}

/// There is no place in the queue; nothing was done.
#[derive(Debug, thiserror::Error)]
#[error("too many passwords are being checked")]
pub struct Full;

/// The queue.
#[derive(Clone, Debug)]
pub(super) struct Queue(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    /// The most turns at a time: each takes 19 MiB and a core.
    at_once: usize,
    last_id: u64,
    running: Vec<Entry>,
    waiting: Vec<Waiting>,
    /// When the addresses that run or wait had their last turn.
    served: HashMap<Vec<u8>, u64>,
    /// The one that proved itself longest ago first.
    known: LinkedHashSet<Client>,
}

/// Why a client is believed to be the owner of the account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    /// It proved itself from this address before.
    Known,
    /// By a session or a link.
    Proven,
    Unknown,
}

#[derive(Clone, Debug)]
struct Entry {
    id: u64,
    client: Client,
    standing: Standing,
}

impl Entry {
    fn is_unknown(&self) -> bool {
        self.standing == Standing::Unknown
    }
}

#[derive(Debug)]
struct Waiting {
    entry: Entry,
    start: oneshot::Sender<Turn>,
}

impl Queue {
    /// An empty queue with this many turns at a time.
    pub(super) fn new(at_once: usize) -> Self {
        Self(Arc::new(Mutex::new(State { at_once, ..State::default() })))
    }

    /// Takes a place. `proven` clients are signed in, or have a valid link.
    pub(super) fn enter(&self, client: Client, proven: bool) -> Result<Place, Full> {
        let (start, turn) = oneshot::channel();
        let id = self.lock().add(client, proven, start)?;
        self.begin();
        Ok(Place { queue: self.clone(), id, turn })
    }

    /// Remembers a client that proved itself, as the latest one.
    pub(super) fn remember(&self, client: Client) {
        let mut state = self.lock();
        let known = &mut state.known;
        known.insert(client.clone());
        let mut of_account = known.iter().filter(|other| other.account == client.account);
        let oldest = of_account.next().cloned();
        if of_account.count() >= REMEMBERED_OF_ACCOUNT
            && let Some(oldest) = oldest
        {
            known.remove(&oldest);
        }
        if known.len() > REMEMBERED {
            known.pop_front();
        }
    }

    /// Starts as many as may run.
    fn begin(&self) {
        loop {
            // Not held while a turn is handed over: one that finds its receiver gone is dropped,
            // and comes back here.
            let next = self.lock().next();
            let Some(next) = next else { return };
            let _ = next.start.send(Turn { queue: self.clone(), id: next.entry.id });
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // No method below panics between two changes.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    #[cfg(test)]
    pub(super) fn counts(&self) -> (usize, usize) {
        let state = self.lock();
        (state.running.len(), state.waiting.len())
    }
}

impl State {
    fn add(
        &mut self,
        client: Client,
        proven: bool,
        start: oneshot::Sender<Turn>,
    ) -> Result<u64, Full> {
        let standing = match self.known.contains(&client) {
            _ if proven => Standing::Proven,
            true => Standing::Known,
            false => Standing::Unknown,
        };
        let entry = Entry { id: self.last_id + 1, client, standing };
        if !self.fits(&entry) {
            return Err(Full);
        }
        self.last_id = entry.id;
        self.waiting.push(Waiting { entry, start });
        Ok(self.last_id)
    }

    fn fits(&self, new: &Entry) -> bool {
        let waiting = || self.waiting.iter().map(|waiting| &waiting.entry);
        let all = || self.running.iter().chain(waiting());
        let of_account = || {
            all().filter(|other| {
                other.client.account == new.client.account && other.is_unknown() == new.is_unknown()
            })
        };
        let of_pair = of_account().filter(|other| other.client.address == new.client.address);
        let waits_as = |standing| waiting().filter(|other| other.standing == standing).count();
        let has_room = match new.standing {
            Standing::Known => true,
            Standing::Proven => waits_as(Standing::Proven) < PROVEN,
            Standing::Unknown => {
                let of_address = all().filter(|other| {
                    other.is_unknown() && other.client.address == new.client.address
                });
                waits_as(Standing::Unknown) < WAITING - KEPT && of_address.count() < OF_ADDRESS
            }
        };
        has_room
            && self.waiting.len() < WAITING
            && of_account().count() < OF_ACCOUNT
            && of_pair.count() < OF_PAIR
    }

    /// The next one: known clients first, then the address that has waited longest for a turn. One
    /// account has one turn at a time, so that the second use of a link finds it used up.
    fn next(&mut self) -> Option<Waiting> {
        if self.running.len() >= self.at_once {
            return None;
        }
        let busy = |entry: &Entry| {
            self.running.iter().any(|one| one.client.account == entry.client.account)
        };
        let (at, _) = self
            .waiting
            .iter()
            .map(|waiting| &waiting.entry)
            .enumerate()
            .filter(|(_, entry)| !busy(entry))
            .min_by_key(|(_, entry)| {
                let served = self.served.get(&entry.client.address).copied().unwrap_or(0);
                (entry.is_unknown(), served, entry.id)
            })?;
        let next = self.waiting.remove(at);
        self.running.push(next.entry.clone());
        self.served.insert(next.entry.client.address.clone(), self.last_id);
        let (running, waiting) = (&self.running, &self.waiting);
        self.served.retain(|address, _| {
            running.iter().any(|one| one.client.address == *address)
                || waiting.iter().any(|one| one.entry.client.address == *address)
        });
        Some(next)
    }
}

/// A place in the queue, until it is dropped or its turn comes.
#[derive(Debug)]
pub(super) struct Place {
    queue: Queue,
    id: u64,
    turn: oneshot::Receiver<Turn>,
}

impl Place {
    /// Waits for the turn.
    pub(super) async fn turn(mut self) -> Option<Turn> {
        (&mut self.turn).await.ok()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.queue.lock().waiting.retain(|waiting| waiting.entry.id != self.id);
    }
}

/// A turn, until it is dropped.
#[derive(Debug)]
pub(super) struct Turn {
    queue: Queue,
    id: u64,
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.queue.lock().running.retain(|one| one.id != self.id);
        self.queue.begin();
    }
}

#[cfg(test)]
mod tests;
