//! What Empego's event queue delivered: each event once, with what it changed, in one transaction.

use super::Result;
use crate::model::ids::{ConsultationId, EmpegoKey, SiteId};
use crate::model::status::EmpegoStatus;
use async_trait::async_trait;

/// Where an event says that something stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    /// Empego's name for it.
    pub key: EmpegoKey,
    /// Our own name for it, which Empego was given to keep: it finds a consultation whose create
    /// call was never answered.
    pub metadata: Option<String>,
    /// Where it stands, if the event says so.
    pub status: Option<EmpegoStatus>,
}

/// An event, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heard {
    /// Its own id: the same again is the same event.
    pub event_id: String,
    /// Its type, as it came.
    pub event_type: String,
    /// When Empego says that it happened, in milliseconds (UTC).
    pub at: i64,
    /// When it came, in milliseconds (UTC).
    pub received_at: i64,
    /// What it is about; `None` for a type that nobody knows.
    pub about: Option<About>,
    /// What an event of an unknown type says, sealed.
    pub body: Option<Vec<u8>>,
}

/// What a batch of events changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changed {
    /// The consultations that were added to.
    pub consultations: Vec<(SiteId, ConsultationId)>,
    /// Those of them whose create call had no known outcome until now: they have no link yet.
    pub found: Vec<(SiteId, ConsultationId)>,
    /// How many events had come before.
    pub again: usize,
    /// How many are about something that is not here (yet): they are applied when it is.
    pub waiting: usize,
    /// How many are of a type that nobody knows.
    pub unknown: usize,
}

/// A type of event that nobody knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownType {
    /// The type, as it came.
    pub event_type: String,
    /// How many events.
    pub events: u64,
    /// When the last one came, in milliseconds (UTC).
    pub last_at: i64,
}

/// What the queue has brought, counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Events that are kept.
    pub events: u64,
    /// How often one of them came again.
    pub redeliveries: u64,
    /// Events about something that is not here.
    pub waiting: u64,
    /// The types that nobody knows, the last one first.
    pub unknown: Vec<UnknownType>,
}

/// Where the browser's word and Empego's disagree.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Doubts {
    /// Reported by the browser before the given moment, and not confirmed by Empego.
    pub unconfirmed: u64,
    /// Confirmed by Empego before the given moment, and never reported by a browser.
    pub unreported: u64,
}

/// What Empego's event queue delivered.
#[async_trait]
pub trait Events: Send + Sync {
    /// Takes a batch of events: each is written down, once, and becomes a row in the history of the
    /// consultation that it is about. One about a consultation that is not here waits for it:
    /// [`super::Records::add`] applies it with the key.
    async fn hear(&self, events: &[Heard]) -> Result<Changed>;
    /// Applies events that wait for a consultation whose create call was under way when they came,
    /// and whose outcome nobody knows by now: what Empego was given to keep names it.
    /// [`Changed::waiting`] counts those that go on waiting for it.
    async fn adopt(&self, now: i64) -> Result<Changed>;
    /// What the queue has brought.
    async fn tally(&self) -> Result<Tally>;
    /// Forgets the events that came before this moment, in milliseconds (UTC). One of them that
    /// came again would be taken for a new one, which changes nothing where it was applied. How
    /// many there were.
    async fn forget_events(&self, before: i64) -> Result<u64>;
    /// Where the two sources have disagreed since before this moment, in milliseconds (UTC), at
    /// every site.
    async fn doubts(&self, before: i64) -> Result<Doubts>;
}
