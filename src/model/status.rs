//! Empego's own status of a consultation or follow-up, kept word for word (`empego-api.md` §7).

use serde::{Deserialize, Serialize};
use std::cmp::Ordering;

/// A status id as Empego writes it. Anything new is kept and shown as it is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum StatusId {
    /// `PLANNED`: created, the questionnaire is not sent yet (follow-ups).
    Planned,
    /// `UNANSWERED`: sent, no answer yet.
    Unanswered,
    /// `TO_BE_ANALYZED`: answered, waiting for staff.
    ToBeAnalyzed,
    /// `IN_PROGRESS`: staff are on it.
    InProgress,
    /// `DONE`: finished.
    Done,
    /// `ARCHIVED`: put away, by hand or by Empego.
    Archived,
    /// `CANCELLED`: called off.
    Cancelled,
    /// An id that no document names.
    Other(String),
}

impl StatusId {
    /// Reads an id; upper and lower case are the same.
    #[must_use]
    pub fn parse(id: &str) -> Self {
        match id.to_ascii_uppercase().as_str() {
            "PLANNED" => Self::Planned,
            "UNANSWERED" => Self::Unanswered,
            "TO_BE_ANALYZED" => Self::ToBeAnalyzed,
            "IN_PROGRESS" => Self::InProgress,
            "DONE" => Self::Done,
            "ARCHIVED" => Self::Archived,
            "CANCELLED" => Self::Cancelled,
            _ => Self::Other(id.to_owned()),
        }
    }

    /// The id as Empego writes it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Planned => "PLANNED",
            Self::Unanswered => "UNANSWERED",
            Self::ToBeAnalyzed => "TO_BE_ANALYZED",
            Self::InProgress => "IN_PROGRESS",
            Self::Done => "DONE",
            Self::Archived => "ARCHIVED",
            Self::Cancelled => "CANCELLED",
            Self::Other(id) => id,
        }
    }

    /// How far along a known status is: a status only ever gives way to a later one. `None` for an
    /// unknown id, whose place in the order nobody has told us.
    #[must_use]
    pub fn rank(&self) -> Option<u8> {
        match self {
            Self::Planned => Some(0),
            Self::Unanswered => Some(1),
            Self::ToBeAnalyzed => Some(2),
            Self::InProgress => Some(3),
            Self::Done => Some(4),
            Self::Archived => Some(5),
            Self::Cancelled => Some(6),
            Self::Other(_) => None,
        }
    }

    /// Whether the patient has answered, going by this status: `TO_BE_ANALYZED` or any later state
    /// except cancellation (`empego-api.md` §5.2, completion rule). An unknown id says nothing:
    /// taking it for an answer could cut a patient off in the middle of the questionnaire.
    #[must_use]
    pub fn is_answered(&self) -> bool {
        matches!(self, Self::ToBeAnalyzed | Self::InProgress | Self::Done | Self::Archived)
    }
}

impl Serialize for StatusId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for StatusId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|id| Self::parse(&id))
    }
}

impl PartialOrd for StatusId {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Any total order will do here, as long as it is one: it breaks ties between events of the same
/// instant.
impl Ord for StatusId {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.rank(), self.as_str()).cmp(&(other.rank(), other.as_str()))
    }
}

/// A status with the labels that Empego sends beside the id: `{id, en, fr}` (`empego-api.md` §6.2).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct EmpegoStatus {
    /// The id.
    pub id: StatusId,
    /// Empego's English label; empty when none came.
    #[serde(default)]
    pub en: String,
    /// Empego's French label; empty when none came.
    #[serde(default)]
    pub fr: String,
}

impl EmpegoStatus {
    /// A status of which only the id is known.
    #[must_use]
    pub fn bare(id: &str) -> Self {
        Self { id: StatusId::parse(id), en: String::new(), fr: String::new() }
    }
}
