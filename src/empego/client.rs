//! The REST calls. Each logs a failure once: its class and the path template, no URL and no body.

use super::acting::ActingUser;
use super::call::{CallOptions, Failure, Transport};
use super::error::EmpegoError;
use super::event::{self, EventSubject};
use super::failure;
use super::http;
use super::origin::{self, Origin, PresignedUrl};
use super::profile::{self, Kind, RecordRef};
use super::retry::{self, Sleeper, TokioSleeper};
use super::settings::Settings;
use super::turns::Turns;
use super::unread::{Unread, UnreadAnswers};
use super::wire;
use crate::ambient::Ambient;
use crate::model::health_number::IdentifierType;
use crate::model::patient::Patient;
use crate::profile::{Call, Profile, Values};
use reqwest::header::HeaderMap;
use secrecy::SecretString;
use serde_json::Value;
use std::fmt;
use std::sync::Arc;
use tokio::time::Instant;
use tracing::Instrument;

/// A consultation or follow-up that Empego has just created. Its URL was checked.
pub type Created = wire::Created<PresignedUrl>;

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
        let unread = UnreadAnswers::default();
        let transport = Arc::new(Transport { http, turns, ambient, sleeper, unread });
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
    /// `None` sends none. Empego returns the opaque `metadata` in its events. Retried only when it
    /// is certain that nothing was created.
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
        let headers = self.0.headers.as_ref();
        let answer = self.send(&options, headers, call, values).await?;
        let created = answer
            .and_then(|body| {
                wire::created(self.profile(), call, &body)
                    .map_err(|bad| Failure::unreadable(bad, &body))
            })
            .map_err(|failure| self.failed(call, failure, true))?;
        self.0.transport.unread.forget(call);
        let url = created.url.as_ref().and_then(|url| self.trusted(call, &url.0).ok());
        let wire::Created { key, access_key, status, answered_at, .. } = created;
        Ok(Created { key, access_key, status, answered_at, url })
    }

    /// Requests a presigned URL that opens the questionnaire once, for a short time. Every call
    /// makes a new one.
    ///
    /// # Errors
    /// All of [`EmpegoError`] but [`EmpegoError::OutcomeUnknown`] and [`EmpegoError::KeyUnread`]:
    /// an unused URL does no harm.
    pub async fn answer_url<'a>(
        &self,
        kind: Kind,
        record: impl Into<RecordRef<'a>>,
    ) -> Result<PresignedUrl, EmpegoError> {
        self.presigned(kind.answer_call(), self.0.headers.as_ref(), record.into()).await
    }

    /// Requests a presigned URL that opens the details page for this staff member.
    ///
    /// # Errors
    /// As [`Self::answer_url`].
    pub async fn details_url<'a>(
        &self,
        kind: Kind,
        record: impl Into<RecordRef<'a>>,
        user: &ActingUser,
    ) -> Result<PresignedUrl, EmpegoError> {
        // Without the header Empego would open the page as the owner of the key, so a user that
        // cannot be written into it is an error.
        let headers = self.0.headers.clone().zip(user.header()).map(|(mut headers, value)| {
            headers.insert(&self.profile().headers.user, value);
            headers
        });
        self.presigned(kind.details_call(), headers.as_ref(), record.into()).await
    }

    /// Whether the interface has a call, by the profile.
    #[must_use]
    pub fn has(&self, call: Call) -> bool {
        self.profile().operation(call).is_some()
    }

    /// The newest answer of each call that the profile does not fit, since the start.
    #[must_use]
    pub fn unread(&self) -> Vec<Unread> {
        self.0.transport.unread.all()
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

    /// What is assumed of the interface.
    #[must_use]
    pub fn profile(&self) -> &Profile {
        &self.0.settings.profile
    }

    pub(super) fn settings(&self) -> &Settings {
        &self.0.settings
    }

    pub(super) fn headers(&self) -> Option<&HeaderMap> {
        self.0.headers.as_ref()
    }

    /// The path of a call, as the profile has it: for the log.
    fn path(&self, call: Call) -> &str {
        self.profile().operation(call).map(|operation| operation.path.as_str()).unwrap_or_default()
    }

    /// The error that a failure is, logged and noted.
    pub(super) fn failed(&self, call: Call, failure: Failure, creates: bool) -> EmpegoError {
        if let Failure::Unreadable { path, found } = &failure {
            let at = self.0.transport.ambient.now();
            let (path, found) = (path.clone(), found.clone());
            self.0.transport.unread.note(Unread { call, at, path, found });
        }
        failure::log(self.path(call), failure, creates)
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
        record: RecordRef<'_>,
    ) -> Result<PresignedUrl, EmpegoError> {
        if !self.has(call) {
            return Err(EmpegoError::Unsupported);
        }
        let values = profile::of_record(self.profile(), call, record).ok_or(EmpegoError::NoKey)?;
        let text = self
            .send(&self.read_options(retry::MAX_ATTEMPTS), headers, call, &values)
            .await?
            .and_then(|body| {
                wire::presigned_url(self.profile(), call, &body)
                    .map_err(|bad| Failure::unreadable(bad, &body))
            })
            .map_err(|failure| self.failed(call, failure, false))?;
        self.0.transport.unread.forget(call);
        self.trusted(call, &text)
    }

    fn trusted(&self, call: Call, text: &str) -> Result<PresignedUrl, EmpegoError> {
        let text = origin::with_scheme(text);
        PresignedUrl::parse(&text, &self.0.settings.app_origins).ok_or_else(|| {
            let (path, error) = (self.path(call), EmpegoError::ForeignUrl);
            tracing::warn!(path, status = "2xx", error = error.kind(), "a call to Empego failed");
            error
        })
    }

    pub(super) fn read_options(&self, max_attempts: u32) -> CallOptions {
        let timeout = self.0.settings.timeout.min(self.0.settings.read_timeout);
        CallOptions { holder: self.0.holder.clone(), timeout, max_attempts, creates: false }
    }

    /// Sends a call. The outer error is that of a call that the interface does not have.
    pub(super) async fn send(
        &self,
        options: &CallOptions,
        headers: Option<&HeaderMap>,
        call: Call,
        values: &Values,
    ) -> Result<Result<Vec<u8>, Failure>, EmpegoError> {
        let operation = self.profile().operation(call).ok_or(EmpegoError::Unsupported)?;
        let request = operation.request(values);
        let url = http::endpoint(&self.0.settings.base_url, &request);
        let started = Instant::now();
        let span = tracing::info_span!("empego", operation = call.slug());
        let sent = self.0.transport.call(options, headers, &url, &request).instrument(span);
        let answer = sent.await;
        let outcome = answer.as_ref().map_or_else(Failure::slug, |_| "answered");
        let operation = call.slug();
        metrics::counter!(
            "desk_empego_calls_total", "operation" => operation, "outcome" => outcome
        )
        .increment(1);
        metrics::histogram!("desk_empego_call_duration_seconds", "operation" => operation)
            .record(started.elapsed());
        Ok(answer)
    }
}
