//! A change of a patient on record that a new consultation brought along.

use super::Record;
use super::patient_changes::{ChangedBy, Details};
use crate::model::audit::Action;
use crate::model::ids::{PatientId, SiteId};
use crate::model::timeline::Entry;

/// A change of a patient on record that a consultation brought along.
pub(super) struct Brought {
    pub(super) patient: PatientId,
    pub(super) before: Details,
    pub(super) after: Details,
}

impl Brought {
    /// Who made it: the staff member of this entry in the consultation's history. `log` has the
    /// rows of their request for the audit log.
    pub(super) fn by(&self, id: String, site: &SiteId, entry: &Entry, log: &[Record]) -> ChangedBy {
        let fields = self.before.differing(&self.after);
        let row = log.first().map(|row| Record {
            action: Action::PatientCorrected,
            patients: vec![self.patient.clone()],
            detail: format!("change={id} {fields}"),
            ..row.clone()
        });
        ChangedBy {
            id,
            site: site.clone(),
            at: entry.at,
            name: entry.actor.clone().unwrap_or_default(),
            log: row.into_iter().collect(),
        }
    }
}

impl Details {
    /// The names of the fields that differ, for the audit log: never what is in them.
    #[must_use]
    pub fn differing(&self, other: &Self) -> String {
        let differ = [
            ("first_name", self.first_name != other.first_name),
            ("last_name", self.last_name != other.last_name),
            ("date_of_birth", self.date_of_birth != other.date_of_birth),
            ("identifiers", self.identifiers != other.identifiers),
            ("language", self.language != other.language),
        ];
        differ.iter().filter(|(_, it)| *it).map(|(name, _)| *name).collect::<Vec<_>>().join(" ")
    }
}
