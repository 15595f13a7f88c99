//! One row of a consultation's history.

use super::lifecycle::Event;
use serde::{Deserialize, Serialize};

/// Who says that something happened. With the event's own id it makes the row unique, so that a
/// repeated event is one row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// This desk.
    Desk,
    /// A staff member, on this desk.
    Staff,
    /// The patient's browser.
    Browser,
    /// Empego: its answer to a call, or its event queue.
    Empego,
}

impl Source {
    /// The word in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Desk => "desk",
            Self::Staff => "staff",
            Self::Browser => "browser",
            Self::Empego => "empego",
        }
    }

    /// Reads the word in the database.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Desk, Self::Staff, Self::Browser, Self::Empego]
            .into_iter()
            .find(|source| source.as_str() == word)
    }
}

/// Something that happened, with who says so and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Who says so.
    pub source: Source,
    /// The event's id there. The same id again, for the same source, is the same event.
    pub source_event_id: String,
    /// When it happened, in milliseconds since 1970 (UTC).
    pub at: i64,
    /// What happened.
    pub event: Event,
    /// The name of the staff member who did it, where one did.
    pub actor: Option<String>,
}
