//! Calls that tell of what staff changed. A profile can leave them out: no document names one.

use super::call::Failure;
use super::client::Empego;
use super::error::EmpegoError;
use super::profile::{self, Kind, RecordRef};
use super::retry;
use crate::profile::Call;

impl Empego {
    /// Tells that staff cancelled a record. Telling it again changes nothing.
    ///
    /// # Errors
    /// As [`Self::answer_url`]; [`EmpegoError::OutcomeUnknown`] where no answer came;
    /// [`EmpegoError::Unsupported`] where the profile has no such call.
    pub async fn tell_cancelled(
        &self,
        kind: Kind,
        record: RecordRef<'_>,
        reason: &str,
    ) -> Result<(), EmpegoError> {
        self.tell(kind.cancel_call(), record, Some(reason), None).await
    }

    /// Tells that staff moved a follow-up, which is due at this moment (milliseconds, UTC).
    ///
    /// # Errors
    /// As [`Self::tell_cancelled`].
    pub async fn tell_moved(&self, record: RecordRef<'_>, due: i64) -> Result<(), EmpegoError> {
        self.tell(Call::MoveFollowUp, record, None, Some(due)).await
    }

    async fn tell(
        &self,
        call: Call,
        record: RecordRef<'_>,
        reason: Option<&str>,
        due: Option<i64>,
    ) -> Result<(), EmpegoError> {
        if !self.has(call) {
            return Err(EmpegoError::Unsupported);
        }
        let values = profile::told(self.profile(), call, record, reason, due);
        let values = values.ok_or(EmpegoError::NoKey)?;
        let options = self.read_options(retry::MAX_ATTEMPTS);
        let answer = self.send(&options, self.headers(), call, &values).await?;
        answer.map(|_| ()).map_err(|failure| {
            let is_silent = matches!(failure, Failure::NoAnswer { .. });
            let error = self.failed(call, failure, false);
            if is_silent { EmpegoError::OutcomeUnknown } else { error }
        })
    }
}
