//! What of an error body of Empego's may be logged: words of a fixed list. An error may repeat what
//! was sent, spelled in another way, so no text of it is ever kept.

use serde_json::Value;

/// Words that are kept: members of our requests, and what can be wrong with one. Each is compared
/// with a whole run of letters, and the word of this list is what is logged.
const KNOWN: [&str; 67] = [
    // Members and headers of our requests (`profile.rs`, `acting.rs`).
    "patient",
    "patientKey",
    "externalPatientKeys",
    "externalPatientKey",
    "subSystem",
    "key",
    "firstName",
    "lastName",
    "metadata",
    "consultation",
    "consultationKey",
    "consultationId",
    "followup",
    "followUp",
    "followupKey",
    "followupId",
    "followupScheduledAt",
    "recurring",
    "customFollowupReason",
    "header",
    "body",
    "tenant",
    "user",
    "integration",
    // What can be wrong.
    "access",
    "already",
    "archived",
    "bad",
    "cancelled",
    "conflict",
    "date",
    "denied",
    "disabled",
    "duplicate",
    "empty",
    "exist",
    "exists",
    "expected",
    "expired",
    "field",
    "forbidden",
    "format",
    "found",
    "future",
    "invalid",
    "json",
    "length",
    "limit",
    "long",
    "malformed",
    "mandatory",
    "missing",
    "must",
    "not",
    "null",
    "past",
    "permission",
    "request",
    "required",
    "short",
    "status",
    "type",
    "unauthorized",
    "unexpected",
    "unique",
    "unknown",
    "unsupported",
];
/// Limit on the number of words.
const MAX_WORDS: usize = 16;
/// Limit on how deep an error body is read.
const MAX_DEPTH: usize = 8;

/// Limit on the number of member names.
const MAX_PLACES: usize = 40;
/// Limit on the length of a member name.
const MAX_NAME: usize = 40;

/// The known words of an error body, in its order, each once. Empty for a body that is no JSON.
#[must_use]
pub fn known_words(body: &[u8]) -> String {
    let mut words = Vec::new();
    if let Ok(value) = serde_json::from_slice(body) {
        collect(&value, MAX_DEPTH, &mut words);
    }
    words.join(" ")
}

/// A path in an answer with the known member names alone. Any other name is the upstream's text.
#[must_use]
pub fn known_path(path: &str) -> String {
    let part = |name: &str| {
        let bare = name.split('[').next().unwrap_or_default();
        if bare.is_empty() { "" } else { known(bare).unwrap_or("…") }
    };
    path.split('.').take(MAX_DEPTH).map(part).collect::<Vec<_>>().join(".")
}

/// The pointers of the members of a JSON object: names alone, no value. A name that may be data, as
/// in an object that is keyed by it, is left out. Empty for a body that is no object.
#[must_use]
pub fn member_names(body: &[u8]) -> String {
    let mut places = Vec::new();
    if let Ok(value @ Value::Object(_)) = serde_json::from_slice(body) {
        list(&value, "", MAX_DEPTH, &mut places);
    }
    places.truncate(MAX_PLACES);
    places.join(" ")
}

fn list(value: &Value, at: &str, depth: usize, places: &mut Vec<String>) {
    let inside = match value {
        Value::Object(members) if depth > 0 => members,
        Value::Array(items) if depth > 0 => {
            // One stands for all: the others are the same again.
            if let Some(item) = items.first() {
                list(item, &format!("{at}/0"), depth - 1, places);
            }
            return;
        }
        _ => return,
    };
    for (name, value) in inside {
        let place = format!("{at}/{}", if is_name(name) { name.as_str() } else { "…" });
        if places.len() >= MAX_PLACES {
            return;
        }
        if !matches!(value, Value::Object(_)) {
            places.push(place.clone());
        }
        list(value, &place, depth - 1, places);
    }
}

/// Whether a text looks like the name of a member: a lower-case letter, then letters and
/// underscores, not many.
fn is_name(text: &str) -> bool {
    text.len() <= MAX_NAME
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'_')
}

