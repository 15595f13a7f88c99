//! Times in Empego's answers and events.

use serde_json::Value;

/// When Empego says that it was answered, in milliseconds (UTC). `None` inside for a time that
/// cannot be read: it is answered all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AnsweredAt(pub Option<i64>);

impl AnsweredAt {
    /// Reads a member: a text as [`parse_time`] takes it, or milliseconds since the Unix epoch.
    /// `None` for null and for a blank text.
    pub(super) fn read(value: &Value) -> Option<Self> {
        match value {
            Value::Null | Value::Bool(false) => None,
            number if number.as_i64() == Some(0) => None,
            Value::String(text) if text.trim().is_empty() => None,
            Value::String(text) => Some(Self(parse_time(text))),
            other => Some(Self(other.as_i64())),
        }
    }
}

/// Parses the time of an event to milliseconds (UTC): ISO 8601 (`eventTs`), or `yyyy-MM-dd
/// HH:mm:ss.SSS` in UTC (v1).
#[must_use]
pub fn parse_time(text: &str) -> Option<i64> {
    let iso = text.parse::<jiff::Timestamp>().ok();
    let v1 =
        || Some(text.trim().parse::<jiff::civil::DateTime>().ok()?.in_tz("UTC").ok()?.timestamp());
    Some(iso.or_else(v1)?.as_millisecond())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_in_both_formats() {
        for text in [
            "2026-03-20T14:30:00.000Z",
            "2026-03-20 14:30:00.000",
            "2026-03-20 14:30:00",
            "2026-03-20T10:30:00-04:00",
        ] {
            assert_eq!(parse_time(text), Some(1_774_017_000_000), "{text}");
        }
        for text in ["", "yesterday", "14:30", "é"] {
            assert_eq!(parse_time(text), None, "{text}");
        }
    }
}
