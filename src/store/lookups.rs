//! Patients as staff look for them, and what tells a new one from those on record.

use super::patient_changes::Details;
use super::{PatientDraft, Result};
use crate::model::ids::{ConsultationId, PatientId, SiteId};
use crate::model::patient::{Identifier, Patient};
use crate::model::text;
use async_trait::async_trait;
use std::collections::HashMap;

/// From this length on, in characters, two names are similar with one letter off. Shorter names
/// that differ by a letter are mostly other names.
const TOLERANT_FROM: usize = 5;

/// What patients are looked for by. A patient of a number that is whole decides alone; otherwise
/// those that any of the other ways finds are the answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatientQuery {
    pub site: SiteId,
    /// Whole numbers.
    pub numbers: Vec<Identifier>,
    /// The last four characters of a number.
    pub ending: Option<String>,
    /// Words of a name or the beginning of a number, as on the board. Empty for none.
    pub words: String,
    /// Dates of birth (`YYYY-MM-DD`). With words, both must match.
    pub born: Vec<String>,
    /// The most patients to return.
    pub limit: u32,
}

/// The consultations of a patient that are not follow-ups.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Visits {
    /// When the newest was created, in milliseconds (UTC).
    pub last_at: Option<i64>,
    /// Those that the patient can still answer, and when they were created; newest first.
    pub open: Vec<(ConsultationId, i64)>,
}

/// What was known of the patient of a new consultation when it was decided who that is. Where
/// something else is true in the transaction, nothing is recorded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// The patient with the draft's number.
    pub by_number: Option<PatientId>,
    /// The patients that the draft is like, where a new one is created.
    pub alike: Vec<PatientId>,
    /// The open consultations of the patient; `None` where they make no difference.
    pub open: Option<Vec<ConsultationId>>,
    /// The details of the patient on record.
    pub known: Option<Details>,
    /// Whether staff said that the draft's names and date of birth replace those on record.
    pub replaces: bool,
}

impl Seen {
    /// What the draft replaces, where it replaces anything.
    pub(super) fn replaced(&self) -> Option<&Details> {
        self.known.as_ref().filter(|_| self.replaces)
    }
}

/// What [`Seen`] did not contain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unseen {
    /// Another patient has the draft's number, or none has it any more, or its patient has other
    /// details.
    Number,
    /// A patient is like the draft.
    Alike,
    /// The chosen patient has other details.
    Changed,
    /// The patient has another open consultation.
    Open,
}

/// Patients as staff look for them. A patient of another site is not found.
#[async_trait]
pub trait Lookups: Send + Sync {
    /// The patients that a query finds, by name.
    async fn look_up(&self, query: &PatientQuery) -> Result<Vec<Patient>>;
    /// The patients that a draft may be one of: their name is similar and their date of birth is
    /// the same, or one of the two has none. Where both have a number of one type and no date
    /// tells, the numbers tell them apart.
    async fn look_alikes(&self, site: &SiteId, draft: &PatientDraft) -> Result<Vec<Patient>>;
    /// The visits of these patients, by the moment that links expire by.
    async fn visits(
        &self,
        site: &SiteId,
        patients: &[PatientId],
        now: i64,
    ) -> Result<HashMap<PatientId, Visits>>;
}

/// Whether a draft may be this patient: the rule of [`Lookups::look_alikes`].
pub(super) fn is_alike(draft: &PatientDraft, patient: &Patient) -> bool {
    if !is_same_name(draft, patient) {
        return false;
    }
    match (&draft.date_of_birth, &patient.date_of_birth) {
        (Some(a), Some(b)) => a == b,
        _ => !draft
            .identifiers
            .iter()
            .any(|typed| patient.identifiers.iter().any(|known| known.kind == typed.kind)),
    }
}

