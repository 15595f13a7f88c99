//! The patient's part of a form: of a new consultation, and of a follow-up that follows none.

use crate::api::consultations::KnownPatient;
use crate::desk::{Actor, DeskError, access};
use crate::error::FieldProblem;
use crate::i18n::{LinkRuleWords, fill, states};
use crate::model::forms::{ConsultationForm, IDENTIFIER_LENGTH, NAME_LENGTH};
use crate::model::health_number::IdentifierType;
use crate::model::patient::{Identifier, Patient};
use crate::parts::field::{Field, FieldState, TextField};
use crate::parts::notice::Notice;
use crate::web::page::Page;
use crate::web::routes::Function;
use leptos::prelude::*;

/// The patient on record that has the form's identifier, where that is another one than was
/// entered. Its name and date of birth are then shown on the page, which the audit log holds as a
/// look at that record.
///
/// # Errors
/// A failing store.
pub(super) async fn patient_on_record(
    page: &Page,
    who: &Actor,
) -> Result<Option<Patient>, DeskError> {
    if !has(page, FieldProblem::OtherPatient) {
        return Ok(None);
    }
    let form: ConsultationForm = page.form().unwrap_or_default();
    let kind = IdentifierType::parse(&form.identifier_type).unwrap_or_default();
    let identifier = Identifier::typed(kind, &form.identifier);
    access::patient(&page.state.desk, who, &identifier).await
}

fn has(page: &Page, problem: FieldProblem) -> bool {
    page.field_errors().iter().any(|error| error.problem == problem)
}

/// The words for the island around the form: what it says about the patient that an identifier
/// finds.
pub(super) fn aid_words(page: &Page) -> [String; 4] {
    let words = page.words();
    [words.found, words.found_text, words.other_patient, words.other_patient_text]
        .map(str::to_owned)
}

/// The idempotency key: the one that the form was sent with before, or a new one.
pub(super) fn request_id(page: &Page) -> String {
    let sent = page.form::<ConsultationForm>().map(|form| form.request_id);
    sent.filter(|id| !id.is_empty()).unwrap_or_else(|| page.state.desk.ambient.id())
}

/// The patient's fields, empty or with the form's entries.
pub(super) fn fields(page: &Page, other: Option<Patient>) -> impl IntoView + use<> {
    let words = page.words();
    let found = found(page);
    let detail =
        |name: &str, of: fn(&KnownPatient) -> &String| detail(page, found.as_ref(), name, of);
    let (first_name, filled_first_name) = detail("first_name", |known| &known.first_name);
    let (last_name, filled_last_name) = detail("last_name", |known| &known.last_name);
    let (date_of_birth, filled_date_of_birth) =
        detail("date_of_birth", |known| &known.date_of_birth);
    let gated = page.who().is_some_and(|who| who.site.rules.birth_date_gate);
    let birth_hint = if gated {
        LinkRuleWords::of(page.language()).hint_for_gate
    } else {
        words.date_of_birth_hint
    };
    view! {
        // What the identifier filled in, so that it can be removed with that identifier.
        <input
            type="hidden"
            id="filled_first_name"
            name="filled_first_name"
            value=filled_first_name
        />
        <input type="hidden" id="filled_last_name" name="filled_last_name" value=filled_last_name/>
        <input
            type="hidden"
            id="filled_date_of_birth"
            name="filled_date_of_birth"
            value=filled_date_of_birth
        />
        <fieldset>
            <legend>{words.patient}</legend>
            {identifier_fields(page, other)}
            <div id="lookup" class="lookup" role="status">
                {lookup_notice(page, found.as_ref())}
            </div>
            <div class="fields">
                <TextField
                    page=page.clone()
                    name="first_name"
                    label=words.first_name
                    value=first_name
                    longest=NAME_LENGTH
                />
                <TextField
                    page=page.clone()
                    name="last_name"
                    label=words.last_name
                    value=last_name
                    longest=NAME_LENGTH
                />
            </div>
            <TextField
                page=page.clone()
                name="date_of_birth"
                label=words.date_of_birth
                hint=birth_hint
                short=true
                value=date_of_birth
            />
        </fieldset>
    }
}

