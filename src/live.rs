//! Who hears of a change. In one process a broadcast; the seam for several instances (`LISTEN/NOTIFY`) is this type.

use crate::model::ids::ConsultationId;
use tokio::sync::broadcast;

/// How many changes a slow listener may lag behind before it is told to look at everything again.
const BACKLOG: usize = 1024;

/// Spreads the news that a consultation changed. Carries its id and nothing about the patient.
#[derive(Clone)]
pub struct Live {
    sender: broadcast::Sender<ConsultationId>,
}

impl Default for Live {
    fn default() -> Self {
        Self { sender: broadcast::channel(BACKLOG).0 }
    }
}

impl Live {
    /// Tells everybody who listens. Nobody listening is fine.
    pub fn publish(&self, id: ConsultationId) {
        let _ = self.sender.send(id);
    }

    /// Hears every change from now on.
    #[must_use]
    pub fn subscribe(&self) -> broadcast::Receiver<ConsultationId> {
        self.sender.subscribe()
    }
}