/// Whether the names are similar, in either order.
fn is_same_name(draft: &PatientDraft, patient: &Patient) -> bool {
    let letters = |name: &str| -> String {
        text::fold(name).chars().filter(|c| c.is_alphanumeric()).collect()
    };
    let (first, last) = (letters(&draft.first_name), letters(&draft.last_name));
    let (known_first, known_last) = (letters(&patient.first_name), letters(&patient.last_name));
    is_similar(&first, &known_first) && is_similar(&last, &known_last)
        || is_similar(&first, &known_last) && is_similar(&last, &known_first)
}

/// Whether two folded names are equal, or one letter off: another one, one more, one less, or two
/// neighbours swapped.
fn is_similar(a: &str, b: &str) -> bool {
    let is_long = |name: &str| name.chars().count() >= TOLERANT_FROM;
    a == b || is_long(a) && is_long(b) && strsim::osa_distance(a, b) <= 1
}

/// The searches that find the patients with a similar name, where no date of birth does: both names
/// are written the same, or one of the two is. The first comes first: a frequent name alone finds
/// more patients than are compared.
pub(super) fn name_searches(draft: &PatientDraft) -> Vec<Vec<&str>> {
    let names = [draft.first_name.as_str(), draft.last_name.as_str()];
    let names: Vec<&str> = names.into_iter().filter(|name| text::is_readable(name)).collect();
    let each = names.iter().map(|name| vec![*name]).collect::<Vec<_>>();
    let both = (names.len() > 1).then_some(names);
    both.into_iter().chain(each).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::health_number::IdentifierType;

    fn draft(first: &str, last: &str, born: &str, number: &str) -> PatientDraft {
        PatientDraft {
            language: None,
            id: PatientId::from("p-1"),
            first_name: first.to_owned(),
            last_name: last.to_owned(),
            date_of_birth: Some(born.to_owned()).filter(|born| !born.is_empty()),
            identifiers: Some(number)
                .filter(|number| !number.is_empty())
                .map(|key| Identifier { kind: IdentifierType::FileNumber, key: key.to_owned() })
                .into_iter()
                .collect(),
        }
    }

    fn alike(a: &PatientDraft, b: PatientDraft) -> bool {
        let patient = Patient {
            language: None,
            id: b.id,
            first_name: b.first_name,
            last_name: b.last_name,
            date_of_birth: b.date_of_birth,
            identifiers: b.identifiers,
        };
        is_alike(a, &patient)
    }

    #[test]
    fn similar_names_of_one_day_are_asked_about() {
        let ada = draft("Zoé", "Tremblay", "1954-12-28", "");
        for (first, last, is_alike) in [
            ("zoe", "TREMBLAY", true),
            ("Tremblay", "Zoé", true),
            ("Zoé", "Tremblai", true),
            ("Zoé", "Trembaly", true),
            ("Zoé", "Tremblays", true),
            ("Zoë", "Tremblaié", false),
            ("Zoa", "Tremblay", false),
            ("Zoé", "Roy", false),
            ("", "Tremblay", false),
        ] {
            assert_eq!(
                alike(&ada, draft(first, last, "1954-12-28", "")),
                is_alike,
                "{first} {last}"
            );
        }
        let one = draft("", "O’Brien", "1954-12-28", "");
        assert!(alike(&one, draft("OBrien", "", "1954-12-28", "")), "one name, in either field");
    }

    #[test]
    fn dates_and_numbers_tell_apart_where_both_have_them() {
        for (a, b, expected) in [
            (("1954-12-28", "A-1"), ("1954-12-28", "A-2"), true),
            (("1954-12-28", "A-1"), ("1954-12-29", "A-2"), false),
            (("", "A-1"), ("1954-12-28", ""), true),
            (("1954-12-28", ""), ("", "A-1"), true),
            (("", "A-1"), ("1954-12-28", "A-2"), false),
            (("", "A-1"), ("", "A-2"), false),
        ] {
            let typed = draft("Ada", "Example", a.0, a.1);
            assert_eq!(alike(&typed, draft("Ada", "Example", b.0, b.1)), expected, "{a:?} {b:?}");
        }
    }
}
