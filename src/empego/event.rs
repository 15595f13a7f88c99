//! Reads consultations and follow-ups out of queue events (`docs/empego.md` §6).
//!
//! Empego's v2 event types for them are not documented (`docs/empego.md` §10.1, 17). The names are
//! in the profile. A type is compared without case and separators, and the longest of the profile's
//! that it begins with counts. The members may be flat, under the noun, under `data`, or under
//! both, as in v1.

use super::wire;
use crate::model::ids::EmpegoKey;
use crate::model::message::Subject;
use crate::model::status::EmpegoStatus;
use crate::profile::{EventNames, Identifiers, Profile};
use serde_json::Value;

pub use super::time::{AnsweredAt, parse_time};

/// The state of a consultation or follow-up in a queue event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventSubject {
    pub subject: Subject,
    pub key: EmpegoKey,
    /// Our opaque text from the create call.
    pub metadata: Option<String>,
    pub status: Option<EmpegoStatus>,
    /// `None` where it is not answered, or the event does not say.
    pub answered_at: Option<AnsweredAt>,
    pub details: EventDetails,
}

/// What an event says of its patient and its plan: for a record that Empego created by itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EventDetails {
    /// The patient's identifiers: the name of a system, and the identifier there.
    pub identifiers: Vec<(String, String)>,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub tenant: Option<String>,
    /// When a follow-up is due, in milliseconds (UTC).
    pub scheduled_at: Option<i64>,
    pub reason: Option<String>,
}

/// Reads an event. `None` for another type, or a payload without a key.
pub(super) fn read(profile: &Profile, event_type: &str, payload: &Value) -> Option<EventSubject> {
    let events = &profile.events;
    let (subject, names) =
        [(Subject::Consultation, &events.consultation), (Subject::FollowUp, &events.follow_up)]
            .into_iter()
            .filter_map(|(subject, names)| Some((beginning(names, event_type)?, subject, names)))
            .max_by_key(|(length, _, _)| *length)
            .map(|(_, subject, names)| (subject, names))?;
    // Innermost first: an outer `id` may be that of the event.
    let data = member(payload, &events.wrapper);
    let candidates = [
        data.and_then(|data| member(data, &names.noun)),
        member(payload, &names.noun),
        data,
        Some(payload),
    ];
    let inner = candidates.into_iter().flatten().find(|candidate| candidate.is_object())?;
    let key = text(inner, &names.key).filter(|key| EmpegoKey::is_plain(key))?;
    let status = |name: &String| wire::status(profile, member(inner, name)?);
    let answered_at = |name: &String| AnsweredAt::read(member(inner, name)?);
    Some(EventSubject {
        subject,
        key: EmpegoKey(key),
        metadata: text(inner, &names.metadata),
        status: names.status.iter().find_map(status),
        answered_at: names.answered_at.iter().find_map(answered_at),
        details: details(profile, names, inner),
    })
}

fn details(profile: &Profile, names: &EventNames, inner: &Value) -> EventDetails {
    let list = names.identifiers.iter().find_map(|name| member(inner, name)?.as_array());
    let part = |pair: &Value, name: &str| Some(member(pair, name)?.as_str()?.to_owned());
    let Identifiers { system, value, .. } = &profile.identifiers;
    let pair = |pair: &Value| Some((part(pair, system)?, part(pair, value)?));
    let own = |names: &[String]| text(inner, names);
    EventDetails {
        identifiers: list.into_iter().flatten().filter_map(pair).collect(),
        first_name: own(&names.first_name),
        last_name: own(&names.last_name),
        tenant: own(&names.tenant),
        scheduled_at: own(&names.scheduled_at).and_then(|time| parse_time(&time)),
        reason: own(&names.reason),
    }
}

/// The length of the longest of these types that the event's begins with.
fn beginning(names: &EventNames, event_type: &str) -> Option<usize> {
    let event_type = normalized(event_type);
    let types = names.types.iter().map(|name| normalized(name));
    types.filter(|name| event_type.starts_with(name)).map(|name| name.len()).max()
}

/// Lower case, without separators.
fn normalized(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

/// The member with this name, where it is not null. Names are compared by [`normalized`].
fn member<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    let (object, name) = (value.as_object()?, normalized(name));
    object
        .iter()
        .find(|(member, value)| !value.is_null() && normalized(member) == name)
        .map(|(_, value)| value)
}

