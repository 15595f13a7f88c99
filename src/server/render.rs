//! Renders pages on the server, with their policy headers, also as the answer to a form.

use crate::app::shell;
use crate::desk::visit;
use crate::error::AppError;
use crate::model::client::Client;
use crate::web::limits::Limit;
use crate::web::page::{Content, Rendered, Submitted};
use crate::web::paths::is_normalized;
use crate::web::respond::PERMISSIONS;
use crate::web::routes::{Audience, Framing, PageRoute, Route, Target};
use crate::web::state::AppState;
use crate::web::visitor::{Visitor, chosen_language, language};
use axum::body::Body;
use axum::extract::rejection::RawPathParamsRejection;
use axum::extract::{RawPathParams, State};
use axum::http::header::{CONTENT_SECURITY_POLICY, HeaderName, HeaderValue, REFERRER_POLICY};
use axum::http::request::Parts;
use axum::http::{Request, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use leptos::context::provide_context;
use leptos::nonce::use_nonce;
use leptos::prelude::expect_context;
use leptos_axum::ResponseOptions;

/// Answers a request for a page of the route table.
pub async fn get(
    State(state): State<AppState>,
    params: Result<RawPathParams, RawPathParamsRejection>,
    request: Request<Body>,
) -> Response {
    let (mut parts, _) = request.into_parts();
    let Some(Route::Page(page)) = parts.extensions.get::<Route>().copied() else {
        return problem(&state, parts, AppError::NotFound).await;
    };
    if page == PageRoute::Visit {
        let visitor = parts.extensions.get::<Visitor>();
        let address = visitor.map(|visitor| visitor.client.address.clone()).unwrap_or_default();
        if let Err(error) = state.limits.check(Limit::Link, &address) {
            return problem(&state, parts, error).await;
        }
    }
    // An id or token that is no text is one that nothing has.
    let param = match &params {
        Ok(params) => params.iter().next().map_or("", |(_, value)| value),
        Err(_) => "\u{fffd}",
    };
    // A message's full stop or bracket gets into the link before it. A token has letters and digits
    // alone.
    let param = match page {
        PageRoute::Visit => {
            param.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default()
        }
        _ => param,
    };
    let param = param.to_owned();
    if page == PageRoute::Visit && chosen_language(parts.uri.query()).is_none() {
        // On a shared device the cookie is that of the staff.
        let language = visit::language(&state.desk, &param).await;
        if let (Some(language), Some(visitor)) = (language, parts.extensions.get_mut::<Visitor>()) {
            visitor.language = language;
        }
    }
    let query = parts.uri.query().unwrap_or_default().to_owned();
    self::page(&state, parts, Target { page, param, query }, None).await
}

/// Answers a request for a path that is in no row. One with a slash at its end leads to the same
/// without: bookmarks may have it.
pub async fn unknown(State(state): State<AppState>, request: Request<Body>) -> Response {
    let (parts, _) = request.into_parts();
    let path = parts.uri.path();
    match path.strip_suffix('/').filter(|shorter| !shorter.is_empty() && is_normalized(path)) {
        Some(shorter) if parts.method.is_safe() => {
            let query = parts.uri.query().map(|query| format!("?{query}")).unwrap_or_default();
            Redirect::permanent(&format!("{shorter}{query}")).into_response()
        }
        _ => problem(&state, parts, AppError::NotFound).await,
    }
}

/// Renders a page for the request's visitor, as the answer to a form where there was one. Access is
/// checked here too: a form's page can be another one than its address.
pub async fn page(
    state: &AppState,
    parts: Parts,
    target: Target,
    submitted: Option<Submitted>,
) -> Response {
    let row = target.page.row();
    let allowed = match parts.extensions.get::<Visitor>() {
        Some(visitor) => visitor.allow(row.access),
        None => Err(AppError::NotSignedIn),
    };
    let content = match allowed {
        Ok(()) => Content::Page(target),
        Err(error) => Content::Problem(error),
    };
    let rendered = Rendered { content, audience: row.audience };
    render(state, parts, rendered, row.framing, submitted).await
}

/// Renders a page that says what went wrong, under the error's status code.
pub async fn problem(state: &AppState, parts: Parts, error: AppError) -> Response {
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let route = parts.extensions.get::<Route>().copied();
    let when = error.clone();
    let patient = match route {
        Some(route) => route.is_patients(),
        None => Route::page_beside(parts.uri.path())
            .is_some_and(|page| page.row().audience == Audience::Patient),
    };
    let framing = match route {
        Some(Route::Page(page)) => page.row().framing,
        _ if patient => Framing::FrameAndForm,
        _ => Framing::None,
    };
    let audience = if patient { Audience::Patient } else { Audience::Staff };
    let rendered = Rendered { content: Content::Problem(error), audience };
    let mut response = render(state, parts, rendered, framing, None).await;
    *response.status_mut() = status;
    when.set_retry_after(response.headers_mut());
    response
}

/// Renders a page that leads to another host.
pub async fn departure(state: &AppState, parts: Parts, address: String) -> Response {
    let content = Content::Departure(address);
    let rendered = Rendered { content, audience: Audience::Staff };
    render(state, parts, rendered, Framing::None, None).await
}

async fn render(
    state: &AppState,
    parts: Parts,
    rendered: Rendered,
    framing: Framing,
    submitted: Option<Submitted>,
) -> Response {
    let audience = rendered.audience;
    let mut request = Request::new(Body::empty());
    // Leptos wants a path, which the target of `CONNECT` and some malformed ones have not.
    if parts.uri.path_and_query().is_some() {
        *request.uri_mut() = parts.uri;
    }
    *request.headers_mut() = parts.headers;
    let visitor = parts.extensions.get::<Visitor>().cloned().unwrap_or_else(|| Visitor {
        staff: None,
        client: Client::default(),
        language: language(request.headers(), None),
        plain: true,
    });
    let (for_context, for_shell) = (state.clone(), state.clone());
    let render = leptos_axum::render_app_async_with_context(
        move || {
            provide_context(for_context.clone());
            provide_context(visitor.clone());
            provide_context(rendered.clone());
            if let Some(submitted) = &submitted {
                provide_context(submitted.clone());
            }
            policy(&for_context, audience, framing);
        },
        move || shell(&for_shell, audience),
    );
    render(request).await
}

/// The content security policy of a page. Empego's origins are in it where the page's row allows a
/// frame; the address of a patient's page is a secret, which no other site may see.
fn policy(state: &AppState, audience: Audience, framing: Framing) {
    let nonce = use_nonce().map(|nonce| nonce.to_string()).unwrap_or_default();
    let origins = state.origins.join(" ");
    let frames = if framing == Framing::None { "'none'" } else { origins.as_str() };
    let forms = if framing == Framing::FrameAndForm {
        format!("'self' {origins}")
    } else {
        "'self'".to_owned()
    };
    let policy = format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; \
         style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; \
         frame-src {frames}; frame-ancestors 'none'; form-action {forms}; base-uri 'none'"
    );
    let response = expect_context::<ResponseOptions>();
    let add = |name: HeaderName, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            response.insert_header(name, value);
        }
    };
    add(CONTENT_SECURITY_POLICY, policy.trim_end());
    if audience == Audience::Patient {
        add(REFERRER_POLICY, "no-referrer");
    }
    // A frame can be allowed only what its page is (`docs/empego.md` §4): a camera for the pictures
    // that patients attach, say.
    let frame = &state.config.profile.frame;
    let allow = match (audience, framing) {
        (Audience::Patient, _) => &frame.allow,
        (_, Framing::FrameAndForm) => &frame.details_allow,
        _ => return,
    };
    add(HeaderName::from_static("permissions-policy"), &permissions(allow, &state.origins));
}

/// The permissions policy of a page whose frame of these origins has this `allow`.
fn permissions(allow: &str, origins: &[String]) -> String {
    let quote = |origin: &String| format!("\"{origin}\"");
    let quoted = origins.iter().map(quote).collect::<Vec<_>>().join(" ");
    let is_allowed = |feature: &str| {
        allow.split(';').any(|allowed| allowed.split_whitespace().next() == Some(feature))
    };
    let each = PERMISSIONS.split(", ").map(|denied| match denied.strip_suffix("=()") {
        Some(feature) if is_allowed(feature) => format!("{feature}=(self {quoted})"),
        _ => denied.to_owned(),
    });
    each.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::permissions;

    #[test]
    fn a_page_allows_what_its_frame_does() {
        let origins = ["https://app.empego.ca".to_owned()];
        assert_eq!(
            permissions("microphone 'self'; clipboard-write", &origins),
            "camera=(), geolocation=(), microphone=(self \"https://app.empego.ca\"), payment=(), \
             usb=()"
        );
        assert!(!permissions("", &origins).contains("self"));
    }
}
