//! Who a patient is: the fields of a new consultation, and of the search for a patient.

use crate::model::health_number::IdentifierType;
use crate::model::text;
use serde::{Deserialize, Serialize};

/// A new consultation: who the patient is.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ConsultationForm {
    /// The idempotency key: made with the form, and the same again is the same submission.
    pub request_id: String,
    /// Either name is required; some people have only one.
    pub first_name: String,
    pub last_name: String,
    /// In any usual writing. Required when there is no identifier.
    pub date_of_birth: String,
    /// A slug of `IdentifierType`.
    pub identifier_type: String,
    /// May be empty when there is a date of birth.
    pub identifier: String,
    /// The staff member confirmed a doubtful number: [`Self::confirmation`] of what was confirmed.
    /// It holds for that number and date of birth alone.
    pub keep_number: String,
    /// Who it is, where that was asked: [`Self::choice`] of a patient on record, or of
    /// [`NEW_PATIENT`]. It holds for what was entered then.
    pub same_patient: String,
    /// The id of the patient's open consultation beside which another one is created.
    pub beside_open: String,
    /// The identifier type that the page had chosen, where it chose one. Left as it was, the type
    /// of the number is detected.
    pub default_type: String,
    /// The language of the patient's page: `en`, `fr`, or empty for the browser's.
    pub patient_language: String,
    /// The reason of a plain consultation; may be empty.
    pub consultation_reason: String,
}

/// The choice of none of the patients on record.
pub const NEW_PATIENT: &str = "new";

impl ConsultationForm {
    /// What a confirmation of the number is about: its type, the number and the date of birth, as
    /// typed. Another one of them is another confirmation.
    #[must_use]
    pub fn confirmation(&self) -> String {
        text::fold(&format!("{} {} {}", self.identifier_type, self.identifier, self.date_of_birth))
    }

    /// Whether the staff member confirmed the number as it stands.
    #[must_use]
    pub fn keeps_number(&self) -> bool {
        !self.keep_number.is_empty() && self.keep_number == self.confirmation()
    }

    /// The value of [`Self::same_patient`] that says who the entered patient is: `who`, and what
    /// stands for the entered details. `who` is [`NEW_PATIENT`], or the id of a patient on record
    /// with what stands for their details as they were shown. Other details are another choice.
    #[must_use]
    pub fn choice(&self, who: &str) -> String {
        let kind = IdentifierType::parse(&self.identifier_type).unwrap_or_default();
        let number = kind.normalise(&self.identifier);
        let details = [&self.first_name, &self.last_name, &self.date_of_birth, &number];
        format!("{who} {}", details.map(|detail| text::fold(detail)).join("|"))
    }

    /// Who the staff member said it is, where that holds for the details as they stand.
    #[must_use]
    pub fn chosen(&self) -> Option<&str> {
        let (who, _) = self.same_patient.split_once(' ')?;
        (!who.is_empty() && self.same_patient == self.choice(who)).then_some(who)
    }
}

/// What a patient is looked for by.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct LookForm {
    /// A name, a date of birth, a number, a part of them, or the text of a scanner.
    pub find: String,
    /// What [`Self::find`] was when it was looked for last. The same again is not looked for when
    /// other fields are filled in.
    pub looked_for: String,
    /// The id of the patient that is chosen from a list.
    pub use_patient: String,
    pub first_name: String,
    pub last_name: String,
    pub date_of_birth: String,
    pub identifier_type: String,
    pub identifier: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_dies_with_any_change_of_what_was_entered() {
        let form = ConsultationForm {
            first_name: "Ada".to_owned(),
            last_name: "Tremblay".to_owned(),
            date_of_birth: "1954-12-28".to_owned(),
            identifier_type: "qc".to_owned(),
            identifier: "TEST 5412 2816".to_owned(),
            ..ConsultationForm::default()
        };
        let chosen = ConsultationForm { same_patient: form.choice("p-1"), ..form };
        assert_eq!(chosen.chosen(), Some("p-1"));
        let spelled = ConsultationForm {
            last_name: "TREMBLAY ".to_owned(),
            identifier: "tést54122816".to_owned(),
            ..chosen.clone()
        };
        assert_eq!(spelled.chosen(), Some("p-1"), "another spelling is the same");
        let changes: [fn(&mut ConsultationForm); 4] = [
            |form| form.first_name.push('m'),
            |form| form.last_name.clear(),
            |form| form.date_of_birth = "1955-12-28".to_owned(),
            |form| form.identifier.push('7'),
        ];
        for change in changes {
            let mut changed = chosen.clone();
            change(&mut changed);
            assert_eq!(changed.chosen(), None);
        }
        for forged in ["", " ", "p-1", "new", "yes"] {
            let forged =
                ConsultationForm { same_patient: forged.to_owned(), ..ConsultationForm::default() };
            assert_eq!(forged.chosen(), None);
        }
    }
}
