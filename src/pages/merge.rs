//! The merge of two records of one patient: which other record, then both side by side.

use super::correct::{card, on_record};
use super::loaded::staff_page;
use crate::desk::correction::{self, shown};
use crate::desk::{Actor, DeskError, merge};
use crate::i18n::{PatientChangeWords, time};
use crate::model::consultation::Consultation;
use crate::model::forms::SEARCH_LENGTH;
use crate::model::ids::{ConsultationId, PatientId};
use crate::model::patient::Patient;
use crate::parts::at_site::AtSite;
use crate::parts::field::{FieldState, TextField};
use crate::parts::layout::StaffLayout;
use crate::parts::notice::ErrorSummary;
use crate::web::page::Page;
use crate::web::routes::{Function, PageRoute};
use leptos::prelude::*;

/// The field of the query and of the form that names the other patient.
const WITH: &str = "with";

/// The search for the other record, or the comparison with it.
#[component]
pub fn MergePage() -> impl IntoView {
    staff_page(|page, who| async move {
        let id = ConsultationId(page.param().to_owned());
        let desk = &page.state.desk;
        let with = page.query(WITH).unwrap_or_else(|| page.entry(WITH));
        if with.is_empty() {
            let consultation = correction::open(desk, &who, &id).await?;
            let found = found(&page, &who, &id).await?;
            return Ok(choice(page, consultation, found).into_any());
        }
        let (consultation, other) = merge::compare(desk, &who, &id, &PatientId(with)).await?;
        Ok(comparison(page, consultation, other).into_any())
    })
}

/// What the search found, or the patients of the same name. Each look is in the audit log.
async fn found(page: &Page, who: &Actor, id: &ConsultationId) -> Result<Vec<Patient>, DeskError> {
    let desk = &page.state.desk;
    let Some(ids) = super::answer::<Vec<PatientId>>(page, Function::FindToMerge) else {
        return merge::find(desk, who, id, "").await;
    };
    merge::found(desk, who, &ids).await
}

fn choice(page: Page, consultation: Consultation, found: Vec<Patient>) -> impl IntoView {
    let words = PatientChangeWords::of(page.language());
    let more = (found.len() > merge::MOST).then(|| view! { <p>{words.merge_more}</p> });
    let none = found.is_empty().then(|| view! { <p>{words.merge_none}</p> });
    let here = PageRoute::MergePatients.at(&consultation.id);
    let rows = found
        .iter()
        .take(merge::MOST)
        .map(|other| {
            let href = format!("{here}?{WITH}={}", other.id);
            view! {
                <li class="card">
                    {on_record(&page, other)}
                    <div class="actions"><a class="button" href=href>{words.compare}</a></div>
                </li>
            }
        })
        .collect_view();
    let this = card(&page, words.this_record, &consultation.patient);
    let back = PageRoute::Consultation.at(&consultation.id);
    view! {
        <StaffLayout page=page.clone() title=words.merge here=here class="narrow">
            <ErrorSummary page=page.clone()/>
            <h1>{words.merge}</h1>
            {this}
            <h2>{words.merge_find}</h2>
            <form method="post" action=Function::FindToMerge.path()>
                <input type="hidden" name="id" value=consultation.id.0.clone()/>
                <TextField
                    page=page.clone()
                    name="merge_search"
                    label=words.merge_search
                    longest=SEARCH_LENGTH
                />
                <div class="actions"><button>{page.words().search}</button></div>
            </form>
            {none}
            <ul class="plain">{rows}</ul>
            {more}
            <p><a href=back>{words.back}</a></p>
        </StaffLayout>
    }
}

fn comparison(page: Page, consultation: Consultation, other: Patient) -> impl IntoView {
    let (words, language) = (PatientChangeWords::of(page.language()), page.language());
    let kept = &consultation.patient;
    let (this, that) =
        (card(&page, words.this_record, kept), card(&page, words.other_record, &other));
    let name = merge::names_differ(kept, &other).then(|| {
        let of = [kept.full_name(), other.full_name()];
        radios(&page, "keep_name", words.keep_name, of)
    });
    let born = merge::birth_dates_differ(kept, &other).then(|| {
        let day =
            |it: &Patient| time::day(language, it.date_of_birth.as_deref().unwrap_or_default());
        radios(&page, "keep_birth_date", words.keep_birth_date_of, [day(kept), day(&other)])
    });
    let (id, with) = (consultation.id.0.clone(), other.id.0.clone());
    let (kept_shown, other_shown) = (shown(kept), shown(&other));
    let here = PageRoute::MergePatients.at(&consultation.id);
    let back = PageRoute::Consultation.at(&consultation.id);
    view! {
        <StaffLayout page=page.clone() title=page.title_of_form(words.merge) here=here>
            <ErrorSummary page=page.clone()/>
            <h1>{words.merge}</h1>
            <div class="columns even">{this}{that}</div>
            <form method="post" action=Function::MergePatients.path()>
                <AtSite page=page.clone()/>
                <input type="hidden" name="id" value=id/>
                <input type="hidden" name=WITH value=with/>
                <input type="hidden" name="shown" value=kept_shown/>
                <input type="hidden" name="other_shown" value=other_shown/>
                {name}
                {born}
                <p>{words.merge_text}</p>
                <p class="hint">{words.merge_empego}</p>
                <div class="actions">
                    <button class="primary">{words.merge_press}</button>
                    <a href=back>{words.back}</a>
                </div>
            </form>
        </StaffLayout>
    }
}

/// A choice between this record's and the other one's.
fn radios(
    page: &Page,
    name: &'static str,
    label: &'static str,
    values: [String; 2],
) -> impl IntoView + use<> {
    let words = PatientChangeWords::of(page.language());
    let (state, chosen) = (FieldState::of(page, name, false), page.entry(name));
    let (invalid, described_by) = (state.invalid(), state.described_by.clone());
    let whose = [("this", words.this_record), ("other", words.other_record)];
    let choices = whose
        .into_iter()
        .zip(values)
        .map(|((value, whose), shown)| {
            let (checked, id) = (chosen == value, (value == "this").then_some(name));
            view! {
                <label class="choice">
                    <input type="radio" id=id name=name value=value checked=checked/>
                    " "
                    <bdi>{shown}</bdi>
                    " "
                    <small>{whose}</small>
                </label>
            }
        })
        .collect_view();
    view! {
        <fieldset role="radiogroup" aria-invalid=invalid aria-describedby=described_by>
            <legend>{label}</legend>
            {choices}
            {state.error.map(|error| {
                view! { <p class="error" id=format!("{name}-error")>{error}</p> }
            })}
        </fieldset>
    }
}
