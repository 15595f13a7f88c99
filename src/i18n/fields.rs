//! The fields of forms: their labels, their order on the pages, and the messages that name them.

use super::{
    AccountWords, CancelWords, FollowUpWords, KeyWords, LogWords, LookWords, PatientChangeWords,
    ReasonWords, SiteTimeWords, SiteWords, StaffWords, errors, fill,
};
use crate::error::{FieldError, FieldProblem};
use crate::model::language::Language;

/// A field, by the name of its control, and its label.
type Labelled = (&'static str, fn(Language) -> &'static str);

/// The fields, in the order of the pages that they are on.
const FIELDS: &[Labelled] = &[
    ("email", |language| AccountWords::of(language).email),
    ("password", |language| StaffWords::of(language).password),
    ("old_password", |language| AccountWords::of(language).old_password),
    ("new_password", |language| AccountWords::of(language).new_password),
    ("code", |language| AccountWords::of(language).code),
    ("identifier_type", |language| StaffWords::of(language).identifier_type),
    ("identifier", |language| StaffWords::of(language).identifier),
    ("first_name", |language| StaffWords::of(language).first_name),
    ("last_name", |language| StaffWords::of(language).last_name),
    ("date_of_birth", |language| StaffWords::of(language).date_of_birth),
    ("consultation_reason", |language| ReasonWords::of(language).reason),
    ("patient_language", |language| PatientChangeWords::of(language).language),
    ("remove_number", |language| PatientChangeWords::of(language).remove_number),
    ("keep_name", |language| PatientChangeWords::of(language).keep_name),
    ("keep_birth_date", |language| PatientChangeWords::of(language).keep_birth_date_of),
    ("new_day", |language| CancelWords::of(language).new_day),
    ("empego_key", |language| KeyWords::of(language).label),
    ("cancel_reason", |language| CancelWords::of(language).reason),
    ("cancel_note", |language| CancelWords::of(language).note),
    ("licence", |language| AccountWords::of(language).licence),
    ("due_on", |language| FollowUpWords::of(language).due_on),
    ("follow_up_reason", |language| FollowUpWords::of(language).reason),
    ("repeat", |language| FollowUpWords::of(language).repeat),
    ("times", |language| FollowUpWords::of(language).times),
    ("name", |language| AccountWords::of(language).name),
    ("public_name_en", |language| SiteWords::of(language).public_name_en),
    ("public_name_fr", |language| SiteWords::of(language).public_name_fr),
    ("link_ttl", |language| SiteWords::of(language).link_ttl),
    ("default_identifier", |language| LookWords::of(language).default_identifier),
    ("reasons", |language| ReasonWords::of(language).reasons),
    ("default_reason", |language| ReasonWords::of(language).default_reason),
    ("retention", |language| SiteWords::of(language).retention),
    ("time_zone", |language| SiteTimeWords::of(language).time_zone),
    ("accent", |language| SiteWords::of(language).accent),
    ("tenant_key", |language| SiteWords::of(language).tenant_key),
    ("logo", |language| SiteWords::of(language).logo),
    ("new_name", |language| SiteWords::of(language).name),
    ("new_public_name_en", |language| SiteWords::of(language).public_name_en),
    ("new_public_name_fr", |language| SiteWords::of(language).public_name_fr),
    ("roles", |language| AccountWords::of(language).roles),
    ("information", |language| LogWords::of(language).information),
    ("circumstances", |language| LogWords::of(language).circumstances),
    ("happened", |language| LogWords::of(language).happened),
    ("aware_on", |language| LogWords::of(language).aware_on),
    ("persons", |language| LogWords::of(language).persons),
    ("persons_in_quebec", |language| LogWords::of(language).in_quebec),
    ("serious", |language| LogWords::of(language).serious),
    ("reasons", |language| LogWords::of(language).reasons),
    ("commission_on", |language| LogWords::of(language).commission_on),
    ("persons_on", |language| LogWords::of(language).persons_on),
    ("measures", |language| LogWords::of(language).measures),
    ("patient", |language| LogWords::of(language).patient),
    ("staff", |language| LogWords::of(language).account),
    ("action", |language| LogWords::of(language).action),
    ("from", |language| LogWords::of(language).from),
    ("until", |language| LogWords::of(language).until),
    ("reason", |language| LogWords::of(language).hold_reason),
];

fn position(field: &str) -> usize {
    FIELDS.iter().position(|(name, _)| *name == field).unwrap_or(FIELDS.len())
}

/// The message for an invalid field. Where several fields can have the same problem, it begins with
/// the field's label.
#[must_use]
pub fn message(language: Language, field: &str, problem: FieldProblem) -> String {
    let sentence = errors::field(language, field, problem);
    let words = errors::Errors::of(language);
    let general = [
        words.required,
        words.too_long,
        words.bad_choice,
        LogWords::of(language).too_long,
        LogWords::of(language).bad_day,
        LogWords::of(language).bad_search_day,
        SiteWords::of(language).bad_duration,
    ];
    match FIELDS.iter().find(|(name, _)| *name == field) {
        Some((_, label)) if general.contains(&sentence) => {
            fill(&fill(words.at_field, "field", label(language)), "message", &lower(sentence))
        }
        _ => sentence.to_owned(),
    }
}

/// A sentence as the second part of one: with a small letter first.
fn lower(sentence: &str) -> String {
    let mut letters = sentence.chars();
    let first = letters.next().into_iter().flat_map(char::to_lowercase);
    first.chain(letters).collect()
}

/// The errors in the order of the page, each field once. A correction has the identifier last
/// (`identifier_last`), the other forms have it first.
#[must_use]
pub fn in_order(errors: &[FieldError], identifier_last: bool) -> Vec<FieldError> {
    let mut errors = errors.to_vec();
    let is_last = |field: &str| identifier_last && field.starts_with("identifier");
    errors.sort_by_key(|error| (is_last(&error.field), position(&error.field)));
    errors.dedup_by(|one, other| one.field == other.field);
    errors
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_general_message_names_its_field() {
        for (field, problem, en, fr) in [
            (
                "information",
                FieldProblem::Required,
                "Information concerned: fill this in",
                "Renseignements visés\u{a0}: remplissez ce champ",
            ),
            (
                "due_on",
                FieldProblem::Required,
                "Enter the day of the follow-up",
                "Entrez la date du suivi",
            ),
        ] {
            assert_eq!(message(Language::En, field, problem), en);
            assert_eq!(message(Language::Fr, field, problem), fr);
        }
    }

    #[test]
    fn errors_are_in_the_order_of_the_page_and_each_field_is_there_once() {
        let error =
            |field: &str| FieldError { field: field.to_owned(), problem: FieldProblem::Required };
        let errors = ["measures", "unknown", "aware_on", "information", "aware_on"].map(error);
        let fields: Vec<_> =
            in_order(&errors, false).into_iter().map(|error| error.field).collect();
        assert_eq!(fields, ["information", "aware_on", "measures", "unknown"]);
    }
}
