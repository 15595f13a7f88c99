//! `/control/*`: faults, state, reset, and the event queue (`control/events.rs`), for tests and
//! manual trials. Needs no key, and answers only to the local machine.

mod events;

use super::Sandbox;
use super::rest::{MAX_BODY, NO_STORE, Refusal, read_json};
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};
use std::net::IpAddr;

/// The routes below `/control`.
pub(super) fn router() -> Router<Sandbox> {
    Router::new()
        .route("/faults", post(faults))
        .route("/state", get(state))
        .route("/reset", post(reset))
        .route(
            "/events",
            post(events::inject).layer(DefaultBodyLimit::max(events::MAX_EVENTS_BODY)),
        )
        .route("/create", post(events::create))
        .route("/status", post(events::status))
        .route("/disconnect", post(events::disconnect))
        .fallback(|| async { Refusal::unknown_path() })
        .method_not_allowed_fallback(|| async { Refusal::method_not_allowed() })
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(middleware::from_fn(guard))
}

async fn faults(
    State(sandbox): State<Sandbox>,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<Value>, Refusal> {
    let body = read_json(body)?;
    let now = {
        let mut state = sandbox.state();
        state.faults = state.faults.merged(&body).map_err(Refusal::bad)?;
        if body.get("hold_events").is_some() {
            state.queues.release();
        }
        json!(state.faults)
    };
    sandbox.inner.changed.notify_waiters();
    Ok(Json(now))
}

async fn state(State(sandbox): State<Sandbox>) -> impl IntoResponse {
    (NO_STORE, Json(sandbox.state().snapshot()))
}

async fn reset(State(sandbox): State<Sandbox>) -> Json<Value> {
    sandbox.state().reset();
    sandbox.save().await;
    sandbox.inner.changed.notify_waiters();
    Json(json!({}))
}

/// Refuses other host names (DNS rebinding) and cross-site requests.
async fn guard(request: Request, next: Next) -> Response {
    if !is_loopback(request.headers()) {
        return Refusal::new(
            StatusCode::FORBIDDEN,
            "the sandbox is controlled from its own machine only: the Host must be a loopback name",
        )
        .into_response();
    }
    if request.method() != Method::GET && is_foreign(request.headers()) {
        return Refusal::new(
            StatusCode::FORBIDDEN,
            "the sandbox takes no orders from another site's page",
        )
        .into_response();
    }
    next.run(request).await
}

fn is_loopback(headers: &HeaderMap) -> bool {
    let authority = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok())
        .and_then(|host| host.parse().ok());
    authority.is_some_and(|authority| is_loopback_name(&authority))
}

fn is_loopback_name(authority: &Authority) -> bool {
    let host = authority.host().trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost")
        || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Whether a browser sends this for another site's page. `Origin` counts where `Sec-Fetch-Site` is
/// missing.
fn is_foreign(headers: &HeaderMap) -> bool {
    if let Some(site) = headers.get("sec-fetch-site") {
        return site == "cross-site";
    }
    headers.get(header::ORIGIN).is_some_and(|origin| {
        let authority = origin
            .to_str()
            .ok()
            .and_then(|origin| origin.split_once("://"))
            .and_then(|(_, rest)| rest.parse().ok());
        !authority.is_some_and(|authority| is_loopback_name(&authority))
    })
}
