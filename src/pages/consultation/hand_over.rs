//! The card with the patient's link.

use crate::desk::links;
use crate::i18n::{CancelWords, PatientChangeWords, SlipWords};
use crate::model::consultation::Consultation;
use crate::model::language::Language;
use crate::model::lifecycle::{Creation, Delivery};
use crate::model::timeline::Entry;
use crate::pages::patient_form::language_field;
use crate::parts::moment::with_moment;
use crate::parts::notice::local_link;
use crate::parts::patient::{self, Number};
use crate::parts::qr::qr;
use crate::web::page::Page;
use crate::web::routes::{Function, PageRoute};
use leptos::prelude::*;

/// The fragment of the link on a shared device: the page then leaves no trace at the end. Browsers
/// send no fragment to a server.
const SHARED_DEVICE: &str = "#shared";

/// The link, and the forms that revoke it or issue a new one.
pub(super) fn card(
    page: &Page,
    consultation: &Consultation,
    entries: &[Entry],
    delivery: Delivery,
) -> impl IntoView + use<> {
    let words = page.words();
    if consultation.state.creation != Creation::Done {
        return ().into_any();
    }
    let link = delivery.is_open().then(|| links::url(&page.state.desk, consultation)).flatten();
    let content = match (&link, delivery) {
        (Some(link), _) => open(page, consultation, link).into_any(),
        (None, Delivery::Expired) => {
            let at = consultation.state.expires_at().unwrap_or_default();
            view! { <p>{with_moment(page, words.link_ended, at)}</p> }.into_any()
        }
        (None, delivery) if delivery.is_answered() => {
            view! { <p>{words.link_finished}</p> }.into_any()
        }
        (None, delivery) if delivery.is_open() => {
            view! { <p>{words.link_not_shown}</p> }.into_any()
        }
        (None, Delivery::Cancelled) => {
            view! { <p>{SlipWords::of(page.language()).cancelled}</p> }.into_any()
        }
        (None, _) => view! { <p>{words.link_revoked}</p> }.into_any(),
    };
    let language = delivery.is_open().then(|| language(page, consultation));
    let restore = restore(page, consultation, entries);
    let change = (!delivery.is_answered() && delivery != Delivery::Cancelled)
        .then(|| change(page, consultation, delivery));
    let identity = patient::identity_strip(page, &consultation.patient, Number::Whole);
    view! {
        <section class="card" aria-labelledby="hand-over">
            <h2 id="hand-over">{words.hand_over}</h2>
            <p>{identity}</p>
            {content}
            {language}
            {restore}
            {change}
        </section>
    }
    .into_any()
}

/// The form that sets the language of the patient's page.
fn language(page: &Page, consultation: &Consultation) -> impl IntoView + use<> {
    let words = PatientChangeWords::of(page.language());
    let chosen = consultation.patient.language.map(Language::code).unwrap_or_default();
    view! {
        <form method="post" action=Function::SetPatientLanguage.path()>
            <input type="hidden" name="id" value=consultation.id.0.clone()/>
            {language_field(page, chosen)}
            <div class="actions"><button>{words.save_language}</button></div>
        </form>
    }
}

/// The undo of a revocation, while that is possible.
fn restore(
    page: &Page,
    consultation: &Consultation,
    entries: &[Entry],
) -> Option<impl IntoView + use<>> {
    let words = CancelWords::of(page.language());
    let until = links::restore_until(&page.state.desk, consultation, entries)?;
    let hint = with_moment(page, words.restore_text, until);
    Some(view! {
        <form method="post" action=Function::RestoreLink.path()>
            <input type="hidden" name="id" value=consultation.id.0.clone()/>
            <div class="actions"><button>{words.restore}</button></div>
        </form>
        <p class="hint">{hint}</p>
    })
}

fn open(page: &Page, consultation: &Consultation, link: &str) -> impl IntoView + use<> {
    let words = page.words();
    let ends = match consultation.state.expires_at() {
        Some(at) => with_moment(page, words.link_ends, at).into_any(),
        None => words.link_never_ends.into_any(),
    };
    let (local, print) = (local_link(page), SlipWords::of(page.language()).print);
    // Only the path: where the desk is reached under another name, the policy refuses a form to
    // this one.
    let path = link.strip_prefix(&page.state.desk.policy.public_url).unwrap_or(link);
    view! {
        <div class="copy">
            <label for="link">{words.link_label}</label>
            <input id="link" readonly value=link.to_owned()/>
            <button type="button" data-copy="link">{words.copy_link}</button>
        </div>
        <p class="hint">{ends}</p>
        {local}
        <figure class="qr">
            {qr(link, words.qr_label)}
            <figcaption>{words.qr_caption}</figcaption>
        </figure>
        <form class="actions" action=format!("{path}{SHARED_DEVICE}") target="_blank">
            <button class="primary">{words.open_here}</button>
            <a class="button" href=PageRoute::Slip.at(&consultation.id)>{print}</a>
        </form>
    }
}

fn change(page: &Page, consultation: &Consultation, delivery: Delivery) -> impl IntoView + use<> {
    let words = page.words();
    let id = consultation.id.0.clone();
    let revoke = delivery.is_open().then(|| {
        view! {
            <form method="post" action=Function::RevokeLink.path()>
                <input type="hidden" name="id" value=id.clone()/>
                <button class="danger" title=words.revoke_text>{words.revoke}</button>
            </form>
        }
    });
    view! {
        <div class="actions">
            <form method="post" action=Function::ReissueLink.path()>
                <input type="hidden" name="id" value=id.clone()/>
                <button>{words.reissue}</button>
            </form>
            {revoke}
        </div>
        <p class="hint">{words.reissue_text}</p>
    }
}
