//! The patient's part of a form: of a new consultation, and of a follow-up that follows none.

mod lookup;
mod question;
mod values;

use values::{FILLED, Values};

use crate::desk::identify::Question;
use crate::error::FieldProblem;
use crate::i18n::{LinkRuleWords, PatientChangeWords, own_name, states};
use crate::model::forms::{ConsultationForm, IDENTIFIER_LENGTH, NAME_LENGTH};
use crate::model::health_number::IdentifierType;
use crate::model::language::Language;
use crate::parts::field::{Field, FieldState, TextField};
use crate::web::page::Page;
use leptos::prelude::*;

/// The problems that a choice of the staff member answers.
const ASKED: [FieldProblem; 4] = [
    FieldProblem::OtherPatient,
    FieldProblem::SimilarPatient,
    FieldProblem::ChosenChanged,
    FieldProblem::OpenConsultation,
];
/// The problems of a number that can be kept all the same.
const DOUBTFUL: [FieldProblem; 3] = [
    FieldProblem::DoubtfulNumber,
    FieldProblem::LooksLikeHealthNumber,
    FieldProblem::OtherBirthDate,
];

/// Whether something is asked about the form that the page shows again.
pub(super) fn asks(page: &Page) -> bool {
    ASKED.iter().any(|problem| has(page, *problem))
}

pub(super) fn has(page: &Page, problem: FieldProblem) -> bool {
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

/// Whether the patient's part is complete after a look, so that only the button is left to press.
pub(super) fn is_complete(page: &Page) -> bool {
    lookup::answer(page).is_some_and(|lookup| {
        lookup.is_settled() && missing(&Values::of(page, Some(&lookup)).form).is_none()
    })
}

/// The first field that still has to be filled in.
fn missing(form: &ConsultationForm) -> Option<&'static str> {
    if form.first_name.is_empty() && form.last_name.is_empty() {
        return Some("first_name");
    }
    (form.date_of_birth.is_empty() && form.identifier.is_empty()).then_some("date_of_birth")
}

/// The patient's fields, empty, with the form's entries, or with what a look found.
pub(super) fn fields(page: &Page, question: Option<Question>) -> impl IntoView + use<> {
    let words = page.words();
    let lookup = lookup::answer(page);
    let Values { form, filled } = Values::of(page, lookup.as_ref());
    let gated = page.who().is_some_and(|who| who.site.rules.birth_date_gate);
    let birth_hint = if gated {
        LinkRuleWords::of(page.language()).hint_for_gate
    } else {
        words.date_of_birth_hint
    };
    let focus = lookup.as_ref().filter(|it| it.is_settled()).and_then(|_| missing(&form));
    let find_box = lookup::find_box(page, lookup.as_ref());
    let found = lookup.as_ref().map(|lookup| lookup::found(page, lookup));
    let identifier = identifier_fields(page, &form);
    let answers = answers(&form, question.as_ref());
    let question = question.map(|question| question::view(page, question));
    let filled = FILLED.into_iter().zip(filled).map(|(name, value)| {
        let name = format!("filled_{name}");
        view! { <input type="hidden" id=name.clone() name=name value=value/> }
    });
    let filled = filled.collect_view();
    view! {
        {find_box}
        <div id="lookup" class="lookup" role="status">{found}</div>
        {question}
        {answers}
        // What a look filled in, so that it can be removed with that look.
        {filled}
        <fieldset>
            <legend>{words.patient}</legend>
            {identifier}
            <div class="fields">
                <TextField
                    page=page.clone()
                    name="first_name"
                    label=words.first_name
                    value=form.first_name
                    next=focus == Some("first_name")
                    longest=NAME_LENGTH
                />
                <TextField
                    page=page.clone()
                    name="last_name"
                    label=words.last_name
                    value=form.last_name
                    longest=NAME_LENGTH
                />
            </div>
            <TextField
                page=page.clone()
                name="date_of_birth"
                label=words.date_of_birth
                hint=birth_hint
                short=true
                value=form.date_of_birth
                next=focus == Some("date_of_birth")
            />
            {language_field(page, &form.patient_language)}
        </fieldset>
    }
}

/// What was answered before: it goes along with every other answer.
fn answers(form: &ConsultationForm, question: Option<&Question>) -> impl IntoView + use<> {
    let keep = |name: &'static str, value: &str, asked: bool| {
        (!asked && !value.is_empty())
            .then(|| view! { <input type="hidden" name=name value=value.to_owned()/> })
    };
    let asks_who =
        matches!(question, Some(Question::Number(_) | Question::Alike(_) | Question::Changed(_)));
    let asks_open = matches!(question, Some(Question::Open(..)));
    view! {
        <input
            type="hidden"
            id="default_type"
            name="default_type"
            value=form.default_type.clone()
        />
        {keep("same_patient", &form.same_patient, asks_who)}
        {keep("beside_open", &form.beside_open, asks_open)}
    }
}

fn identifier_fields(page: &Page, form: &ConsultationForm) -> impl IntoView + use<> {
    let words = page.words();
    let (kind, keep) = (type_field(page, &form.identifier_type), keep_number(page, form));
    view! {
        <div class="fields">
            {kind}
            <TextField
                page=page.clone()
                name="identifier"
                label=words.identifier
                hint=words.identifier_hint
                value=form.identifier.clone()
                longest=IDENTIFIER_LENGTH
            />
        </div>
        {keep}
    }
}

/// The type of the identifier: a slug of `IdentifierType`, or the default one.
pub(super) fn type_field(page: &Page, slug: &str) -> impl IntoView + use<> {
    let (words, language) = (page.words(), page.language());
    let chosen = IdentifierType::parse(slug).unwrap_or_default();
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
    let state = FieldState::of(page, "identifier_type", false);
    let (invalid, described_by) = (state.invalid(), state.described_by.clone());
    view! {
        <Field name="identifier_type" label=words.identifier_type state>
            <select
                id="identifier_type"
                name="identifier_type"
                aria-invalid=invalid
                aria-describedby=described_by
            >
                {options}
            </select>
        </Field>
    }
}

/// The box that confirms a doubtful number, where the form was refused for it or has it ticked.
pub(super) fn keep_number(page: &Page, form: &ConsultationForm) -> impl IntoView + use<> {
    let (kept, confirmation) = (form.keeps_number(), form.confirmation());
    (kept || DOUBTFUL.iter().any(|problem| has(page, *problem))).then(|| {
        view! {
            <label class="choice">
                <input type="checkbox" name="keep_number" value=confirmation checked=kept/>
                " "
                {page.words().keep_number}
            </label>
        }
    })
}

/// The language of the patient's page.
pub(super) fn language_field(page: &Page, chosen: &str) -> impl IntoView + use<> {
    let words = PatientChangeWords::of(page.language());
    let options = [Language::En, Language::Fr]
        .into_iter()
        .map(|language| {
            let (code, own) = (language.code(), own_name(language));
            view! { <option value=code lang=code selected=code == chosen>{own}</option> }
        })
        .collect_view();
    let state = FieldState::of(page, "patient_language", true);
    let described_by = state.described_by.clone();
    view! {
        <Field
            name="patient_language"
            label=words.language
            hint=Some(words.language_hint)
            state
        >
            <select
                id="patient_language"
                name="patient_language"
                aria-describedby=described_by
            >
                <option value="">{words.browser_language}</option>
                {options}
            </select>
        </Field>
    }
}
