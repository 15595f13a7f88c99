//! How long records are kept: legal holds, and what goes at the end of the retention.

use super::{Record, Result};
use crate::model::ids::{ConsultationId, PatientId, SiteId};
use async_trait::async_trait;

/// A consultation that must be kept, whatever the retention says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hold {
    /// Since when, in milliseconds (UTC).
    pub since: i64,
    /// The name of the staff member who said so, as it was then.
    pub by: String,
    /// Why.
    pub reason: String,
}

/// A hold, and what it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// The consultation.
    pub consultation: ConsultationId,
    /// Its patient.
    pub patient: PatientId,
    /// The hold.
    pub hold: Hold,
}

/// What a purge would remove, or has removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Purged {
    /// Consultations, with their links, their history and their exports.
    pub consultations: u64,
    /// Patients who have no consultation left.
    pub patients: u64,
}

/// One transaction of a purge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Purge {
    /// Whose records.
    pub site: SiteId,
    /// Only what last changed before this moment, in milliseconds (UTC).
    pub before: i64,
    /// How many consultations at the most.
    pub limit: u32,
    /// What the audit log says of it. The patients and the counts are filled in.
    pub log: Record,
}

/// How long records are kept. A record of another site is as if it were not there.
///
/// Due is a consultation about which nothing was heard since the given moment, and which is not
/// held: finished or not, also one that Empego never answered for, and one with a link that has no
/// end. Only a link with an end keeps its unanswered consultation until that end is past the given
/// moment too, and a follow-up stays until its day is.
#[async_trait]
pub trait Retention: Send + Sync {
    /// The hold of a consultation, if there is one.
    async fn hold(&self, site: &SiteId, id: &ConsultationId) -> Result<Option<Hold>>;
    /// Every hold of a site, newest first.
    async fn holds(&self, site: &SiteId) -> Result<Vec<Held>>;
    /// Puts a consultation under a hold, in the place of the one that it has, or lifts it.
    /// [`super::StoreError::NotFound`] when there is no such consultation.
    async fn set_hold(
        &self,
        site: &SiteId,
        id: &ConsultationId,
        hold: Option<&Hold>,
        log: &[Record],
    ) -> Result<()>;
    /// What is due at a site, last changed before this moment. Nothing is changed.
    async fn due(&self, site: &SiteId, before: i64) -> Result<Purged>;
    /// Removes what is due, oldest first, with the row of the log in the same transaction. Nothing
    /// due, nothing written.
    async fn purge(&self, purge: &Purge) -> Result<Purged>;
}
