//! Follow-ups, for staff.

use crate::error::AppError;
use crate::model::forms::FollowUpForm;
use crate::model::ids::ConsultationId;
use leptos::prelude::*;

/// Plans a follow-up at Empego, or as many as it repeats, and goes to the first, or to the list
/// where not all were created. `follows` is the consultation that it follows, and whose patient it
/// is for; without one the patient's fields are those of a new consultation.
#[server(name = PlanFollowUp, endpoint = "plan_follow_up")]
pub async fn plan_follow_up(
    #[server(flatten)] form: FollowUpForm,
) -> Result<ConsultationId, AppError> {
    use crate::desk::follow_up;
    use crate::model::role::Power;
    use crate::web::routes::PageRoute;
    use crate::web::{respond, visitor};

    let (state, who) = visitor::may(Power::PlanFollowUps)?;
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
