//! The pages that presigned URLs lead to, and the few beside them. Paths here are the sandbox's
//! own: Empego documents no more than that a presigned URL is opaque (`empego-api.md` §4).

mod exports;
mod html;

use super::profile::Kind;
use super::rest::{MAX_BODY, Refusal, read_json};
use super::state::{Opened, Plan, Subject};
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
use html::Setting;
use serde_json::Value;

const BASE62: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Everything that is not an API.
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
        .fallback(nowhere)
        .layer(DefaultBodyLimit::max(MAX_BODY))
}

/// The page that posts in the questionnaire's place when a message is to come from a wrong origin.
const MESSENGER: &str = "/embed/messenger";

/// The path of a presigned URL.
pub(super) fn path(kind: Kind, details: bool, token: &str) -> String {
    let page = match (kind, details) {
        (Kind::Consultation, false) => "consultation",
        (Kind::FollowUp, false) => "followup",
        (Kind::Consultation, true) => "consultation-details",
        (Kind::FollowUp, true) => "followup-details",
    };
    format!("/embed/{page}/{token}")
}

fn parse_page(page: &str) -> Option<(Kind, bool)> {
    match page {
        "consultation" => Some((Kind::Consultation, false)),
        "followup" => Some((Kind::FollowUp, false)),
        "consultation-details" => Some((Kind::Consultation, true)),
        "followup-details" => Some((Kind::FollowUp, true)),
        _ => None,
    }
}

impl Sandbox {
    /// A token that nobody can guess: 192 random bits.
    pub(super) fn token(&self) -> String {
        base_x::encode(BASE62, &self.inner.ambient.bytes::<24>())
    }

    /// What every page needs to know.
    fn setting(&self, headers: &HeaderMap) -> Setting {
        Setting {
            language: html::language(headers),
            nonce: base_x::encode(BASE62, &self.inner.ambient.bytes::<16>()),
            frames: [Some(self.inner.origin.as_str()), self.inner.alias.as_deref()]
                .into_iter()
                .flatten()
                .collect::<Vec<_>>()
                .join(" "),
        }
    }

    fn plan(&self, subject: &Subject) -> Plan {
        let now = self.inner.ambient.now();
        // A server with one name only has no second origin: the messenger is then framed without
        // any origin at all.
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
    let setting = sandbox.setting(&headers);
    let Some((kind, details)) = parse_page(&page) else { return html::unknown(&setting) };
    if sandbox.state().faults.hang_pages {
        sandbox.state().counters.pages_hung += 1;
        if !sandbox.hang().await {
            return StatusCode::SERVICE_UNAVAILABLE.into_response();
        }
    }
    let moment = sandbox.moment();
    // A HEAD, as link previews send it, spends nothing.
    let opened = if method == Method::HEAD {
        sandbox.state().look(kind, details, &token, moment)
    } else {
        sandbox.state().open(kind, details, &token, moment, || sandbox.inner.ambient.id())
    };
    sandbox.inner.changed.notify_waiters();
    sandbox.keep().await;
    match opened {
        Opened::Unknown => html::unknown(&setting),
        Opened::Spent | Opened::Expired => html::gone(&setting),
        Opened::Questions => {
            html::questionnaire(&setting, StatusCode::OK, &path(kind, false, &token))
        }
        Opened::Answered(subject) => html::sent(&setting, Some(&sandbox.plan(&subject))),
        Opened::Details(subject, user) => html::details(&setting, &subject, user.as_deref()),
    }
}

/// Takes the answers, as JSON of the page's script or as a plain form. All that is kept is that
/// there were some.
async fn answers(
    State(sandbox): State<Sandbox>,
    Path((page, token)): Path<(String, String)>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Refusal> {
    let is_form = headers
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"application/x-www-form-urlencoded"));
    let setting = sandbox.setting(&headers);
    let reason = if is_form { form_reason(body)? } else { json_reason(&read_json(body)?)? };
    let kind = match parse_page(&page) {
        Some((kind, false)) => kind,
        _ => return Err(unknown_page()),
    };
    if reason.trim().is_empty() {
        return if is_form {
            Ok(html::questionnaire(
                &setting,
                StatusCode::UNPROCESSABLE_ENTITY,
                &path(kind, false, &token),
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
    sandbox.keep().await;
    if is_form {
        // Without its script a page cannot post a message.
        return Ok(html::sent(&setting, None));
    }
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(sandbox.plan(&subject))).into_response())
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
    let setting = sandbox.setting(&headers);
    // It would lend this origin to anybody's message, so it is there only while it is wanted.
    if sandbox.state().faults.wrong_origin {
        html::messenger(&setting)
    } else {
        html::unknown(&setting)
    }
}

/// The event queue for a WebSocket (`empego-api.md` §6.1 has both forms of its address), the about
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
    html::about(&sandbox.setting(&headers), &sandbox.base_url())
}

async fn nowhere(State(sandbox): State<Sandbox>, headers: HeaderMap) -> Response {
    html::unknown(&sandbox.setting(&headers))
}
