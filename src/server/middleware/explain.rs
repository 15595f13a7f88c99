//! Gives a refusal without a body one that says what happened and what to do next. Layers and
//! libraries answer with a bare status; a person would see an empty page.

use crate::error::AppError;
use crate::i18n::errors;
use crate::model::client::Client;
use crate::server::render;
use crate::web::errors::internal;
use crate::web::routes::{Layers, Route};
use crate::web::state::AppState;
use crate::web::visitor::{Visitor, is_plain, language};
use axum::body::{Body, HttpBody};
use axum::extract::{Request, State};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Json, Response};

/// Explains a refusal: as a page, as JSON to a script that asked for it, and as text where files,
/// probes and the stream of changes are answered, whose policy allows no page.
pub async fn explain(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let (plain, uri) = (is_plain(request.headers()), request.uri().clone());
    let language = language(request.headers(), uri.query());
    let route = request.extensions().get::<Route>().copied();
    let is_head = request.method() == Method::HEAD;
    let response = next.run(request).await;
    let status = response.status();
    let is_refusal = status.is_client_error() || status.is_server_error();
    if is_head || !is_refusal || response.body().size_hint().exact() != Some(0) {
        return response;
    }
    let error = response.extensions().get::<AppError>().cloned();
    let error = error.unwrap_or_else(|| error_of(status));
    let (refusal, _) = response.into_parts();
    let is_bare = matches!(route, Some(Route::Endpoint(it)) if it.row().layers != Layers::Page);
    let mut explained = if !plain {
        Json(error).into_response()
    } else if is_bare {
        let (title, text) = errors::explain(language, &error);
        format!("{title}. {text}\n").into_response()
    } else {
        let (mut parts, ()) = axum::http::Request::new(()).into_parts();
        parts.uri = uri;
        if let Some(route) = route {
            parts.extensions.insert(route);
        }
        // Whose session it is does not matter to the page, and a refusal does not extend it.
        let client = Client::default();
        parts.extensions.insert(Visitor { staff: None, language, client, plain });
        render::problem(&state, parts, error).await
    };
    *explained.status_mut() = status;
    for (name, value) in &refusal.headers {
        if name != CONTENT_LENGTH && name != CONTENT_TYPE {
            explained.headers_mut().insert(name.clone(), value.clone());
        }
    }
    explained.map(Body::new)
}

/// What a bare status stands for.
fn error_of(status: StatusCode) -> AppError {
    match status {
        StatusCode::UNAUTHORIZED => AppError::NotSignedIn,
        StatusCode::FORBIDDEN => AppError::Forbidden,
        StatusCode::NOT_FOUND => AppError::NotFound,
        StatusCode::GONE => AppError::Gone,
        StatusCode::REQUEST_TIMEOUT | StatusCode::GATEWAY_TIMEOUT => {
            internal("the answer, or the request's body, took too long")
        }
        status if status.is_client_error() => AppError::Invalid(Vec::new()),
        _ => internal("a layer or a library answered with an error"),
    }
}
