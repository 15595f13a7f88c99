//! What can go wrong between the desk and Empego.

use std::time::Duration;

/// Why Empego did not do, or may not have done, as it was asked. Empego documents no status codes
/// and no error body (`empego-api.md` §8), so the HTTP status alone decides. No text here holds
/// patient data, a key or a presigned URL.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EmpegoError {
    /// 401 or 403: a fault of the configuration, not of the press. Trying again does not help.
    #[error("Empego refused our key")]
    RefusedKey,
    /// Any other answer that says no: nothing was done, and the same request would be refused
    /// again.
    #[error("Empego rejected the request with status {status}")]
    Rejected {
        /// The HTTP status.
        status: u16,
        /// What is left of Empego's own words after redaction (`redact.rs`). For logs only; may be
        /// empty.
        message: String,
    },
    /// 404: Empego does not know the consultation, or the base URL is wrong.
    #[error("Empego does not know it")]
    NotFound,
    /// 429, 503, or too many of our own calls at once: nothing was done, and later it may be.
    #[error("Empego is busy")]
    Busy {
        /// How long Empego asks us to wait, where it does.
        retry_after: Option<Duration>,
    },
    /// Empego could not be reached, or failed at something that has no effect: nothing was done.
    #[error("Empego cannot be reached")]
    Unavailable,
    /// The request was sent and no readable answer came: it may have been carried out, and must not
    /// be repeated without somebody looking, since Empego documents no idempotency key
    /// (`empego-api.md` §10.1, 13).
    #[error("Empego did not say whether it was done")]
    OutcomeUnknown,
    /// A success whose body is not what the profile expects.
    #[error("Empego's answer cannot be read at {path}")]
    Shape {
        /// Where in the JSON, by member names only.
        path: String,
    },
    /// The presigned URL leads to a place that is not in `EMPEGO_APP_ORIGINS`.
    #[error("Empego's presigned URL does not lead to a configured origin")]
    ForeignUrl,
}

impl EmpegoError {
    /// Whether it is certain that the failed call left nothing behind at Empego. Staff are told so,
    /// and may press again.
    #[must_use]
    pub fn nothing_was_created(&self) -> bool {
        !matches!(self, Self::OutcomeUnknown)
    }

    /// One word for the log.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::RefusedKey => "refused_key",
            Self::Rejected { .. } => "rejected",
            Self::NotFound => "not_found",
            Self::Busy { .. } => "busy",
            Self::Unavailable => "unavailable",
            Self::OutcomeUnknown => "outcome_unknown",
            Self::Shape { .. } => "shape",
            Self::ForeignUrl => "foreign_url",
        }
    }
}
