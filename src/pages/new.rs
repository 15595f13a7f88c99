//! The form of a new consultation.

use super::loaded::staff_page;
use super::patient_form;
use crate::desk::identify::Question;
use crate::islands::drafts::ENTRIES;
use crate::islands::form::FormAid;
use crate::parts::at_site::AtSite;
use crate::parts::layout::StaffLayout;
use crate::parts::notice::ErrorSummary;
use crate::web::page::Page;
use crate::web::routes::{Function, PageRoute};
use leptos::prelude::*;

/// The form, empty or with its entries.
#[component]
pub fn NewPage() -> impl IntoView {
    staff_page(|page, who| async move {
        let question = patient_form::question(&page, &who, true).await?;
        Ok(form(page, question))
    })
}

fn form(page: Page, question: Option<Question>) -> impl IntoView {
    let words = page.words();
    let [found_title, found_text, other_title, other_text] = patient_form::aid_words(&page);
    let entries = page.submitted.is_some().then_some(ENTRIES);
    let (request_id, fields) =
        (patient_form::request_id(&page), patient_form::fields(&page, question));
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
                    <div class="actions">
                        <button class="primary" data-next=next>{words.create}</button>
                        <a href=PageRoute::Board.path()>{words.cancel}</a>
                    </div>
                </form>
            </FormAid>
        </StaffLayout>
    }
}
