//! Assumed profile: the ONE file on the sandbox's side with paths, keys, names of members and
//! bodies of Empego's v2; what the events of its queue are called and say is in
//! `profile/events.rs`, and is assumed as well.
//!
//! Every line follows `empego-api.md` §10.2, which is built from documented names and the nearest
//! precedent and is no proof of compatibility. When Empego's v2 reference is at hand, this file is
//! what changes.

mod events;

pub(super) use events::{Happening, event_payload, event_type, iso};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// The path below the origin where REST begins.
pub const BASE: &str = "/v2";
/// The key that belongs to one tenant, [`TENANT_KEY`].
pub const API_KEY: &str = "sandbox-key";
/// The key that belongs to two tenants, [`TENANT_KEY`] and [`SECOND_TENANT_KEY`]: its calls must
/// name one.
pub const CHAIN_API_KEY: &str = "sandbox-chain-key";
/// The tenant that everybody starts with.
pub const TENANT_KEY: &str = "5a0db0c5-0000-4000-8000-00000000000a";
/// The other tenant of [`CHAIN_API_KEY`].
pub const SECOND_TENANT_KEY: &str = "5a0db0c5-0000-4000-8000-00000000000b";

/// The tenants of a key; none for a wrong key.
pub(super) fn tenants(key: &str) -> &'static [&'static str] {
    match key {
        API_KEY => &[TENANT_KEY],
        CHAIN_API_KEY => &[TENANT_KEY, SECOND_TENANT_KEY],
        _ => &[],
    }
}

/// The tenant with this key, if it is one of the sandbox's.
pub(super) fn tenant(key: &str) -> Option<&'static str> {
    [TENANT_KEY, SECOND_TENANT_KEY].into_iter().find(|tenant| *tenant == key)
}

/// What the sandbox keeps for patients to answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    Consultation,
    FollowUp,
}

impl Kind {
    /// Below [`BASE`].
    pub(super) fn create_path(self) -> &'static str {
        match self {
            Self::Consultation => "/consultation",
            Self::FollowUp => "/followup",
        }
    }

    /// Below [`BASE`]. The first one is documented (`empego-api.md` §3.1).
    pub(super) fn answer_path(self) -> &'static str {
        match self {
            Self::Consultation => "/embed/consultation/answer",
            Self::FollowUp => "/embed/followup/answer",
        }
    }

    /// Below [`BASE`].
    pub(super) fn details_path(self) -> &'static str {
        match self {
            Self::Consultation => "/embed/consultation/details",
            Self::FollowUp => "/embed/followup/details",
        }
    }

    /// The member that names one, in requests and answers.
    pub(super) fn key_member(self) -> &'static str {
        match self {
            Self::Consultation => "consultationKey",
            Self::FollowUp => "followupKey",
        }
    }

    fn status_member(self) -> &'static str {
        match self {
            Self::Consultation => "consultationStatus",
            Self::FollowUp => "followupStatus",
        }
    }

    /// Where a new one stands (`empego-api.md` §7).
    pub(super) fn first_status(self) -> &'static str {
        match self {
            Self::Consultation => "UNANSWERED",
            Self::FollowUp => "PLANNED",
        }
    }
}

/// Where something answered stands.
pub(super) const ANSWERED: &str = "TO_BE_ANALYZED";

/// Whether something that stands here was answered, and whether it is finished; `None` where the
/// status leaves it open (`empego-api.md` §7: assumed for consultations).
pub(super) fn stage(status: &str) -> (Option<bool>, Option<bool>) {
    match status {
        "PLANNED" | "UNANSWERED" => (Some(false), Some(false)),
        "TO_BE_ANALYZED" | "IN_PROGRESS" => (Some(true), Some(false)),
        "DONE" | "ARCHIVED" => (Some(true), Some(true)),
        "CANCELLED" => (None, Some(true)),
        _ => (None, None),
    }
}

