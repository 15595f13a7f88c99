//! Makes one patient of two records of the same person at a site, and undoes that within a day.
//!
//! At Empego the two stay two: it has no call for it (`docs/empego.md` §9).

use super::audit::About;
use super::correction::shown;
use super::form::error;
use super::{Actor, Desk, DeskError, Result};
use crate::error::FieldProblem;
use crate::model::audit::Action;
use crate::model::consultation::Consultation;
use crate::model::forms::MergeForm;
use crate::model::ids::{ConsultationId, PatientId};
use crate::model::patient::Patient;
use crate::store::patient_changes::{
    Change, Details, MERGE_UNDO_MS, Merge, Merged, PatientChange, Unmerged,
};

/// The most patients that a search for the other record shows.
pub const MOST: usize = 10;

/// The other patients of the site that a search finds, by name; with an empty search those of the
/// same name. Up to one more than [`MOST`]. The look is logged first.
///
/// # Errors
/// [`DeskError::NotFound`] when there is no such consultation; a store error.
pub async fn find(
    desk: &Desk,
    caller: &Actor,
    id: &ConsultationId,
    words: &str,
) -> Result<Vec<Patient>> {
    let site = &caller.site.id;
    let patient = desk.store.consultation(site, id).await?.ok_or(DeskError::NotFound)?.patient;
    let name = patient.full_name();
    let words = if words.trim().is_empty() { &name } else { words };
    let most = u32::try_from(MOST + 2).unwrap_or(u32::MAX);
    let mut found = desk.store.search_patients(site, words, most).await?;
    found.retain(|other| other.id != patient.id);
    found.truncate(MOST + 1);
    let patients = found.iter().map(|other| other.id.clone()).collect();
    let about = About { patients, ..About::detail(format!("rows={} by=merge", found.len())) };
    desk.log(caller, Action::PatientFound, about).await?;
    Ok(found)
}

/// The patients that [`find`] found and logged for the same request, in that order.
///
/// # Errors
/// A store error.
pub async fn found(desk: &Desk, caller: &Actor, ids: &[PatientId]) -> Result<Vec<Patient>> {
    let mut found = Vec::new();
    for id in ids {
        found.extend(desk.store.patient(&caller.site.id, id).await?);
    }
    Ok(found)
}

/// A consultation with its patient, and another patient of the site, for the page that compares
/// them. Both looks are logged first.
///
/// # Errors
/// [`DeskError::NotFound`] when one of them is not there, or when both are one patient.
pub async fn compare(
    desk: &Desk,
    caller: &Actor,
    id: &ConsultationId,
    with: &PatientId,
) -> Result<(Consultation, Patient)> {
    let consultation = super::correction::open(desk, caller, id).await?;
    let other = other(desk, caller, &consultation, with).await?;
    let patients = vec![other.id.clone()];
    let about = About { patients, ..About::detail("found=true by=merge") };
    desk.log(caller, Action::PatientFound, about).await?;
    Ok((consultation, other))
}

async fn other(
    desk: &Desk,
    caller: &Actor,
    consultation: &Consultation,
    with: &PatientId,
) -> Result<Patient> {
    let other = desk.store.patient(&caller.site.id, with).await?;
    other.filter(|other| other.id != consultation.patient.id).ok_or(DeskError::NotFound)
}

