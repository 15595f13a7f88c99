//! Files for administrators, and those of a consultation's details for clinicians. The middleware
//! has seen to it that nobody else comes here.

use crate::desk::audit_log::{self, Report};
use crate::desk::export::{self, File};
use crate::desk::incident;
use crate::error::AppError;
use crate::i18n::log::role;
use crate::i18n::{LogWords, time};
use crate::model::ids::{ConsultationId, ExportId, PatientId};
use crate::model::incident::Incident;
use crate::model::language::Language;
use crate::pages::audit::{actor, what};
use crate::server::render;
use crate::web::csv;
use crate::web::state::AppState;
use crate::web::visitor::Visitor;
use axum::Extension;
use axum::body::{Body, Bytes};
use axum::extract::{Path, Request, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use jiff::tz::TimeZone;

/// The access report of one patient as a file.
pub async fn access_report(
    State(state): State<AppState>,
    Extension(visitor): Extension<Visitor>,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    let found = match &visitor.staff {
        Some(who) => audit_log::report(&state.desk, who, &PatientId(id), true)
            .await
            .map_err(|error| state.explain(error)),
        None => Err(AppError::NotSignedIn),
    };
    let file = found.and_then(|report| report.ok_or(AppError::NotFound)).and_then(|report| {
        let rows = rows(visitor.language, &state.config.time_zone, &report);
        csv::file("access-report.csv", rows).map_err(|error| state.internal(&error))
    });
    answer(&state, request, file).await
}

/// The incident register of the site as a file: the newest version of each.
pub async fn incident_register(
    State(state): State<AppState>,
    Extension(visitor): Extension<Visitor>,
    request: Request,
) -> Response {
    let found = match &visitor.staff {
        Some(who) => incident::export(&state.desk, who).await.map_err(|error| state.explain(error)),
        None => Err(AppError::NotSignedIn),
    };
    let file = found.and_then(|incidents| {
        let rows = register(visitor.language, &state.config.time_zone, &incidents);
        csv::file("incident-register.csv", rows).map_err(|error| state.internal(&error))
    });
    answer(&state, request, file).await
}

/// A file that was exported from the details of a consultation: `{export}.pdf`, or `{export}.txt`.
pub async fn details(
    State(state): State<AppState>,
    Extension(visitor): Extension<Visitor>,
    Path((id, file)): Path<(String, String)>,
    request: Request,
) -> Response {
    let (export, extension) = file.rsplit_once('.').unwrap_or_default();
    let found = match &visitor.staff {
        Some(who) => {
            export::file(&state.desk, who, &ConsultationId(id), &ExportId::from(export), extension)
                .await
        }
        None => return answer(&state, request, Err(AppError::NotSignedIn)).await,
    };
    let file = found.map_err(|error| state.explain(error)).map(|File { kind, bytes }| {
        // A name without a patient in it: it stays in the browser's list of downloads.
        let disposition =
            format!("attachment; filename=\"consultation-details.{}\"", kind.extension());
        let headers =
            [(CONTENT_TYPE, kind.media_type().to_owned()), (CONTENT_DISPOSITION, disposition)];
        (headers, Body::from(Bytes::from_owner(bytes))).into_response()
    });
    answer(&state, request, file).await
}

/// The file, or a page that says why there is none.
async fn answer(state: &AppState, request: Request, file: Result<Response, AppError>) -> Response {
    match file {
        Ok(file) => file,
        Err(error) => render::problem(state, request.into_parts().0, error).await,
    }
}

fn rows(language: Language, zone: &TimeZone, report: &Report) -> Vec<Vec<String>> {
    let words = LogWords::of(language);
    let heading = [
        words.csv_number,
        words.col_when,
        words.csv_utc,
        words.col_who,
        words.col_role,
        words.col_what,
        words.csv_detail,
        words.csv_consultation,
        words.csv_address,
        words.csv_device,
    ];
    let line = |row: &crate::store::Logged| {
        let record = &row.record;
        vec![
            row.number.to_string(),
            time::exact(zone, record.at),
            time::machine(record.at),
            actor(language, record),
            record.roles.iter().map(|each| role(language, each)).collect::<Vec<_>>().join(", "),
            what(language, record).to_owned(),
            record.detail.clone(),
            record.consultation.as_ref().map(ToString::to_string).unwrap_or_default(),
            record.client.address.clone(),
            record.client.device.clone(),
        ]
    };
    std::iter::once(heading.map(str::to_owned).to_vec())
        .chain(report.rows.iter().map(line))
        .collect()
}

fn register(language: Language, zone: &TimeZone, incidents: &[Incident]) -> Vec<Vec<String>> {
    let words = LogWords::of(language);
    let heading = [
        words.information,
        words.circumstances,
        words.happened,
        words.aware_on,
        words.persons,
        words.in_quebec,
        words.serious,
        words.reasons,
        words.commission_on,
        words.persons_on,
        words.measures,
        words.csv_number,
        words.csv_version,
        words.col_when,
        words.col_who,
    ];
    let number = |number: Option<u32>| number.map(|number| number.to_string()).unwrap_or_default();
    let line = |incident: &Incident| {
        vec![
            incident.information.clone(),
            incident.circumstances.clone(),
            incident.happened.clone(),
            incident.aware_on.clone(),
            number(incident.persons),
            number(incident.persons_in_quebec),
            if incident.serious { words.yes } else { words.no }.to_owned(),
            incident.reasons.clone(),
            incident.commission_on.clone().unwrap_or_default(),
            incident.persons_on.clone().unwrap_or_default(),
            incident.measures.clone(),
            incident.id.to_string(),
            incident.version.to_string(),
            time::exact(zone, incident.written_at),
            incident.written_by.clone(),
        ]
    };
    std::iter::once(heading.map(str::to_owned).to_vec()).chain(incidents.iter().map(line)).collect()
}
