//! REST: create, and ask for presigned URLs (`empego-api.md` §10.2). What is said is in
//! `profile.rs`; how it is carried is here.

use super::profile::{self, Kind};
use super::state::Purpose;
use super::{Sandbox, integration_user};
use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, QueryRejection};
use axum::extract::{DefaultBodyLimit, FromRequestParts, Query, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::Value;
use std::collections::HashMap;

/// The longest body that is read, in bytes.
pub(super) const MAX_BODY: usize = 64 * 1024;

/// Everything below the base path.
pub(super) fn router(sandbox: &Sandbox) -> Router<Sandbox> {
    let mut router = Router::new();
    for kind in [Kind::Consultation, Kind::FollowUp] {
        router = router.route(
            kind.create_path(),
            post(
                move |State(sandbox): State<Sandbox>,
                      caller: Caller,
                      body: Result<Bytes, BytesRejection>| async move {
                    create(&sandbox, kind, &caller, body).await
                },
            ),
        );
        for (path, details) in [(kind.answer_path(), false), (kind.details_path(), true)] {
            let by_query = move |State(sandbox): State<Sandbox>,
                                 caller: Caller,
                                 query: Result<Query<HashMap<String, String>>, QueryRejection>| async move {
                let Query(query) = query.map_err(|_| Refusal::bad("the query cannot be read"))?;
                present(&sandbox, kind, details, caller, &serde_json::json!(query))
            };
            let by_body = move |State(sandbox): State<Sandbox>,
                                caller: Caller,
                                body: Result<Bytes, BytesRejection>| async move {
                present(&sandbox, kind, details, caller, &read_json(body)?)
            };
            router = router.route(path, get(by_query).post(by_body));
        }
    }
    router
        .fallback(|_: Caller| async {
            Refusal::new(StatusCode::NOT_FOUND, "there is nothing at this path")
        })
        .method_not_allowed_fallback(|_: Caller| async {
            Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "this path does not take this method")
        })
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(middleware::from_fn_with_state(sandbox.clone(), misbehave))
}

/// Refuses before the work, or answers late after it, as the faults say.
async fn misbehave(State(sandbox): State<Sandbox>, request: Request, next: Next) -> Response {
    let (failure, latency) = {
        let mut state = sandbox.state();
        state.counters.rest_calls += 1;
        (state.faults.take_failure(), state.faults.latency_ms)
    };
    let response = match failure {
        Some(status) => failed(status),
        None => next.run(request).await,
    };
    sandbox.delay(latency).await;
    response
}

fn failed(status: StatusCode) -> Response {
    let mut response = Refusal::new(status, "the sandbox was told to fail").into_response();
    if matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE) {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
    }
    response
}

async fn create(
    sandbox: &Sandbox,
    kind: Kind,
    caller: &Caller,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Refusal> {
    let create = profile::read_create(&read_json(body)?).map_err(Refusal::bad)?;
    let ambient = &sandbox.inner.ambient;
    let body = {
        let mut state = sandbox.state();
        let subject = state.create(kind, caller.tenant_key, create, ambient.now(), || ambient.id());
        profile::created(
            kind,
            &subject.key,
            &subject.patient_key,
            subject.tenant_key,
            &subject.status,
        )
    };
    // The event may be there before the answer is, as it may be at Empego.
    sandbox.inner.changed.notify_waiters();
    sandbox.keep().await;
    Ok((StatusCode::CREATED, NO_STORE, Json(body)).into_response())
}

fn present(
    sandbox: &Sandbox,
    kind: Kind,
    details: bool,
    caller: Caller,
    body: &Value,
) -> Result<Response, Refusal> {
    let user = caller.integration_user()?;
    let key = profile::read_key(kind, body).map_err(Refusal::bad)?;
    let purpose = if details { Purpose::Details { user } } else { Purpose::Answer };
    let token = sandbox.token();
    let url = format!("{}{}", sandbox.inner.origin, super::pages::path(kind, details, &token));
    let moment = sandbox.moment();
    if !sandbox.state().mint(kind, caller.tenant_key, &key, token, purpose, moment) {
        return Err(Refusal::new(
            StatusCode::NOT_FOUND,
            format!("no {} with that key", kind.key_member().trim_end_matches("Key")),
        ));
    }
    Ok((NO_STORE, Json(profile::presigned(&url))).into_response())
}

const NO_STORE: [(HeaderName, &str); 1] = [(header::CACHE_CONTROL, "no-store")];

/// Reads a JSON body, whatever its content type says. The refusal says nothing of what was in it.
pub(super) fn read_json(body: Result<Bytes, BytesRejection>) -> Result<Value, Refusal> {
    read_json_of(body, MAX_BODY)
}

/// The same, where the longest body that is read is another one.
pub(super) fn read_json_of(
    body: Result<Bytes, BytesRejection>,
    longest: usize,
) -> Result<Value, Refusal> {
    let body = body.map_err(|rejection| match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Refusal::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            format!("the body is longer than {longest} bytes"),
        ),
        _ => Refusal::bad("the body cannot be read"),
    })?;
    serde_json::from_slice(&body).map_err(|_| Refusal::bad("the body is no JSON"))
}

/// An answer that is no success: a status and `{ "message" }`.
pub(super) struct Refusal {
    status: StatusCode,
    message: String,
}

impl Refusal {
    pub(super) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self { status, message: message.into() }
    }

    pub(super) fn bad(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        (self.status, NO_STORE, Json(profile::refused(&self.message))).into_response()
    }
}

/// The key of `Authorization: api-key {key}`.
pub(super) fn api_key(headers: &HeaderMap) -> Option<&str> {
    let (scheme, key) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("api-key").then_some(key)
}

/// Who calls: a key and the tenant that it acts for. Checked before the body is read.
struct Caller {
    tenant_key: &'static str,
    headers: HeaderMap,
}

impl Caller {
    fn integration_user(&self) -> Result<Option<String>, Refusal> {
        let Some(header) = self.headers.get("x-integration-user") else { return Ok(None) };
        let user = integration_user::user_id(header.as_bytes());
        user.map(Some).ok_or_else(|| {
            Refusal::bad("x-integration-user must be base64 of a JSON object with a userId")
        })
    }
}

impl FromRequestParts<Sandbox> for Caller {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &Sandbox) -> Result<Self, Refusal> {
        let keys = [
            api_key(&parts.headers),
            parts.headers.get("api-key").and_then(|value| value.to_str().ok()),
        ];
        let tenants =
            keys.into_iter().flatten().map(profile::tenants).find(|tenants| !tenants.is_empty());
        let tenants = tenants.ok_or_else(|| {
            Refusal::new(StatusCode::UNAUTHORIZED, "the API key is missing or wrong")
        })?;
        let tenant_key = match (parts.headers.get("x-tenant-key"), tenants) {
            (None, [only]) => only,
            (None, _) => {
                return Err(Refusal::bad(
                    "the API key has several tenants: X-Tenant-Key must name one",
                ));
            }
            // Which code a foreign tenant gets is not documented (assumed: 403).
            (Some(named), _) => tenants
                .iter()
                .find(|tenant| tenant.as_bytes().eq_ignore_ascii_case(named.as_bytes()))
                .ok_or_else(|| {
                    Refusal::new(
                        StatusCode::FORBIDDEN,
                        "the API key does not belong to that tenant",
                    )
                })?,
        };
        Ok(Self { tenant_key, headers: parts.headers.clone() })
    }
}
