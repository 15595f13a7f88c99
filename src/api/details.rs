//! The details of a consultation, for clinicians: Empego's page in a frame, and what it exports.

use crate::error::AppError;
use crate::model::export::FetchedExport;
use crate::model::visit::Started;
use leptos::prelude::*;

/// Mints a presigned URL for one mount of the details page, which opens as the caller. A plain form
/// is sent there; an island gets it as JSON.
#[server(name = OpenDetails, endpoint = "open_details")]
pub async fn open_details(#[server(default)] id: String) -> Result<Started, AppError> {
    use crate::desk::details;
    use crate::model::ids::ConsultationId;
    use crate::web::caller::Caller;
    use crate::web::routes::Function;
    use crate::web::visitor;

    let caller = Caller::of(Function::OpenDetails)?;
    let language = visitor::request()?.1.language;
    let id = ConsultationId(id);
    let started = details::open(&caller.state.desk, &caller.who, language, &id).await;
    caller.redirect(started, |started| started.url.clone())
}

/// Takes a message that Empego's page sent to the details page, as JSON text. Idempotent.
#[server(name = ReportDetailsMessage, endpoint = "report_details_message")]
pub async fn report_details_message(
    #[server(default)] id: String,
    #[server(default)] message: String,
) -> Result<(), AppError> {
    use crate::desk::details;
    use crate::desk::visit::ReportOutcome;
    use crate::model::ids::ConsultationId;
    use crate::web::caller::Caller;
    use crate::web::errors::ignored;
    use crate::web::routes::Function;

    let caller = Caller::of(Function::ReportDetailsMessage)?;
    let id = ConsultationId(id);
    let report = details::report(&caller.state.desk, &caller.who, &id, &message).await;
    match caller.explain(report)? {
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
) -> Result<FetchedExport, AppError> {
    use crate::desk::export::{FetchOutcome, fetch};
    use crate::model::ids::ConsultationId;
    use crate::web::caller::Caller;
    use crate::web::errors::ignored;
    use crate::web::routes::Function;

    let caller = Caller::of(Function::TakeExport)?;
    let id = ConsultationId(id);
    let export = fetch(&caller.state.desk, &caller.who, &id, &message).await;
    match caller.explain(export)? {
        FetchOutcome::Fetched(fetched) => Ok(fetched),
        FetchOutcome::Ignored(why) => Err(ignored(why)),
    }
}
