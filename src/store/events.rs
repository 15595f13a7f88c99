//! What Empego's event queue delivered: each event once, with what it changed, in one transaction.

mod batch;

pub(super) use batch::Batch;

use super::rows::from_json;
use super::{Result, StoreError};
use crate::model::ids::{ConsultationId, EmpegoKey, PatientId, SiteId};
use crate::model::status::EmpegoStatus;
use crate::model::timeline::Entry;
use async_trait::async_trait;
use batch::entries;
use serde::{Deserialize, Serialize};
use sqlx::FromRow;

/// The subject of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventSubject {
    pub key: EmpegoKey,
    /// Our own id, which Empego received with the create call: it finds a consultation after an
    /// unanswered create call.
    pub metadata: Option<String>,
    pub status: Option<EmpegoStatus>,
    /// When the patient answered, by Empego's clock, in milliseconds (UTC); `None` where the event
    /// does not say.
    pub answered_at: Option<i64>,
    /// What is needed for a record of its own, where no consultation is there.
    pub details: Option<EventDetails>,
}

/// What an event says of a record that Empego created by itself. Kept while the event waits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventDetails {
    pub is_follow_up: bool,
    /// The patient's identifiers: the name of a system, and the identifier there.
    pub identifiers: Vec<(String, String)>,
    /// As Empego sent it; may be empty.
    pub first_name: String,
    /// As Empego sent it; may be empty.
    pub last_name: String,
    pub tenant: Option<String>,
    /// When a follow-up is due, in milliseconds (UTC).
    pub scheduled_at: Option<i64>,
    pub reason: Option<String>,
}

impl EventDetails {
    /// Takes what these details lack from those of an earlier event.
    pub(super) fn fill_in(&mut self, earlier: Self) {
        if self.identifiers.is_empty() {
            self.identifiers = earlier.identifiers;
        }
        // A name is of one event: not the first name of one with the last name of another.
        if self.first_name.is_empty() && self.last_name.is_empty() {
            (self.first_name, self.last_name) = (earlier.first_name, earlier.last_name);
        }
        self.tenant = self.tenant.take().or(earlier.tenant);
        self.scheduled_at = self.scheduled_at.or(earlier.scheduled_at);
        self.reason = self.reason.take().or(earlier.reason);
    }
}

/// The account of records that Empego created by itself. It cannot sign in, and is on no list.
pub const EMPEGO_ACCOUNT: &str = "empego";

/// A record of Empego that no consultation of the desk is, with the newest of each detail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Foreign {
    pub key: EmpegoKey,
    /// When its newest event happened, in milliseconds (UTC).
    pub at: i64,
    pub details: EventDetails,
}

/// A queue event, parsed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueEvent {
    /// Unique at Empego: a second event with the same id is a redelivery.
    pub event_id: String,
    /// As received.
    pub event_type: String,
    /// When it happened, by Empego's clock, in milliseconds (UTC).
    pub at: i64,
    /// When it was received, in milliseconds (UTC).
    pub received_at: i64,
    /// `None` for an unknown type.
    pub about: Option<EventSubject>,
    /// The body of an event of an unknown type, sealed.
    pub body: Option<Vec<u8>>,
}

/// What a batch of events changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changed {
    /// The consultations that the events are about.
    pub consultations: Vec<(SiteId, ConsultationId)>,
    /// Those of them that had a create call with an unknown outcome until now, and so no link yet.
    pub found: Vec<(SiteId, ConsultationId)>,
    /// The number of redeliveries.
    pub again: usize,
    /// The number of events about a consultation that is not here yet; they are applied when it is.
    pub waiting: usize,
    /// The number of events of an unknown type.
    pub unknown: usize,
}

/// An unknown type of event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownType {
    /// As received.
    pub event_type: String,
    /// The number of events.
    pub events: u64,
    /// When the last one was received, in milliseconds (UTC).
    pub last_at: i64,
}

