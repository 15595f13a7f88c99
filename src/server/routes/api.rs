//! Server functions at `/api/{name}`. Islands receive JSON; plain forms receive a redirect, or the
//! form again.
//!
//! Leptos redirects a failed plain form to the referring page with the error in the query. Here the
//! form is rendered again with its entries, under the error's status code, so that no input gets
//! into a URL.

mod body;
mod resume;

use self::body::BodyError;
use crate::error::AppError;
use crate::parts::at_site::AT;
use crate::server::render;
use crate::web::page::Submitted;
use crate::web::refusals::RequestTarget;
use crate::web::routes::{Body as Kind, Function, PageRoute, Route, Target};
use crate::web::state::AppState;
use crate::web::visitor::Visitor;
use axum::Extension;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::{ACCEPT, CONTENT_TYPE, HeaderValue, LOCATION};
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use leptos::context::provide_context;
use std::collections::HashMap;
use std::sync::Arc;

/// The maximum size of a server function's answer, in bytes.
const MAX_ANSWER: usize = 256 * 1024;

/// The type of a URL-encoded form.
const FORM: &str = "application/x-www-form-urlencoded";

/// Answers a call. Access and rate limits are checked before the body is read.
pub async fn call(
    State(state): State<AppState>,
    Extension(visitor): Extension<Visitor>,
    Extension(route): Extension<Route>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let function = match route {
        Route::Function(function) => Some(function),
        Route::Page(_) | Route::Endpoint(_) => None,
    };
    let call = Call { state: &state, visitor: &visitor, function };
    if let Err(error) = visitor.allow(route.access()) {
        if error == AppError::NotSignedIn
            && visitor.plain
            && parts.method == Method::POST
            && !call.is_for_scripts()
        {
            return resume::prompt_sign_in(&state, &visitor, parts, route, body).await;
        }
        return call.refuse(parts, HashMap::new(), error).await;
    }
    if let Some(limit) = function.and_then(|function| function.row().limit)
        && let Err(error) = state.limits.check(limit, &visitor.client.address)
    {
        return call.refuse(parts, HashMap::new(), error).await;
    }
    if matches!(parts.method, Method::GET | Method::HEAD) {
        return redirect_to_form(&state, parts, function).await;
    }
    if parts.method != Method::POST {
        return (StatusCode::METHOD_NOT_ALLOWED, [("allow", "POST")]).into_response();
    }
    // The place of a large body is kept until the answer.
    let (body, _place) =
        match body::read(&state, &visitor.client, body, state.config.limits.max_form).await {
            Ok(read) => read,
            Err(BodyError::Broken) => return StatusCode::BAD_REQUEST.into_response(),
            Err(BodyError::Refused(error, beginning)) => {
                // What came is kept, unless the form may be of another site.
                let mut form = if is_form(&parts) { entries(&beginning) } else { HashMap::new() };
                if visitor
                    .staff
                    .as_ref()
                    .is_some_and(|actor| form.get(AT) != Some(&actor.site.id.0))
                {
                    form.clear();
                }
                return call.refuse(parts, form, error).await;
            }
        };
    // Leptos reads any body as a form: one of another kind must not pass the check below unread.
    if !body.is_empty() && !is_form(&parts) {
        let invalid = AppError::Invalid(Vec::new());
        let mut response = call.refuse(parts, HashMap::new(), invalid).await;
        *response.status_mut() = StatusCode::UNSUPPORTED_MEDIA_TYPE;
        return response;
    }
    let form = entries(&body);
    if let (Some(site), Some(actor)) = (form.get(AT), &visitor.staff)
        && *site != actor.site.id.0
    {
        return call.refuse(parts, form, AppError::OtherSite).await;
    }
    let response = run(&state, &visitor, &parts, body).await;
    let (answer, body) = response.into_parts();
    if answer.status.is_redirection() || answer.headers.contains_key(LOCATION) {
        return match function.and_then(|function| resume::PreservedForm::read(function, &form)) {
            Some(form) => resume::after_sign_in(&state, parts, &visitor, form, answer).await,
            None => Response::from_parts(answer, body),
        };
    }
    let body = to_bytes(body, MAX_ANSWER).await.unwrap_or_default();
    if answer.status.is_success() {
        return match function.and_then(|function| function.form_page(&form)) {
            Some(page) if visitor.plain => {
                let outcome = Ok(serde_json::from_slice(&body).unwrap_or_default());
                let submitted = Submitted { route, entries: form, outcome };
                render::page(&state, parts, page, Some(submitted)).await
            }
            _ => Response::from_parts(answer, Body::from(body)),
        };
    }
    let error = serde_json::from_slice(&body).unwrap_or(AppError::NotFound);
    call.refuse(parts, form, error).await
}

