//! Server functions at `/api/{name}`, for islands (JSON) and for plain forms (a redirect, or the
//! form again).
//!
//! Leptos answers a failed plain form by putting the error into the address it came from. Here the
//! form is shown again instead, with what was typed, under the status code that belongs to the
//! error: nothing of a form ever gets into an address.

mod resume;

pub use resume::{FORM, FUNCTION};

use crate::api::{FOR_SCRIPTS, PATIENT, access, page_of};
use crate::error::AppError;
use crate::parts::at_site::AT;
use crate::server::limits::of_function;
use crate::server::refusals::Asked;
use crate::server::render::{self, Submitted};
use crate::server::state::AppState;
use crate::server::visitor::Visitor;
use axum::Extension;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Path, Request, State};
use axum::http::header::{ACCEPT, CONTENT_TYPE, HeaderValue, LOCATION};
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Json, Redirect, Response};
use leptos::context::provide_context;
use std::collections::HashMap;

/// The largest body that a server function takes, in bytes: a browser message of 64 KiB, with room
/// for its encoding.
pub const LARGEST_BODY: usize = 256 * 1024;

/// Answers one call.
pub async fn call(
    State(state): State<AppState>,
    Extension(visitor): Extension<Visitor>,
    Path(name): Path<String>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    if let Err(error) = visitor.allow(access(&name)) {
        if error == AppError::NotSignedIn
            && visitor.plain
            && parts.method == Method::POST
            && !FOR_SCRIPTS.contains(&name.as_str())
        {
            return resume::ask(&state, parts, &name, body).await;
        }
        return refuse(&state, parts, &visitor, &name, HashMap::new(), error).await;
    }
    if let Some(limit) = of_function(&name)
        && let Err(error) = state.limits.take(limit, &visitor.client.address)
    {
        return refuse(&state, parts, &visitor, &name, HashMap::new(), error).await;
    }
    if matches!(parts.method, Method::GET | Method::HEAD) {
        return elsewhere(&state, parts, &name).await;
    }
    if parts.method != Method::POST {
        return (StatusCode::METHOD_NOT_ALLOWED, [("allow", "POST")]).into_response();
    }
    let Ok(body) = to_bytes(body, LARGEST_BODY).await else {
        return refuse_with(StatusCode::PAYLOAD_TOO_LARGE, AppError::Invalid(Vec::new()));
    };
    let form: HashMap<String, String> = if is_form(&parts) {
        serde_urlencoded::from_bytes(&body).unwrap_or_default()
    } else {
        HashMap::new()
    };
    if let (Some(at), Some(who)) = (form.get(AT), &visitor.staff)
        && *at != who.site.id.0
    {
        return refuse(&state, parts, &visitor, &name, form, AppError::OtherSite).await;
    }
    let response = run(&state, &visitor, &parts, body).await;
    let (answer, body) = response.into_parts();
    if answer.status.is_redirection() || answer.headers.contains_key(LOCATION) {
        return match resume::Kept::read(&name, &form) {
            Some(kept) => resume::go_on(&state, parts, &visitor, kept, answer).await,
            None => Response::from_parts(answer, body),
        };
    }
    let body = to_bytes(body, LARGEST_BODY).await.unwrap_or_default();
    if answer.status.is_success() {
        return match page_of(&name, &form) {
            Some(page) if visitor.plain => {
                let answer = serde_json::from_slice(&body).unwrap_or_default();
                render::page(
                    &state,
                    parts,
                    &page,
                    Some(Submitted { function: name, entries: form, outcome: Ok(answer) }),
                )
                .await
            }
            _ => Response::from_parts(answer, Body::from(body)),
        };
    }
    let error = serde_json::from_slice(&body).unwrap_or(AppError::NotFound);
    refuse(&state, parts, &visitor, &name, form, error).await
}

/// Somebody put the cursor into the address bar after a form was shown again, and pressed Enter. A
/// patient's link is not in that address: their page can only say that it does not know the link.
async fn elsewhere(state: &AppState, parts: Parts, name: &str) -> Response {
    match page_of(name, &HashMap::new()) {
        Some(page) => Redirect::to(&page).into_response(),
        None if PATIENT.contains(&name) => render::page(state, parts, "/c/unknown", None).await,
        None => Redirect::to("/consultations").into_response(),
    }
}

fn is_form(parts: &Parts) -> bool {
    parts
        .headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.starts_with("application/x-www-form-urlencoded"))
}

fn accepts_html(parts: &Parts) -> bool {
    parts
        .headers
        .get_all(ACCEPT)
        .iter()
        .any(|value| value.to_str().is_ok_and(|value| value.contains("text/html")))
}

/// Runs the server function as if an island had called it, so that Leptos adds no redirects of its
/// own.
async fn run(state: &AppState, visitor: &Visitor, parts: &Parts, body: Bytes) -> Response {
    let mut request = Request::new(Body::from(body));
    *request.method_mut() = Method::POST;
    *request.uri_mut() = parts.uri.clone();
    *request.headers_mut() = parts.headers.clone();
    request.headers_mut().insert(ACCEPT, HeaderValue::from_static("application/json"));
    if !is_form(parts) {
        request
            .headers_mut()
            .insert(CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    }
    let (state, visitor) = (state.clone(), visitor.clone());
    let context = move || {
        provide_context(state.clone());
        provide_context(visitor.clone());
    };
    leptos_axum::handle_server_fns_with_context(context, request).await.into_response()
}

async fn refuse(
    state: &AppState,
    parts: Parts,
    visitor: &Visitor,
    name: &str,
    entries: HashMap<String, String>,
    error: AppError,
) -> Response {
    let error = state.refused(visitor, Asked::function(name, &entries), error).await;
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    if !visitor.plain || (FOR_SCRIPTS.contains(&name) && !accepts_html(&parts)) {
        return refuse_with(status, error);
    }
    if matches!(error, AppError::NotSignedIn | AppError::Forbidden) {
        return render::problem(state, parts, error).await;
    }
    // The settings of one site in the form of another would be saved there with the next press.
    let shown_again = error != AppError::OtherSite || !matches!(name, "set_site" | "remove_logo");
    match page_of(name, &entries).filter(|_| shown_again) {
        Some(page) => {
            let when = error.clone();
            let submitted = Submitted { function: name.to_owned(), entries, outcome: Err(error) };
            let mut response = render::page(state, parts, &page, Some(submitted)).await;
            if response.status().is_success() {
                *response.status_mut() = status;
            }
            when.say_when(response.headers_mut());
            response
        }
        None => render::problem(state, parts, error).await,
    }
}

fn refuse_with(status: StatusCode, error: AppError) -> Response {
    let mut response = (status, Json(&error)).into_response();
    error.say_when(response.headers_mut());
    response
}
