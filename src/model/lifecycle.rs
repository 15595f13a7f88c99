//! Where a consultation stands: a pure reducer from events to state (design, section 2).
//!
//! Every part of [`State`] only ever grows under a maximum or an "or", so applying events is
//! idempotent, independent of order, and never takes a status back. Two axes are kept apart:
//! **delivery** is ours, **status** is Empego's.

mod delivery;
mod event;

pub use delivery::{Delivery, Doubt};
pub use event::Event;

use super::gate::Gate;
use super::status::{EmpegoStatus, StatusId};
use serde::{Deserialize, Serialize};

/// How long a create call may stay without an answer before the desk says that the outcome is
/// unknown, in milliseconds. Longer than any time-out of the Empego client: it is reached only when
/// the process died in the middle of the call.
pub const CREATING_MS: i64 = 120_000;

/// How the create call went. Later ones win: once Empego has created, no late failure of another
/// try takes it back, and a try with an unknown outcome stays unknown when a second try fails.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Creation {
    /// Asked for, no answer yet.
    #[default]
    Requested,
    /// Nothing was created.
    Failed,
    /// Nobody knows.
    Unknown,
    /// Created.
    Done,
}

/// How far the patient came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Progress {
    /// Nowhere yet.
    #[default]
    None,
    /// The page was opened.
    Opened,
    /// The questionnaire was started.
    Started,
    /// The browser says it was answered.
    Reported,
    /// Empego says it was answered.
    Confirmed,
}

/// All that the events seen so far say, whatever their order. A part that an older version did not
/// write reads as if nothing had been heard of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct State {
    /// How the create call went.
    pub creation: Creation,
    /// When the newest create call was made, in milliseconds (UTC).
    pub requested_at: i64,
    /// When a create call last failed, in milliseconds (UTC). A call made after it is on its way
    /// again.
    pub failed_at: i64,
    /// When a create call was last found to have no known outcome, in milliseconds (UTC). A call
    /// made after it is on its way again.
    pub unknown_at: i64,
    /// The newest link: its generation (0 = none), when that was last set, and when it ends
    /// (`i64::MAX` = never).
    pub link: (u32, i64, i64),
    /// The newest generation taken back; 0 = none.
    pub revoked: u32,
    /// Whether the date of birth is asked for, and what was entered.
    pub gate: Gate,
    /// How far the patient came.
    pub progress: Progress,
    /// The furthest known status that Empego itself named: rank, when, status.
    pub known: Option<(u8, i64, EmpegoStatus)>,
    /// The newest status of Empego's that no document names.
    pub other: Option<(i64, EmpegoStatus)>,
    /// Whether staff called it off.
    pub cancelled: bool,
    /// When a browser first reported an answer, in milliseconds (UTC).
    pub reported_at: Option<i64>,
    /// When Empego first said that there is one, in milliseconds (UTC).
    pub confirmed_at: Option<i64>,
}

impl State {
    /// Adds what one event says.
    pub fn apply(&mut self, at: i64, event: &Event) {
        match event {
            Event::CreateRequested => self.requested_at = self.requested_at.max(at),
            Event::CreateFailed { .. } => {
                self.creation = self.creation.max(Creation::Failed);
                self.failed_at = self.failed_at.max(at);
            }
            Event::CreateUnknown => {
                self.creation = self.creation.max(Creation::Unknown);
                self.unknown_at = self.unknown_at.max(at);
            }
            Event::Created => self.creation = Creation::Done,
            Event::LinkIssued { generation, expires_at }
            | Event::ExpirySet { generation, expires_at } => {
                self.link = self.link.max((*generation, at, expires_at.unwrap_or(i64::MAX)));
            }
            Event::LinkRevoked { generation } => self.revoked = self.revoked.max(*generation),
            Event::GateSet { .. }
            | Event::WrongBirthDate { .. }
            | Event::BirthDateFit { .. }
            | Event::GateUnlocked { .. } => {
                self.gate.apply(at, event);
            }
            Event::Opened => self.advance(Progress::Opened),
            Event::Started => self.advance(Progress::Started),
            Event::Reported { status } if status.is_answered() => {
                self.advance(Progress::Reported);
                self.reported_at = earlier(self.reported_at, at);
            }
            Event::Reported { .. } | Event::Heard { .. } => {}
            Event::Status { status } => self.hear(at, status),
            Event::Cancelled => self.cancelled = true,
        }
    }