/// What a search by identifier found, on the page that answers it. `Some(None)`: no such patient.
fn found(page: &Page) -> Option<Option<KnownPatient>> {
    super::answer(page, Function::FindPatient)
}

/// The value of a field of the patient's, and the part of it that an identifier filled in. What
/// another identifier filled in goes with that one; what the user typed stays.
fn detail(
    page: &Page,
    found: Option<&Option<KnownPatient>>,
    name: &str,
    of: fn(&KnownPatient) -> &String,
) -> (String, String) {
    let (typed, filled) = (page.entry(name), page.entry(&format!("filled_{name}")));
    match found {
        Some(Some(known)) => (of(known).clone(), of(known).clone()),
        Some(None) if typed == filled => (String::new(), String::new()),
        _ => (typed, filled),
    }
}

fn lookup_notice(page: &Page, found: Option<&Option<KnownPatient>>) -> impl IntoView + use<> {
    let words = page.words();
    let (kind, title, text) = match found {
        None => return ().into_any(),
        Some(Some(known)) => {
            let name = format!("{} {}", known.first_name, known.last_name);
            ("success", words.found, fill(words.found_text, "name", &name))
        }
        Some(None) => ("info", words.not_found, words.not_found_text.to_owned()),
    };
    view! { <Notice kind title><p>{text}</p></Notice> }.into_any()
}

fn identifier_fields(page: &Page, other: Option<Patient>) -> impl IntoView + use<> {
    let (words, language) = (page.words(), page.language());
    let form: ConsultationForm = page.form().unwrap_or_default();
    let chosen = IdentifierType::parse(&form.identifier_type).unwrap_or_default();
    let options = IdentifierType::ALL
        .into_iter()
        .map(|kind| {
            view! {
                <option value=kind.slug() selected=kind == chosen>
                    {states::identifier_type(language, kind)}
                </option>
            }
        })
        .collect_view();
    let type_state = FieldState::of(page, "identifier_type", false);
    let (type_invalid, type_described_by) = (type_state.invalid(), type_state.described_by.clone());
    let doubtful = [
        FieldProblem::DoubtfulNumber,
        FieldProblem::LooksLikeHealthNumber,
        FieldProblem::OtherBirthDate,
    ];
    let (kept, confirmation) = (form.keeps_number(), form.confirmation());
    let keep = (kept || doubtful.iter().any(|problem| has(page, *problem))).then(|| {
        view! {
            <label class="choice">
                <input type="checkbox" name="keep_number" value=confirmation checked=kept/>
                " "
                {words.keep_number}
            </label>
        }
    });
    let same = match other {
        Some(patient) => Some(same_patient(page, &patient).into_any()),
        None => Some(form.same_patient).filter(|patient| !patient.is_empty()).map(|patient| {
            view! { <input type="hidden" name="same_patient" value=patient/> }.into_any()
        }),
    };
    let first = page.refusal().is_none();
    view! {
        <div class="fields">
            <Field name="identifier_type" label=words.identifier_type state=type_state>
                <select
                    id="identifier_type"
                    name="identifier_type"
                    autofocus=first
                    aria-invalid=type_invalid
                    aria-describedby=type_described_by
                >
                    {options}
                </select>
            </Field>
            <TextField
                page=page.clone()
                name="identifier"
                label=words.identifier
                hint=words.identifier_hint
                longest=IDENTIFIER_LENGTH
            />
        </div>
        {keep}
        {same}
    }
}

fn same_patient(page: &Page, patient: &Patient) -> impl IntoView + use<> {
    let words = page.words();
    let born = patient
        .date_of_birth
        .as_ref()
        .map(|date| format!(" ({})", crate::i18n::time::day(page.language(), date)));
    let name = format!("{}{}", patient.full_name(), born.unwrap_or_default());
    let id = patient.id.0.clone();
    view! {
        <Notice kind="warning" title=fill(words.other_patient, "name", &name)>
            <p>{words.other_patient_text}</p>
            <label class="choice">
                <input type="checkbox" name="same_patient" value=id/>
                " "
                {words.same_patient}
            </label>
        </Notice>
    }
}
