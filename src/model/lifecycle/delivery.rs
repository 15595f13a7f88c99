//! The delivery axis, and discrepancies between the two sources.

use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantArray};

/// A discrepancy between the browser and Empego that lasts too long. It ends when the silent one
/// catches up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Discrepancy {
    /// The browser reported an answer, and Empego has not confirmed it.
    Unconfirmed,
    /// Empego has an answer to be analysed, and no browser reported one.
    Unreported,
}

/// The delivery of a consultation to its patient at a given time.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, IntoStaticStr, VariantArray,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Delivery {
    /// The create call is in progress.
    Creating,
    /// Empego created nothing.
    CreateFailed,
    /// Empego did not respond to the create call.
    OutcomeUnknown,
    /// Empego created it, and its answer could not be read: its key there is not known.
    KeyUnread,
    /// The link works and is not opened yet.
    LinkReady,
    Opened,
    Started,
    /// The browser reported an answer; Empego has not confirmed it.
    AnsweredReported,
    /// Empego confirmed the answer.
    AnsweredConfirmed,
    Expired,
    /// Empego says that it is over, and nothing that it was answered.
    ExpiredAtEmpego,
    /// No link works: it was revoked, or none was issued yet.
    Revoked,
    /// Cancelled, here or at Empego.
    Cancelled,
}

impl Delivery {
    /// The slug in the database and of the badge. A new one needs a migration and changes in the
    /// SQL of the lists.
    #[must_use]
    pub fn slug(self) -> &'static str {
        self.into()
    }

    /// Whether Empego may have it, and its key there is not known.
    #[must_use]
    pub fn lacks_key(self) -> bool {
        matches!(self, Self::OutcomeUnknown | Self::KeyUnread)
    }

    /// Whether the patient's link leads to the questionnaire.
    #[must_use]
    pub fn is_open(self) -> bool {
        matches!(self, Self::LinkReady | Self::Opened | Self::Started)
    }

    /// Whether the patient has answered, by either source.
    #[must_use]
    pub fn is_answered(self) -> bool {
        matches!(self, Self::AnsweredReported | Self::AnsweredConfirmed)
    }
}
