//! Faults that can be injected through `/control/faults`, and how they are parsed.

mod read;

use axum::http::StatusCode;
use read::{amount, choice, fail_next, number, repeats, status, switch, text};
use serde::Serialize;
use serde_json::Value;

/// Limit on `latency_ms`: longer ones are mistakes.
const MAX_LATENCY_MS: u64 = 600_000;
/// Limit on the timeouts of the event queue, in milliseconds: a day.
const MAX_QUEUE_MS: u64 = 86_400_000;
/// Limit on copies of one message or redeliveries of one event.
const MAX_REPEATS: u64 = 100;
/// Limit on garbage frames at once.
const MAX_GARBAGE: u64 = 10_000;

/// All faults. By default there are none.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Faults {
    /// Delay of every REST answer, after the work is done: a client that times out cannot know the
    /// outcome.
    pub(super) latency_ms: u64,
    /// The next REST calls are refused before anything is done.
    pub(super) fail_next: Option<FailNext>,
    /// The questionnaire posts no message.
    pub(super) drop_messages: bool,
    /// `evenType` for `eventType`, and `followUp` for `followup`.
    pub(super) misprint_event_type: bool,
    /// The message comes from another origin and another window than the questionnaire.
    pub(super) wrong_origin: bool,
    /// How often the message is posted.
    pub(super) duplicate_messages: u64,
    /// The status after an answer, instead of `TO_BE_ANALYZED`.
    pub(super) unknown_status: Option<String>,
    /// Lifetime of presigned URLs, instead of the default; 0 = expired at once.
    pub(super) expire_urls_after_s: Option<u64>,
    /// `true`: no queue delivers anything. A number: the next so many events are held, and later
    /// ones pass them. Setting or removing the fault releases what it held.
    pub(super) hold_events: Amount,
    /// How often each event is redelivered at once, each time with another receipt.
    pub(super) duplicate_events: Amount,
    /// Pending events are delivered in random order: `true` among all of them, a number among the
    /// first so many.
    pub(super) reorder_events: Amount,
    /// The next so many events count as delivered and are not sent: they come after the visibility
    /// timeout.
    pub(super) drop_events: Amount,
    /// The type of the sandbox's own events. Injected events have their own.
    pub(super) event_type: Option<String>,
    /// Visibility timeout, instead of 30 s; also for events in flight.
    pub(super) visibility_ms: Option<u64>,
    /// Idle timeout of a subscriber, instead of 10 minutes.
    pub(super) idle_ms: Option<u64>,
    /// A subscriber is disconnected without a close frame after so many frames, counted from its
    /// connection or from when the fault is set.
    pub(super) disconnect_after: Option<u64>,
    /// Number of garbage frames before the next event.
    pub(super) malformed_events: u64,
    /// The questionnaire is answered, and the message posted, as soon as the page loads.
    pub(super) post_at_load: bool,
    /// Pages are not answered while this is on.
    pub(super) hang_pages: bool,
    /// The answers to create calls have a shape of their own: the key is `data.uuid`.
    pub(super) odd_answers: bool,
    /// What an export fails to make: `pdf`, `text` or `both`.
    pub(super) export_fails: Option<String>,
    /// What is wrong with an exported file: `other_host`, `too_large`, `not_pdf` or `expired`.
    pub(super) export_file: Option<String>,
}

/// The next `count` REST calls are answered with `status`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(super) struct FailNext {
    status: u16,
    count: u64,
}

/// The events that a fault applies to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub(super) enum Amount {
    Switch(bool),
    Number(u64),
}

impl Amount {
    pub(super) const NONE: Self = Self::Switch(false);
    pub(super) const ALL: Self = Self::Switch(true);

    /// Whether the fault applies to the next event; counts a number down.
    pub(super) fn take(&mut self) -> bool {
        match self {
            Self::Switch(on) => *on,
            Self::Number(0) => false,
            Self::Number(left) => {
                *left -= 1;
                true
            }
        }
    }

