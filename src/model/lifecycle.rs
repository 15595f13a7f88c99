//! The lifecycle of a consultation: a pure reducer from events to [`State`].
//!
//! Every field of the state only grows under a maximum or an "or", so that applying events is
//! idempotent, commutative and monotonic. Two axes are kept apart: **delivery** is this desk's, and
//! **status** is Empego's.

mod delivery;
mod event;
mod gate;

pub use delivery::{Delivery, Discrepancy};
pub use event::{Event, Outcome, Told};
pub use gate::{Gate, MAX_ATTEMPTS};

use super::status::{EmpegoStatus, StatusId};
use serde::{Deserialize, Serialize};

/// How long a create call may stay without a response before its outcome counts as unknown, in
/// milliseconds. Longer than every time-out of the Empego client: reached only when the process
/// died during the call.
pub const CREATING_MS: i64 = 120_000;

/// The outcome of the create calls. The greatest wins: a late failure of another attempt does not
/// undo a creation, and an unknown outcome stays unknown when a second attempt fails.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Creation {
    /// No response yet.
    #[default]
    Requested,
    /// Nothing was created.
    Failed,
    Unknown,
    /// Empego accepted it, and its answer could not be read.
    Unread,
    Done,
}

/// The patient's progress.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Progress {
    #[default]
    None,
    Opened,
    Started,
    /// The browser reported an answer.
    Reported,
    /// Empego confirmed an answer.
    Confirmed,
}

/// The state after the events seen so far. Stored as JSON; a missing field reads as its default.
/// Times are in milliseconds (UTC).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct State {
    pub creation: Creation,
    /// When the newest create call was made.
    pub requested_at: i64,
    /// When a create call last failed. A later call is in progress.
    pub failed_at: i64,
    /// When a create call last ended with an unknown outcome, or without a key. A later call is in
    /// progress.
    pub unknown_at: i64,
    /// The newest link: its generation (0 for none), when it was last changed, and when it expires
    /// (`i64::MAX` for never).
    pub link: (u32, i64, i64),
    /// The number of the newest change of its expiry; 0 for none, or for one of a version that did
    /// not count.
    pub link_change: u32,
    /// The newest revoked generation; 0 for none.
    pub revoked: u32,
    /// The number of its newest revocation; 0 for none, or in a state of a version that did not
    /// count.
    pub revocation: u32,
    /// The newest revocation that was taken back: its generation and number.
    pub restored: (u32, u32),
    pub gate: Gate,
    pub progress: Progress,
    /// The furthest documented status that Empego sent: rank, time, status.
    pub known: Option<(u8, i64, EmpegoStatus)>,
    /// The newest undocumented status that Empego sent.
    pub other: Option<(i64, EmpegoStatus)>,
    /// Whether staff cancelled it, once at least.
    pub cancelled: bool,
    /// The number of the newest cancellation; 0 for none, or in a state of a version that did not
    /// count.
    pub cancellation: u32,
    /// The number of the newest cancellation that was taken back; 0 for none.
    pub cancel_undone: u32,
    /// The number of the newest move of a follow-up to another day; 0 for none.
    pub moves: u32,
    /// When a browser first reported an answer.
    pub reported_at: Option<i64>,
    /// When Empego first confirmed an answer.
    pub confirmed_at: Option<i64>,
    /// When Empego first said that it is over, by a status that proves no answer.
    pub over_at: Option<i64>,
}

