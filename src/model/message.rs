//! The messages that Empego's page posts to the window around it (`docs/empego.md` §5).
//!
//! The same parser runs in the browser, to decide whether the questionnaire is over, and on the
//! server, to decide whether a report counts.

mod names;

pub use names::MessageNames;

use super::status::StatusId;
use serde_json::Value;

/// The longest message that is read, in bytes of JSON.
pub const MAX_BYTES: usize = 64 * 1024;

/// The operation of the message that an export is being made (`docs/empego.md` §5.1).
pub const EXPORT_IN_PROGRESS: &str = "exportInProgress";
/// The operation of the message that an export is ready.
pub const EXPORT_READY: &str = "exportReady";

/// What a message is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    Consultation,
    FollowUp,
}

impl Subject {
    /// The subject of a record.
    #[must_use]
    pub fn of(is_follow_up: bool) -> Self {
        if is_follow_up { Self::FollowUp } else { Self::Consultation }
    }
}

/// A message of Empego's page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    pub subject: Subject,
    /// `create`, `update`, `sync`, `exportInProgress`, `exportReady`, or an undocumented one.
    pub operation: String,
    pub status: Option<StatusId>,
    /// Empego's key of the consultation or follow-up.
    pub id: String,
}

/// The members of a message that are read, where they are strings. Others are ignored.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MessageParts {
    pub event_type: Option<String>,
    /// The misprint in Empego's example.
    pub even_type: Option<String>,
    pub operation: Option<String>,
    pub status: Option<String>,
    pub id: Option<String>,
}

/// Why a message is ignored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ignored {
    /// Longer than [`MAX_BYTES`].
    TooLarge,
    /// Not an object with the documented members.
    Shape,
    /// About another record than the expected one, or one of the other kind.
    Foreign,
}

impl Message {
    /// Reads a message from JSON. Accepts the misprint `evenType`, and `followUp` in any case
    /// (`docs/empego.md` §5.2).
    ///
    /// # Errors
    /// [`Ignored::TooLarge`] and [`Ignored::Shape`].
    pub fn parse(json: &str) -> Result<Self, Ignored> {
        Self::parse_as(json, &MessageNames::default())
    }

    /// As [`Self::parse`], of a message as Empego's page posted it, with names of a profile. What
    /// the page's script reports has the documented names already.
    ///
    /// # Errors
    /// As [`Self::parse`].
    pub fn parse_as(json: &str, names: &MessageNames) -> Result<Self, Ignored> {
        if json.len() > MAX_BYTES {
            return Err(Ignored::TooLarge);
        }
        let value: Value = serde_json::from_str(json).map_err(|_| Ignored::Shape)?;
        let text = |name: &str| match value.get(name)? {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) if !number.is_f64() => Some(number.to_string()),
            _ => None,
        };
        Self::from_parts(names.parts(text))
    }

    /// Reads a message from its members. The browser takes them from the posted object: a JSON
    /// reader would be a quarter of the patient's bundle.
    ///
    /// # Errors
    /// [`Ignored::Shape`].
    pub fn from_parts(parts: MessageParts) -> Result<Self, Ignored> {
        let event_type = parts.event_type.or(parts.even_type).ok_or(Ignored::Shape)?;
        let subject = if event_type.eq_ignore_ascii_case("consultation") {
            Subject::Consultation
        } else if event_type.eq_ignore_ascii_case("followup") {
            Subject::FollowUp
        } else {
            return Err(Ignored::Shape);
        };
        Ok(Self {
            subject,
            operation: parts.operation.ok_or(Ignored::Shape)?,
            status: parts.status.as_deref().map(StatusId::parse),
            id: parts.id.filter(|id| !id.is_empty()).ok_or(Ignored::Shape)?,
        })
    }

    /// Reads a message and checks that it is about this record.
    ///
    /// # Errors
    /// All of [`Ignored`].
    pub fn parse_for(json: &str, subject: Subject, key: &str) -> Result<Self, Ignored> {
        Self::parse(json)?.about(subject, key)
    }

    /// As [`Self::parse_for`], with names of a profile.
    ///
    /// # Errors
    /// All of [`Ignored`].
    pub fn parse_for_as(
        json: &str,
        subject: Subject,
        key: &str,
        names: &MessageNames,
    ) -> Result<Self, Ignored> {
        Self::parse_as(json, names)?.about(subject, key)
    }

    /// Passes only a message about this record. Where `key` is empty, it is not known yet: any
    /// message of the record's own page passes that is about its kind.
    ///
    /// # Errors
    /// [`Ignored::Foreign`].
    pub fn about(self, subject: Subject, key: &str) -> Result<Self, Ignored> {
        let is_it = self.subject == subject && (key.is_empty() || self.id == key);
        if is_it { Ok(self) } else { Err(Ignored::Foreign) }
    }

    /// Whether the patient has answered: an `update` to a status that only follows an answer
    /// (`docs/empego.md` §5.2).
    #[must_use]
    pub fn is_completion(&self) -> bool {
        self.operation.eq_ignore_ascii_case("update")
            && self.status.as_ref().is_some_and(StatusId::is_answered)
    }
}

#[cfg(test)]
mod tests;