/// A status with its labels (`empego-api.md` §7).
#[derive(Clone, Debug, Serialize)]
pub(super) struct Status {
    pub(super) id: String,
    pub(super) en: String,
    pub(super) fr: String,
}

impl Status {
    /// The documented labels; an id that no document names is its own label.
    pub(super) fn new(id: &str) -> Self {
        let (en, fr) = match id {
            "PLANNED" => ("Waiting to be sent", "En attente d'envoi"),
            "UNANSWERED" => ("Unanswered", "Non répondu"),
            "TO_BE_ANALYZED" => ("To be analyzed", "À analyser"),
            "IN_PROGRESS" => ("In progress", "En cours"),
            "DONE" => ("Done", "Terminé"),
            "ARCHIVED" => ("Archived", "Archivé"),
            "CANCELLED" => ("Cancelled", "Annulé"),
            other => (other, other),
        };
        Self { id: id.to_owned(), en: en.to_owned(), fr: fr.to_owned() }
    }
}

/// `{subSystem, key}`: what an outside system calls the patient (`empego-api.md` §3.1).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Identifier {
    pub(super) sub_system: String,
    pub(super) key: String,
}

/// The body of a create call. At least one identifier.
#[derive(Clone, Debug)]
pub(super) struct Create {
    pub(super) identifiers: Vec<Identifier>,
    pub(super) first_name: Option<String>,
    pub(super) last_name: Option<String>,
    pub(super) metadata: Option<String>,
    pub(super) plan: Plan,
}

/// What a follow-up is planned as. A consultation has none of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Plan {
    /// `yyyy-MM-dd HH:mm:ss.SSS`, UTC; `None` = at once.
    pub(super) scheduled_at: Option<String>,
    pub(super) recurring: bool,
    pub(super) reason: Option<String>,
}

/// Reads the body of a create call. Members that the profile does not name are left alone, as a
/// service that knows more than the profile would. The error names the member at fault and never
/// what was in it.
pub(super) fn read_create(body: &Value) -> Result<Create, String> {
    let body = body.as_object().ok_or("the body must be a JSON object")?;
    let patient =
        body.get("patient").and_then(Value::as_object).ok_or("patient must be an object")?;
    let pairs = match patient.get("externalPatientKeys") {
        None | Some(Value::Null) => return Err(NO_IDENTIFIER.to_owned()),
        Some(Value::Array(pairs)) if pairs.is_empty() => return Err(NO_IDENTIFIER.to_owned()),
        Some(Value::Array(pairs)) => pairs,
        Some(_) => return Err("patient.externalPatientKeys must be an array".to_owned()),
    };
    let mut identifiers = Vec::with_capacity(pairs.len());
    for (index, pair) in pairs.iter().enumerate() {
        let part = |name: &str| {
            let text =
                pair.get(name).and_then(Value::as_str).filter(|text| !text.trim().is_empty());
            text.map(str::to_owned).ok_or_else(|| {
                format!(
                    "patient.externalPatientKeys[{index}].{name} must be a string that is not empty"
                )
            })
        };
        identifiers.push(Identifier { sub_system: part("subSystem")?, key: part("key")? });
    }
    Ok(Create {
        identifiers,
        first_name: optional(patient, "firstName", "patient.firstName")?,
        last_name: optional(patient, "lastName", "patient.lastName")?,
        metadata: optional(body, "metadata", "metadata")?,
        plan: read_plan(body)?,
    })
}

fn read_plan(body: &Map<String, Value>) -> Result<Plan, String> {
    const SCHEDULED_AT: &str = "followupScheduledAt";
    let scheduled_at = optional(body, SCHEDULED_AT, SCHEDULED_AT)?;
    if scheduled_at.as_ref().is_some_and(|text| text.parse::<jiff::civil::DateTime>().is_err()) {
        return Err(format!("{SCHEDULED_AT} must be a time as yyyy-MM-dd HH:mm:ss.SSS"));
    }
    let recurring = match body.get("recurring") {
        None | Some(Value::Null) => false,
        Some(Value::Bool(recurring)) => *recurring,
        Some(_) => return Err("recurring must be true or false".to_owned()),
    };
    Ok(Plan {
        scheduled_at,
        recurring,
        reason: optional(body, "customFollowupReason", "customFollowupReason")?,
    })
}

