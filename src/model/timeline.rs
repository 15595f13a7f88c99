//! The history of a consultation.

use super::lifecycle::Event;
use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr, VariantArray};

/// Where an event comes from. Source and event id are unique together, so that a repeated event is
/// stored once.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    EnumString,
    IntoStaticStr,
    VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Source {
    Desk,
    /// A staff member, on this desk.
    Staff,
    /// The patient's browser.
    Browser,
    /// Empego's response to a call, or its event queue.
    Empego,
}

impl Source {
    /// The slug in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// Reads a slug.
    #[must_use]
    pub fn parse(slug: &str) -> Option<Self> {
        slug.parse().ok()
    }
}

/// One row of a consultation's history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub source: Source,
    /// The event's id at its source. The same id again is the same event.
    pub source_event_id: String,
    /// When it happened, in milliseconds (UTC).
    pub at: i64,
    pub event: Event,
    /// The name of the staff member who caused it.
    pub actor: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::slug::assert_slugs;

    #[test]
    fn slugs_are_those_in_databases() {
        assert_slugs::<Source>(&["desk", "staff", "browser", "empego"]);
    }
}
