//! The card with the rules of the link.

use crate::i18n::LinkRuleWords;
use crate::model::consultation::Consultation;
use crate::model::ids::ConsultationId;
use crate::model::lifecycle::Delivery;
use crate::model::site::outlives_empego;
use crate::parts::moment::with_moment;
use crate::parts::notice::Notice;
use crate::web::page::Page;
use crate::web::routes::Function;
use leptos::prelude::*;

/// The expiry and the question for the date of birth; nothing where they cannot change any more.
pub(super) fn card(
    page: &Page,
    consultation: &Consultation,
    delivery: Delivery,
) -> impl IntoView + use<> {
    if !delivery.is_open() && delivery != Delivery::Expired {
        return ().into_any();
    }
    let words = LinkRuleWords::of(page.language());
    let gate = consultation.state.gate;
    let sentence = match (gate.is_on(), consultation.is_gated()) {
        (true, true) => words.gate_on,
        (true, false) => words.gate_blind,
        (false, _) => words.gate_off,
    };
    let id = &consultation.id;
    let locked = (consultation.is_gated() && gate.is_locked()).then(|| {
        let unlock = button(id, Function::UnlockLink, words.unlock, None);
        view! {
            <Notice kind="warning" title=words.locked_title>
                <p>{words.locked_text}</p>
                <div class="actions">{unlock}</div>
            </Notice>
        }
    });
    let switch = if gate.is_on() {
        button(id, Function::SetGate, words.ask_not, Some("off"))
    } else {
        button(id, Function::SetGate, words.ask, Some("on"))
    };
    let ends = consultation.state.expires_at().map(|current| {
        let later = page
            .who()
            .and_then(|who| page.state.desk.link_end(&who.site, consultation))
            .filter(|later| *later > current);
        let hint = later.map(|later| {
            view! {
                <p class="hint">{with_moment(page, words.extend_text, later)}</p>
            }
        });
        view! {
            <div class="actions">
                {later.map(|_| button(id, Function::ExtendLink, words.extend, None))}
                {button(id, Function::RemoveExpiry, words.remove_expiry, None)}
            </div>
            {hint}
        }
    });
    let life = consultation.state.expires_at().map(|end| end - consultation.created_at);
    let outlives = outlives_empego(life).then(|| view! { <p class="hint">{words.outlives}</p> });
    view! {
        <section class="card" aria-labelledby="link-rules">
            <h2 id="link-rules">{words.rules}</h2>
            {locked}
            {ends}
            {outlives}
            <p>{sentence}</p>
            <div class="actions">{switch}</div>
        </section>
    }
    .into_any()
}

/// A form with one button that acts on this consultation.
fn button(
    id: &ConsultationId,
    function: Function,
    label: &'static str,
    gate: Option<&'static str>,
) -> impl IntoView + use<> {
    let gate = gate.map(|gate| view! { <input type="hidden" name="gate" value=gate/> });
    view! {
        <form method="post" action=function.path()>
            <input type="hidden" name="id" value=id.0.clone()/>
            {gate}
            <button>{label}</button>
        </form>
    }
}
