//! A follow-up: a consultation that is meant for a day (`empego-api.md` §7). It has the same link,
//! history and lifecycle as any other; what is more is here.

use super::ids::ConsultationId;
use super::lifecycle::{Delivery, State};
use super::status::StatusId;
use std::fmt;

/// What a follow-up has more than a consultation.
#[derive(Clone, PartialEq, Eq)]
pub struct FollowUp {
    /// The day that it is for, `YYYY-MM-DD`, in the clinic's time zone.
    pub due_on: String,
    /// What it is about, in a clinician's words; 1 to 200 characters.
    pub reason: String,
    /// Which one of how many, counted from 1, where it repeats.
    pub place: Option<(u32, u32)>,
    /// The consultation that it follows, where there is one on this desk.
    pub follows: Option<ConsultationId>,
}

/// Keeps the reason out of any debug output: it is about a patient.
impl fmt::Debug for FollowUp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FollowUp")
            .field("due_on", &self.due_on)
            .field("place", &self.place)
            .field("follows", &self.follows)
            .finish_non_exhaustive()
    }
}

/// Where a follow-up stands for whoever plans the day: each stands in exactly one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stage {
    /// Its day is to come.
    Planned,
    /// Its day is today.
    Due,
    /// Its day is over, and nobody answered.
    Unanswered,
    /// The patient answered, by either source, and it is not finished.
    ToBeAnalyzed,
    /// Empego says that it is finished.
    Done,
    /// Called off, here or at Empego.
    Cancelled,
}

impl Stage {
    /// All of them, in the order in which a day is worked through.
    pub const ALL: [Self; 6] = [
        Self::Due,
        Self::Unanswered,
        Self::ToBeAnalyzed,
        Self::Planned,
        Self::Done,
        Self::Cancelled,
    ];

    /// Where a follow-up for the day `due_on` stands on the day `today` (both `YYYY-MM-DD`).
    #[must_use]
    pub fn of(state: &State, due_on: &str, today: &str) -> Self {
        // Without a clock: a link that ended is still a follow-up that nobody answered.
        match (state.delivery(i64::MIN), state.status().map(|status| &status.id)) {
            (Delivery::Cancelled, _) | (_, Some(StatusId::Cancelled)) => Self::Cancelled,
            (_, Some(StatusId::Done | StatusId::Archived)) => Self::Done,
            (delivery, _) if delivery.is_answered() => Self::ToBeAnalyzed,
            _ if due_on > today => Self::Planned,
            _ if due_on == today => Self::Due,
            _ => Self::Unanswered,
        }
    }

    /// The word in the list's query string.
    #[must_use]
    pub fn slug(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Due => "due",
            Self::Unanswered => "unanswered",
            Self::ToBeAnalyzed => "to-be-analyzed",
            Self::Done => "done",
            Self::Cancelled => "cancelled",
        }
    }

    /// Reads the word in the list's query string.
    #[must_use]
    pub fn parse(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.slug() == slug)
    }
}

/// How a follow-up repeats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Repeat {
    /// Every week.
    Week,
    /// Every two weeks.
    TwoWeeks,
    /// On the same day of every month, or its last one where the month is shorter.
    Month,
    /// The same, of every third month.
    ThreeMonths,
}

impl Repeat {
    /// All of them, the most frequent first.
    pub const ALL: [Self; 4] = [Self::Week, Self::TwoWeeks, Self::Month, Self::ThreeMonths];

    /// The word in forms.
    #[must_use]
    pub fn slug(self) -> &'static str {
        match self {
            Self::Week => "week",
            Self::TwoWeeks => "two-weeks",
            Self::Month => "month",
            Self::ThreeMonths => "three-months",
        }
    }

    /// Reads the word in forms.
    #[must_use]
    pub fn parse(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|repeat| repeat.slug() == slug)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::lifecycle::Event;
    use crate::model::status::EmpegoStatus;

    fn after(events: &[Event]) -> State {
        let mut state = State::default();
        for (at, event) in (0..).zip([Event::CreateRequested, Event::Created].iter().chain(events))
        {
            state.apply(at, event);
        }
        state
    }

    fn says(status: &str) -> Event {
        Event::Status { status: EmpegoStatus::bare(status) }
    }

    #[test]
    fn a_follow_up_stands_in_one_place() {
        let link = Event::LinkIssued { generation: 1, expires_at: Some(10) };
        let reported = Event::Reported { status: StatusId::ToBeAnalyzed };
        for (events, stage) in [
            (vec![], None),
            (vec![link.clone(), says("PLANNED")], None),
            (vec![link.clone(), says("UNANSWERED"), Event::Opened, Event::Started], None),
            (vec![link.clone(), Event::LinkRevoked { generation: 1 }], None),
            (vec![link.clone(), reported.clone()], Some(Stage::ToBeAnalyzed)),
            (vec![link.clone(), says("IN_PROGRESS")], Some(Stage::ToBeAnalyzed)),
            (vec![link.clone(), reported.clone(), says("DONE")], Some(Stage::Done)),
            (vec![link.clone(), says("ARCHIVED")], Some(Stage::Done)),
            (vec![link.clone(), says("CANCELLED")], Some(Stage::Cancelled)),
            (vec![link.clone(), reported, says("CANCELLED")], Some(Stage::Cancelled)),
            (vec![link, Event::Cancelled], Some(Stage::Cancelled)),
        ] {
            let state = after(&events);
            for (due_on, by_day) in [
                ("2026-11-27", Stage::Planned),
                ("2026-11-26", Stage::Due),
                ("2026-11-25", Stage::Unanswered),
            ] {
                assert_eq!(
                    Stage::of(&state, due_on, "2026-11-26"),
                    stage.unwrap_or(by_day),
                    "{events:?} {due_on}"
                );
            }
        }
    }

    #[test]
    fn words_come_back() {
        assert!(Stage::ALL.into_iter().all(|stage| Stage::parse(stage.slug()) == Some(stage)));
        assert!(Repeat::ALL.into_iter().all(|repeat| Repeat::parse(repeat.slug()) == Some(repeat)));
        assert_eq!((Stage::parse("late"), Repeat::parse("hourly")), (None, None));
    }
}
