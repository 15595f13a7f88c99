//! Where our delivery stands, and where the two sources disagree.

use serde::{Deserialize, Serialize};

/// Where the browser's word and Empego's disagree for too long. Goes by itself when the other one
/// comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Doubt {
    /// The browser reported an answer, and Empego has not confirmed it.
    Unconfirmed,
    /// Empego says that there is an answer to be analysed, and no browser ever reported it.
    Unreported,
}

/// Where the delivery stands at a given moment, on our axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Delivery {
    /// The create call is on its way.
    Creating,
    /// Nothing was created at Empego.
    CreateFailed,
    /// Empego did not answer the create call.
    OutcomeUnknown,
    /// The link works and nobody opened it.
    LinkReady,
    /// The patient's page was opened.
    Opened,
    /// The questionnaire was started.
    Started,
    /// The browser says the patient answered; Empego has not said so yet.
    AnsweredReported,
    /// Empego says the patient answered.
    AnsweredConfirmed,
    /// The link's time is over.
    Expired,
    /// No link works: staff took it back, or none was issued yet.
    Revoked,
    /// Called off, here or at Empego.
    Cancelled,
}

impl Delivery {
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
