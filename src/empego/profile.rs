//! What goes into a request. Where it goes, under which names and to which path is in the profile
//! (`src/profile.rs`). What is assumed with that is in `docs/empego.md` §10.
//!
//! A patient without an identifier gets one of ours, as at least one is required. Each date of a
//! series is a follow-up of its own, created by us: whether Empego would create the later ones is
//! not documented. The date of birth is not sent: no document names a member for it.

use crate::model::ids::EmpegoKey;
use crate::model::patient::Patient;
use crate::profile::{Call, Member, Operation, Profile, Values, Way};
use serde_json::{Map, Value};

/// What Empego has a page for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    Consultation,
    FollowUp,
}

impl Kind {
    /// The call that creates one.
    #[must_use]
    pub fn create_call(self) -> Call {
        match self {
            Self::Consultation => Call::CreateConsultation,
            Self::FollowUp => Call::CreateFollowUp,
        }
    }

    /// The call for the URL to answer one.
    #[must_use]
    pub fn answer_call(self) -> Call {
        match self {
            Self::Consultation => Call::AnswerConsultation,
            Self::FollowUp => Call::AnswerFollowUp,
        }
    }

    /// The call that tells of a cancellation.
    #[must_use]
    pub fn cancel_call(self) -> Call {
        match self {
            Self::Consultation => Call::CancelConsultation,
            Self::FollowUp => Call::CancelFollowUp,
        }
    }

    /// The call for the URL of the details page.
    #[must_use]
    pub fn details_call(self) -> Call {
        match self {
            Self::Consultation => Call::ConsultationDetails,
            Self::FollowUp => Call::FollowUpDetails,
        }
    }
}

/// Key of no consultation, for the connection check: requesting its URL has no effect.
pub const NO_CONSULTATION: &str = "00000000-0000-0000-0000-000000000000";

/// The members of a follow-up beside its patient.
#[derive(Clone, Copy)]
pub struct Plan<'a> {
    /// In milliseconds (UTC).
    pub scheduled_at: i64,
    pub recurring: bool,
    pub reason: &'a str,
}

/// The values of a create call. `plan` is given for a follow-up, which has its reason; `reason` is
/// that of a consultation. Empego returns the opaque `metadata` in its events. A name that is empty
/// is not sent: the person has one name.
#[must_use]
pub fn creation(
    profile: &Profile,
    patient: &Patient,
    metadata: &str,
    reason: Option<&str>,
    plan: Option<Plan<'_>>,
) -> Values {
    let names = &profile.identifiers;
    let identifier = |kind, key: &str| {
        let members = [
            (names.system.clone(), Value::from(names.system_of(kind))),
            (names.value.clone(), Value::from(key)),
        ];
        Value::Object(members.into_iter().collect::<Map<_, _>>())
    };
    let given = patient.identifiers.iter();
    let mut identifiers: Vec<Value> =
        given.map(|given| identifier(Some(given.kind), &given.key)).collect();
    if identifiers.is_empty() {
        identifiers.push(identifier(None, &patient.id.0));
    }
    let mut values = Values::from([
        (Member::Identifiers, Value::from(identifiers)),
        (Member::Metadata, Value::from(metadata)),
    ]);
    for (member, name) in
        [(Member::FirstName, &patient.first_name), (Member::LastName, &patient.last_name)]
    {
        if !name.is_empty() {
            values.insert(member, Value::from(name.as_str()));
        }
    }
    if let Some(plan) = plan {
        values.insert(Member::ScheduledAt, Value::from(utc(plan.scheduled_at)));
        values.insert(Member::Recurring, Value::from(plan.recurring));
    }
    if let Some(reason) = plan.map(|plan| plan.reason).or(reason) {
        values.insert(Member::Reason, Value::from(reason));
    }
    values
}

/// A record at Empego, as a call for one of its URLs names it.
#[derive(Clone, Copy, Default)]
pub struct RecordRef<'a> {
    pub key: Option<&'a EmpegoKey>,
    pub access_key: Option<&'a str>,
    /// What it was created of, for a profile that repeats the create call.
    pub created_of: Option<CreatedOf<'a>>,
}

/// What a record was created of.
#[derive(Clone, Copy)]
pub struct CreatedOf<'a> {
    pub patient: &'a Patient,
    pub metadata: &'a str,
    /// The reason of a plain consultation, as Empego gets it.
    pub reason: Option<&'a str>,
    pub plan: Option<Plan<'a>>,
}

impl<'a> From<&'a EmpegoKey> for RecordRef<'a> {
    fn from(key: &'a EmpegoKey) -> Self {
        Self { key: Some(key), ..Self::default() }
    }
}

/// The values of a call for a URL. `None` where the call names the record by a key that is not
/// known, or the interface has no such call.
#[must_use]
pub fn of_record(profile: &Profile, call: Call, record: RecordRef<'_>) -> Option<Values> {
    match profile.way(call) {
        Way::Missing => None,
        Way::Repeats(_) => {
            let CreatedOf { patient, metadata, reason, plan } = record.created_of?;
            Some(creation(profile, patient, metadata, reason, plan))
        }
        Way::Own(operation) => keys(profile, operation, record),
    }
}

/// The values of a call that tells of a change: of a cancellation for this reason, or of a
/// follow-up that is due at this moment (milliseconds, UTC). As [`of_record`] for `None`.
#[must_use]
pub fn told(
    profile: &Profile,
    call: Call,
    record: RecordRef<'_>,
    reason: Option<&str>,
    due: Option<i64>,
) -> Option<Values> {
    let mut values = keys(profile, profile.operation(call)?, record)?;
    if let Some(reason) = reason {
        values.insert(Member::Reason, Value::from(reason));
    }
    if let Some(due) = due {
        values.insert(Member::ScheduledAt, Value::from(utc(due)));
    }
    Some(values)
}

fn keys(profile: &Profile, operation: &Operation, record: RecordRef<'_>) -> Option<Values> {
    let key = record.key.map(|key| key.0.as_str());
    let mut values = Values::new();
    for (member, key) in [(Member::Key, key), (Member::AccessKey, record.access_key)] {
        if operation.sends(member) {
            values.insert(member, value_of_key(profile, key?));
        }
    }
    Some(values)
}

/// A key as a member of a body: a text, or a number where the profile says so.
fn value_of_key(profile: &Profile, key: &str) -> Value {
    match key.parse::<u64>() {
        Ok(number) if profile.keys_as_numbers && number.to_string() == key => Value::from(number),
        _ => Value::from(key),
    }
}

/// `yyyy-MM-dd HH:mm:ss.SSS`, UTC, as in Empego's events (`docs/empego.md` §6.2).
fn utc(at: i64) -> String {
    jiff::Timestamp::from_millisecond(at)
        .unwrap_or_default()
        .strftime("%Y-%m-%d %H:%M:%S%.3f")
        .to_string()
}
