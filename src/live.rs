//! Live updates: a broadcast of changed consultations inside one process. What is sent here was
//! read from the store (`src/desk/changes.rs`), where several instances share it.

use crate::model::change::Change;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use tokio::sync::broadcast;

/// How many changes a slow receiver may lag behind before it gets an error and must reload.
const BACKLOG: usize = 1024;

/// What a receiver hears.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Update {
    Change(Change),
    /// It is not known what changed up to this position.
    Unknown(i64),
}

/// The channel of live updates.
#[derive(Clone)]
pub struct Live {
    sender: broadcast::Sender<Update>,
    position: Arc<AtomicI64>,
}

impl Live {
    /// A channel that continues after a position.
    #[must_use]
    pub fn after(position: i64) -> Self {
        let position = Arc::new(AtomicI64::new(position));
        Self { sender: broadcast::channel(BACKLOG).0, position }
    }

    /// The position of the newest update. What is read from the store after this call has it all.
    #[must_use]
    pub fn position(&self) -> i64 {
        self.position.load(Ordering::SeqCst)
    }

    /// Sends an update to all receivers, if there are any. Its position is set first: a receiver
    /// that has just subscribed and goes on after [`Self::position`] misses nothing.
    pub fn send(&self, update: Update) {
        let (Update::Change(Change { position, .. }) | Update::Unknown(position)) = &update;
        self.position.store(*position, Ordering::SeqCst);
        let _ = self.sender.send(update);
    }

    /// A receiver of every update from now on.
    #[must_use]
    pub fn subscribe(&self) -> broadcast::Receiver<Update> {
        self.sender.subscribe()
    }
}
