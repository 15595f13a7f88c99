//! A patient, and the identifiers by which Empego finds them again.

use super::health_number::IdentifierType;
use super::ids::PatientId;
use super::language::Language;
use serde::{Deserialize, Serialize};

/// One of the identifiers that a patient is known by. `key` is normalised: no spaces or dashes, upper case.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Identifier {
    /// Whose identifier it is; Empego calls it `subSystem`.
    pub kind: IdentifierType,
    /// The identifier itself; Empego calls it `key`.
    pub key: String,
}

impl Identifier {
    /// The identifier for lists: all but the last four characters hidden.
    #[must_use]
    pub fn masked(&self) -> String {
        let hidden = self.key.chars().count().saturating_sub(4);
        let tail: String = self.key.chars().skip(hidden).collect();
        if hidden == 0 { tail } else { format!("…{tail}") }
    }
}

/// What the desk keeps of a patient: what staff typed, and nothing of what the patient answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Patient {
    /// Ours.
    pub id: PatientId,
    /// Given name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// `YYYY-MM-DD`, where known.
    pub date_of_birth: Option<String>,
    /// The language of the patient's page.
    pub language: Language,
    /// Every identifier, newest first. May be empty.
    pub identifiers: Vec<Identifier>,
}

impl Patient {
    /// The name as lists show it: family name after given name.
    #[must_use]
    pub fn full_name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name)
    }
}
