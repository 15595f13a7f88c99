//! The REST calls. Each logs a failure once: its class and the path template, no URL and no body.

use super::acting::ActingUser;
use super::call::{CallOptions, Failure, Transport};
use super::error::EmpegoError;
use super::event::{self, EventSubject};
use super::http::{self, CONNECT_TIMEOUT};
use super::origin::{Origin, PresignedUrl};
use super::profile::{self, Kind};
use super::retry::{self, Sleeper, TokioSleeper};
use super::settings::Settings;
use super::turns::Turns;
use super::wire;
use crate::ambient::Ambient;
use crate::model::health_number::IdentifierType;
use crate::model::ids::EmpegoKey;
use crate::model::patient::Patient;
use crate::profile::{Call, Profile, Request, Values};
use reqwest::header::{DATE, HeaderMap};
use secrecy::SecretString;
use serde_json::Value;
use std::fmt;
use std::sync::Arc;
use url::Url;

pub use super::wire::Created;

/// Client for one site and its Empego tenant. Cheap to clone; the clients of all sites share the
/// limit on concurrent calls.
#[derive(Clone)]
pub struct Empego(Arc<Inner>);

struct Inner {
    /// The id of the site. Empty for none.
    holder: String,
    settings: Settings,
    /// `None` when a key cannot be written into a header.
    headers: Option<HeaderMap>,
    transport: Arc<Transport>,
}

impl fmt::Debug for Empego {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Empego").field(&self.0.settings).finish()
    }
}

impl Empego {
    /// `http` comes from [`http_client`](http::http_client). A key that cannot be written into a
    /// header (a line break in it, say) makes every call fail with [`EmpegoError::RefusedKey`].
    #[must_use]
    pub fn new(http: reqwest::Client, settings: Settings, ambient: Ambient) -> Self {
        Self::with_sleeper(http, settings, ambient, Arc::new(TokioSleeper))
    }

    /// As [`Self::new`], with the delays between attempts made by `sleeper`.
    #[must_use]
    pub fn with_sleeper(
        http: reqwest::Client,
        settings: Settings,
        ambient: Ambient,
        sleeper: Arc<dyn Sleeper>,
    ) -> Self {
        let turns = Turns::new(settings.concurrency);
        let transport = Arc::new(Transport { http, turns, ambient, sleeper });
        let headers = http::headers(&settings);
        Self(Arc::new(Inner { holder: String::new(), headers, settings, transport }))
    }

    /// The client for a site, and for its tenant where it has one of its own under the same key
    /// (`X-Tenant-Key`, `docs/empego.md` §2). The limit on concurrent calls is for the key: sites
    /// share it, and each gets its part when calls wait.
    #[must_use]
    pub fn of_site(&self, holder: &str, tenant: Option<SecretString>) -> Self {
        let mut settings = self.0.settings.clone();
        if tenant.is_some() {
            settings.tenant = tenant;
        }
        Self(Arc::new(Inner {
            holder: holder.to_owned(),
            headers: http::headers(&settings),
            settings,
            transport: Arc::clone(&self.0.transport),
        }))
    }

    /// Creates a consultation, and creates or updates its patient. `reason` is as Empego gets it;
    /// `None` sends none. Empego returns the opaque `metadata` in its events. Retried only when it is certain that nothing was created.
    ///
    /// # Errors
    /// [`EmpegoError::nothing_was_created`] says whether the call may be repeated. Never
    /// [`EmpegoError::Shape`] or [`EmpegoError::ForeignUrl`]: a 2xx that cannot be read is an
    /// unknown outcome.
    pub async fn create_consultation(
        &self,
        patient: &Patient,
        metadata: &str,
        reason: Option<&str>,
    ) -> Result<Created, EmpegoError> {
        let values = profile::creation(self.profile(), patient, metadata, reason, None);
        self.create(Kind::Consultation, &values).await
    }

    /// Creates a planned follow-up; otherwise as [`Self::create_consultation`].
    ///
    /// # Errors
    /// As [`Self::create_consultation`].
    pub async fn create_follow_up(
        &self,
        patient: &Patient,
        metadata: &str,
        plan: profile::Plan<'_>,
    ) -> Result<Created, EmpegoError> {
        let values = profile::creation(self.profile(), patient, metadata, None, Some(plan));
        self.create(Kind::FollowUp, &values).await
    }

    async fn create(&self, kind: Kind, values: &Values) -> Result<Created, EmpegoError> {
        let call = kind.create_call();
        let options = CallOptions {
            holder: self.0.holder.clone(),
            timeout: self.0.settings.timeout,
            max_attempts: retry::MAX_ATTEMPTS,
            creates: true,
        };
        self.send(&options, self.0.headers.as_ref(), call, values)
            .await
            .and_then(|body| wire::created(self.profile(), call, &body).map_err(Failure::from))
            .map_err(|failure| log_failure(self.path(call), failure, true))
    }

    /// Requests a presigned URL that opens the questionnaire once, for a short time. Every call
    /// makes a new one.
    ///
    /// # Errors
    /// All of [`EmpegoError`] but [`EmpegoError::OutcomeUnknown`]: an unused URL does no harm.
    pub async fn answer_url(
        &self,
        kind: Kind,
        key: &EmpegoKey,
    ) -> Result<PresignedUrl, EmpegoError> {
        self.presigned(kind.answer_call(), self.0.headers.as_ref(), key).await
    }

