//! The incident register and legal holds, for administrators.

use crate::error::AppError;
use crate::model::forms::IncidentForm;
use crate::model::ids::{ConsultationId, IncidentId};
use leptos::prelude::*;

/// Writes a confidentiality incident, or the next version of one, and goes to the register.
#[server(name = WriteIncident, endpoint = "write_incident")]
pub async fn write_incident(#[server(flatten)] form: IncidentForm) -> Result<IncidentId, AppError> {
    use crate::desk::incident;
    use crate::web::caller::Caller;
    use crate::web::routes::{Function, PageRoute};

    let caller = Caller::of(Function::WriteIncident)?;
    let written = incident::write(&caller.state.desk, &caller.who, &form).await;
    caller.redirect(written, |_| PageRoute::Incidents.path())
}

/// Puts a consultation under a legal hold, for a reason.
#[server(name = HoldConsultation, endpoint = "hold_consultation")]
pub async fn hold_consultation(
    #[server(default)] id: String,
    #[server(default)] reason: String,
) -> Result<(), AppError> {
    use crate::desk::retention::hold;
    use crate::web::caller::Caller;
    use crate::web::paths::after_hold;
    use crate::web::routes::Function;

    let caller = Caller::of(Function::HoldConsultation)?;
    let id = ConsultationId(id);
    let held = hold(&caller.state.desk, &caller.who, &id, Some(&reason)).await;
    caller.redirect(held, |()| after_hold(&caller.who.roles, &id))
}

/// Lifts the legal hold of a consultation.
#[server(name = LiftHold, endpoint = "lift_hold")]
pub async fn lift_hold(#[server(default)] id: String) -> Result<(), AppError> {
    use crate::desk::retention::hold;
    use crate::web::caller::Caller;
    use crate::web::paths::after_hold;
    use crate::web::routes::Function;

    let caller = Caller::of(Function::LiftHold)?;
    let id = ConsultationId(id);
    let lifted = hold(&caller.state.desk, &caller.who, &id, None).await;
    caller.redirect(lifted, |()| after_hold(&caller.who.roles, &id))
}
