//! Finds the visitor, and checks access. Closed by default: a path that is in no row of the route
//! table is for staff.

use crate::desk::Actor;
use crate::error::AppError;
use crate::model::address::is_function;
use crate::model::client::Client;
use crate::model::role::Access;
use crate::server::render;
use crate::store::SignedIn;
use crate::web::client::client;
use crate::web::paths::{home, is_plain_path};
use crate::web::refusals::Asked;
use crate::web::routes::{Endpoint, PageRoute, Route};
use crate::web::session::{self, SessionLookup};
use crate::web::state::AppState;
use crate::web::visitor::{Visitor, is_plain, language};
use axum::Extension;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};

/// Notes the row of the route that the router matched, for every layer below.
pub async fn route(mut request: Request, next: Next) -> Response {
    let matched = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
    if let Some(route) = matched.and_then(Route::matched) {
        request.extensions_mut().insert(route);
    }
    next.run(request).await
}

/// Looks the session up, once a request.
pub async fn visitor(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let client = client(request.headers(), request.extensions(), &state.config.trusted_proxies);
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

/// The staff member of the request's session, if there is one. The request counts as use of it.
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
        SessionLookup::Unknown => state.unknown(client, "session").await.map(|()| None),
        SessionLookup::SignedIn(who) => {
            let used = session::touch(store, ambient, &who.session, headers, route).await;
            used.map_err(|error| state.explain_store(error))?;
            Ok(Some(*who))
        }
    }
}

/// Checks access to everything but server functions, which check it themselves, and writes a
/// record that is not there into the audit log.
pub async fn access(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    if !is_plain_path(path) {
        let (parts, _) = request.into_parts();
        return render::problem(&state, parts, AppError::NotFound).await;
    }
    let route = request.extensions().get::<Route>().copied();
    if is_function(path) || route == Some(Route::Endpoint(Endpoint::Home)) {
        return next.run(request).await;
    }
    let address = request.uri().clone();
    let visitor = request.extensions().get::<Visitor>().cloned();
    let access = route.map_or(Access::Staff, Route::access);
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
    match state.refused(&visitor, Asked::page(route, &address), AppError::NotFound).await {
        AppError::NotFound => response,
        error => error.status_only(),
    }
}

/// Sends a visitor who is not signed in to the sign-in page, and back to the same page after; tells
/// a staff member whose role does not allow it.
async fn refuse(
    state: &AppState,
    request: Request,
    visitor: Option<Visitor>,
    error: AppError,
) -> Response {
    if error == AppError::NotSignedIn && matches!(*request.method(), Method::GET | Method::HEAD) {
        let wanted = request.uri().path_and_query().map_or("/", |wanted| wanted.as_str());
        let query = serde_urlencoded::to_string([("next", wanted)]).unwrap_or_default();
        return Redirect::to(&format!("{}?{query}", PageRoute::SignIn.path())).into_response();
    }
    let (parts, _) = request.into_parts();
    let route = parts.extensions.get::<Route>().copied();
    let error = match visitor {
        Some(visitor) => state.refused(&visitor, Asked::page(route, &parts.uri), error).await,
        None => error,
    };
    render::problem(state, parts, error).await
}

/// The address without a path leads to the visitor's first page.
pub async fn begin(Extension(visitor): Extension<Visitor>) -> Redirect {
    let board = PageRoute::Board.path();
    Redirect::to(visitor.staff.as_ref().map_or(board, |who| home(&who.roles)))
}
