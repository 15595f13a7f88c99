//! Who the patient of a form is: one on record, or a new one. Where that is not certain, the staff
//! member is asked before anything is created.

use super::audit::About;
use super::correction::shown;
use super::form::{self, differs, error};
use super::requests::live_request;
use super::{Actor, Desk, DeskError, Result};
use crate::error::FieldProblem;
use crate::model::audit::Action;
use crate::model::consultation::Consultation;
use crate::model::forms::{ConsultationForm, NEW_PATIENT};
use crate::model::ids::{ConsultationId, PatientId};
use crate::model::lifecycle::Creation;
use crate::model::patient::Patient;
use crate::secrets::sha256;
use crate::store::{PatientDraft, PatientRef, Seen, Unseen, Visits};

/// A patient on record, with what tells them apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    pub patient: Patient,
    pub visits: Visits,
}

/// What is asked before anything is created.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    /// The number is of this patient, whose name or date of birth are others than entered.
    Number(Found),
    /// The patient may be one of these.
    Alike(Vec<Found>),
    /// The first of these was chosen, and has other details since. The others are like the form.
    Changed(Vec<Found>),
    /// The patient has an open consultation, created at that moment.
    Open(Found, ConsultationId, i64),
}

impl Question {
    /// The patients that are shown with it.
    fn patients(&self) -> Vec<PatientId> {
        match self {
            Self::Number(found) | Self::Open(found, ..) => vec![found.patient.id.clone()],
            Self::Alike(found) | Self::Changed(found) => {
                found.iter().map(|found| found.patient.id.clone()).collect()
            }
        }
    }

    fn error(&self) -> DeskError {
        let (field, problem) = match self {
            Self::Number(_) => ("identifier", FieldProblem::OtherPatient),
            Self::Alike(_) => ("same_patient", FieldProblem::SimilarPatient),
            Self::Changed(_) => ("same_patient", FieldProblem::ChosenChanged),
            Self::Open(..) => ("beside_open", FieldProblem::OpenConsultation),
        };
        DeskError::Invalid(vec![error(field, problem)])
    }
}

impl From<Unseen> for DeskError {
    fn from(unseen: Unseen) -> Self {
        let (field, problem) = match unseen {
            Unseen::Number => ("identifier", FieldProblem::OtherPatient),
            Unseen::Alike => ("same_patient", FieldProblem::SimilarPatient),
            Unseen::Changed => ("same_patient", FieldProblem::ChosenChanged),
            Unseen::Open => ("beside_open", FieldProblem::OpenConsultation),
        };
        Self::Invalid(vec![error(field, problem)])
    }
}

/// A form whose patient is decided.
#[derive(Clone, Copy)]
pub(super) struct Case<'a> {
    pub(super) form: &'a ConsultationForm,
    pub(super) draft: &'a PatientDraft,
    /// The record that the same form made before, where Empego has not created it: its own patient
    /// is not asked about.
    pub(super) earlier: Option<&'a Consultation>,
    /// Whether an open consultation of the patient makes a difference.
    pub(super) asks_open: bool,
}

/// Who the patient of a form is, and what was seen of those on record, or what is to be asked.
pub(super) enum Answer {
    Decided(PatientRef, Seen),
    Ask(Question),
}

/// A patient on record as the choice of a form: who they are, and what stands for their details as
/// they are shown beside it.
#[must_use]
pub fn choice_of(patient: &Patient) -> String {
    format!("{}/{}", patient.id, shown(patient))
}

/// None of these patients, as the choice of a form. It holds for those that were shown, as they
/// were.
#[must_use]
pub fn none_of<'a>(patients: impl IntoIterator<Item = &'a Patient>) -> String {
    let shown: Vec<String> = patients.into_iter().map(shown).collect();
    format!("{NEW_PATIENT}/{}", hex::encode(sha256(&shown.join("\0"))))
}

