//! The accent stylesheet and the logo of a site's patient pages. Both are public. A request with
//! the current version in its query is cached for a year.

use super::IMMUTABLE;
use crate::desk::sites::{self, LARGEST_LOGO};
use crate::error::{AppError, FieldProblem};
use crate::model::color::{Color, stylesheet};
use crate::model::ids::SiteId;
use crate::model::role::{Access, Permission};
use crate::parts::at_site::AT;
use crate::server::render;
use crate::web::page::Submitted;
use crate::web::routes::{Endpoint, PageRoute, Route, Target};
use crate::web::state::AppState;
use crate::web::visitor::Visitor;
use axum::Extension;
use axum::extract::multipart::MultipartError;
use axum::extract::{DefaultBodyLimit, FromRequest, Multipart, Path, Query, Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderName, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use std::collections::HashMap;

/// The size of a multipart form around the logo, in bytes.
const FORM_OVERHEAD: usize = 4 * 1024;

/// Caches a versioned request for a year, and another one for five minutes, because its content can
/// change.
fn cache_control(versioned: bool) -> [(HeaderName, &'static str); 1] {
    [(CACHE_CONTROL, if versioned { IMMUTABLE } else { "public, max-age=300" })]
}

/// The stylesheet with a site's accent colour.
pub async fn style(
    State(state): State<AppState>,
    Path(id): Path<String>,
    Query(query): Query<HashMap<String, String>>,
) -> Response {
    let site = match state.desk.store.site(&SiteId(id)).await {
        Ok(site) => site,
        Err(error) => return state.explain_store(error).status_only(),
    };
    // Parsed again, so that only a colour can get into the stylesheet.
    let Some(accent) = site.and_then(|site| Color::parse(&site.accent?)) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let versioned =
        query.get("v").is_some_and(|version| accent.to_string().trim_start_matches('#') == version);
    let content_type = [(CONTENT_TYPE, "text/css; charset=utf-8")];
    (cache_control(versioned), content_type, stylesheet(accent)).into_response()
}

/// A site's logo.
pub async fn logo(
    State(state): State<AppState>,
    Path(id): Path<String>,
    Query(query): Query<HashMap<String, String>>,
) -> Response {
    match state.desk.store.logo(&SiteId(id)).await {
        Ok(Some(logo)) => {
            let cached = cache_control(query.get("v") == Some(&logo.version));
            (cached, [(CONTENT_TYPE, logo.kind.media_type())], logo.bytes).into_response()
        }
        Ok(None) => StatusCode::NOT_FOUND.into_response(),
        Err(error) => state.explain_store(error).status_only(),
    }
}

/// The body limit of [`upload`].
pub fn upload_limit() -> DefaultBodyLimit {
    DefaultBodyLimit::max(LARGEST_LOGO + FORM_OVERHEAD)
}

/// Sets the logo of the administrator's current site from a multipart form.
pub async fn upload(
    State(state): State<AppState>,
    Extension(visitor): Extension<Visitor>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    match set_logo(&state, &visitor, Request::from_parts(parts.clone(), body)).await {
        Ok(()) => Redirect::to(&format!("{}?saved=yes", PageRoute::Sites.path())).into_response(),
        Err(error) => {
            let status = error.status_code();
            let submitted = Submitted {
                route: Route::Endpoint(Endpoint::Logo),
                entries: HashMap::new(),
                outcome: Err(error),
            };
            let sites = Target::page(PageRoute::Sites);
            let mut response = render::page(&state, parts, sites, Some(submitted)).await;
            *response.status_mut() = status;
            response
        }
    }
}

async fn set_logo(state: &AppState, visitor: &Visitor, request: Request) -> Result<(), AppError> {
    let actor = visitor.actor()?;
    visitor.allow(Access::Requires(Permission::Administer))?;
    let bad_image = || AppError::field("logo", FieldProblem::BadImage);
    let mut form = Multipart::from_request(request, state).await.map_err(|_| bad_image())?;
    let mut logo = None;
    // To the end: the site may be named after the file.
    while let Some(field) = form.next_field().await.map_err(|error| read_error(&error))? {
        if field.name() == Some(AT) {
            if field.text().await.map_err(|error| read_error(&error))? != actor.site.id.0 {
                return Err(AppError::OtherSite);
            }
        } else if field.name() == Some("logo") {
            logo = Some(field.bytes().await.map_err(|error| read_error(&error))?);
        }
    }
    let logo = logo.ok_or_else(bad_image)?;
    sites::set_logo(&state.desk, actor, logo.to_vec()).await.map_err(|error| state.explain(error))
}

fn read_error(error: &MultipartError) -> AppError {
    let large = error.status() == StatusCode::PAYLOAD_TOO_LARGE;
    AppError::field("logo", if large { FieldProblem::LargeImage } else { FieldProblem::BadImage })
}
