//! The date-of-birth gate: whether a patient must enter the date before starting, and the lockout
//! after wrong dates. Like the rest of the lifecycle, every field only grows under a maximum.

use super::Event;
use serde::{Deserialize, Serialize};

/// How many wrong dates lock the questionnaire.
pub const MAX_ATTEMPTS: u32 = 6;

/// The state of the gate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Gate {
    /// When it was last switched (milliseconds, UTC), and whether on. On wins a tie.
    pub set: Option<(i64, bool)>,
    /// The number of that switch. A later number wins whatever its time: the clock may have been
    /// set back. 0 for one of a version that did not count.
    pub change: u32,
    /// How often staff unlocked it.
    pub unlocked: u32,
    /// The newest wrong date: how often the gate had been unlocked, and the count of wrong dates
    /// since then.
    pub wrong: (u32, u32),
    /// How many dates were entered, right and wrong. Every attempt takes the next number, so that
    /// simultaneous attempts are judged one after the other.
    pub tried: u32,
}

impl Gate {
    pub(super) fn apply(&mut self, at: i64, event: &Event) {
        match event {
            Event::GateSet { on, change } => {
                let known = (self.change, self.set);
                (self.change, self.set) = known.max((*change, Some((at, *on))));
            }
            Event::GateUnlocked { generation } => self.unlocked = self.unlocked.max(*generation),
            Event::WrongBirthDate { generation, number, tried } => {
                self.wrong = self.wrong.max((*generation, *number));
                self.tried = self.tried.max(*tried);
            }
            Event::BirthDateMatched { tried } => self.tried = self.tried.max(*tried),
            _ => {}
        }
    }

    /// Whether the date of birth is asked for, provided that one is on record.
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.set.is_some_and(|(_, on)| on)
    }

    /// How often the gate was unlocked: the generation that the next wrong date belongs to.
    #[must_use]
    pub fn generation(&self) -> u32 {
        self.unlocked.max(self.wrong.0)
    }

    /// How many wrong dates were entered since the last unlock.
    #[must_use]
    pub fn wrong_since(&self) -> u32 {
        if self.wrong.0 == self.generation() { self.wrong.1 } else { 0 }
    }

    /// How many attempts are left before the lockout.
    #[must_use]
    pub fn attempts_left(&self) -> u32 {
        MAX_ATTEMPTS.saturating_sub(self.wrong_since())
    }

    /// Whether the patient is locked out until staff unlock the gate.
    #[must_use]
    pub fn is_locked(&self) -> bool {
        self.is_on() && self.attempts_left() == 0
    }
}
