//! Assumed: types and payloads of the sandbox's events. The frames around them are documented
//! (`queue/frames.rs`).
//!
//! Whether Empego's v2 queue has events of consultations and follow-ups at all, and of which types,
//! is not documented (`docs/empego.md` §6.1). The types here follow the style of
//! `TENANT_ONBOARDED`; the payloads are those of v1 (§6.2).

use super::super::state::Subject;
use super::{Identifier, Kind, key_value};
use crate::profile::{EventNames, Profile};
use serde_json::{Value, json};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sandbox) enum Change {
    Created,
    /// Answered, or the status changed.
    Updated,
}

pub(in crate::sandbox) fn event_type(profile: &Profile, kind: Kind, change: Change) -> String {
    let change = match change {
        Change::Created => "CREATED",
        Change::Updated => "UPDATED",
    };
    let beginning = names(profile, kind).types.first().map(|text| text.to_uppercase());
    format!("{}_{change}", beginning.unwrap_or_default())
}

fn names(profile: &Profile, kind: Kind) -> &EventNames {
    match kind {
        Kind::Consultation => &profile.events.consultation,
        Kind::FollowUp => &profile.events.follow_up,
    }
}

/// Payload of an event: the consultation or follow-up, under its noun. Members that the desk does
/// not read have their documented names, whatever the profile says.
///
/// A patient without an identifier is not linked: the event has the names in place of a key.
pub(in crate::sandbox) fn event_payload(
    profile: &Profile,
    subject: &Subject,
    identifiers: &[Identifier],
    patient: (Option<&str>, Option<&str>),
) -> Value {
    let names = names(profile, subject.kind);
    let mut payload = json!({
        "patientKey": subject.patient_key,
        "externalPatientKeys": identifiers,
        "tenantKey": subject.tenant_key,
    });
    if identifiers.is_empty() {
        payload["patientKey"] = Value::Null;
        (payload["firstName"], payload["lastName"]) = (json!(patient.0), json!(patient.1));
    }
    let (created, answered, finished) =
        (utc(subject.created_at), subject.answered_at.map(utc), subject.finished_at.map(utc));
    for (names, value) in [
        (&names.key, key_value(profile, &subject.key)),
        (&names.status, json!(subject.status.said(profile))),
        (&names.metadata, json!(subject.metadata)),
        (&names.answered_at, json!(answered)),
    ] {
        if let Some(name) = names.first() {
            payload[name] = value;
        }
    }
    let done = subject.status.id == "DONE";
    match subject.kind {
        Kind::Consultation => {
            payload["consultationCreatedAt"] = json!(created);
            payload["consultationFinishedAt"] = json!(finished);
            payload["consultationLocation"] =
                json!({ "id": "ONSITE", "en": "Onsite", "fr": "Sur place" });
            if let Some(reason) = &subject.plan.reason {
                payload["customConsultationReason"] = json!(reason);
            }
            if done {
                payload["consultationSummary"] =
                    json!({ "en": "Sandbox summary", "fr": "Résumé du bac à sable" });
            }
        }
        Kind::FollowUp => {
            payload["followupScheduledAt"] =
                json!(subject.plan.scheduled_at.as_deref().unwrap_or(&created));
            payload["followupFinishedAt"] = json!(finished);
            payload["recurring"] = json!(subject.plan.recurring);
            payload["customFollowupReason"] = json!(subject.plan.reason);
            if done {
                payload["followupSummary"] =
                    json!({ "en": "Sandbox summary", "fr": "Résumé du bac à sable" });
            }
            if subject.status.id == "CANCELLED" {
                payload["followUpReminderList"] = json!([]);
            }
        }
    }
    if done {
        payload["billableDinList"] = json!([]);
        payload["attachments"] = json!([]);
    }
    json!({ names.noun.as_str(): payload })
}

/// The time format of payloads: `YYYY-MM-DD HH:MM:SS.mmm`, UTC (`docs/empego.md` §6.2).
fn utc(at: i64) -> String {
    format_time(at, "%Y-%m-%d %H:%M:%S%.3f")
}

/// The time format of `eventTs`: ISO 8601 with `Z` (`docs/empego.md` §6.1).
pub(in crate::sandbox) fn iso(at: i64) -> String {
    format_time(at, "%Y-%m-%dT%H:%M:%S%.3fZ")
}

fn format_time(at: i64, format: &str) -> String {
    // A time beyond the year 9999 becomes 1970.
    jiff::Timestamp::from_millisecond(at).unwrap_or_default().strftime(format).to_string()
}

#[cfg(test)]
mod tests {
    use super::{iso, utc};

    #[test]
    fn times_always_have_milliseconds() {
        assert_eq!(utc(1_790_000_000_000), "2026-09-21 14:13:20.000");
        assert_eq!(iso(1_790_000_000_007), "2026-09-21T14:13:20.007Z");
        assert_eq!(iso(i64::MAX), "1970-01-01T00:00:00.000Z");
    }
}
