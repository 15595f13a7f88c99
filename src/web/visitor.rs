//! The visitor and their language: found once a request, by the session middleware.

use super::state::AppState;
use crate::desk::Actor;
use crate::error::AppError;
use crate::model::client::Client;
use crate::model::language::Language;
use crate::model::role::Access;
use axum::http::HeaderMap;
use axum::http::header::{ACCEPT, ACCEPT_LANGUAGE, COOKIE};
use axum_extra::extract::cookie::CookieJar;
use leptos::prelude::use_context;

/// The cookie that keeps the language.
pub const LANGUAGE_COOKIE: &str = "desk_language";

/// Who makes a request.
#[derive(Clone, Debug)]
pub struct Visitor {
    /// The staff member, when one is signed in.
    pub staff: Option<Actor>,
    /// The language to answer in.
    pub language: Language,
    /// Where the request comes from.
    pub client: Client,
    /// Whether a person reads the answer: a plain form or a page, and not an island that asked for
    /// JSON.
    pub plain: bool,
}

impl Visitor {
    /// Checks the visitor's roles.
    ///
    /// # Errors
    /// [`AppError::NotSignedIn`], [`AppError::Forbidden`].
    pub fn allow(&self, access: Access) -> Result<(), AppError> {
        let roles = self.staff.as_ref().map(|who| &who.roles);
        match (access.is_open_to(roles), roles) {
            (true, _) => Ok(()),
            (false, None) => Err(AppError::NotSignedIn),
            (false, Some(_)) => Err(AppError::Forbidden),
        }
    }
}

/// What a server function works with: the shared components and the visitor.
///
/// # Errors
/// [`AppError::Internal`] outside a request; cannot happen inside one.
pub fn request() -> Result<(AppState, Visitor), AppError> {
    let missing = || AppError::Internal { reference: "context".to_owned() };
    Ok((
        use_context::<AppState>().ok_or_else(missing)?,
        use_context::<Visitor>().ok_or_else(missing)?,
    ))
}

/// Whether the answer is read by a person. An island sends `Accept: application/json`; any other
/// request is taken for a plain form.
#[must_use]
pub fn is_plain(headers: &HeaderMap) -> bool {
    !headers
        .get_all(ACCEPT)
        .iter()
        .any(|value| value.to_str().is_ok_and(|value| value.contains("application/json")))
}

/// The language of a request: the address (`?lang=`), then the cookie, then what the browser
/// prefers, then English.
#[must_use]
pub fn language(headers: &HeaderMap, query: Option<&str>) -> Language {
    let asked = query.and_then(|query| {
        serde_urlencoded::from_str::<Vec<(String, String)>>(query)
            .ok()?
            .into_iter()
            .find(|(name, _)| name == "lang")
    });
    if let Some(language) = asked.and_then(|(_, value)| Language::parse(&value)) {
        return language;
    }
    if headers.contains_key(COOKIE)
        && let Some(language) = CookieJar::from_headers(headers)
            .get(LANGUAGE_COOKIE)
            .and_then(|cookie| Language::parse(cookie.value()))
    {
        return language;
    }
    let preferred =
        headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    Language::preferred(preferred)
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn headers(accept: &'static str, cookie: &'static str) -> HeaderMap {
        HeaderMap::from_iter([
            (ACCEPT_LANGUAGE, HeaderValue::from_static(accept)),
            (COOKIE, HeaderValue::from_static(cookie)),
        ])
    }

    #[test]
    fn the_address_beats_the_cookie_and_the_cookie_beats_the_browser() {
        assert_eq!(language(&headers("fr-CA,fr;q=0.9,en;q=0.8", ""), None), Language::Fr);
        assert_eq!(language(&headers("de, en;q=0.5, fr;q=0.9", ""), None), Language::Fr);
        assert_eq!(language(&headers("de", ""), None), Language::En);
        assert_eq!(language(&headers("fr", "desk_language=en"), None), Language::En);
        assert_eq!(language(&headers("en", "desk_language=en"), Some("x=1&lang=fr")), Language::Fr);
        assert_eq!(
            language(&headers("fr", "desk_language=xx"), Some("lang=klingon")),
            Language::Fr
        );
    }
}
