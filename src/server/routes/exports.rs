//! File downloads: reports for administrators, and exports of a consultation's details for
//! clinicians. The session middleware checks the roles.

use crate::desk::audit_log;
use crate::desk::export::{self, File};
use crate::desk::incident;
use crate::desk::site_time::day_at;
use crate::error::AppError;
use crate::i18n::log::role;
use crate::i18n::{LogWords, PatientChangeWords, time};
use crate::model::ids::{ConsultationId, ExportId, PatientId};
use crate::model::incident::Incident;
use crate::model::language::Language;
use crate::pages::audit::{actor, changes, what};
use crate::server::render;
use crate::web::csv;
use crate::web::state::AppState;
use crate::web::visitor::Visitor;
use axum::Extension;
use axum::body::{Body, Bytes};
use axum::extract::{Path, Request, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};

/// How many last characters of an id are in the name of a download.
const SHORT_ID: usize = 8;

/// What a download is named after.
#[derive(Clone, Copy)]
enum FileName {
    Details,
    AccessReport,
    Incidents,
}

/// The access report of one patient, as CSV.
pub async fn access_report(
    State(state): State<AppState>,
    Extension(visitor): Extension<Visitor>,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    let id = PatientId(id);
    let rows = access_report_rows(&state, &visitor, &id).await;
    respond_csv(&state, &visitor, request, (FileName::AccessReport, &id.0), rows).await
}

/// The site's incident register, as CSV, with the newest version of each incident.
pub async fn incident_register(
    State(state): State<AppState>,
    Extension(visitor): Extension<Visitor>,
    request: Request,
) -> Response {
    let rows = incident_register_rows(&state, &visitor).await;
    respond_csv(&state, &visitor, request, (FileName::Incidents, ""), rows).await
}

/// An exported file of a consultation: `{export}.pdf` or `{export}.txt`.
pub async fn details(
    State(state): State<AppState>,
    Extension(visitor): Extension<Visitor>,
    Path((id, file)): Path<(String, String)>,
    request: Request,
) -> Response {
    let file = details_file(&state, &visitor, &ConsultationId(id), &file).await;
    respond(&state, request, file).await
}

async fn details_file(
    state: &AppState,
    visitor: &Visitor,
    id: &ConsultationId,
    file: &str,
) -> Result<Response, AppError> {
    let (export, extension) = file.rsplit_once('.').unwrap_or_default();
    let export = ExportId::from(export);
    let File { kind, bytes, created_at } =
        export::file(&state.desk, visitor.actor()?, id, &export, extension)
            .await
            .map_err(|error| state.explain(error))?;
    let day = day_at(&state.desk.zone(&visitor.actor()?.site), created_at).to_string();
    let disposition =
        disposition(FileName::Details, visitor.language, &day, &export.0, kind.extension());
    let headers =
        [(CONTENT_TYPE, kind.media_type().to_owned()), (CONTENT_DISPOSITION, disposition)];
    Ok((headers, Body::from(Bytes::from_owner(bytes))).into_response())
}

/// The header that names a download (RFC 6266): in ASCII, and in UTF-8 for browsers that read that.
/// A name stays in the browser's list of downloads, so it contains no patient data. The day, and
/// the end of an id where there is one, tell two downloads apart.
fn disposition(name: FileName, language: Language, day: &str, id: &str, extension: &str) -> String {
    let (ascii, utf8) = match (name, language) {
        (FileName::Details, Language::En) => ("consultation-details", "consultation-details"),
        (FileName::Details, Language::Fr) => ("details-consultation", "d%C3%A9tails-consultation"),
        (FileName::AccessReport, Language::En) => ("access-report", "access-report"),
        (FileName::AccessReport, Language::Fr) => ("rapport-acces", "rapport-acc%C3%A8s"),
        (FileName::Incidents, Language::En) => ("incident-register", "incident-register"),
        (FileName::Incidents, Language::Fr) => ("registre-incidents", "registre-incidents"),
    };
    let end: String = match id.char_indices().nth_back(SHORT_ID - 1) {
        Some((at, _)) => format!("-{}", id.get(at..).unwrap_or_default()),
        None if id.is_empty() => String::new(),
        None => format!("-{id}"),
    };
    let rest = format!("-{day}{end}.{extension}");
    format!("attachment; filename=\"{ascii}{rest}\"; filename*=UTF-8''{utf8}{rest}")
}

async fn respond_csv(
    state: &AppState,
    visitor: &Visitor,
    request: Request,
    (name, id): (FileName, &str),
    rows: Result<Vec<Vec<String>>, AppError>,
) -> Response {
    let file = rows.and_then(|rows| {
        let day = state.desk.today(&visitor.actor()?.site).to_string();
        let disposition = disposition(name, visitor.language, &day, id, "csv");
        csv::file(&disposition, visitor.language, rows).map_err(|error| state.internal(&error))
    });
    respond(state, request, file).await
}

/// The file, or an error page.
async fn respond(state: &AppState, request: Request, file: Result<Response, AppError>) -> Response {
    match file {
        Ok(file) => file,
        Err(error) => render::problem(state, request.into_parts().0, error).await,
    }
}

async fn access_report_rows(
    state: &AppState,
    visitor: &Visitor,
    patient: &PatientId,
) -> Result<Vec<Vec<String>>, AppError> {
    let who = visitor.actor()?;
    let report = audit_log::report(&state.desk, who, patient, true)
        .await
        .map_err(|error| state.explain(error))?
        .ok_or(AppError::NotFound)?;
    let (language, zone) = (visitor.language, state.desk.zone(&who.site));
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
        PatientChangeWords::of(language).changes,
    ];
    let change_of = |detail: &str| {
        let id = detail.split_whitespace().find_map(|part| part.strip_prefix("change="))?;
        report.changes.iter().find(|change| change.id == id)
    };
    let line = |row: &crate::store::LogEntry| {
        let record = &row.record;
        vec![
            row.number.to_string(),
            time::exact(&zone, record.at),
            time::machine(record.at),
            actor(language, record),
            record.roles.iter().map(|each| role(language, each)).collect::<Vec<_>>().join(", "),
            what(language, record).to_owned(),
            record.detail.clone(),
            record.consultation.as_ref().map(ToString::to_string).unwrap_or_default(),
            record.client.address.clone(),
            record.client.device.clone(),
            change_of(&record.detail)
                .map(|change| changes::text(language, &zone, change))
                .unwrap_or_default(),
        ]
    };
    let heading = heading.map(str::to_owned).to_vec();
    Ok(std::iter::once(heading).chain(report.rows.iter().map(line)).collect())
}

async fn incident_register_rows(
    state: &AppState,
    visitor: &Visitor,
) -> Result<Vec<Vec<String>>, AppError> {
    let who = visitor.actor()?;
    let incidents =
        incident::export(&state.desk, who).await.map_err(|error| state.explain(error))?;
    let (language, zone) = (visitor.language, state.desk.zone(&who.site));
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
            time::exact(&zone, incident.written_at),
            incident.written_by.clone(),
        ]
    };
    let heading = heading.map(str::to_owned).to_vec();
    Ok(std::iter::once(heading).chain(incidents.iter().map(line)).collect())
}
