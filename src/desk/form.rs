//! Validates the form of a new consultation.

use super::{Actor, Desk, DeskError, Result, birth_date};
use crate::error::{FieldError, FieldProblem};
use crate::model::forms::{ConsultationForm, NAME_LENGTH};
use crate::model::health_number::{IdentifierType, Problem};
use crate::model::ids::PatientId;
use crate::model::language::Language;
use crate::model::patient::{Identifier, Patient};
use crate::model::reason::REASON_LENGTH;
use crate::model::text;
use crate::store::PatientDraft;

/// What the staff member confirmed although it looks wrong, for the audit log.
pub(super) type Kept = Vec<&'static str>;

/// The field of the reason.
const REASON_FIELD: &str = "consultation_reason";

/// The number contains another date of birth than the entered one.
pub(super) const OTHER_BIRTH_DATE: &str = "other-birth-date";

/// Checks what was entered against the clock and the rules of the caller's site, and says what was
/// kept though it looks wrong. Who the patient is, is decided in [`super::identify`].
///
/// # Errors
/// [`DeskError::Invalid`] with every field that is not accepted.
pub(super) fn read(
    desk: &Desk,
    caller: &Actor,
    form: &ConsultationForm,
) -> Result<(PatientDraft, Kept)> {
    let site = &caller.site;
    let mut errors = Vec::new();
    let Typed { first_name, last_name, date_of_birth, identifier, mut kept } =
        typed(desk, caller, form, &mut errors);
    let typed_date = form.date_of_birth.trim();
    if let (Some(identifier), Some(date)) = (&identifier, &date_of_birth)
        && identifier.kind.contradicts(&identifier.key, date)
    {
        if form.keeps_number() {
            kept.push(OTHER_BIRTH_DATE);
        } else if errors.iter().all(|error| error.field != "identifier") {
            errors.push(error("identifier", FieldProblem::OtherBirthDate));
        }
    }
    if typed_date.is_empty() && site.rules.birth_date_gate {
        errors.push(error("date_of_birth", FieldProblem::RequiredForGate));
    } else if typed_date.is_empty() && form.identifier.trim().is_empty() {
        errors.push(error("date_of_birth", FieldProblem::Required));
    }
    let language = language(&form.patient_language).unwrap_or_else(|| {
        errors.push(error("patient_language", FieldProblem::BadChoice));
        None
    });
    optional_line(REASON_FIELD, &form.consultation_reason, REASON_LENGTH, &mut errors);
    let draft = PatientDraft {
        id: PatientId(desk.ambient.id()),
        first_name,
        last_name,
        date_of_birth,
        identifiers: identifier.into_iter().collect(),
        language,
    };
    if errors.is_empty() { Ok((draft, kept)) } else { Err(DeskError::Invalid(errors)) }
}

/// The reason of a form that [`read`] accepted.
pub(super) fn reason(form: &ConsultationForm) -> Option<String> {
    Some(text::clean(&form.consultation_reason)).filter(|reason| !reason.is_empty())
}

/// The language of a form's choice: `en`, `fr`, or none. `None` = not one of them.
pub(super) fn language(typed: &str) -> Option<Option<Language>> {
    match typed {
        "" => Some(None),
        code => Language::parse(code).map(Some),
    }
}

/// What a form says of a patient, field by field.
pub(super) struct Typed {
    pub(super) first_name: String,
    pub(super) last_name: String,
    pub(super) date_of_birth: Option<String>,
    pub(super) identifier: Option<Identifier>,
    pub(super) kept: Kept,
}

/// Reads each field for itself. A date or number that is left out is no error here.
pub(super) fn typed(
    desk: &Desk,
    caller: &Actor,
    form: &ConsultationForm,
    errors: &mut Vec<FieldError>,
) -> Typed {
    let mut kept = Vec::new();
    let (first_name, last_name) = names(form, errors);
    let identifier = read_identifier(form, errors, &mut kept);
    let typed_date = form.date_of_birth.trim();
    let date_of_birth = match birth_date::read(typed_date, desk.today(&caller.site)) {
        Ok(date) => Some(date.to_string()),
        Err(_) if typed_date.is_empty() => None,
        Err(problem) => {
            errors.push(error("date_of_birth", problem));
            None
        }
    };
    Typed { first_name, last_name, date_of_birth, identifier, kept }
}

fn read_identifier(
    form: &ConsultationForm,
    errors: &mut Vec<FieldError>,
    kept: &mut Kept,
) -> Option<Identifier> {
    let ConsultationForm { identifier_type, default_type, identifier, .. } = form;
    let kind =
        IdentifierType::entered(identifier_type, default_type, identifier).unwrap_or_else(|| {
            errors.push(error("identifier_type", FieldProblem::BadChoice));
            IdentifierType::default()
        });
    let key = kind.normalise(&form.identifier);
    if key.is_empty() {
        return None;
    }
    let problem = match kind.check(&key) {
        Err(Problem::Format) => Some((FieldProblem::BadNumber, "")),
        Err(Problem::Doubtful) => Some((FieldProblem::DoubtfulNumber, "doubtful-number")),
        Ok(()) if kind == IdentifierType::FileNumber && IdentifierType::guess(&key).is_some() => {
            Some((FieldProblem::LooksLikeHealthNumber, "as-file-number"))
        }
        Ok(()) => None,
    };
    match problem {
        Some((_, note)) if !note.is_empty() && form.keeps_number() => kept.push(note),
        Some((problem, _)) => errors.push(error("identifier", problem)),
        None => {}
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

/// Whether a draft would change the name or the date of birth of a known patient. Accents and case
/// make no other name.
pub(super) fn differs(known: &Patient, draft: &PatientDraft) -> bool {
    let same = |a: &str, b: &str| text::fold(a) == text::fold(b);
    let other_date =
        matches!((&known.date_of_birth, &draft.date_of_birth), (Some(a), Some(b)) if a != b);
    !same(&known.first_name, &draft.first_name)
        || !same(&known.last_name, &draft.last_name)
        || other_date
}

pub(super) fn error(field: &str, problem: FieldProblem) -> FieldError {
    FieldError { field: field.to_owned(), problem }
}

/// First and last name. Some people have only one of them: either field will do.
fn names(form: &ConsultationForm, errors: &mut Vec<FieldError>) -> (String, String) {
    let mut read = |field, typed| optional_line(field, typed, NAME_LENGTH, errors);
    let names = (read("first_name", &form.first_name), read("last_name", &form.last_name));
    if names.0.is_empty() && names.1.is_empty() {
        errors.push(error("first_name", FieldProblem::Required));
        errors.push(error("last_name", FieldProblem::Required));
    }
    names
}

/// A required name.
pub(super) fn name(field: &str, typed: &str, errors: &mut Vec<FieldError>) -> String {
    line(field, typed, NAME_LENGTH, errors)
}

/// One line of required text, of at most `longest` characters.
pub(super) fn line(field: &str, typed: &str, longest: u32, errors: &mut Vec<FieldError>) -> String {
    let line = optional_line(field, typed, longest, errors);
    if line.is_empty() {
        errors.push(error(field, FieldProblem::Required));
    }
    line
}

/// One line of text of at most `longest` characters, which may be empty.
pub(super) fn optional_line(
    field: &str,
    typed: &str,
    longest: u32,
    errors: &mut Vec<FieldError>,
) -> String {
    let line = text::clean(typed);
    if line.chars().count() > longest as usize || line.chars().any(char::is_control) {
        errors.push(error(field, FieldProblem::TooLong));
    }
    line
}