    /// Requests a presigned URL that opens the details page for this staff member.
    ///
    /// # Errors
    /// As [`Self::answer_url`].
    pub async fn details_url(
        &self,
        kind: Kind,
        key: &EmpegoKey,
        user: &ActingUser,
    ) -> Result<PresignedUrl, EmpegoError> {
        // Without the header Empego would open the page as the owner of the key, so a user that
        // cannot be written into it is an error.
        let headers = self.0.headers.clone().zip(user.header()).map(|(mut headers, value)| {
            headers.insert(&self.profile().headers.user, value);
            headers
        });
        self.presigned(kind.details_call(), headers.as_ref(), key).await
    }

    pub(super) fn file_origins(&self) -> &[Origin] {
        &self.0.settings.file_origins
    }

    /// Reads an event of the queue. `None` for another type, or a payload without a key.
    #[must_use]
    pub fn read_event(&self, event_type: &str, payload: &Value) -> Option<EventSubject> {
        event::read(self.profile(), event_type, payload)
    }

    /// The tenant of this client, where one is configured.
    #[must_use]
    pub fn tenant(&self) -> Option<&SecretString> {
        self.0.settings.tenant.as_ref()
    }

    /// The type of the identifiers of a system, as [`crate::profile::Identifiers::type_of`].
    #[must_use]
    pub fn type_of(&self, system: &str) -> Option<Option<IdentifierType>> {
        self.profile().identifiers.type_of(system)
    }

    pub(super) fn profile(&self) -> &Profile {
        &self.0.settings.profile
    }

    /// The path of a call, as the profile has it: for the log.
    fn path(&self, call: Call) -> &str {
        &self.profile().operation(call).path
    }

    pub(super) fn holder(&self) -> &str {
        &self.0.holder
    }

    pub(super) fn transport(&self) -> &Transport {
        &self.0.transport
    }

    /// Requests a presigned URL, which must lead to a configured origin.
    async fn presigned(
        &self,
        call: Call,
        headers: Option<&HeaderMap>,
        key: &EmpegoKey,
    ) -> Result<PresignedUrl, EmpegoError> {
        let (options, path) = (self.read_options(retry::MAX_ATTEMPTS), self.path(call));
        let text = self
            .send(&options, headers, call, &profile::of_key(key))
            .await
            .and_then(|body| {
                wire::presigned_url(self.profile(), call, &body).map_err(Failure::from)
            })
            .map_err(|failure| log_failure(path, failure, false))?;
        PresignedUrl::parse(&text, &self.0.settings.app_origins).ok_or_else(|| {
            let error = EmpegoError::ForeignUrl;
            tracing::warn!(path, status = "2xx", error = error.kind(), "a call to Empego failed");
            error
        })
    }

    /// Checks that Empego answers and accepts the key, without an effect: requests the URL of a
    /// consultation that cannot exist, once. A refusal that says so is the good answer; a wrong
    /// base URL can look the same.
    ///
    /// # Errors
    /// As [`Self::answer_url`].
    pub async fn check(&self) -> Result<(), EmpegoError> {
        let call = Kind::Consultation.answer_call();
        let values = profile::of_key(&EmpegoKey::from(profile::NO_CONSULTATION));
        let headers = self.0.headers.as_ref();
        match self.send(&self.read_options(1), headers, call, &values).await {
            Ok(_) | Err(Failure::Refused { status: 400 | 404 | 422, .. }) => Ok(()),
            Err(failure) => Err(log_failure(self.path(call), failure, false)),
        }
    }

    /// How far Empego's clock is ahead of ours, in milliseconds, with a resolution of one second
    /// (`Date` header, RFC 9110 §6.6.1). `None` when there is no answer or no date. The key is not
    /// sent.
    pub async fn clock_ahead(&self) -> Option<i64> {
        let transport = &self.0.transport;
        let sent = transport.ambient.now();
        let response = transport
            .http
            .get(self.0.settings.base_url.clone())
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

    fn read_options(&self, max_attempts: u32) -> CallOptions {
        let timeout = self.0.settings.timeout.min(Settings::MAX_READ_TIMEOUT);
        CallOptions { holder: self.0.holder.clone(), timeout, max_attempts, creates: false }
    }

    async fn send(
        &self,
        options: &CallOptions,
        headers: Option<&HeaderMap>,
        call: Call,
        values: &Values,
    ) -> Result<Vec<u8>, Failure> {
        let request = self.profile().operation(call).request(values);
        let url = self.endpoint(&request);
        self.0.transport.call(options, headers, &url, &request).await
    }

    /// The base URL joined with a request's path and query. Query, fragment and user information of
    /// the base are dropped: user information would become a second `Authorization` header.
    fn endpoint(&self, request: &Request) -> Url {
        let mut url = self.0.settings.base_url.clone();
        url.set_query(None);
        url.set_fragment(None);
        // Both fail only for a URL without a host, which cannot be sent either.
        let _ = url.set_username("");
        let _ = url.set_password(None);
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(&request.segments);
        }
        if !request.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&request.query);
        }
        url
    }
}

/// Maps a failure to the public error and logs it; failures that need an operator are warnings.
fn log_failure(path: &str, failure: Failure, creates: bool) -> EmpegoError {
    let status = failure.status_class();
    let (mut at, mut said) = (String::new(), String::new());
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
        Failure::Unreadable { path } => {
            at.clone_from(&path);
            if creates { EmpegoError::OutcomeUnknown } else { EmpegoError::Shape { path } }
        }
    };
    match error {
        EmpegoError::NotFound | EmpegoError::Busy { .. } => {
            tracing::debug!(path, status, error = error.kind(), "a call to Empego failed");
        }
        _ => {
            tracing::warn!(path, status, error = error.kind(), at, said, "a call to Empego failed")
        }
    }
    error
}
