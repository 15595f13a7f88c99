//! The two addresses of a sign-in through the OpenID Connect provider.

use crate::config::{ClaimName, Oidc};
use crate::desk::federation::{self, Email, Identity, Outcome, Refusal};
use crate::desk::sessions::Browser;
use crate::error::{AppError, FieldProblem};
use crate::server::render;
use crate::web::limits::Limit;
use crate::web::oidc::{Flow, Person};
use crate::web::page::Submitted;
use crate::web::paths::{home, local_path};
use crate::web::routes::{Endpoint, PageRoute, Route, Target};
use crate::web::state::AppState;
use crate::web::visitor::Visitor;
use crate::web::{session, ticket};
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
use std::sync::Arc;

/// The largest form that starts a sign-in, in bytes.
const LARGEST_FORM: usize = 16 * 1024;

/// Sends the browser to the provider by a page with a `Refresh` header. A redirect would not work:
/// `form-action` of the page with the form allows no other origin, and the provider may redirect on
/// to origins that are not known here.
pub async fn start(
    State(state): State<AppState>,
    Extension(visitor): Extension<Visitor>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let Some(provider) = state.oidc.clone() else {
        return render::problem(&state, parts, AppError::NotFound).await;
    };
    if let Err(error) = state.limits.check(Limit::Provider, &visitor.client.address) {
        return render::problem(&state, parts, error).await;
    }
    let Ok(body) = to_bytes(body, LARGEST_FORM).await else {
        return render::problem(&state, parts, AppError::TooLarge).await;
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
        Some((address, ticket::issue(&state, ticket::Kind::Provider, &words).ok()?))
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
        // Not a refusal: it is in the operator's log, not in the audit log.
        None => again(&state, parts, FieldProblem::ProviderUnreachable).await,
    }
}

/// The form: empty, or as a browser sends it. `None` when it is malformed.
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
    // The replacement character stands for bytes that are not UTF-8.
    (!form.iter().any(|(name, value)| name.contains('\u{fffd}') || value.contains('\u{fffd}')))
        .then_some(form)
}

/// The query that the provider sends the browser back with.
#[derive(Deserialize)]
struct Back {
    #[serde(default)]
    code: String,
    #[serde(default)]
    state: String,
}

/// The browser comes back from the provider. The only GET that changes something: the protocol
/// demands it. It needs the sealed cookie, which only the browser has that started the sign-in.
pub async fn callback(
    State(state): State<AppState>,
    Extension(visitor): Extension<Visitor>,
    request: Request,
) -> Response {
    let (parts, _) = request.into_parts();
    // The code works once, and a refusal or a change of roles must be in the log: a client that
    // disconnects does not stop it in the middle.
    let desk = Arc::clone(&state.desk);
    desk.run_to_end(finish(state, visitor, parts)).await
}

async fn finish(state: AppState, visitor: Visitor, parts: Parts) -> Response {
    let Some(provider) = state.oidc.clone() else {
        return render::problem(&state, parts, AppError::NotFound).await;
    };
    if let Err(error) = state.limits.check(Limit::Provider, &visitor.client.address) {
        return render::problem(&state, parts, error).await;
    }
    let flow = ticket::open(&state, ticket::Kind::Provider, &parts.headers)
        .and_then(|words| serde_json::from_str::<Flow>(&words).ok());
    let Some(flow) = flow else {
        // This browser did not start a sign-in, or it expired. Any client can request this address,
        // so it is only counted: it must not fill the audit log.
        metrics::counter!("desk_provider_without_ticket_total").increment(1);
        return again(&state, parts, FieldProblem::ProviderRefused).await;
    };
    let Ok(back) = serde_urlencoded::from_str::<Back>(parts.uri.query().unwrap_or_default()) else {
        return refuse(&state, parts, &visitor, "no answer").await;
    };
    let person = match provider.finish(state.desk.now(), &flow, &back.state, &back.code).await {
        Ok(person) => person,
        Err(error) => return refuse(&state, parts, &visitor, &error.to_string()).await,
    };
    let identity = identity(&provider.settings, person);
    let token = session::token(&parts.headers, state.secure);
    let browser = Browser { client: &visitor.client, token: token.as_deref() };
    match federation::sign_in(&state.desk, browser, &identity).await {
        Ok(Outcome::SignedIn(started)) => {
            let address =
                if flow.next.is_empty() { home(&started.roles) } else { local_path(&flow.next) };
            let response = with_cookie(
                Redirect::to(address).into_response(),
                &ticket::removal_cookie(&state, ticket::Kind::Provider),
            );
            with_cookie(response, &session::cookie(started.token, state.secure))
        }
        Ok(Outcome::Refused(refusal)) => again(&state, parts, explain(refusal)).await,
        Err(error) => render::problem(&state, parts, state.explain(error)).await,
    }
}

/// What the claims say of the user, by the settings.
fn identity(settings: &Oidc, person: Person) -> Identity {
    let email = match person.email.clone() {
        Some((email, Some(true))) => Email::Usable(email),
        Some((email, None)) if settings.trust_email => Email::Usable(email),
        Some((_, Some(false))) => Email::Unverified,
        Some((_, None)) => Email::NotSaid,
        None => Email::Missing,
    };
    Identity {
        issuer: settings.issuer.clone(),
        sites: claim(&settings.site_claim, &person),
        roles: claim(&settings.role_claim, &person),
        subject: person.subject,
        email,
    }
}

/// The values of a claim. One that a setting names is expected in every token.
fn claim(claim: &ClaimName, person: &Person) -> Option<Vec<String>> {
    let values = person.claim(&claim.name);
    if let (None, Some(setting)) = (&values, claim.setting) {
        tracing::warn!(
            setting,
            claim = claim.name,
            "the provider's ID token has no claim of this name, so the setting does nothing: have \
             the provider add the claim, or change the setting (docs/sign-in.md)"
        );
    }
    values
}

/// What the user reads. What an operator has to mend is in the operator's log too.
fn explain(refusal: Refusal) -> FieldProblem {
    let (claim, problem) = match refusal {
        Refusal::NoAccess => return FieldProblem::ProviderUnknownUser,
        Refusal::NoEmail => ("email", FieldProblem::ProviderNoEmail),
        Refusal::NoVerification => ("email_verified", FieldProblem::ProviderNoVerification),
        Refusal::Unverified => return FieldProblem::ProviderUnverified,
    };
    tracing::warn!(
        claim,
        "a sign-in was refused: the provider's ID token lacks this claim, and the account was not \
         linked before. Have the provider send it; where it sends no email_verified and owns its \
         addresses, set OIDC_TRUST_EMAIL=on (docs/sign-in.md)"
    );
    problem
}

/// Logs that the provider's answer was refused, and shows the sign-in page.
async fn refuse(state: &AppState, parts: Parts, visitor: &Visitor, reason: &str) -> Response {
    if let Err(error) = federation::log_refusal(&state.desk, &visitor.client, None, reason).await {
        return render::problem(state, parts, state.explain(error)).await;
    }
    again(state, parts, FieldProblem::ProviderRefused).await
}

/// The sign-in page with the problem. The ticket is used up: another attempt starts anew.
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
    with_cookie(response, &ticket::removal_cookie(state, ticket::Kind::Provider))
}

fn with_cookie(mut response: Response, cookie: &Cookie<'_>) -> Response {
    if let Ok(value) = HeaderValue::from_str(&cookie.encoded().to_string()) {
        response.headers_mut().append(SET_COOKIE, value);
    }
    response
}
