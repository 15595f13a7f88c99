//! Layers around the routes.

pub mod explain;
pub mod session;

use crate::config::Environment;
use crate::desk::Actor;
use crate::desk::correlation::CorrelationId;
use crate::error::AppError;
use crate::model::client::Client;
use crate::server::render;
use crate::web::refusals::RequestTarget;
use crate::web::respond::PERMISSIONS;
use crate::web::routes::Route;
use crate::web::session::SessionLookup;
use crate::web::state::AppState;
use crate::web::visitor::Visitor;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, HeaderValue, ORIGIN, REFERRER_POLICY,
    STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, Method, Uri};
use axum::middleware::Next;
use axum::response::Response;
use futures::{StreamExt, stream};
use std::future::ready;
use std::time::Duration;
use tokio::time::Instant;
use tower_http::csrf::ProtectionError;
use tracing::Instrument;
use tracing::field::Empty;

/// The id of the request, for questions to the operator.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Two years, the recommended age for preload lists.
const HSTS: &str = "max-age=63072000; includeSubDomains";

/// Gives each request an id, logs it and counts it. Every line that is logged meanwhile has the id,
/// the route's name and that of the server function, and not the path or the query, which can name
/// a patient.
pub async fn log_request(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let method = request.method().clone();
    let route = request.extensions().get::<Route>().copied();
    let name = route.map_or("other", Route::log_name);
    let id = CorrelationId::new(&state.desk.ambient);
    // Of the highest level, so that no filter takes the fields off the lines that it lets through.
    let span =
        tracing::error_span!("request", request_id = id.as_str(), route = name, function = Empty);
    if let Some(Route::Function(function)) = route {
        span.record("function", function.name());
    }
    let answer = async {
        let response = next.run(request).await;
        let (status, taken) = (response.status().as_u16(), started.elapsed());
        count(name, &method, status, taken);
        tracing::info!(%method, status, millis = taken.as_millis(), "request");
        response
    };
    let mut response = id.clone().scope(answer.instrument(span)).await;
    if let Ok(value) = HeaderValue::from_str(id.as_str()) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}

/// Rate, errors and durations by route. Every label has few values: the route's name is of the
/// table, and `other` for every path that is not in it.
fn count(route: &'static str, method: &Method, status: u16, taken: Duration) {
    let method = match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        _ => "other",
    };
    let class = match status / 100 {
        1 => "1xx",
        2 => "2xx",
        3 => "3xx",
        4 => "4xx",
        _ => "5xx",
    };
    metrics::counter!(
        "desk_requests_total", "route" => route, "method" => method, "status" => class
    )
    .increment(1);
    metrics::histogram!(
        "desk_request_duration_seconds", "route" => route, "method" => method
    )
    .record(taken);
}

