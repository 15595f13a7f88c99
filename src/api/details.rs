//! The details of a consultation, for clinicians: Empego's page in a frame, and what it exports.

use crate::error::AppError;
use crate::model::export::ExportTaken;
use crate::model::visit::Started;
use leptos::prelude::*;

/// Mints a presigned URL for one mount of the details page, which opens as whoever is signed in. A
/// plain form is sent there; an island gets it as JSON.
#[server(name = OpenDetails, endpoint = "open_details")]
pub async fn open_details(#[server(default)] id: String) -> Result<Started, AppError> {
    use crate::desk::details;
    use crate::model::ids::ConsultationId;
    use crate::model::role::Power;
    use crate::web::{respond, visitor};

    let (state, who) = visitor::may(Power::SeeDetails)?;
    let language = visitor::request()?.1.language;
    let started = details::open(&state.desk, &who, language, &ConsultationId(id))
        .await
        .map_err(|error| state.explain(error))?;
    respond::see_other(&started.url);
    Ok(started)
}

/// Takes a message that the page around the details heard, as JSON text. Repeating it changes
/// nothing.
#[server(name = ReportDetailsMessage, endpoint = "report_details_message")]
pub async fn report_details_message(
    #[server(default)] id: String,
    #[server(default)] message: String,
) -> Result<(), AppError> {
    use crate::desk::details;
    use crate::desk::visit::ReportOutcome;
    use crate::model::ids::ConsultationId;
    use crate::model::role::Power;
    use crate::web::errors::ignored;
    use crate::web::visitor;

    let (state, who) = visitor::may(Power::SeeDetails)?;
    match details::report(&state.desk, &who, &ConsultationId(id), &message)
        .await
        .map_err(|error| state.explain(error))?
    {
        ReportOutcome::Accepted(_) => Ok(()),
        ReportOutcome::Ignored(why) => Err(ignored(why)),
    }
}

/// Takes the message that an export is ready, as JSON text: fetches its PDF at once and tells what
/// came.
#[server(name = TakeExport, endpoint = "take_export")]
pub async fn take_export(
    #[server(default)] id: String,
    #[server(default)] message: String,
) -> Result<ExportTaken, AppError> {
    use crate::desk::export::{FetchOutcome, fetch};
    use crate::model::ids::ConsultationId;
    use crate::model::role::Power;
    use crate::web::errors::ignored;
    use crate::web::visitor;

    let (state, who) = visitor::may(Power::SeeDetails)?;
    match fetch(&state.desk, &who, &ConsultationId(id), &message)
        .await
        .map_err(|error| state.explain(error))?
    {
        FetchOutcome::Fetched(taken) => Ok(taken),
        FetchOutcome::Ignored(why) => Err(ignored(why)),
    }
}
