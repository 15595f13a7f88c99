//! Maps errors to [`AppError`], the only error that a browser receives. An internal cause is logged
//! once, with a reference. It contains no patient data, tokens or keys, because the errors of
//! `store` and `empego` do not.

use super::state::AppState;
use crate::desk::DeskError;
use crate::desk::correlation::CorrelationId;
use crate::empego::EmpegoError;
use crate::error::{AppError, FieldProblem, UpstreamProblem};
use crate::model::message::Ignored;
use crate::store::StoreError;
use axum::http::header::{HeaderMap, HeaderValue, RETRY_AFTER};

impl AppState {
    /// Maps an error of a use case. An internal one is logged.
    #[must_use]
    pub fn explain(&self, error: DeskError) -> AppError {
        match error {
            DeskError::NotFound => AppError::NotFound,
            DeskError::Gone => AppError::Gone,
            DeskError::TooMany { seconds } => AppError::TooMany { seconds },
            DeskError::Crowded { seconds } => AppError::Crowded { seconds },
            DeskError::Locked => AppError::Locked,
            DeskError::NoTenantKey => AppError::Upstream(UpstreamProblem::NoTenantKey),
            DeskError::Forbidden => AppError::Forbidden,
            DeskError::Invalid(fields) => AppError::Invalid(fields),
            DeskError::OutcomeUnknown(id) => AppError::OutcomeUnknown { consultation: id.0 },
            DeskError::Empego(error) => upstream(&error),
            DeskError::NoSite => AppError::field("email", FieldProblem::NoSite),
            DeskError::SealingFailed => internal("a text could not be sealed"),
            DeskError::Hashing(error) => self.internal(&error),
            DeskError::Store(error @ (StoreError::DiskFull(_) | StoreError::NoSpace(_))) => {
                tracing::error!(%error, "nothing was saved");
                AppError::DiskFull
            }
            DeskError::Store(error @ (StoreError::Busy(_) | StoreError::Tls(_))) => {
                tracing::error!(%error, source = source(&error), "the database does not answer");
                AppError::Away
            }
            DeskError::Store(error) => self.internal(&error),
        }
    }

    /// Maps an error of the store, and logs it.
    #[must_use]
    pub fn explain_store(&self, error: StoreError) -> AppError {
        self.explain(error.into())
    }

    /// Logs a cause and returns an error with its reference: the id of the request.
    #[must_use]
    pub fn internal(&self, cause: &(dyn std::error::Error + 'static)) -> AppError {
        let id = CorrelationId::current().unwrap_or_else(|| CorrelationId::new(&self.desk.ambient));
        let reference = id.as_str().to_owned();
        tracing::error!(%reference, error = %cause, source = source(cause), "a request failed");
        AppError::Internal { reference }
    }
}

/// What caused an error, for the log.
fn source(error: &(dyn std::error::Error + 'static)) -> Option<String> {
    error.source().map(ToString::to_string)
}

/// Logs what went wrong, where no error says more, and returns an error with the id of the request
/// as its reference.
#[must_use]
pub fn internal(what: &'static str) -> AppError {
    tracing::error!(error = what, "a request failed");
    internal_logged(what)
}

/// The same, where it is in the log already.
#[must_use]
pub fn internal_logged(what: &'static str) -> AppError {
    let id = CorrelationId::current();
    let reference = id.map_or_else(|| what.to_owned(), |id| id.as_str().to_owned());
    AppError::Internal { reference }
}

/// Counts an ignored browser message, and returns the error for its sender.
#[must_use]
pub fn ignored(why: Ignored) -> AppError {
    metrics::counter!("desk_messages_ignored_total", "by" => "server", "why" => format!("{why:?}"))
        .increment(1);
    AppError::Invalid(Vec::new())
}

impl AppError {
    /// Sets `Retry-After` (RFC 9110, section 10.2.3) where the delay is known.
    pub fn set_retry_after(&self, headers: &mut HeaderMap) {
        let seconds = match self {
            Self::Busy | Self::Away => 2,
            Self::DiskFull => 10,
            Self::TooMany { seconds } | Self::Crowded { seconds } => *seconds,
            _ => return,
        };
        headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
}

fn upstream(error: &EmpegoError) -> AppError {
    match error {
        EmpegoError::RefusedKey => AppError::Upstream(UpstreamProblem::RefusedKey),
        EmpegoError::Rejected { .. } | EmpegoError::NotFound => {
            AppError::Upstream(UpstreamProblem::Rejected)
        }
        EmpegoError::Busy { .. } => AppError::Busy,
        EmpegoError::Unavailable | EmpegoError::OutcomeUnknown => {
            AppError::Upstream(UpstreamProblem::Unavailable)
        }
        EmpegoError::Shape { .. }
        | EmpegoError::KeyUnread { .. }
        | EmpegoError::NoKey
        | EmpegoError::ForeignUrl => AppError::Upstream(UpstreamProblem::NotUnderstood),
        EmpegoError::Unsupported => AppError::Upstream(UpstreamProblem::Unsupported),
    }
}
