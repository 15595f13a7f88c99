//! Follow-ups: consultations planned for a day (`docs/empego.md` §7). They share the link, history
//! and lifecycle of any consultation; their own fields are here.

use super::ids::ConsultationId;
use super::lifecycle::{Delivery, State};
use super::status::StatusId;
use std::fmt;
use strum::{EnumString, IntoStaticStr, VariantArray};

/// The fields that only a follow-up has.
#[derive(Clone, PartialEq, Eq)]
pub struct FollowUp {
    /// The due day, `YYYY-MM-DD`, in the clinic's time zone.
    pub due_on: String,
    /// The clinician's reason, 1 to 200 characters.
    pub reason: String,
    /// Its number, counted from 1, and the total, where it repeats.
    pub place: Option<(u32, u32)>,
    /// The consultation that it follows, if it is on this desk.
    pub follows: Option<ConsultationId>,
    /// The first record of its series, where it repeats. A new first one is named by the store.
    pub series: Option<ConsultationId>,
}

/// Leaves the reason out: it is about a patient.
impl fmt::Debug for FollowUp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FollowUp")
            .field("due_on", &self.due_on)
            .field("place", &self.place)
            .field("follows", &self.follows)
            .finish_non_exhaustive()
    }
}

/// The stage of a follow-up on a given day. Every follow-up is in exactly one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "kebab-case")]
pub enum Stage {
    /// Its day is today.
    Due,
    /// Its day is over, without an answer, or Empego says that it is over.
    Unanswered,
    /// The patient answered, by either source, and it is not finished.
    ToBeAnalyzed,
    /// Its day is to come.
    Planned,
    /// Finished at Empego.
    Done,
    /// Cancelled, here or at Empego.
    Cancelled,
}

super::slug::slugs!(Stage, Repeat);

impl Stage {
    /// Every stage, in the order in which a day is worked through.
    pub const ALL: [Self; 6] = super::slug::all();

    /// The stage on the day `today` of a follow-up due on `due_on` (both `YYYY-MM-DD`).
    #[must_use]
    pub fn of(state: &State, due_on: &str, today: &str) -> Self {
        // The expiry of the link does not matter here: `i64::MIN` is before any expiry.
        match (state.delivery(i64::MIN), state.status().map(|status| &status.id)) {
            (Delivery::Cancelled, _) | (_, Some(StatusId::Cancelled)) => Self::Cancelled,
            (Delivery::ExpiredAtEmpego, _) => Self::Unanswered,
            (_, Some(StatusId::Done | StatusId::Archived)) => Self::Done,
            (delivery, _) if delivery.is_answered() => Self::ToBeAnalyzed,
            _ if due_on > today => Self::Planned,
            _ if due_on == today => Self::Due,
            _ => Self::Unanswered,
        }
    }
}

/// How a follow-up repeats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "kebab-case")]
pub enum Repeat {
    Week,
    TwoWeeks,
    /// On the same day of every month, or on its last day where the month is shorter.
    Month,
    /// As [`Self::Month`], every third month.
    ThreeMonths,
}

impl Repeat {
    /// Every interval, the shortest first.
    pub const ALL: [Self; 4] = super::slug::all();
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::lifecycle::Event;
    use crate::model::slug::assert_slugs;
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
    fn a_follow_up_is_in_one_stage() {
        let link = Event::LinkIssued { generation: 1, expires_at: Some(10) };
        let reported = Event::Reported { status: StatusId::ToBeAnalyzed };
        for (events, stage) in [
            (vec![], None),
            (vec![link.clone(), says("PLANNED")], None),
            (vec![link.clone(), says("UNANSWERED"), Event::Opened, Event::Started], None),
            (vec![link.clone(), Event::LinkRevoked { generation: 1, change: 1 }], None),
            (vec![link.clone(), reported.clone()], Some(Stage::ToBeAnalyzed)),
            (vec![link.clone(), says("IN_PROGRESS")], Some(Stage::ToBeAnalyzed)),
            (vec![link.clone(), reported.clone(), says("DONE")], Some(Stage::Done)),
            (vec![link.clone(), says("DONE"), says("ARCHIVED")], Some(Stage::Done)),
            (vec![link.clone(), reported.clone(), says("ARCHIVED")], Some(Stage::Done)),
            (vec![link.clone(), Event::Answered, says("ARCHIVED")], Some(Stage::Done)),
            (vec![link.clone(), Event::Answered], Some(Stage::ToBeAnalyzed)),
            (vec![link.clone(), says("ARCHIVED")], Some(Stage::Unanswered)),
            (vec![link.clone(), says("EXPIRED")], Some(Stage::Unanswered)),
            (vec![link.clone(), says("CANCELLED")], Some(Stage::Cancelled)),
            (vec![link.clone(), reported, says("CANCELLED")], Some(Stage::Cancelled)),
            (
                vec![link, Event::Cancelled { reason: None, note: String::new(), change: 1 }],
                Some(Stage::Cancelled),
            ),
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
    fn slugs_are_those_in_addresses_and_forms() {
        assert_slugs::<Stage>(&[
            "due",
            "unanswered",
            "to-be-analyzed",
            "planned",
            "done",
            "cancelled",
        ]);
        assert_slugs::<Repeat>(&["week", "two-weeks", "month", "three-months"]);
    }
}
