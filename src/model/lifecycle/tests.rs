use super::Delivery as D;
use super::*;
use crate::model::property::config;
use growth::at_least;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{Index, select};

type Timed = (i64, Event);

fn state(events: &[Timed]) -> State {
    let mut state = State::default();
    for (at, event) in events {
        state.apply(*at, event);
    }
    state
}

fn failed() -> Event {
    Event::CreateFailed { reason: "busy".to_owned() }
}

fn issued(generation: u32, expires_at: Option<i64>) -> Event {
    Event::LinkIssued { generation, expires_at }
}

fn revoked(generation: u32) -> Event {
    Event::LinkRevoked { generation, change: 1 }
}

fn cancelled(change: u32) -> Event {
    Event::Cancelled { reason: None, note: String::new(), change }
}

fn moved(change: u32) -> Event {
    let day = || "2026-11-26".to_owned();
    Event::Moved { from: day(), to: day(), change }
}

fn reported(id: &str) -> Event {
    Event::Reported { status: StatusId::parse(id) }
}

fn said(id: &str) -> Event {
    Event::Status { status: EmpegoStatus::bare(id) }
}

/// Times around those of the histories below, and the extremes.
const MOMENTS: [i64; 9] =
    [i64::MIN, -1, 0, 3, 6, CREATING_MS, CREATING_MS + 3, CREATING_MS + 7, i64::MAX];

const STATUSES: [&str; 13] = [
    "PLANNED",
    "UNANSWERED",
    "TO_BE_ANALYZED",
    "IN_PROGRESS",
    "DONE",
    "ARCHIVED",
    "CANCELLED",
    "done",
    "EXPIRED",
    "Auto_Expired",
    "Half_Done",
    "à voir",
    "",
];

fn any_status() -> impl Strategy<Value = StatusId> {
    select(&STATUSES[..]).prop_map(StatusId::parse)
}

fn any_browser_event() -> impl Strategy<Value = Event> {
    prop_oneof![
        Just(Event::Opened),
        Just(Event::Started),
        any_status().prop_map(|status| Event::Reported { status }),
        (select(&["update", "somersault"][..]), select(&STATUSES[..])).prop_map(
            |(operation, status)| Event::OtherMessage {
                operation: operation.to_owned(),
                status: status.to_owned()
            }
        ),
    ]
}

/// Events of the gate and of the link's expiry.
fn any_rule_event() -> impl Strategy<Value = Event> {
    prop_oneof![
        (0..4u32, option::of(-1..8i64), 0..3u32).prop_map(|(generation, expires_at, change)| {
            Event::ExpirySet { generation, expires_at, change }
        }),
        (any::<bool>(), 0..3u32).prop_map(|(on, change)| Event::GateSet { on, change }),
        (0..3u32, 1..8u32, 1..9u32).prop_map(|(generation, number, tried)| Event::WrongBirthDate {
            generation,
            number,
            tried
        }),
        (1..9u32).prop_map(|tried| Event::BirthDateMatched { tried }),
        (1..3u32).prop_map(|generation| Event::GateUnlocked { generation }),
    ]
}

fn any_event() -> impl Strategy<Value = Event> {
    let label = || select(&["", "a", "b"][..]).prop_map(str::to_owned);
    prop_oneof![
        2 => Just(Event::CreateRequested),
        1 => Just(failed()),
        1 => Just(Event::CreateUnknown),
        1 => Just(Event::CreateUnread),
        2 => Just(Event::Created),
        2 => (0..4u32, option::of(-1..8i64))
            .prop_map(|(generation, expires_at)| issued(generation, expires_at)),
        1 => (0..4u32, 1..3u32)
            .prop_map(|(generation, change)| Event::LinkRevoked { generation, change }),
        1 => (0..4u32, 1..3u32)
            .prop_map(|(generation, change)| Event::LinkRestored { generation, change }),
        4 => any_rule_event(),
        4 => any_browser_event(),
        4 => (any_status(), label(), label())
            .prop_map(|(id, en, fr)| Event::Status { status: EmpegoStatus { id, en, fr } }),
        1 => Just(Event::Answered),
        1 => (1..3u32).prop_map(moved),
        1 => (1..3u32, select(vec![Outcome::Taken, Outcome::Refused, Outcome::Unknown])).prop_map(
            |(change, outcome)| Event::Told { what: Told::Cancelled, change, outcome },
        ),
        1 => (1..3u32).prop_map(cancelled),
        1 => (1..3u32).prop_map(|change| Event::CancelUndone { change }),
    ]
}

/// Few different times, so that there are ties.
fn any_history() -> impl Strategy<Value = Vec<Timed>> {
    vec((0..7i64, any_event()), 0..14)
}

