//! What the page of a consultation says of its creation while there is no link yet, and the form
//! for Empego's key where that is not known.

use crate::i18n::KeyWords;
use crate::model::consultation::Consultation;
use crate::model::lifecycle::Delivery;
use crate::parts::field::TextField;
use crate::parts::notice::Notice;
use crate::web::page::Page;
use crate::web::routes::Function;
use leptos::prelude::*;

/// A notice while there is no link yet.
pub(super) fn notice(
    page: &Page,
    consultation: &Consultation,
    delivery: Delivery,
) -> impl IntoView + use<> {
    let words = page.words();
    let id = consultation.id.0.clone();
    let keys = KeyWords::of(page.language());
    let key = delivery.lacks_key().then(|| key_form(page, consultation));
    let again = |label: &'static str| {
        view! {
            <form method="post" action=Function::RetryCreate.path()>
                <input type="hidden" name="id" value=id/>
                <div class="actions"><button class="primary">{label}</button></div>
            </form>
        }
    };
    match delivery {
        Delivery::Creating => view! {
            <Notice kind="info" title=words.creating role="status">
                <p>{words.creating_text}</p>
            </Notice>
        }
        .into_any(),
        Delivery::CreateFailed => view! {
            <Notice kind="error" title=words.create_failed>
                <p>{words.create_failed_text}</p>
                {again(words.try_again)}
            </Notice>
        }
        .into_any(),
        Delivery::OutcomeUnknown => view! {
            <Notice kind="warning" title=words.unknown>
                <p>{words.unknown_text}</p>
                {again(words.create_again)}
                <p>{keys.known_text}</p>
                {key}
            </Notice>
        }
        .into_any(),
        Delivery::KeyUnread => view! {
            <Notice kind="warning" title=keys.unread>
                <p>{keys.unread_text}</p>
                {key}
                {again(words.create_again)}
            </Notice>
        }
        .into_any(),
        _ => ().into_any(),
    }
}

fn key_form(page: &Page, consultation: &Consultation) -> impl IntoView + use<> {
    let words = KeyWords::of(page.language());
    view! {
        <form method="post" action=Function::EnterKey.path()>
            <input type="hidden" name="id" value=consultation.id.0.clone()/>
            <TextField page=page.clone() name="empego_key" label=words.label/>
            <div class="actions"><button>{words.save}</button></div>
        </form>
    }
}
