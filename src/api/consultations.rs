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

/// Creates a consultation at Empego, with the patient, and goes to it. The same `request_id` is the
/// same press. `same_patient` is the id of the patient on record whom staff took for the same
/// person.
#[server(name = CreateConsultation, endpoint = "create_consultation")]
pub async fn create_consultation(
    #[server(flatten)] form: ConsultationForm,
) -> Result<ConsultationId, AppError> {
    use crate::desk::create;
    use crate::model::role::Power;
    use crate::web::routes::PageRoute;
    use crate::web::{respond, visitor};

    let (state, who) = visitor::may(Power::Consult)?;
    let id =
        create::create(&state.desk, &who, &form).await.map_err(|error| state.explain(error))?;
    respond::see_other(&PageRoute::Consultation.at(&id));
    Ok(id)
}

/// Looks a patient up by an identifier, as typed. Nothing found is no error.
#[server(name = FindPatient, endpoint = "find_patient")]
pub async fn find_patient(
    #[server(default)] identifier_type: String,
    #[server(default)] identifier: String,
) -> Result<Option<KnownPatient>, AppError> {
    use crate::desk::access;
    use crate::model::health_number::IdentifierType;
    use crate::model::patient::Identifier;
    use crate::model::role::Power;
    use crate::web::visitor;

    let (state, who) = visitor::may(Power::Consult)?;
    let kind = IdentifierType::parse(&identifier_type).unwrap_or_default();
    let found = access::patient(&state.desk, &who, &Identifier::typed(kind, &identifier))
        .await
        .map_err(|error| state.explain(error))?;
    Ok(found.map(|patient| KnownPatient {
        first_name: patient.first_name,
        last_name: patient.last_name,
        date_of_birth: patient.date_of_birth.unwrap_or_default(),
    }))
}

/// Asks Empego once more, for a consultation that was not created or of which nobody knows whether
/// it was.
#[server(name = RetryCreate, endpoint = "retry_create")]
pub async fn retry_create(#[server(default)] id: String) -> Result<(), AppError> {
    use crate::desk::create;
    use crate::model::role::Power;
    use crate::web::routes::PageRoute;
    use crate::web::{respond, visitor};

    let (state, who) = visitor::may(Power::Consult)?;
    let id = create::retry(&state.desk, &who, &ConsultationId(id))
        .await
        .map_err(|error| state.explain(error))?;
    respond::see_other(&PageRoute::Consultation.at(&id));
    Ok(())
}

/// Takes a consultation's link back.
#[server(name = RevokeLink, endpoint = "revoke_link")]
pub async fn revoke_link(#[server(default)] id: String) -> Result<(), AppError> {
    use crate::desk::links;
    use crate::model::role::Power;
    use crate::web::routes::PageRoute;
    use crate::web::{respond, visitor};

    let (state, who) = visitor::may(Power::Consult)?;
    let id = ConsultationId(id);
    links::revoke(&state.desk, &who, &id).await.map_err(|error| state.explain(error))?;
    respond::see_other(&PageRoute::Consultation.at(&id));
    Ok(())
}

/// Issues a new link for a consultation; the one before it stops working.
#[server(name = ReissueLink, endpoint = "reissue_link")]
pub async fn reissue_link(#[server(default)] id: String) -> Result<(), AppError> {
    use crate::desk::links;
    use crate::model::role::Power;
    use crate::web::routes::PageRoute;
    use crate::web::{respond, visitor};

    let (state, who) = visitor::may(Power::Consult)?;
    let id = ConsultationId(id);
    links::reissue(&state.desk, &who, &id).await.map_err(|error| state.explain(error))?;
    respond::see_other(&PageRoute::Consultation.at(&id));
    Ok(())
}

/// Goes to the board with a search. The words are sealed on the way: a patient's name or number is
/// in no address, and so in no history, log or bookmark.
#[server(name = SearchConsultations, endpoint = "search_consultations")]
pub async fn search_consultations(
    #[server(default)] search: String,
    #[server(default)] status: String,
) -> Result<(), AppError> {
    use crate::model::role::Power;
    use crate::pages::board::{Filters, search_words};
    use crate::store::BoardStatus;
    use crate::web::{respond, visitor};

    let (state, _) = visitor::may(Power::Consult)?;
    let filters = Filters {
        search: search_words(&search),
        status: BoardStatus::parse(&status),
        before: None,
    };
    respond::see_other(&filters.address(&state));
    Ok(())
}
