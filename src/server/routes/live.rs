//! Changes as server-sent events: the id of each consultation that changed, to signed-in staff.

use crate::error::AppError;
use crate::server::auth::session;
use crate::server::state::AppState;
use crate::server::visitor::Visitor;
use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures::StreamExt;
use std::convert::Infallible;
use std::time::Duration;
use tokio_stream::wrappers::BroadcastStream;
use tokio_stream::wrappers::errors::BroadcastStreamRecvError;

/// How often a silent stream says that it is there.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// Follows changes. A listener that fell behind hears `*`: look at everything again. The session is looked at before each
/// change, so that a signed-out browser hears nothing more.
pub async fn changes(State(state): State<AppState>, Extension(visitor): Extension<Visitor>, headers: HeaderMap) -> Response {
    if visitor.staff.is_none() {
        let status = StatusCode::from_u16(AppError::NotSignedIn.status()).unwrap_or(StatusCode::UNAUTHORIZED);
        return status.into_response();
    }
    let ids = BroadcastStream::new(state.desk.live.subscribe()).map(|heard| match heard {
        Ok(id) => id.0,
        Err(BroadcastStreamRecvError::Lagged(_)) => "*".to_owned(),
    });
    let shutdown = state.shutdown.clone();
    let events = ids
        .then(move |id| {
            let (state, headers) = (state.clone(), headers.clone());
            async move {
                let staff = session::find(&*state.desk.store, &state.desk.ambient, &headers, state.secure).await;
                matches!(staff, Ok(Some(_))).then_some(id)
            }
        })
        .take_while(|id| std::future::ready(id.is_some()))
        .filter_map(|id| std::future::ready(id.map(|id| Ok::<_, Infallible>(Event::default().event("change").data(id)))))
        .take_until(shutdown.cancelled_owned());
    let stream = Sse::new(events).keep_alive(KeepAlive::new().interval(HEARTBEAT));
    // Proxies that buffer would hold changes back.
    ([(HeaderName::from_static("x-accel-buffering"), "no")], stream).into_response()
}
