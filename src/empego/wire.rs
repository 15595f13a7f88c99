//! Lenient parsing of Empego's answers: unknown members are ignored, members that are not essential
//! may be missing or malformed, and identifiers are opaque (`docs/empego.md` §10.1, 5 and 6). The
//! member names are in `profile.rs`.

use super::profile::{Kind, URL_MEMBERS};
use super::redact;
use crate::model::ids::EmpegoKey;
use crate::model::status::EmpegoStatus;
use serde_json::{Map, Value};

/// Limit on a body, in bytes. The documented ones are below one kilobyte.
pub const MAX_BYTES: usize = 256 * 1024;

/// Limit on a key, in bytes: that of the event queue's names too.
const MAX_KEY: usize = 200;
/// Limit on a presigned URL, in bytes. Browsers and proxies take no longer ones.
const MAX_URL: usize = 8 * 1024;

/// A consultation or follow-up that Empego has just created.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Created {
    pub key: EmpegoKey,
    pub status: Option<EmpegoStatus>,
}

/// The path of the member that cannot be read, without any value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadShape(pub String);

/// Parses the answer to a create call.
///
/// # Errors
/// [`BadShape`] when it is not a JSON object, or has no key.
pub fn created(kind: Kind, body: &[u8]) -> Result<Created, BadShape> {
    let object = object(body)?;
    let members = kind.key_members();
    let key = first_text(&object, &members, MAX_KEY)?;
    let status =
        kind.status_members().into_iter().find_map(|name| object.get(name).and_then(status));
    Ok(Created { key: EmpegoKey(key), status })
}

/// Parses the answer to a call for a URL. The URL is not checked here.
///
/// # Errors
/// [`BadShape`] when it is not a JSON object, or has no URL.
pub fn presigned_url(body: &[u8]) -> Result<String, BadShape> {
    first_text(&object(body)?, &URL_MEMBERS, MAX_URL)
}

fn object(body: &[u8]) -> Result<Map<String, Value>, BadShape> {
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    serde_path_to_error::deserialize(&mut deserializer)
        .map_err(|error| BadShape(redact::known_path(&error.path().to_string())))
}

/// The first of the members that is a string, not blank, and of at most `longest` bytes.
fn first_text(
    object: &Map<String, Value>,
    members: &[&str],
    longest: usize,
) -> Result<String, BadShape> {
    let fits = |text: &&str| !text.trim().is_empty() && text.len() <= longest;
    let text = |name: &&str| object.get(*name).and_then(Value::as_str).filter(fits);
    members.iter().find_map(text).map(str::to_owned).ok_or_else(|| BadShape(members.join("|")))
}

/// `{id, en, fr}`, with or without labels, or the bare id. Anything else counts as no status.
pub(super) fn status(value: &Value) -> Option<EmpegoStatus> {
    let label = |name| value.get(name).and_then(Value::as_str).unwrap_or_default();
    let id = value.as_str().unwrap_or_else(|| label("id"));
    (!id.is_empty()).then(|| EmpegoStatus::labelled(id, label("en"), label("fr")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::status::StatusId;

    fn key_of(body: &str) -> Result<String, BadShape> {
        created(Kind::Consultation, body.as_bytes()).map(|created| created.key.0)
    }

    #[test]
    fn the_first_member_that_names_the_consultation_counts() {
        for (body, key) in [
            (r#"{"consultationKey":"a","id":"b","consultationId":"c"}"#, "a"),
            (r#"{"consultationId":"c","id":"b"}"#, "b"),
            (r#"{"consultationId":"not a UUID"}"#, "not a UUID"),
            (r#"{"consultationKey":"","id":"b"}"#, "b"),
            (r#"{"consultationKey":null,"id":7,"consultationId":"c"}"#, "c"),
            (r#"{"id":"b","new":{"deep":[1,2,{"x":null}]},"patientKey":5}"#, "b"),
        ] {
            assert_eq!(key_of(body).as_deref(), Ok(key), "{body}");
        }
    }

    #[test]
    fn a_follow_up_is_named_by_its_own_members() {
        let body = br#"{"consultationKey":"the first one","followupKey":"f",
            "followupStatus":{"id":"PLANNED"},"consultationStatus":"DONE"}"#;
        let answer = created(Kind::FollowUp, body).expect("readable");
        assert_eq!(
            (answer.key.0.as_str(), answer.status),
            ("f", Some(EmpegoStatus::bare("PLANNED")))
        );
        assert!(created(Kind::FollowUp, br#"{"consultationKey":"c"}"#).is_err());
    }

    #[test]
    fn an_answer_that_cannot_be_read_is_reported_by_its_path_alone() {
        for (body, path) in [
            ("", "."),
            ("null", "."),
            ("[]", "."),
            ("\"text\"", "."),
            ("{}", "consultationKey|id|consultationId"),
            (r#"{"id":"  "}"#, "consultationKey|id|consultationId"),
            (r#"{"patient":{"firstName":"Ada"#, "patient.firstName"),
            (r#"{"patient":{"Ada":{"firstName":"#, "patient.….firstName"),
        ] {
            assert_eq!(key_of(body), Err(BadShape(path.to_owned())), "{body}");
        }
    }

    #[test]
    fn a_status_is_read_in_every_shape_and_never_required() {
        let status_of = |status: &str| {
            created(Kind::Consultation, format!(r#"{{"id":"a",{status}}}"#).as_bytes())
                .expect("readable")
                .status
        };
        let full = EmpegoStatus {
            id: StatusId::Unanswered,
            en: "Unanswered".to_owned(),
            fr: "Non répondu".to_owned(),
        };
        assert_eq!(
            status_of(
                r#""consultationStatus":{"id":"UNANSWERED","en":"Unanswered","fr":"Non répondu"}"#
            ),
            Some(full)
        );
        assert_eq!(
            status_of(r#""consultationStatus":{"id":"DONE","en":null,"more":1}"#),
            Some(EmpegoStatus::bare("DONE"))
        );
        assert_eq!(status_of(r#""status":"UNANSWERED""#), Some(EmpegoStatus::bare("UNANSWERED")));
        assert_eq!(
            status_of(r#""consultationStatus":"Half_Done""#),
            Some(EmpegoStatus::bare("Half_Done"))
        );
        for odd in ["null", "5", "[]", "{}", "\"\"", r#"{"id":7}"#] {
            assert_eq!(status_of(&format!(r#""consultationStatus":{odd}"#)), None, "{odd}");
        }
    }

    #[test]
    fn the_url_is_in_one_of_two_members() {
        assert_eq!(presigned_url(br#"{"iframeUrl":"x","url":"y"}"#).as_deref(), Ok("x"));
        assert_eq!(presigned_url(br#"{"url":"y"}"#).as_deref(), Ok("y"));
        assert_eq!(
            presigned_url(br#"{"iframeUrl":{}}"#),
            Err(BadShape("iframeUrl|url".to_owned()))
        );
    }
}
