//! Who may hash a password next: a bounded queue, of which each network address has a share.
//!
//! A turn takes tens of milliseconds, so the length of the queue bounds the wait. Addresses take
//! turns, so that one with many sign-ins does not hold up the others. Some places are kept for
//! accounts that proved themselves from the same address before: a flood from many addresses can
//! refuse an unknown client, but not staff at their usual place.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::oneshot;

/// The number of concurrent turns: each takes 19 MiB and a core.
pub(super) const RUNNING: usize = 2;
/// The most that wait, in all.
pub(super) const WAITING: usize = 64;
/// How many of the waiting places are kept for known clients.
pub(super) const KEPT: usize = 16;
/// The most of one network address, those that run included. A whole clinic can share one; known
/// clients do not count.
pub(super) const OF_ADDRESS: usize = 8;
/// The most of one account from one address, those that run included.
pub(super) const OF_PAIR: usize = 4;
/// How many known clients are remembered. The oldest is forgotten first.
const REMEMBERED: usize = 4_096;

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
#[derive(Clone, Debug, Default)]
pub(super) struct Queue(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    last_id: u64,
    running: Vec<(u64, Client)>,
    waiting: Vec<Waiting>,
    /// When the addresses that run or wait had their last turn.
    served: HashMap<Vec<u8>, u64>,
    known: HashSet<Client>,
    /// The same, oldest first.
    known_since: VecDeque<Client>,
}

#[derive(Debug)]
struct Waiting {
    id: u64,
    client: Client,
    known: bool,
    start: oneshot::Sender<Turn>,
}

impl Queue {
    /// Takes a place. `proven` clients (signed in, or with a valid link) count as known.
    pub(super) fn enter(&self, client: Client, proven: bool) -> Result<Place, Full> {
        let (start, turn) = oneshot::channel();
        let id = self.lock().add(client, proven, start)?;
        self.begin();
        Ok(Place { queue: self.clone(), id, turn })
    }

    /// Remembers a client that proved itself.
    pub(super) fn remember(&self, client: Client) {
        let mut state = self.lock();
        if !state.known.insert(client.clone()) {
            return;
        }
        state.known_since.push_back(client);
        if state.known_since.len() > REMEMBERED
            && let Some(oldest) = state.known_since.pop_front()
        {
            state.known.remove(&oldest);
        }
    }

    /// Starts as many as may run.
    fn begin(&self) {
        loop {
            // Not held while a turn is handed over: one that finds its receiver gone is dropped,
            // and comes back here.
            let next = self.lock().next();
            let Some(next) = next else { return };
            let _ = next.start.send(Turn { queue: self.clone(), id: next.id });
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
        let known = proven || self.known.contains(&client);
        let running = self.running.iter().map(|(_, running)| running);
        let all = || running.clone().chain(self.waiting.iter().map(|waiting| &waiting.client));
        let of_pair = all().filter(|other| **other == client).count();
        let of_address = all().filter(|other| other.address == client.address).count();
        let strangers = self.waiting.iter().filter(|waiting| !waiting.known).count();
        let fits = if known {
            self.waiting.len() < WAITING
        } else {
            strangers < WAITING - KEPT && of_address < OF_ADDRESS
        };
        if !fits || of_pair >= OF_PAIR {
            return Err(Full);
        }
        self.last_id += 1;
        self.waiting.push(Waiting { id: self.last_id, client, known, start });
        Ok(self.last_id)
    }

    /// The next one: known clients first, then the address that has waited longest for a turn. One
    /// account has one turn at a time, so that the second use of a link finds it used up.
    fn next(&mut self) -> Option<Waiting> {
        if self.running.len() >= RUNNING {
            return None;
        }
        let busy =
            |client: &Client| self.running.iter().any(|(_, other)| other.account == client.account);
        let (at, _) = self
            .waiting
            .iter()
            .enumerate()
            .filter(|(_, waiting)| !busy(&waiting.client))
            .min_by_key(|(_, waiting)| {
                let served = self.served.get(&waiting.client.address).copied().unwrap_or(0);
                (!waiting.known, served, waiting.id)
            })?;
        let next = self.waiting.remove(at);
        self.running.push((next.id, next.client.clone()));
        self.served.insert(next.client.address.clone(), self.last_id);
        let (running, waiting) = (&self.running, &self.waiting);
        self.served.retain(|address, _| {
            running.iter().any(|(_, one)| one.address == *address)
                || waiting.iter().any(|one| one.client.address == *address)
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
        self.queue.lock().waiting.retain(|waiting| waiting.id != self.id);
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
        self.queue.lock().running.retain(|(id, _)| *id != self.id);
        self.queue.begin();
    }
}

#[cfg(test)]
mod tests;
