//! The two addresses of a sign-in through the OpenID Connect provider.

use crate::error::{AppError, FieldProblem};
use crate::server::auth::federated::{self, Stopped};
use crate::server::auth::sign_in;
use crate::server::render;
use crate::store::Staff;
use crate::web::limits::Limit;
use crate::web::oidc::Flow;
use crate::web::page::Submitted;
use crate::web::paths::{home, local_path};
use crate::web::routes::{Endpoint, PageRoute, Route, Target};
use crate::web::state::AppState;
use crate::web::ticket;
use crate::web::visitor::Visitor;
use axum::Extension;
use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::http::header::{CONTENT_TYPE, HeaderValue, SET_COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderName, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::cookie::Cookie;
use serde::Deserialize;
use std::collections::HashMap;

/// The largest form that starts a sign-in, in bytes.
const LARGEST_FORM: usize = 16 * 1024;

/// Sends the browser to the provider. Not by a redirect: the policy of the page that the form is on
/// lets it lead nowhere else, and a provider may redirect further to hosts that nobody here can
/// name. The page that answers goes on by itself.
pub async fn start(
    State(state): State<AppState>,
    Extension(visitor): Extension<Visitor>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let Some(provider) = state.oidc.clone() else {
        return render::problem(&state, parts, AppError::NotFound).await;
    };
    if let Err(error) = state.limits.take(Limit::Provider, &visitor.client.address) {
        return render::problem(&state, parts, error).await;
    }
    let Ok(body) = to_bytes(body, LARGEST_FORM).await else {
        let mut response = render::problem(&state, parts, AppError::Invalid(Vec::new())).await;
        *response.status_mut() = StatusCode::PAYLOAD_TOO_LARGE;
        return response;
    };
    let Some(form) = read(&parts, &body) else {
        return render::problem(&state, parts, AppError::Invalid(Vec::new())).await;
    };
    let next = form
        .get("next")
        .map(String::as_str)
        .filter(|next| !next.is_empty())
        .map(local_path)
        .unwrap_or_default();
    let begun = provider.begin(&state.desk.ambient, next).await;
    let sealed = begun.ok().and_then(|(address, flow)| {
        let words = serde_json::to_string(&flow).ok()?;
        Some((address, ticket::issue(&state, ticket::Kind::Provider, &words)?))
    });
    match sealed {
        Some((address, cookie)) => {
            let refresh = HeaderValue::from_str(&format!("0; url={address}"));
            let mut response = render::departure(&state, parts, address).await;
            if let Ok(refresh) = refresh {
                response.headers_mut().insert(HeaderName::from_static("refresh"), refresh);
            }
            with_cookie(response, &cookie)
        }
        // Nobody was refused: it is told in the operator's log, and not in the one of who did what.
        None => again(&state, parts, FieldProblem::ProviderUnreachable).await,
    }
}

/// The form, if it is one: nothing at all, or what a browser sends. `None` when it was garbled on
/// the way.
fn read(parts: &Parts, body: &[u8]) -> Option<HashMap<String, String>> {
    if body.is_empty() {
        return Some(HashMap::new());
    }
    let kind = parts.headers.get(CONTENT_TYPE)?.to_str().ok()?;
    let escapes = |text: &str| {
        text.split('%').skip(1).all(|rest| {
            rest.len() >= 2 && rest.bytes().take(2).all(|byte| byte.is_ascii_hexdigit())
        })
    };
    let text = std::str::from_utf8(body)
        .ok()
        .filter(|text| kind.starts_with("application/x-www-form-urlencoded") && escapes(text))?;
    let form: HashMap<String, String> = serde_urlencoded::from_str(text).ok()?;
    // What stands where bytes were no text.
    (!form.iter().any(|(name, value)| name.contains('\u{fffd}') || value.contains('\u{fffd}')))
        .then_some(form)
}

/// What the provider sends back.
#[derive(Deserialize)]
struct Back {
    #[serde(default)]
    code: String,
    #[serde(default)]
    state: String,
}

/// The browser comes back. The one GET that changes something, because the protocol has it so; it
/// takes the sealed cookie that only the browser has which began.
pub async fn callback(
    State(state): State<AppState>,
    Extension(visitor): Extension<Visitor>,
    request: Request,
) -> Response {
    let (parts, _) = request.into_parts();
    let Some(provider) = state.oidc.clone() else {
        return render::problem(&state, parts, AppError::NotFound).await;
    };
    if let Err(error) = state.limits.take(Limit::Provider, &visitor.client.address) {
        return render::problem(&state, parts, error).await;
    }
    let flow = ticket::open(&state, ticket::Kind::Provider, &parts.headers)
        .and_then(|words| serde_json::from_str::<Flow>(&words).ok());
    let Some(flow) = flow else {
        // This browser began nothing, or long ago. Anybody can ask for this address: it is counted
        // and not written down, or the log would grow by whoever does.
        metrics::counter!("desk_provider_without_ticket_total").increment(1);
        return again(&state, parts, FieldProblem::ProviderRefused).await;
    };
    let Ok(back) = serde_urlencoded::from_str::<Back>(parts.uri.query().unwrap_or_default()) else {
        return refuse(
            &state,
            parts,
            &visitor,
            None,
            "provider no answer",
            FieldProblem::ProviderRefused,
        )
        .await;
    };
    let person = match provider.finish(state.desk.now(), &flow, &back.state, &back.code).await {
        Ok(person) => person,
        Err(error) => {
            return refuse(
                &state,
                parts,
                &visitor,
                None,
                &format!("provider {error}"),
                FieldProblem::ProviderRefused,
            )
            .await;
        }
    };
    match federated::enter(&state, &visitor.client, &provider, &person).await {
        Ok(entered) => {
            let address =
                if flow.next.is_empty() { home(&entered.roles) } else { local_path(&flow.next) };
            let response = with_cookie(
                Redirect::to(address).into_response(),
                &ticket::clear(&state, ticket::Kind::Provider),
            );
            with_cookie(response, &entered.cookie)
        }
        Err(Stopped::Refused(staff, why)) => {
            let (staff, words) = (staff.as_deref(), format!("provider {why}"));
            refuse(&state, parts, &visitor, staff, &words, FieldProblem::ProviderStranger).await
        }
        Err(Stopped::Failed(error)) => render::problem(&state, parts, error).await,
    }
}

/// Writes a refusal down, and shows the sign-in page.
async fn refuse(
    state: &AppState,
    parts: Parts,
    visitor: &Visitor,
    staff: Option<&Staff>,
    words: &str,
    problem: FieldProblem,
) -> Response {
    if let Err(error) = sign_in::refused(state, &visitor.client, staff, words, None).await {
        return render::problem(state, parts, error).await;
    }
    again(state, parts, problem).await
}

/// The sign-in page, with what happened. The ticket is used up: another try begins anew.
async fn again(state: &AppState, parts: Parts, problem: FieldProblem) -> Response {
    let submitted = Submitted {
        route: Route::Endpoint(Endpoint::ProviderCallback),
        entries: HashMap::new(),
        outcome: Err(AppError::field("email", problem)),
    };
    let mut response =
        render::page(state, parts, Target::page(PageRoute::SignIn), Some(submitted)).await;
    *response.status_mut() = if problem == FieldProblem::ProviderUnreachable {
        StatusCode::BAD_GATEWAY
    } else {
        StatusCode::FORBIDDEN
    };
    with_cookie(response, &ticket::clear(state, ticket::Kind::Provider))
}

fn with_cookie(mut response: Response, cookie: &Cookie<'_>) -> Response {
    if let Ok(value) = HeaderValue::from_str(&cookie.encoded().to_string()) {
        response.headers_mut().append(SET_COOKIE, value);
    }
    response
}
