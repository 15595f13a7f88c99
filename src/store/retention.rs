//! Retention of records: legal holds, and purges at the end of the retention.

use super::{Record, Result};
use crate::model::ids::{ConsultationId, PatientId, SiteId};
use async_trait::async_trait;

/// A legal hold: the consultation is kept whatever the retention.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hold {
    /// Milliseconds (UTC).
    pub since: i64,
    /// The name of the staff member who set it, at that time.
    pub by: String,
    pub reason: String,
}

/// A hold and its consultation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldConsultation {
    pub consultation: ConsultationId,
    pub patient: PatientId,
    pub hold: Hold,
}

/// What a purge would remove, or has removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Purged {
    /// Consultations, with their links, history and exports.
    pub consultations: u64,
    /// Patients with no consultation left.
    pub patients: u64,
}

/// What is announced to be removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PurgePlan {
    /// Milliseconds (UTC).
    pub announced_at: i64,
    /// Only what was due at this moment, in milliseconds (UTC).
    pub before: i64,
    /// Consultations, or rows of the audit log.
    pub records: u64,
    pub patients: u64,
}

/// How far the clock may go between two rows of the audit log, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leap {
    /// Forward, by less than this.
    pub forward: i64,
    /// Back, by no more than this.
    pub back: i64,
}

/// What the database knows of the clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ClockCheck {
    /// The last certain moment, in milliseconds (UTC): that of the newest row of the log, or of the
    /// last one before the first leap since the clock was trusted. When it was trusted, where there
    /// is no such row. `None` for a log without any row.
    pub certain: Option<i64>,
    /// By how many milliseconds the clock was ahead of Empego's, where Empego contradicted it since
    /// it was trusted; negative = behind.
    pub contradicted: Option<i64>,
}

/// One transaction of a purge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Purge {
    pub site: SiteId,
    /// Only what last changed before this moment, in milliseconds (UTC).
    pub before: i64,
    /// The most consultations to remove.
    pub limit: u32,
    /// The row for the audit log. The store fills in the patients and the counts.
    pub log: Record,
}

/// Retention of records. A record of another site is not found.
///
/// A consultation is due when nothing happened to it since the given moment and it is under no
/// hold: finished or not, also when Empego never answered for it, and when its link never expires.
/// An unanswered consultation is due only when its link expired before that moment too, and a
/// follow-up only when its day is before it.
#[async_trait]
pub trait Retention: Send + Sync {
    /// The hold of a consultation.
    async fn hold(&self, site: &SiteId, id: &ConsultationId) -> Result<Option<Hold>>;
    /// Every hold of a site, newest first.
    async fn holds(&self, site: &SiteId) -> Result<Vec<HeldConsultation>>;
    /// Sets or replaces the hold of a consultation, or lifts it, and appends to the audit log.
    /// [`super::StoreError::NotFound`] when there is no such consultation.
    async fn set_hold(
        &self,
        site: &SiteId,
        id: &ConsultationId,
        hold: Option<&Hold>,
        log: &[Record],
    ) -> Result<()>;
    /// Counts what is due at a site, last changed before this moment.
    async fn due(&self, site: &SiteId, before: i64) -> Result<Purged>;
    /// The number of consultations of a site.
    async fn kept(&self, site: &SiteId) -> Result<u64>;
    /// What is announced at a site, or (`None`) of the audit log.
    async fn plan(&self, site: Option<&SiteId>) -> Result<Option<PurgePlan>>;
    /// Sets or withdraws what is announced, and appends to the audit log.
    async fn set_plan(
        &self,
        site: Option<&SiteId>,
        plan: Option<&PurgePlan>,
        log: &[Record],
    ) -> Result<()>;
    /// What is known of the clock since it was last trusted.
    async fn clock_check(&self, leap: Leap) -> Result<ClockCheck>;
    /// Trusts the clock from now on, which is `at` (milliseconds, UTC), and appends to the audit
    /// log. What was known against it is forgotten.
    async fn trust_clock(&self, at: i64, log: &[Record]) -> Result<()>;
    /// Withdraws every announcement, since the clock is in doubt, and appends to the audit log.
    /// `contradicted`: by how many milliseconds the clock is ahead of Empego's; `None` keeps what
    /// was noted before.
    async fn doubt_clock(&self, contradicted: Option<i64>, log: &[Record]) -> Result<()>;
    /// Whether anything is announced, at any site or of the audit log.
    async fn has_plans(&self) -> Result<bool>;
    /// Removes what is due, oldest first, and appends to the audit log when there was something.
    async fn purge(&self, purge: &Purge) -> Result<Purged>;
}
