//! What is asked before anything is created: who the patient is, and whether an open consultation
//! is the one that is meant.

use super::lookup::last_visit;
use crate::desk::identify::{Found, Question, choice_of, none_of};
use crate::i18n::{LookWords, time};
use crate::model::forms::ConsultationForm;
use crate::parts::notice::Notice;
use crate::parts::patient::{Number, identity_strip, named};
use crate::web::page::Page;
use crate::web::routes::PageRoute;
use leptos::prelude::*;

/// The question, with a press for each answer. Every answer holds for the details as they stand.
pub(super) fn view(page: &Page, question: Question) -> AnyView {
    let form: ConsultationForm = page.form().unwrap_or_default();
    match question {
        Question::Number(found) => of_number(page, &form, &found).into_any(),
        Question::Alike(found) => {
            let words = LookWords::of(page.language());
            alike(page, &form, &found, [words.alike, words.alike_text]).into_any()
        }
        Question::Changed(found) => {
            let words = LookWords::of(page.language());
            alike(page, &form, &found, [words.changed, words.changed_text]).into_any()
        }
        Question::Open(found, id, since) => {
            let words = LookWords::of(page.language());
            let title = page.since(words.open, since);
            let href = PageRoute::Consultation.at(&id);
            let strip = identity_strip(page, &found.patient, Number::Whole);
            view! {
                <div id="beside_open" tabindex="-1">
                    <Notice kind="warning" title>
                        <p>{strip}</p>
                        <p>{words.open_text}</p>
                        <div class="actions">
                            <a class="button primary" href=href>{words.use_open}</a>
                            <button name="beside_open" value=id.0>{words.another}</button>
                        </div>
                    </Notice>
                </div>
            }
            .into_any()
        }
    }
}

fn of_number(page: &Page, form: &ConsultationForm, found: &Found) -> impl IntoView + use<> {
    let words = page.words();
    let patient = &found.patient;
    let born = patient
        .date_of_birth
        .as_ref()
        .map(|date| format!(" ({})", time::day(page.language(), date)));
    let title = view! { {named(words.other_patient, &patient.full_name())}{born} };
    let strip = identity_strip(page, patient, Number::Whole);
    let choice = form.choice(&choice_of(patient));
    view! {
        <Notice kind="warning" title>
            <p>{strip}</p>
            <p>{words.other_patient_text}</p>
            <label class="choice">
                <input type="checkbox" name="same_patient" value=choice/>
                " "
                {words.same_patient}
            </label>
        </Notice>
    }
}

fn alike(
    page: &Page,
    form: &ConsultationForm,
    found: &[Found],
    [title, text]: [&'static str; 2],
) -> impl IntoView + use<> {
    let words = LookWords::of(page.language());
    let each = |(at, found): (usize, &Found)| {
        let strip = format!("alike-{at}");
        view! {
            <li>
                <div id=strip.clone()>
                    {identity_strip(page, &found.patient, Number::Masked)}
                    <small class="visit">{last_visit(page, found.visits.last_at)}</small>
                </div>
                <button
                    name="same_patient"
                    value=form.choice(&choice_of(&found.patient))
                    aria-describedby=strip
                >
                    {words.this_one}
                </button>
            </li>
        }
    };
    let list = found.iter().enumerate().map(each).collect_view();
    let new_patient = form.choice(&none_of(found.iter().map(|it| &it.patient)));
    view! {
        <div id="same_patient" tabindex="-1">
            <Notice kind="warning" title>
                <p>{text}</p>
                <ul class="choices">{list}</ul>
                <div class="actions">
                    <button name="same_patient" value=new_patient>
                        {words.new_patient}
                    </button>
                </div>
            </Notice>
        </div>
    }
}
