//! Times in Empego's answers and events.

use serde_json::Value;

/// When Empego says that it was answered, in milliseconds (UTC). `None` inside for a time that
/// cannot be read: it is answered all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AnsweredAt(pub Option<i64>);

impl AnsweredAt {
    /// Reads a member: a text as [`parse_time`] takes it, or milliseconds since the Unix epoch.
    /// `None` for what is no time of an answer: null, a blank text or one without a digit, times up
    /// to 1970, which stand for "never" in some systems, and other kinds of values.
    pub(super) fn read(value: &Value) -> Option<Self> {
        match value {
            Value::String(text) => match parse_time(text) {
                None if text.contains(|c| matches!(c, '1'..='9')) => Some(Self(None)),
                at => at.filter(|at| *at > 0).map(|at| Self(Some(at))),
            },
            other => other.as_i64().filter(|at| *at > 0).map(|at| Self(Some(at))),
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
    use serde_json::json;

    #[test]
    fn only_a_time_is_an_answer() {
        let at = Some(1_774_017_000_000);
        for (value, read) in [
            (json!("2026-03-20 14:30:00.000"), Some(AnsweredAt(at))),
            (json!(1_774_017_000_000_i64), Some(AnsweredAt(at))),
            (json!("20/03/2026 14 h 30"), Some(AnsweredAt(None))),
            (json!(null), None),
            (json!(true), None),
            (json!(false), None),
            (json!({}), None),
            (json!([1]), None),
            (json!(0), None),
            (json!(0.0), None),
            (json!(-1), None),
            (json!(""), None),
            (json!("0"), None),
            (json!("none"), None),
            (json!("0000-00-00 00:00:00"), None),
            (json!("0001-01-01T00:00:00Z"), None),
            (json!("1970-01-01 00:00:00.000"), None),
        ] {
            assert_eq!(AnsweredAt::read(&value), read, "{value}");
        }
    }

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
