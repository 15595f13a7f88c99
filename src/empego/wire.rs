//! Lenient parsing of Empego's answers: unknown members are ignored, members that are not essential
//! may be missing or malformed, and identifiers are opaque texts or numbers (`docs/empego.md`
//! §10.1, 5 and 6). Where each part is, is in the profile.

use super::redact;
use super::time::AnsweredAt;
use crate::model::ids::{EmpegoKey, MAX_EMPEGO_KEY};
use crate::model::status::EmpegoStatus;
use crate::profile::{Call, Member, Part, Profile, Way};
use serde_json::{Map, Value};
use std::fmt;

/// Limit on a body, in bytes. The documented ones are below one kilobyte.
pub const MAX_BYTES: usize = 256 * 1024;

/// Limit on a presigned URL, in bytes. Browsers and proxies take no longer ones.
const MAX_URL: usize = 8 * 1024;

/// A consultation or follow-up that Empego has just created, with a URL of this kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Created<U> {
    /// `None` only where the profile says that an event brings it.
    pub key: Option<EmpegoKey>,
    /// Opaque; for calls that name the record by it.
    pub access_key: Option<String>,
    pub status: Option<EmpegoStatus>,
    /// `None` where it is not answered, or the answer does not say.
    pub answered_at: Option<AnsweredAt>,
    /// The URL of the questionnaire, where it comes with the answer. For one mount.
    pub url: Option<U>,
}

/// A URL as it came. Kept out of debug output: it is a credential.
#[derive(Clone, PartialEq, Eq)]
pub struct Unchecked(pub String);

impl fmt::Debug for Unchecked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Unchecked(…)")
    }
}

/// The path of the member that cannot be read, without any value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadShape(pub String);

/// Parses the answer to a create call.
///
/// # Errors
/// [`BadShape`] when it is not a JSON object, or lacks what the profile's calls for the patient's
/// page need: a key, an access key, or the URL.
pub fn created(profile: &Profile, call: Call, body: &[u8]) -> Result<Created<Unchecked>, BadShape> {
    let object = object(body)?;
    let operation = profile.operation(call).ok_or_else(|| BadShape(String::new()))?;
    let text = |part, longest| {
        first_text(&object, operation.places(part), |text| {
            text.len() <= longest && (part == Part::Url || EmpegoKey::is_plain(text))
        })
    };
    // Without a place there is none to be missed.
    let key = match operation.places(Part::Key) {
        [] => None,
        _ => Some(EmpegoKey(text(Part::Key, MAX_EMPEGO_KEY)?)),
    };
    let answer_call = match call {
        Call::CreateFollowUp => Call::AnswerFollowUp,
        _ => Call::AnswerConsultation,
    };
    let (names_by_access_key, has_url) = match profile.way(answer_call) {
        Way::Own(answer) => (answer.sends(Member::AccessKey), false),
        Way::Repeats(_) => (false, true),
        Way::Missing => (false, false),
    };
    let read = |part, longest, is_needed| match text(part, longest) {
        Err(bad) if is_needed => Err(bad),
        text => Ok(text.ok()),
    };
    let access_key = read(Part::AccessKey, MAX_URL, names_by_access_key)?;
    let url = read(Part::Url, MAX_URL, has_url)?.map(Unchecked);
    let mut places = operation.places(Part::Status).iter();
    let status = places.find_map(|place| status(profile, object.pointer(place)?));
    let mut places = operation.places(Part::AnsweredAt).iter();
    let answered_at = places.find_map(|place| AnsweredAt::read(object.pointer(place)?));
    Ok(Created { key, access_key, status, answered_at, url })
}

/// Parses the answer to a call for a URL. The URL is not checked here.
///
/// # Errors
/// [`BadShape`] when it is not a JSON object, or has no URL.
pub fn presigned_url(profile: &Profile, call: Call, body: &[u8]) -> Result<String, BadShape> {
    let operation = profile.operation(call).ok_or_else(|| BadShape(String::new()))?;
    first_text(&object(body)?, operation.places(Part::Url), |text| text.len() <= MAX_URL)
}

fn object(body: &[u8]) -> Result<Value, BadShape> {
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    serde_path_to_error::deserialize::<_, Map<String, Value>>(&mut deserializer)
        .map(Value::Object)
        .map_err(|error| BadShape(redact::known_path(&error.path().to_string())))
}

