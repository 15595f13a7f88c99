//! Assumed: what the sandbox puts into its event queue. The frames around it are documented and are
//! in `queue/frames.rs`.
//!
//! Whether Empego's v2 queue tells of consultations and follow-ups at all, and under which type
//! names, no readable page says (`empego-api.md` §6.1): the names here follow the style of
//! `TENANT_ONBOARDED`, and the payloads are v1's (§6.2).

use super::super::state::Subject;
use super::{Identifier, Kind};
use serde_json::{Value, json};

/// What an event tells of a consultation or follow-up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sandbox) enum Happening {
    /// It is there.
    Created,
    /// It was answered, or its status changed.
    Updated,
}

/// The type of an event.
pub(in crate::sandbox) fn event_type(kind: Kind, happening: Happening) -> &'static str {
    match (kind, happening) {
        (Kind::Consultation, Happening::Created) => "CONSULTATION_CREATED",
        (Kind::Consultation, Happening::Updated) => "CONSULTATION_UPDATED",
        (Kind::FollowUp, Happening::Created) => "FOLLOWUP_CREATED",
        (Kind::FollowUp, Happening::Updated) => "FOLLOWUP_UPDATED",
    }
}

/// The payload of an event: the consultation or follow-up as it stands, below its noun.
pub(in crate::sandbox) fn event_payload(subject: &Subject, identifiers: &[Identifier]) -> Value {
    let mut payload = json!({
        subject.kind.key_member(): subject.key,
        "patientKey": subject.patient_key,
        "externalPatientKeys": identifiers,
        "tenantKey": subject.tenant_key,
        subject.kind.status_member(): subject.status,
        "metadata": subject.metadata,
    });
    let (created, answered, finished) =
        (utc(subject.created_at), subject.answered_at.map(utc), subject.finished_at.map(utc));
    let done = subject.status.id == "DONE";
    let noun = match subject.kind {
        Kind::Consultation => {
            payload["consultationCreatedAt"] = json!(created);
            payload["consultationAnsweredAt"] = json!(answered);
            payload["consultationFinishedAt"] = json!(finished);
            payload["consultationLocation"] =
                json!({ "id": "ONSITE", "en": "Onsite", "fr": "Sur place" });
            if done {
                payload["consultationSummary"] =
                    json!({ "en": "Sandbox summary", "fr": "Résumé du bac à sable" });
            }
            "consultation"
        }
        Kind::FollowUp => {
            payload["followupScheduledAt"] =
                json!(subject.plan.scheduled_at.as_deref().unwrap_or(&created));
            payload["followupAnsweredAt"] = json!(answered);
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
            "followup"
        }
    };
    if done {
        payload["billableDinList"] = json!([]);
        payload["attachments"] = json!([]);
    }
    json!({ noun: payload })
}

/// Milliseconds since 1970 as payloads write a time: `YYYY-MM-DD HH:MM:SS.mmm`, in UTC
/// (`empego-api.md` §6.2).
fn utc(at: i64) -> String {
    written(at, "%Y-%m-%d %H:%M:%S%.3f")
}

/// Milliseconds since 1970 as an event's own time is written: ISO 8601 with `Z` (`empego-api.md`
/// §6.1).
pub(in crate::sandbox) fn iso(at: i64) -> String {
    written(at, "%Y-%m-%dT%H:%M:%S%.3fZ")
}

fn written(at: i64, format: &str) -> String {
    // A clock that is beyond the year 9999 is no clock: 1970 will do.
    jiff::Timestamp::from_millisecond(at).unwrap_or_default().strftime(format).to_string()
}

#[cfg(test)]
mod tests {
    use super::{iso, utc};

    #[test]
    fn times_have_milliseconds_always() {
        assert_eq!(utc(1_790_000_000_000), "2026-09-21 14:13:20.000");
        assert_eq!(iso(1_790_000_000_007), "2026-09-21T14:13:20.007Z");
        assert_eq!(iso(i64::MAX), "1970-01-01T00:00:00.000Z");
    }
}
