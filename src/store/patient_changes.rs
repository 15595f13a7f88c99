//! Corrections and merges of patients. Each keeps the details from before, as long as the patient
//! is kept. The rules are here; an engine reads and writes the rows.

use super::{Record, Result};
use crate::model::ids::{ConsultationId, PatientId, SiteId};
use crate::model::language::Language;
use crate::model::patient::{Identifier, Patient};
use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use std::fmt;

/// How long a merge can be undone, in milliseconds: a day.
pub const MERGE_UNDO_MS: i64 = 86_400_000;

/// What staff know a patient by.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Details {
    pub first_name: String,
    pub last_name: String,
    /// `YYYY-MM-DD`.
    pub date_of_birth: Option<String>,
    /// Newest first.
    pub identifiers: Vec<Identifier>,
    /// `None` = the language of the patient's browser.
    #[serde(default)]
    pub language: Option<Language>,
}

/// Leaves everything out: it is all about the patient.
impl fmt::Debug for Details {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Details").finish_non_exhaustive()
    }
}

impl From<&Patient> for Details {
    fn from(patient: &Patient) -> Self {
        Self {
            first_name: patient.first_name.clone(),
            last_name: patient.last_name.clone(),
            date_of_birth: patient.date_of_birth.clone(),
            identifiers: patient.identifiers.clone(),
            language: patient.language,
        }
    }
}

impl Details {
    /// Whether staff see the same: the language of the page is none of what is corrected.
    pub(super) fn shows_same(&self, other: &Self) -> bool {
        *self == Self { language: self.language, ..other.clone() }
    }

    /// These names and this date of birth, with the identifiers of both.
    pub(super) fn united(&self, other: &Self) -> Vec<Identifier> {
        let more = other.identifiers.iter().filter(|more| !self.identifiers.contains(more));
        self.identifiers.iter().chain(more).cloned().collect()
    }
}

/// What was changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Change {
    Correction {
        before: Details,
        after: Details,
    },
    Merge {
        /// The kept patient's.
        before: Details,
        after: Details,
        /// Those of the patient whose record was removed.
        merged: Details,
        /// Whose consultations they were.
        consultations: Vec<ConsultationId>,
    },
    /// A merge that was undone. It is in the history of both patients, so it has the details of
    /// neither.
    UndoneMerge,
}

/// A change in the history of a patient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatientChange {
    pub id: String,
    pub patient: PatientId,
    /// The patient whose record a merge removed.
    pub merged: Option<PatientId>,
    /// Milliseconds (UTC).
    pub at: i64,
    /// The name of the staff member, at that time.
    pub by: String,
    pub change: Change,
    /// When a merge was undone (milliseconds, UTC), and by whom.
    pub undone: Option<(i64, String)>,
}

/// Who changes a patient, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangedBy {
    /// The id of the row in the history.
    pub id: String,
    pub site: SiteId,
    /// Milliseconds (UTC).
    pub at: i64,
    /// The staff member's name.
    pub name: String,
    /// Rows for the audit log.
    pub log: Vec<Record>,
}

/// A correction of a patient's details.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Correction {
    pub patient: PatientId,
    /// What the staff member saw.
    pub before: Details,
    pub after: Details,
    pub by: ChangedBy,
}

/// What [`PatientChanges::correct_patient`] did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Corrected {
    /// Done. The patient's consultations.
    Done(Vec<ConsultationId>),
    /// The patient has other details by now; nothing was changed.
    Changed,
    /// Another patient of the site has this identifier; nothing was changed.
    IdentifierOf(PatientId),
}

/// A merge of two patients.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merge {
    /// The patient that stays, and what the staff member saw of them.
    pub kept: (PatientId, Details),
    /// The patient whose record goes, and what the staff member saw of them.
    pub merged: (PatientId, Details),
    /// Whether the names of the merged patient are taken.
    pub other_name: bool,
    /// Whether the date of birth of the merged patient is taken.
    pub other_birth_date: bool,
    pub by: ChangedBy,
}

impl Merge {
    /// The kept patient afterwards.
    pub(super) fn after(&self) -> Details {
        let ((_, kept), (_, merged)) = (&self.kept, &self.merged);
        let names = if self.other_name { merged } else { kept };
        let dated = if self.other_birth_date { merged } else { kept };
        Details {
            first_name: names.first_name.clone(),
            last_name: names.last_name.clone(),
            // A date that only one of them has is not lost.
            date_of_birth: dated
                .date_of_birth
                .clone()
                .or_else(|| kept.date_of_birth.clone())
                .or_else(|| merged.date_of_birth.clone()),
            identifiers: kept.united(merged),
            language: kept.language.or(merged.language),
        }
    }
}

