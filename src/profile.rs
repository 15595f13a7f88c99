//! The profile: what the desk assumes of Empego's REST interface and of the content of its events,
//! as data. `empego/profile.toml` is the default; an operator can put another file in its place
//! (`EMPEGO_PROFILE`). The client and the sandbox read the same one.
//!
//! Not in it: retries, the completion rule, what may be logged.

mod read;
mod request;

pub use read::{Fault, Faults};
pub use request::{Request, Values, put};

use crate::model::health_number::IdentifierType;
use crate::model::status::StatusId;
use reqwest::Method;
use reqwest::header::HeaderName;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};
use strum::{EnumIter, EnumString, IntoStaticStr};

/// The default, as text.
pub const DEFAULT: &str = include_str!("empego/profile.toml");

static DEFAULT_PROFILE: LazyLock<Arc<Profile>> = LazyLock::new(|| match Profile::read(DEFAULT) {
    Ok(profile) => Arc::new(profile),
    // A test reads it.
    Err(faults) => panic!("the embedded profile: {faults}"),
});

/// A profile that was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Profile {
    pub headers: Headers,
    pub identifiers: Identifiers,
    operations: BTreeMap<Call, Operation>,
    pub events: Events,
    /// Other ids of statuses, in capitals, each with the one that it means.
    statuses: BTreeMap<String, String>,
    /// Media types of exported PDFs, in lower case.
    pub file_types: Vec<String>,
}

/// Names of headers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Headers {
    pub key: HeaderName,
    /// The word before the key, such as `api-key`; empty for none.
    pub key_scheme: String,
    pub tenant: HeaderName,
    pub user: HeaderName,
}

/// How a patient's identifiers are written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identifiers {
    /// The member with the name of the system.
    pub system: String,
    /// The member with the identifier itself.
    pub value: String,
    /// The name of the system of our patient ids.
    desk: String,
    systems: BTreeMap<&'static str, String>,
}

impl Identifiers {
    /// The name of the system that an identifier comes from; `None` for our own patient ids.
    #[must_use]
    pub fn system_of(&self, kind: Option<IdentifierType>) -> &str {
        kind.and_then(|kind| self.systems.get(<&str>::from(kind))).unwrap_or(&self.desk)
    }

    /// The type of the identifiers of a system; `Some(None)` for our own patient ids, `None` for a
    /// system that is not ours to know.
    #[must_use]
    pub fn type_of(&self, system: &str) -> Option<Option<IdentifierType>> {
        let kinds = IdentifierType::ALL.into_iter().map(Some).chain([None]);
        kinds.into_iter().find(|kind| self.system_of(*kind) == system)
    }
}

/// A call of the REST interface.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, EnumIter, EnumString, IntoStaticStr,
)]
#[strum(serialize_all = "kebab-case")]
pub enum Call {
    CreateConsultation,
    CreateFollowUp,
    /// The URL for a patient to answer.
    AnswerConsultation,
    AnswerFollowUp,
    /// The URL of the details page for staff.
    ConsultationDetails,
    FollowUpDetails,
}

impl Call {
    /// The name in the profile.
    #[must_use]
    pub fn slug(self) -> &'static str {
        self.into()
    }

    /// Whether it makes a record at Empego; the others ask for a URL.
    #[must_use]
    pub fn creates(self) -> bool {
        matches!(self, Self::CreateConsultation | Self::CreateFollowUp)
    }
}

/// A value that goes into a request.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, EnumIter, EnumString, IntoStaticStr,
)]
#[strum(serialize_all = "kebab-case")]
pub enum Member {
    /// Empego's key of the record.
    Key,
    /// A list of the patient's identifiers.
    Identifiers,
    FirstName,
    LastName,
    /// Our opaque text, which comes back in events.
    Metadata,
    ScheduledAt,
    Recurring,
    Reason,
}

