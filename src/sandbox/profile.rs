//! What the sandbox reads in requests and writes into answers, events and messages. Paths and
//! members of requests and answers are in the profile (`src/profile.rs`); keys, statuses, events
//! and messages are here.
//!
//! All of it follows `docs/empego.md` §10.2, which is built from documented names and the nearest
//! precedent and does not prove compatibility.

mod answers;
mod events;
mod kind;
mod messages;

use crate::profile::{Identifiers, Member, Operation, Profile};
pub(super) use answers::{created, presigned, refused};
pub(super) use events::{Change, event_payload, event_type, iso};
pub(super) use kind::Kind;
pub(super) use messages::{About, completion, export_in_progress, export_ready};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::HashMap;

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

    /// As answers and events say it: with the id of the profile.
    pub(super) fn said(&self, profile: &Profile) -> Self {
        Self { id: profile.said_status(&self.id).to_owned(), ..self.clone() }
    }
}

/// `{subSystem, key}`: an external system's identifier of the patient (`docs/empego.md` §3.1).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
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

/// A request, as it came.
pub(super) struct Sent<'a> {
    pub(super) operation: &'a Operation,
    /// What stands in the places of the keys in the path.
    pub(super) path: HashMap<String, String>,
    pub(super) query: HashMap<String, String>,
    pub(super) body: Value,
}

impl Sent<'_> {
    /// A value, and where it is, for complaints.
    fn value(&self, member: Member) -> (Option<Value>, String) {
        let body = &self.body;
        if let Some(key) = self.path.get(member.slug()) {
            return (Some(json!(key)), "the path".to_owned());
        }
        if let Some(name) = self.operation.query.get(&member) {
            return (self.query.get(name).map(|text| json!(text)), name.clone());
        }
        match self.operation.body.get(&member) {
            Some(place) => {
                let found = body.pointer(place).filter(|value| !value.is_null()).cloned();
                (found, place.trim_start_matches('/').replace('/', "."))
            }
            None => (None, member.slug().to_owned()),
        }
    }

    fn text(&self, member: Member) -> Result<Option<String>, String> {
        match self.value(member) {
            (None, _) => Ok(None),
            (Some(Value::String(text)), _) => Ok(Some(text)),
            (Some(_), name) => Err(format!("{name} must be a string")),
        }
    }
}

/// Reads a create call. Unknown members are ignored. The error names the member, never its value.
pub(super) fn read_create(sent: &Sent<'_>, names: &Identifiers) -> Result<Create, String> {
    if !sent.body.is_object() {
        return Err("the body must be a JSON object".to_owned());
    }
    let (system, value) = (&names.system, &names.value);
    let none = |place: &str| format!("{place} must have at least one {{ {system}, {value} }}");
    let pairs = match sent.value(Member::Identifiers) {
        (None, place) => return Err(none(&place)),
        (Some(Value::Array(pairs)), place) if pairs.is_empty() => return Err(none(&place)),
        (Some(Value::Array(pairs)), place) => (pairs, place),
        (Some(_), place) => return Err(format!("{place} must be an array")),
    };
    let (pairs, place) = pairs;
    let mut identifiers = Vec::with_capacity(pairs.len());
    for (index, pair) in pairs.iter().enumerate() {
        let part = |name: &str| {
            let text =
                pair.get(name).and_then(Value::as_str).filter(|text| !text.trim().is_empty());
            text.map(str::to_owned).ok_or_else(|| {
                format!("{place}[{index}].{name} must be a string that is not empty")
            })
        };
        identifiers.push(Identifier { sub_system: part(system)?, key: part(value)? });
    }
    Ok(Create {
        identifiers,
        first_name: sent.text(Member::FirstName)?,
        last_name: sent.text(Member::LastName)?,
        metadata: sent.text(Member::Metadata)?,
        plan: read_plan(sent)?,
    })
}

pub(super) fn read_plan(sent: &Sent<'_>) -> Result<Plan, String> {
    let scheduled_at = sent.text(Member::ScheduledAt)?;
    if scheduled_at.as_ref().is_some_and(|text| text.parse::<jiff::civil::DateTime>().is_err()) {
        let (_, name) = sent.value(Member::ScheduledAt);
        return Err(format!("{name} must be a time as yyyy-MM-dd HH:mm:ss.SSS"));
    }
    let recurring = match sent.value(Member::Recurring) {
        (None, _) => false,
        (Some(Value::Bool(recurring)), _) => recurring,
        (Some(_), name) => return Err(format!("{name} must be true or false")),
    };
    Ok(Plan { scheduled_at, recurring, reason: sent.text(Member::Reason)? })
}

/// The other key of a record.
pub(super) fn access_key(key: &str) -> String {
    format!("access-{key}")
}

/// A key as a member: a number where the profile says so.
pub(super) fn key_value(profile: &Profile, key: &str) -> Value {
    match key.parse::<u64>() {
        Ok(number) if profile.keys_as_numbers => json!(number),
        _ => json!(key),
    }
}

/// Reads the key of an embed call, by whichever of the two it names a record.
pub(super) fn read_key(sent: &Sent<'_>, profile: &Profile) -> Result<String, String> {
    let text = |member: Member| {
        let (value, name) = sent.value(member);
        match value {
            Some(Value::String(key)) if !key.is_empty() => Ok(key),
            Some(Value::Number(number)) if profile.keys_as_numbers => Ok(number.to_string()),
            _ => Err(format!("{name} must be a string that is not empty")),
        }
    };
    if sent.operation.sends(Member::Key) {
        return text(Member::Key);
    }
    let key = text(Member::AccessKey)?;
    Ok(key.strip_prefix("access-").map(str::to_owned).unwrap_or(key))
}
