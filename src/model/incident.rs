//! A confidentiality incident, with what Québec's regulation wants a register to say of it.

use super::ids::{IncidentId, SiteId};

/// One version of an incident. An edit is a new version; the older ones stay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incident {
    /// Ours.
    pub id: IncidentId,
    /// The site that it happened at.
    pub site: SiteId,
    /// Counts the versions of one incident from 1.
    pub version: u32,
    /// When this version was written, in milliseconds (UTC).
    pub written_at: i64,
    /// The name of the staff member who wrote it, as it was then.
    pub written_by: String,
    /// The personal information that it is about, or why it cannot be described.
    pub information: String,
    /// What happened, in short.
    pub circumstances: String,
    /// The date or the period when it happened, as far as known.
    pub happened: String,
    /// The day when the clinic became aware of it: `YYYY-MM-DD`, as the other days.
    pub aware_on: String,
    /// How many persons are concerned, or about how many.
    pub persons: Option<u32>,
    /// How many of them live in Québec.
    pub persons_in_quebec: Option<u32>,
    /// Whether there is a risk of serious injury.
    pub serious: bool,
    /// What leads to that conclusion.
    pub reasons: String,
    /// The day when the commission was told.
    pub commission_on: Option<String>,
    /// The day when the persons were told.
    pub persons_on: Option<String>,
    /// What was done to lessen the risk of injury.
    pub measures: String,
}