    fn advance(&mut self, to: Progress) {
        self.progress = self.progress.max(to);
    }

    fn hear(&mut self, at: i64, status: &EmpegoStatus) {
        if status.id.is_answered() {
            self.advance(Progress::Confirmed);
            self.confirmed_at = earlier(self.confirmed_at, at);
        }
        match status.id.rank() {
            Some(rank) => self.known = self.known.take().max(Some((rank, at, status.clone()))),
            None => self.other = self.other.take().max(Some((at, status.clone()))),
        }
    }

    /// Where the delivery stands at `now` (milliseconds, UTC). An answer outlives the link it came
    /// through.
    #[must_use]
    pub fn delivery(&self, now: i64) -> Delivery {
        match self.progress {
            Progress::Confirmed => return Delivery::AnsweredConfirmed,
            Progress::Reported => return Delivery::AnsweredReported,
            _ => {}
        }
        let cancelled_there =
            matches!(&self.known, Some((_, _, status)) if status.id == StatusId::Cancelled);
        if self.cancelled || cancelled_there {
            return Delivery::Cancelled;
        }
        // A call made after one that failed, or that nobody knows of, may create something: until
        // it answers, any word about the one before would invite a third try and a second
        // consultation.
        let under_way = self.is_asking();
        match self.creation {
            Creation::Done => {}
            _ if under_way && now.saturating_sub(self.requested_at) <= CREATING_MS => {
                return Delivery::Creating;
            }
            Creation::Failed if !under_way => return Delivery::CreateFailed,
            _ => return Delivery::OutcomeUnknown,
        }
        let (generation, _, expires_at) = self.link;
        if self.revoked >= generation {
            return Delivery::Revoked;
        }
        if now >= expires_at {
            return Delivery::Expired;
        }
        match self.progress {
            Progress::Started => Delivery::Started,
            Progress::Opened => Delivery::Opened,
            _ => Delivery::LinkReady,
        }
    }

    /// Whether a create call was made after all that is known of the ones before.
    #[must_use]
    pub fn is_asking(&self) -> bool {
        self.creation == Creation::Requested || self.requested_at > self.settled_at()
    }

    /// When the last create call that did not succeed was over, in milliseconds (UTC).
    fn settled_at(&self) -> i64 {
        self.failed_at.max(self.unknown_at)
    }

    /// The earliest moment at which another create call counts as made after everything that is
    /// known of the ones before, though the clock may stand still or have been set back meanwhile.
    #[must_use]
    pub fn next_attempt_at(&self, now: i64) -> i64 {
        now.max(self.requested_at.max(self.settled_at()).saturating_add(1))
    }

    /// What Empego itself last said: the furthest known status, or an unknown one that is newer.
    #[must_use]
    pub fn status(&self) -> Option<&EmpegoStatus> {
        match (&self.known, &self.other) {
            (Some((_, known_at, _)), Some((other_at, other))) if other_at > known_at => Some(other),
            (Some((_, _, known)), _) => Some(known),
            (None, Some((_, other))) => Some(other),
            (None, None) => None,
        }
    }

    /// Whether one of the two sources has been silent for `after` milliseconds since the other
    /// spoke. What nobody has to look at any more (it is being analysed, or done) is in no doubt.
    #[must_use]
    pub fn doubt(&self, now: i64, after: i64) -> Option<Doubt> {
        let long_ago = |at: Option<i64>| at.is_some_and(|at| now.saturating_sub(at) > after);
        match self.progress {
            Progress::Reported if long_ago(self.reported_at) => Some(Doubt::Unconfirmed),
            Progress::Confirmed if self.reported_at.is_none() && long_ago(self.confirmed_at) => {
                self.status()
                    .is_some_and(|status| status.id == StatusId::ToBeAnalyzed)
                    .then_some(Doubt::Unreported)
            }
            _ => None,
        }
    }

    /// When the newest link stops working, in milliseconds (UTC); `None` when it never does or
    /// there is none.
    #[must_use]
    pub fn expires_at(&self) -> Option<i64> {
        (self.link.0 > 0 && self.link.2 != i64::MAX).then_some(self.link.2)
    }
}

/// The earlier of two moments, where the first may not be known.
fn earlier(known: Option<i64>, at: i64) -> Option<i64> {
    Some(known.map_or(at, |known| known.min(at)))
}

#[cfg(test)]
#[path = "lifecycle_tests.rs"]
mod tests;
