//! The only place where routes and layers are put in order.

use super::middleware::{cross_site, headers, log, session};
use super::refusals::Asked;
use super::render;
use super::routes::{api, brand, exports, files, health, live, oidc};
use super::state::AppState;
use super::visitor::Visitor;
use crate::error::AppError;
use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use std::time::Duration;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::csrf::{ConfigError, CsrfLayer};
use tower_http::timeout::{RequestBodyTimeoutLayer, TimeoutLayer};

/// How long any answer but the stream of changes may take: longer than the longest create call and
/// the wait behind it.
const LONGEST_ANSWER: Duration = Duration::from_secs(150);

/// How long a request's body may pause.
const SLOWEST_BODY: Duration = Duration::from_secs(10);

/// All routes in their layers.
///
/// # Errors
/// When the public address is not one that forms can come from.
pub fn router(state: AppState) -> Result<Router, ConfigError> {
    // Decides on `Sec-Fetch-Site` first: the patient's page sends no referrer, so its form has
    // `Origin: null`.
    let csrf = CsrfLayer::new().add_trusted_origin(&state.desk.policy.public_url)?;
    let dynamic = Router::new()
        .route("/", get(session::begin))
        .route("/api/{name}", any(api::call))
        .route(brand::UPLOAD, post(brand::upload).layer(brand::upload_limit()))
        .route("/oidc/start", post(oidc::start))
        .route("/oidc/callback", get(oidc::callback))
        .route("/admin/incidents/register.csv", get(exports::incident_register))
        .route("/admin/audit/patient/{id}/report.csv", get(exports::access_report))
        .route("/consultations/{id}/exports/{file}", get(exports::details))
        .fallback(render::get)
        .layer(from_fn_with_state(state.clone(), only_pages))
        .layer(CompressionLayer::new())
        .layer(TimeoutLayer::with_status_code(StatusCode::GATEWAY_TIMEOUT, LONGEST_ANSWER))
        .layer(RequestBodyTimeoutLayer::new(SLOWEST_BODY))
        .route("/live", get(live::changes))
        .layer(from_fn_with_state(state.clone(), session::visitor))
        .layer(csrf)
        .layer(from_fn_with_state(state.clone(), cross_site::log));
    let plain = Router::new()
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/site/{id}/style.css", get(brand::style))
        .route("/site/{id}/logo", get(brand::logo))
        .merge(files::routes(&state.site))
        .fallback_service(dynamic.with_state(state.clone()));
    let panicked = |_| AppError::Internal { reference: "panic".to_owned() }.status_only();
    // The last is the outermost.
    Ok(plain
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(state.clone(), headers::secure))
        .layer(from_fn_with_state(state.clone(), log::request))
        .with_state(state))
}

/// Server functions decide for themselves who may call them, and what is written down of it;
/// everything else is a page. A path that could be read in two ways is none.
async fn only_pages(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    if !session::is_plain_path(path) {
        let (parts, _) = request.into_parts();
        return render::problem(&state, parts, AppError::NotFound).await;
    }
    if path.starts_with("/api/") || path == "/" {
        return next.run(request).await;
    }
    let (visitor, address) =
        (request.extensions().get::<Visitor>().cloned(), request.uri().clone());
    let response = session::staff_only(State(state.clone()), request, next).await;
    let (StatusCode::NOT_FOUND, Some(visitor)) = (response.status(), visitor) else {
        return response;
    };
    match state.refused(&visitor, Asked::page(&address), AppError::NotFound).await {
        AppError::NotFound => response,
        error => error.status_only(),
    }
}

impl AppError {
    /// An answer that is only a status code, for where no page can be rendered.
    pub(super) fn status_only(&self) -> Response {
        StatusCode::from_u16(self.status())
            .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
            .into_response()
    }
}
