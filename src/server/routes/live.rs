//! Changes as server-sent events: the id of each consultation that changed, to staff of its site.

use crate::error::AppError;
use crate::model::role::Power;
use crate::web::refusals::Asked;
use crate::web::routes::{Endpoint, Route};
use crate::web::session::{self, SessionLookup};
use crate::web::state::AppState;
use crate::web::visitor::Visitor;
use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, Uri};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures::StreamExt;
use std::convert::Infallible;
use std::time::Duration;
use tokio_stream::wrappers::BroadcastStream;
use tokio_stream::wrappers::errors::BroadcastStreamRecvError;

/// How often a silent stream says that it is there.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// Follows changes. A listener that fell behind hears `*`: look at everything again. The session is
/// looked at before each change, so that a browser that signed out, lost its role or went to
/// another site hears nothing more. That is no use of the session: nobody has to be there to hear.
pub async fn changes(
    State(state): State<AppState>,
    Extension(visitor): Extension<Visitor>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    if let Err(error) = visitor.allow(Endpoint::Live.row().access) {
        return state
            .refused(&visitor, Asked::page(Some(Route::Endpoint(Endpoint::Live)), &uri), error)
            .await
            .status_only();
    }
    let Some(who) = visitor.staff else { return AppError::NotSignedIn.status_only() };
    let site = who.signed_in.site.id;
    let of_site = site.clone();
    let ids = BroadcastStream::new(state.desk.live.subscribe()).filter_map(move |heard| {
        std::future::ready(match heard {
            Ok(change) => (change.site == of_site).then_some(change.id.0),
            Err(BroadcastStreamRecvError::Lagged(_)) => Some("*".to_owned()),
        })
    });
    let shutdown = state.shutdown.clone();
    let events = ids
        .then(move |id| {
            let (state, headers, site) = (state.clone(), headers.clone(), site.clone());
            async move {
                let now = session::find(&*state.desk.store, &state.desk.ambient, &headers, state.secure).await;
                matches!(now, Ok(SessionLookup::SignedIn(who)) if who.site.id == site && who.roles.allow(Power::Consult)).then_some(id)
            }
        })
        .take_while(|id| std::future::ready(id.is_some()))
        .filter_map(|id| std::future::ready(id.map(|id| Ok::<_, Infallible>(Event::default().event("change").data(id)))))
        .take_until(shutdown.cancelled_owned());
    let stream = Sse::new(events).keep_alive(KeepAlive::new().interval(HEARTBEAT));
    // Proxies that buffer would hold changes back.
    ([(HeaderName::from_static("x-accel-buffering"), "no")], stream).into_response()
}
