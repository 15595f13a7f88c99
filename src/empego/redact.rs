//! Redaction of Empego's error messages: what they complain about may be logged, personal data may
//! not.

use reqwest::header::HeaderMap;
use serde_json::Value;

/// Limit on a message, in characters.
const MAX_CHARS: usize = 120;
/// Limit on a word, in bytes. A longer run of letters is more likely a token.
const MAX_WORD_BYTES: usize = 24;
const REDACTED: &str = "…";

/// Capitalised words that are kept. Any other may be a name, spelled with other accents than we
/// sent.
const CAPITALIZED: [&str; 16] = [
    "A",
    "An",
    "Bad",
    "Body",
    "Consultation",
    "Field",
    "Forbidden",
    "Header",
    "Invalid",
    "Missing",
    "No",
    "Not",
    "Patient",
    "Request",
    "Tenant",
    "The",
];

/// The `message` of an error body `{"message": …}` (assumed, `docs/empego.md` §10.2) without
/// anything that could be a name, a number, an address or a token. Empty for any other body.
///
/// `sent` and `headers` are our request: no text in `sent` and no sensitive header value is
/// returned.
#[must_use]
pub fn message(body: &[u8], sent: &Value, headers: &HeaderMap) -> String {
    let Ok(Value::Object(object)) = serde_json::from_slice(body) else { return String::new() };
    let Some(text) = object.get("message").and_then(Value::as_str) else { return String::new() };
    let mut private = Vec::new();
    collect_words(sent, &mut private);
    for secret in headers
        .values()
        .filter(|value| value.is_sensitive())
        .filter_map(|value| value.to_str().ok())
    {
        push_words(secret.trim_start_matches("api-key "), &mut private);
    }
    let mut kept = String::new();
    // A message may be as long as the body. Every chunk adds at least one character, so this many
    // are enough.
    for chunk in text.split_whitespace().take(MAX_CHARS) {
        if !kept.is_empty() {
            kept.push(' ');
        }
        if chunk.contains("://") || chunk.contains('@') {
            kept.push_str(REDACTED);
        } else {
            push_redacted(&mut kept, chunk, &private);
        }
        if kept.chars().count() > MAX_CHARS {
            break;
        }
    }
    kept.chars().take(MAX_CHARS).collect()
}

/// Adds a chunk without blanks, word by word.
fn push_redacted(kept: &mut String, chunk: &str, private: &[String]) {
    let mut rest = chunk;
    while let Some(first) = rest.chars().next() {
        let in_word = first.is_alphanumeric();
        let end = rest.find(|c: char| c.is_alphanumeric() != in_word).unwrap_or(rest.len());
        let (run, after) = rest.split_at(end);
        let keep = if in_word {
            is_safe(run, private)
        } else {
            run.is_ascii() && !run.contains(char::is_control)
        };
        kept.push_str(if keep { run } else { REDACTED });
        rest = after;
    }
}

/// Whether a word cannot be personal: short, ASCII letters, lower-case initial or in
/// [`CAPITALIZED`], and not in our request.
fn is_safe(word: &str, private: &[String]) -> bool {
    word.len() <= MAX_WORD_BYTES
        && word.bytes().all(|byte| byte.is_ascii_alphabetic())
        && (word.starts_with(|c: char| c.is_ascii_lowercase()) || CAPITALIZED.contains(&word))
        && !private.contains(&word.to_lowercase())
}

fn push_words(text: &str, words: &mut Vec<String>) {
    words.extend(
        text.split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(str::to_lowercase),
    );
}

/// Collects the words of all strings in a JSON value, in lower case. Member names are skipped.
fn collect_words(value: &Value, words: &mut Vec<String>) {
    match value {
        Value::String(text) => push_words(text, words),
        Value::Array(items) => items.iter().for_each(|item| collect_words(item, words)),
        Value::Object(members) => members.values().for_each(|member| collect_words(member, words)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use reqwest::header::{AUTHORIZATION, HeaderValue};
    use serde_json::json;

    fn redacted(text: &str) -> String {
        let sent = json!({ "patient": {
            "externalPatientKeys": [{ "subSystem": "file-number", "key": "AB 12" }],
            "firstName": "Hélène", "lastName": "du bois-Tremblay" }, "metadata": "opaque" });
        let mut key = HeaderValue::from_static("api-key sesame");
        key.set_sensitive(true);
        let headers = HeaderMap::from_iter([(AUTHORIZATION, key)]);
        message(json!({ "message": text }).to_string().as_bytes(), &sent, &headers)
    }

    #[test]
    fn the_complaint_is_kept_and_personal_data_is_not() {
        for (text, kept) in [
            ("externalPatientKeys must not be empty", "externalPatientKeys must not be empty"),
            ("Missing header x-tenant-key", "Missing header x-tenant-key"),
            ("Hélène Du Bois-TREMBLAY is known already", "… … …-… is known already"),
            ("Helene is known already", "… is known already"),
            ("no api key sesame", "no api key …"),
            ("bad metadata opaque", "bad metadata …"),
            ("key=AB 12, born 1980-02-03", "key=… …, born …-…-…"),
            ("see https://app.empego.ca/embed/secret or ada@example.ca", "see … or …"),
            ("token abcdefghijklmnopqrstuvwxyz is over", "token … is over"),
            ("line\nbreak \u{7}bell", "line break …bell"),
        ] {
            assert_eq!(redacted(text), kept, "{text}");
        }
    }

    #[test]
    fn a_message_is_short_and_other_bodies_give_none() {
        assert_eq!(redacted(&"word ".repeat(10_000)).chars().count(), MAX_CHARS);
        for body in
            ["", "<html>no</html>", "\"message\"", "[]", r#"{"message":5}"#, r#"{"error":"x"}"#]
        {
            assert_eq!(message(body.as_bytes(), &Value::Null, &HeaderMap::new()), "", "{body}");
        }
    }
}
