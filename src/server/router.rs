//! The only place where routes and layers are put in order.

use super::middleware::{headers, log, session};
use super::render;
use super::routes::{api, brand, exports, files, health, live, oidc};
use super::state::AppState;
use crate::error::AppError;
use axum::Router;
use axum::http::StatusCode;
use axum::middleware::{from_fn_with_state, map_response};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use std::time::Duration;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::csrf::{ConfigError, CsrfLayer};
use tower_http::timeout::{RequestBodyTimeoutLayer, TimeoutLayer};

/// How long any answer but the stream of changes may take: longer than the longest create call and the wait behind it.
const LONGEST_ANSWER: Duration = Duration::from_secs(150);

/// How long a request's body may pause.
const SLOWEST_BODY: Duration = Duration::from_secs(10);

/// All routes in their layers.
///
/// # Errors
/// When the public address is not one that forms can come from.
pub fn router(state: AppState) -> Result<Router, ConfigError> {
    // Decides on `Sec-Fetch-Site` first: the patient's page sends no referrer, so its form has `Origin: null`.
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
        .layer(csrf);
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
        .layer(map_response(refused_by_csrf))
        .layer(from_fn_with_state(state.clone(), headers::secure))
        .layer(from_fn_with_state(state.clone(), log::request))
        .with_state(state))
}

/// Server functions decide for themselves who may call them; everything else is a page. A path that could be read in two
/// ways is none.
async fn only_pages(axum::extract::State(state): axum::extract::State<AppState>, request: axum::extract::Request, next: axum::middleware::Next) -> Response {
    let path = request.uri().path();
    if !session::is_plain_path(path) {
        let (parts, _) = request.into_parts();
        return render::problem(&state, parts, AppError::NotFound).await;
    }
    if path.starts_with("/api/") || path == "/" {
        return next.run(request).await;
    }
    session::staff_only(axum::extract::State(state), request, next).await
}

async fn refused_by_csrf(response: Response) -> Response {
    if response.extensions().get::<tower_http::csrf::ProtectionError>().is_some() {
        metrics::counter!("desk_cross_site_refused_total").increment(1);
    }
    response
}

impl AppError {
    /// An answer that is only a status code, for where no page can be rendered.
    fn status_only(&self) -> Response {
        StatusCode::from_u16(self.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR).into_response()
    }
}