    /// The number; `all` for all of them.
    pub(super) fn count_or(self, all: u64) -> u64 {
        match self {
            Self::Switch(false) => 0,
            Self::Switch(true) => all,
            Self::Number(number) => number,
        }
    }
}

impl Default for Faults {
    fn default() -> Self {
        Self {
            latency_ms: 0,
            fail_next: None,
            drop_messages: false,
            misprint_event_type: false,
            wrong_origin: false,
            duplicate_messages: 1,
            unknown_status: None,
            expire_urls_after_s: None,
            hold_events: Amount::NONE,
            duplicate_events: Amount::NONE,
            reorder_events: Amount::NONE,
            drop_events: Amount::NONE,
            event_type: None,
            visibility_ms: None,
            idle_ms: None,
            disconnect_after: None,
            malformed_events: 0,
            post_at_load: false,
            hang_pages: false,
            odd_answers: false,
            export_fails: None,
            export_file: None,
        }
    }
}

impl Faults {
    /// Merges `body` over these faults; `null` resets one. All or nothing.
    ///
    /// # Errors
    /// A sentence that names the unknown or malformed field.
    pub(super) fn merged(&self, body: &Value) -> Result<Self, String> {
        let fields = body.as_object().ok_or("the body must be a JSON object")?;
        let mut faults = self.clone();
        for (name, value) in fields {
            faults.set(name, value)?;
        }
        Ok(faults)
    }

    fn set(&mut self, name: &str, value: &Value) -> Result<(), String> {
        match name {
            "latency_ms" => self.latency_ms = number(name, value, 0, MAX_LATENCY_MS)?.unwrap_or(0),
            "fail_next" => self.fail_next = fail_next(value)?,
            "drop_messages" => self.drop_messages = switch(name, value)?,
            "misprint_event_type" => self.misprint_event_type = switch(name, value)?,
            "wrong_origin" => self.wrong_origin = switch(name, value)?,
            "duplicate_messages" => self.duplicate_messages = repeats(name, value)?,
            "unknown_status" => self.unknown_status = status(name, value)?,
            "expire_urls_after_s" => {
                self.expire_urls_after_s = number(name, value, 0, u64::from(u32::MAX))?
            }
            "hold_events" => self.hold_events = amount(name, value, u64::from(u32::MAX))?,
            "duplicate_events" => self.duplicate_events = amount(name, value, MAX_REPEATS)?,
            "reorder_events" => self.reorder_events = amount(name, value, u64::from(u32::MAX))?,
            "drop_events" => self.drop_events = amount(name, value, u64::from(u32::MAX))?,
            "event_type" => self.event_type = text(name, value)?,
            "visibility_ms" => self.visibility_ms = number(name, value, 1, MAX_QUEUE_MS)?,
            "idle_ms" => self.idle_ms = number(name, value, 1, MAX_QUEUE_MS)?,
            "disconnect_after" => {
                self.disconnect_after = number(name, value, 1, u64::from(u32::MAX))?
            }
            "malformed_events" => {
                self.malformed_events = number(name, value, 0, MAX_GARBAGE)?.unwrap_or(0)
            }
            "post_at_load" => self.post_at_load = switch(name, value)?,
            "hang_pages" => self.hang_pages = switch(name, value)?,
            "odd_answers" => self.odd_answers = switch(name, value)?,
            "export_fails" => self.export_fails = choice(name, value, &["pdf", "text", "both"])?,
            "export_file" => {
                self.export_file =
                    choice(name, value, &["other_host", "too_large", "not_pdf", "expired"])?
            }
            _ => return Err(format!("{name}: there is no such fault")),
        }
        Ok(())
    }

    /// Uses up one of the failures of `fail_next`.
    pub(super) fn take_failure(&mut self) -> Option<StatusCode> {
        let FailNext { status, count } = self.fail_next?;
        self.fail_next = (count > 1).then(|| FailNext { status, count: count - 1 });
        StatusCode::from_u16(status).ok()
    }
}
