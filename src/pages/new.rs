//! The form of a new consultation.

use super::loaded::staff_page;
use super::patient_form;
use crate::desk::identify::{self, Question};
use crate::i18n::ReasonWords;
use crate::islands::drafts::ENTRIES;
use crate::islands::form::FormAid;
use crate::model::forms::ConsultationForm;
use crate::model::reason::{self, REASON_LENGTH};
use crate::parts::at_site::AtSite;
use crate::parts::field::{Field, FieldState};
use crate::parts::layout::StaffLayout;
use crate::parts::notice::ErrorSummary;
use crate::web::page::Page;
use crate::web::routes::{Function, PageRoute};
use leptos::prelude::*;

/// The form, empty or with its entries.
#[component]
pub fn NewPage() -> impl IntoView {
    staff_page(|page, who| async move {
        let question = match patient_form::asks(&page) {
            true => {
                let form: ConsultationForm = page.form().unwrap_or_default();
                identify::question(&page.state.desk, &who, &form).await?
            }
            false => None,
        };
        Ok(form(page, question))
    })
}

fn form(page: Page, question: Option<Question>) -> impl IntoView {
    let words = page.words();
    let [found_title, found_text, other_title, other_text] = patient_form::aid_words(&page);
    let entries = page.submitted.is_some().then_some(ENTRIES);
    let (request_id, fields) =
        (patient_form::request_id(&page), patient_form::fields(&page, question));
    let reason = reason_field(&page);
    let next = patient_form::is_complete(&page).then_some("");
    view! {
        <StaffLayout
            page=page.clone()
            title=page.title_of_form(words.new_consultation)
            here=PageRoute::NewConsultation.path()
            class="narrow"
        >
            <ErrorSummary page=page.clone()/>
            <h1>{words.new_consultation}</h1>
            <FormAid found_title found_text other_title other_text>
                <form
                    method="post"
                    action=Function::CreateConsultation.path()
                    id="new-consultation"
                    data-draft="consultation"
                    data-draft-state=entries
                >
                    <AtSite page=page.clone()/>
                    <input type="hidden" name="request_id" value=request_id/>
                    {fields}
                    {reason}
                    <div class="actions">
                        <button class="primary" data-next=next>{words.create}</button>
                        <a href=PageRoute::Board.path()>{words.cancel}</a>
                    </div>
                </form>
            </FormAid>
        </StaffLayout>
    }
}

/// The reason: typed, with those of the site to choose from.
fn reason_field(page: &Page) -> impl IntoView + use<> {
    const NAME: &str = "consultation_reason";
    let (words, language) = (ReasonWords::of(page.language()), page.language());
    let site = page.who().map(|who| &who.site);
    let value = match (&page.submitted, site) {
        (None, Some(site)) => {
            reason::shown(&site.reasons, &site.default_reason, language).to_owned()
        }
        _ => page.entry(NAME),
    };
    let offered = site.map(|site| site.reasons.as_slice()).unwrap_or_default();
    let options = offered
        .iter()
        .map(|reason| view! { <option value=reason.words(language).to_owned()></option> })
        .collect_view();
    let state = FieldState::of(page, NAME, true);
    let (invalid, described_by) = (state.invalid(), state.described_by.clone());
    view! {
        <Field name=NAME label=words.reason hint=Some(words.hint) state>
            <input
                id=NAME
                name=NAME
                value=value
                list="reasons"
                autocomplete="off"
                maxlength=REASON_LENGTH.to_string()
                aria-invalid=invalid
                aria-describedby=described_by
            />
            <datalist id="reasons">{options}</datalist>
        </Field>
    }
}
