//! Finds the visitor and checks access. A path that matches no route needs a signed-in staff
//! member.

use crate::desk::Actor;
use crate::error::AppError;
use crate::model::address::is_function;
use crate::model::client::Client;
use crate::model::role::Access;
use crate::server::render;
use crate::store::SignedIn;
use crate::web::paths::{SWITCHED, home, is_normalized};
use crate::web::refusals::RequestTarget;
use crate::web::routes::{Endpoint, PageRoute, Route};
use crate::web::session::{self, SessionLookup};
use crate::web::state::AppState;
use crate::web::visitor::{Visitor, is_plain, language};
use axum::Extension;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};

/// Adds the matched [`Route`] to the request's extensions, for the inner layers.
pub async fn route(mut request: Request, next: Next) -> Response {
    let matched = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
    if let Some(route) = matched.and_then(Route::matched) {
        request.extensions_mut().insert(route);
    }
    next.run(request).await
}

/// Looks up the session and adds the [`Visitor`] to the request's extensions.
pub async fn visitor(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let client = state.clients.find(request.headers(), request.extensions());
    let route = request.extensions().get::<Route>().copied();
    let staff = match staff(&state, &client, request.headers(), route).await {
        Ok(staff) => staff,
        Err(error) => {
            let (parts, _) = request.into_parts();
            return render::problem(&state, parts, error).await;
        }
    };
    let visitor = Visitor {
        staff: staff.map(|signed_in| Actor { signed_in, client: client.clone() }),
        client,
        language: language(request.headers(), request.uri().query()),
        plain: is_plain(request.headers()),
    };
    request.extensions_mut().insert(visitor);
    next.run(request).await
}

/// The staff member of the request's session. The request extends the session.
async fn staff(
    state: &AppState,
    client: &Client,
    headers: &HeaderMap,
    route: Option<Route>,
) -> Result<Option<SignedIn>, AppError> {
    let (store, ambient) = (&*state.desk.store, &state.desk.ambient);
    match session::find(store, ambient, headers, state.secure)
        .await
        .map_err(|error| state.explain_store(error))?
    {
        SessionLookup::None => Ok(None),
        SessionLookup::Unknown => {
            state.log_unknown_credential(client, "session").await.map(|()| None)
        }
        SessionLookup::SignedIn(signed_in) => {
            session::touch(store, ambient, &signed_in.session, headers, route)
                .await
                .map_err(|error| state.explain_store(error))?;
            Ok(Some(*signed_in))
        }
    }
}

/// Checks access to everything but server functions, which check it themselves, and logs requests
/// for records that do not exist.
pub async fn access(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    if !is_normalized(path) {
        let (parts, _) = request.into_parts();
        return render::problem(&state, parts, AppError::NotFound).await;
    }
    let route = request.extensions().get::<Route>().copied();
    if is_function(path) || route == Some(Route::Endpoint(Endpoint::Home)) {
        return next.run(request).await;
    }
    let uri = request.uri().clone();
    let visitor = request.extensions().get::<Visitor>().cloned();
    let access = route.map_or_else(|| Route::access_without_row(path), Route::access);
    let refused = match &visitor {
        Some(visitor) => visitor.allow(access).err(),
        None => Some(AppError::NotSignedIn),
    };
    if let Some(error) = refused {
        return refuse(&state, request, visitor, error).await;
    }
    let response = next.run(request).await;
    let (StatusCode::NOT_FOUND, Some(visitor)) = (response.status(), visitor) else {
        return response;
    };
    let target = RequestTarget::page(route, &uri);
    match state.log_refusal(&visitor, target, AppError::NotFound).await {
        AppError::NotFound => response,
        error => error.status_only(),
    }
}

/// Redirects an unauthenticated visitor to the sign-in page, which leads back afterwards to a page
/// of staff. No other address is taken along: it may be a secret. Shows an error page otherwise.
async fn refuse(
    state: &AppState,
    request: Request,
    visitor: Option<Visitor>,
    error: AppError,
) -> Response {
    if error == AppError::NotSignedIn && matches!(*request.method(), Method::GET | Method::HEAD) {
        let staffs = |page: PageRoute| page.row().access != Access::Public;
        let leads_back = Route::page_beside(request.uri().path()).is_some_and(staffs);
        let wanted = request.uri().path_and_query().filter(|_| leads_back);
        let query =
            wanted.and_then(|wanted| serde_urlencoded::to_string([("next", wanted.as_str())]).ok());
        let query = query.map(|query| format!("?{query}")).unwrap_or_default();
        return Redirect::to(&format!("{}{query}", PageRoute::SignIn.path())).into_response();
    }
    let (parts, _) = request.into_parts();
    let route = parts.extensions.get::<Route>().copied();
    let error = match visitor {
        Some(visitor) => {
            state.log_refusal(&visitor, RequestTarget::page(route, &parts.uri), error).await
        }
        None => error,
    };
    render::problem(state, parts, error).await
}

/// Redirects `/` to the visitor's first page.
pub async fn redirect_home(Extension(visitor): Extension<Visitor>, uri: Uri) -> Redirect {
    let board = PageRoute::Board.path();
    let path = visitor.staff.as_ref().map_or(board, |actor| home(&actor.roles));
    // After a switch to another site, the page says which one it is.
    match uri.query() {
        Some(SWITCHED) => Redirect::to(&format!("{path}?{SWITCHED}")),
        _ => Redirect::to(path),
    }
}
