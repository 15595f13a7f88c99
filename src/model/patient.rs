//! Patients, and the identifiers that Empego finds them by.

use super::health_number::IdentifierType;
use super::ids::PatientId;
use super::language::Language;
use serde::{Deserialize, Serialize};
use std::fmt;

/// One of a patient's identifiers, as [`Self::typed`] makes it.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Identifier {
    /// Empego's `subSystem`.
    pub kind: IdentifierType,
    /// Empego's `key`, in the form of [`IdentifierType::normalise`].
    pub key: String,
}

impl Identifier {
    /// The identifier of a number that staff typed, unchecked.
    #[must_use]
    pub fn typed(kind: IdentifierType, number: &str) -> Self {
        Self { kind, key: kind.person(&kind.normalise(number)).to_owned() }
    }

    /// The number as it is printed on the card.
    #[must_use]
    pub fn on_card(&self) -> String {
        self.kind.on_card(&self.key)
    }

    /// The last four characters, for lists.
    #[must_use]
    pub fn masked(&self) -> String {
        let hidden = self.key.chars().count().saturating_sub(4);
        let tail: String = self.key.chars().skip(hidden).collect();
        if hidden == 0 { tail } else { format!("…{tail}") }
    }
}

/// Leaves the number out.
impl fmt::Debug for Identifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identifier").field("kind", &self.kind).finish_non_exhaustive()
    }
}

/// A patient as staff entered it. The patient's answers stay at Empego.
#[derive(Clone, PartialEq, Eq)]
pub struct Patient {
    pub id: PatientId,
    pub first_name: String,
    pub last_name: String,
    /// `YYYY-MM-DD`.
    pub date_of_birth: Option<String>,
    /// Newest first. May be empty.
    pub identifiers: Vec<Identifier>,
    /// The language of the patient's page, as staff chose it; `None` = the browser's.
    pub language: Option<Language>,
}

/// Leaves everything out but the id.
impl fmt::Debug for Patient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Patient").field("id", &self.id).finish_non_exhaustive()
    }
}

impl Patient {
    /// Given name, then family name. Some people have only one of them.
    #[must_use]
    pub fn full_name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name).trim().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_masked_identifier_is_its_last_four_characters() {
        let masked = |key: &str| {
            Identifier { kind: IdentifierType::FileNumber, key: key.to_owned() }.masked()
        };
        assert_eq!(masked("TEST54122816"), "…2816");
        assert_eq!(masked("12345"), "…2345");
        assert_eq!(masked("1234"), "1234");
        assert_eq!(masked("ÉÀÇÎÔ"), "…ÀÇÎÔ", "counted in characters");
        assert_eq!(masked(""), "");
    }

    #[test]
    fn debug_output_leaves_the_patient_out() {
        let patient = Patient {
            id: PatientId::from("p-1"),
            first_name: "Ada".to_owned(),
            last_name: "Tremblay".to_owned(),
            date_of_birth: Some("1954-12-28".to_owned()),
            identifiers: vec![Identifier {
                kind: IdentifierType::Qc,
                key: "TEST54122816".to_owned(),
            }],
            language: None,
        };
        let shown = format!("{patient:?} {:?}", patient.identifiers);
        for secret in ["Ada", "Tremblay", "1954", "TEST", "2816"] {
            assert!(!shown.contains(secret), "{shown}");
        }
        assert!(shown.contains("p-1") && shown.contains("Qc"), "{shown}");
    }

    #[test]
    fn a_person_with_one_name_has_no_stray_space() {
        let named = |first: &str, last: &str| Patient {
            id: PatientId::from("p-1"),
            first_name: first.to_owned(),
            last_name: last.to_owned(),
            date_of_birth: None,
            identifiers: Vec::new(),
            language: None,
        };
        assert_eq!(named("Ada", "Tremblay").full_name(), "Ada Tremblay");
        assert_eq!(named("", "Sukarno").full_name(), "Sukarno");
        assert_eq!(named("Madonna", "").full_name(), "Madonna");
    }
}
