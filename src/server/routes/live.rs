//! Server-sent events: the id of each changed consultation, for staff of its site. The id of an
//! event is the position of the change, so that a stream goes on where another one ended.

use crate::error::AppError;
use crate::live::Update;
use crate::model::change::Change;
use crate::model::ids::SiteId;
use crate::model::role::Permission;
use crate::store::Result;
use crate::web::refusals::RequestTarget;
use crate::web::routes::{Endpoint, Route};
use crate::web::session::{self, SessionLookup, stream_name};
use crate::web::shares::Place;
use crate::web::state::AppState;
use crate::web::visitor::Visitor;
use axum::Extension;
use axum::extract::{Query, State};
use axum::http::header::{CONNECTION, HeaderValue};
use axum::http::{HeaderMap, HeaderName, Uri};
use axum::response::sse::{Event, Sse};
use axum::response::{IntoResponse, Response};
use futures::stream;
use serde::Deserialize;
use std::collections::VecDeque;
use std::convert::Infallible;
use std::time::Duration;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Interval, MissedTickBehavior};

/// How often a stream shows that it is alive.
pub const HEARTBEAT: Duration = Duration::from_secs(20);
/// The most changes, over all sites, that a stream begins with. A page that missed more is told to
/// fetch itself anew, which it does after the first of them anyway.
const MOST_REPLAYED: u32 = 1_000;

/// What a page asks for.
#[derive(Deserialize)]
pub struct Wanted {
    /// The position that it has seen. `Last-Event-ID` is newer where a browser connects again.
    after: Option<String>,
    /// The stream's name ([`stream_name`]), which a page of another session or site does not share.
    of: Option<String>,
}

/// Streams changes: those after the page's position, then each as it is made, in order and each
/// once. `beat` comes at once and every [`AppState::heartbeat`]. `reload` asks the page to fetch
/// itself anew, where it is not known what it missed.
///
/// The session is checked before each event, so that the stream ends when the user signs out, loses
/// the role or switches the site. The check does not extend the session. Session, account and
/// network address have a share of the streams each; beyond it the answer is 503.
pub async fn changes(
    State(state): State<AppState>,
    Extension(visitor): Extension<Visitor>,
    Query(wanted): Query<Wanted>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    if let Err(error) = visitor.allow(Endpoint::Live.row().access) {
        let target = RequestTarget::page(Some(Route::Endpoint(Endpoint::Live)), &uri);
        return state.log_refusal(&visitor, target, error).await.status_only();
    }
    let Some(actor) = visitor.staff else { return AppError::NotSignedIn.status_only() };
    if wanted.of.is_some_and(|of| of != stream_name(&actor.session)) {
        return AppError::OtherSite.status_only();
    }
    let place = match state.places.stream(&visitor.client, &actor.session) {
        Ok(place) => place,
        Err(why) => {
            let mut response = AppError::from(why).text(visitor.language);
            // The connection would stay open for the next request otherwise.
            response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
            return response;
        }
    };
    let after = headers.get("last-event-id").and_then(|id| id.to_str().ok().map(str::to_owned));
    let shutdown = state.shutdown.clone();
    let site = actor.signed_in.site.id;
    let following = Following::begin(state.clone(), headers, site, after.or(wanted.after), place);
    let following = match following.await {
        Ok(following) => following,
        Err(error) => return state.explain_store(error).text(visitor.language),
    };
    let events = stream::unfold(following, |mut following| async move {
        let event = following.next().await?;
        Some((Ok::<_, Infallible>(event), following))
    });
    let stream = Sse::new(futures::StreamExt::take_until(events, shutdown.cancelled_owned()));
    // Disables buffering in nginx, which would delay events.
    ([(HeaderName::from_static("x-accel-buffering"), "no")], stream).into_response()
}

/// One open stream.
struct Following {
    state: AppState,
    headers: HeaderMap,
    site: SiteId,
    updates: Receiver<Update>,
    beats: Interval,
    /// Everything up to here was sent, or is about to be.
    position: i64,
    unsent: VecDeque<Event>,
    /// It is free again when the stream is dropped.
    _place: Place,
}

impl Following {
    /// Begins after a position, or now. It hears of updates before it reads what the store has, so
    /// that none is lost in between.
    async fn begin(
        state: AppState,
        headers: HeaderMap,
        site: SiteId,
        after: Option<String>,
        place: Place,
    ) -> Result<Self> {
        let updates = state.desk.live.subscribe();
        let mut beats = tokio::time::interval(state.heartbeat);
        beats.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut following = Self {
            beats,
            position: state.desk.live.position(),
            unsent: VecDeque::new(),
            _place: place,
            state,
            headers,
            site,
            updates,
        };
        if let Some(after) = after {
            following.replay(after.parse().ok()).await?;
        }
        Ok(following)
    }

    /// Sends what the store has after a position. `None` = one that cannot be read.
    async fn replay(&mut self, after: Option<i64>) -> Result<()> {
        let store = &self.state.desk.store;
        let missed = match after {
            Some(after) => store.changes_after(after, MOST_REPLAYED + 1).await?,
            None => None,
        };
        match missed.filter(|missed| missed.len() <= MOST_REPLAYED as usize) {
            Some(missed) => {
                self.position = after.unwrap_or_default();
                missed.into_iter().for_each(|change| self.take(change));
            }
            None => {
                let newest = store.position().await?;
                self.reload(newest);
            }
        }
        Ok(())
    }

    /// The next event. `None` at the end of the session, or of the desk.
    async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.unsent.pop_front() {
                return self.may_follow().await.then_some(event);
            }
            tokio::select! {
                update = self.updates.recv() => match update {
                    Ok(Update::Change(change)) => self.take(change),
                    Ok(Update::Unknown(position)) => self.reload(position),
                    // Whatever was lost is not newer than this, and what follows is.
                    Err(RecvError::Lagged(_)) => self.reload(self.state.desk.live.position()),
                    Err(RecvError::Closed) => return None,
                },
                _ = self.beats.tick() => self.send("beat", "-"),
            }
        }
    }

    fn take(&mut self, change: Change) {
        // It was replayed already.
        if change.position <= self.position {
            return;
        }
        self.position = change.position;
        if change.site == self.site {
            self.send("change", &change.id.0);
        }
    }

    fn reload(&mut self, position: i64) {
        self.position = position;
        self.send("reload", "-");
    }

    /// Browsers drop an event without data.
    fn send(&mut self, kind: &str, data: &str) {
        let event = Event::default().event(kind).id(self.position.to_string()).data(data);
        self.unsent.push_back(event);
    }

    /// Whether the session is still valid, at this site, with a role that may see consultations.
    async fn may_follow(&self) -> bool {
        let (store, ambient) = (&*self.state.desk.store, &self.state.desk.ambient);
        match session::find(store, ambient, &self.headers, self.state.secure).await {
            Ok(SessionLookup::SignedIn(user)) => {
                user.site.id == self.site && user.roles.allow(Permission::Consult)
            }
            Ok(SessionLookup::None | SessionLookup::Unknown) | Err(_) => false,
        }
    }
}