/// The patient on record that was chosen in a form, and what stands for their details then.
fn chosen(form: &ConsultationForm) -> Option<(PatientId, &str)> {
    let (id, shown) = form.chosen()?.split_once('/')?;
    (id != NEW_PATIENT).then(|| (PatientId::from(id), shown))
}

/// Who the form names, as far as the form itself says.
pub(super) fn reference(form: &ConsultationForm, draft: &PatientDraft) -> PatientRef {
    match chosen(form) {
        Some((id, _)) => PatientRef::Chosen(id, draft.clone()),
        None => PatientRef::Typed(draft.clone()),
    }
}

/// Whether the form was answered with these details on screen, and replaces them: its number is
/// this patient's.
pub(super) fn replaces(form: &ConsultationForm, draft: &PatientDraft, patient: &Patient) -> bool {
    let is_shown = chosen(form).is_some_and(|(_, was)| was == shown(patient));
    is_shown && draft.identifiers.iter().any(|it| patient.identifiers.contains(it))
}

/// Whether a draft says nothing that is not on record.
fn says_the_same(patient: &Patient, draft: &PatientDraft) -> bool {
    !differs(patient, draft) && draft.identifiers.iter().all(|it| patient.identifiers.contains(it))
}

/// The error that asks a question. A question tells of patients, and is logged.
///
/// # Errors
/// A store error.
pub(super) async fn ask(desk: &Desk, caller: &Actor, question: &Question) -> Result<DeskError> {
    log(desk, caller, question).await?;
    Ok(question.error())
}

/// What is to be asked about the form of a consultation, for the page that shows it again. Logged
/// before it is shown.
///
/// # Errors
/// A store error.
pub async fn question(
    desk: &Desk,
    caller: &Actor,
    form: &ConsultationForm,
) -> Result<Option<Question>> {
    question_of(desk, caller, form, &form.request_id, true).await
}

/// The same for any form about a patient, by the id that its request has.
pub(super) async fn question_of(
    desk: &Desk,
    caller: &Actor,
    form: &ConsultationForm,
    request_id: &str,
    asks_open: bool,
) -> Result<Option<Question>> {
    let Ok((draft, _)) = form::read(desk, caller, form) else { return Ok(None) };
    let (_, earlier) = live_request(desk, caller, request_id).await?;
    let earlier = earlier.as_ref().filter(|it| it.state.creation != Creation::Done);
    let case = Case { form, draft: &draft, earlier, asks_open };
    let Answer::Ask(question) = decide(desk, caller, case).await? else { return Ok(None) };
    log(desk, caller, &question).await?;
    Ok(Some(question))
}

async fn log(desk: &Desk, caller: &Actor, question: &Question) -> Result<()> {
    let about = About { patients: question.patients(), ..About::detail("found=true by=form") };
    desk.log(caller, Action::PatientFound, about).await
}

