//! A form that was sent after its session had ended: it goes through signing in as hidden fields
//! and comes back as it was, not sent yet. It never leaves the window that it was typed in, and is
//! kept nowhere.

use super::is_form;
use crate::api::{KEPT, NOT_KEPT, access, page_of};
use crate::desk::{Actor, sessions};
use crate::error::AppError;
use crate::model::ids::SiteId;
use crate::parts::at_site::AT;
use crate::server::auth::session::{self, Found};
use crate::server::render::{self, Submitted};
use crate::server::state::AppState;
use crate::server::visitor::Visitor;
use axum::body::{Body, to_bytes};
use axum::http::header::{COOKIE, HeaderValue, SET_COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use std::collections::HashMap;

/// The largest form that is kept, in bytes.
const LARGEST: usize = 64 * 1024;
/// The hidden field with the server function that it was sent to.
pub const FUNCTION: &str = "kept_function";
/// The hidden field with what was typed, as the browser sent it.
pub const FORM: &str = "kept_form";

/// A form on its way through signing in.
pub(super) struct Kept {
    function: String,
    form: String,
}

impl Kept {
    /// The form that a step of signing in brought along.
    pub(super) fn read(step: &str, form: &HashMap<String, String>) -> Option<Self> {
        if !matches!(step, "sign_in" | "verify_code") {
            return None;
        }
        let (function, form) = (form.get(FUNCTION)?.clone(), form.get(FORM)?.clone());
        KEPT.contains(&function.as_str()).then_some(Self { function, form })
    }

    fn entries(&self) -> HashMap<String, String> {
        serde_urlencoded::from_str(&self.form).unwrap_or_default()
    }
}

/// Asks a stranger who sent a form of staff's to sign in, with the form in hidden fields where it
/// is one to keep. Nothing of it is looked at.
pub(super) async fn ask(state: &AppState, parts: Parts, function: &str, body: Body) -> Response {
    let mut entries = HashMap::new();
    if KEPT.contains(&function)
        && is_form(&parts)
        && let Ok(body) = to_bytes(body, LARGEST).await
    {
        let typed: Vec<(String, String)> = serde_urlencoded::from_bytes(&body).unwrap_or_default();
        let kept: Vec<_> =
            typed.into_iter().filter(|(name, _)| !NOT_KEPT.contains(&name.as_str())).collect();
        if let Ok(form) = serde_urlencoded::to_string(kept) {
            entries = HashMap::from([
                (FUNCTION.to_owned(), function.to_owned()),
                (FORM.to_owned(), form),
            ]);
        }
    }
    let submitted =
        Submitted { function: function.to_owned(), entries, outcome: Err(AppError::NotSignedIn) };
    let mut response = render::page(state, parts, "/sign-in", Some(submitted)).await;
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
            let entries =
                HashMap::from([(FUNCTION.to_owned(), kept.function), (FORM.to_owned(), kept.form)]);
            Some((
                "/sign-in/code".to_owned(),
                Submitted {
                    function: "sign_in".to_owned(),
                    entries,
                    outcome: Ok(serde_json::Value::Null),
                },
            ))
        }
    };
    let Some((page, submitted)) = shown else { return Response::from_parts(answer, Body::empty()) };
    let mut response = render::page(state, parts, &page, Some(submitted)).await;
    for cookie in cookies {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}

/// The form, shown to whoever has just signed in. `None` where it is not theirs, or cannot be
/// shown: then they begin where everybody does.
async fn form(
    state: &AppState,
    parts: &mut Parts,
    visitor: &Visitor,
    mut who: Actor,
    kept: &Kept,
) -> Option<(String, Submitted)> {
    let entries = kept.entries();
    let mut outcome = AppError::SignedInAgain;
    if let Some(at) = entries.get(AT).filter(|at| **at != who.site.id.0) {
        match sessions::switch_site(&state.desk, &who, &SiteId(at.clone())).await {
            Ok(()) => {
                let signed_in =
                    state.desk.store.session(&who.session.token_hash).await.ok().flatten()?;
                who = Actor { signed_in, ..who };
            }
            Err(_) => outcome = AppError::OtherSite,
        }
    }
    let visitor = Visitor { staff: Some(who), ..visitor.clone() };
    visitor.allow(access(&kept.function)).ok()?;
    let page = page_of(&kept.function, &entries)?;
    parts.extensions.insert(visitor);
    Some((page, Submitted { function: kept.function.clone(), entries, outcome: Err(outcome) }))
}

/// Whoever the answer's cookies sign in.
async fn signed_in(state: &AppState, visitor: &Visitor, cookies: &[HeaderValue]) -> Option<Actor> {
    let mut headers = HeaderMap::new();
    for cookie in cookies {
        let pair = cookie.to_str().ok()?.split(';').next()?.to_owned();
        headers.append(COOKIE, HeaderValue::from_str(&pair).ok()?);
    }
    match session::find(&*state.desk.store, &state.desk.ambient, &headers, state.secure).await {
        Ok(Found::SignedIn(signed_in)) => {
            Some(Actor { signed_in: *signed_in, client: visitor.client.clone() })
        }
        Ok(Found::Nobody | Found::Unknown) | Err(_) => None,
    }
}
