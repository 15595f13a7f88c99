//! The browser's files. Names under `/pkg` hold a hash of the content, so they never change; each
//! has a brotli copy.

use crate::server::site::Site;
use axum::Router;
use axum::http::header::CACHE_CONTROL;
use axum::http::{HeaderValue, Response};
use tower::ServiceBuilder;
use tower_http::services::{ServeDir, ServeFile};
use tower_http::set_header::SetResponseHeaderLayer;

/// A year, for names that hold a hash.
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// An hour, for names that do not.
const AN_HOUR: HeaderValue = HeaderValue::from_static("public, max-age=3600");

/// The routes of all files.
pub fn routes<S: Clone + Send + Sync + 'static>(site: &Site) -> Router<S> {
    let hashed = site.css != "/pkg/empego-desk.css";
    let cached = move |response: &Response<_>| -> Option<HeaderValue> {
        (hashed && response.status().is_success()).then_some(FOR_EVER)
    };
    let packed = ServiceBuilder::new()
        .layer(SetResponseHeaderLayer::overriding(CACHE_CONTROL, cached))
        .service(
            ServeDir::new(site.root.join("pkg"))
                .precompressed_br()
                .append_index_html_on_directories(false),
        );
    let mut routes = Router::new().nest_service("/pkg", packed);
    for name in ["favicon.svg", "robots.txt"] {
        let file = ServiceBuilder::new()
            .layer(SetResponseHeaderLayer::if_not_present(CACHE_CONTROL, AN_HOUR))
            .service(ServeFile::new(site.root.join(name)));
        routes = routes.route_service(&format!("/{name}"), file);
    }
    routes
}