/// Makes one patient of a consultation's patient, who stays, and another one. Every consultation
/// and number of the other goes along, and links keep working. Repeating it changes nothing.
///
/// # Errors
/// [`DeskError::NotFound`] as [`compare`]; [`DeskError::Invalid`] when a choice is missing, or when
/// another user changed one of the two since the page was opened.
pub async fn merge(
    desk: &Desk,
    caller: &Actor,
    id: &ConsultationId,
    form: &MergeForm,
) -> Result<()> {
    let site = &caller.site.id;
    let consultation = desk.store.consultation(site, id).await?.ok_or(DeskError::NotFound)?;
    let (kept, with) = (&consultation.patient, PatientId(form.with.clone()));
    if is_merged(desk, caller, kept, &with).await? {
        return Ok(());
    }
    let other = other(desk, caller, &consultation, &with).await?;
    if form.shown != shown(kept) || form.other_shown != shown(&other) {
        return Err(DeskError::field("main", FieldProblem::ChangedMeanwhile));
    }
    let mut errors = Vec::new();
    let mut choice = |field: &str, typed: &str, differ: bool| match typed {
        "other" => true,
        "this" => false,
        _ => {
            if differ {
                errors.push(error(field, FieldProblem::Required));
            }
            false
        }
    };
    let other_name = choice("keep_name", &form.keep_name, names_differ(kept, &other));
    let other_birth_date =
        choice("keep_birth_date", &form.keep_birth_date, birth_dates_differ(kept, &other));
    if !errors.is_empty() {
        return Err(DeskError::Invalid(errors));
    }
    let patients = vec![kept.id.clone(), other.id.clone()];
    let by = desk.changed_by(caller, |change| {
        let about = About { patients, ..About::consultation(&consultation) };
        vec![desk.row(caller, Action::PatientsMerged, about.with(format!("change={change}")))]
    });
    let merge = Merge {
        kept: (kept.id.clone(), Details::from(kept)),
        merged: (other.id.clone(), Details::from(&other)),
        other_name,
        other_birth_date,
        by,
    };
    match desk.store.merge_patients(&merge).await? {
        Merged::Done(_) => Ok(()),
        Merged::Changed if is_merged(desk, caller, kept, &with).await? => Ok(()),
        Merged::Changed => Err(DeskError::field("main", FieldProblem::ChangedMeanwhile)),
    }
}

/// Whether the other one is this patient by now: a second press finds its own work done.
async fn is_merged(
    desk: &Desk,
    caller: &Actor,
    patient: &Patient,
    other: &PatientId,
) -> Result<bool> {
    let now = desk.store.patient(&caller.site.id, other).await?;
    Ok(*other != patient.id && now.is_some_and(|now| now.id == patient.id))
}

/// Whether a name has to be chosen.
#[must_use]
pub fn names_differ(kept: &Patient, other: &Patient) -> bool {
    (&kept.first_name, &kept.last_name) != (&other.first_name, &other.last_name)
}

/// Whether a date of birth has to be chosen: a date that only one of them has stays.
#[must_use]
pub fn birth_dates_differ(kept: &Patient, other: &Patient) -> bool {
    matches!((&kept.date_of_birth, &other.date_of_birth), (Some(a), Some(b)) if a != b)
}

/// The newest merge of a patient that can be undone still, and until when (milliseconds, UTC). The
/// caller has a record of the patient open.
///
/// # Errors
/// A store error.
pub async fn undoable(
    desk: &Desk,
    caller: &Actor,
    patient: &PatientId,
) -> Result<Option<(PatientChange, i64)>> {
    let changes = desk.store.patient_changes(&caller.site.id, patient).await?;
    let is_merge = |it: &PatientChange| {
        matches!(it.change, Change::Merge { .. }) && it.undone.is_none() && it.patient == *patient
    };
    let until = |it: PatientChange| {
        let until = it.at.saturating_add(MERGE_UNDO_MS);
        (it, until)
    };
    let newest = changes.into_iter().find(is_merge).map(until);
    Ok(newest.filter(|(_, until)| desk.now() <= *until))
}

/// Undoes a merge of a consultation's patient. What was created since stays with the kept patient.
/// Repeating it changes nothing.
///
/// # Errors
/// [`DeskError::NotFound`] when there is no such merge; [`DeskError::Invalid`] when it is too long
/// ago, or when the record was changed since.
pub async fn undo(desk: &Desk, caller: &Actor, id: &ConsultationId, merge: &str) -> Result<()> {
    let site = &caller.site.id;
    let consultation = desk.store.consultation(site, id).await?.ok_or(DeskError::NotFound)?;
    let changes = desk.store.patient_changes(site, &consultation.patient.id).await?;
    let change = changes.into_iter().find(|it| it.id == merge).ok_or(DeskError::NotFound)?;
    let patients = std::iter::once(change.patient.clone()).chain(change.merged).collect();
    let by = desk.changed_by(caller, |_| {
        let about = About { patients, ..About::consultation(&consultation) };
        vec![desk.row(caller, Action::MergeUndone, about.with(format!("change={merge}")))]
    });
    match desk.store.undo_merge(&change.patient, merge, &by).await? {
        Unmerged::Done(_) | Unmerged::Repeated => Ok(()),
        Unmerged::Changed | Unmerged::TooLate => {
            Err(DeskError::field("main", FieldProblem::NotUndoable))
        }
    }
}
