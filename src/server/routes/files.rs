//! The browser's files. Names under `/pkg` hold a hash of the content, so they never change; each
//! has a brotli copy.

use crate::web::assets::Assets;
use axum::http::header::CACHE_CONTROL;
use axum::http::{HeaderValue, Response};
use axum::routing::{MethodRouter, get_service};
use tower::ServiceBuilder;
use tower_http::services::ServeDir;
use tower_http::set_header::SetResponseHeaderLayer;

/// A year, for names that hold a hash.
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// An hour, for names that do not.
const AN_HOUR: HeaderValue = HeaderValue::from_static("public, max-age=3600");

/// The bundles and the stylesheet.
pub fn packed<S: Clone + Send + Sync + 'static>(assets: &Assets) -> MethodRouter<S> {
    let hashed = assets.hashed;
    let cached = move |response: &Response<_>| -> Option<HeaderValue> {
        (hashed && response.status().is_success()).then_some(FOR_EVER)
    };
    let folder =
        ServeDir::new(&assets.root).precompressed_br().append_index_html_on_directories(false);
    let layer = SetResponseHeaderLayer::overriding(CACHE_CONTROL, cached);
    get_service(ServiceBuilder::new().layer(layer).service(folder))
}

/// The files that have fixed names.
pub fn plain<S: Clone + Send + Sync + 'static>(assets: &Assets) -> MethodRouter<S> {
    let layer = SetResponseHeaderLayer::if_not_present(CACHE_CONTROL, AN_HOUR);
    get_service(ServiceBuilder::new().layer(layer).service(ServeDir::new(&assets.root)))
}
