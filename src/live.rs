//! Who hears of a change. In one process a broadcast; the seam for several instances
//! (`LISTEN/NOTIFY`) is this type.

use crate::model::ids::{ConsultationId, SiteId};
use tokio::sync::broadcast;

/// How many changes a slow listener may lag behind before it is told to look at everything again.
const BACKLOG: usize = 1024;

/// A consultation changed. Says nothing about the patient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Whose it is: nobody else hears of it.
    pub site: SiteId,
    /// Which one.
    pub id: ConsultationId,
}

/// Spreads the news that a consultation changed.
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
    /// Tells everybody who listens. Nobody listening is fine.
    pub fn publish(&self, site: &SiteId, id: &ConsultationId) {
        let _ = self.sender.send(Change { site: site.clone(), id: id.clone() });
    }

    /// Hears every change from now on.
    #[must_use]
    pub fn subscribe(&self) -> broadcast::Receiver<Change> {
        self.sender.subscribe()
    }
}