/// What is at the first of the places that has a text that is not blank, or a whole number, that
/// `is_right`.
fn first_text(
    object: &Value,
    places: &[String],
    is_right: impl Fn(&str) -> bool,
) -> Result<String, BadShape> {
    let text = |place: &String| {
        let value = object.pointer(place)?;
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Number(number) if !number.is_f64() => number.to_string(),
            _ => return None,
        };
        (!text.trim().is_empty() && is_right(&text)).then_some(text)
    };
    let named = || {
        let names = places.iter().map(|place| place.trim_start_matches('/').replace('/', "."));
        BadShape(names.collect::<Vec<_>>().join("|"))
    };
    places.iter().find_map(text).ok_or_else(named)
}

/// `{id, en, fr}`, with or without labels, or the bare id. Anything else counts as no status.
pub(super) fn status(profile: &Profile, value: &Value) -> Option<EmpegoStatus> {
    let label = |name| value.get(name).and_then(Value::as_str).unwrap_or_default();
    let id = profile.status_id(value.as_str().unwrap_or_else(|| label("id")));
    (!id.is_empty()).then(|| EmpegoStatus::labelled(id, label("en"), label("fr")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::status::StatusId;

    fn key_of(body: &str) -> Result<String, BadShape> {
        created(&Profile::embedded(), Call::CreateConsultation, body.as_bytes())
            .map(|created| created.key.expect("a key").0)
    }

    #[test]
    fn the_first_member_that_names_the_consultation_counts() {
        for (body, key) in [
            (r#"{"consultationKey":"a","id":"b","consultationId":"c"}"#, "a"),
            (r#"{"consultationId":"c","id":"b"}"#, "b"),
            (r#"{"consultationId":"not a UUID"}"#, "not a UUID"),
            (r#"{"consultationKey":"","id":"b"}"#, "b"),
            (r#"{"consultationKey":null,"id":{},"consultationId":"c"}"#, "c"),
            (r#"{"consultationKey":4000000000000000001}"#, "4000000000000000001"),
            (r#"{"consultationKey":1.5,"id":true,"consultationId":"c"}"#, "c"),
            (r#"{"id":"b","new":{"deep":[1,2,{"x":null}]},"patientKey":5}"#, "b"),
        ] {
            assert_eq!(key_of(body).as_deref(), Ok(key), "{body}");
        }
    }

    #[test]
    fn what_later_calls_need_is_not_missed_unseen() {
        let text = crate::profile::DEFAULT.replacen(
            "path = \"/embed/consultation/answer\"\nbody = { key = \"/consultationKey\" }",
            "path = \"/embed/consultation/{access-key}\"",
            1,
        );
        let profile = Profile::read(&text).expect("it reads");
        let read = |body: &str| created(&profile, Call::CreateConsultation, body.as_bytes());
        let missing = read(r#"{"consultationKey":"a"}"#).expect_err("no access key");
        assert_eq!(missing, BadShape("accessKey".to_owned()));
        let answer = read(r#"{"consultationKey":"a","accessKey":"b"}"#).expect("readable");
        assert_eq!(answer.access_key.as_deref(), Some("b"));
    }

    #[test]
    fn a_key_never_leads_elsewhere() {
        for key in [".", "..", " .. ", "a\tb", ".\t.", "a\u{0}"] {
            let body = serde_json::json!({ "consultationKey": key, "id": "b" }).to_string();
            assert_eq!(key_of(&body).as_deref(), Ok("b"), "{key:?}");
        }
    }

    #[test]
    fn a_follow_up_is_named_by_its_own_members() {
        let body = br#"{"consultationKey":"the first one","followupKey":"f",
            "followupStatus":{"id":"PLANNED"},"consultationStatus":"DONE"}"#;
        let answer = created(&Profile::embedded(), Call::CreateFollowUp, body).expect("readable");
        assert_eq!(
            (answer.key, answer.status),
            (Some(EmpegoKey::from("f")), Some(EmpegoStatus::bare("PLANNED")))
        );
        assert!(
            created(&Profile::embedded(), Call::CreateFollowUp, br#"{"consultationKey":"c"}"#)
                .is_err()
        );
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
            created(
                &Profile::embedded(),
                Call::CreateConsultation,
                format!(r#"{{"id":"a",{status}}}"#).as_bytes(),
            )
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
        let url_of = |body| presigned_url(&Profile::embedded(), Call::AnswerConsultation, body);
        assert_eq!(url_of(br#"{"iframeUrl":"x","url":"y"}"#).as_deref(), Ok("x"));
        assert_eq!(url_of(br#"{"url":"y"}"#).as_deref(), Ok("y"));
        assert_eq!(url_of(br#"{"iframeUrl":{}}"#), Err(BadShape("iframeUrl|url".to_owned())));
    }
}
