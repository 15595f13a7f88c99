//! Consultations, for staff.

use crate::error::AppError;
use crate::model::forms::ConsultationForm;
use crate::model::ids::ConsultationId;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// A patient on record, for the form of a new consultation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownPatient {
    /// Given name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// `YYYY-MM-DD`, or empty.
    pub date_of_birth: String,
}

/// Creates a consultation at Empego, with the patient, and goes to it. `request_id` is the
/// idempotency key. `same_patient` says who the patient is, where that was asked: see
/// [`ConsultationForm::choice`].
#[server(name = CreateConsultation, endpoint = "create_consultation")]
pub async fn create_consultation(
    #[server(flatten)] form: ConsultationForm,
) -> Result<ConsultationId, AppError> {
    use crate::desk::create;
    use crate::web::caller::Caller;
    use crate::web::routes::{Function, PageRoute};

    let caller = Caller::of(Function::CreateConsultation)?;
    let created = create::create(&caller.state.desk, &caller.who, &form).await;
    caller.redirect(created, |id| PageRoute::Consultation.at(id))
}

/// Looks a patient up by an identifier, as typed. `default_type` is the type that the page had
/// chosen. Finding none is no error. For scripts alone: a form looks up.
#[server(name = FindPatient, endpoint = "find_patient")]
pub async fn find_patient(
    #[server(default)] identifier_type: String,
    #[server(default)] identifier: String,
    #[server(default)] default_type: String,
) -> Result<Option<KnownPatient>, AppError> {
    use crate::desk::access;
    use crate::model::health_number::IdentifierType;
    use crate::model::patient::Identifier;
    use crate::web::caller::Caller;
    use crate::web::routes::Function;

    let caller = Caller::of(Function::FindPatient)?;
    let kind =
        IdentifierType::entered(&identifier_type, &default_type, &identifier).unwrap_or_default();
    let identifier = Identifier::typed(kind, &identifier);
    let found =
        caller.explain(access::patient(&caller.state.desk, &caller.who, &identifier).await)?;
    Ok(found.map(|patient| KnownPatient {
        first_name: patient.first_name,
        last_name: patient.last_name,
        date_of_birth: patient.date_of_birth.unwrap_or_default(),
    }))
}

/// Asks Empego once more, for a consultation that was not created or whose outcome is unknown.
#[server(name = RetryCreate, endpoint = "retry_create")]
pub async fn retry_create(#[server(default)] id: String) -> Result<(), AppError> {
    use crate::desk::create;
    use crate::web::caller::Caller;
    use crate::web::routes::{Function, PageRoute};

    let caller = Caller::of(Function::RetryCreate)?;
    let id = ConsultationId(id);
    let created = create::retry(&caller.state.desk, &caller.who, &id).await;
    caller.redirect(created, |id| PageRoute::Consultation.at(id)).map(drop)
}

/// Records Empego's key of a consultation that was created there without our learning it.
#[server(name = EnterKey, endpoint = "enter_key")]
pub async fn enter_key(
    #[server(default)] id: String,
    #[server(default)] empego_key: String,
) -> Result<(), AppError> {
    use crate::desk::enter_key;
    use crate::web::caller::Caller;
    use crate::web::routes::{Function, PageRoute};

    let caller = Caller::of(Function::EnterKey)?;
    let id = ConsultationId(id);
    let entered = enter_key::enter(&caller.state.desk, &caller.who, &id, &empego_key).await;
    caller.redirect(entered, |()| PageRoute::Consultation.at(&id))
}

/// Revokes a consultation's link.
#[server(name = RevokeLink, endpoint = "revoke_link")]
pub async fn revoke_link(#[server(default)] id: String) -> Result<(), AppError> {
    use crate::desk::links;
    use crate::web::caller::Caller;
    use crate::web::routes::{Function, PageRoute};

    let caller = Caller::of(Function::RevokeLink)?;
    let id = ConsultationId(id);
    let revoked = links::revoke(&caller.state.desk, &caller.who, &id).await;
    caller.redirect(revoked, |()| PageRoute::Consultation.at(&id))
}

/// Issues a new link for a consultation; the one before it stops working.
#[server(name = ReissueLink, endpoint = "reissue_link")]
pub async fn reissue_link(#[server(default)] id: String) -> Result<(), AppError> {
    use crate::desk::links;
    use crate::web::caller::Caller;
    use crate::web::routes::{Function, PageRoute};

    let caller = Caller::of(Function::ReissueLink)?;
    let id = ConsultationId(id);
    let issued = links::reissue(&caller.state.desk, &caller.who, &id).await;
    caller.redirect(issued, |()| PageRoute::Consultation.at(&id))
}

/// Goes to the board with a search. The words are sealed in the address, so that no history, log or
/// bookmark holds a patient's name or number.
#[server(name = SearchConsultations, endpoint = "search_consultations")]
pub async fn search_consultations(
    #[server(default)] search: String,
    #[server(default)] status: String,
) -> Result<(), AppError> {
    use crate::store::BoardStatus;
    use crate::web::caller::Caller;
    use crate::web::lists::board::BoardFilters;
    use crate::web::lists::{Filters, search_words};
    use crate::web::respond;
    use crate::web::routes::Function;

    let caller = Caller::of(Function::SearchConsultations)?;
    let filters =
        BoardFilters { search: search_words(&search), status: BoardStatus::parse(&status) };
    respond::see_other(&filters.address(caller.reader()));
    Ok(())
}
