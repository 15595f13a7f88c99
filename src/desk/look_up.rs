//! Looks a patient up by whatever staff have: a name, a date of birth, a number, a part of them, or
//! a scanned card.

use super::audit::About;
use super::identify::{self, Found};
use super::{Actor, Desk, DeskError, Result, birth_date};
use crate::error::FieldProblem;
use crate::model::audit::Action;
use crate::model::find::{self, Sought};
use crate::model::forms::{FIND_LENGTH, LookForm};
use crate::model::health_number::IdentifierType;
use crate::model::ids::PatientId;
use crate::model::patient::{Identifier, Patient};
use crate::model::text;
use crate::store::PatientQuery;

/// The most patients that are listed.
pub const MOST_FOUND: u32 = 10;

/// What a look found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Looked {
    /// At most [`MOST_FOUND`], by name.
    pub found: Vec<Found>,
    /// Whether there are more.
    pub more: bool,
    /// Whether the one patient is certain: a whole number found it, or the staff member chose it.
    pub decided: bool,
    /// What was read from the text.
    pub sought: Sought,
}

/// Looks a patient up at the caller's site. The look is logged, with every patient that it shows,
/// before anything is shown.
///
/// # Errors
/// [`DeskError::Invalid`] where nothing was entered, or too much; a store error.
pub async fn look_up(desk: &Desk, caller: &Actor, form: &LookForm) -> Result<Looked> {
    let site = &caller.site;
    let (sought, mut patients) = if form.use_patient.is_empty() {
        let sought = sought(desk, caller, form)?;
        let by_all = query(caller, &sought);
        let mut patients = desk.store.look_up(&by_all).await?;
        // The number is of a patient of whom the rest says something else: perhaps it is mistyped.
        if patients.iter().any(|it| has_number(&sought, it) && !is_certain(&sought, it)) {
            let rest = PatientQuery { numbers: Vec::new(), ..by_all };
            let others = desk.store.look_up(&rest).await?;
            let is_new = |it: &Patient| patients.iter().all(|known| known.id != it.id);
            let others: Vec<Patient> = others.into_iter().filter(is_new).collect();
            patients.extend(others);
        }
        (sought, patients)
    } else {
        let id = PatientId(form.use_patient.clone());
        (Sought::default(), desk.store.patient(&site.id, &id).await?.into_iter().collect())
    };
    let more = patients.len() > MOST_FOUND as usize;
    patients.truncate(MOST_FOUND as usize);
    let decided = match patients.as_slice() {
        [patient] => !form.use_patient.is_empty() || is_certain(&sought, patient),
        _ => false,
    };
    let found = identify::found(desk, caller, patients).await?;
    let ids = found.iter().map(|found| found.patient.id.clone()).collect();
    let detail = format!("found={}", !found.is_empty());
    let about = About { patients: ids, detail, ..About::default() };
    desk.log(caller, Action::PatientFound, about).await?;
    Ok(Looked { found, more, decided, sought })
}

fn query(caller: &Actor, sought: &Sought) -> PatientQuery {
    let numbers = sought.numbers.iter();
    PatientQuery {
        site: caller.site.id.clone(),
        numbers: numbers.map(|(kind, key)| Identifier { kind: *kind, key: key.clone() }).collect(),
        ending: sought.ending.clone(),
        words: sought.words.clone(),
        born: sought.dates.clone(),
        limit: MOST_FOUND + 1,
    }
}

/// What the form looks for: its text, or else what is typed into the patient's fields.
fn sought(desk: &Desk, caller: &Actor, form: &LookForm) -> Result<Sought> {
    if form.find.chars().count() > FIND_LENGTH as usize {
        return Err(DeskError::field("find", FieldProblem::TooLong));
    }
    let name = text::clean(&format!("{} {}", form.first_name, form.last_name));
    let fields = [name.as_str(), form.identifier.trim(), form.date_of_birth.trim()];
    let is_empty = fields.iter().all(|field| field.is_empty());
    let by_text = !form.find.trim().is_empty() && (is_empty || form.find != form.looked_for);
    let mut sought = if by_text {
        find::read(&form.find, caller.site.default_identifier, birth_date::days)
    } else if !form.identifier.trim().is_empty() {
        let kind = IdentifierType::parse(&form.identifier_type).unwrap_or_default();
        let typed = Identifier::typed(kind, &form.identifier);
        let file = Identifier::typed(IdentifierType::FileNumber, &form.identifier);
        let mut numbers = vec![(kind, typed.key)];
        numbers.extend(IdentifierType::fitting(&form.identifier, kind));
        numbers.push((file.kind, file.key));
        Sought {
            numbers,
            words: name,
            dates: birth_date::days(&form.date_of_birth),
            ..Sought::default()
        }
    } else {
        let dates = birth_date::days(&form.date_of_birth);
        Sought { words: name, dates, ..Sought::default() }
    };
    let today = desk.today(&caller.site).to_string();
    sought.dates.retain(|date| *date <= today);
    if sought.is_card && sought.dates.is_empty() {
        sought.typed_date.clear();
    }
    // The number tells the date of birth, where nothing else does.
    let dated = sought.number().and_then(|(kind, number)| kind.birth_date(number));
    if let Some(date) = dated.filter(|date| by_text && *date <= today)
        && sought.typed_date.is_empty()
    {
        sought.typed_date = date;
    }
    let is_sought = !sought.numbers.is_empty()
        || !sought.dates.is_empty()
        || sought.ending.is_some()
        || text::is_readable(&sought.words);
    if is_sought { Ok(sought) } else { Err(DeskError::field("find", FieldProblem::Required)) }
}

fn has_number(sought: &Sought, patient: &Patient) -> bool {
    number_of(sought, patient).is_some()
}

/// The number of the patient that is looked for.
fn number_of<'a>(sought: &Sought, patient: &'a Patient) -> Option<&'a Identifier> {
    let is_sought = |known: &&Identifier| {
        sought.numbers.iter().any(|(kind, key)| known.kind == *kind && known.key == *key)
    };
    patient.identifiers.iter().find(is_sought)
}

/// Whether a whole number found the patient, and nothing else that was entered is of another one.
fn is_certain(sought: &Sought, patient: &Patient) -> bool {
    let Some(number) = number_of(sought, patient) else { return false };
    // The words may be that number: a file number has any form.
    let is_number = |kind: IdentifierType| kind.normalise(&sought.words) == number.key;
    let is_named = !is_number(number.kind) && text::is_readable(&sought.words);
    let same_date = match &patient.date_of_birth {
        Some(date) => sought.dates.is_empty() || sought.dates.contains(date),
        // Eight digits alone are a number or a date.
        None => sought.dates.is_empty() || is_named || sought.is_card,
    };
    let same_name = if sought.is_card {
        sought.last_name.is_empty()
            || text::fold(&sought.last_name) == text::fold(&patient.last_name)
    } else {
        !is_named || is_name_of(&sought.words, patient)
    };
    same_name && same_date
}

/// Whether each word begins a word of the patient's name.
fn is_name_of(words: &str, patient: &Patient) -> bool {
    let split = |text: &str| -> Vec<String> {
        let folded = text::fold(text);
        let words = folded.split(|c: char| !c.is_alphanumeric()).map(str::to_owned);
        words.filter(|word| !word.is_empty()).collect()
    };
    let known = split(&patient.full_name());
    split(words).iter().all(|word| known.iter().any(|known| known.starts_with(word.as_str())))
}
