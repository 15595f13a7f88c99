//! The rules of one consultation's link, for staff.

use crate::error::AppError;
use leptos::prelude::*;

/// Gives a link the site's usual time from now.
#[server(name = ExtendLink, endpoint = "extend_link")]
pub async fn extend_link(#[server(default)] id: String) -> Result<(), AppError> {
    use crate::desk::link_rules;
    use crate::model::ids::ConsultationId;
    use crate::model::role::Power;
    use crate::web::routes::PageRoute;
    use crate::web::{respond, visitor};

    let (state, who) = visitor::may(Power::Consult)?;
    let id = ConsultationId(id);
    link_rules::extend(&state.desk, &who, &id).await.map_err(|error| state.explain(error))?;
    respond::see_other(&PageRoute::Consultation.at(&id));
    Ok(())
}

/// Takes the end of a link away.
#[server(name = RemoveExpiry, endpoint = "remove_expiry")]
pub async fn remove_expiry(#[server(default)] id: String) -> Result<(), AppError> {
    use crate::desk::link_rules;
    use crate::model::ids::ConsultationId;
    use crate::model::role::Power;
    use crate::web::routes::PageRoute;
    use crate::web::{respond, visitor};

    let (state, who) = visitor::may(Power::Consult)?;
    let id = ConsultationId(id);
    link_rules::remove_expiry(&state.desk, &who, &id)
        .await
        .map_err(|error| state.explain(error))?;
    respond::see_other(&PageRoute::Consultation.at(&id));
    Ok(())
}

/// Asks for the date of birth before the patient can start (`gate` is `on`), or does not (`off`).
#[server(name = SetGate, endpoint = "set_gate")]
pub async fn set_gate(
    #[server(default)] id: String,
    #[server(default)] gate: String,
) -> Result<(), AppError> {
    use crate::desk::link_rules;
    use crate::error::FieldProblem;
    use crate::model::ids::ConsultationId;
    use crate::model::role::Power;
    use crate::web::routes::PageRoute;
    use crate::web::{respond, visitor};

    let (state, who) = visitor::may(Power::Consult)?;
    let on = match gate.as_str() {
        "on" => true,
        "off" => false,
        _ => return Err(AppError::field("gate", FieldProblem::BadChoice)),
    };
    let id = ConsultationId(id);
    link_rules::set_gate(&state.desk, &who, &id, on).await.map_err(|error| state.explain(error))?;
    respond::see_other(&PageRoute::Consultation.at(&id));
    Ok(())
}

/// Lets the patient try again after too many wrong dates of birth.
#[server(name = UnlockLink, endpoint = "unlock_link")]
pub async fn unlock_link(#[server(default)] id: String) -> Result<(), AppError> {
    use crate::desk::link_rules;
    use crate::model::ids::ConsultationId;
    use crate::model::role::Power;
    use crate::web::routes::PageRoute;
    use crate::web::{respond, visitor};

    let (state, who) = visitor::may(Power::Consult)?;
    let id = ConsultationId(id);
    link_rules::unlock(&state.desk, &who, &id).await.map_err(|error| state.explain(error))?;
    respond::see_other(&PageRoute::Consultation.at(&id));
    Ok(())
}