fn entries(body: &[u8]) -> HashMap<String, String> {
    serde_urlencoded::from_bytes(body).unwrap_or_default()
}

/// Answers a GET of a form's address, which the address bar shows after the form was rendered
/// again. The address does not contain a patient's link, so a patient's form leads to the page of
/// an unknown link.
async fn redirect_to_form(state: &AppState, parts: Parts, function: Option<Function>) -> Response {
    match function.and_then(|function| function.form_page(&HashMap::new())) {
        Some(page) => Redirect::to(&page.path()).into_response(),
        None if function.is_some_and(|function| Route::Function(function).is_patients()) => {
            let unknown = Target::record(PageRoute::Visit, "unknown");
            render::page(state, parts, unknown, None).await
        }
        None => Redirect::to(PageRoute::Board.path()).into_response(),
    }
}

/// Whether the body is a URL-encoded form. The type is compared without case and parameters (RFC
/// 9110, section 8.3.1).
fn is_form(parts: &Parts) -> bool {
    let mut types = parts.headers.get_all(CONTENT_TYPE).iter();
    let essence = types
        .next()
        .and_then(|value| value.to_str().ok())
        .map(|value| value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase());
    types.next().is_none() && essence.as_deref() == Some(FORM)
}

fn accepts_html(parts: &Parts) -> bool {
    parts
        .headers
        .get_all(ACCEPT)
        .iter()
        .any(|value| value.to_str().is_ok_and(|value| value.contains("text/html")))
}

/// Runs the server function as if an island had called it, so that Leptos does not redirect. It
/// runs to its end, also when the client disconnects: many functions have two effects, such as a
/// counted attempt and its row in the audit log, or a used code and the session that it opens.
async fn run(state: &AppState, visitor: &Visitor, parts: &Parts, body: Bytes) -> Response {
    let mut request = Request::new(Body::from(body));
    *request.method_mut() = Method::POST;
    *request.uri_mut() = parts.uri.clone();
    *request.headers_mut() = parts.headers.clone();
    request.headers_mut().insert(ACCEPT, HeaderValue::from_static("application/json"));
    request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(FORM));
    let desk = Arc::clone(&state.desk);
    let (state, visitor) = (state.clone(), visitor.clone());
    let context = move || {
        provide_context(state.clone());
        provide_context(visitor.clone());
    };
    let answer = leptos_axum::handle_server_fns_with_context(context, request);
    desk.run_to_end(async move { answer.await.into_response() }).await
}

struct Call<'a> {
    state: &'a AppState,
    visitor: &'a Visitor,
    function: Option<Function>,
}

impl Call<'_> {
    fn is_for_scripts(&self) -> bool {
        self.function.is_some_and(|function| function.row().body == Kind::Script)
    }

    /// Answers with an error: as JSON for scripts, and for a plain form as its page with the
    /// entries.
    async fn refuse(
        &self,
        parts: Parts,
        entries: HashMap<String, String>,
        error: AppError,
    ) -> Response {
        let (state, visitor) = (self.state, self.visitor);
        let target = RequestTarget::function(self.function, &entries);
        let error = state.log_refusal(visitor, target, error).await;
        if !visitor.plain || (self.is_for_scripts() && !accepts_html(&parts)) {
            return error.json();
        }
        let Some(function) = self.function else {
            return render::problem(state, parts, error).await;
        };
        if matches!(error, AppError::NotSignedIn | AppError::Forbidden) {
            return render::problem(state, parts, error).await;
        }
        // The form of another site would save this site's settings there if sent again.
        let shown_again = error != AppError::OtherSite
            || !matches!(function, Function::SetSite | Function::RemoveLogo);
        match function.form_page(&entries).filter(|_| shown_again) {
            Some(page) => {
                let route = Route::Function(function);
                let submitted = Submitted { route, entries, outcome: Err(error.clone()) };
                let mut response = render::page(state, parts, page, Some(submitted)).await;
                if response.status().is_success() {
                    *response.status_mut() = error.status_code();
                }
                error.set_retry_after(response.headers_mut());
                response
            }
            None => render::problem(state, parts, error).await,
        }
    }
}
