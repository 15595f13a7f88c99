//! The form for Empego's key of a consultation that was created there without our learning it.

use crate::i18n::KeyWords;
use crate::model::consultation::Consultation;
use crate::parts::field::TextField;
use crate::web::page::Page;
use crate::web::routes::Function;
use leptos::prelude::*;

pub(super) fn form(page: &Page, consultation: &Consultation) -> impl IntoView + use<> {
    let words = KeyWords::of(page.language());
    view! {
        <form method="post" action=Function::EnterKey.path()>
            <input type="hidden" name="id" value=consultation.id.0.clone()/>
            <TextField page=page.clone() name="empego_key" label=words.label/>
            <div class="actions"><button>{words.save}</button></div>
        </form>
    }
}
