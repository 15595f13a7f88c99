//! The **assumed profile**: the only file with paths, bodies and sub-system names that Empego's
//! public documents do not give. Replace it when Empego's v2 reference is available
//! (`docs/empego.md` §10.2). The sandbox has its own copy.
//!
//! Assumptions:
//! 1. Creating a consultation is `POST {base}/consultation` with JSON. (`POST` is documented.)
//! 2. Its body is `{"patient": {"externalPatientKeys": [{"subSystem", "key"}], "firstName",
//!    "lastName"}, "metadata"}`. These names are documented for events, not for this request. That
//!    it carries the patient, who is matched by key, is documented.
//! 3. At least one `{subSystem, key}` is required, so a patient without one gets one of ours.
//! 4. The sub-system of a health number is its naming system at Canada Health Infoway, that of the
//!    clinic's own number is `file-number`, that of our patient id is `empego-desk`. Empego stores
//!    these as given. They must never change: a changed one makes a second patient at Empego.
//! 5. The URL to answer is `POST {base}/embed/consultation/answer` with `{"consultationKey"}`. (The
//!    path is documented; the method and the body are not.)
//! 6. Answers hold the key in `consultationKey`, `id` or `consultationId`, the status in
//!    `consultationStatus` or `status`, the URL in `iframeUrl` or `url`; the first one present
//!    counts.
//! 7. The URL of the details page, for staff, is `POST {base}/embed/consultation/details` with
//!    `{"consultationKey"}`, and `POST {base}/embed/followup/details` with `{"followupKey"}`. The
//!    user is in the header `x-integration-user`, as in v1 (`acting.rs`).
//! 8. The all-zero UUID is no consultation, and requesting its URL has no effect.
//! 9. Creating a follow-up is `POST {base}/followup` with the same body plus `followupScheduledAt`
//!    (`yyyy-MM-dd HH:mm:ss.SSS`, UTC), `recurring` and `customFollowupReason`. These names are
//!    documented for events (`docs/empego.md` §6.2). Each date of a series is a follow-up of its
//!    own, created by us: whether Empego would create the later ones is not documented.
//! 10. The URL to answer a follow-up is `POST {base}/embed/followup/answer` with `{"followupKey"}`.
//!     Answers hold its key in `followupKey`, `id` or `followupId`, its status in `followupStatus`
//!     or `status`.
//!
//! The date of birth is not sent: no document names a member for it.

use crate::model::health_number::IdentifierType;
use crate::model::ids::EmpegoKey;
use crate::model::patient::Patient;
use serde::Serialize;

/// What Empego has a page for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    Consultation,
    FollowUp,
}

impl Kind {
    /// Path that creates one, below the base URL (assumed).
    #[must_use]
    pub fn create_path(self) -> &'static str {
        match self {
            Self::Consultation => "/consultation",
            Self::FollowUp => "/followup",
        }
    }

    /// Path that gives the URL to answer one (documented for a consultation).
    #[must_use]
    pub fn answer_path(self) -> &'static str {
        match self {
            Self::Consultation => "/embed/consultation/answer",
            Self::FollowUp => "/embed/followup/answer",
        }
    }

    /// Path that gives the URL of the details page (assumed).
    #[must_use]
    pub fn details_path(self) -> &'static str {
        match self {
            Self::Consultation => "/embed/consultation/details",
            Self::FollowUp => "/embed/followup/details",
        }
    }

    /// Members that may hold the key in an answer; the first one present counts.
    #[must_use]
    pub fn key_members(self) -> [&'static str; 3] {
        match self {
            Self::Consultation => ["consultationKey", "id", "consultationId"],
            Self::FollowUp => ["followupKey", "id", "followupId"],
        }
    }

    /// Members that may hold the status.
    #[must_use]
    pub fn status_members(self) -> [&'static str; 2] {
        match self {
            Self::Consultation => ["consultationStatus", "status"],
            Self::FollowUp => ["followupStatus", "status"],
        }
    }
}

/// Members that may hold a presigned URL.
pub const URL_MEMBERS: [&str; 2] = ["iframeUrl", "url"];

/// Key of no consultation, for the connection check.
pub const NO_CONSULTATION: &str = "00000000-0000-0000-0000-000000000000";

/// Sub-system of our own patient ids.
const OWN_SUB_SYSTEM: &str = "empego-desk";