/// The word of [`KNOWN`] with these letters. Case does not count.
fn known(word: &str) -> Option<&'static str> {
    KNOWN.iter().find(|known| known.eq_ignore_ascii_case(word)).copied()
}

fn collect(value: &Value, depth: usize, words: &mut Vec<&'static str>) {
    if depth == 0 {
        return;
    }
    match value {
        Value::String(text) => push(text, words),
        Value::Array(items) => items.iter().for_each(|item| collect(item, depth - 1, words)),
        Value::Object(members) => {
            for (name, member) in members {
                push(name, words);
                collect(member, depth - 1, words);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn push(text: &str, words: &mut Vec<&'static str>) {
    for word in text.split(|c: char| !c.is_alphanumeric()).filter_map(known) {
        if words.len() < MAX_WORDS && !words.contains(&word) {
            words.push(word);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::property::{any_text, config};
    use proptest::prelude::*;
    use serde_json::json;

    fn kept(body: &Value) -> String {
        known_words(body.to_string().as_bytes())
    }

    #[test]
    fn the_complaint_is_kept_and_personal_data_is_not() {
        for (text, expected) in [
            ("externalPatientKeys must not be empty", "externalPatientKeys must not empty"),
            ("EXTERNAL_PATIENT_KEYS_REQUIRED", "patient required"),
            ("Missing header x-tenant-key", "missing header tenant key"),
            // The name as it was sent, without its accents, in parts, and in another script.
            ("Hélène Du Bois-TREMBLAY is known already", "already"),
            ("helene tremblay is known already", "already"),
            ("patient helene/du bois: duplicate", "patient duplicate"),
            ("Ελένη is unknown", "unknown"),
            ("key=AB 12, born 1980-02-03", "key"),
            ("see https://app.empego.ca/embed/secret or ada@example.ca", ""),
        ] {
            assert_eq!(kept(&json!({ "message": text })), expected, "{text}");
        }
    }

    #[test]
    fn other_forms_of_an_error_are_read_too() {
        for (body, expected) in [
            (
                json!({ "errors": { "patient.firstName": ["is required"] } }),
                "patient firstName required",
            ),
            (json!({ "error": { "code": "INVALID_FORMAT", "value": "helene" } }), "invalid format"),
            (json!([{ "field": "lastName", "problem": "too long" }]), "field lastName long"),
            (json!("Not found"), "not found"),
            (json!(5), ""),
        ] {
            assert_eq!(kept(&body), expected, "{body}");
        }
        assert_eq!(known_words(b"<html>Not found: helene</html>"), "");
        assert_eq!(known_words(b""), "");
        let all = KNOWN.join(" ");
        assert_eq!(kept(&json!(all)).split(' ').count(), MAX_WORDS);
    }

    #[test]
    fn a_path_names_known_members_alone() {
        for (path, expected) in [
            (".", "."),
            ("patient.firstName", "patient.firstName"),
            ("patient.externalPatientKeys[0].key", "patient.externalPatientKeys.key"),
            ("Hélène Tremblay.firstName", "….firstName"),
            ("helene", "…"),
        ] {
            assert_eq!(known_path(path), expected, "{path}");
        }
    }

    proptest! {
        #![proptest_config(config())]
        #[test]
        fn nothing_but_known_words_comes_out(text in any_text(), name in any_text()) {
            let words = kept(&json!({ name: [text] }));
            prop_assert!(words.split(' ').all(|word| word.is_empty() || KNOWN.contains(&word)));
        }
    }

    #[test]
    fn the_members_of_an_answer_are_named_without_their_values() {
        let body = br#"{"data":{"uuid":"8c4abd06","state":{"code":"x"},"A. Lovelace":{"born":1}},
            "links":[{"href":"https://x"}],"n":null}"#;
        let names = member_names(body);
        for name in ["/data/uuid", "/data/state/code", "/links/0/href", "/n"] {
            assert!(names.split(' ').any(|place| place == name), "{name}: {names}");
        }
        assert!(!names.contains("Lovelace") && !names.contains("8c4abd06"), "{names}");
        assert_eq!(member_names(b"<html>"), "");
        assert_eq!(member_names(b"[1]"), "");
    }
}
