//! The patient's side. The link's token is the only credential of these functions.

use crate::error::AppError;
use crate::model::visit::{Started, VisitState};
use leptos::prelude::*;

/// Starts, or starts again: mints a presigned URL for one mount. A plain form is sent there; an
/// island gets it as JSON. The date of birth counts where the link asks for it: in three fields, as
/// on the page, or whole. `None` when the consultation is answered already.
#[server(name = StartConsultation, endpoint = "start_consultation")]
pub async fn start_consultation(
    #[server(default)] token: String,
    #[server(default)] date_of_birth: String,
    #[server(default)] birth_day: String,
    #[server(default)] birth_month: String,
    #[server(default)] birth_year: String,
) -> Result<Option<Started>, AppError> {
    use crate::desk::start::{Start, start};
    use crate::model::visit::typed_date;
    use crate::web::limits::Limit;
    use crate::web::{respond, visitor};

    let (state, visitor) = visitor::request()?;
    state.limits.check(Limit::StartOfLink, &token)?;
    let _place = state.places.link(&token)?;
    let typed = typed_date(&date_of_birth, [&birth_day, &birth_month, &birth_year]);
    match start(&state.desk, &visitor.client, &token, &typed)
        .await
        .map_err(|error| state.explain(error))?
    {
        Start::Answered => Ok(None),
        Start::Questionnaire(started) => {
            respond::see_other(&started.url);
            Ok(Some(started))
        }
    }
}

/// Takes a message that Empego's page sent to the patient's page, as JSON text. Idempotent.
#[server(name = ReportMessage, endpoint = "report_message")]
pub async fn report_message(
    #[server(default)] token: String,
    #[server(default)] message: String,
) -> Result<VisitState, AppError> {
    use crate::desk::visit::{ReportOutcome, report};
    use crate::web::errors::ignored;
    use crate::web::limits::Limit;
    use crate::web::visitor;

    let (state, visitor) = visitor::request()?;
    state.limits.check(Limit::ReportOfLink, &token)?;
    let _place = state.places.link(&token)?;
    match report(&state.desk, &visitor.client, &token, &message)
        .await
        .map_err(|error| state.explain(error))?
    {
        ReportOutcome::Accepted(visit) => Ok(visit),
        ReportOutcome::Ignored(why) => Err(ignored(why)),
    }
}

/// The state of the consultation, asked for by the patient's page while it is on screen. `ignored`
/// is the number of messages that the page ignored since it last asked.
#[server(name = AskState, endpoint = "consultation_state")]
pub async fn consultation_state(
    #[server(default)] token: String,
    #[server(default)] ignored: String,
) -> Result<VisitState, AppError> {
    use crate::desk::visit;
    use crate::web::limits::Limit;
    use crate::web::visitor;

    let (state, visitor) = visitor::request()?;
    state.limits.check(Limit::ReportOfLink, &token)?;
    let _place = state.places.link(&token)?;
    let stands = visit::state(&state.desk, &visitor.client, &token)
        .await
        .map_err(|error| state.explain(error))?;
    // A browser can send any number: one call counts for at most 100.
    let ignored = ignored.parse::<u64>().unwrap_or(0).min(100);
    if ignored > 0 {
        metrics::counter!("desk_messages_ignored_total", "by" => "browser", "why" => "refused")
            .increment(ignored);
    }
    Ok(stands)
}
