//! What the connection check asks of Empego: calls that change nothing.

use super::call::Failure;
use super::client::Empego;
use super::error::EmpegoError;
use super::http::CONNECT_TIMEOUT;
use super::origin::Origin;
use super::profile::{self, RecordRef};
use crate::model::ids::EmpegoKey;
use crate::profile::{Call, Way};
use reqwest::header::DATE;
use strum::IntoEnumIterator;

impl Empego {
    /// The calls that [`Self::check_call`] can try: those for a URL that the profile has as calls
    /// of their own. A call that repeats a creation could create something.
    #[must_use]
    pub fn harmless(&self) -> Vec<Call> {
        let is_own = |call: &Call| matches!(self.profile().way(*call), Way::Own(_));
        Call::iter().filter(|call| !call.creates() && !call.tells()).filter(is_own).collect()
    }

    /// Checks that Empego answers and accepts the key, by the first of [`Self::harmless`].
    ///
    /// # Errors
    /// As [`Self::check_call`].
    pub async fn check(&self) -> Result<(), EmpegoError> {
        let call = self.harmless().into_iter().next().ok_or(EmpegoError::Unsupported)?;
        self.check_call(call).await
    }

    /// Checks that Empego answers a call and accepts the key, without an effect: requests the URL
    /// of a record that cannot exist, once, and as no user. A refusal that says so is the good
    /// answer; a wrong base URL or path can look the same.
    ///
    /// # Errors
    /// As [`Self::answer_url`].
    pub async fn check_call(&self, call: Call) -> Result<(), EmpegoError> {
        let numbers = self.profile().keys_as_numbers;
        let key = EmpegoKey::from(if numbers { "0" } else { profile::NO_CONSULTATION });
        let record = RecordRef { access_key: Some(&key.0), ..RecordRef::from(&key) };
        let values = profile::of_record(self.profile(), call, record).ok_or(EmpegoError::NoKey)?;
        match self.send(&self.read_options(1), self.headers(), call, &values).await? {
            Ok(_) | Err(Failure::Refused { status: 400 | 404 | 422, .. }) => Ok(()),
            Err(failure) => Err(self.failed(call, failure, false)),
        }
    }

    /// Whether anything answers at an origin, such as one that files are fetched from: with any
    /// status. The key is not sent.
    pub async fn reaches(&self, origin: &Origin) -> bool {
        let request = self.transport().http.head(origin.as_str()).timeout(CONNECT_TIMEOUT);
        request.send().await.is_ok()
    }

    /// How far Empego's clock is ahead of ours, in milliseconds, with a resolution of one second
    /// (`Date` header, RFC 9110 §6.6.1). `None` when there is no answer or no date. The key is not
    /// sent.
    pub async fn clock_ahead(&self) -> Option<i64> {
        let transport = self.transport();
        let sent = transport.ambient.now();
        let response = transport
            .http
            .get(self.settings().base_url.clone())
            .timeout(CONNECT_TIMEOUT)
            .send()
            .await
            .ok()?;
        let date = response.headers().get(DATE)?.to_str().ok()?;
        let theirs =
            jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(date).ok()?.as_millisecond();
        // The date is taken halfway through the exchange and cut to the second: half a second on
        // average.
        let ours = sent + (transport.ambient.now() - sent) / 2;
        Some(theirs + 500 - ours)
    }
}
