//! Control of the event queue: inject events, change a status, disconnect a subscriber.

use super::super::profile::{self, Create, Kind, Plan, iso};
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

/// Limit on the body of [`inject`], in bytes: room for an event of 10 MB and others.
pub(super) const MAX_EVENTS_BODY: usize = 32 * 1024 * 1024;
/// Limit on the copies of one event in a request.
const MAX_COPIES: u64 = 100_000;

/// `POST /control/events`: `{ "queue"?, "events": [{ "eventId"?, "eventType", "eventPayload"?,
/// "eventTs"? }] }`, or `{ "queue"?, "event": { … }, "count": n }` for copies with their own ids.
/// Missing members are generated; type and payload are not validated. All or nothing.
pub(super) async fn inject(
    State(sandbox): State<Sandbox>,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<Value>, Refusal> {
    let body = read_json_of(body, MAX_EVENTS_BODY)?;
    let mut body = object(body, "the body")?;
    let queue = queue_name(&mut body)?;
    let events = read_events(&mut body, &sandbox.inner.ambient)?;
    let ids: Vec<String> = events.iter().map(|event| event.id.clone()).collect();
    sandbox.state().inject(&queue, events);
    sandbox.inner.changed.notify_waiters();
    sandbox.save().await;
    Ok(Json(json!({ "eventIds": ids })))
}

/// `POST /control/status`: `{ "key", "status" }` sets the status of a consultation or follow-up,
/// and returns the record.
pub(super) async fn status(
    State(sandbox): State<Sandbox>,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<Value>, Refusal> {
    let mut body = object(read_json(body)?, "the body")?;
    let key = required_text(&mut body, "", "key")?;
    let status = required_text(&mut body, "", "status")?;
    reject_unknown(&body, "")?;
    let ambient = &sandbox.inner.ambient;
    let now = ambient.now();
    let updated =
        sandbox.state().set_status(&key, &status, now, || ambient.id()).map(state::describe);
    let updated = updated.ok_or_else(|| {
        Refusal::new(StatusCode::NOT_FOUND, "no consultation or follow-up with that key")
    })?;
    sandbox.inner.changed.notify_waiters();
    sandbox.save().await;
    Ok(Json(updated))
}

/// `POST /control/create`: `{ "kind", "tenant"?, "identifiers"?: [{ "subSystem", "key" }],
/// "firstName"?, "lastName"?, "scheduledAt"?, "reason"? }` creates a `consultation` or `followup`
/// as Empego's own application does, and returns the record.
pub(super) async fn create(
    State(sandbox): State<Sandbox>,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<Value>, Refusal> {
    let mut body = object(read_json(body)?, "the body")?;
    let kind = match required_text(&mut body, "", "kind")?.as_str() {
        "consultation" => Kind::Consultation,
        "followup" => Kind::FollowUp,
        _ => return Err(Refusal::bad("kind must be consultation or followup")),
    };
    let tenant = match text(&mut body, "", "tenant")? {
        Some(named) => {
            profile::tenant(&named).ok_or_else(|| Refusal::bad("there is no such tenant"))?
        }
        None => profile::TENANT_KEY,
    };
    let identifiers = match body.remove("identifiers") {
        None => Vec::new(),
        Some(list) => serde_json::from_value(list)
            .map_err(|_| Refusal::bad("identifiers must be a list of { subSystem, key }"))?,
    };
    let create = Create {
        identifiers,
        first_name: text(&mut body, "", "firstName")?,
        last_name: text(&mut body, "", "lastName")?,
        metadata: None,
        plan: Plan {
            scheduled_at: text(&mut body, "", "scheduledAt")?,
            recurring: false,
            reason: text(&mut body, "", "reason")?,
        },
    };
    reject_unknown(&body, "")?;
    let ambient = &sandbox.inner.ambient;
    let now = ambient.now();
    let created =
        state::describe(sandbox.state().create(kind, tenant, create, now, || ambient.id()));
    sandbox.inner.changed.notify_waiters();
    sandbox.save().await;
    Ok(Json(created))
}

/// `POST /control/disconnect`: `{ "queue"? }` or no body disconnects the subscriber, and returns
/// whether there was one.
pub(super) async fn disconnect(
    State(sandbox): State<Sandbox>,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<Value>, Refusal> {
    let nothing = matches!(&body, Ok(body) if body.is_empty());
    let mut body = object(if nothing { json!({}) } else { read_json(body)? }, "the body")?;
    let queue = queue_name(&mut body)?;
    reject_unknown(&body, "")?;
    let disconnected = sandbox.state().queues.disconnect(&queue);
    Ok(Json(json!({ "disconnected": disconnected })))
}

fn object(value: Value, name: &str) -> Result<Map<String, Value>, Refusal> {
    if let Value::Object(object) = value {
        Ok(object)
    } else {
        Err(Refusal::bad(format!("{name} must be a JSON object")))
    }
}

fn queue_name(body: &mut Map<String, Value>) -> Result<String, Refusal> {
    Ok(text(body, "", "queue")?.unwrap_or_else(|| DESK_QUEUE.to_owned()))
}

fn read_events(body: &mut Map<String, Value>, ambient: &Ambient) -> Result<Vec<Event>, Refusal> {
    let events = match (body.remove("events"), body.remove("event"), body.remove("count")) {
        (Some(Value::Array(events)), None, None) => events
            .into_iter()
            .enumerate()
            .map(|(index, event)| read_event(event, &format!("events[{index}]"), ambient))
            .collect::<Result<Vec<_>, _>>()?,
        (None, Some(event), Some(count)) => copies(event, &count, ambient)?,
        _ => {
            return Err(Refusal::bad(
                "the body must have events, an array, or else event and count",
            ));
        }
    };
    reject_unknown(body, "")?;
    Ok(events)
}

fn copies(event: Value, count: &Value, ambient: &Ambient) -> Result<Vec<Event>, Refusal> {
    let count = count.as_u64().filter(|count| *count <= MAX_COPIES).ok_or_else(|| {
        Refusal::bad(format!("count must be a whole number from 0 to {MAX_COPIES}"))
    })?;
    if event.get("eventId").is_some() {
        return Err(Refusal::bad("event.eventId: copies have ids of their own"));
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

fn read_event(event: Value, name: &str, ambient: &Ambient) -> Result<Event, Refusal> {
    let mut event = object(event, name)?;
    let prefix = format!("{name}.");
    let event_type = required_text(&mut event, &prefix, "eventType")?;
    let read = Event {
        id: text(&mut event, &prefix, "eventId")?.unwrap_or_else(|| ambient.id()),
        event_type,
        ts: text(&mut event, &prefix, "eventTs")?.unwrap_or_else(|| iso(ambient.now())),
        payload: Arc::new(event.remove("eventPayload").unwrap_or_else(|| json!({}))),
    };
    reject_unknown(&event, &prefix)?;
    Ok(read)
}

/// Removes a member that is a string and not empty, or missing. `prefix` is its path, for errors.
fn text(
    object: &mut Map<String, Value>,
    prefix: &str,
    member: &str,
) -> Result<Option<String>, Refusal> {
    match object.remove(member) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) if !text.is_empty() => Ok(Some(text)),
        Some(_) => Err(not_text(prefix, member)),
    }
}

fn required_text(
    object: &mut Map<String, Value>,
    prefix: &str,
    member: &str,
) -> Result<String, Refusal> {
    text(object, prefix, member)?.ok_or_else(|| not_text(prefix, member))
}

fn not_text(prefix: &str, member: &str) -> Refusal {
    Refusal::bad(format!("{prefix}{member} must be a string that is not empty"))
}

/// An unknown member is an error: likely a typing mistake.
fn reject_unknown(object: &Map<String, Value>, prefix: &str) -> Result<(), Refusal> {
    object
        .keys()
        .next()
        .map_or(Ok(()), |name| Err(Refusal::bad(format!("{prefix}{name}: there is no such field"))))
}