impl Member {
    /// The name in the profile.
    #[must_use]
    pub fn slug(self) -> &'static str {
        self.into()
    }

    /// Whether a call has this value, and whether it makes no sense without it.
    fn of(self, call: Call) -> (bool, bool) {
        let follow_up = call == Call::CreateFollowUp;
        match self {
            Self::Key => (!call.creates(), !call.creates()),
            Self::Identifiers => (call.creates(), call.creates()),
            Self::FirstName | Self::LastName | Self::Metadata => (call.creates(), false),
            Self::ScheduledAt => (follow_up, follow_up),
            Self::Recurring => (follow_up, false),
            Self::Reason => (call.creates(), false),
        }
    }
}

/// A part of an answer.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, EnumIter, EnumString, IntoStaticStr,
)]
#[strum(serialize_all = "kebab-case")]
pub enum Part {
    Key,
    Status,
    /// When it was answered. Null or missing where it is not.
    AnsweredAt,
    Url,
}

impl Part {
    /// The name in the profile.
    #[must_use]
    pub fn slug(self) -> &'static str {
        self.into()
    }

    /// Whether an answer has this part, and whether it makes no sense without it.
    fn of(self, call: Call) -> (bool, bool) {
        match self {
            Self::Key => (call.creates(), call.creates()),
            Self::Status | Self::AnsweredAt => (call.creates(), false),
            Self::Url => (!call.creates(), !call.creates()),
        }
    }
}

/// A place in a JSON document (RFC 6901). In requests its parts are member names.
pub type Pointer = String;

/// One call.
#[derive(Clone, Debug, PartialEq)]
pub struct Operation {
    pub method: Method,
    /// Below the base URL; `{key}` stands for the key.
    pub path: String,
    /// The name of a parameter for each value.
    pub query: BTreeMap<Member, String>,
    pub body: BTreeMap<Member, Pointer>,
    /// What is always sent in the body.
    pub constants: Vec<(Pointer, Value)>,
    /// The places of a part, the first that is there counts.
    answer: BTreeMap<Part, Vec<Pointer>>,
}

/// What stands for the key in a path.
pub const KEY_IN_PATH: &str = "{key}";

impl Operation {
    /// The places of a part of the answer, the first that is there counts.
    #[must_use]
    pub fn places(&self, part: Part) -> &[Pointer] {
        self.answer.get(&part).map(Vec::as_slice).unwrap_or_default()
    }
}

/// How events are read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Events {
    pub wrapper: String,
    pub consultation: EventNames,
    pub follow_up: EventNames,
}

/// Names in the events about one kind of record. Compared without case and separators.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventNames {
    /// The beginnings of types.
    pub types: Vec<String>,
    pub noun: String,
    pub key: Vec<String>,
    pub status: Vec<String>,
    /// When it was answered. Null or missing where it is not.
    pub answered_at: Vec<String>,
    pub metadata: Vec<String>,
    /// The list of the patient's identifiers, each with the members of [`Identifiers`].
    pub identifiers: Vec<String>,
    pub first_name: Vec<String>,
    pub last_name: Vec<String>,
    pub tenant: Vec<String>,
    pub scheduled_at: Vec<String>,
    pub reason: Vec<String>,
}

impl Profile {
    /// Reads a profile.
    ///
    /// # Errors
    /// Every fault at once, each with its line.
    pub fn read(text: &str) -> Result<Self, Faults> {
        read::profile(text)
    }

    /// The embedded profile.
    #[must_use]
    pub fn embedded() -> Arc<Self> {
        Arc::clone(&DEFAULT_PROFILE)
    }

    /// One call. Every profile has each.
    #[must_use]
    pub fn operation(&self, call: Call) -> &Operation {
        &self.operations[&call]
    }

    /// The documented id of a status, where the profile says that another one means it.
    #[must_use]
    pub fn status_id<'a>(&'a self, id: &'a str) -> &'a str {
        self.statuses.get(&id.to_uppercase()).map_or(id, String::as_str)
    }
}

/// Whether the desk knows a status.
fn is_documented(id: &str) -> bool {
    !matches!(StatusId::parse(id), StatusId::Other(_))
}

#[cfg(test)]
mod tests;
