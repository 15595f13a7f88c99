//! The two axes of truth, told by word and shape.

use crate::i18n::states;
use crate::i18n::{LinkRuleWords, States};
use crate::model::language::Language;
use crate::model::lifecycle::{Delivery, Doubt, State};
use crate::web::page::Page;
use leptos::prelude::*;

/// The name of a delivery in `data-state`, which picks the shape.
fn shape(delivery: Delivery) -> &'static str {
    match delivery {
        Delivery::Creating => "creating",
        Delivery::CreateFailed => "create-failed",
        Delivery::OutcomeUnknown => "outcome-unknown",
        Delivery::LinkReady => "link-ready",
        Delivery::Opened => "opened",
        Delivery::Started => "started",
        Delivery::AnsweredReported => "answered-reported",
        Delivery::AnsweredConfirmed => "answered-confirmed",
        Delivery::Expired => "expired",
        Delivery::Revoked => "revoked",
        Delivery::Cancelled => "cancelled",
    }
}

/// Where our delivery stands.
#[component]
pub fn DeliveryBadge(
    /// The language to say it in.
    language: Language,
    /// Where it stands.
    delivery: Delivery,
) -> impl IntoView {
    view! { <span class="badge" data-state=shape(delivery)>{states::delivery(language, delivery)}</span> }
}

/// The word beside our delivery where the patient cannot start until staff unlock it.
pub fn locked_mark(
    language: Language,
    state: &State,
    delivery: Delivery,
) -> Option<impl IntoView + use<>> {
    (delivery.is_open() && state.gate.is_locked())
        .then(|| view! { " "<strong class="locked">{LinkRuleWords::of(language).locked}</strong> })
}

/// The word beside our delivery where only one of the two sources has spoken for too long.
pub fn doubt_mark(page: &Page, state: &State) -> Option<impl IntoView + use<>> {
    let words = States::of(page.language());
    let doubt = state.doubt(page.state.desk.now(), page.state.desk.policy.confirm_after_ms)?;
    let word = match doubt {
        Doubt::Unconfirmed => words.unconfirmed,
        Doubt::Unreported => words.unreported,
    };
    Some(view! { " "<strong class="doubt">{word}</strong> })
}

/// What Empego says. While only the browser says that the patient answered, Empego's older word
/// would mislead: it reads as awaited.
#[component]
pub fn StatusBadge(
    /// The language to say it in.
    language: Language,
    /// Where it stands.
    state: State,
    /// Our delivery, at the same moment.
    delivery: Delivery,
) -> impl IntoView {
    if delivery == Delivery::AnsweredReported {
        return view! { <span class="status" data-status="AWAITED">{States::of(language).awaiting}</span> }.into_any();
    }
    match state.status() {
        Some(status) => {
            view! { <span class="status" data-status=status.id.as_str().to_owned()>{states::status(language, status)}</span> }.into_any()
        }
        None => view! { <span class="none">"—"</span> }.into_any(),
    }
}
