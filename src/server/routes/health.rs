//! Is the process there, and can it work?

use crate::web::state::AppState;
use axum::extract::State;
use axum::http::StatusCode;

/// The process answers.
pub async fn alive() -> &'static str {
    "ok\n"
}

/// The store answers and has this version's schema.
pub async fn ready(State(state): State<AppState>) -> (StatusCode, &'static str) {
    match state.desk.store.ready().await {
        Ok(()) => (StatusCode::OK, "ready\n"),
        Err(error) => {
            tracing::error!(%error, "the store is not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "the store is not ready\n")
        }
    }
}