/// Adds the security headers that a response does not set itself. Pages set their own content
/// security policy; other responses get one that allows nothing.
pub async fn set_security_headers(
    State(state): State<AppState>,
    request: Request,
    next: Next,
) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let mut add = |name: HeaderName, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    add(
        CONTENT_SECURITY_POLICY,
        "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    );
    add(X_CONTENT_TYPE_OPTIONS, "nosniff");
    add(X_FRAME_OPTIONS, "DENY");
    add(REFERRER_POLICY, "same-origin");
    add(HeaderName::from_static("permissions-policy"), PERMISSIONS);
    add(HeaderName::from_static("x-robots-tag"), "noindex, nofollow");
    add(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    add(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    add(CACHE_CONTROL, "no-store");
    if state.config.environment == Environment::Production {
        add(STRICT_TRANSPORT_SECURITY, HSTS);
    }
    response
}

/// Lets a patient's function be called where the browser tells nothing of the page that calls it:
/// an older browser sends no `Sec-Fetch-Site`, and `Origin: null` from a page without a referrer,
/// as the patient's is. The link's token in the body is the only authority of these functions, and
/// another web site does not have it. For functions of staff the session would be the authority.
fn trust_link_token(request: &mut Request) {
    let is_patients = match request.extensions().get::<Route>() {
        Some(route @ Route::Function(_)) => route.is_patients(),
        Some(Route::Page(_) | Route::Endpoint(_)) | None => false,
    };
    let headers = request.headers_mut();
    let tells_nothing = !headers.contains_key("sec-fetch-site")
        && headers.get(ORIGIN).is_some_and(|origin| origin == "null");
    if is_patients && tells_nothing {
        headers.remove(ORIGIN);
    }
}

/// Takes a place for the request until it is answered, of the share of its session and network
/// address. Without one it is refused before its body is read.
pub async fn take_place(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let Some(visitor) = request.extensions().get::<Visitor>().cloned() else {
        return AppError::NotSignedIn.status_only();
    };
    // On the patient's side the browser's staff session is not the one that asks.
    let patients = request.extensions().get::<Route>().is_some_and(|route| route.is_patients());
    let actor = visitor.staff.as_ref().filter(|_| !patients);
    match state.places.request(&visitor.client, actor.map(|actor| &actor.session)) {
        Ok(_place) => next.run(request).await,
        Err(why) if visitor.plain => {
            let (parts, _) = request.into_parts();
            render::problem(&state, parts, why.into()).await
        }
        Err(why) => AppError::from(why).json(),
    }
}

/// Logs requests that the cross-site check refuses. It is outside that check and of the session
/// layer, so that a refused request does not extend the session.
pub async fn log_cross_site(
    State(state): State<AppState>,
    mut request: Request,
    next: Next,
) -> Response {
    if request.method().is_safe() {
        return next.run(request).await;
    }
    let client = state.clients.find(request.headers(), request.extensions());
    request.extensions_mut().insert(client.clone());
    trust_link_token(&mut request);
    let route = request.extensions().get::<Route>().copied();
    let (headers, uri) = (request.headers().clone(), request.uri().clone());
    let response = next.run(request).await;
    if response.extensions().get::<ProtectionError>().is_none() {
        return response;
    }
    match write_cross_site(&state, &client, &headers, route, &uri).await {
        Ok(()) => response,
        Err(error) => error.status_only(),
    }
}

/// The bounds of the delay after which the client of a stream that ended comes back, in
/// milliseconds. It is random, so that all of them do not come to another instance at once.
const COMES_BACK_MS: (u32, u32) = (500, 3_000);

/// Ends a stream of changes that is ended by the shutdown with a hint when to come back.
pub async fn hint_retry(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let (least, most) = COMES_BACK_MS;
    let delay = least + u32::from_le_bytes(state.desk.ambient.bytes()) % (most - least);
    let closing = state.shutdown.clone();
    let response = next.run(request).await;
    if !response.status().is_success() {
        return response;
    }
    response.map(|body| {
        let hint = stream::once(async move { closing.is_cancelled() })
            .filter(|closes| ready(*closes))
            .map(move |_| Ok::<_, axum::Error>(Bytes::from(format!("retry: {delay}\n\n"))));
        Body::from_stream(body.into_data_stream().chain(hint))
    })
}

async fn write_cross_site(
    state: &AppState,
    client: &Client,
    headers: &HeaderMap,
    route: Option<Route>,
    uri: &Uri,
) -> Result<(), AppError> {
    let (store, ambient) = (&*state.desk.store, &state.desk.ambient);
    let found = crate::web::session::find(store, ambient, headers, state.secure).await;
    let actor = match found.map_err(|error| state.explain_store(error))? {
        SessionLookup::SignedIn(signed_in) => {
            Some(Actor { signed_in: *signed_in, client: client.clone() })
        }
        SessionLookup::None | SessionLookup::Unknown => None,
    };
    state.log_cross_site(client, actor.as_ref(), RequestTarget::page(route, uri)).await
}
