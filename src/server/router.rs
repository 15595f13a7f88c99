//! The router: every row of the route table with its handler, and the order of the layers.

use super::middleware::explain::explain;
use super::middleware::{self, session};
use super::render;
use super::routes::{self, api, brand, exports, live, oidc};
use crate::error::AppError;
use crate::web::errors::internal_logged;
use crate::web::routes::{Endpoint, Function, Layers, PageRoute};
use crate::web::state::AppState;
use anyhow::ensure;
use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{MethodRouter, any, get, post};
use std::collections::BTreeSet;
use std::time::Duration;
use strum::IntoEnumIterator;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::csrf::CsrfLayer;
use tower_http::timeout::{RequestBodyTimeoutLayer, TimeoutLayer};

/// How long a request's body may pause.
const SLOWEST_BODY: Duration = Duration::from_secs(10);

/// All routes in their layers.
///
/// # Errors
/// When a server function is in no row of the table or a row has no server function, or when the
/// public address is not one that forms can come from.
pub fn router(state: AppState) -> anyhow::Result<Router> {
    check_functions(&Function::iter().map(Function::path).collect())?;
    // Decides on `Sec-Fetch-Site` first: the patient's page sends no referrer, so its form has
    // `Origin: null`.
    let csrf = CsrfLayer::new()
        .add_trusted_origin(&state.desk.policy.public_url)?
        .with_rejection_response(|_| AppError::CrossSite.status_only());
    let mut pages = Router::new();
    for page in PageRoute::iter() {
        pages = pages.route(page.row().pattern, get(render::get));
    }
    for function in Function::iter() {
        pages = pages.route(function.path(), any(api::call));
    }
    let (mut stream, mut bare) = (Router::new(), Router::new());
    for endpoint in Endpoint::iter() {
        let (row, handler) = (endpoint.row(), handler(endpoint, &state));
        match row.layers {
            Layers::Page => pages = pages.route(row.pattern, handler),
            Layers::Stream => stream = stream.route(row.pattern, handler),
            Layers::Bare => bare = bare.route(row.pattern, handler),
        }
    }
    let pages = pages
        .fallback(render::unknown)
        .layer(from_fn_with_state(state.clone(), session::access))
        .layer(from_fn_with_state(state.clone(), middleware::take_place))
        .layer(CompressionLayer::new())
        .layer(TimeoutLayer::with_status_code(
            axum::http::StatusCode::GATEWAY_TIMEOUT,
            state.config.limits.request_timeout,
        ))
        .layer(RequestBodyTimeoutLayer::new(SLOWEST_BODY));
    let stream = stream.layer(from_fn_with_state(state.clone(), middleware::hint_retry));
    let panicked = |_| internal_logged("panic").status_only();
    // The last is the outermost.
    Ok(pages
        .merge(stream)
        .layer(from_fn_with_state(state.clone(), session::visitor))
        .layer(csrf)
        .layer(from_fn_with_state(state.clone(), middleware::log_cross_site))
        .merge(bare)
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(state.clone(), explain))
        .layer(from_fn_with_state(state.clone(), middleware::set_security_headers))
        .layer(from_fn_with_state(state.clone(), middleware::log_request))
        .layer(from_fn(session::route))
        .with_state(state))
}

/// Which function answers which row.
fn handler(endpoint: Endpoint, state: &AppState) -> MethodRouter<AppState> {
    match endpoint {
        Endpoint::Home => get(session::redirect_home),
        Endpoint::Logo => post(brand::upload).layer(brand::upload_limit()),
        Endpoint::ProviderStart => post(oidc::start),
        Endpoint::ProviderCallback => get(oidc::callback),
        Endpoint::IncidentRegister => get(exports::incident_register),
        Endpoint::AccessReportFile => get(exports::access_report),
        Endpoint::ExportFile => get(exports::details),
        Endpoint::UnknownFunction => any(api::call),
        Endpoint::Live => get(live::changes),
        Endpoint::Alive => get(routes::alive),
        Endpoint::Ready => get(routes::ready),
        Endpoint::SiteStyle => get(brand::style),
        Endpoint::SiteLogo => get(brand::logo),
        Endpoint::BrowserFile => routes::packed_files(&state.assets),
        Endpoint::Favicon | Endpoint::Robots => routes::plain_files(&state.assets),
    }
}

/// Compares the server functions that are compiled in with those of the table.
fn check_functions(rows: &BTreeSet<&str>) -> anyhow::Result<()> {
    let functions: BTreeSet<&str> =
        leptos::server_fn::axum::server_fn_paths().map(|(path, _)| path).collect();
    let unlisted: Vec<_> = functions.difference(rows).collect();
    ensure!(unlisted.is_empty(), "server functions without a row in the table: {unlisted:?}");
    let missing: Vec<_> = rows.difference(&functions).collect();
    ensure!(missing.is_empty(), "rows of the table without a server function: {missing:?}");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_without_a_row_stops_the_start() {
        let mut rows: BTreeSet<&str> = Function::iter().map(Function::path).collect();
        assert!(check_functions(&rows).is_ok());
        rows.remove(Function::RevokeLink.path());
        let error = check_functions(&rows).expect_err("a function has no row").to_string();
        assert!(error.contains(Function::RevokeLink.path()), "{error}");
        rows.insert(Function::RevokeLink.path());
        rows.insert("no function");
        assert!(check_functions(&rows).is_err());
    }
}
