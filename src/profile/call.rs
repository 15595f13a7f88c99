//! The calls of the REST interface, and what goes into them and comes out.

use reqwest::Method;
use serde_json::Value;
use std::collections::BTreeMap;
use strum::{EnumIter, EnumString, IntoStaticStr};

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
    /// Staff cancelled one. A profile can leave it out.
    CancelConsultation,
    /// As above.
    CancelFollowUp,
    /// Staff moved one to another day. A profile can leave it out.
    MoveFollowUp,
}

impl Call {
    /// The name in the profile.
    #[must_use]
    pub fn slug(self) -> &'static str {
        self.into()
    }

    /// Whether it makes a record at Empego. The others ask for a URL, or tell of a change.
    #[must_use]
    pub fn creates(self) -> bool {
        matches!(self, Self::CreateConsultation | Self::CreateFollowUp)
    }

    /// The call that makes the records that this one is about.
    #[must_use]
    pub fn creation(self) -> Self {
        match self {
            Self::CreateConsultation
            | Self::AnswerConsultation
            | Self::ConsultationDetails
            | Self::CancelConsultation => Self::CreateConsultation,
            Self::CreateFollowUp
            | Self::AnswerFollowUp
            | Self::FollowUpDetails
            | Self::CancelFollowUp
            | Self::MoveFollowUp => Self::CreateFollowUp,
        }
    }

    /// Whether it tells of what staff changed. Nothing is read of its answer.
    #[must_use]
    pub fn tells(self) -> bool {
        self.cancels() || self == Self::MoveFollowUp
    }

    /// Whether it tells of a cancellation.
    #[must_use]
    pub fn cancels(self) -> bool {
        matches!(self, Self::CancelConsultation | Self::CancelFollowUp)
    }

    /// Whether it asks for the URL of the questionnaire.
    #[must_use]
    pub fn answers(self) -> bool {
        matches!(self, Self::AnswerConsultation | Self::AnswerFollowUp)
    }

    /// Whether it asks for the URL of the details page, as a staff member.
    #[must_use]
    pub fn details(self) -> bool {
        matches!(self, Self::ConsultationDetails | Self::FollowUpDetails)
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
    /// The other key that Empego may have given for it.
    AccessKey,
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

    /// Whether a call has this value, and whether it makes no sense without it. A call for a URL
    /// also needs one of the two keys.
    pub(super) fn of(self, call: Call) -> (bool, bool) {
        let follow_up = call == Call::CreateFollowUp;
        let has_day = follow_up || call == Call::MoveFollowUp;
        match self {
            Self::Key | Self::AccessKey => (!call.creates(), false),
            Self::Identifiers => (call.creates(), call.creates()),
            Self::FirstName | Self::LastName | Self::Metadata => (call.creates(), false),
            Self::ScheduledAt => (has_day, has_day),
            Self::Recurring => (follow_up, false),
            Self::Reason => (call.creates() || call.cancels(), false),
        }
    }

    /// What stands for it in a path, if it can be there.
    pub(super) fn placeholder(self) -> Option<&'static str> {
        match self {
            Self::Key => Some(KEY_IN_PATH),
            Self::AccessKey => Some(ACCESS_KEY_IN_PATH),
            _ => None,
        }
    }
}

/// What stands for the key in a path.
pub const KEY_IN_PATH: &str = "{key}";
/// What stands for the access key in a path.
pub const ACCESS_KEY_IN_PATH: &str = "{access-key}";

/// A part of an answer.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, EnumIter, EnumString, IntoStaticStr,
)]
#[strum(serialize_all = "kebab-case")]
pub enum Part {
    Key,
    /// Kept as it comes, for calls that name a record by it.
    AccessKey,
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
    pub(super) fn of(self, call: Call) -> (bool, bool) {
        match self {
            Self::Key | Self::AccessKey | Self::Status | Self::AnsweredAt => {
                (call.creates(), false)
            }
            Self::Url => (!call.tells(), !call.creates() && !call.tells()),
        }
    }
}

/// A place in a JSON document (RFC 6901). In requests its parts are member names.
pub type Pointer = String;

/// How a call is made.
#[derive(Clone, Debug, PartialEq)]
pub enum Way {
    Own(Operation),
    /// The create call answers with the URL, and sending it again gives another one for the same
    /// record.
    Repeats(Call),
    /// The interface has no such call.
    Missing,
}

/// One call.
#[derive(Clone, Debug, PartialEq)]
pub struct Operation {
    pub method: Method,
    /// Below the base URL, with placeholders ([`KEY_IN_PATH`], [`ACCESS_KEY_IN_PATH`]).
    pub path: String,
    /// The name of a parameter for each value.
    pub query: BTreeMap<Member, String>,
    pub body: BTreeMap<Member, Pointer>,
    /// What is always sent in the body.
    pub constants: Vec<(Pointer, Value)>,
    /// The places of a part, the first that is there counts.
    pub(super) answer: BTreeMap<Part, Vec<Pointer>>,
}

impl Operation {
    /// The places of a part of the answer, the first that is there counts.
    #[must_use]
    pub fn places(&self, part: Part) -> &[Pointer] {
        self.answer.get(&part).map(Vec::as_slice).unwrap_or_default()
    }

    /// Whether a value is sent, wherever it goes.
    #[must_use]
    pub fn sends(&self, member: Member) -> bool {
        self.places_of(member) > 0
    }

    /// How often a value is sent.
    pub(super) fn places_of(&self, member: Member) -> usize {
        let in_path = member.placeholder().is_some_and(|text| self.path.contains(text));
        let places = [in_path, self.query.contains_key(&member), self.body.contains_key(&member)];
        places.into_iter().filter(|place| *place).count()
    }
}
