//! Server-sent events: the id of each changed consultation, for staff of its site.

use crate::error::AppError;
use crate::model::ids::SiteId;
use crate::model::role::Permission;
use crate::web::refusals::RequestTarget;
use crate::web::routes::{Endpoint, Route};
use crate::web::session::{self, SessionLookup};
use crate::web::state::AppState;
use crate::web::visitor::Visitor;
use axum::Extension;
use axum::extract::State;
use axum::http::header::{CONNECTION, HeaderValue};
use axum::http::{HeaderMap, HeaderName, Uri};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures::StreamExt;
use std::convert::Infallible;
use std::time::Duration;
use tokio_stream::wrappers::BroadcastStream;
use tokio_stream::wrappers::errors::BroadcastStreamRecvError;

/// The interval of keep-alive comments in a silent stream.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// Streams changes. A client that fell behind receives `*` and has to reload everything.
///
/// The session is checked before each event, so that the stream ends when the user signs out, loses
/// the role or switches the site. The check does not extend the session. Session, account and
/// network address have a share of the streams each; beyond it the answer is 503.
pub async fn changes(
    State(state): State<AppState>,
    Extension(visitor): Extension<Visitor>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    if let Err(error) = visitor.allow(Endpoint::Live.row().access) {
        let target = RequestTarget::page(Some(Route::Endpoint(Endpoint::Live)), &uri);
        return state.log_refusal(&visitor, target, error).await.status_only();
    }
    let Some(actor) = visitor.staff else { return AppError::NotSignedIn.status_only() };
    let place = match state.places.stream(&visitor.client, &actor.session) {
        Ok(place) => place,
        Err(why) => {
            let mut response = AppError::from(why).text(visitor.language);
            // The connection would stay open for the next request otherwise.
            response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
            return response;
        }
    };
    let site = actor.signed_in.site.id;
    let of_site = site.clone();
    let ids = BroadcastStream::new(state.desk.live.subscribe()).filter_map(move |received| {
        std::future::ready(match received {
            Ok(change) => (change.site == of_site).then_some(change.id.0),
            Err(BroadcastStreamRecvError::Lagged(_)) => Some("*".to_owned()),
        })
    });
    let shutdown = state.shutdown.clone();
    let events = ids
        .then(move |id| {
            let (state, headers, site) = (state.clone(), headers.clone(), site.clone());
            async move { may_follow(&state, &headers, &site).await.then_some(id) }
        })
        .take_while(|id| std::future::ready(id.is_some()))
        .filter_map(std::future::ready)
        .map(|id| Ok::<_, Infallible>(Event::default().event("change").data(id)))
        .take_until(shutdown.cancelled_owned())
        // The place is free again when the stream is dropped.
        .inspect(move |_| _ = &place);
    let stream = Sse::new(events).keep_alive(KeepAlive::new().interval(HEARTBEAT));
    // Disables buffering in nginx, which would delay events.
    ([(HeaderName::from_static("x-accel-buffering"), "no")], stream).into_response()
}

/// Whether the session is still valid, at this site, with a role that may see consultations.
async fn may_follow(state: &AppState, headers: &HeaderMap, site: &SiteId) -> bool {
    let (store, ambient) = (&*state.desk.store, &state.desk.ambient);
    match session::find(store, ambient, headers, state.secure).await {
        Ok(SessionLookup::SignedIn(user)) => {
            user.site.id == *site && user.roles.allow(Permission::Consult)
        }
        Ok(SessionLookup::None | SessionLookup::Unknown) | Err(_) => false,
    }
}
