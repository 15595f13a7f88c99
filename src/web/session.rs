//! The session cookie: an opaque random token, whose SHA-256 is in the store.

use super::respond;
use super::routes::{Endpoint, Route};
use super::state::AppState;
use crate::ambient::Ambient;
use crate::desk::DeskError;
use crate::desk::sessions::{Browser, is_valid};
use crate::desk::sign_in::{self, Method, NewSession};
use crate::error::AppError;
use crate::model::client::Client;
use crate::secrets::sha256;
use crate::store::{Result, Session, SignedIn, Staff, Store};
use axum::http::HeaderMap;
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};

/// The resolution of the stored time of last use, in milliseconds: not every request writes.
const TOUCH_MS: i64 = 60_000;
/// The header of requests that a page sends by a timer: they do not keep the session alive.
pub const BACKGROUND: &str = "x-desk-background";

/// The cookie's name. Over https the `__Host-` prefix ties it to this very host.
#[must_use]
pub fn cookie_name(secure: bool) -> &'static str {
    if secure { "__Host-desk_session" } else { "desk_session" }
}

/// What a request's session cookie stands for.
#[derive(Clone, Debug)]
pub enum SessionLookup {
    /// No cookie, not one of ours, or an expired session.
    None,
    /// Looks like a token of ours, and there is no such session (any more).
    Unknown,
    SignedIn(Box<SignedIn>),
}

/// Finds the session of a request. It does not count as use: see [`touch`].
///
/// # Errors
/// A store error.
pub async fn find(
    store: &dyn Store,
    ambient: &Ambient,
    headers: &HeaderMap,
    secure: bool,
) -> Result<SessionLookup> {
    let Some(token) = token(headers, secure) else { return Ok(SessionLookup::None) };
    let hash = sha256(&token);
    let Some(found) = store.session(&hash).await? else {
        return Ok(if looks_like_a_token(&token) {
            SessionLookup::Unknown
        } else {
            SessionLookup::None
        });
    };
    if !is_valid(&found.session, ambient.now()) {
        store.end_session(&hash, &[]).await?;
        return Ok(SessionLookup::None);
    }
    Ok(SessionLookup::SignedIn(Box::new(found)))
}

/// Records the use of a session. Requests that no user makes do not count: those of a page's timer,
/// the stream of changes, and those of a patient's page in the same browser.
///
/// # Errors
/// A store error.
pub async fn touch(
    store: &dyn Store,
    ambient: &Ambient,
    session: &Session,
    headers: &HeaderMap,
    route: Option<Route>,
) -> Result<()> {
    let now = ambient.now();
    if now - session.seen_at < TOUCH_MS
        || headers.contains_key(BACKGROUND)
        || route == Some(Route::Endpoint(Endpoint::Live))
        || route.is_some_and(Route::is_patients)
    {
        return Ok(());
    }
    store.touch_session(&session.token_hash, now).await
}

/// Starts a session, in place of the one that the request has. The refusal of an account without a
/// site goes into the audit log once in ten minutes from one network address.
///
/// # Errors
/// [`AppError::Invalid`] for an account without a site; [`AppError::Internal`].
pub async fn start(
    state: &AppState,
    client: &Client,
    staff: &Staff,
    method: Method,
) -> std::result::Result<NewSession, AppError> {
    let token = token(&respond::request_headers(), state.secure);
    let browser = Browser { client, token: token.as_deref() };
    let started = sign_in::start_session(&state.desk, browser, staff, method).await;
    if let Err(DeskError::NoSite) = &started
        && let Some(row) =
            state.limits.refusal_row(&format!("no-site {}", staff.id), &client.address)
    {
        let detail = format!("{} no-site", method.slug());
        sign_in::log_refusal(&state.desk, client, Some(staff), &detail, None)
            .await
            .map_err(|error| state.explain(error))?;
        row.keep();
    }
    started.map_err(|error| state.explain(error))
}

/// The token in the request's cookie.
#[must_use]
pub fn token(headers: &HeaderMap, secure: bool) -> Option<String> {
    let jar = CookieJar::from_headers(headers);
    jar.get(cookie_name(secure)).map(|cookie| cookie.value().to_owned())
}

/// Whether a text could be a token of [`crate::secrets::random_token`]: 160 bits in base 62.
fn looks_like_a_token(text: &str) -> bool {
    (20..=27).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// The name of a session's stream of changes at its site. It is in pages, and no secret: the token
/// cannot be found from it.
#[must_use]
pub fn stream_name(session: &Session) -> String {
    let hash = sha256(&format!("live {} {}", hex::encode(&session.token_hash), session.site));
    hex::encode(&hash[..16])
}

/// The cookie of a session.
#[must_use]
pub fn cookie(token: String, secure: bool) -> Cookie<'static> {
    Cookie::build((cookie_name(secure), token))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(secure)
        .build()
}

/// The cookie that removes [`cookie`].
#[must_use]
pub fn removal_cookie(secure: bool) -> Cookie<'static> {
    let mut removal = cookie(String::new(), secure);
    removal.make_removal();
    removal
}
