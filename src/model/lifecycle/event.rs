//! The events of a consultation, as its history stores them.

use crate::model::cancel::CancelReason;
use crate::model::status::{EmpegoStatus, StatusId};
use serde::{Deserialize, Serialize};
use strum::IntoStaticStr;

/// An event. Stored as JSON: a renamed variant needs `#[serde(rename)]`. Times are in milliseconds
/// (UTC).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Event {
    /// Staff asked for the consultation. Stored before the call to Empego is made.
    CreateRequested,
    /// Empego refused, or could not be reached: it created nothing.
    CreateFailed {
        /// `refused_key`, `rejected`, `not_found`, `busy` or `unavailable`.
        reason: String,
    },
    /// Empego did not respond to the create call: it may have created the consultation.
    CreateUnknown,
    /// Empego accepted the create call, and its answer could not be read: the key is not known.
    CreateUnread,
    Created,
    LinkIssued {
        /// Counted from 1 for each consultation.
        generation: u32,
        /// `None` for never.
        expires_at: Option<i64>,
    },
    /// Staff revoked the link of this generation and all earlier ones.
    LinkRevoked {
        generation: u32,
        /// Counts the revocations of this link from 1.
        #[serde(default = "first")]
        change: u32,
    },
    /// Staff took a revocation back: the link of this generation works again.
    LinkRestored {
        generation: u32,
        /// The number of the revocation.
        change: u32,
    },
    /// Staff changed or removed the expiry of the link of this generation.
    ExpirySet {
        generation: u32,
        /// `None` for never.
        expires_at: Option<i64>,
        /// Counts the changes of this link from 1. 0 in entries of versions that did not count:
        /// those are in the order of their times.
        #[serde(default)]
        change: u32,
    },
    /// Staff switched the date-of-birth gate on or off.
    GateSet {
        on: bool,
        /// Counts the switches from 1; 0 as above.
        #[serde(default)]
        change: u32,
    },
    /// The patient entered a date of birth that is not the one on record. The date is not stored.
    WrongBirthDate {
        /// How often staff had unlocked the gate before.
        generation: u32,
        /// Counts the wrong dates since then, from 1.
        number: u32,
        /// Counts all dates, right and wrong, from 1.
        tried: u32,
    },
    /// The patient entered the date of birth on record.
    #[serde(rename = "birth_date_fit")]
    BirthDateMatched {
        /// Counts all dates, right and wrong, from 1.
        tried: u32,
    },
    /// Staff unlocked the gate after too many wrong dates of birth.
    GateUnlocked {
        /// Counted from 1.
        generation: u32,
    },
    /// The patient's page ran its script in a browser.
    Opened,
    /// The patient pressed Start, and Empego issued a presigned URL.
    Started,
    /// The browser reported that the patient has answered. A hint: it can be lost or forged.
    Reported {
        status: StatusId,
    },
    /// The browser reported another message of Empego's page. Changes no state.
    #[serde(rename = "heard")]
    OtherMessage {
        operation: String,
        /// Empty when the message had none.
        status: String,
    },
    /// The status that Empego sent, in a response or through its event queue.
    Status {
        status: EmpegoStatus,
    },
    /// Empego gave the time of the answer. It happened then.
    Answered,
    /// Staff moved a follow-up to another day on this desk.
    Moved {
        /// `YYYY-MM-DD`.
        from: String,
        to: String,
        /// Counts the moves from 1.
        change: u32,
    },
    /// Staff cancelled the consultation on this desk.
    Cancelled {
        /// `None` in entries of versions that asked for no reason.
        #[serde(default)]
        reason: Option<CancelReason>,
        /// What the staff member added; may be empty.
        #[serde(default)]
        note: String,
        /// Counts the cancellations from 1.
        #[serde(default = "first")]
        change: u32,
    },
    /// Empego was told of a cancellation or a move.
    Told {
        what: Told,
        /// The number of the cancellation or the move.
        change: u32,
        /// What Empego did of it. Entries of earlier versions say whether it took it.
        #[serde(alias = "taken")]
        outcome: Outcome,
    },
    /// Staff took a cancellation back.
    CancelUndone {
        /// The number of the cancellation.
        change: u32,
    },
}

/// What Empego can be told of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, IntoStaticStr)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Told {
    Cancelled,
    Moved,
}

/// What Empego did of what it was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", from = "StoredOutcome")]
pub enum Outcome {
    Taken,
    /// It did not take it, or was not reached.
    Refused,
    /// No answer came: it may have taken it.
    Unknown,
}

/// An outcome as histories have it.
#[derive(Deserialize)]
#[serde(untagged)]
enum StoredOutcome {
    Bool(bool),
    Named(NamedOutcome),
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum NamedOutcome {
    Taken,
    Refused,
    Unknown,
}

impl From<StoredOutcome> for Outcome {
    fn from(stored: StoredOutcome) -> Self {
        match stored {
            StoredOutcome::Bool(true) | StoredOutcome::Named(NamedOutcome::Taken) => Self::Taken,
            StoredOutcome::Bool(false) | StoredOutcome::Named(NamedOutcome::Refused) => {
                Self::Refused
            }
            StoredOutcome::Named(NamedOutcome::Unknown) => Self::Unknown,
        }
    }
}

/// The number of a change in entries of versions that could not repeat it.
fn first() -> u32 {
    1
}