/// Counts of the events that are kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EventCounts {
    pub events: u64,
    pub redeliveries: u64,
    /// Events about a consultation that is not here.
    pub waiting: u64,
    /// The most recent first.
    pub unknown: Vec<UnknownType>,
}

/// Consultations that the browser and Empego disagree about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Discrepancies {
    /// Reported by the browser before the given moment, and not confirmed by Empego.
    pub unconfirmed: u64,
    /// Confirmed by Empego before the given moment, and never reported by a browser.
    pub unreported: u64,
}

/// What Empego's event queue delivered.
#[async_trait]
pub trait Events: Send + Sync {
    /// Records a batch of events, each once, and adds them to the histories of their consultations.
    /// An event about a consultation that is not here waits: [`super::Consultations::add`] applies
    /// it with the key.
    async fn record_events(&self, events: &[QueueEvent]) -> Result<Changed>;
    /// Applies events that came while the create call of their consultation was under way, once its
    /// outcome is unknown at `now`: their metadata names the consultation. [`Changed::waiting`]
    /// counts those that go on waiting.
    async fn apply_waiting(&self, now: i64) -> Result<Changed>;
    /// Records that Empego created by itself: their events were received before this moment, in
    /// milliseconds (UTC), and have no metadata, which all that the desk created has. By key, from
    /// the one after `after` on, and at most `limit`.
    async fn foreign(
        &self,
        before: i64,
        after: Option<&EmpegoKey>,
        limit: u32,
    ) -> Result<Vec<Foreign>>;
    /// The record with this key, as [`Self::foreign`] has it.
    async fn foreign_of(&self, key: &EmpegoKey) -> Result<Option<Foreign>>;
    /// Whether a site (with `patient`: for this patient) has a consultation, or a follow-up, of
    /// which it is not known whether Empego has created it.
    async fn has_unsettled(
        &self,
        site: &SiteId,
        patient: Option<&PatientId>,
        is_follow_up: bool,
    ) -> Result<bool>;
    /// Counts of the events that are kept.
    async fn event_counts(&self) -> Result<EventCounts>;
    /// Deletes the events received before this moment, in milliseconds (UTC). A redelivery of one
    /// of them counts as new, and changes nothing where it was applied. Returns how many there
    /// were.
    async fn forget_events(&self, before: i64) -> Result<u64>;
    /// Disagreements since before this moment, in milliseconds (UTC), at every site.
    async fn discrepancies(&self, before: i64) -> Result<Discrepancies>;
}

/// A row of `queue_events` that waits for a consultation and has metadata.
#[derive(FromRow)]
pub(super) struct WaitingRow {
    event_id: String,
    event_type: String,
    happened_at: i64,
    received_at: i64,
    empego_key: String,
    metadata: String,
    status: Option<String>,
    answered_at: Option<i64>,
}

impl TryFrom<WaitingRow> for QueueEvent {
    type Error = StoreError;

    fn try_from(row: WaitingRow) -> Result<Self> {
        let status = row.status.map(|status| from_json(&status, "a status")).transpose()?;
        let about = Some(EventSubject {
            key: EmpegoKey(row.empego_key),
            metadata: Some(row.metadata),
            status,
            answered_at: row.answered_at,
            details: None,
        });
        let WaitingRow { event_id, event_type, happened_at: at, received_at, .. } = row;
        Ok(Self { event_id, event_type, at, received_at, about, body: None })
    }
}

/// A row of `queue_events` that waits no longer.
#[derive(FromRow)]
pub(super) struct WaitedRow {
    event_id: String,
    happened_at: i64,
    status: Option<String>,
    answered_at: Option<i64>,
}

impl WaitedRow {
    /// The history entries that it makes.
    pub(super) fn entries(self) -> Result<impl Iterator<Item = Entry>> {
        let status = self.status.map(|status| from_json(&status, "a status")).transpose()?;
        Ok(entries(&self.event_id, self.happened_at, status, self.answered_at))
    }
}
