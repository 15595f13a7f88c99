//! The profile: what the desk assumes of Empego's REST interface and of the content of its events,
//! as data. `empego/profile.toml` is the default; an operator can put another file in its place
//! (`EMPEGO_PROFILE`). The client and the sandbox read the same one.
//!
//! Not in it: retries, the completion rule, what may be logged.

mod call;
mod read;
mod request;

pub use call::{ACCESS_KEY_IN_PATH, Call, KEY_IN_PATH, Member, Operation, Part, Pointer, Way};
pub use read::{Fault, Faults, SANDBOX_FLAGS};
pub use request::{Request, Values, put};

use crate::model::health_number::IdentifierType;
use crate::model::message::MessageNames;
use crate::model::status::StatusId;
use reqwest::header::HeaderName;
use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

/// The default, as text.
pub const DEFAULT: &str = include_str!("empego/profile.toml");

static DEFAULT_PROFILE: LazyLock<Arc<Profile>> = LazyLock::new(|| match Profile::read(DEFAULT) {
    Ok(profile) => Arc::new(profile),
    // A test reads it.
    Err(faults) => panic!("the embedded profile: {faults}"),
});

/// What the profile calls the system of our own patient ids.
const DESK_SYSTEM: &str = "desk";

/// A profile that was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Profile {
    pub headers: Headers,
    pub identifiers: Identifiers,
    /// Whether keys that are whole numbers are sent as numbers in bodies.
    pub keys_as_numbers: bool,
    ways: BTreeMap<Call, Way>,
    pub events: Events,
    /// What messages of the browser call their members, and other words in them.
    pub messages: MessageNames,
    pub exports: Exports,
    /// Other ids of statuses, in capitals, each with the one that it means.
    statuses: BTreeMap<String, String>,
    pub files: Files,
    pub frame: Frame,
}

/// Where the parts of the message that an export is ready are. The first place that is there
/// counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exports {
    pub pdf_status: Vec<Pointer>,
    pub pdf_url: Vec<Pointer>,
    /// When the address of the PDF stops working, in milliseconds since the Unix epoch.
    pub pdf_expiry: Vec<Pointer>,
    pub text_status: Vec<Pointer>,
    pub text: Vec<Pointer>,
    /// The statuses of a part that was made. Compared without case.
    pub made: Vec<String>,
}

/// Exported files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Files {
    /// Media types of PDFs, in lower case.
    pub types: Vec<String>,
    /// Exact origins, beside those of Empego's pages.
    pub origins: Vec<String>,
}

/// Attributes of the frames with Empego's pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// The permissions policy of the questionnaire.
    pub allow: String,
    /// That of the details page.
    pub details_allow: String,
    /// The sandbox flags, or `none`.
    pub sandbox: String,
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

    /// Every name of a system, by the kind of identifier that it is for.
    #[must_use]
    pub fn all_systems(&self) -> BTreeMap<String, String> {
        let desk = [(DESK_SYSTEM.to_owned(), self.desk.clone())];
        let others = self.systems.iter().map(|(kind, name)| ((*kind).to_owned(), name.clone()));
        others.chain(desk).collect()
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

impl Default for Profile {
    /// The embedded one.
    fn default() -> Self {
        (**DEFAULT_PROFILE).clone()
    }
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

    /// How a call is made. Every profile says it of each.
    #[must_use]
    pub fn way(&self, call: Call) -> &Way {
        &self.ways[&call]
    }

    /// What is sent for a call; `None` where the interface has no such call.
    #[must_use]
    pub fn operation(&self, call: Call) -> Option<&Operation> {
        match self.way(call) {
            Way::Own(operation) => Some(operation),
            Way::Repeats(other) => match self.way(*other) {
                Way::Own(operation) => Some(operation),
                Way::Repeats(_) | Way::Missing => None,
            },
            Way::Missing => None,
        }
    }

    /// The documented id of a status, where the profile says that another one means it.
    #[must_use]
    pub fn status_id<'a>(&'a self, id: &'a str) -> &'a str {
        self.statuses.get(&id.to_uppercase()).map_or(id, String::as_str)
    }

    /// The id that the interface has for a documented status: the reverse of [`Self::status_id`].
    #[must_use]
    pub fn said_status<'a>(&'a self, id: &'a str) -> &'a str {
        let found = self.statuses.iter().find(|(_, means)| means.as_str() == id);
        found.map_or(id, |(said, _)| said.as_str())
    }
}

/// Whether the desk knows a status.
fn is_documented(id: &str) -> bool {
    !matches!(StatusId::parse(id), StatusId::Other(_))
}

#[cfg(test)]
mod tests;
