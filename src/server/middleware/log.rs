//! One line a request, with nothing in it that names a patient: the row of the route table instead
//! of the path, and no query.

use crate::web::routes::Route;
use crate::web::state::AppState;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;

/// Logs and counts a request.
pub async fn request(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let started = state.desk.now();
    let method = request.method().clone();
    let route = request.extensions().get::<Route>().map_or("other", |route| route.log_name());
    let response = next.run(request).await;
    let status = response.status().as_u16();
    let millis = state.desk.now() - started;
    metrics::counter!("desk_requests_total", "route" => route, "status" => status.to_string())
        .increment(1);
    tracing::info!(%method, route, status, millis, "request");
    response
}