/// The first of these members that is a text that is not blank, or a whole number.
fn text(value: &Value, names: &[String]) -> Option<String> {
    names.iter().find_map(|name| match member(value, name)? {
        Value::String(text) if !text.trim().is_empty() => Some(text.clone()),
        Value::Number(number) if !number.is_f64() => Some(number.to_string()),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::status::StatusId;
    use serde_json::json;

    fn read(event_type: &str, payload: &Value) -> Option<EventSubject> {
        super::read(&Profile::embedded(), event_type, payload)
    }

    #[test]
    fn the_longest_type_counts() {
        let text = crate::profile::DEFAULT
            .replacen("types = [\"consultation\"]", "types = [\"task\"]", 1)
            .replacen("types = [\"followup\"]", "types = [\"task-plan\"]", 1);
        let profile = Profile::read(&text).expect("it reads");
        let payload = json!({ "id": "k-1" });
        let subject = |name| Some(super::read(&profile, name, &payload)?.subject);
        assert_eq!(subject("TASK_UPDATED"), Some(Subject::Consultation));
        assert_eq!(subject("TASK_PLAN_UPDATED"), Some(Subject::FollowUp));
        assert_eq!(subject("TENANT_ONBOARDED"), None);
    }

    fn done(subject: Subject) -> EventSubject {
        let status =
            EmpegoStatus { id: StatusId::Done, en: "Done".to_owned(), fr: "Terminé".to_owned() };
        EventSubject {
            subject,
            key: EmpegoKey("k-1".to_owned()),
            metadata: Some("ours".to_owned()),
            status: Some(status),
            answered_at: Some(AnsweredAt(Some(1_774_017_000_000))),
            details: EventDetails {
                identifiers: vec![("file-number".to_owned(), "A-1".to_owned())],
                first_name: Some("Ada".to_owned()),
                last_name: None,
                tenant: Some("t-1".to_owned()),
                scheduled_at: (subject == Subject::FollowUp).then_some(1_774_017_000_000),
                reason: Some("Cough".to_owned()),
            },
        }
    }

    #[test]
    fn every_type_and_every_place_reads_the_same() {
        let status = json!({ "id": "DONE", "en": "Done", "fr": "Terminé" });
        let consultation = json!({
            "consultationKey": "k-1", "consultationStatus": status, "metadata": "ours",
            "firstName": "Ada", "consultationAnsweredAt": "2026-03-20 14:30:00.000",
            "externalPatientKeys": [{ "subSystem": "file-number", "key": "A-1" }, 7, {}],
            "tenantKey": "t-1", "customConsultationReason": "Cough",
        });
        let follow_up = json!({
            "followupKey": "k-1", "followupStatus": status, "metadata": "ours", "patientKey": "p",
            "followupAnsweredAt": "2026-03-20T14:30:00.000Z", "firstName": "Ada",
            "externalPatientKey": [{ "subSystem": "file-number", "key": "A-1" }],
            "tenantKey": "t-1", "customFollowupReason": "Cough",
            "followupScheduledAt": "2026-03-20 14:30:00.000",
        });
        for (subject, inner, types, noun) in [
            (
                Subject::Consultation,
                consultation,
                ["consultation", "CONSULTATION_UPDATED", "Consultation.Answered"],
                "consultation",
            ),
            (
                Subject::FollowUp,
                follow_up,
                ["followup", "FOLLOW_UP_UPDATED", "followUp-created"],
                "followUp",
            ),
        ] {
            let wrapper = json!({
                "id": "the event's", "createdAt": "2024-03-13 23:37:54.000",
                "eventType": types[0], "operation": "update",
            });
            let mut v1 = wrapper.clone();
            v1["data"] = json!({ noun: inner });
            let mut flat_data = wrapper;
            flat_data["data"] = inner.clone();
            for payload in
                [inner.clone(), json!({ noun: inner }), json!({ "data": inner }), v1, flat_data]
            {
                for event_type in types {
                    assert_eq!(
                        read(event_type, &payload),
                        Some(done(subject)),
                        "{event_type} {payload}"
                    );
                }
            }
        }
    }

    #[test]
    fn a_bare_status_and_a_generic_id_are_enough() {
        let event = read("CONSULTATION_CREATED", &json!({ "id": "k-2", "status": "half_done" }))
            .expect("it reads");
        assert_eq!(
            (event.key.0.as_str(), event.status, event.metadata),
            ("k-2", Some(EmpegoStatus::bare("half_done")), None)
        );
        let event = read(
            "consultation",
            &json!({ "consultation": { "consultationKey": "k-3", "consultationStatus": null } }),
        )
        .expect("it reads");
        assert_eq!(event.status, None);
    }

    #[test]
    fn an_answer_counts_whatever_its_time_looks_like_and_null_is_none() {
        for (value, read) in [
            (json!("2026-03-20 14:30:00"), Some(Some(1_774_017_000_000))),
            (json!(1_774_017_000_000_i64), Some(Some(1_774_017_000_000))),
            (json!("20 mars 2026"), Some(None)),
            (json!(null), None),
            (json!(" "), None),
        ] {
            let payload = json!({ "consultationKey": "k", "consultationAnsweredAt": value });
            let event = super::read(&Profile::embedded(), "consultation", &payload);
            assert_eq!(event.expect("it reads").answered_at, read.map(AnsweredAt), "{payload}");
        }
    }

    #[test]
    fn other_types_and_payloads_without_a_key_are_ignored() {
        for (event_type, payload) in [
            ("TENANT_ONBOARDED", json!({ "tenantId": "P0001" })),
            ("patient", json!({ "consultationKey": "k" })),
            ("", json!({ "id": "k" })),
            ("consultation", json!(null)),
            ("consultation", json!([1])),
            ("consultation", json!({ "consultationKey": "  " })),
            (
                "consultation",
                json!({ "id": "the event's", "data": { "consultation": { "firstName": "Ada" } } }),
            ),
        ] {
            assert_eq!(read(event_type, &payload), None, "{event_type} {payload}");
        }
    }
}
