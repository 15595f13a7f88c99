//! Empego's status of a consultation or follow-up, kept verbatim (`docs/empego.md` §7).

use serde::{Deserialize, Serialize};
use std::cmp::Ordering;
use strum::{AsRefStr, EnumString};

/// A status id. An undocumented one is kept and shown as it is.
#[derive(Clone, Debug, PartialEq, Eq, Hash, AsRefStr, EnumString)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE", ascii_case_insensitive)]
pub enum StatusId {
    /// Created; the questionnaire is not sent yet (follow-ups).
    Planned,
    /// Sent, no answer yet.
    Unanswered,
    /// Answered, waiting for staff.
    ToBeAnalyzed,
    /// Staff are working on it.
    InProgress,
    Done,
    /// Archived by staff or by Empego: finished, or over without an answer (`docs/empego.md`
    /// §10.3 a).
    Archived,
    Cancelled,
    /// Not answered in time. Empego's application has this state; its id is assumed.
    Expired,
    #[strum(default, transparent)]
    Other(String),
}

impl StatusId {
    /// The longest undocumented id that is kept, in characters.
    pub const MAX_LENGTH: usize = 64;

    /// Reads an id in any case. An undocumented one is cut at [`Self::MAX_LENGTH`].
    #[must_use]
    pub fn parse(id: &str) -> Self {
        // Compared whole, so that nothing is cut to a documented one.
        match id.parse() {
            Ok(Self::Other(_)) | Err(_) => Self::Other(clip(id, Self::MAX_LENGTH)),
            Ok(documented) => documented,
        }
    }

    /// The id as Empego writes it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.as_ref()
    }

    /// The position of a documented status in the order of progress: a status only gives way to a
    /// later one. `None` for an id that is assumed or undocumented.
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
            Self::Expired | Self::Other(_) => None,
        }
    }

    /// Whether the status only follows an answer (`docs/empego.md` §10.3 a). Not an unknown id:
    /// taking it for an answer could cut a patient off in the middle of the questionnaire.
    #[must_use]
    pub fn is_answered(&self) -> bool {
        matches!(self, Self::ToBeAnalyzed | Self::InProgress | Self::Done)
    }

    /// Whether the status means that the consultation is over, unanswered unless something else
    /// proves an answer: archived, or expired by any id that says so.
    #[must_use]
    pub fn is_over(&self) -> bool {
        match self {
            Self::Archived | Self::Expired => true,
            Self::Other(id) => id.to_ascii_uppercase().contains("EXPIRED"),
            _ => false,
        }
    }
}

/// The first characters of a text from outside.
fn clip(text: &str, longest: usize) -> String {
    text.chars().take(longest).collect()
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

/// Breaks ties between events of the same instant. Any total order would do.
impl Ord for StatusId {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.rank(), self.as_str()).cmp(&(other.rank(), other.as_str()))
    }
}

/// A status with Empego's labels: `{id, en, fr}` (`docs/empego.md` §6.2).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct EmpegoStatus {
    pub id: StatusId,
    /// Empego's English label; may be empty.
    #[serde(default)]
    pub en: String,
    /// Empego's French label; may be empty.
    #[serde(default)]
    pub fr: String,
}

impl EmpegoStatus {
    /// The longest label that is kept, in characters.
    pub const MAX_LABEL: usize = 100;

    /// A status with labels, which are cut at [`Self::MAX_LABEL`].
    #[must_use]
    pub fn labelled(id: &str, en: &str, fr: &str) -> Self {
        let label = |text| clip(text, Self::MAX_LABEL);
        Self { id: StatusId::parse(id), en: label(en), fr: label(fr) }
    }

    /// A status without labels.
    #[must_use]
    pub fn bare(id: &str) -> Self {
        Self { id: StatusId::parse(id), en: String::new(), fr: String::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_those_of_empego_in_the_order_of_progress() {
        for (rank, id) in (0..).zip([
            "PLANNED",
            "UNANSWERED",
            "TO_BE_ANALYZED",
            "IN_PROGRESS",
            "DONE",
            "ARCHIVED",
            "CANCELLED",
        ]) {
            let status = StatusId::parse(id);
            assert_eq!((status.as_str(), status.rank()), (id, Some(rank)));
            assert_eq!(StatusId::parse(&id.to_lowercase()), status);
        }
        let long = format!("DONE{}", "é".repeat(20_000_000));
        let StatusId::Other(kept) = StatusId::parse(&long) else { panic!("it is undocumented") };
        assert_eq!(kept.chars().count(), StatusId::MAX_LENGTH);
        assert_eq!(EmpegoStatus::labelled("DONE", &long, "Fait").en.chars().count(), 100);
        for id in ["Half_Done", "à voir", " DONE", "", "EXPIRED"] {
            let status = StatusId::parse(id);
            assert_eq!((status.as_str(), status.rank()), (id, None));
        }
    }

    #[test]
    fn only_what_follows_an_answer_is_one() {
        for (id, is_answered, is_over) in [
            ("PLANNED", false, false),
            ("UNANSWERED", false, false),
            ("TO_BE_ANALYZED", true, false),
            ("IN_PROGRESS", true, false),
            ("DONE", true, false),
            ("ARCHIVED", false, true),
            ("CANCELLED", false, false),
            ("expired", false, true),
            ("AUTO_EXPIRED", false, true),
            ("POSTPONED", false, false),
            ("", false, false),
        ] {
            let status = StatusId::parse(id);
            assert_eq!((status.is_answered(), status.is_over()), (is_answered, is_over), "{id}");
        }
    }
}
