//! What a server function adds to its answer.

use axum::http::header::{HeaderValue, LOCATION, SET_COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum_extra::extract::cookie::Cookie;
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;

use super::visitor::Visitor;
use crate::error::AppError;

/// Sends a plain form on: 303, so that a reload does not send the form again. An island gets the
/// answer itself instead.
pub fn see_other(address: &str) {
    let plain = use_context::<Visitor>().is_some_and(|visitor| visitor.plain);
    if let (true, Some(response), Ok(address)) =
        (plain, use_context::<ResponseOptions>(), HeaderValue::from_str(address))
    {
        response.set_status(StatusCode::SEE_OTHER);
        response.insert_header(LOCATION, address);
    }
}

/// Sets a cookie.
pub fn set_cookie(cookie: &Cookie<'_>) {
    if let (Some(response), Ok(value)) =
        (use_context::<ResponseOptions>(), HeaderValue::from_str(&cookie.encoded().to_string()))
    {
        response.append_header(SET_COOKIE, value);
    }
}

/// Sets the status code of a page.
pub fn status(code: u16) {
    if let (Some(response), Ok(code)) =
        (use_context::<ResponseOptions>(), StatusCode::from_u16(code))
    {
        response.set_status(code);
    }
}

/// The headers of the request that is being answered.
#[must_use]
pub fn request_headers() -> HeaderMap {
    use_context::<Parts>().map(|parts| parts.headers).unwrap_or_default()
}

impl AppError {
    /// An answer that is only a status code, for where no page can be rendered.
    pub(crate) fn status_only(&self) -> Response {
        StatusCode::from_u16(self.status())
            .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
            .into_response()
    }
}