/// A history, and the same one in any order with any of its events repeated.
fn repeated_and_reordered() -> impl Strategy<Value = (Vec<Timed>, Vec<Timed>)> {
    (any_history(), vec(any::<Index>(), 0..14)).prop_flat_map(|(history, again)| {
        let mut other = history.clone();
        if !history.is_empty() {
            other.extend(again.iter().map(|index| index.get(&history).clone()));
        }
        (Just(history), Just(other).prop_shuffle())
    })
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn any_order_and_any_repetition_end_in_the_same_state(
        (history, other) in repeated_and_reordered(),
    ) {
        let (one, two) = (state(&history), state(&other));
        prop_assert_eq!(&one, &two);
        prop_assert_eq!(one.status(), two.status());
        for now in MOMENTS {
            prop_assert_eq!(one.delivery(now), two.delivery(now));
        }
    }

    #[test]
    fn nothing_ever_goes_back(history in any_history()) {
        let mut after = State::default();
        for (at, event) in &history {
            let before = after.clone();
            after.apply(*at, event);
            prop_assert!(at_least(&after, &before), "{:?}: {:?} to {:?}", event, before, after);
            let rank = |state: &State| state.known.as_ref().map(|(rank, ..)| *rank);
            prop_assert!(rank(&after) >= rank(&before));
            prop_assert!(after.status().is_some() || before.status().is_none());
            for now in MOMENTS {
                let (was, is) = (before.delivery(now), after.delivery(now));
                prop_assert!(!was.is_answered() || is.is_answered(), "{:?} after {:?}", is, was);
                prop_assert!(
                    was != D::AnsweredConfirmed || is == D::AnsweredConfirmed,
                    "{:?} after confirmed",
                    is
                );
            }
        }
    }

    #[test]
    fn the_last_setting_holds_whatever_the_clock_said(
        history in any_history(),
        settings in vec((0..7i64, any::<bool>(), option::of(-1..8i64)), 1..6),
    ) {
        let mut after = state(&history);
        let generation = after.link.0;
        for (at, on, expires_at) in settings {
            let change = after.gate.change + 1;
            after.apply(at, &Event::GateSet { on, change });
            prop_assert_eq!(after.gate.is_on(), on);
            let change = after.link_change + 1;
            after.apply(at, &Event::ExpirySet { generation, expires_at, change });
            prop_assert_eq!(after.link.2, expires_at.unwrap_or(i64::MAX));
        }
    }

    #[test]
    fn a_new_attempt_is_in_progress_until_it_ends(history in any_history(), now in -1..9i64) {
        let mut after = state(&history);
        let at = after.next_attempt_at(now);
        after.apply(at, &Event::CreateRequested);
        if after.creation != Creation::Done
            && !after.is_cancelled()
            && after.progress < Progress::Reported
            && after.known.is_none()
            && after.over_at.is_none()
        {
            for (seen, delivery) in [
                (at, D::Creating),
                (now, D::Creating),
                (at + CREATING_MS, D::Creating),
                (at + CREATING_MS + 1, D::OutcomeUnknown),
            ] {
                prop_assert_eq!(after.delivery(seen), delivery, "{:?} at {}", after, seen);
            }
            after.apply(at, &Event::CreateUnknown);
            let is_unread = after.creation == Creation::Unread;
            let delivery = if is_unread { D::KeyUnread } else { D::OutcomeUnknown };
            prop_assert_eq!(after.delivery(at), delivery);
        }
    }

    #[test]
    fn a_browser_can_only_report(
        history in any_history(),
        at in 0..7i64,
        event in any_browser_event(),
    ) {
        let before = state(&history);
        let mut after = before.clone();
        after.apply(at, &event);
        let reported = before.progress.max(after.progress.min(Progress::Reported));
        prop_assert_eq!(after.progress, reported);
        let (progress, reported_at) = (before.progress, before.reported_at);
        let rest = State { progress, reported_at, ..after };
        prop_assert_eq!(rest, before, "only the report may change");
    }

    #[test]
    fn only_empego_confirms(history in any_history()) {
        let answers = |event: &Event| {
            matches!(event, Event::Answered)
                || matches!(event, Event::Status { status } if status.id.is_answered())
        };
        let answered = history.iter().any(|(_, event)| answers(event));
        for now in MOMENTS {
            prop_assert_eq!(state(&history).delivery(now) == D::AnsweredConfirmed, answered);
        }
    }

    #[test]
    fn the_status_is_verbatim_one_that_empego_sent(history in any_history()) {
        let sent: Vec<_> = history
            .iter()
            .filter_map(|(_, event)| match event {
                Event::Status { status } => Some(status),
                _ => None,
            })
            .collect();
        let state = state(&history);
        prop_assert!(state.status().is_none_or(|status| sent.contains(&status)));
        prop_assert_eq!(state.status().is_some(), !sent.is_empty());
    }

    #[test]
    fn state_and_events_survive_json(history in any_history()) {
        let state = state(&history);
        let json = serde_json::to_string(&state).expect("it is written");
        let read: State = serde_json::from_str(&json).expect("it is read");
        prop_assert_eq!(read, state, "{}", json);
        for (_, event) in history {
            let json = serde_json::to_string(&event).expect("it is written");
            let read: Event = serde_json::from_str(&json).expect("it is read");
            prop_assert_eq!(read, event, "{}", json);
        }
    }
}

mod growth;
mod over;
mod stored;
mod table;
mod undone;
