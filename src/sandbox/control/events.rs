//! What tests and people who try things do to the event queue: put events in, move a status, cut a
//! subscriber off.

use super::super::profile::iso;
use super::super::queue::{DESK_QUEUE, Event};
use super::super::rest::{Refusal, read_json, read_json_of};
use super::super::{Sandbox, state};
use crate::ambient::Ambient;
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::StatusCode;
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// The longest body that [`inject`] reads, in bytes: an event of 10 MB, and others beside it.
pub(super) const MAX_EVENTS_BODY: usize = 32 * 1024 * 1024;
/// The most copies of one event that are taken at once.
const MAX_COPIES: u64 = 100_000;

/// `POST /control/events`: `{ "queue"?, "events": [{ "eventId"?, "eventType", "eventPayload"?,
/// "eventTs"? }] }`, or `{ "queue"?, "event": { … }, "count": n }` for copies with ids of their
/// own. What is left out is made up; the type and payload are taken as they are, however strange.
/// All of it or nothing.
pub(super) async fn inject(
    State(sandbox): State<Sandbox>,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<Value>, Refusal> {
    let body = read_json_of(body, MAX_EVENTS_BODY)?;
    let mut body = object(body, "the body")?;
    let queue = queue_name(&mut body)?;
    let events = read_events(&mut body, &sandbox.inner.ambient).map_err(Refusal::bad)?;
    let ids: Vec<String> = events.iter().map(|event| event.id.clone()).collect();
    sandbox.state().inject(&queue, events);
    sandbox.inner.changed.notify_waiters();
    sandbox.keep().await;
    Ok(Json(json!({ "eventIds": ids })))
}

/// `POST /control/status`: `{ "key", "status" }` moves a consultation or follow-up to any status;
/// how it stands then.
pub(super) async fn status(
    State(sandbox): State<Sandbox>,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<Value>, Refusal> {
    let mut body = object(read_json(body)?, "the body")?;
    let key =
        text(&mut body, "key", "key").and_then(|key| required(key, "key")).map_err(Refusal::bad)?;
    let status = text(&mut body, "status", "status")
        .and_then(|status| required(status, "status"))
        .map_err(Refusal::bad)?;
    nothing_else(&body, "").map_err(Refusal::bad)?;
    let ambient = &sandbox.inner.ambient;
    let now = ambient.now();
    let moved =
        sandbox.state().set_status(&key, &status, now, || ambient.id()).map(state::describe);
    let moved = moved.ok_or_else(|| {
        Refusal::new(StatusCode::NOT_FOUND, "no consultation or follow-up with that key")
    })?;
    sandbox.inner.changed.notify_waiters();
    sandbox.keep().await;
    Ok(Json(moved))
}

/// `POST /control/disconnect`: `{ "queue"? }`, or nothing, cuts off whoever holds the queue;
/// whether anybody did.
pub(super) async fn disconnect(
    State(sandbox): State<Sandbox>,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<Value>, Refusal> {
    let nothing = matches!(&body, Ok(body) if body.is_empty());
    let mut body = object(if nothing { json!({}) } else { read_json(body)? }, "the body")?;
    let queue = queue_name(&mut body)?;
    nothing_else(&body, "").map_err(Refusal::bad)?;
    let disconnected = sandbox.state().queues.cut(&queue);
    Ok(Json(json!({ "disconnected": disconnected })))
}

fn object(value: Value, name: &str) -> Result<Map<String, Value>, Refusal> {
    into_object(value, name).map_err(Refusal::bad)
}

fn into_object(value: Value, name: &str) -> Result<Map<String, Value>, String> {
    if let Value::Object(object) = value {
        Ok(object)
    } else {
        Err(format!("{name} must be a JSON object"))
    }
}

fn queue_name(body: &mut Map<String, Value>) -> Result<String, Refusal> {
    text(body, "queue", "queue")
        .map(|name| name.unwrap_or_else(|| DESK_QUEUE.to_owned()))
        .map_err(Refusal::bad)
}

fn read_events(body: &mut Map<String, Value>, ambient: &Ambient) -> Result<Vec<Event>, String> {
    let events = match (body.remove("events"), body.remove("event"), body.remove("count")) {
        (Some(Value::Array(events)), None, None) => {
            let read = |(place, event)| read_event(event, &format!("events[{place}]"), ambient);
            events.into_iter().enumerate().map(read).collect::<Result<Vec<_>, _>>()?
        }
        (None, Some(event), Some(count)) => copies(event, &count, ambient)?,
        _ => return Err("the body must have events, an array, or else event and count".to_owned()),
    };
    nothing_else(body, "")?;
    Ok(events)
}

fn copies(event: Value, count: &Value, ambient: &Ambient) -> Result<Vec<Event>, String> {
    let count = count.as_u64().filter(|count| *count <= MAX_COPIES);
    let count =
        count.ok_or_else(|| format!("count must be a whole number from 0 to {MAX_COPIES}"))?;
    if event.get("eventId").is_some() {
        return Err("event.eventId: copies have ids of their own".to_owned());
    }
    let Event { event_type, ts, payload, .. } = read_event(event, "event", ambient)?;
    let copy = |_| Event {
        id: ambient.id(),
        event_type: event_type.clone(),
        ts: ts.clone(),
        payload: payload.clone(),
    };
    Ok((0..count).map(copy).collect())
}

fn read_event(event: Value, name: &str, ambient: &Ambient) -> Result<Event, String> {
    let mut event = into_object(event, name)?;
    let event_type = text(&mut event, "eventType", &format!("{name}.eventType"))?;
    let read = Event {
        id: text(&mut event, "eventId", &format!("{name}.eventId"))?
            .unwrap_or_else(|| ambient.id()),
        event_type: required(event_type, &format!("{name}.eventType"))?,
        ts: text(&mut event, "eventTs", &format!("{name}.eventTs"))?
            .unwrap_or_else(|| iso(ambient.now())),
        payload: Arc::new(event.remove("eventPayload").unwrap_or_else(|| json!({}))),
    };
    nothing_else(&event, &format!("{name}."))?;
    Ok(read)
}

fn text(
    object: &mut Map<String, Value>,
    member: &str,
    name: &str,
) -> Result<Option<String>, String> {
    match object.remove(member) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) if !text.is_empty() => Ok(Some(text)),
        Some(_) => Err(format!("{name} must be a string that is not empty")),
    }
}

fn required(text: Option<String>, name: &str) -> Result<String, String> {
    text.ok_or_else(|| format!("{name} must be a string that is not empty"))
}

/// A member that nobody reads is a typing error.
fn nothing_else(object: &Map<String, Value>, prefix: &str) -> Result<(), String> {
    object
        .keys()
        .next()
        .map_or(Ok(()), |name| Err(format!("{prefix}{name}: there is no such field")))
}
