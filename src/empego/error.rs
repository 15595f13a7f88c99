//! Errors of calls to Empego.

use std::time::Duration;

/// Why a call failed. Empego documents no status codes and no error body (`docs/empego.md` §8), so
/// the HTTP status alone decides. No text here holds patient data, a key or a presigned URL.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EmpegoError {
    /// 401 or 403, or a key that cannot be sent: a configuration error. Retrying does not help.
    #[error("Empego refused our key")]
    RefusedKey,
    /// Another 4xx: nothing was done, and the same request would be rejected again.
    #[error("Empego rejected the request with status {status}")]
    Rejected {
        status: u16,
        /// The known words of Empego's answer (`redact.rs`). For logs only; may be empty.
        words: String,
    },
    /// 404: the consultation is unknown, or the base URL is wrong.
    #[error("Empego does not know it")]
    NotFound,
    /// 429, 503, or too many concurrent calls of our own: nothing was done; try later.
    #[error("Empego is busy")]
    Busy {
        /// The delay that Empego asks for, if any.
        retry_after: Option<Duration>,
    },
    /// Empego could not be reached, or failed in a call without effect: nothing was done.
    #[error("Empego cannot be reached")]
    Unavailable,
    /// The request was sent and no readable answer came: it may have been carried out. It must not
    /// be repeated without a check by staff, since Empego documents no idempotency key
    /// (`docs/empego.md` §10.1, 13).
    #[error("Empego did not say whether it was done")]
    OutcomeUnknown,
    /// A create call was accepted (2xx), and its answer has no key where the profile looks for it.
    /// Never repeated without a check by staff, as above.
    #[error("Empego created it, and its key cannot be read at {path}")]
    KeyUnread {
        /// As in [`Self::Shape`].
        path: String,
    },
    /// The record's key, by which the call would name it, is not known yet.
    #[error("the record's key at Empego is not known yet")]
    NoKey,
    /// The profile says that the interface has no such call.
    #[error("the interface has no such call")]
    Unsupported,
    /// A 2xx with a body that the profile does not expect.
    #[error("Empego's answer cannot be read at {path}")]
    Shape {
        /// Path in the JSON, known member names only (`redact.rs`).
        path: String,
    },
    /// The presigned URL does not lead to an origin of `EMPEGO_APP_ORIGINS`.
    #[error("Empego's presigned URL does not lead to a configured origin")]
    ForeignUrl,
}

impl EmpegoError {
    /// Whether it is certain that the failed call created nothing, so that it may be repeated.
    #[must_use]
    pub fn nothing_was_created(&self) -> bool {
        !matches!(self, Self::OutcomeUnknown | Self::KeyUnread { .. })
    }

    /// Value of the log field `error`.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::RefusedKey => "refused_key",
            Self::Rejected { .. } => "rejected",
            Self::NotFound => "not_found",
            Self::Busy { .. } => "busy",
            Self::Unavailable => "unavailable",
            Self::OutcomeUnknown => "outcome_unknown",
            Self::KeyUnread { .. } => "key_unread",
            Self::NoKey => "no_key",
            Self::Unsupported => "unsupported",
            Self::Shape { .. } => "shape",
            Self::ForeignUrl => "foreign_url",
        }
    }
}
