//! Live updates: a broadcast of changed consultations inside one process. Several instances would
//! share them by `LISTEN`/`NOTIFY` behind [`Live`].

use crate::model::ids::{ConsultationId, SiteId};
use tokio::sync::broadcast;

/// How many changes a slow receiver may lag behind before it gets an error and must reload.
const BACKLOG: usize = 1024;

/// A change of a consultation. Holds no patient data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Only sessions at this site may see the change.
    pub site: SiteId,
    pub id: ConsultationId,
}

/// The channel of live updates.
#[derive(Clone)]
pub struct Live {
    sender: broadcast::Sender<Change>,
}

impl Default for Live {
    fn default() -> Self {
        Self { sender: broadcast::channel(BACKLOG).0 }
    }
}

impl Live {
    /// Sends a change to all receivers, if there are any.
    pub fn publish(&self, site: &SiteId, id: &ConsultationId) {
        let _ = self.sender.send(Change { site: site.clone(), id: id.clone() });
    }

    /// A receiver of every change from now on.
    #[must_use]
    pub fn subscribe(&self) -> broadcast::Receiver<Change> {
        self.sender.subscribe()
    }
}
