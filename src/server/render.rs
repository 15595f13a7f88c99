//! Renders pages on the server, with their policy headers, also as the answer to a form.

use super::limits::Limit;
use super::middleware::session::shows_details;
use super::state::AppState;
use super::visitor::Visitor;
use crate::api::is_patients;
use crate::app::shell;
use crate::error::AppError;
use axum::body::Body;
use axum::extract::State;
use axum::http::header::{CONTENT_SECURITY_POLICY, HeaderName, HeaderValue, REFERRER_POLICY};
use axum::http::request::Parts;
use axum::http::{Method, Request, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use leptos::context::provide_context;
use leptos::nonce::use_nonce;
use leptos::prelude::expect_context;
use leptos_axum::ResponseOptions;
use std::collections::HashMap;

/// A form that was sent, and what came of it: the page shows it again with its entries.
#[derive(Clone, Debug)]
pub struct Submitted {
    /// The server function it was sent to.
    pub function: String,
    /// What was typed.
    pub entries: HashMap<String, String>,
    /// The function's answer, or why there is none.
    pub outcome: Result<serde_json::Value, AppError>,
}

/// Something went wrong before any page could be chosen; a page that says so is shown instead.
#[derive(Clone, Debug)]
pub struct Problem(pub AppError);

/// The browser goes on to another host; a page that says so is shown meanwhile.
#[derive(Clone, Debug)]
pub struct Departure(pub String);

/// Answers a request for a page.
pub async fn get(State(state): State<AppState>, request: Request<Body>) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return (StatusCode::METHOD_NOT_ALLOWED, [("allow", "GET, HEAD")]).into_response();
    }
    let (parts, _) = request.into_parts();
    if parts.uri.path().starts_with("/c/") {
        let address = parts
            .extensions
            .get::<Visitor>()
            .map(|visitor| visitor.client.address.clone())
            .unwrap_or_default();
        if let Err(error) = state.limits.take(Limit::Link, &address) {
            return problem(&state, parts, error).await;
        }
    }
    let path = parts.uri.path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string);
    page(&state, parts, &path, None).await
}

/// Renders the page at a path for whoever made this request, as the answer to a form where there
/// was one.
pub async fn page(
    state: &AppState,
    parts: Parts,
    path: &str,
    submitted: Option<Submitted>,
) -> Response {
    render(state, parts, path, move || {
        if let Some(submitted) = &submitted {
            provide_context(submitted.clone());
        }
    })
    .await
}

/// Renders a page that says what went wrong, under the status code that belongs to it.
pub async fn problem(state: &AppState, parts: Parts, error: AppError) -> Response {
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let path = parts.uri.path().to_owned();
    let when = error.clone();
    let mut response =
        render(state, parts, &path, move || provide_context(Problem(error.clone()))).await;
    *response.status_mut() = status;
    when.say_when(response.headers_mut());
    response
}

/// Renders a page that leads to another host.
pub async fn departure(state: &AppState, parts: Parts, address: String) -> Response {
    render(state, parts, "/sign-in", move || provide_context(Departure(address.clone()))).await
}

/// What a page may do with Empego's origins.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Framing {
    /// Nothing.
    None,
    /// Show them in a frame.
    Alone,
    /// Show them in a frame, and send a form on to them where there is no script.
    WithForms,
}

/// Whether a path is that of a page with Empego's details in it.
fn is_details(path: &str) -> bool {
    shows_details(path) && path.ends_with("/details")
}

async fn render(
    state: &AppState,
    parts: Parts,
    path: &str,
    context: impl Fn() + Clone + Send + Sync + 'static,
) -> Response {
    let Ok(uri) = path.parse::<Uri>() else { return StatusCode::NOT_FOUND.into_response() };
    let patient = is_patients(uri.path());
    let framing = if patient || is_details(uri.path()) {
        Framing::WithForms
    } else if uri.path() == "/admin/connection" {
        Framing::Alone
    } else {
        Framing::None
    };
    let mut request = Request::new(Body::empty());
    *request.uri_mut() = uri;
    *request.headers_mut() = parts.headers;
    let visitor = parts.extensions.get::<Visitor>().cloned().unwrap_or_else(|| Visitor {
        staff: None,
        client: crate::model::client::Client::default(),
        language: super::visitor::language(request.headers(), None),
        plain: true,
    });
    let (for_context, for_shell) = (state.clone(), state.clone());
    let render = leptos_axum::render_app_async_with_context(
        move || {
            provide_context(for_context.clone());
            provide_context(visitor.clone());
            context();
            policy(&for_context, patient, framing);
        },
        move || shell(&for_shell, patient),
    );
    render(request).await
}

/// The content security policy of a page (`peers.md` §5.2). Only the patient's page, that of the
/// details and the connection check show a frame, and only the first two send a form on to Empego;
/// only the address of the former is a secret that no other site may see.
fn policy(state: &AppState, patient: bool, framing: Framing) {
    let nonce = use_nonce().map(|nonce| nonce.to_string()).unwrap_or_default();
    let origins = state.origins.join(" ");
    let frames = if framing == Framing::None { "'none'" } else { origins.as_str() };
    let forms = if framing == Framing::WithForms {
        format!("'self' {origins}")
    } else {
        "'self'".to_owned()
    };
    let policy = format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; \
         font-src 'self'; connect-src 'self'; frame-src {frames}; frame-ancestors 'none'; form-action {forms}; base-uri 'none'"
    );
    let response = expect_context::<ResponseOptions>();
    let add = |name: HeaderName, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            response.insert_header(name, value);
        }
    };
    add(CONTENT_SECURITY_POLICY, policy.trim_end());
    if patient {
        add(REFERRER_POLICY, "no-referrer");
        // Patients may attach pictures (`empego-api.md` §4); the frame's own `allow` names the same
        // power.
        let quoted = state
            .origins
            .iter()
            .map(|origin| format!("\"{origin}\""))
            .collect::<Vec<_>>()
            .join(" ");
        add(
            HeaderName::from_static("permissions-policy"),
            &format!("camera=(self {quoted}), geolocation=(), microphone=(), payment=(), usb=()"),
        );
    }
}
