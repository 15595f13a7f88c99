//! Follow-ups, for staff.

use crate::error::AppError;
use crate::model::forms::{CancelForm, FollowUpForm, MoveForm};
use crate::model::ids::ConsultationId;
use leptos::prelude::*;

/// Plans a follow-up at Empego, or as many as it repeats, and goes to the first, or to the list
/// where not all were created.
#[server(name = PlanFollowUp, endpoint = "plan_follow_up")]
pub async fn plan_follow_up(
    #[server(flatten)] form: FollowUpForm,
) -> Result<ConsultationId, AppError> {
    use crate::desk::follow_up;
    use crate::web::caller::Caller;
    use crate::web::routes::{Function, PageRoute};

    let caller = Caller::of(Function::PlanFollowUp)?;
    let planned = follow_up::plan(&caller.state.desk, &caller.who, &form).await;
    // Where some were not created, the list says which.
    let planned = caller.redirect(planned, |planned| match planned.whole {
        true => PageRoute::Consultation.at(&planned.first),
        false => PageRoute::FollowUps.path().to_owned(),
    })?;
    Ok(planned.first)
}

/// Cancels a follow-up on this desk.
#[server(name = CancelFollowUp, endpoint = "cancel_follow_up")]
pub async fn cancel_follow_up(
    #[server(default)] id: String,
    #[server(flatten)] form: CancelForm,
) -> Result<(), AppError> {
    use crate::desk::{cancel, series};
    use crate::web::caller::Caller;
    use crate::web::routes::{Function, PageRoute};

    let caller = Caller::of(Function::CancelFollowUp)?;
    let id = ConsultationId(id);
    let (desk, who) = (&caller.state.desk, &caller.who);
    let cancelled = match form.series.0 {
        true => series::cancel(desk, who, &id, &form).await.map(|_| ()),
        false => cancel::cancel(desk, who, &id, true, &form).await,
    };
    caller.redirect(cancelled, |()| PageRoute::Consultation.at(&id))
}

/// Moves a follow-up, or with it the later ones of its series, to another day.
#[server(name = MoveFollowUp, endpoint = "move_follow_up")]
pub async fn move_follow_up(
    #[server(default)] id: String,
    #[server(flatten)] form: MoveForm,
) -> Result<(), AppError> {
    use crate::desk::series;
    use crate::web::caller::Caller;
    use crate::web::routes::{Function, PageRoute};

    let caller = Caller::of(Function::MoveFollowUp)?;
    let id = ConsultationId(id);
    let moved = series::move_to(&caller.state.desk, &caller.who, &id, &form).await;
    let number = moved.as_ref().map_or(0, |number| *number);
    let path = format!("{}?moved={number}", PageRoute::Consultation.at(&id));
    caller.redirect(moved.map(|_| ()), |()| path)
}

/// Goes to the list of follow-ups with a search. The words are sealed in the address, as those of
/// the board are.
#[server(name = SearchFollowUps, endpoint = "search_follow_ups")]
pub async fn search_follow_ups(
    #[server(default)] search: String,
    #[server(default)] view: String,
) -> Result<(), AppError> {
    use crate::web::caller::Caller;
    use crate::web::lists::follow_ups::{self, FollowUpFilters};
    use crate::web::lists::{Filters, search_words};
    use crate::web::respond;
    use crate::web::routes::Function;

    let caller = Caller::of(Function::SearchFollowUps)?;
    let filters = FollowUpFilters { search: search_words(&search), view: follow_ups::view(&view) };
    respond::see_other(&filters.address(caller.reader()));
    Ok(())
}
