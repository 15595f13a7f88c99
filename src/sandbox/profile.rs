//! The **assumed profile**: the only file of the sandbox, with `profile/`, that has paths, keys,
//! members and bodies of Empego's v2 API.
//!
//! All of it follows `docs/empego.md` §10.2, which is built from documented names and the nearest
//! precedent and does not prove compatibility. Change it when Empego's v2 reference is available.

mod events;
mod messages;

pub(super) use events::{Change, event_payload, event_type, iso};
pub(super) use messages::{completion, export_in_progress, export_ready};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// Base path of the REST interface.
pub const BASE: &str = "/v2";
/// API key of one tenant, [`TENANT_KEY`].
pub const API_KEY: &str = "sandbox-key";
/// API key of two tenants, [`TENANT_KEY`] and [`SECOND_TENANT_KEY`]: calls must name one.
pub const CHAIN_API_KEY: &str = "sandbox-chain-key";
/// Key of the default tenant.
pub const TENANT_KEY: &str = "5a0db0c5-0000-4000-8000-00000000000a";
/// Key of the other tenant of [`CHAIN_API_KEY`].
pub const SECOND_TENANT_KEY: &str = "5a0db0c5-0000-4000-8000-00000000000b";

/// The tenants of an API key; none for a wrong key.
pub(super) fn tenants(key: &str) -> &'static [&'static str] {
    match key {
        API_KEY => &[TENANT_KEY],
        CHAIN_API_KEY => &[TENANT_KEY, SECOND_TENANT_KEY],
        _ => &[],
    }
}

/// The tenant with this key.
pub(super) fn tenant(key: &str) -> Option<&'static str> {
    [TENANT_KEY, SECOND_TENANT_KEY].into_iter().find(|tenant| *tenant == key)
}

/// What a patient answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    Consultation,
    FollowUp,
}

/// What ends the name of a details page.
const DETAILS_SUFFIX: &str = "-details";

impl Kind {
    /// The noun of types and messages.
    pub(super) fn noun(self) -> &'static str {
        match self {
            Self::Consultation => "consultation",
            Self::FollowUp => "followup",
        }
    }

    /// Path of a presigned URL.
    pub(super) fn page_path(self, details: bool, token: &str) -> String {
        let suffix = if details { DETAILS_SUFFIX } else { "" };
        format!("/embed/{}{suffix}/{token}", self.noun())
    }

    /// The kind that a page of [`Self::page_path`] is of, and whether it is a details page.
    pub(super) fn of_page(page: &str) -> Option<(Self, bool)> {
        let (noun, details) =
            page.strip_suffix(DETAILS_SUFFIX).map_or((page, false), |noun| (noun, true));
        let kind =
            [Self::Consultation, Self::FollowUp].into_iter().find(|kind| kind.noun() == noun)?;
        Some((kind, details))
    }

    /// Below [`BASE`].
    pub(super) fn create_path(self) -> &'static str {
        match self {
            Self::Consultation => "/consultation",
            Self::FollowUp => "/followup",
        }
    }

    /// Below [`BASE`]. That of a consultation is documented (`docs/empego.md` §3.1).
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

    /// Member that holds the key, in requests and answers.
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

    /// Status after creation (`docs/empego.md` §7).
    pub(super) fn first_status(self) -> &'static str {
        match self {
            Self::Consultation => "UNANSWERED",
            Self::FollowUp => "PLANNED",
        }
    }
}

/// Status after an answer.
pub(super) const ANSWERED: &str = "TO_BE_ANALYZED";

/// Whether a record with this status has been answered, and whether it is finished; `None` where
/// the status leaves it open (assumed for consultations, `docs/empego.md` §7).
pub(super) fn stage(status: &str) -> (Option<bool>, Option<bool>) {
    match status {
        "PLANNED" | "UNANSWERED" => (Some(false), Some(false)),
        "TO_BE_ANALYZED" | "IN_PROGRESS" => (Some(true), Some(false)),
        "DONE" => (Some(true), Some(true)),
        "EXPIRED" => (Some(false), Some(true)),
        "ARCHIVED" | "CANCELLED" => (None, Some(true)),
        _ => (None, None),
    }
}

/// A status with its labels (`docs/empego.md` §7).
#[derive(Clone, Debug, Serialize)]
pub(super) struct Status {
    pub(super) id: String,
    pub(super) en: String,
    pub(super) fr: String,
}

impl Status {
    /// With the documented labels; an unknown id is its own label.
    pub(super) fn new(id: &str) -> Self {
        let (en, fr) = match id {
            "PLANNED" => ("Waiting to be sent", "En attente d'envoi"),
            "UNANSWERED" => ("Unanswered", "Non répondu"),
            "TO_BE_ANALYZED" => ("To be analyzed", "À analyser"),
            "IN_PROGRESS" => ("In progress", "En cours"),
            "DONE" => ("Done", "Terminé"),
            "ARCHIVED" => ("Archived", "Archivé"),
            "CANCELLED" => ("Cancelled", "Annulé"),
            "EXPIRED" => ("Expired", "Expiré"),
            other => (other, other),
        };
        Self { id: id.to_owned(), en: en.to_owned(), fr: fr.to_owned() }
    }
}

/// `{subSystem, key}`: an external system's identifier of the patient (`docs/empego.md` §3.1).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Identifier {
    pub(super) sub_system: String,
    pub(super) key: String,
}

/// Body of a create call. At least one identifier.
#[derive(Clone, Debug)]
pub(super) struct Create {
    pub(super) identifiers: Vec<Identifier>,
    pub(super) first_name: Option<String>,
    pub(super) last_name: Option<String>,
    pub(super) metadata: Option<String>,
    pub(super) plan: Plan,
}

/// The members of a follow-up; empty for a consultation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Plan {
    /// `yyyy-MM-dd HH:mm:ss.SSS`, UTC; `None` = at once.
    pub(super) scheduled_at: Option<String>,
    pub(super) recurring: bool,
    pub(super) reason: Option<String>,
}

/// Parses the body of a create call. Unknown members are ignored. The error names the member, never
/// its value.
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

/// Parses the key in the body of an embed call.
pub(super) fn read_key(kind: Kind, body: &Value) -> Result<String, String> {
    let name = kind.key_member();
    let key = body.get(name).and_then(Value::as_str).filter(|key| !key.is_empty());
    key.map(str::to_owned).ok_or_else(|| format!("{name} must be a string that is not empty"))
}

/// Answer to a create call.
pub(super) fn created(
    kind: Kind,
    key: &str,
    patient_key: &str,
    tenant_key: &str,
    status: &Status,
) -> Value {
    json!({
        kind.key_member(): key,
        "patientKey": patient_key,
        "tenantKey": tenant_key,
        kind.status_member(): status,
    })
}

/// Answer to an embed call.
pub(super) fn presigned(url: &str) -> Value {
    json!({ "iframeUrl": url })
}

/// Body of every error.
pub(super) fn refused(message: &str) -> Value {
    json!({ "message": message })
}
