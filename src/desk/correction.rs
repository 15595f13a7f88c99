//! Corrects what staff typed of a patient: name, date of birth, numbers.
//!
//! Empego documents no call that changes a patient (`docs/empego.md` §10.1): it gets the corrected
//! details with the patient's next consultation.

use super::audit::About;
use super::form::{self, Kept, OTHER_BIRTH_DATE, error};
pub use super::shown::shown;
use super::{Actor, Desk, DeskError, Result};
use crate::error::{FieldError, FieldProblem};
use crate::model::audit::Action;
use crate::model::consultation::Consultation;
use crate::model::forms::CorrectionForm;
use crate::model::ids::ConsultationId;
use crate::model::patient::{Identifier, Patient};
use crate::store::patient_changes::{ChangedBy, Corrected, Correction, Details};

/// Corrects the patient of a consultation, on every record of theirs. Links keep working, and the
/// question for the date of birth goes by the corrected one at once. Without a difference nothing
/// is written.
///
/// # Errors
/// [`DeskError::NotFound`] when there is no such consultation. [`DeskError::Invalid`] with every
/// field that is not accepted: also where another user changed the details since the form was
/// opened, and where another patient has the number, which is logged as a look at that patient.
pub async fn correct(
    desk: &Desk,
    caller: &Actor,
    id: &ConsultationId,
    form: &CorrectionForm,
) -> Result<()> {
    let site = &caller.site.id;
    let consultation = desk.store.consultation(site, id).await?.ok_or(DeskError::NotFound)?;
    let patient = &consultation.patient;
    if form.shown != shown(patient) {
        return repeated(desk, caller, patient, form);
    }
    let (after, kept) = read(desk, caller, patient, form)?;
    let before = Details::from(patient);
    if before == after {
        return Ok(());
    }
    let by = desk.changed_by(caller, |id| {
        let kept = kept.iter().map(|what| format!(" kept={what}")).collect::<String>();
        let detail = format!("change={id} {}{kept}", before.differing(&after));
        vec![desk.row(
            caller,
            Action::PatientCorrected,
            About::consultation(&consultation).with(detail),
        )]
    });
    let correction = Correction { patient: patient.id.clone(), before, after, by };
    match desk.store.correct_patient(&correction).await? {
        Corrected::Done(_) => Ok(()),
        Corrected::Changed => {
            let now = desk.store.consultation(site, id).await?.ok_or(DeskError::NotFound)?;
            repeated(desk, caller, &now.patient, form)
        }
        Corrected::IdentifierOf(other) => {
            let about = About { patients: vec![other], ..About::detail("found=true by=form") };
            desk.log(caller, Action::PatientFound, about).await?;
            Err(DeskError::field("identifier", FieldProblem::NumberOfOther))
        }
    }
}

/// A form that was opened before the patient was changed. A second press of the same form finds its
/// own work done; anything else would overwrite what the user has not seen.
fn repeated(desk: &Desk, caller: &Actor, now: &Patient, form: &CorrectionForm) -> Result<()> {
    match read(desk, caller, now, form) {
        Ok((after, _)) if after == Details::from(now) => Ok(()),
        _ => Err(DeskError::field("main", FieldProblem::ChangedMeanwhile)),
    }
}

/// The details that a form gives a patient, and what was confirmed although it looks wrong. The new
/// number, if any, is the newest.
fn read(
    desk: &Desk,
    caller: &Actor,
    patient: &Patient,
    form: &CorrectionForm,
) -> Result<(Details, Kept)> {
    let mut errors = Vec::new();
    let mut typed = form::typed(desk, caller, &form.patient, &mut errors);
    let kept = patient.identifiers.iter().filter(|it| number_value(it) != form.remove_number);
    let mut identifiers: Vec<Identifier> = typed.identifier.iter().cloned().collect();
    identifiers.extend(kept.filter(|it| Some(*it) != typed.identifier.as_ref()).cloned());
    if form.patient.date_of_birth.trim().is_empty() {
        if patient.date_of_birth.is_some() {
            // A link may ask for it: without it, anyone with the link would pass.
            errors.push(error("date_of_birth", FieldProblem::KeepBirthDate));
        } else if caller.site.rules.birth_date_gate {
            errors.push(error("date_of_birth", FieldProblem::RequiredForGate));
        } else if identifiers.is_empty() {
            errors.push(error("date_of_birth", FieldProblem::Required));
        }
    }
    // What was on record before is not asked about again.
    let is_new = |it: &Identifier| {
        typed.date_of_birth != patient.date_of_birth || !patient.identifiers.contains(it)
    };
    if let Some(date) = &typed.date_of_birth
        && identifiers.iter().any(|it| is_new(it) && it.kind.contradicts(&it.key, date))
    {
        if form.patient.keeps_number() {
            typed.kept.push(OTHER_BIRTH_DATE);
        } else if errors.iter().all(|error: &FieldError| error.field != "identifier") {
            errors.push(error("identifier", FieldProblem::OtherBirthDate));
        }
    }
    if !errors.is_empty() {
        return Err(DeskError::Invalid(errors));
    }
    let details = Details {
        first_name: typed.first_name,
        last_name: typed.last_name,
        date_of_birth: typed.date_of_birth,
        identifiers,
        language: patient.language,
    };
    Ok((details, typed.kept))
}

/// An identifier as the choice of a form.
#[must_use]
pub fn number_value(identifier: &Identifier) -> String {
    format!("{} {}", identifier.kind.slug(), identifier.key)
}

impl Desk {
    /// Who makes a change now, with its rows for the audit log.
    pub(super) fn changed_by(
        &self,
        caller: &Actor,
        log: impl FnOnce(&str) -> Vec<crate::store::Record>,
    ) -> ChangedBy {
        let id = self.ambient.id();
        ChangedBy {
            log: log(&id),
            id,
            site: caller.site.id.clone(),
            at: self.now(),
            name: caller.staff.name.clone(),
        }
    }
}

/// A consultation of the caller's site and its patient, for the page that corrects them. The look
/// is logged.
///
/// # Errors
/// [`DeskError::NotFound`] when there is none; a store error.
pub async fn open(desk: &Desk, caller: &Actor, id: &ConsultationId) -> Result<Consultation> {
    let found = super::access::consultation(desk, caller, id).await?;
    found.map(|(consultation, _)| consultation).ok_or(DeskError::NotFound)
}

/// Sets the language of a consultation's patient: that of their page, until they choose another
/// one there. It is sent nowhere.
///
/// # Errors
/// [`DeskError::NotFound`] when there is no such consultation; [`DeskError::Invalid`] for a
/// language that the desk does not have.
pub async fn set_language(
    desk: &Desk,
    caller: &Actor,
    id: &ConsultationId,
    typed: &str,
) -> Result<()> {
    let site = &caller.site.id;
    let consultation = desk.store.consultation(site, id).await?.ok_or(DeskError::NotFound)?;
    let language = form::language(typed)
        .ok_or_else(|| DeskError::field("patient_language", FieldProblem::BadChoice))?;
    let patient = &consultation.patient;
    if patient.language == language {
        return Ok(());
    }
    let about = About::consultation(&consultation).with("language");
    let log = [desk.row(caller, Action::PatientCorrected, about)];
    desk.store.set_patient_language(site, &patient.id, language, &log).await?;
    Ok(())
}
