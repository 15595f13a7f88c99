//! The **assumed profile**: the only file with paths, bodies and sub-system names that Empego's
//! public documents do not give. Replace it when Empego's v2 reference is at hand (`empego-api.md`
//! §10.2); the sandbox keeps its own copy.
//!
//! Assumed here, line by line:
//! 1. Creating a consultation is `POST {base}/consultation` with JSON. (That it is a `POST` is
//!    documented.)
//! 2. Its body is `{"patient": {"externalPatientKeys": [{"subSystem", "key"}], "firstName",
//!    "lastName"}, "metadata"}`. The names are documented for events, not for this request; that
//!    the patient travels in it and is found again by key is.
//! 3. At least one `{subSystem, key}` is required, so a patient without any gets one of ours.
//! 4. The sub-system of a health number is its naming system at Canada Health Infoway, that of the
//!    clinic's own number is `file-number`, that of our own patient id is `empego-desk`. Empego
//!    stores these as given and does not manage them, so what matters most is that they never
//!    change: a changed one makes a second patient at Empego.
//! 5. The URL to answer is `POST {base}/embed/consultation/answer` with `{"consultationKey"}`. (The
//!    path is documented, its method and body are not.)
//! 6. The consultation is named in answers by `consultationKey`, `id` or `consultationId`, its
//!    status by `consultationStatus` or `status`, the URL by `iframeUrl` or `url`; the first that
//!    is there counts.
//! 7. The URL to view the details, for staff, is `POST {base}/embed/consultation/details` with
//!    `{"consultationKey"}`, and `POST {base}/embed/followup/details` with `{"followupKey"}`. Whom
//!    it is opened for is in the header `x-integration-user`, as in v1 (`acting.rs`).
//! 8. The all-zero UUID names no consultation, and asking for its URL changes nothing.
//! 9. Creating a follow-up is `POST {base}/followup` with the same body and, beside it,
//!    `followupScheduledAt` (`yyyy-MM-dd HH:mm:ss.SSS`, UTC), `recurring` and
//!    `customFollowupReason`. These names are documented for events (§6.2). Every date of one that
//!    repeats is a follow-up of its own, created by us: whether Empego would create the later ones
//!    by itself is not documented.
//! 10. The URL to answer a follow-up is `POST {base}/embed/followup/answer` with `{"followupKey"}`,
//!     and a follow-up is named in answers by `followupKey`, `id` or `followupId`, its status by
//!     `followupStatus` or `status`.
//!
//! The date of birth is known to the desk and not sent: no document names a member for it.

use crate::model::health_number::IdentifierType;
use crate::model::ids::EmpegoKey;
use crate::model::patient::Patient;
use serde::Serialize;

/// What there is a page of at Empego.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A consultation.
    Consultation,
    /// A follow-up.
    FollowUp,
}

impl Kind {
    /// The path below the base URL that creates one (assumed).
    #[must_use]
    pub fn create_path(self) -> &'static str {
        match self {
            Self::Consultation => "/consultation",
            Self::FollowUp => "/followup",
        }
    }

    /// The path below the base URL that gives the URL to answer one (documented for a
    /// consultation).
    #[must_use]
    pub fn answer_path(self) -> &'static str {
        match self {
            Self::Consultation => "/embed/consultation/answer",
            Self::FollowUp => "/embed/followup/answer",
        }
    }

    /// The path below the base URL that gives the URL to view the details (assumed).
    #[must_use]
    pub fn details_path(self) -> &'static str {
        match self {
            Self::Consultation => "/embed/consultation/details",
            Self::FollowUp => "/embed/followup/details",
        }
    }

    /// The members that may name it in an answer, the first that is there counts.
    #[must_use]
    pub fn key_members(self) -> [&'static str; 3] {
        match self {
            Self::Consultation => ["consultationKey", "id", "consultationId"],
            Self::FollowUp => ["followupKey", "id", "followupId"],
        }
    }

    /// The members that may hold its status.
    #[must_use]
    pub fn status_members(self) -> [&'static str; 2] {
        match self {
            Self::Consultation => ["consultationStatus", "status"],
            Self::FollowUp => ["followupStatus", "status"],
        }
    }
}

/// The members that may hold a presigned URL.
pub const URL_MEMBERS: [&str; 2] = ["iframeUrl", "url"];

/// A consultation that cannot exist, for the connection check.
pub const NO_CONSULTATION: &str = "00000000-0000-0000-0000-000000000000";

/// The sub-system of our own patient ids.
const OWN_SUB_SYSTEM: &str = "empego-desk";

/// The sub-system that Empego finds a patient again by.
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

/// What Empego is told of a follow-up beside its patient.
#[derive(Clone, Copy)]
pub struct Plan<'a> {
    /// When it is for, in milliseconds (UTC).
    pub scheduled_at: i64,
    /// Whether it is one of several.
    pub recurring: bool,
    /// What it is about.
    pub reason: &'a str,
}

/// The body that creates a consultation or a follow-up.
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
    first_name: &'a str,
    last_name: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ExternalKey<'a> {
    sub_system: &'static str,
    key: &'a str,
}

impl<'a> CreateBody<'a> {
    /// The body for this patient, with a plan for a follow-up. `metadata` is an opaque text that
    /// Empego gives back in its events.
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

/// A moment as Empego's events write it: `yyyy-MM-dd HH:mm:ss.SSS`, UTC (`empego-api.md` §6.2).
fn utc(at: i64) -> String {
    jiff::Timestamp::from_millisecond(at)
        .unwrap_or_default()
        .strftime("%Y-%m-%d %H:%M:%S%.3f")
        .to_string()
}

/// The body that asks for a URL: to answer, or to view the details.
#[derive(Serialize)]
#[serde(untagged)]
pub enum KeyBody<'a> {
    /// Of a consultation.
    #[serde(rename_all = "camelCase")]
    Consultation {
        /// Which one.
        consultation_key: &'a str,
    },
    /// Of a follow-up.
    #[serde(rename_all = "camelCase")]
    FollowUp {
        /// Which one.
        followup_key: &'a str,
    },
}

impl<'a> KeyBody<'a> {
    /// The body for this one.
    #[must_use]
    pub fn new(kind: Kind, key: &'a EmpegoKey) -> Self {
        match kind {
            Kind::Consultation => Self::Consultation { consultation_key: &key.0 },
            Kind::FollowUp => Self::FollowUp { followup_key: &key.0 },
        }
    }
}
