//! How a site looks to its patients: its accent and its logo. Public, and cached for ever under
//! addresses that change with what is at them.

use crate::desk::sites::{self, LARGEST_LOGO};
use crate::error::{AppError, FieldProblem};
use crate::model::color::{Color, stylesheet};
use crate::model::ids::SiteId;
use crate::model::role::Power;
use crate::parts::at_site::AT;
use crate::server::render;
use crate::web::page::Submitted;
use crate::web::routes::{Endpoint, PageRoute, Route, Target};
use crate::web::state::AppState;
use crate::web::visitor::Visitor;
use axum::Extension;
use axum::extract::{DefaultBodyLimit, FromRequest, Multipart, Path, Query, Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderName, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use std::collections::HashMap;

/// What a form with a logo may have around it, in bytes.
const AROUND: usize = 4 * 1024;

const FOR_EVER: [(HeaderName, &str); 1] = [(CACHE_CONTROL, "public, max-age=31536000, immutable")];
/// Five minutes, for an address without its version: what is there can change.
const SHORT: [(HeaderName, &str); 1] = [(CACHE_CONTROL, "public, max-age=300")];

/// The stylesheet that gives a site's pages their accent.
pub async fn style(
    State(state): State<AppState>,
    Path(id): Path<String>,
    Query(query): Query<HashMap<String, String>>,
) -> Response {
    let site = match state.desk.store.site(&SiteId(id)).await {
        Ok(site) => site,
        Err(error) => return failed(&state.explain_store(error)),
    };
    // Nothing but a colour gets into a stylesheet, whatever the record says.
    let Some(accent) = site.and_then(|site| Color::parse(&site.accent?)) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let named =
        query.get("v").is_some_and(|version| accent.to_string().trim_start_matches('#') == version);
    let cached = if named { FOR_EVER } else { SHORT };
    (cached, [(CONTENT_TYPE, "text/css; charset=utf-8")], stylesheet(accent)).into_response()
}

/// The picture that stands in the place of a clinic's name.
pub async fn logo(
    State(state): State<AppState>,
    Path(id): Path<String>,
    Query(query): Query<HashMap<String, String>>,
) -> Response {
    match state.desk.store.logo(&SiteId(id)).await {
        Ok(Some(logo)) => {
            let cached = if query.get("v") == Some(&logo.version) { FOR_EVER } else { SHORT };
            (cached, [(CONTENT_TYPE, logo.kind.media_type())], logo.bytes).into_response()
        }
        Ok(None) => StatusCode::NOT_FOUND.into_response(),
        Err(error) => failed(&state.explain_store(error)),
    }
}

/// How much of a form with a logo is read.
pub fn upload_limit() -> DefaultBodyLimit {
    DefaultBodyLimit::max(LARGEST_LOGO + AROUND)
}

/// Takes a logo for the site that the administrator works at, from a form with a file in it.
pub async fn upload(
    State(state): State<AppState>,
    Extension(visitor): Extension<Visitor>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let answered = parts.clone();
    match take(&state, &visitor, Request::from_parts(parts, body)).await {
        Ok(()) => Redirect::to(&format!("{}?saved=yes", PageRoute::Sites.path())).into_response(),
        Err(error) => {
            let status =
                StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            let submitted = Submitted {
                route: Route::Endpoint(Endpoint::Logo),
                entries: HashMap::new(),
                outcome: Err(error),
            };
            let sites = Target::page(PageRoute::Sites);
            let mut response = render::page(&state, answered, sites, Some(submitted)).await;
            *response.status_mut() = status;
            response
        }
    }
}

async fn take(state: &AppState, visitor: &Visitor, request: Request) -> Result<(), AppError> {
    let who = visitor.staff.as_ref().ok_or(AppError::NotSignedIn)?;
    visitor.allow(crate::model::role::Access::Needs(Power::Administer))?;
    let none = || AppError::field("logo", FieldProblem::BadImage);
    let mut form = Multipart::from_request(request, state).await.map_err(|_| none())?;
    while let Some(field) = form.next_field().await.map_err(|error| unread(&error))? {
        if field.name() == Some(AT) {
            if field.text().await.map_err(|error| unread(&error))? != who.site.id.0 {
                return Err(AppError::OtherSite);
            }
        } else if field.name() == Some("logo") {
            let bytes = field.bytes().await.map_err(|error| unread(&error))?;
            return sites::set_logo(&state.desk, who, bytes.to_vec())
                .await
                .map_err(|error| state.explain(error));
        }
    }
    Err(none())
}

/// A file that is too large breaks off in the middle: that is no reason to call it no picture.
fn unread(error: &axum::extract::multipart::MultipartError) -> AppError {
    let large = error.status() == StatusCode::PAYLOAD_TOO_LARGE;
    AppError::field("logo", if large { FieldProblem::LargeImage } else { FieldProblem::BadImage })
}

fn failed(error: &AppError) -> Response {
    StatusCode::from_u16(error.status())
        .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
        .into_response()
}
