//! Handlers of everything but pages.

pub mod api;
pub mod brand;
pub mod exports;
pub mod live;
pub mod oidc;

use crate::web::assets::Assets;
use crate::web::state::AppState;
use axum::extract::State;
use axum::http::header::CACHE_CONTROL;
use axum::http::{HeaderValue, Response, StatusCode};
use axum::routing::{MethodRouter, get_service};
use std::time::Duration;
use tokio::time::timeout;
use tower::ServiceBuilder;
use tower_http::services::ServeDir;
use tower_http::set_header::SetResponseHeaderLayer;

/// Caches a response for a year, for an address that changes with the content.
const IMMUTABLE: &str = "public, max-age=31536000, immutable";
/// Caches a response for an hour, for a fixed address.
const AN_HOUR: HeaderValue = HeaderValue::from_static("public, max-age=3600");

/// Liveness: the process answers.
pub async fn alive() -> &'static str {
    "ok\n"
}

/// How long an answer of [`ready`] is given again, in milliseconds. The check writes, and anyone
/// may ask.
const READY_MS: u64 = 1_000;
/// How long the check may take. A store that is busy for longer is not ready.
const READY_TIMEOUT: Duration = Duration::from_secs(5);

/// Readiness: the store answers, has this version's schema, and can be written, and the process is
/// not being stopped.
pub async fn ready(State(state): State<AppState>) -> (StatusCode, &'static str) {
    if state.stopping.is_cancelled() {
        return (StatusCode::SERVICE_UNAVAILABLE, "stopping\n");
    }
    // One check at a time: other requests wait for its answer.
    let mut last = state.readiness.lock().await;
    let now = state.desk.now();
    let known = last.filter(|(at, _)| at.abs_diff(now) < READY_MS).map(|(_, is_ready)| is_ready);
    let is_ready = match known {
        Some(known) => known,
        None => check_store(&state, now).await,
    };
    if known.is_none() {
        *last = Some((now, is_ready));
    }
    match is_ready {
        true => (StatusCode::OK, "ready\n"),
        false => (StatusCode::SERVICE_UNAVAILABLE, "the store is not ready\n"),
    }
}

async fn check_store(state: &AppState, now: i64) -> bool {
    match timeout(READY_TIMEOUT, state.desk.store.ready(now)).await {
        Ok(Ok(())) => return true,
        Ok(Err(error)) => tracing::error!(%error, "the store is not ready"),
        Err(_) => tracing::error!("the store did not answer the readiness check in time"),
    }
    false
}

/// The bundles and the stylesheet. Their names contain a hash in a release.
pub fn packed_files<S: Clone + Send + Sync + 'static>(assets: &Assets) -> MethodRouter<S> {
    let hashed = assets.hashed;
    let cached = move |response: &Response<_>| -> Option<HeaderValue> {
        (hashed && response.status().is_success()).then_some(HeaderValue::from_static(IMMUTABLE))
    };
    let folder =
        ServeDir::new(&assets.root).precompressed_br().append_index_html_on_directories(false);
    let layer = SetResponseHeaderLayer::overriding(CACHE_CONTROL, cached);
    get_service(ServiceBuilder::new().layer(layer).service(folder))
}

/// Files with fixed names.
pub fn plain_files<S: Clone + Send + Sync + 'static>(assets: &Assets) -> MethodRouter<S> {
    let layer = SetResponseHeaderLayer::if_not_present(CACHE_CONTROL, AN_HOUR);
    get_service(ServiceBuilder::new().layer(layer).service(ServeDir::new(&assets.root)))
}
