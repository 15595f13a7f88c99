//! The id of the request that is being answered: in every line of the log that is about it, in the
//! header `x-request-id` of the answer, and the reference of an error page.

use crate::ambient::Ambient;
use std::future::Future;
use std::sync::Arc;
use tracing::{Instrument, Span};

/// The length of an id, in random bytes; written as hexadecimal digits. Short enough to be read out
/// on the phone, and long enough to be the only one in the log of some months.
const BYTES: usize = 6;

tokio::task_local! {
    static CURRENT: CorrelationId;
}

/// The id of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CorrelationId(Arc<str>);

impl CorrelationId {
    /// A new id.
    #[must_use]
    pub fn new(ambient: &Ambient) -> Self {
        Self(hex::encode(ambient.bytes::<BYTES>()).into())
    }

    /// The id of the request that the current task answers. `None` outside of one.
    #[must_use]
    pub fn current() -> Option<Self> {
        CURRENT.try_with(Clone::clone).ok()
    }

    /// Runs a part of the answer to this request.
    pub async fn scope<T>(self, answer: impl Future<Output = T>) -> T {
        CURRENT.scope(self, answer).await
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The work as a part of the current request, for a task of its own: its lines in the log have the
/// same fields.
pub(super) fn in_request<T>(work: impl Future<Output = T>) -> impl Future<Output = T> {
    let id = CorrelationId::current();
    let work = work.instrument(Span::current());
    async move {
        match id {
            Some(id) => id.scope(work).await,
            None => work.await,
        }
    }
}
