//! Confidentiality incidents, with the entries that Québec's Regulation respecting confidentiality
//! incidents requires of a register.

use super::ids::{IncidentId, SiteId};

/// One version of an incident. An edit adds a version; the older ones stay. Days are `YYYY-MM-DD`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incident {
    pub id: IncidentId,
    pub site: SiteId,
    /// Counted from 1 for each incident.
    pub version: u32,
    /// In milliseconds (UTC).
    pub written_at: i64,
    /// The name of the staff member who wrote this version, as it was then.
    pub written_by: String,
    /// The personal information concerned, or why it cannot be described.
    pub information: String,
    pub circumstances: String,
    /// The date or period of the incident, as far as known; free text.
    pub happened: String,
    /// The day when the clinic became aware of it.
    pub aware_on: String,
    /// How many persons are concerned, or an estimate.
    pub persons: Option<u32>,
    pub persons_in_quebec: Option<u32>,
    /// Whether there is a risk of serious injury.
    pub serious: bool,
    /// The reasons for that conclusion.
    pub reasons: String,
    /// The day when the Commission d'accès à l'information was notified.
    pub commission_on: Option<String>,
    /// The day when the persons concerned were notified.
    pub persons_on: Option<String>,
    /// The measures taken to reduce the risk of injury.
    pub measures: String,
}