/// Who the patient of a form is. Nothing is logged: the caller does it for what is shown.
///
/// # Errors
/// A store error.
pub(super) async fn decide(desk: &Desk, caller: &Actor, case: Case<'_>) -> Result<Answer> {
    let Case { form, draft, earlier, asks_open } = case;
    let site = &caller.site.id;
    let by_number = match draft.identifiers.first() {
        Some(identifier) => desk.store.find_patient(site, identifier).await?,
        None => None,
    };
    // Another user may have corrected or merged the chosen patient since: then they are asked about
    // again, as they are now.
    let (chosen, changed) = match chosen(form) {
        Some((id, was)) => match desk.store.patient(site, &id).await? {
            Some(now) if was != shown(&now) && !says_the_same(&now, draft) => (None, Some(now)),
            now => (now, None),
        },
        None => (None, None),
    };
    let number_of = by_number.as_ref().map(|known| known.id.clone());
    let (known, reference) = match (chosen, by_number) {
        (Some(chosen), known) if known.as_ref().is_none_or(|known| known.id == chosen.id) => {
            let reference = PatientRef::Chosen(chosen.id.clone(), draft.clone());
            (chosen, reference)
        }
        (None, Some(known)) if !differs(&known, draft) => (known, PatientRef::Typed(draft.clone())),
        (_, Some(known)) => {
            let found = found(desk, caller, vec![known]).await?;
            let found = found.into_iter().next().ok_or(DeskError::NotFound)?;
            return Ok(Answer::Ask(Question::Number(found)));
        }
        (_, None) => return new_patient(desk, caller, case, changed).await,
    };
    let visits = visits_of(desk, caller, std::slice::from_ref(&known)).await?.remove(&known.id);
    let visits = visits.unwrap_or_default();
    let is_own = |id: &ConsultationId| earlier.is_some_and(|earlier| earlier.id == *id);
    if asks_open
        && let Some((id, since)) = visits.open.iter().find(|(id, _)| !is_own(id)).cloned()
        && form.beside_open != id.0
    {
        return Ok(Answer::Ask(Question::Open(Found { patient: known, visits }, id, since)));
    }
    let open = visits.open.into_iter().map(|(id, _)| id).collect();
    let seen = Seen {
        by_number: number_of,
        alike: Vec::new(),
        open: asks_open.then_some(open),
        known: Some((&known).into()),
        replaces: replaces(form, draft, &known),
    };
    Ok(Answer::Decided(reference, seen))
}

/// A patient of whom neither a number nor a choice says who it is. `changed` was chosen, and has
/// other details by now.
async fn new_patient(
    desk: &Desk,
    caller: &Actor,
    case: Case<'_>,
    changed: Option<Patient>,
) -> Result<Answer> {
    let site = &caller.site.id;
    let mut alike = desk.store.look_alikes(site, case.draft).await?;
    alike.retain(|it| case.earlier.is_none_or(|earlier| earlier.patient.id != it.id));
    // The patient of this form's own record, where staff corrected or merged them since.
    let own = match case.earlier.map(|earlier| &earlier.patient) {
        Some(own) if !desk.store.patient_changes(site, &own.id).await?.is_empty() => Some(own),
        _ => None,
    };
    let is_same = own.is_some_and(|own| says_the_same(own, case.draft));
    if let Some(own) = own.filter(|_| !is_same) {
        alike.insert(0, own.clone());
    }
    let is_changed = changed.is_some();
    if let Some(changed) = changed {
        alike.retain(|it| it.id != changed.id);
        alike.insert(0, changed);
    }
    let mut seen: Vec<PatientId> = alike.iter().map(|it| it.id.clone()).collect();
    seen.extend(case.earlier.map(|earlier| earlier.patient.id.clone()));
    let seen = Seen { alike: seen, ..Seen::default() };
    if !alike.is_empty() && case.form.chosen() != Some(none_of(&alike).as_str()) {
        let found = found(desk, caller, alike).await?;
        let question = if is_changed { Question::Changed } else { Question::Alike };
        return Ok(Answer::Ask(question(found)));
    }
    let patient = match own.filter(|_| is_same) {
        Some(own) => PatientRef::Chosen(own.id.clone(), case.draft.clone()),
        None => PatientRef::Typed(case.draft.clone()),
    };
    Ok(Answer::Decided(patient, seen))
}

async fn visits_of(
    desk: &Desk,
    caller: &Actor,
    patients: &[Patient],
) -> Result<std::collections::HashMap<PatientId, Visits>> {
    let ids: Vec<PatientId> = patients.iter().map(|patient| patient.id.clone()).collect();
    Ok(desk.store.visits(&caller.site.id, &ids, desk.now()).await?)
}

/// Patients with what tells them apart, in their order.
pub(super) async fn found(
    desk: &Desk,
    caller: &Actor,
    patients: Vec<Patient>,
) -> Result<Vec<Found>> {
    let mut visits = visits_of(desk, caller, &patients).await?;
    let with_visits = |patient: Patient| {
        let visits = visits.remove(&patient.id).unwrap_or_default();
        Found { patient, visits }
    };
    Ok(patients.into_iter().map(with_visits).collect())
}
