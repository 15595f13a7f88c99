//! The history of a consultation, newest first.

use crate::i18n::{
    CancelWords, KeyWords, LinkRuleWords, StaffWords, States, cancel, fill, states, time,
};
use crate::model::lifecycle::{Event, Outcome, State, Told};
use crate::model::status::EmpegoStatus;
use crate::model::timeline::{Entry, Source};
use crate::parts::moment::moment;
use crate::web::page::Page;
use leptos::prelude::*;

/// The rows. A browser's report says whether Empego has confirmed it since. A status that Empego
/// sends twice, in an answer and as a queue event, is shown once.
pub(super) fn list(page: &Page, state: &State, entries: Vec<Entry>) -> impl IntoView + use<> {
    let confirmed = state.confirmed_at.is_some();
    let mut said: Vec<EmpegoStatus> = Vec::new();
    let news = entries.into_iter().filter(|entry| match &entry.event {
        Event::Status { status } if said.iter().any(|before| before.id == status.id) => false,
        Event::Status { status } => {
            said.push(status.clone());
            true
        }
        _ => true,
    });
    let rows = news
        .collect::<Vec<_>>()
        .into_iter()
        .rev()
        .map(|entry| {
            let unconfirmed = match entry.event {
                Event::Reported { .. } => !confirmed,
                Event::OtherMessage { .. } => true,
                _ => false,
            };
            let hint = unconfirmed.then_some("");
            let what = what(page, &entry.event);
            let who = entry.actor.as_deref().map(|name| page.person(name)).unwrap_or_else(|| {
                who(page.words(), entry.source, &entry.event, confirmed).to_owned()
            });
            view! {
                <li data-hint=hint>
                    {moment(page, entry.at)}
                    " "
                    <p>{what}" "<small><bdi>{who}</bdi></small></p>
                </li>
            }
        })
        .collect_view();
    view! { <ol class="timeline">{rows}</ol> }
}

fn who(words: &'static StaffWords, source: Source, event: &Event, confirmed: bool) -> &'static str {
    match (source, event) {
        (Source::Browser, Event::Reported { .. }) if confirmed => words.source_confirmed,
        (Source::Browser, Event::Reported { .. }) => words.source_unconfirmed,
        (Source::Browser, Event::OtherMessage { .. }) => words.source_browser,
        (Source::Browser, _) => words.patient,
        (Source::Empego, _) => words.source_empego,
        (Source::Desk | Source::Staff, _) => words.source_desk,
    }
}

fn what(page: &Page, event: &Event) -> String {
    let words = page.words();
    let rules = LinkRuleWords::of(page.language());
    let cancels = CancelWords::of(page.language());
    match event {
        Event::CreateRequested => words.event_requested.to_owned(),
        Event::CreateFailed { reason } => {
            let why = match reason.as_str() {
                "refused_key" => words.why_refused_key,
                "busy" => words.why_busy,
                "unavailable" => words.why_unreachable,
                _ => words.why_rejected,
            };
            fill(words.event_failed, "why", why)
        }
        Event::CreateUnknown => words.event_unknown.to_owned(),
        Event::CreateUnread => KeyWords::of(page.language()).event.to_owned(),
        Event::Created => words.event_created.to_owned(),
        Event::LinkIssued { generation, .. } => {
            fill(words.event_link, "n", &generation.to_string())
        }
        Event::ExpirySet { generation, expires_at: Some(at), .. } => {
            page.sentence(&fill(rules.event_expiry, "n", &generation.to_string()), *at)
        }
        Event::ExpirySet { generation, expires_at: None, .. } => {
            fill(rules.event_no_expiry, "n", &generation.to_string())
        }
        Event::GateSet { on: true, .. } => rules.event_gate_on.to_owned(),
        Event::GateSet { on: false, .. } => rules.event_gate_off.to_owned(),
        Event::WrongBirthDate { number, .. } => fill(rules.event_wrong, "n", &number.to_string()),
        Event::BirthDateMatched { .. } => rules.event_fit.to_owned(),
        Event::GateUnlocked { .. } => rules.event_unlocked.to_owned(),
        Event::LinkRevoked { generation, .. } => {
            fill(words.event_revoked, "n", &generation.to_string())
        }
        Event::LinkRestored { generation, .. } => {
            fill(cancels.event_restored, "n", &generation.to_string())
        }
        Event::Opened => words.event_opened.to_owned(),
        Event::Started => words.event_started.to_owned(),
        Event::Reported { .. } => words.event_reported.to_owned(),
        Event::OtherMessage { operation, status } => {
            fill(words.event_heard, "what", format!("{operation} {status}").trim())
        }
        Event::Answered => fill(words.event_status, "what", States::of(page.language()).answered),
        Event::Status { status } => fill(words.event_status, "what", &label(page, status)),
        Event::Cancelled { reason, note, .. } => {
            let why = cancel::why(page.language(), *reason, note);
            fill(cancels.event_cancelled, "reason", &why)
        }
        Event::Moved { from, to, .. } => {
            let day = |day: &str| time::day(page.language(), day);
            fill(&fill(cancels.event_moved, "from", &day(from)), "to", &day(to))
        }
        Event::Told { what, outcome, .. } => match (what, outcome) {
            (Told::Cancelled, Outcome::Taken) => cancels.event_told_cancel,
            (Told::Cancelled, Outcome::Refused) => cancels.event_refused_cancel,
            (Told::Cancelled, Outcome::Unknown) => cancels.event_unknown_cancel,
            (Told::Moved, Outcome::Taken) => cancels.event_told_move,
            (Told::Moved, Outcome::Refused) => cancels.event_refused_move,
            (Told::Moved, Outcome::Unknown) => cancels.event_unknown_move,
        }
        .to_owned(),
        Event::CancelUndone { .. } => cancels.event_undone.to_owned(),
    }
}

fn label(page: &Page, status: &EmpegoStatus) -> String {
    states::status(page.language(), status)
}
