//! What a failed call comes to, and what is logged.

use super::call::Failure;
use super::error::EmpegoError;

/// Maps a failure to the public error and logs it; failures that need an operator are warnings.
pub(super) fn log(path: &str, failure: Failure, creates: bool) -> EmpegoError {
    let status = failure.status_class();
    let (mut at, mut said, mut members) = (String::new(), String::new(), String::new());
    let error = match failure {
        Failure::InvalidKey | Failure::Refused { status: 401 | 403, .. } => EmpegoError::RefusedKey,
        Failure::NotConnected => EmpegoError::Unavailable,
        Failure::Busy { retry_after, .. } => EmpegoError::Busy { retry_after },
        Failure::NoAnswer { .. } if creates => EmpegoError::OutcomeUnknown,
        Failure::NoAnswer { .. } => EmpegoError::Unavailable,
        Failure::Refused { status: 404, .. } => EmpegoError::NotFound,
        Failure::Refused { status, words } => {
            said.clone_from(&words);
            EmpegoError::Rejected { status, words }
        }
        Failure::Unreadable { path, found } => {
            at.clone_from(&path);
            members = found;
            if creates { EmpegoError::KeyUnread { path } } else { EmpegoError::Shape { path } }
        }
    };
    match error {
        EmpegoError::NotFound | EmpegoError::Busy { .. } => {
            tracing::debug!(path, status, error = error.kind(), "a call to Empego failed");
        }
        _ => {
            tracing::warn!(
                path,
                status,
                error = error.kind(),
                at,
                said,
                members,
                "a call to Empego failed"
            );
        }
    }
    error
}
