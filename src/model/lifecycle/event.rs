//! What happens to a consultation, as its history keeps it.

use crate::model::status::{EmpegoStatus, StatusId};
use serde::{Deserialize, Serialize};

/// Something that happened to a consultation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Event {
    /// Staff pressed "Create consultation"; the call to Empego is about to be made.
    CreateRequested,
    /// Empego said no, or could not be reached at all: nothing was created there.
    CreateFailed {
        /// Why, as a word for the timeline: `refused_key`, `rejected`, `not_found`, `busy`,
        /// `unavailable`.
        reason: String,
    },
    /// Empego did not answer the create call: it may or may not have created the consultation.
    CreateUnknown,
    /// Empego created the consultation.
    Created,
    /// A link for the patient was issued.
    LinkIssued {
        /// Counts the links of one consultation from 1.
        generation: u32,
        /// When it stops working, in milliseconds since 1970 (UTC); `None` = never.
        expires_at: Option<i64>,
    },
    /// Staff took back the link of this generation and all before it.
    LinkRevoked {
        /// The newest generation that stops working.
        generation: u32,
    },
    /// Staff moved the end of the link of this generation, or took it away.
    ExpirySet {
        /// Which link.
        generation: u32,
        /// When it stops working now, in milliseconds since 1970 (UTC); `None` = never.
        expires_at: Option<i64>,
    },
    /// From now on the patient must enter the date of birth before starting, or need not.
    GateSet {
        /// Whether it is asked for.
        on: bool,
    },
    /// Somebody entered a date of birth that is not the one on record. Which one is kept nowhere.
    WrongBirthDate {
        /// How often staff had unlocked it before.
        generation: u32,
        /// Counts the wrong ones since then from 1.
        number: u32,
        /// Counts all dates that were entered, right and wrong, from 1.
        tried: u32,
    },
    /// Somebody entered the date of birth on record.
    BirthDateFit {
        /// Counts all dates that were entered, right and wrong, from 1.
        tried: u32,
    },
    /// Staff unlocked it after too many wrong dates of birth.
    GateUnlocked {
        /// Counts how often from 1.
        generation: u32,
    },
    /// The patient's page came to life in a browser.
    Opened,
    /// The patient pressed Start and a presigned URL was minted.
    Started,
    /// The browser reported that the patient has answered. A hint: it can be lost or made up.
    Reported {
        /// The status in the message.
        status: StatusId,
    },
    /// The browser heard something else from Empego's page. Kept for the timeline, changes nothing.
    Heard {
        /// The message's operation, as it came.
        operation: String,
        /// The message's status, as it came; empty when it had none.
        status: String,
    },
    /// Empego itself, asked or through its event queue, said where the consultation stands.
    Status {
        /// What it said.
        status: EmpegoStatus,
    },
    /// Staff called the consultation off on this desk.
    Cancelled,
}
