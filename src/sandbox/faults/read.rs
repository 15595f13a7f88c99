//! Parsers of the values of faults. Every error names the field.

use super::{Amount, FailNext, MAX_REPEATS};
use serde_json::Value;

/// The status of `unknown_status: true`.
const NEW_STATUS: &str = "SOMETHING_NEW";

pub(super) fn switch(name: &str, value: &Value) -> Result<bool, String> {
    match value {
        Value::Null => Ok(false),
        Value::Bool(on) => Ok(*on),
        _ => Err(format!("{name} must be true or false")),
    }
}

pub(super) fn number(
    name: &str,
    value: &Value,
    least: u64,
    most: u64,
) -> Result<Option<u64>, String> {
    if value.is_null() {
        return Ok(None);
    }
    let number = value.as_u64().filter(|number| (least..=most).contains(number));
    number.map(Some).ok_or_else(|| format!("{name} must be a whole number from {least} to {most}"))
}

/// `true`, `false`, or a number up to `most`.
pub(super) fn amount(name: &str, value: &Value, most: u64) -> Result<Amount, String> {
    match value {
        Value::Bool(on) => Ok(Amount::Switch(*on)),
        _ => number(name, value, 0, most).map(|number| number.map_or(Amount::NONE, Amount::Number)),
    }
    .map_err(|problem| format!("{problem}, or true or false"))
}

pub(super) fn text(name: &str, value: &Value) -> Result<Option<String>, String> {
    match value {
        Value::Null => Ok(None),
        Value::String(text) if !text.is_empty() => Ok(Some(text.clone())),
        _ => Err(format!("{name} must be a string that is not empty")),
    }
}

pub(super) fn choice(name: &str, value: &Value, words: &[&str]) -> Result<Option<String>, String> {
    match value {
        Value::Null => Ok(None),
        Value::String(word) if words.contains(&word.as_str()) => Ok(Some(word.clone())),
        _ => Err(format!("{name} must be null or one of {}", words.join(", "))),
    }
}

pub(super) fn repeats(name: &str, value: &Value) -> Result<u64, String> {
    match value {
        Value::Bool(true) => Ok(3),
        Value::Bool(false) => Ok(1),
        _ => number(name, value, 0, MAX_REPEATS).map(|times| times.unwrap_or(1).max(1)),
    }
    .map_err(|problem| format!("{problem}, or true or false"))
}

pub(super) fn status(name: &str, value: &Value) -> Result<Option<String>, String> {
    match value {
        Value::Null | Value::Bool(false) => Ok(None),
        Value::Bool(true) => Ok(Some(NEW_STATUS.to_owned())),
        Value::String(id) if !id.is_empty() => Ok(Some(id.clone())),
        _ => Err(format!("{name} must be a string that is not empty, true or false")),
    }
}

pub(super) fn fail_next(value: &Value) -> Result<Option<FailNext>, String> {
    if value.is_null() {
        return Ok(None);
    }
    let fields = value.as_object().ok_or("fail_next must be an object with status and count")?;
    if let Some(name) = fields.keys().find(|name| !matches!(name.as_str(), "status" | "count")) {
        return Err(format!("fail_next.{name}: there is no such field"));
    }
    let status = fields
        .get("status")
        .map_or(Ok(None), |value| number("fail_next.status", value, 400, 599))?;
    let count = fields
        .get("count")
        .map_or(Ok(None), |value| number("fail_next.count", value, 0, u64::from(u32::MAX)))?
        .unwrap_or(1);
    let status = status
        .and_then(|status| u16::try_from(status).ok())
        .ok_or("fail_next.status must be a whole number from 400 to 599")?;
    Ok((count > 0).then_some(FailNext { status, count }))
}
