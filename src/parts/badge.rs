//! The states of a consultation and of a follow-up, shown by word and shape.

use crate::i18n::{CancelWords, FollowUpWords, LinkRuleWords, States, fill, follow_up, states};
use crate::model::follow_up::{FollowUp, Stage};
use crate::model::language::Language;
use crate::model::lifecycle::{Creation, Delivery, Discrepancy, State};
use crate::web::page::Page;
use leptos::prelude::*;

/// The state of our delivery.
#[component]
pub fn DeliveryBadge(language: Language, delivery: Delivery) -> impl IntoView {
    view! {
        <span class="badge" data-state=delivery.slug()>{states::delivery(language, delivery)}</span>
    }
}

/// A mark beside our delivery while the link is locked after wrong dates of birth.
pub fn locked_mark(
    language: Language,
    state: &State,
    delivery: Delivery,
) -> Option<impl IntoView + use<>> {
    (delivery.is_open() && state.gate.is_locked())
        .then(|| view! { " "<strong class="locked">{LinkRuleWords::of(language).locked}</strong> })
}

/// A mark beside our delivery where the patient answered what staff had cancelled.
pub fn late_mark(
    language: Language,
    state: &State,
    delivery: Delivery,
) -> Option<impl IntoView + use<>> {
    (delivery.is_answered() && state.is_cancelled())
        .then(|| view! { " "<strong class="doubt">{CancelWords::of(language).late}</strong> })
}

/// A mark beside our delivery where the browser and Empego have disagreed for too long about
/// whether the patient answered.
pub fn discrepancy_mark(page: &Page, state: &State) -> Option<impl IntoView + use<>> {
    let words = States::of(page.language());
    let word =
        match state.discrepancy(page.state.desk.now(), page.state.desk.policy.confirm_after_ms)? {
            Discrepancy::Unconfirmed => words.unconfirmed,
            Discrepancy::Unreported => words.unreported,
        };
    Some(view! { " "<strong class="doubt">{word}</strong> })
}

/// Empego's status. While only the browser has reported an answer, Empego's status is older than
/// that and would mislead: the badge says "awaited".
#[component]
pub fn StatusBadge(
    language: Language,
    /// The consultation's state.
    state: State,
    /// Our delivery at the same moment.
    delivery: Delivery,
) -> impl IntoView {
    if delivery == Delivery::AnsweredReported {
        let word = States::of(language).awaiting;
        return view! { <span class="status" data-status="AWAITED">{word}</span> }.into_any();
    }
    match state.status() {
        Some(status) => {
            let (id, word) = (status.id.as_str().to_owned(), states::status(language, status));
            view! { <span class="status" data-status=id>{word}</span> }.into_any()
        }
        None => view! { <span class="none">"—"</span> }.into_any(),
    }
}

/// Our badge for a follow-up that Empego may not have; nothing for one that it has.
pub fn creation_mark(page: &Page, state: &State) -> Option<impl IntoView + use<>> {
    let (language, delivery) = (page.language(), state.delivery(page.state.desk.now()));
    (state.creation != Creation::Done && delivery != Delivery::Cancelled)
        .then(|| view! { " "<DeliveryBadge language delivery/> })
}

/// The stage of a follow-up.
pub fn stage_mark(page: &Page, state: &State, due_on: &str) -> impl IntoView + use<> {
    let stage = Stage::of(state, due_on, &page.today().to_string());
    let word = follow_up::stage(page.language(), stage);
    view! { <strong class="stage" data-stage=stage.slug()>{word}</strong> }
}

/// The place of a repeated follow-up among all of them.
pub fn place_mark(page: &Page, follow_up: &FollowUp) -> Option<String> {
    let (place, places) = follow_up.place?;
    let words = FollowUpWords::of(page.language());
    Some(fill(&fill(words.place, "n", &place.to_string()), "all", &places.to_string()))
}
