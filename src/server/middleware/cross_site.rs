//! Writes down what the cross-site check refuses.

use crate::desk::Actor;
use crate::error::AppError;
use crate::model::client::Client;
use crate::web::client::client;
use crate::web::refusals::Asked;
use crate::web::routes::Route;
use crate::web::session::{self, SessionLookup};
use crate::web::state::AppState;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Uri};
use axum::middleware::Next;
use axum::response::Response;
use tower_http::csrf::ProtectionError;

/// Goes around the check, and so around what finds out who asks: what is refused is no use of a
/// session, and nothing of it is read.
pub async fn log(State(state): State<AppState>, request: Request, next: Next) -> Response {
    if request.method().is_safe() {
        return next.run(request).await;
    }
    let client = client(request.headers(), request.extensions(), &state.config.trusted_proxies);
    let route = request.extensions().get::<Route>().copied();
    let (headers, address) = (request.headers().clone(), request.uri().clone());
    let response = next.run(request).await;
    if response.extensions().get::<ProtectionError>().is_none() {
        return response;
    }
    match write(&state, &client, &headers, route, &address).await {
        Ok(()) => response,
        Err(error) => error.status_only(),
    }
}

async fn write(
    state: &AppState,
    client: &Client,
    headers: &HeaderMap,
    route: Option<Route>,
    address: &Uri,
) -> Result<(), AppError> {
    let found = session::find(&*state.desk.store, &state.desk.ambient, headers, state.secure).await;
    let who = match found.map_err(|error| state.explain_store(error))? {
        SessionLookup::SignedIn(signed_in) => {
            Some(Actor { signed_in: *signed_in, client: client.clone() })
        }
        SessionLookup::None | SessionLookup::Unknown => None,
    };
    let asked = Asked::page(route, address);
    state.cross_site(client, who.as_ref(), asked).await
}
