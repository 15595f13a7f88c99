//! The REST interface: create, and presigned URLs (`docs/empego.md` §10.2). Paths and bodies are in
//! `profile.rs`, HTTP is here.

mod known;

use super::Sandbox;
use super::profile::{self, Kind, Sent};
use super::state::Purpose;
use crate::profile::{Call, Headers, Operation, Part, Way, put};
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, FromRequest, FromRequestParts, Path, Query, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, get, on};
use axum::{Json, Router};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use std::collections::HashMap;
use strum::IntoEnumIterator;

/// Limit on a request body, in bytes.
pub(super) const MAX_BODY: usize = 64 * 1024;

/// The routes below [`profile::BASE`], as the profile has them. The calls for URLs take `GET` with
/// a query too.
pub(super) fn router(sandbox: &Sandbox) -> Router<Sandbox> {
    let mut router = Router::new();
    let read = sandbox.inner.profile.clone();
    for call in Call::iter() {
        let Way::Own(operation) = read.way(call) else { continue };
        let answered = move |State(sandbox): State<Sandbox>, caller: Caller, request: Request| {
            answer(sandbox, call, caller, request)
        };
        let method = MethodFilter::try_from(operation.method.clone());
        // The profile has three methods, and all of them have a filter.
        let Ok(method) = method else { continue };
        router = router.route(&operation.path, on(method, answered));
        // Where no other call has that.
        let is_free = |other: Call| {
            let other = read.operation(other);
            other.is_none_or(|it| it.method != Method::GET || it.path != operation.path)
        };
        if !call.creates() && operation.method == Method::POST && Call::iter().all(is_free) {
            router = router.route(&operation.path, get(answered));
        }
    }
    router
        .fallback(|_: Caller| async { Refusal::unknown_path() })
        .method_not_allowed_fallback(|_: Caller| async { Refusal::method_not_allowed() })
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(middleware::from_fn_with_state(sandbox.clone(), apply_faults))
}

/// Reads a request by the profile, and does what it asks.
async fn answer(
    sandbox: Sandbox,
    call: Call,
    caller: Caller,
    request: Request,
) -> Result<Response, Refusal> {
    let read = sandbox.inner.profile.clone();
    let operation = read.operation(call).ok_or_else(Refusal::unknown_path)?;
    let (mut parts, body) = request.into_parts();
    let Query(query) = Query::<HashMap<String, String>>::try_from_uri(&parts.uri)
        .map_err(|_| Refusal::bad("the query cannot be read"))?;
    let path = Path::<HashMap<String, String>>::from_request_parts(&mut parts, &sandbox).await;
    let path = path.map(|Path(path)| path).unwrap_or_default();
    let method = parts.method.clone();
    let request = Request::from_parts(parts, body);
    let body = match method {
        // By query alone: under the names that the body would have.
        Method::GET => operation.body.values().fold(json!({}), |mut body, place| {
            let name = place.rsplit('/').next().unwrap_or_default();
            if let Some(value) = query.get(name) {
                put(&mut body, place, json!(value));
            }
            body
        }),
        _ => read_json(Bytes::from_request(request, &sandbox).await)?,
    };
    let sent = Sent { operation, path, query, body };
    let kind = Kind::of(call);
    if call.creates() {
        let create = profile::read_create(&sent, &read.identifiers).map_err(Refusal::bad)?;
        return Ok(create_record(&sandbox, call, &caller, operation, create).await);
    }
    if call.tells() {
        return known::told(&sandbox, call, &caller, &sent).await;
    }
    known::presign(&sandbox, kind, call.details(), &caller, &sent)
}

/// Applies `fail_next` before the work and `latency_ms` after it.
async fn apply_faults(State(sandbox): State<Sandbox>, request: Request, next: Next) -> Response {
    let (failure, latency) = {
        let mut state = sandbox.state();
        state.counters.rest_calls += 1;
        (state.faults.take_failure(), state.faults.latency_ms)
    };
    let response = match failure {
        Some(status) => injected_failure(status),
        None => next.run(request).await,
    };
    sandbox.delay(latency).await;
    response
}

fn injected_failure(status: StatusCode) -> Response {
    let mut response = Refusal::new(status, "the sandbox was told to fail").into_response();
    if matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE) {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
    }
    response
}

