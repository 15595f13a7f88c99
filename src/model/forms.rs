//! The forms: one struct each, shared by the page that shows it, the server function that takes it
//! and the use case that reads it, with the limits of its fields.
//!
//! Every field is a text, empty where nothing was entered: a missing or malformed value is a
//! problem of its field, not of the request. The names of the fields are those of the form.

mod patient;

pub use patient::{ConsultationForm, LookForm, NEW_PATIENT};

use super::incident::Incident;
use super::role::{Role, Roles};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The longest name of a person, a site or an account, in characters.
pub const NAME_LENGTH: u32 = 100;
/// The longest identifier, in characters.
pub const IDENTIFIER_LENGTH: u32 = 64;
/// The longest e-mail address, in bytes (RFC 5321, section 4.5.3.1.3, less the angle brackets).
pub const EMAIL_LENGTH: u32 = 254;
/// The shortest password, in characters (NIST SP 800-63B asks for at least 8).
pub const PASSWORD_LENGTH: usize = 12;
/// The longest reason of a follow-up, in characters.
pub const FOLLOW_UP_REASON_LENGTH: u32 = 200;
/// How often a follow-up can repeat, the first time included.
pub const FOLLOW_UP_TIMES: (u32, u32) = (2, 12);
/// The longest answer in the incident register, in characters.
pub const INCIDENT_TEXT_LENGTH: u32 = 4_000;
/// The longest note of when an incident happened, in characters.
pub const INCIDENT_MOMENT_LENGTH: u32 = 200;
/// The longest reason of a legal hold, in characters.
pub const HOLD_REASON_LENGTH: u32 = 500;
/// The longest tenant key, in bytes.
pub const TENANT_KEY_LENGTH: u32 = 200;
/// The longest text of the search for a patient, in characters: every track of a card.
pub const FIND_LENGTH: u32 = 500;
/// The longest search, in characters: more is cut off.
pub const SEARCH_LENGTH: u32 = 100;

/// A checkbox: any value but an empty one is a tick, as browsers send nothing for an empty box.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Checkbox(pub bool);

impl Serialize for Checkbox {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(if self.0 { "yes" } else { "" })
    }
}

impl<'de> Deserialize<'de> for Checkbox {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|value| Self(!value.is_empty()))
    }
}

/// A correction of a patient's details.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct CorrectionForm {
    /// Stands for the details that were on record when the form was shown.
    pub shown: String,
    /// The details as they should be. An identifier is one more.
    #[serde(flatten)]
    pub patient: ConsultationForm,
    /// The identifier to remove: its type and its key; empty = none.
    pub remove_number: String,
}

/// A merge of two patients.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct MergeForm {
    /// The id of the other patient.
    pub with: String,
    /// Stands for the details that were on record when the form was shown.
    pub shown: String,
    /// The same for the other patient.
    pub other_shown: String,
    /// Whose name is kept, `this` or `other`. Required where they differ.
    pub keep_name: String,
    /// Whose date of birth is kept; likewise.
    pub keep_birth_date: String,
}

/// A cancellation.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct CancelForm {
    /// A slug of `CancelReason`. Required.
    pub cancel_reason: String,
    /// Required with the reason `other`.
    pub cancel_note: String,
    /// Whether every follow-up of the series is meant.
    pub series: Checkbox,
}

/// A follow-up that is moved.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct MoveForm {
    /// `YYYY-MM-DD`. Required.
    pub new_day: String,
    /// Whether the later ones of the series move by as many days.
    pub series: Checkbox,
}

/// A new follow-up.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct FollowUpForm {
    /// The patient, where `follows` names none.
    #[serde(flatten)]
    pub patient: ConsultationForm,
    /// The id of the consultation that it follows, with the same patient.
    pub follows: String,
    /// `YYYY-MM-DD`. Required.
    pub due_on: String,
    /// Required.
    pub follow_up_reason: String,
    /// A slug of `Repeat`, or empty.
    pub repeat: String,
    /// How often, the first time included. Required where it repeats.
    pub times: String,
}

