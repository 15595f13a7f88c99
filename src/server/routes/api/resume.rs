//! A form that was sent after its session had ended: it goes through signing in as hidden fields
//! and comes back as it was, not sent yet. It never leaves the window that it was typed in, and is
//! kept nowhere.

use super::is_form;
use crate::desk::{Actor, sessions};
use crate::error::AppError;
use crate::model::ids::SiteId;
use crate::parts::at_site::AT;
use crate::server::render;
use crate::web::page::{KEPT_FORM, KEPT_FUNCTION, Submitted};
use crate::web::routes::{Body as Kind, Function, NOT_KEPT, PageRoute, Route, Target};
use crate::web::session::{self, SessionLookup};
use crate::web::state::AppState;
use crate::web::visitor::Visitor;
use axum::body::{Body, to_bytes};
use axum::http::header::{COOKIE, HeaderValue, SET_COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use std::collections::HashMap;

/// The largest form that is kept, in bytes.
const LARGEST: usize = 64 * 1024;

/// A form on its way through signing in.
pub(super) struct Kept {
    function: Function,
    form: String,
}

impl Kept {
    /// The form that a step of signing in brought along.
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

/// The hidden fields that carry a form.
fn hidden(function: Function, form: String) -> HashMap<String, String> {
    HashMap::from([
        (KEPT_FUNCTION.to_owned(), function.name().to_owned()),
        (KEPT_FORM.to_owned(), form),
    ])
}

/// Asks the sender of a staff form who is not signed in to sign in, with the form in hidden fields
/// where it is one to keep. Nothing of it is looked at.
pub(super) async fn ask(state: &AppState, parts: Parts, route: Route, body: Body) -> Response {
    let mut entries = HashMap::new();
    if let Route::Function(function) = route
        && function.row().body == Kind::LongForm
        && is_form(&parts)
        && let Ok(body) = to_bytes(body, LARGEST).await
    {
        let typed: Vec<(String, String)> = serde_urlencoded::from_bytes(&body).unwrap_or_default();
        let kept: Vec<_> =
            typed.into_iter().filter(|(name, _)| !NOT_KEPT.contains(&name.as_str())).collect();
        if let Ok(form) = serde_urlencoded::to_string(kept) {
            entries = hidden(function, form);
        }
    }
    let submitted = Submitted { route, entries, outcome: Err(AppError::NotSignedIn) };
    let sign_in = Target::page(PageRoute::SignIn);
    let mut response = render::page(state, parts, sign_in, Some(submitted)).await;
    *response.status_mut() = StatusCode::UNAUTHORIZED;
    response
}

/// Goes on after a step of signing in that was taken: to the next step, with the form, or to the
/// form itself, at the site that it was opened at.
pub(super) async fn go_on(
    state: &AppState,
    mut parts: Parts,
    visitor: &Visitor,
    kept: Kept,
    answer: axum::http::response::Parts,
) -> Response {
    let cookies: Vec<HeaderValue> = answer.headers.get_all(SET_COOKIE).iter().cloned().collect();
    let shown = match signed_in(state, visitor, &cookies).await {
        Some(who) => form(state, &mut parts, visitor, who, &kept).await,
        None => {
            let route = Route::Function(Function::SignIn);
            let entries = hidden(kept.function, kept.form);
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

/// The form, shown to the user who has just signed in. `None` where they may not send it, or it
/// cannot be shown: then they go to their first page.
async fn form(
    state: &AppState,
    parts: &mut Parts,
    visitor: &Visitor,
    mut who: Actor,
    kept: &Kept,
) -> Option<(Target, Submitted)> {
    let entries = kept.entries();
    let mut outcome = AppError::SignedInAgain;
    if let Some(at) = entries.get(AT).filter(|at| **at != who.site.id.0) {
        match sessions::switch_site(&state.desk, &who, &SiteId(at.clone())).await {
            Ok(()) => {
                let session = state.desk.store.session(&who.session.token_hash).await;
                who = Actor { signed_in: session.ok().flatten()?, ..who };
            }
            Err(_) => outcome = AppError::OtherSite,
        }
    }
    let visitor = Visitor { staff: Some(who), ..visitor.clone() };
    visitor.allow(kept.function.row().access).ok()?;
    let page = kept.function.form_page(&entries)?;
    parts.extensions.insert(visitor);
    let route = Route::Function(kept.function);
    Some((page, Submitted { route, entries, outcome: Err(outcome) }))
}

/// Whoever the answer's cookies sign in.
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