/// Sub-system of an identifier, by which Empego matches patients.
#[must_use]
pub fn sub_system(kind: IdentifierType) -> &'static str {
    match kind {
        IdentifierType::FileNumber => "file-number",
        IdentifierType::Qc => {
            "https://fhir.infoway-inforoute.ca/NamingSystem/ca-qc-patient-healthcare-id"
        }
        IdentifierType::On => "https://fhir.infoway-inforoute.ca/NamingSystem/ca-on-patient-hcn",
        IdentifierType::Bc => {
            "https://fhir.infoway-inforoute.ca/NamingSystem/ca-bc-patient-healthcare-id"
        }
        IdentifierType::Ab => {
            "https://fhir.infoway-inforoute.ca/NamingSystem/ca-ab-patient-healthcare-id"
        }
        IdentifierType::Mb => {
            "https://fhir.infoway-inforoute.ca/NamingSystem/ca-mb-patient-healthcare-id"
        }
        IdentifierType::Sk => {
            "https://fhir.infoway-inforoute.ca/NamingSystem/ca-sk-patient-healthcare-id"
        }
        IdentifierType::Nb => {
            "https://fhir.infoway-inforoute.ca/NamingSystem/ca-nb-patient-healthcare-id"
        }
        IdentifierType::Ns => {
            "https://fhir.infoway-inforoute.ca/NamingSystem/ca-ns-patient-healthcare-id"
        }
        IdentifierType::Pe => {
            "https://fhir.infoway-inforoute.ca/NamingSystem/ca-pe-patient-healthcare-id"
        }
        IdentifierType::Nl => {
            "https://fhir.infoway-inforoute.ca/NamingSystem/ca-nl-patient-healthcare-id"
        }
        IdentifierType::Yt => {
            "https://fhir.infoway-inforoute.ca/NamingSystem/ca-yt-patient-healthcare-id"
        }
        IdentifierType::Nt => {
            "https://fhir.infoway-inforoute.ca/NamingSystem/ca-nt-patient-healthcare-id"
        }
        IdentifierType::Nu => {
            "https://fhir.infoway-inforoute.ca/NamingSystem/ca-nu-patient-healthcare-id"
        }
    }
}

/// The members of a follow-up beside its patient.
#[derive(Clone, Copy)]
pub struct Plan<'a> {
    /// In milliseconds (UTC).
    pub scheduled_at: i64,
    pub recurring: bool,
    pub reason: &'a str,
}

/// Body of a create call.
#[derive(Serialize)]
pub struct CreateBody<'a> {
    patient: PatientBody<'a>,
    metadata: &'a str,
    #[serde(flatten)]
    plan: Option<PlanBody<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PlanBody<'a> {
    followup_scheduled_at: String,
    recurring: bool,
    custom_followup_reason: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PatientBody<'a> {
    external_patient_keys: Vec<ExternalKey<'a>>,
    /// Left out for a person who has one name.
    #[serde(skip_serializing_if = "str::is_empty")]
    first_name: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    last_name: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ExternalKey<'a> {
    sub_system: &'static str,
    key: &'a str,
}

impl<'a> CreateBody<'a> {
    /// `plan` is given for a follow-up. Empego returns the opaque `metadata` in its events.
    #[must_use]
    pub fn new(patient: &'a Patient, metadata: &'a str, plan: Option<Plan<'a>>) -> Self {
        let mut keys: Vec<_> = patient
            .identifiers
            .iter()
            .map(|identifier| ExternalKey {
                sub_system: sub_system(identifier.kind),
                key: &identifier.key,
            })
            .collect();
        if keys.is_empty() {
            keys.push(ExternalKey { sub_system: OWN_SUB_SYSTEM, key: &patient.id.0 });
        }
        let patient = PatientBody {
            external_patient_keys: keys,
            first_name: &patient.first_name,
            last_name: &patient.last_name,
        };
        let plan = plan.map(|plan| PlanBody {
            followup_scheduled_at: utc(plan.scheduled_at),
            recurring: plan.recurring,
            custom_followup_reason: plan.reason,
        });
        Self { patient, metadata, plan }
    }
}

/// `yyyy-MM-dd HH:mm:ss.SSS`, UTC, as in Empego's events (`docs/empego.md` §6.2).
fn utc(at: i64) -> String {
    jiff::Timestamp::from_millisecond(at)
        .unwrap_or_default()
        .strftime("%Y-%m-%d %H:%M:%S%.3f")
        .to_string()
}

/// Body of a call for a URL: to answer, or to view the details.
#[derive(Serialize)]
#[serde(untagged)]
pub enum KeyBody<'a> {
    #[serde(rename_all = "camelCase")]
    Consultation { consultation_key: &'a str },
    #[serde(rename_all = "camelCase")]
    FollowUp { followup_key: &'a str },
}

impl<'a> KeyBody<'a> {
    /// Names the record by its key.
    #[must_use]
    pub fn new(kind: Kind, key: &'a EmpegoKey) -> Self {
        match kind {
            Kind::Consultation => Self::Consultation { consultation_key: &key.0 },
            Kind::FollowUp => Self::FollowUp { followup_key: &key.0 },
        }
    }
}
