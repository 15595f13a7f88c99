//! Preserves a form that was sent after its session had ended: the form passes through the sign-in
//! as hidden fields and is shown again, not yet sent. It is not stored on the server.

use super::{body, is_form};
use crate::desk::{Actor, sessions};
use crate::error::AppError;
use crate::model::ids::SiteId;
use crate::parts::at_site::{AT, BY};
use crate::server::render;
use crate::web::page::{KEPT_FORM, KEPT_FUNCTION, Submitted};
use crate::web::routes::{Body as Kind, Function, NOT_KEPT, PageRoute, Route, Target};
use crate::web::session::{self, SessionLookup};
use crate::web::state::AppState;
use crate::web::visitor::Visitor;
use axum::body::Body;
use axum::http::header::{COOKIE, HeaderValue, SET_COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use std::collections::HashMap;

/// The maximum size of a preserved form, in bytes.
const MAX_FORM: usize = 64 * 1024;

/// A form that is carried through the sign-in.
pub(super) struct PreservedForm {
    function: Function,
    form: String,
}

impl PreservedForm {
    /// Reads the hidden fields of a sign-in form.
    pub(super) fn read(step: Function, form: &HashMap<String, String>) -> Option<Self> {
        if !matches!(step, Function::SignIn | Function::VerifyCode) {
            return None;
        }
        let function = Function::named(form.get(KEPT_FUNCTION)?)?;
        let form = form.get(KEPT_FORM)?.clone();
        (function.row().body == Kind::LongForm).then_some(Self { function, form })
    }

    fn entries(&self) -> HashMap<String, String> {
        serde_urlencoded::from_str(&self.form).unwrap_or_default()
    }
}

fn hidden_fields(function: Function, form: String) -> HashMap<String, String> {
    HashMap::from([
        (KEPT_FUNCTION.to_owned(), function.name().to_owned()),
        (KEPT_FORM.to_owned(), form),
    ])
}

/// Answers a staff form of an unauthenticated client with the sign-in page, which contains the form
/// in hidden fields if it is one to preserve.
pub(super) async fn prompt_sign_in(
    state: &AppState,
    visitor: &Visitor,
    parts: Parts,
    route: Route,
    sent: Body,
) -> Response {
    let mut entries = HashMap::new();
    if let Route::Function(function) = route
        && function.row().body == Kind::LongForm
        && is_form(&parts)
        && let Ok((body, _place)) = body::read(state, &visitor.client, sent, MAX_FORM).await
    {
        let mut fields: Vec<(String, String)> =
            serde_urlencoded::from_bytes(&body).unwrap_or_default();
        fields.retain(|(name, _)| !NOT_KEPT.contains(&name.as_str()));
        if let Ok(form) = serde_urlencoded::to_string(fields) {
            entries = hidden_fields(function, form);
        }
    }
    let submitted = Submitted { route, entries, outcome: Err(AppError::NotSignedIn) };
    let sign_in = Target::page(PageRoute::SignIn);
    let mut response = render::page(state, parts, sign_in, Some(submitted)).await;
    *response.status_mut() = StatusCode::UNAUTHORIZED;
    response
}

/// Continues after a successful step of the sign-in: with the next step, or with the form, at the
/// site where it was opened. `answer` is the response of the step.
pub(super) async fn after_sign_in(
    state: &AppState,
    mut parts: Parts,
    visitor: &Visitor,
    preserved: PreservedForm,
    answer: axum::http::response::Parts,
) -> Response {
    let cookies: Vec<HeaderValue> = answer.headers.get_all(SET_COOKIE).iter().cloned().collect();
    let shown = match signed_in(state, visitor, &cookies).await {
        Some(actor) => form(state, &mut parts, visitor, actor, &preserved).await,
        None => {
            let route = Route::Function(Function::SignIn);
            let entries = hidden_fields(preserved.function, preserved.form);
            let submitted = Submitted { route, entries, outcome: Ok(serde_json::Value::Null) };
            Some((Target::page(PageRoute::SignInCode), submitted))
        }
    };
    let Some((page, submitted)) = shown else {
        return Response::from_parts(answer, Body::empty());
    };
    let mut response = render::page(state, parts, page, Some(submitted)).await;
    for cookie in cookies {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}

/// The page with the form, for the user who has just signed in. `None` if another user opened it,
/// if the user may not send it, or if it has no page.
async fn form(
    state: &AppState,
    parts: &mut Parts,
    visitor: &Visitor,
    mut actor: Actor,
    preserved: &PreservedForm,
) -> Option<(Target, Submitted)> {
    let entries = preserved.entries();
    if entries.get(BY).is_some_and(|by| *by != actor.staff.id.0) {
        return None;
    }
    let mut outcome = AppError::SignedInAgain;
    if let Some(site) = entries.get(AT).filter(|site| **site != actor.site.id.0) {
        match sessions::switch_site(&state.desk, &actor, &SiteId(site.clone())).await {
            Ok(()) => {
                let session = state.desk.store.session(&actor.session.token_hash).await;
                actor = Actor { signed_in: session.ok().flatten()?, ..actor };
            }
            Err(_) => outcome = AppError::OtherSite,
        }
    }
    let visitor = Visitor { staff: Some(actor), ..visitor.clone() };
    visitor.allow(preserved.function.row().access).ok()?;
    let page = preserved.function.form_page(&entries)?;
    parts.extensions.insert(visitor);
    let route = Route::Function(preserved.function);
    Some((page, Submitted { route, entries, outcome: Err(outcome) }))
}

/// The user of the session that the answer's cookies start.
async fn signed_in(state: &AppState, visitor: &Visitor, cookies: &[HeaderValue]) -> Option<Actor> {
    let mut headers = HeaderMap::new();
    for cookie in cookies {
        let pair = cookie.to_str().ok()?.split(';').next()?.to_owned();
        headers.append(COOKIE, HeaderValue::from_str(&pair).ok()?);
    }
    match session::find(&*state.desk.store, &state.desk.ambient, &headers, state.secure).await {
        Ok(SessionLookup::SignedIn(signed_in)) => {
            Some(Actor { signed_in: *signed_in, client: visitor.client.clone() })
        }
        Ok(SessionLookup::None | SessionLookup::Unknown) | Err(_) => None,
    }
}
