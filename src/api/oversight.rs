//! The incident register and legal holds, for administrators.

use crate::error::AppError;
use crate::model::forms::IncidentForm;
use crate::model::ids::IncidentId;
use leptos::prelude::*;

/// Writes a confidentiality incident, or the next version of one, and goes to the register. Dates
/// are `YYYY-MM-DD`.
#[server(name = WriteIncident, endpoint = "write_incident")]
pub async fn write_incident(#[server(flatten)] form: IncidentForm) -> Result<IncidentId, AppError> {
    use crate::desk::incident::write;
    use crate::model::role::Power;
    use crate::web::routes::PageRoute;
    use crate::web::{respond, visitor};

    let (state, who) = visitor::may(Power::Administer)?;
    let id = write(&state.desk, &who, &form).await.map_err(|error| state.explain(error))?;
    respond::see_other(PageRoute::Incidents.path());
    Ok(id)
}

/// Puts a consultation under a legal hold, for a reason.
#[server(name = HoldConsultation, endpoint = "hold_consultation")]
pub async fn hold_consultation(
    #[server(default)] id: String,
    #[server(default)] reason: String,
) -> Result<(), AppError> {
    use crate::desk::retention::hold;
    use crate::model::ids::ConsultationId;
    use crate::model::role::Power;
    use crate::web::paths::after_hold;
    use crate::web::{respond, visitor};

    let (state, who) = visitor::may(Power::Administer)?;
    let id = ConsultationId(id);
    hold(&state.desk, &who, &id, Some(&reason)).await.map_err(|error| state.explain(error))?;
    respond::see_other(&after_hold(&who.roles, &id));
    Ok(())
}

/// Lifts the legal hold of a consultation.
#[server(name = LiftHold, endpoint = "lift_hold")]
pub async fn lift_hold(#[server(default)] id: String) -> Result<(), AppError> {
    use crate::desk::retention::hold;
    use crate::model::ids::ConsultationId;
    use crate::model::role::Power;
    use crate::web::paths::after_hold;
    use crate::web::{respond, visitor};

    let (state, who) = visitor::may(Power::Administer)?;
    let id = ConsultationId(id);
    hold(&state.desk, &who, &id, None).await.map_err(|error| state.explain(error))?;
    respond::see_other(&after_hold(&who.roles, &id));
    Ok(())
}
