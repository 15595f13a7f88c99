//! The cookie between two steps of a sign-in: a sealed text that expires after a few minutes. It is
//! no session and gives no access by itself.

use super::errors::internal;
use super::state::AppState;
use crate::error::AppError;
use axum::http::HeaderMap;
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};

/// A kind of ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The password was right; the code is awaited.
    SecondStep,
    /// The browser was sent to the OpenID Connect provider.
    Provider,
}

impl Kind {
    /// What it is sealed for.
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

/// Seals a text into a cookie.
///
/// # Errors
/// [`AppError::Internal`] when sealing fails.
pub fn issue(state: &AppState, kind: Kind, text: &str) -> Result<Cookie<'static>, AppError> {
    let sealed = state.desk.seal_with_expiry(kind.purpose(), text);
    let sealed = sealed.ok_or_else(|| internal("a cookie could not be sealed"))?;
    Ok(cookie(state, kind, sealed))
}

/// The text in the request's cookie. `None` when it is missing, forged or expired.
#[must_use]
pub fn open(state: &AppState, kind: Kind, headers: &HeaderMap) -> Option<String> {
    let jar = CookieJar::from_headers(headers);
    let cookie = jar.get(&kind.cookie_name(state.secure))?;
    state.desk.open_unexpired(kind.purpose(), cookie.value())
}

/// Whether the request's cookie was not sealed by this desk. An expired one was.
#[must_use]
pub fn is_forged(state: &AppState, kind: Kind, headers: &HeaderMap) -> bool {
    let jar = CookieJar::from_headers(headers);
    let sealed = jar
        .get(&kind.cookie_name(state.secure))
        .map(Cookie::value)
        .filter(|value| !value.is_empty());
    sealed.is_some_and(|sealed| state.desk.secrets.open(kind.purpose(), sealed).is_none())
}

/// The cookie that removes the ticket.
#[must_use]
pub fn removal_cookie(state: &AppState, kind: Kind) -> Cookie<'static> {
    let mut removal = cookie(state, kind, String::new());
    removal.make_removal();
    removal
}

/// `Lax`: the provider sends the browser back by a link, and the cookie has to come along.
fn cookie(state: &AppState, kind: Kind, value: String) -> Cookie<'static> {
    Cookie::build((kind.cookie_name(state.secure), value))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(state.secure)
        .build()
}
