//! What the sandbox can be told to do wrong, and how that is told (design, section 5).

use axum::http::StatusCode;
use serde::Serialize;
use serde_json::Value;

/// The longest delay that is taken, in milliseconds: longer ones are typing errors.
const MAX_LATENCY_MS: u64 = 600_000;
/// The most times that one message is posted.
const MAX_REPEATS: u64 = 100;
/// The status that `unknown_status: true` stands for.
const NEW_STATUS: &str = "SOMETHING_NEW";

/// All faults. The default is to behave.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Faults {
    /// Every REST answer comes this much later, after the work is done: a client that gives up cannot know the outcome.
    pub(super) latency_ms: u64,
    /// The next REST calls are refused before anything is done.
    pub(super) fail_next: Option<FailNext>,
    /// The page posts nothing.
    pub(super) drop_messages: bool,
    /// `evenType` for `eventType`, and `followUp` for `followup`.
    pub(super) misprint_event_type: bool,
    /// The message comes from another origin and another window than the page.
    pub(super) wrong_origin: bool,
    /// How often the same message is posted.
    pub(super) duplicate_messages: u64,
    /// The status that an answer leads to, instead of `TO_BE_ANALYZED`.
    pub(super) unknown_status: Option<String>,
    /// How long presigned URLs work, instead of what the sandbox was started with; 0 = not at all.
    pub(super) expire_urls_after_s: Option<u64>,
    /// For the event queue: kept, and not used yet. `true`, `false` or a number.
    pub(super) hold_events: Value,
    /// As above.
    pub(super) duplicate_events: Value,
    /// As above.
    pub(super) reorder_events: Value,
    /// The patient has answered as soon as the page loads, before anything else on it.
    pub(super) post_at_load: bool,
    /// Pages are asked for and do not come.
    pub(super) hang_pages: bool,
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
            hold_events: Value::Bool(false),
            duplicate_events: Value::Bool(false),
            reorder_events: Value::Bool(false),
            post_at_load: false,
            hang_pages: false,
            export_fails: None,
            export_file: None,
        }
    }
}

impl Faults {
    /// These faults with those of `body` over them; `null` takes one back. All or nothing.
    ///
    /// # Errors
    /// A sentence that names the field which is unknown, or of a wrong type.
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
            "expire_urls_after_s" => self.expire_urls_after_s = number(name, value, 0, u64::from(u32::MAX))?,
            "hold_events" => self.hold_events = switch_or_number(name, value)?,
            "duplicate_events" => self.duplicate_events = switch_or_number(name, value)?,
            "reorder_events" => self.reorder_events = switch_or_number(name, value)?,
            "post_at_load" => self.post_at_load = switch(name, value)?,
            "hang_pages" => self.hang_pages = switch(name, value)?,
            "export_fails" => self.export_fails = choice(name, value, &["pdf", "text", "both"])?,
            "export_file" => self.export_file = choice(name, value, &["other_host", "too_large", "not_pdf", "expired"])?,
            _ => return Err(format!("{name}: there is no such fault")),
        }
        Ok(())
    }

    /// Uses up one of the next failures.
    pub(super) fn take_failure(&mut self) -> Option<StatusCode> {
        let FailNext { status, count } = self.fail_next?;
        self.fail_next = (count > 1).then(|| FailNext { status, count: count - 1 });
        StatusCode::from_u16(status).ok()
    }
}

fn switch(name: &str, value: &Value) -> Result<bool, String> {
    match value {
        Value::Null => Ok(false),
        Value::Bool(on) => Ok(*on),
        _ => Err(format!("{name} must be true or false")),
    }
}

fn number(name: &str, value: &Value, least: u64, most: u64) -> Result<Option<u64>, String> {
    if value.is_null() {
        return Ok(None);
    }
    let number = value.as_u64().filter(|number| (least..=most).contains(number));
    number.map(Some).ok_or_else(|| format!("{name} must be a whole number from {least} to {most}"))
}

fn switch_or_number(name: &str, value: &Value) -> Result<Value, String> {
    match value {
        Value::Null => Ok(Value::Bool(false)),
        Value::Bool(_) => Ok(value.clone()),
        Value::Number(number) if number.is_u64() => Ok(value.clone()),
        _ => Err(format!("{name} must be true, false or a whole number")),
    }
}

fn repeats(name: &str, value: &Value) -> Result<u64, String> {
    match value {
        Value::Bool(true) => Ok(3),
        Value::Bool(false) => Ok(1),
        _ => number(name, value, 0, MAX_REPEATS).map(|times| times.unwrap_or(1).max(1)),
    }
    .map_err(|problem| format!("{problem}, or true or false"))
}

fn status(name: &str, value: &Value) -> Result<Option<String>, String> {
    match value {
        Value::Null | Value::Bool(false) => Ok(None),
        Value::Bool(true) => Ok(Some(NEW_STATUS.to_owned())),
        Value::String(id) if !id.is_empty() => Ok(Some(id.clone())),
        _ => Err(format!("{name} must be a string that is not empty, true or false")),
    }
}

fn choice(name: &str, value: &Value, words: &[&str]) -> Result<Option<String>, String> {
    match value {
        Value::Null => Ok(None),
        Value::String(word) if words.contains(&word.as_str()) => Ok(Some(word.clone())),
        _ => Err(format!("{name} must be null or one of {}", words.join(", "))),
    }
}

fn fail_next(value: &Value) -> Result<Option<FailNext>, String> {
    if value.is_null() {
        return Ok(None);
    }
    let fields = value.as_object().ok_or("fail_next must be an object with status and count")?;
    if let Some(name) = fields.keys().find(|name| !matches!(name.as_str(), "status" | "count")) {
        return Err(format!("fail_next.{name}: there is no such field"));
    }
    let status = fields.get("status").map_or(Ok(None), |value| number("fail_next.status", value, 400, 599))?;
    let count = fields.get("count").map_or(Ok(None), |value| number("fail_next.count", value, 0, u64::from(u32::MAX)))?.unwrap_or(1);
    let status = status.and_then(|status| u16::try_from(status).ok()).ok_or("fail_next.status must be a whole number from 400 to 599")?;
    Ok((count > 0).then_some(FailNext { status, count }))
}
