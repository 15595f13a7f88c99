//! The caller of a request and the language of the answer. The session middleware finds both, once
//! per request.

use super::errors::internal;
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

/// The cookie with the chosen language.
pub const LANGUAGE_COOKIE: &str = "desk_language";

/// The caller of a request.
#[derive(Clone, Debug)]
pub struct Visitor {
    /// The signed-in staff member.
    pub staff: Option<Actor>,
    pub language: Language,
    pub client: Client,
    /// Whether a page or a plain form is answered, not an island that asked for JSON.
    pub plain: bool,
}

impl Visitor {
    /// The signed-in staff member.
    ///
    /// # Errors
    /// [`AppError::NotSignedIn`].
    pub fn actor(&self) -> Result<&Actor, AppError> {
        self.staff.as_ref().ok_or(AppError::NotSignedIn)
    }

    /// Checks that the visitor has this access.
    ///
    /// # Errors
    /// [`AppError::NotSignedIn`], [`AppError::Forbidden`].
    pub fn allow(&self, access: Access) -> Result<(), AppError> {
        let roles = self.staff.as_ref().map(|actor| &actor.roles);
        match (access.permits(roles), roles) {
            (true, _) => Ok(()),
            (false, None) => Err(AppError::NotSignedIn),
            (false, Some(_)) => Err(AppError::Forbidden),
        }
    }
}

/// The state and the visitor of the current request.
///
/// # Errors
/// [`AppError::Internal`] outside a request.
pub fn request() -> Result<(AppState, Visitor), AppError> {
    let missing = || internal("a server function was called outside of a request");
    Ok((
        use_context::<AppState>().ok_or_else(missing)?,
        use_context::<Visitor>().ok_or_else(missing)?,
    ))
}

/// Whether the request comes from a page or a plain form. Islands send `Accept: application/json`.
#[must_use]
pub fn is_plain(headers: &HeaderMap) -> bool {
    !headers
        .get_all(ACCEPT)
        .iter()
        .any(|value| value.to_str().is_ok_and(|value| value.contains("application/json")))
}

/// The language that the address asks for, by `?lang=`.
#[must_use]
pub fn chosen_language(query: Option<&str>) -> Option<Language> {
    let fields = serde_urlencoded::from_str::<Vec<(String, String)>>(query?).ok()?;
    let (_, asked) = fields.into_iter().find(|(name, _)| name == "lang")?;
    Language::parse(&asked)
}

/// The language of a request: `?lang=`, else the cookie, else `Accept-Language`, else English.
#[must_use]
pub fn language(headers: &HeaderMap, query: Option<&str>) -> Language {
    if let Some(language) = chosen_language(query) {
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
    fn the_query_overrides_the_cookie_and_the_cookie_overrides_the_browser() {
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
