//! The correction of a patient's details.

use super::loaded::staff_page;
use super::patient_form;
use crate::desk::correction::{self, number_value};
use crate::desk::{Actor, DeskError, access};
use crate::error::FieldProblem;
use crate::i18n::{PatientChangeWords, states, time};
use crate::model::consultation::Consultation;
use crate::model::forms::{ConsultationForm, IDENTIFIER_LENGTH, NAME_LENGTH};
use crate::model::health_number::IdentifierType;
use crate::model::ids::ConsultationId;
use crate::model::patient::{Identifier, Patient};
use crate::parts::at_site::AtSite;
use crate::parts::field::{Field, FieldState, TextField};
use crate::parts::layout::StaffLayout;
use crate::parts::notice::{ErrorSummary, Notice};
use crate::parts::patient::isolated;
use crate::web::page::Page;
use crate::web::routes::{Function, PageRoute};
use leptos::prelude::*;

/// The form, with the details on record or with its entries.
#[component]
pub fn CorrectPage() -> impl IntoView {
    staff_page(|page, who| async move {
        let id = ConsultationId(page.param().to_owned());
        let consultation = correction::open(&page.state.desk, &who, &id).await?;
        let other = other(&page, &who).await?;
        Ok(view(page, consultation, other))
    })
}

/// The patient that has the new number already. The look is in the audit log.
async fn other(page: &Page, who: &Actor) -> Result<Option<Patient>, DeskError> {
    if !patient_form::has(page, FieldProblem::NumberOfOther) {
        return Ok(None);
    }
    let number = page.entry("identifier");
    let [kind, default] = ["identifier_type", "default_type"].map(|name| page.entry(name));
    let kind = IdentifierType::entered(&kind, &default, &number).unwrap_or_default();
    let identifier = Identifier::typed(kind, &number);
    access::patient(&page.state.desk, who, &identifier).await
}

fn view(page: Page, consultation: Consultation, other: Option<Patient>) -> impl IntoView {
    let words = PatientChangeWords::of(page.language());
    let patient = &consultation.patient;
    let (id, here) = (consultation.id.0.clone(), PageRoute::CorrectPatient.at(&consultation.id));
    let back = PageRoute::Consultation.at(&consultation.id);
    let (now, fields) = (card(&page, words.on_record, patient), fields(&page, patient));
    let shown = correction::shown(patient);
    let other = other.map(|other| {
        let merge = PageRoute::MergePatients.at(&consultation.id);
        let href = format!("{merge}?with={}", other.id);
        let theirs = on_record(&page, &other);
        view! {
            <Notice kind="warning" title=words.number_of_other>
                {theirs}
                <div class="actions"><a class="button" href=href>{words.merge}</a></div>
            </Notice>
        }
    });
    view! {
        <StaffLayout
            page=page.clone()
            title=page.title_of_form(words.correct)
            here=here
            class="narrow"
        >
            <ErrorSummary page=page.clone()/>
            <h1>{words.correct}</h1>
            {other}
            {now}
            <form method="post" action=Function::CorrectPatient.path()>
                <AtSite page=page.clone()/>
                <input type="hidden" name="id" value=id/>
                <input type="hidden" name="shown" value=shown/>
                {fields}
                <p class="hint">{words.correct_text}</p>
                <p class="hint">{words.empego_later}</p>
                <div class="actions">
                    <button class="primary">{words.save}</button>
                    <a href=back>{words.back}</a>
                </div>
            </form>
        </StaffLayout>
    }
}

/// What is on record under a heading, also where the form has other entries.
pub(super) fn card(page: &Page, heading: &'static str, patient: &Patient) -> impl IntoView + use<> {
    let (id, facts) = (format!("patient-{}", patient.id), on_record(page, patient));
    view! {
        <section class="card" aria-labelledby=id.clone()>
            <h2 id=id.clone()>{heading}</h2>
            {facts}
        </section>
    }
}

/// What is on record of a patient.
pub(super) fn on_record(page: &Page, patient: &Patient) -> impl IntoView + use<> {
    let (words, language) = (PatientChangeWords::of(page.language()), page.language());
    let born = patient.date_of_birth.as_ref().map(|date| time::day(language, date));
    let numbers = patient
        .identifiers
        .iter()
        .map(|it| {
            let kind = states::identifier_type(language, it.kind);
            view! { <dd><bdi>{it.on_card()}</bdi><small>{kind}</small></dd> }
        })
        .collect_view();
    view! {
        <dl class="facts">
            <div><dt>{words.names}</dt><dd><bdi>{patient.full_name()}</bdi></dd></div>
            <div>
                <dt>{page.words().date_of_birth}</dt>
                <dd>{born.unwrap_or_else(|| "—".to_owned())}</dd>
            </div>
            <div><dt>{page.words().identifier}</dt>{numbers}</div>
        </dl>
    }
}

fn fields(page: &Page, patient: &Patient) -> impl IntoView + use<> {
    let (words, staff) = (PatientChangeWords::of(page.language()), page.words());
    let entry = |name: &str, on_record: &str| match page.submitted {
        Some(_) => page.entry(name),
        None => on_record.to_owned(),
    };
    let date = patient.date_of_birth.as_deref().unwrap_or_default();
    let form: ConsultationForm = page.form().unwrap_or_default();
    let default = page.who().map(|who| who.site.default_identifier).unwrap_or_default().slug();
    let kind = entry("identifier_type", default);
    view! {
        <div class="fields">
            <TextField
                page=page.clone()
                name="first_name"
                label=staff.first_name
                value=entry("first_name", &patient.first_name)
                longest=NAME_LENGTH
            />
            <TextField
                page=page.clone()
                name="last_name"
                label=staff.last_name
                value=entry("last_name", &patient.last_name)
                longest=NAME_LENGTH
            />
        </div>
        <TextField
            page=page.clone()
            name="date_of_birth"
            label=staff.date_of_birth
            hint=staff.date_of_birth_hint
            short=true
            value=entry("date_of_birth", date)
        />
        {removal(page, patient)}
        <fieldset>
            <legend>{words.add_number}</legend>
            <p class="hint">{words.add_number_hint}</p>
            <div class="fields">
                <input type="hidden" name="default_type" value=default/>
                {patient_form::type_field(page, &kind)}
                <TextField
                    page=page.clone()
                    name="identifier"
                    label=staff.identifier
                    longest=IDENTIFIER_LENGTH
                />
            </div>
            {patient_form::keep_number(page, &form)}
        </fieldset>
    }
}

/// Which identifier is to be removed, where there are any.
fn removal(page: &Page, patient: &Patient) -> Option<impl IntoView + use<>> {
    let words = PatientChangeWords::of(page.language());
    if patient.identifiers.is_empty() {
        return None;
    }
    let chosen = page.entry("remove_number");
    let options = patient
        .identifiers
        .iter()
        .map(|it| {
            let kind = states::identifier_type(page.language(), it.kind);
            let value = number_value(it);
            let selected = value == chosen;
            let label = format!("{} – {kind}", isolated(&it.key));
            view! { <option value=value selected=selected>{label}</option> }
        })
        .collect_view();
    let state = FieldState::of(page, "remove_number", false);
    Some(view! {
        <Field name="remove_number" label=words.remove_number state>
            <select id="remove_number" name="remove_number">
                <option value="">{words.remove_none}</option>
                {options}
            </select>
        </Field>
    })
}
