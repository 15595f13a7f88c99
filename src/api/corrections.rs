//! The details of a patient, for staff.

use crate::error::AppError;
use crate::model::forms::{CorrectionForm, MergeForm};
use crate::model::ids::PatientId;
use leptos::prelude::*;

/// Corrects the patient of a consultation, and goes back to it.
#[server(name = CorrectPatient, endpoint = "correct_patient")]
pub async fn correct_patient(
    #[server(default)] id: String,
    #[server(flatten)] form: CorrectionForm,
) -> Result<(), AppError> {
    use crate::desk::correction;
    use crate::model::ids::ConsultationId;
    use crate::web::caller::Caller;
    use crate::web::routes::{Function, PageRoute};

    let caller = Caller::of(Function::CorrectPatient)?;
    let id = ConsultationId(id);
    let corrected = correction::correct(&caller.state.desk, &caller.who, &id, &form).await;
    caller.redirect(corrected, |()| PageRoute::Consultation.at(&id))
}

/// Looks for another record of a consultation's patient, by name, number or both. Shown on the page
/// that compares them.
#[server(name = FindToMerge, endpoint = "find_to_merge")]
pub async fn find_to_merge(
    #[server(default)] id: String,
    #[server(default)] merge_search: String,
) -> Result<Vec<PatientId>, AppError> {
    use crate::desk::merge;
    use crate::model::ids::ConsultationId;
    use crate::web::caller::Caller;
    use crate::web::lists::search_words;
    use crate::web::routes::Function;

    let caller = Caller::of(Function::FindToMerge)?;
    let words = search_words(&merge_search).unwrap_or_default();
    let id = ConsultationId(id);
    let found = merge::find(&caller.state.desk, &caller.who, &id, &words).await;
    Ok(caller.explain(found)?.into_iter().map(|patient| patient.id).collect())
}

/// Makes one patient of two, and goes back to the record.
#[server(name = MergePatients, endpoint = "merge_patients")]
pub async fn merge_patients(
    #[server(default)] id: String,
    #[server(flatten)] form: MergeForm,
) -> Result<(), AppError> {
    use crate::desk::merge;
    use crate::model::ids::ConsultationId;
    use crate::web::caller::Caller;
    use crate::web::routes::{Function, PageRoute};

    let caller = Caller::of(Function::MergePatients)?;
    let id = ConsultationId(id);
    let merged = merge::merge(&caller.state.desk, &caller.who, &id, &form).await;
    caller.redirect(merged, |()| PageRoute::Consultation.at(&id))
}

/// Undoes a merge.
#[server(name = UndoMerge, endpoint = "undo_merge")]
pub async fn undo_merge(
    #[server(default)] id: String,
    #[server(default)] merge: String,
) -> Result<(), AppError> {
    use crate::desk::merge::undo;
    use crate::model::ids::ConsultationId;
    use crate::web::caller::Caller;
    use crate::web::routes::{Function, PageRoute};

    let caller = Caller::of(Function::UndoMerge)?;
    let id = ConsultationId(id);
    let undone = undo(&caller.state.desk, &caller.who, &id, &merge).await;
    caller.redirect(undone, |()| PageRoute::Consultation.at(&id))
}

/// Sets the language of a consultation's patient, and goes back to the record.
#[server(name = SetPatientLanguage, endpoint = "set_patient_language")]
pub async fn set_patient_language(
    #[server(default)] id: String,
    #[server(default)] patient_language: String,
) -> Result<(), AppError> {
    use crate::desk::correction;
    use crate::model::ids::ConsultationId;
    use crate::web::caller::Caller;
    use crate::web::routes::{Function, PageRoute};

    let caller = Caller::of(Function::SetPatientLanguage)?;
    let (desk, id) = (&caller.state.desk, ConsultationId(id));
    let set = correction::set_language(desk, &caller.who, &id, &patient_language).await;
    caller.redirect(set, |()| PageRoute::Consultation.at(&id))
}
