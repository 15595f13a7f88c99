//! A new follow-up, on one screen: of a consultation, whose patient it is for, or for anybody.

use crate::desk::access;
use crate::error::AppError;
use crate::i18n::{FollowUpWords, follow_up as words_of, time};
use crate::islands::form::FormAid;
use crate::model::consultation::Consultation;
use crate::model::follow_up::Repeat;
use crate::model::forms::{FOLLOW_UP_REASON_LENGTH, FOLLOW_UP_TIMES};
use crate::model::patient::Patient;
use crate::pages::board::id_in;
use crate::pages::message::MessagePage;
use crate::pages::patient_form;
use crate::parts::at_site::AtSite;
use crate::parts::field::{Field, FieldState, TextField};
use crate::parts::layout::StaffLayout;
use crate::parts::notice::ErrorSummary;
use crate::web::page::Page;
use crate::web::routes::{Function, PageRoute};
use leptos::prelude::*;

/// Whose follow-up it is going to be.
enum Whose {
    /// The patient's of this consultation, which it follows.
    Of(Box<Consultation>),
    /// To be typed; with whom the typed identifier belongs to, where that is somebody else.
    Typed(Option<Patient>),
}

/// The form, empty or with what was typed. `?follows=` names the consultation that it follows.
#[component]
pub fn NewFollowUpPage() -> impl IntoView {
    let page = Page::current();
    let asked = page.query("follows");
    Suspend::new(async move {
        match whose(&page, asked).await {
            Ok(whose) => form(page, whose).into_any(),
            Err(error) => view! { <MessagePage error/> }.into_any(),
        }
    })
}

async fn whose(page: &Page, asked: Option<String>) -> Result<Whose, AppError> {
    let who = page.who().ok_or(AppError::NotSignedIn)?;
    let typed = Some(page.entry("follows")).filter(|id| !id.is_empty());
    let Some(id) = typed.or(asked) else {
        return Ok(Whose::Typed(patient_form::other(page).await?));
    };
    let id = id_in(Some(id)).ok_or(AppError::NotFound)?;
    let found = access::consultation(&page.state.desk, who, &id)
        .await
        .map_err(|error| page.state.explain(error))?;
    found.map(|(consultation, _)| Whose::Of(Box::new(consultation))).ok_or(AppError::NotFound)
}

fn form(page: Page, whose: Whose) -> impl IntoView {
    let words = FollowUpWords::of(page.language());
    let request_id = patient_form::request_id(&page);
    let (here, back, patient, find) = match whose {
        Whose::Of(consultation) => {
            let id = consultation.id.0.clone();
            (
                format!("{}?follows={id}", PageRoute::NewFollowUp.path()),
                PageRoute::Consultation.at(&id),
                known(&page, &consultation).into_any(),
                None,
            )
        }
        Whose::Typed(other) => {
            let find = view! { <button formaction=Function::FindPatient.path()>{page.words().find_patient}</button> };
            (
                PageRoute::NewFollowUp.path().to_owned(),
                PageRoute::FollowUps.path().to_owned(),
                patient_form::fields(&page, other).into_any(),
                Some(find),
            )
        }
    };
    let plan = plan(&page);
    let [found_title, found_text, other_title, other_text] = patient_form::aid_words(&page);
    view! {
        <StaffLayout page=page.clone() title=page.title_of_form(words.plan) here class="narrow">
            <ErrorSummary page=page.clone()/>
            <h1>{words.plan}</h1>
            <FormAid found_title found_text other_title other_text>
                <form method="post" action=Function::PlanFollowUp.path() id="new-follow-up">
                    <AtSite page=page.clone()/>
                    <input type="hidden" name="request_id" value=request_id/>
                    {patient}
                    {plan}
                    <div class="actions">
                        // The first button is the one that Enter presses.
                        <button class="primary">{words.plan}</button>
                        {find}
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
    let born = patient
        .date_of_birth
        .as_ref()
        .map(|date| view! { " "<small>{time::day(page.language(), date)}</small> });
    view! {
        <input type="hidden" name="follows" value=consultation.id.0.clone()/>
        <p class="whose">{page.words().patient}": "<strong>{patient.full_name()}</strong>{born}</p>
    }
}

fn plan(page: &Page) -> impl IntoView + use<> {
    let (words, language) = (FollowUpWords::of(page.language()), page.language());
    let chosen = Repeat::parse(&page.entry("repeat"));
    let options = Repeat::ALL
        .into_iter()
        .map(|repeat| view! { <option value=repeat.slug() selected=chosen == Some(repeat)>{words_of::repeat(language, repeat)}</option> })
        .collect_view();
    let state = FieldState::of(page, "repeat", false);
    let (invalid, described_by) = (state.invalid(), state.described_by.clone());
    let (times, typed_times) = (FieldState::of(page, "times", true), page.entry("times"));
    let (times_invalid, times_described_by) = (times.invalid(), times.described_by.clone());
    view! {
        <fieldset>
            <legend>{words.when}</legend>
            <TextField page=page.clone() name="due_on" label=words.due_on hint=words.due_on_hint kind="date" short=true/>
            <TextField page=page.clone() name="follow_up_reason" label=words.reason hint=words.reason_hint longest=FOLLOW_UP_REASON_LENGTH/>
            <div class="fields">
                <Field name="repeat" label=words.repeat state>
                    <select id="repeat" name="repeat" aria-invalid=invalid aria-describedby=described_by>
                        <option value="">{words.never}</option>{options}
                    </select>
                </Field>
                <Field name="times" label=words.times hint=Some(words.times_hint) state=times>
                    <input id="times" name="times" type="number" inputmode="numeric" min=FOLLOW_UP_TIMES.0.to_string() max=FOLLOW_UP_TIMES.1.to_string()
                        value=typed_times aria-invalid=times_invalid aria-describedby=times_described_by/>
                </Field>
            </div>
        </fieldset>
    }
}
