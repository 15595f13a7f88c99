//! The date of birth that a patient enters before starting: whether it is asked for, and how many
//! wrong ones there were. As in all of the lifecycle, every part only ever grows under a maximum.

use super::lifecycle::Event;
use serde::{Deserialize, Serialize};

/// How many wrong dates lock the questionnaire.
pub const TRIES: u32 = 6;

/// What the events say of the gate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Gate {
    /// When it was last switched, and whether on. Of two at the same moment the one that is on
    /// counts.
    pub set: Option<(i64, bool)>,
    /// How often staff unlocked it.
    pub unlocked: u32,
    /// The newest wrong date: how often it was unlocked before, and which wrong one since then it
    /// was.
    pub wrong: (u32, u32),
    /// How many dates were entered, right and wrong. Each takes the next number, so that of many at
    /// once every one is judged in the knowledge of those before it.
    pub tried: u32,
}

impl Gate {
    /// Adds what one event says.
    pub(super) fn apply(&mut self, at: i64, event: &Event) {
        match event {
            Event::GateSet { on } => self.set = self.set.max(Some((at, *on))),
            Event::GateUnlocked { generation } => self.unlocked = self.unlocked.max(*generation),
            Event::WrongBirthDate { generation, number, tried } => {
                self.wrong = self.wrong.max((*generation, *number));
                self.tried = self.tried.max(*tried);
            }
            Event::BirthDateFit { tried } => self.tried = self.tried.max(*tried),
            _ => {}
        }
    }

    /// Whether the date of birth is asked for, if there is one on record.
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.set.is_some_and(|(_, on)| on)
    }

    /// How often it was unlocked: what the next wrong date belongs to.
    #[must_use]
    pub fn generation(&self) -> u32 {
        self.unlocked.max(self.wrong.0)
    }

    /// How many wrong dates there were since it was last unlocked.
    #[must_use]
    pub fn wrong_since(&self) -> u32 {
        if self.wrong.0 == self.generation() { self.wrong.1 } else { 0 }
    }

    /// How many more there may be.
    #[must_use]
    pub fn left(&self) -> u32 {
        TRIES.saturating_sub(self.wrong_since())
    }

    /// Whether nobody gets through until staff unlock it.
    #[must_use]
    pub fn is_locked(&self) -> bool {
        self.is_on() && self.left() == 0
    }
}
