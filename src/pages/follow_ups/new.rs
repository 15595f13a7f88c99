//! The form of a new follow-up: of a consultation and for its patient, or for any patient.

use crate::desk::identify::Question;
use crate::desk::{Actor, access, follow_up};
use crate::error::AppError;
use crate::i18n::{FollowUpWords, follow_up as words_of, labelled};
use crate::islands::drafts::ENTRIES;
use crate::islands::form::FormAid;
use crate::model::consultation::Consultation;
use crate::model::follow_up::Repeat;
use crate::model::forms::{FOLLOW_UP_REASON_LENGTH, FOLLOW_UP_TIMES, FollowUpForm};
use crate::model::ids::ConsultationId;
use crate::pages::loaded::{Failure, staff_page};
use crate::pages::patient_form;
use crate::parts::at_site::AtSite;
use crate::parts::field::{Field, FieldState, TextField};
use crate::parts::layout::StaffLayout;
use crate::parts::notice::ErrorSummary;
use crate::parts::patient::{self, Number};
use crate::web::page::Page;
use crate::web::routes::{Function, PageRoute};
use leptos::prelude::*;

/// The patient that the follow-up is for.
enum ForPatient {
    /// That of the consultation that it follows.
    Of(Box<Consultation>),
    /// The one entered in the form, and what is asked about them.
    Entered(Option<Question>),
}

/// The form, empty or with its entries. `?follows=` names the consultation that it follows.
#[component]
pub fn NewFollowUpPage() -> impl IntoView {
    staff_page(|page, who| async move {
        let patient = for_patient(&page, &who).await?;
        Ok(form(page, patient))
    })
}

async fn for_patient(page: &Page, who: &Actor) -> Result<ForPatient, Failure> {
    let entered = Some(page.entry("follows")).filter(|id| !id.is_empty());
    let Some(id) = entered.or_else(|| page.query("follows")) else {
        let question = match patient_form::asks(page) {
            true => {
                let form: FollowUpForm = page.form().unwrap_or_default();
                follow_up::question(&page.state.desk, who, &form).await?
            }
            false => None,
        };
        return Ok(ForPatient::Entered(question));
    };
    let found = access::consultation(&page.state.desk, who, &ConsultationId(id)).await?;
    let (consultation, _) = found.ok_or(AppError::NotFound)?;
    Ok(ForPatient::Of(Box::new(consultation)))
}

fn form(page: Page, patient: ForPatient) -> impl IntoView {
    let words = FollowUpWords::of(page.language());
    let request_id = patient_form::request_id(&page);
    let (here, back, patient) = match patient {
        ForPatient::Of(consultation) => {
            let id = consultation.id.0.clone();
            (
                format!("{}?follows={id}", PageRoute::NewFollowUp.path()),
                PageRoute::Consultation.at(&id),
                known(&page, &consultation).into_any(),
            )
        }
        ForPatient::Entered(question) => (
            PageRoute::NewFollowUp.path().to_owned(),
            PageRoute::FollowUps.path().to_owned(),
            patient_form::fields(&page, question).into_any(),
        ),
    };
    // Of this patient, or of one who is typed.
    let draft = format!("follow-up {}", here.rsplit('=').next().unwrap_or_default());
    let entries = page.submitted.is_some().then_some(ENTRIES);
    let plan = plan(&page);
    let [found_title, found_text, other_title, other_text] = patient_form::aid_words(&page);
    view! {
        <StaffLayout page=page.clone() title=page.title_of_form(words.plan) here class="narrow">
            <ErrorSummary page=page.clone()/>
            <h1>{words.plan}</h1>
            <FormAid found_title found_text other_title other_text>
                <form
                    method="post"
                    action=Function::PlanFollowUp.path()
                    id="new-follow-up"
                    data-draft=draft
                    data-draft-state=entries
                >
                    <AtSite page=page.clone()/>
                    <input type="hidden" name="request_id" value=request_id/>
                    {patient}
                    {plan}
                    <div class="actions">
                        <button class="primary">{words.plan}</button>
                        <a href=back>{page.words().cancel}</a>
                    </div>
                </form>
            </FormAid>
        </StaffLayout>
    }
}

/// The patient of the consultation that it follows.
fn known(page: &Page, consultation: &Consultation) -> impl IntoView + use<> {
    let patient = &consultation.patient;
    let name = patient::name(&patient.first_name, &patient.last_name);
    let told_apart = patient::told_apart(
        page,
        patient.date_of_birth.as_deref(),
        patient.identifiers.first(),
        Number::Whole,
    );
    let label = labelled(page.language(), page.words().patient);
    view! {
        <input type="hidden" name="follows" value=consultation.id.0.clone()/>
        <p class="whose">{label}<strong>{name}</strong>" "{told_apart}</p>
    }
}

fn plan(page: &Page) -> impl IntoView + use<> {
    let (words, language) = (FollowUpWords::of(page.language()), page.language());
    let chosen = Repeat::parse(&page.entry("repeat"));
    let options = Repeat::ALL
        .into_iter()
        .map(|repeat| {
            view! {
                <option value=repeat.slug() selected=chosen == Some(repeat)>
                    {words_of::repeat(language, repeat)}
                </option>
            }
        })
        .collect_view();
    let state = FieldState::of(page, "repeat", false);
    let (invalid, described_by) = (state.invalid(), state.described_by.clone());
    let (times, typed_times) = (FieldState::of(page, "times", true), page.entry("times"));
    let (times_invalid, times_described_by) = (times.invalid(), times.described_by.clone());
    view! {
        <fieldset>
            <legend>{words.when}</legend>
            <TextField
                page=page.clone()
                name="due_on"
                label=words.due_on
                hint=words.due_on_hint
                kind="date"
                short=true
            />
            <TextField
                page=page.clone()
                name="follow_up_reason"
                label=words.reason
                hint=words.reason_hint
                longest=FOLLOW_UP_REASON_LENGTH
            />
            <div class="fields">
                <Field name="repeat" label=words.repeat state>
                    <select
                        id="repeat"
                        name="repeat"
                        aria-invalid=invalid
                        aria-describedby=described_by
                    >
                        <option value="">{words.never}</option>{options}
                    </select>
                </Field>
                <Field name="times" label=words.times hint=Some(words.times_hint) state=times>
                    <input
                        id="times"
                        name="times"
                        type="number"
                        inputmode="numeric"
                        min=FOLLOW_UP_TIMES.0.to_string()
                        max=FOLLOW_UP_TIMES.1.to_string()
                        value=typed_times
                        aria-invalid=times_invalid
                        aria-describedby=times_described_by
                    />
                </Field>
            </div>
        </fieldset>
    }
}