/// What [`PatientChanges::merge_patients`] did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Merged {
    /// Done. Every consultation of the kept patient.
    Done(Vec<ConsultationId>),
    /// One of the patients has other details by now, or is gone; nothing was changed.
    Changed,
}

/// What [`PatientChanges::undo_merge`] did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unmerged {
    /// Done. The consultations of both.
    Done(Vec<ConsultationId>),
    /// It was undone before; nothing was changed.
    Repeated,
    /// The kept patient was changed since; nothing was changed.
    Changed,
    /// It is too long ago; nothing was changed.
    TooLate,
}

/// The details of both patients when a merge is undone: of the kept one, and of the other one.
/// `None` where the record was changed since, so that it cannot be undone: another name or date of
/// birth, or an identifier of the other one that is gone. An identifier that was added since stays
/// with the kept patient.
pub(super) fn unmerge(change: &Change, now: &Details) -> Option<(Details, Details)> {
    let Change::Merge { before, after, merged, .. } = change else { return None };
    let as_left = now.first_name == after.first_name
        && now.last_name == after.last_name
        && now.date_of_birth == after.date_of_birth
        && after.identifiers.iter().all(|identifier| now.identifiers.contains(identifier));
    as_left.then(|| {
        let language = before.language;
        (Details { language, ..without_merged(now, before, after, merged) }, merged.clone())
    })
}

/// A change of the kept patient that came after a merge, when that merge is undone: as if it had
/// never been. The details of the other patient do not stay in the history of the kept one.
pub(super) fn without_merge(later: Change, merge: &Change) -> Change {
    let Change::Merge { before: kept, after: united, merged: other, .. } = merge else {
        return later;
    };
    let without = |details: &Details| without_merged(details, kept, united, other);
    match later {
        Change::Correction { before, after } => {
            Change::Correction { before: without(&before), after: without(&after) }
        }
        Change::Merge { before, after, merged, consultations } => Change::Merge {
            before: without(&before),
            after: without(&after),
            merged,
            consultations,
        },
        Change::UndoneMerge => Change::UndoneMerge,
    }
}

/// Details without what a merge brought: what is as the merge left it (`after`) is as it was
/// `before`.
fn without_merged(now: &Details, before: &Details, after: &Details, merged: &Details) -> Details {
    let names = |it: &Details| (it.first_name.clone(), it.last_name.clone());
    let named = if names(now) == names(after) { before } else { now };
    let dated = if now.date_of_birth == after.date_of_birth { before } else { now };
    let others = |identifier: &&Identifier| !merged.identifiers.contains(identifier);
    Details {
        first_name: named.first_name.clone(),
        last_name: named.last_name.clone(),
        date_of_birth: dated.date_of_birth.clone(),
        identifiers: now.identifiers.iter().filter(others).cloned().collect(),
        language: now.language,
    }
}

/// Corrections and merges of patients. A record of another site is not found.
#[async_trait]
pub trait PatientChanges: Send + Sync {
    /// Gives a patient these details, if they still are as before.
    /// [`super::StoreError::NotFound`] when there is no such patient.
    async fn correct_patient(&self, correction: &Correction) -> Result<Corrected>;
    /// Makes one patient of two: every consultation and identifier goes to the kept one. The other
    /// one's id leads to the kept patient from then on.
    async fn merge_patients(&self, merge: &Merge) -> Result<Merged>;
    /// Undoes a merge: what came from the other patient goes back, as far as it is still there,
    /// with the follow-ups that were planned from it. What else was created since stays with the
    /// kept patient, whose history keeps none of the other one's details.
    /// [`super::StoreError::NotFound`] when this patient has no such merge.
    async fn undo_merge(
        &self,
        patient: &PatientId,
        merge: &str,
        by: &ChangedBy,
    ) -> Result<Unmerged>;
    /// Sets the language of a patient, and appends to the audit log. The patient's consultations.
    /// [`super::StoreError::NotFound`] when there is no such patient.
    async fn set_patient_language(
        &self,
        site: &SiteId,
        id: &PatientId,
        language: Option<Language>,
        log: &[Record],
    ) -> Result<Vec<ConsultationId>>;
    /// The history of a patient and of those merged into them, newest first. An undone merge is in
    /// that of both.
    async fn patient_changes(&self, site: &SiteId, id: &PatientId) -> Result<Vec<PatientChange>>;
    /// This patient and all that were merged into them, for the audit log, which has their ids.
    async fn patient_ids(&self, site: &SiteId, id: &PatientId) -> Result<Vec<PatientId>>;
}

#[cfg(test)]
mod tests;