/// The settings of a site.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SiteForm {
    /// The name for staff.
    pub name: String,
    /// The name for patients, in English.
    pub public_name_en: String,
    /// The name for patients, in French.
    pub public_name_fr: String,
    /// How long a new link works: a number, in `link_ttl_unit`.
    pub link_ttl: String,
    /// `hours`, `days`, `years` or `none`.
    pub link_ttl_unit: String,
    /// A slug of `IdentifierType`; empty keeps the current one.
    pub default_identifier: String,
    /// The reasons for consultations, one a line: `English | French | code`.
    pub reasons: String,
    /// The reason that a new consultation begins with; may be empty.
    pub default_reason: String,
    /// Whether patients enter their date of birth.
    pub birth_date_gate: Checkbox,
    /// How long finished records are kept: a number, in `retention_unit`.
    pub retention: String,
    /// `hours`, `days`, `years` or `none`.
    pub retention_unit: String,
    /// Whether exports are kept with their consultation.
    pub keep_exports: Checkbox,
    /// `#rrggbb`, or empty.
    pub accent: String,
    /// The IANA name of a time zone, or empty.
    pub time_zone: String,
    /// A new tenant key; empty keeps the current one.
    pub tenant_key: String,
    /// Removes the tenant key, unless there is a new one.
    pub remove_tenant_key: Checkbox,
}

/// A new site. The prefix keeps it apart from the settings on the same page.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct NewSiteForm {
    /// The name for staff.
    pub new_name: String,
    /// The name for patients, in English.
    pub new_public_name_en: String,
    /// The name for patients, in French.
    pub new_public_name_fr: String,
    /// Whether the maker works at its front desk too.
    pub new_front_desk: Checkbox,
    /// Whether the maker is a clinician there too.
    pub new_clinician: Checkbox,
}

/// An entry of the incident register.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct IncidentForm {
    /// The incident that is edited; empty for a new one.
    pub id: String,
    /// The version that was on screen; empty for a new one.
    pub version: String,
    /// Required.
    pub information: String,
    /// Required.
    pub circumstances: String,
    /// Required.
    pub happened: String,
    /// When the clinic became aware: `YYYY-MM-DD`. Required.
    pub aware_on: String,
    /// How many persons, or empty.
    pub persons: String,
    /// How many of them in Québec, or empty.
    pub persons_in_quebec: String,
    /// Whether there is a risk of serious injury: `yes` or `no`. Required.
    pub serious: String,
    /// The reasons of that assessment.
    pub reasons: String,
    /// When the commission was notified: `YYYY-MM-DD`, or empty.
    pub commission_on: String,
    /// When the persons were notified: `YYYY-MM-DD`, or empty.
    pub persons_on: String,
    /// The measures taken.
    pub measures: String,
}

impl From<&Incident> for IncidentForm {
    fn from(incident: &Incident) -> Self {
        let number =
            |number: Option<u32>| number.map(|number| number.to_string()).unwrap_or_default();
        Self {
            id: incident.id.0.clone(),
            version: incident.version.to_string(),
            information: incident.information.clone(),
            circumstances: incident.circumstances.clone(),
            happened: incident.happened.clone(),
            aware_on: incident.aware_on.clone(),
            persons: number(incident.persons),
            persons_in_quebec: number(incident.persons_in_quebec),
            serious: if incident.serious { "yes" } else { "no" }.to_owned(),
            reasons: incident.reasons.clone(),
            commission_on: incident.commission_on.clone().unwrap_or_default(),
            persons_on: incident.persons_on.clone().unwrap_or_default(),
            measures: incident.measures.clone(),
        }
    }
}

/// The boxes with the roles of an account.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RolesForm {
    pub front_desk: Checkbox,
    pub clinician: Checkbox,
    pub administrator: Checkbox,
}

impl From<&RolesForm> for Roles {
    fn from(form: &RolesForm) -> Self {
        let boxes = [
            (form.front_desk, Role::FrontDesk),
            (form.clinician, Role::Clinician),
            (form.administrator, Role::Administrator),
        ];
        boxes.into_iter().filter(|(tick, _)| tick.0).map(|(_, role)| role).collect()
    }
}

/// A new account.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct AccountForm {
    /// Required.
    pub email: String,
    /// Required.
    pub name: String,
    /// The professional licence number; may be empty.
    pub licence: String,
    /// At least one.
    #[serde(flatten)]
    pub roles: RolesForm,
}

/// Whether the text can be an e-mail address: a name, an at sign and a host, without white space.
#[must_use]
pub fn is_email(text: &str) -> bool {
    let parts =
        text.split_once('@').is_some_and(|(name, host)| !name.is_empty() && !host.is_empty());
    parts
        && text.len() <= EMAIL_LENGTH as usize
        && !text.contains(|c: char| c.is_whitespace() || c.is_control())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_email_is_a_name_an_at_sign_and_a_host() {
        assert!(["a@b", "zoé.nurse@clinic.example", "admin@localhost"].into_iter().all(is_email));
        assert!(!["", "a", "@b", "a@", "a b@c", "a@b\n"].into_iter().any(is_email));
        assert!(!is_email(&format!("{}@b", "a".repeat(300))));
    }
}