async fn create_record(
    sandbox: &Sandbox,
    call: Call,
    caller: &Caller,
    operation: &Operation,
    create: profile::Create,
) -> Response {
    let (ambient, read) = (&sandbox.inner.ambient, &sandbox.inner.profile);
    let kind = Kind::of(call);
    let answers = Call::iter().filter(|other| other.answers() && other.creation() == call);
    // Then the same call again is about the same record, which our text tells.
    let repeats = answers.into_iter().any(|it| matches!(read.way(it), Way::Repeats(_)));
    let gives_url = !operation.places(Part::Url).is_empty();
    let (token, timing) = (sandbox.token(), sandbox.timing());
    let url = format!("{}{}", sandbox.inner.origin, kind.page_path(false, &token));
    let body = {
        let mut state = sandbox.state();
        let tenant = caller.tenant_key;
        let metadata = create.metadata.as_deref().filter(|_| repeats);
        let made = metadata.and_then(|text| state.made_of(kind, tenant, text)).cloned();
        let subject = match made {
            Some(made) => made,
            None => state.create(kind, tenant, create, ambient.now(), || ambient.id()).clone(),
        };
        if gives_url {
            state.mint(kind, tenant, &subject.key, token, Purpose::Answer, timing);
        }
        match state.faults.odd_answers {
            true => json!({ "data": { "uuid": subject.key, "state": { "code": "NEW" } } }),
            false => profile::created(read, operation, &subject, gives_url.then_some(url.as_str())),
        }
    };
    // Subscribers may see the event before the caller sees the answer, as may be the case at
    // Empego.
    sandbox.inner.changed.notify_waiters();
    sandbox.save().await;
    (StatusCode::CREATED, NO_STORE, Json(body)).into_response()
}

pub(super) const NO_STORE: [(HeaderName, &str); 1] = [(header::CACHE_CONTROL, "no-store")];

/// Parses a JSON body, whatever its content type. The error says nothing of its content.
pub(super) fn read_json(body: Result<Bytes, BytesRejection>) -> Result<Value, Refusal> {
    read_json_of(body, MAX_BODY)
}

/// As [`read_json`], with another limit.
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

/// An error: a status and `{ "message" }`.
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

    pub(super) fn unknown_path() -> Self {
        Self::new(StatusCode::NOT_FOUND, "there is nothing at this path")
    }

    pub(super) fn method_not_allowed() -> Self {
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "this path does not take this method")
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

/// The key, where and as the profile has it.
fn key_of<'a>(headers: &'a HeaderMap, names: &Headers) -> Option<&'a str> {
    let text = headers.get(&names.key)?.to_str().ok()?;
    if names.key_scheme.is_empty() {
        return Some(text);
    }
    let (scheme, key) = text.split_once(' ')?;
    scheme.eq_ignore_ascii_case(&names.key_scheme).then_some(key)
}

/// The caller's tenant and headers. Extracted before the body is read.
struct Caller {
    tenant_key: &'static str,
    headers: HeaderMap,
}

impl Caller {
    fn integration_user(&self, names: &Headers) -> Result<Option<String>, Refusal> {
        let Some(header) = self.headers.get(&names.user) else { return Ok(None) };
        user_id(header.as_bytes()).map(Some).ok_or_else(|| {
            let name = &names.user;
            Refusal::bad(format!("{name} must be base64 of a JSON object with a userId"))
        })
    }
}

impl FromRequestParts<Sandbox> for Caller {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, sandbox: &Sandbox) -> Result<Self, Refusal> {
        let names = &sandbox.inner.profile.headers;
        let keys = [
            api_key(&parts.headers),
            parts.headers.get("api-key").and_then(|value| value.to_str().ok()),
            key_of(&parts.headers, names),
        ];
        let tenants =
            keys.into_iter().flatten().map(profile::tenants).find(|tenants| !tenants.is_empty());
        let tenants = tenants.ok_or_else(|| {
            Refusal::new(StatusCode::UNAUTHORIZED, "the API key is missing or wrong")
        })?;
        let tenant_key = match (parts.headers.get(&names.tenant), tenants) {
            (None, [only]) => only,
            (None, _) => {
                return Err(Refusal::bad(
                    "the API key has several tenants: X-Tenant-Key must name one",
                ));
            }
            // The status for a foreign tenant is not documented (assumed: 403).
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

/// The `userId` of an `x-integration-user` header, and the licence number where it has one: base64
/// of a JSON object (`docs/empego.md` §2). `None` when it cannot be read or has no `userId`
/// (assumed: 400). Assumed too: the standard alphabet, padded, on one line.
fn user_id(header: &[u8]) -> Option<String> {
    let user: Value = serde_json::from_slice(&STANDARD.decode(header).ok()?).ok()?;
    let id = user.get("userId")?.as_str().filter(|id| !id.trim().is_empty())?;
    Some(match user.get("licenseNumber").and_then(Value::as_str) {
        Some(licence) => format!("{id} ({licence})"),
        None => id.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::user_id;

    #[test]
    fn a_user_needs_an_id() {
        // {"userId":"u1"}, also with a line break; {"userId":""}; {}, also unpadded; no JSON.
        assert_eq!(user_id(b"eyJ1c2VySWQiOiJ1MSJ9").as_deref(), Some("u1"));
        assert_eq!(user_id(b"eyJ1c2VySWQiOiJ1MSJ9\n"), None);
        assert_eq!(user_id(b"eyJ1c2VySWQiOiIifQ=="), None);
        assert_eq!(user_id(b"e30="), None);
        assert_eq!(user_id(b"e30"), None);
        assert_eq!(user_id(b"TWFu"), None);
    }
}