const NO_IDENTIFIER: &str = "patient.externalPatientKeys must have at least one { subSystem, key }";

fn optional(
    object: &Map<String, Value>,
    member: &str,
    name: &str,
) -> Result<Option<String>, String> {
    match object.get(member) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(format!("{name} must be a string")),
    }
}

/// Reads the body of an embed call.
pub(super) fn read_key(kind: Kind, body: &Value) -> Result<String, String> {
    let name = kind.key_member();
    let key = body.get(name).and_then(Value::as_str).filter(|key| !key.is_empty());
    key.map(str::to_owned).ok_or_else(|| format!("{name} must be a string that is not empty"))
}

/// The answer to a create call.
pub(super) fn created(
    kind: Kind,
    key: &str,
    patient_key: &str,
    tenant_key: &str,
    status: &Status,
) -> Value {
    json!({ kind.key_member(): key, "patientKey": patient_key, "tenantKey": tenant_key, kind.status_member(): status })
}

/// The answer to an embed call.
pub(super) fn presigned(url: &str) -> Value {
    json!({ "iframeUrl": url })
}

/// The body of every answer that is no success.
pub(super) fn refused(message: &str) -> Value {
    json!({ "message": message })
}

/// What the questionnaire posts to the window around it when the patient is done (`empego-api.md`
/// §5.2). `misprint` is the spelling of the documents' example and of their older copy: `evenType`,
/// and `followUp`. `at` is in milliseconds.
pub(super) fn completion(
    kind: Kind,
    misprint: bool,
    status: &str,
    key: &str,
    tenant_key: &str,
    at: i64,
) -> Value {
    let member = if misprint { "evenType" } else { "eventType" };
    let event_type = match (kind, misprint) {
        (Kind::Consultation, _) => "consultation",
        (Kind::FollowUp, false) => "followup",
        (Kind::FollowUp, true) => "followUp",
    };
    json!({ member: event_type, "operation": "update", "status": status, "id": key, "tenantKey": tenant_key, "createdAt": at })
}

/// What the details page posts when an export begins (`empego-api.md` §5.1). `at` is in
/// milliseconds.
pub(super) fn export_in_progress(kind: Kind, key: &str, tenant_key: &str, at: i64) -> Value {
    export(kind, "exportInProgress", key, tenant_key, at)
}

/// What the details page posts when an export is ready: the PDF's address and when that ends, and
/// the text. What there is none of could not be made.
pub(super) fn export_ready(
    kind: Kind,
    key: &str,
    tenant_key: &str,
    at: i64,
    pdf: Option<&(String, i64)>,
    text: Option<&str>,
) -> Value {
    let pdf = pdf.map(
        |(url, expiry)| json!({ "status": "SUCCESS", "fileURL": url, "fileURLExpiry": expiry }),
    );
    let text = text.map(|text| json!({ "status": "SUCCESS", "content": text }));
    let failure = || json!({ "status": "FAILURE" });
    let mut message = export(kind, "exportReady", key, tenant_key, at);
    message["data"] = json!({ "pdfSummary": pdf.unwrap_or_else(failure), "textualSummary": text.unwrap_or_else(failure) });
    message
}

fn export(kind: Kind, operation: &str, key: &str, tenant_key: &str, at: i64) -> Value {
    let event_type = match kind {
        Kind::Consultation => "consultation",
        Kind::FollowUp => "followup",
    };
    json!({ "eventType": event_type, "operation": operation, "id": key, "tenantKey": tenant_key, "createdAt": at })
}
