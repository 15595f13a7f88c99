//! Validates the form of a new consultation.

use super::audit::About;
use super::{Actor, Desk, DeskError, Result};
use crate::error::{FieldError, FieldProblem};
use crate::model::audit::Action;
use crate::model::forms::{ConsultationForm, NAME_LENGTH};
use crate::model::health_number::{IdentifierType, Problem};
use crate::model::ids::PatientId;
use crate::model::patient::{Identifier, Patient};
use crate::store::PatientDraft;
use jiff::civil::Date;

/// The earliest accepted year of birth.
const EARLIEST_YEAR: i16 = 1900;

/// Checks the form against the clock and the patients on record at the caller's site. The answer
/// that another patient has the identifier tells of that patient, and is logged.
///
/// # Errors
/// [`DeskError::Invalid`] with every field that is not accepted; a store error.
pub async fn read(desk: &Desk, caller: &Actor, form: &ConsultationForm) -> Result<PatientDraft> {
    let site = &caller.site;
    let mut errors = Vec::new();
    let first_name = name("first_name", &form.first_name, &mut errors);
    let last_name = name("last_name", &form.last_name, &mut errors);
    let identifier = read_identifier(form, &mut errors);
    let typed_date = form.date_of_birth.trim();
    let date_of_birth = match birth_date(typed_date, desk.now()) {
        Some(date) => Some(date),
        None if typed_date.is_empty() => None,
        None => {
            errors.push(error("date_of_birth", FieldProblem::BadDate));
            None
        }
    };
    if typed_date.is_empty() && site.rules.birth_date_gate {
        errors.push(error("date_of_birth", FieldProblem::RequiredForGate));
    } else if typed_date.is_empty() && form.identifier.trim().is_empty() {
        errors.push(error("date_of_birth", FieldProblem::Required));
    }
    let draft = PatientDraft {
        id: PatientId(desk.ambient.id()),
        first_name,
        last_name,
        date_of_birth,
        identifiers: identifier.into_iter().collect(),
    };
    if errors.is_empty()
        && let Some(identifier) = draft.identifiers.first()
        && let Some(known) = desk.store.find_patient(&site.id, identifier).await?
        && differs(&known, &draft)
        && known.id.0 != form.same_patient
    {
        let about = About { patients: vec![known.id], ..About::detail("found=true by=form") };
        desk.log(caller, Action::PatientFound, about).await?;
        errors.push(error("identifier", FieldProblem::OtherPatient));
    }
    if errors.is_empty() { Ok(draft) } else { Err(DeskError::Invalid(errors)) }
}

fn read_identifier(form: &ConsultationForm, errors: &mut Vec<FieldError>) -> Option<Identifier> {
    let kind = match form.identifier_type.as_str() {
        "" => IdentifierType::default(),
        slug => IdentifierType::parse(slug).unwrap_or_else(|| {
            errors.push(error("identifier_type", FieldProblem::BadChoice));
            IdentifierType::default()
        }),
    };
    let key = kind.normalise(&form.identifier);
    if key.is_empty() {
        return None;
    }
    match kind.check(&key) {
        Err(Problem::Format) => errors.push(error("identifier", FieldProblem::BadNumber)),
        Err(Problem::Doubtful) if !form.keep_number.0 => {
            errors.push(error("identifier", FieldProblem::DoubtfulNumber))
        }
        _ if kind == IdentifierType::FileNumber
            && !form.keep_number.0
            && IdentifierType::guess(&key).is_some() =>
        {
            errors.push(error("identifier", FieldProblem::LooksLikeHealthNumber));
        }
        _ => {}
    }
    Some(Identifier::typed(kind, &key))
}

/// Whether a draft is about another patient than the record that the same form created: another
/// name, date of birth or identifier. A draft without a date of birth matches any: the patient may
/// have been on record with one.
pub(super) fn is_other_patient(draft: &PatientDraft, patient: &Patient) -> bool {
    let identified = match draft.identifiers.first() {
        Some(identifier) => patient.identifiers.contains(identifier),
        None => patient.identifiers.is_empty(),
    };
    !identified || differs(patient, draft)
}

/// Whether a draft would change the name or the date of birth of a known patient.
fn differs(known: &Patient, draft: &PatientDraft) -> bool {
    let same = |a: &str, b: &str| a.to_lowercase() == b.to_lowercase();
    let other_date =
        matches!((&known.date_of_birth, &draft.date_of_birth), (Some(a), Some(b)) if a != b);
    !same(&known.first_name, &draft.first_name)
        || !same(&known.last_name, &draft.last_name)
        || other_date
}

pub(super) fn error(field: &str, problem: FieldProblem) -> FieldError {
    FieldError { field: field.to_owned(), problem }
}

pub(super) fn name(field: &str, typed: &str, errors: &mut Vec<FieldError>) -> String {
    line(field, typed, NAME_LENGTH, errors)
}

/// One line of required text, of at most `longest` characters.
pub(super) fn line(field: &str, typed: &str, longest: u32, errors: &mut Vec<FieldError>) -> String {
    let text = typed.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.is_empty() {
        errors.push(error(field, FieldProblem::Required));
    } else if text.chars().count() > longest as usize || text.chars().any(char::is_control) {
        errors.push(error(field, FieldProblem::TooLong));
    }
    text
}

/// A date of birth from 1900 to tomorrow in UTC, which covers today in every time zone.
fn birth_date(typed: &str, now: i64) -> Option<String> {
    let date: Date = typed.parse().ok()?;
    let today = jiff::Timestamp::from_millisecond(now)
        .ok()?
        .to_zoned_datetime(jiff::tz::TimeZone::UTC)
        .date();
    (date.year() >= EARLIEST_YEAR && date <= today.tomorrow().ok()?).then(|| date.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_of_birth_are_real_days_of_living_people() {
        let now = 1_790_000_000_000; // 2026-09-21
        for (typed, kept) in [
            ("1954-12-28", true),
            ("2024-02-29", true),
            ("2026-09-21", true),
            ("2023-02-29", false),
            ("2026-10-21", false),
            ("1899-12-31", false),
            ("28/12/1954", false),
            ("", false),
            ("1954-13-01", false),
            ("é", false),
        ] {
            assert_eq!(birth_date(typed, now).is_some(), kept, "{typed}");
        }
    }
}