impl State {
    /// Applies an event that happened at `at`.
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
            Event::CreateUnread => {
                self.creation = self.creation.max(Creation::Unread);
                self.unknown_at = self.unknown_at.max(at);
            }
            Event::Created => self.creation = Creation::Done,
            Event::LinkIssued { generation, expires_at } => {
                self.apply_expiry(at, *generation, 0, *expires_at);
            }
            Event::ExpirySet { generation, expires_at, change } => {
                self.apply_expiry(at, *generation, *change, *expires_at);
            }
            Event::LinkRevoked { generation, change } => {
                let newest = (self.revoked, self.revocation).max((*generation, *change));
                (self.revoked, self.revocation) = newest;
            }
            Event::LinkRestored { generation, change } => {
                self.restored = self.restored.max((*generation, *change));
            }
            Event::GateSet { .. }
            | Event::WrongBirthDate { .. }
            | Event::BirthDateMatched { .. }
            | Event::GateUnlocked { .. } => {
                self.gate.apply(at, event);
            }
            Event::Opened => self.advance(Progress::Opened),
            Event::Started => self.advance(Progress::Started),
            Event::Reported { status } if status.is_answered() => {
                self.advance(Progress::Reported);
                self.reported_at = earlier(self.reported_at, at);
            }
            Event::Reported { .. } | Event::OtherMessage { .. } | Event::Told { .. } => {}
            Event::Status { status } => self.apply_status(at, status),
            Event::Answered => self.confirm(at),
            Event::Moved { change, .. } => self.moves = self.moves.max(*change),
            Event::Cancelled { change, .. } => {
                self.cancelled = true;
                self.cancellation = self.cancellation.max(*change);
            }
            Event::CancelUndone { change } => {
                self.cancel_undone = self.cancel_undone.max(*change);
            }
        }
    }

    fn advance(&mut self, to: Progress) {
        self.progress = self.progress.max(to);
    }

    /// The newest link counts, and of that one the change with the highest number: its time alone
    /// says nothing where the clock was set back.
    fn apply_expiry(&mut self, at: i64, generation: u32, change: u32, expires_at: Option<i64>) {
        let (known, known_at, known_end) = self.link;
        let newest = (known, self.link_change, known_at, known_end).max((
            generation,
            change,
            at,
            expires_at.unwrap_or(i64::MAX),
        ));
        self.link_change = newest.1;
        self.link = (newest.0, newest.2, newest.3);
    }

    fn confirm(&mut self, at: i64) {
        self.advance(Progress::Confirmed);
        self.confirmed_at = earlier(self.confirmed_at, at);
    }

    fn apply_status(&mut self, at: i64, status: &EmpegoStatus) {
        if status.id.is_answered() {
            self.confirm(at);
        }
        if status.id.is_over() {
            self.over_at = earlier(self.over_at, at);
        }
        match status.id.rank() {
            Some(rank) => self.known = self.known.take().max(Some((rank, at, status.clone()))),
            None => self.other = self.other.take().max(Some((at, status.clone()))),
        }
    }

    /// The delivery at `now`. An answer outlives its link.
    #[must_use]
    pub fn delivery(&self, now: i64) -> Delivery {
        match self.progress {
            Progress::Confirmed => return Delivery::AnsweredConfirmed,
            Progress::Reported => return Delivery::AnsweredReported,
            _ => {}
        }
        if self.is_cancelled() || self.is_cancelled_at_empego() {
            return Delivery::Cancelled;
        }
        if self.over_at.is_some() {
            return Delivery::ExpiredAtEmpego;
        }
        // A call in progress may create the consultation. Showing the failure of an earlier one
        // would invite another attempt, and a second consultation.
        let in_progress = self.is_creating();
        match self.creation {
            Creation::Done => {}
            _ if in_progress && now.saturating_sub(self.requested_at) <= CREATING_MS => {
                return Delivery::Creating;
            }
            Creation::Failed if !in_progress => return Delivery::CreateFailed,
            Creation::Unread if !in_progress => return Delivery::KeyUnread,
            _ => return Delivery::OutcomeUnknown,
        }
        let (generation, _, expires_at) = self.link;
        if self.is_revoked(generation) {
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

    /// Whether staff cancelled it and did not take that back. An answer that arrives all the same
    /// counts: the delivery is then that of the answer.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.cancelled && self.cancel_undone < self.cancellation.max(1)
    }

    /// Whether Empego says that it is cancelled.
    #[must_use]
    pub fn is_cancelled_at_empego(&self) -> bool {
        matches!(&self.known, Some((_, _, status)) if status.id == StatusId::Cancelled)
    }

    /// Whether the link of this generation, or a later one, was revoked and not restored. True
    /// where there is no link.
    #[must_use]
    pub fn is_revoked(&self, generation: u32) -> bool {
        generation == 0
            || self.revoked > generation
            || self.revoked == generation && self.restored < (generation, self.revocation.max(1))
    }

    /// Whether a create call was made after the end of every earlier one that did not succeed.
    #[must_use]
    pub fn is_creating(&self) -> bool {
        self.creation == Creation::Requested || self.requested_at > self.settled_at()
    }

    /// When the last create call that did not succeed ended.
    fn settled_at(&self) -> i64 {
        self.failed_at.max(self.unknown_at)
    }

    /// The time to record for another create call: later than every earlier attempt, even if the
    /// clock stood still or was set back.
    #[must_use]
    pub fn next_attempt_at(&self, now: i64) -> i64 {
        now.max(self.requested_at.max(self.settled_at()).saturating_add(1))
    }

    /// Empego's status: the furthest documented one, or a newer undocumented one.
    #[must_use]
    pub fn status(&self) -> Option<&EmpegoStatus> {
        match (&self.known, &self.other) {
            (Some((_, known_at, _)), Some((other_at, other))) if other_at > known_at => Some(other),
            (Some((_, _, known)), _) => Some(known),
            (None, Some((_, other))) => Some(other),
            (None, None) => None,
        }
    }

    /// Whether one of the two sources has been silent for more than `after` milliseconds since the
    /// other one had an answer. Not once staff work on the consultation.
    #[must_use]
    pub fn discrepancy(&self, now: i64, after: i64) -> Option<Discrepancy> {
        let long_ago = |at: Option<i64>| at.is_some_and(|at| now.saturating_sub(at) > after);
        match self.progress {
            Progress::Reported if long_ago(self.reported_at) => Some(Discrepancy::Unconfirmed),
            Progress::Confirmed if self.reported_at.is_none() && long_ago(self.confirmed_at) => {
                self.status()
                    .is_some_and(|status| status.id == StatusId::ToBeAnalyzed)
                    .then_some(Discrepancy::Unreported)
            }
            _ => None,
        }
    }

    /// When the newest link expires; `None` when it never does or there is none.
    #[must_use]
    pub fn expires_at(&self) -> Option<i64> {
        (self.link.0 > 0 && self.link.2 != i64::MAX).then_some(self.link.2)
    }
}

/// The earlier of two times.
fn earlier(known: Option<i64>, at: i64) -> Option<i64> {
    Some(known.map_or(at, |known| known.min(at)))
}

#[cfg(test)]
mod tests;
