//! The pages that presigned URLs open, and a few others. Their paths are the sandbox's own: Empego
//! documents presigned URLs as opaque (`docs/empego.md` §4).

mod exports;
mod html;

use super::profile::Kind;
use super::rest::{MAX_BODY, NO_STORE, Refusal, read_json};
use super::state::{MessagePlan, Opened, Subject};
use super::{Sandbox, queue};
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use html::PageContext;
use serde_json::Value;

const BASE62: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// All routes but REST and `/control`.
pub(super) fn router() -> Router<Sandbox> {
    Router::new()
        .route("/", get(about))
        .route("/subscribe", get(queue::subscribe))
        .route("/healthz", get(|| async { "ok" }))
        .route(MESSENGER, get(messenger))
        .route("/embed/{page}/{token}", get(page))
        .route("/embed/{page}/{token}/answers", post(answers))
        .route("/embed/{page}/{token}/export/{step}", post(exports::export))
        .route("/files/{file}", get(exports::file))
        .fallback(not_found)
        .layer(DefaultBodyLimit::max(MAX_BODY))
}

/// The page that posts the message when the fault `wrong_origin` is on.
const MESSENGER: &str = "/embed/messenger";

impl Sandbox {
    /// A random token of 192 bits.
    pub(super) fn token(&self) -> String {
        base_x::encode(BASE62, &self.inner.ambient.bytes::<24>())
    }

    fn page_context(&self, headers: &HeaderMap) -> PageContext {
        PageContext {
            language: html::language(headers),
            nonce: base_x::encode(BASE62, &self.inner.ambient.bytes::<16>()),
            frames: [Some(self.inner.origin.as_str()), self.inner.alias.as_deref()]
                .into_iter()
                .flatten()
                .collect::<Vec<_>>()
                .join(" "),
        }
    }

    fn plan(&self, subject: &Subject) -> MessagePlan {
        let now = self.inner.ambient.now();
        // Without a second host name the messenger is framed with an opaque origin.
        self.state().plan(subject, now, || {
            format!("{}{MESSENGER}", self.inner.alias.as_deref().unwrap_or_default())
        })
    }
}

async fn page(
    State(sandbox): State<Sandbox>,
    Path((page, token)): Path<(String, String)>,
    method: Method,
    headers: HeaderMap,
) -> Response {
    let context = sandbox.page_context(&headers);
    let Some((kind, details)) = Kind::of_page(&page) else { return html::not_found(&context) };
    if sandbox.state().faults.hang_pages {
        sandbox.state().counters.pages_hung += 1;
        if !sandbox.hang().await {
            return StatusCode::SERVICE_UNAVAILABLE.into_response();
        }
    }
    let timing = sandbox.timing();
    // A HEAD request, as link previews send, does not use up the URL.
    let opened = if method == Method::HEAD {
        sandbox.state().peek(kind, details, &token, timing)
    } else {
        sandbox.state().open(kind, details, &token, timing, || sandbox.inner.ambient.id())
    };
    sandbox.inner.changed.notify_waiters();
    sandbox.save().await;
    match opened {
        Opened::Unknown => html::not_found(&context),
        Opened::Used | Opened::Expired => html::gone(&context),
        Opened::Questions => {
            html::questionnaire(&context, StatusCode::OK, &kind.page_path(false, &token))
        }
        Opened::Answered(subject) => html::sent(&context, Some(&sandbox.plan(&subject))),
        Opened::Details(subject, user) => html::details(&context, &subject, user.as_deref()),
    }
}

/// Accepts answers, as JSON from the script or as a plain form. They are not stored, only that they
/// came.
async fn answers(
    State(sandbox): State<Sandbox>,
    Path((page, token)): Path<(String, String)>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Refusal> {
    let is_form = headers
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"application/x-www-form-urlencoded"));
    let context = sandbox.page_context(&headers);
    let reason = if is_form { form_reason(body)? } else { json_reason(&read_json(body)?)? };
    let kind = match Kind::of_page(&page) {
        Some((kind, false)) => kind,
        _ => return Err(unknown_page()),
    };
    if reason.trim().is_empty() {
        return if is_form {
            Ok(html::questionnaire(
                &context,
                StatusCode::UNPROCESSABLE_ENTITY,
                &kind.page_path(false, &token),
            ))
        } else {
            Err(Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, "reason must not be empty"))
        };
    }
    let now = sandbox.inner.ambient.now();
    let subject = sandbox
        .state()
        .answer(kind, &token, now, || sandbox.inner.ambient.id())
        .ok_or_else(unknown_page)?;
    sandbox.inner.changed.notify_waiters();
    sandbox.save().await;
    if is_form {
        // Without its script the page cannot post a message.
        return Ok(html::sent(&context, None));
    }
    Ok((NO_STORE, Json(sandbox.plan(&subject))).into_response())
}

fn unknown_page() -> Refusal {
    Refusal::new(StatusCode::NOT_FOUND, "this questionnaire was not opened")
}

fn json_reason(body: &Value) -> Result<String, Refusal> {
    match body.get("reason") {
        None | Some(Value::Null) if body.is_object() => Ok(String::new()),
        Some(Value::String(reason)) => Ok(reason.clone()),
        _ => Err(Refusal::bad("the body must be an object whose reason is a string")),
    }
}

fn form_reason(body: Result<Bytes, BytesRejection>) -> Result<String, Refusal> {
    let body =
        body.map_err(|rejection| Refusal::new(rejection.status(), "the form cannot be read"))?;
    let fields: Vec<(String, String)> =
        serde_urlencoded::from_bytes(&body).map_err(|_| Refusal::bad("the form cannot be read"))?;
    Ok(fields
        .into_iter()
        .find(|(name, _)| name == "reason")
        .map(|(_, value)| value)
        .unwrap_or_default())
}

async fn messenger(State(sandbox): State<Sandbox>, headers: HeaderMap) -> Response {
    let context = sandbox.page_context(&headers);
    // The page posts any message from this origin, so it exists only while the fault is on.
    if sandbox.state().faults.wrong_origin {
        html::messenger(&context)
    } else {
        html::not_found(&context)
    }
}

/// The event queue for a WebSocket (one of its two addresses, `docs/empego.md` §6.1), the about
/// page for a browser.
async fn about(
    State(sandbox): State<Sandbox>,
    uri: Uri,
    headers: HeaderMap,
    socket: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Response {
    if let Ok(socket) = socket {
        return queue::upgrade(sandbox, socket, &uri, &headers);
    }
    let keeps = sandbox.inner.state_file.is_some();
    html::about(&sandbox.page_context(&headers), &sandbox.base_url(), keeps)
}

async fn not_found(State(sandbox): State<Sandbox>, headers: HeaderMap) -> Response {
    html::not_found(&sandbox.page_context(&headers))
}
