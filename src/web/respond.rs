//! Response helpers for server functions and pages.

use axum::http::header::{HeaderValue, LOCATION, SET_COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Json, Response};
use axum_extra::extract::cookie::Cookie;
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;

use super::visitor::Visitor;
use crate::error::AppError;
use crate::i18n::errors;
use crate::model::language::Language;

/// Browser features that no page of the desk uses. A frame of Empego's may, by its profile.
pub const PERMISSIONS: &str = "camera=(), geolocation=(), microphone=(), payment=(), usb=()";

/// Redirects a plain form with 303, so that a reload does not send the form again. Does nothing for
/// an island, which reads the answer itself.
pub fn see_other(address: &str) {
    let plain = use_context::<Visitor>().is_some_and(|visitor| visitor.plain);
    if let (true, Some(response), Ok(address)) =
        (plain, use_context::<ResponseOptions>(), HeaderValue::from_str(address))
    {
        response.set_status(StatusCode::SEE_OTHER);
        response.insert_header(LOCATION, address);
    }
}

/// Sets a cookie on the current response.
pub fn set_cookie(cookie: &Cookie<'_>) {
    if let (Some(response), Ok(value)) =
        (use_context::<ResponseOptions>(), HeaderValue::from_str(&cookie.encoded().to_string()))
    {
        response.append_header(SET_COOKIE, value);
    }
}

/// Sets the status code of the current response.
pub fn status(code: u16) {
    if let (Some(response), Ok(code)) =
        (use_context::<ResponseOptions>(), StatusCode::from_u16(code))
    {
        response.set_status(code);
    }
}

/// The headers of the current request.
#[must_use]
pub fn request_headers() -> HeaderMap {
    use_context::<Parts>().map(|parts| parts.headers).unwrap_or_default()
}

impl AppError {
    /// The status code of this error.
    pub(crate) fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// The error as JSON, for scripts.
    pub(crate) fn json(&self) -> Response {
        let mut response = (self.status_code(), Json(self)).into_response();
        self.set_retry_after(response.headers_mut());
        response
    }

    /// The error as a sentence, for where no page can be rendered.
    pub(crate) fn text(&self, language: Language) -> Response {
        let (title, text) = errors::explain(language, self);
        let mut response = (self.status_code(), format!("{title}. {text}\n")).into_response();
        self.set_retry_after(response.headers_mut());
        response
    }

    /// A response without a body, for where no page can be rendered. An outer layer writes the body
    /// (`server/middleware/explain.rs`).
    pub(crate) fn status_only(&self) -> Response {
        let mut response = self.status_code().into_response();
        response.extensions_mut().insert(self.clone());
        self.set_retry_after(response.headers_mut());
        response
    }
}
