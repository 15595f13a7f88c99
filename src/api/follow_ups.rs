//! Follow-ups, for staff.

#![allow(
    clippy::too_many_arguments,
    reason = "each argument is a field of a form; the macro repeats them where a browser calls"
)]
use crate::error::AppError;
use crate::model::ids::ConsultationId;
use leptos::prelude::*;

/// Plans a follow-up at Empego, or as many as it repeats, and goes to the first, or to the list
/// where not all were created. `follows` is the consultation that it follows, and whose patient it
/// is for; without one the patient's fields are those of a new consultation.
#[server(name = PlanFollowUp, endpoint = "plan_follow_up")]
pub async fn plan_follow_up(
    #[server(default)] request_id: String,
    #[server(default)] follows: String,
    #[server(default)] first_name: String,
    #[server(default)] last_name: String,
    #[server(default)] date_of_birth: String,
    #[server(default)] identifier_type: String,
    #[server(default)] identifier: String,
    #[server(default)] keep_number: String,
    #[server(default)] same_patient: String,
    #[server(default)] due_on: String,
    #[server(default)] follow_up_reason: String,
    #[server(default)] repeat: String,
    #[server(default)] times: String,
) -> Result<ConsultationId, AppError> {
    use crate::desk::follow_up::{self, NewFollowUp};
    use crate::desk::form::NewConsultation;
    use crate::model::role::Power;
    use crate::web::routes::PageRoute;
    use crate::web::{respond, visitor};

    let (state, who) = visitor::may(Power::PlanFollowUps)?;
    let keep_number = !keep_number.is_empty();
    let patient = NewConsultation {
        request_id,
        first_name,
        last_name,
        date_of_birth,
        identifier_type,
        identifier,
        keep_number,
        same_patient,
    };
    let form = NewFollowUp { patient, follows, due_on, reason: follow_up_reason, repeat, times };
    let planned =
        follow_up::plan(&state.desk, &who, &form).await.map_err(|error| state.explain(error))?;
    // Where some were not created, the list says which.
    let next = if planned.whole {
        PageRoute::Consultation.at(&planned.first)
    } else {
        PageRoute::FollowUps.path().to_owned()
    };
    respond::see_other(&next);
    Ok(planned.first)
}

/// Calls a follow-up off on this desk.
#[server(name = CancelFollowUp, endpoint = "cancel_follow_up")]
pub async fn cancel_follow_up(#[server(default)] id: String) -> Result<(), AppError> {
    use crate::desk::follow_up;
    use crate::model::role::Power;
    use crate::web::routes::PageRoute;
    use crate::web::{respond, visitor};

    let (state, who) = visitor::may(Power::PlanFollowUps)?;
    let id = ConsultationId(id);
    follow_up::cancel(&state.desk, &who, &id).await.map_err(|error| state.explain(error))?;
    respond::see_other(&PageRoute::Consultation.at(&id));
    Ok(())
}

/// Goes to the list of follow-ups with a search. The words are sealed on the way, as those of the
/// board are.
#[server(name = SearchFollowUps, endpoint = "search_follow_ups")]
pub async fn search_follow_ups(
    #[server(default)] search: String,
    #[server(default)] view: String,
) -> Result<(), AppError> {
    use crate::model::role::Power;
    use crate::pages::board::search_words;
    use crate::pages::follow_ups::Filters;
    use crate::web::{respond, visitor};

    let (state, _) = visitor::may(Power::Consult)?;
    let filters =
        Filters { search: search_words(&search), view: Filters::view(&view), after: None };
    respond::see_other(&filters.address(&state));
    Ok(())
}
