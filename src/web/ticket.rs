//! Between two steps of a sign-in: a cookie with sealed words in it, good for a few minutes. It is
//! no session and opens nothing by itself.

use crate::web::state::AppState;
use axum::http::HeaderMap;
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};

/// How long a step may take, in milliseconds: 5 minutes, long enough to find a phone or to sign in
/// at a provider.
pub const LIFE_MS: i64 = 5 * 60_000;

/// A kind of ticket: its cookie's name, and what it is sealed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The password fits; the code is awaited.
    SecondStep,
    /// The browser was sent to the OpenID Connect provider.
    Provider,
}

impl Kind {
    fn purpose(self) -> &'static str {
        match self {
            Self::SecondStep => "second-step",
            Self::Provider => "provider",
        }
    }

    /// Over https the `__Host-` prefix ties it to this very host.
    fn cookie_name(self, secure: bool) -> String {
        format!("{}desk_{}", if secure { "__Host-" } else { "" }, self.purpose().replace('-', "_"))
    }
}

/// Seals words into a cookie.
#[must_use]
pub fn issue(state: &AppState, kind: Kind, words: &str) -> Option<Cookie<'static>> {
    let sealed = seal(state, kind.purpose(), words)?;
    Some(cookie(state, kind, sealed))
}

/// The words of the request's cookie, if it is whole and its time is not over.
#[must_use]
pub fn open(state: &AppState, kind: Kind, headers: &HeaderMap) -> Option<String> {
    let jar = CookieJar::from_headers(headers);
    unseal(state, kind.purpose(), jar.get(&kind.cookie_name(state.secure))?.value())
}

/// Whether the request has a cookie in the place of a ticket that this desk never sealed. One whose
/// time is over is none.
#[must_use]
pub fn is_forged(state: &AppState, kind: Kind, headers: &HeaderMap) -> bool {
    let jar = CookieJar::from_headers(headers);
    let there = jar
        .get(&kind.cookie_name(state.secure))
        .map(Cookie::value)
        .filter(|value| !value.is_empty());
    there.is_some_and(|sealed| state.desk.secrets.open(kind.purpose(), sealed).is_none())
}

/// The cookie that clears it.
#[must_use]
pub fn clear(state: &AppState, kind: Kind) -> Cookie<'static> {
    let mut cleared = cookie(state, kind, String::new());
    cleared.make_removal();
    cleared
}

/// Seals words together with the end of their time.
#[must_use]
pub fn seal(state: &AppState, purpose: &str, words: &str) -> Option<String> {
    let until = state.desk.now() + LIFE_MS;
    state.desk.secrets.seal(purpose, &format!("{until} {words}"), &state.desk.ambient)
}

/// Opens them again, before that.
#[must_use]
pub fn unseal(state: &AppState, purpose: &str, sealed: &str) -> Option<String> {
    let opened = state.desk.secrets.open(purpose, sealed)?;
    let (until, words) = opened.split_once(' ')?;
    (state.desk.now() < until.parse::<i64>().ok()?).then(|| words.to_owned())
}

/// `Lax`: the provider sends the browser back with a plain link, and the cookie has to be there
/// then.
fn cookie(state: &AppState, kind: Kind, value: String) -> Cookie<'static> {
    Cookie::build((kind.cookie_name(state.secure), value))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(state.secure)
        .build()
}
