//! What Empego's page says.

use super::{Visit, end};
use crate::api::visits::ReportMessage;
use crate::islands::browser::{PATIENCE, post};
use crate::model::message::Message;
use leptos::server_fn::ServerFn;
use leptos::task::spawn_local;
use std::rc::Rc;
use web_sys::MessageEvent;

/// How many different messages that complete nothing are passed on.
const HEARD_MOST: usize = 10;

/// Hears a message. One that does not count is counted.
pub(super) fn hear(visit: &Rc<Visit>, event: &MessageEvent) {
    match accept(visit, event) {
        Some((message, json)) if message.is_completion() => {
            visit.mail.waiting.keep(&visit.token, &json);
            end::finish(visit);
        }
        Some((message, json)) => pass_on(visit, &message, json),
        None => visit.ignored.set(visit.ignored.get().saturating_add(1)),
    }
}

/// A message that counts, and the JSON of the members that were read.
fn accept(visit: &Visit, event: &MessageEvent) -> Option<(Message, String)> {
    let (message, _, read) = visit.mounts.hear(event)?;
    Some((message, js_sys::JSON::stringify(&read).ok()?.as_string()?))
}

/// A message that completes nothing: the staff see it in the timeline.
fn pass_on(visit: &Rc<Visit>, message: &Message, json: String) {
    let mut heard = visit.heard.borrow_mut();
    let status = message.status.as_ref().map(|status| status.as_str()).unwrap_or_default();
    let line = format!("{} {status}", message.operation);
    if heard.len() >= HEARD_MOST || heard.contains(&line) {
        return;
    }
    heard.push(line);
    let token = visit.token.clone();
    spawn_local(async move {
        post(ReportMessage::PATH, &[("token", &token), ("message", &json)], PATIENCE).await;
    });
}
