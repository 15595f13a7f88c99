//! Staff sessions: an opaque random token in a cookie, its SHA-256 in the store.

use super::routes::{Endpoint, Route};
use crate::ambient::Ambient;
use crate::model::client::Client;
use crate::model::ids::SiteId;
use crate::secrets::{random_token, sha256};
use crate::store::{Result, Session, SignedIn, Staff, Store};
use axum::http::HeaderMap;
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};

/// A session ends this long after its last use, in milliseconds: 4 hours.
pub const IDLE_MS: i64 = 4 * 3_600_000;
/// A session ends this long after sign-in, whatever happens, in milliseconds: 16 hours, longer than
/// a shift.
pub const ABSOLUTE_MS: i64 = 16 * 3_600_000;
/// How exactly the last use is kept, in milliseconds: not every request writes.
const TOUCH_MS: i64 = 60_000;
/// What a page says when it fetches itself again by the clock: nobody is there who uses the
/// session.
pub const BACKGROUND: &str = "x-desk-background";

/// The cookie's name. Over https the `__Host-` prefix ties it to this very host.
#[must_use]
pub fn cookie_name(secure: bool) -> &'static str {
    if secure { "__Host-desk_session" } else { "desk_session" }
}

/// Signs a browser in, at a site where the account has a role.
///
/// # Errors
/// A failing store.
pub async fn begin(
    store: &dyn Store,
    ambient: &Ambient,
    staff: &Staff,
    site: &SiteId,
    client: &Client,
    secure: bool,
) -> Result<Cookie<'static>> {
    let token = random_token(ambient);
    let now = ambient.now();
    store.end_old_sessions(now - ABSOLUTE_MS, now - IDLE_MS).await?;
    let session = Session {
        token_hash: sha256(&token),
        staff_id: staff.id.clone(),
        site: site.clone(),
        created_at: now,
        seen_at: now,
        client: client.clone(),
    };
    store.add_session(&session).await?;
    Ok(cookie(token, secure))
}

/// Whether a session has not ended by age or by rest.
#[must_use]
pub fn is_good(session: &Session, now: i64) -> bool {
    now - session.created_at < ABSOLUTE_MS && now - session.seen_at < IDLE_MS
}

/// What a request's cookie names.
#[derive(Clone, Debug)]
pub enum Found {
    /// Nobody: there is no cookie, none of ours, or one whose time is over.
    Nobody,
    /// A session that this desk does not know (any more), though it looks like one of ours.
    Unknown,
    /// Somebody.
    SignedIn(Box<SignedIn>),
}

/// Whoever it is whose session the request's cookie names, if it is still good. Looking is no use
/// of it: see [`touch`].
///
/// # Errors
/// A failing store.
pub async fn find(
    store: &dyn Store,
    ambient: &Ambient,
    headers: &HeaderMap,
    secure: bool,
) -> Result<Found> {
    let jar = CookieJar::from_headers(headers);
    let Some(cookie) = jar.get(cookie_name(secure)) else { return Ok(Found::Nobody) };
    let hash = sha256(cookie.value());
    let Some(found) = store.session(&hash).await? else {
        return Ok(if looks_like_a_token(cookie.value()) { Found::Unknown } else { Found::Nobody });
    };
    if !is_good(&found.session, ambient.now()) {
        store.end_session(&hash).await?;
        return Ok(Found::Nobody);
    }
    Ok(Found::SignedIn(Box::new(found)))
}

/// Notes that a session was used, unless what asks does so by itself: a page that fetches itself
/// again by the clock, the stream of changes, and the patient's page that is open in the same
/// browser. Nobody is there who uses the session then.
///
/// # Errors
/// A failing store.
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

/// Signs the request's browser out. Returns the cookie that clears the other one.
///
/// # Errors
/// A failing store.
pub async fn end(store: &dyn Store, headers: &HeaderMap, secure: bool) -> Result<Cookie<'static>> {
    if let Some(cookie) = CookieJar::from_headers(headers).get(cookie_name(secure)) {
        store.end_session(&sha256(cookie.value())).await?;
    }
    let mut cleared = cookie(String::new(), secure);
    cleared.make_removal();
    Ok(cleared)
}

/// Whether a text could be a token of [`random_token`]: 160 bits in base 62.
fn looks_like_a_token(text: &str) -> bool {
    (20..=27).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn cookie(token: String, secure: bool) -> Cookie<'static> {
    Cookie::build((cookie_name(secure), token))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(secure)
        .build()
}
