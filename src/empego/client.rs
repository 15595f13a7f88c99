//! The calls that the desk makes. Each logs a failure once, by its class and the path's template
//! and nothing else.

use super::acting::{self, ActingUser};
use super::call::{Caller, Failure, Plan};
use super::error::EmpegoError;
use super::origin::Origin;
use super::presigned::PresignedUrl;
use super::profile::{self, CreateBody, KeyBody, Kind};
use super::retry::{self, Sleeper, TokioSleeper};
use super::settings::{KeyHeader, Settings};
use super::wire;
use crate::ambient::Ambient;
use crate::model::ids::EmpegoKey;
use crate::model::patient::Patient;
use reqwest::header::{
    ACCEPT, AUTHORIZATION, DATE, HeaderMap, HeaderName, HeaderValue, USER_AGENT,
};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;
use url::Url;

pub use super::wire::Created;

/// How long connecting may take, name look-up and TLS included.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// How long an unused connection is kept. Shorter than servers usually keep theirs, so that a
/// creation is not sent into a connection that is just being closed, which would leave its outcome
/// unknown.
const IDLE_TIMEOUT: Duration = Duration::from_secs(20);
/// What the desk calls itself.
pub(super) const AGENT: &str = concat!("empego-desk/", env!("CARGO_PKG_VERSION"));

/// The process's HTTP client: no redirect is followed (the key would travel along), nothing is
/// repeated behind our back, and no proxy is taken from the environment. Installs rustls's ring
/// provider if no provider is installed yet.
///
/// # Errors
/// When TLS cannot be set up, for example where the machine has no root certificates.
#[expect(clippy::disallowed_methods, reason = "the one place that builds the HTTP client")]
pub fn http_client() -> Result<reqwest::Client, reqwest::Error> {
    // An error only says that there is a provider already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .pool_idle_timeout(IDLE_TIMEOUT)
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .no_proxy()
        .build()
}

/// A connection to one Empego tenant. Cheap to clone; all clones share the limit on calls at once.
#[derive(Clone)]
pub struct Empego(Arc<Inner>);

struct Inner {
    settings: Settings,
    /// `None` when a key cannot be written into a header.
    headers: Option<HeaderMap>,
    caller: Arc<Caller>,
}

impl fmt::Debug for Empego {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Empego").field(&self.0.settings).finish()
    }
}

impl Empego {
    /// A connection by `http`, which is [`http_client`]'s. A key that no header can carry (a line
    /// break in it, say) shows as [`EmpegoError::RefusedKey`] in every call.
    #[must_use]
    pub fn new(http: reqwest::Client, settings: Settings, ambient: Ambient) -> Self {
        Self::with_sleeper(http, settings, ambient, Arc::new(TokioSleeper))
    }

    /// The same, with the waits between tries in the caller's hands.
    #[must_use]
    pub fn with_sleeper(
        http: reqwest::Client,
        settings: Settings,
        ambient: Ambient,
        sleeper: Arc<dyn Sleeper>,
    ) -> Self {
        let turns = Semaphore::new(settings.concurrency.clamp(1, Semaphore::MAX_PERMITS));
        let caller = Arc::new(Caller { http, turns, ambient, sleeper });
        Self(Arc::new(Inner { headers: headers(&settings), settings, caller }))
    }

    /// The same connection as another tenant of the same key (`empego-api.md` §2, `X-Tenant-Key`).
    /// It shares the limit on calls at once: that is the key's.
    #[must_use]
    pub fn as_tenant(&self, tenant: SecretString) -> Self {
        let settings = Settings { tenant: Some(tenant), ..self.0.settings.clone() };
        Self(Arc::new(Inner {
            headers: headers(&settings),
            settings,
            caller: Arc::clone(&self.0.caller),
        }))
    }

    /// Creates a consultation, and with it makes or updates its patient. `metadata` is an opaque
    /// text that Empego gives back in its events. Tried again only where nothing can have been
    /// done.
    ///
    /// # Errors
    /// [`EmpegoError::nothing_was_created`] says whether it may be asked for again. Neither
    /// [`EmpegoError::Shape`] nor [`EmpegoError::ForeignUrl`] comes from here: a success that
    /// cannot be read is an unknown outcome.
    pub async fn create_consultation(
        &self,
        patient: &Patient,
        metadata: &str,
    ) -> Result<Created, EmpegoError> {
        self.create(Kind::Consultation, &CreateBody::new(patient, metadata, None)).await
    }

    /// Creates a follow-up as planned; the rest is as for a consultation.
    ///
    /// # Errors
    /// As [`Self::create_consultation`].
    pub async fn create_follow_up(
        &self,
        patient: &Patient,
        metadata: &str,
        plan: profile::Plan<'_>,
    ) -> Result<Created, EmpegoError> {
        self.create(Kind::FollowUp, &CreateBody::new(patient, metadata, Some(plan))).await
    }

    async fn create(&self, kind: Kind, body: &CreateBody<'_>) -> Result<Created, EmpegoError> {
        let path = kind.create_path();
        let time = self.0.settings.timeout;
        let plan = Plan { url: self.endpoint(path), time, tries: retry::TRIES, creates: true };
        let result = match self.send(&plan, body).await {
            Ok(body) => wire::created(kind, &body).map_err(Failure::from),
            Err(failure) => Err(failure),
        };
        result.map_err(|failure| logged(path, failure, true))
    }

    /// Asks for a URL that opens the questionnaire, once and for a short time. Every call makes a
    /// new one.
    ///
    /// # Errors
    /// All of [`EmpegoError`] but [`EmpegoError::OutcomeUnknown`]; an unused URL at Empego does no
    /// harm.
    pub async fn answer_url(
        &self,
        kind: Kind,
        key: &EmpegoKey,
    ) -> Result<PresignedUrl, EmpegoError> {
        let path = kind.answer_path();
        let answer = self.send(&self.reading(path, retry::TRIES), &KeyBody::new(kind, key)).await;
        self.presigned(path, answer)
    }

    /// Asks for a URL that opens the details for this staff member, once and for a short time.
    ///
    /// # Errors
    /// As [`Self::answer_url`].
    pub async fn details_url(
        &self,
        kind: Kind,
        key: &EmpegoKey,
        user: &ActingUser,
    ) -> Result<PresignedUrl, EmpegoError> {
        let path = kind.details_path();
        // Without the header the page would be opened as the owner of our key: then rather not at
        // all.
        let headers = self.0.headers.clone().zip(user.header()).map(|(mut headers, value)| {
            headers.insert(acting::HEADER, value);
            headers
        });
        let answer = self
            .send_as(&self.reading(path, retry::TRIES), headers.as_ref(), &KeyBody::new(kind, key))
            .await;
        self.presigned(path, answer)
    }

    /// Where files may be fetched from.
    pub(super) fn file_origins(&self) -> &[Origin] {
        &self.0.settings.file_origins
    }

    /// The limits and the HTTP client, which all clones share.
    pub(super) fn caller(&self) -> &Caller {
        &self.0.caller
    }

    /// Reads a presigned URL, which must lead to a configured origin.
    fn presigned(
        &self,
        path: &'static str,
        answer: Result<Vec<u8>, Failure>,
    ) -> Result<PresignedUrl, EmpegoError> {
        let result = answer.and_then(|body| wire::presigned_url(&body).map_err(Failure::from));
        let text = result.map_err(|failure| logged(path, failure, false))?;
        PresignedUrl::parse(&text, &self.0.settings.app_origins).ok_or_else(|| {
            let error = EmpegoError::ForeignUrl;
            tracing::warn!(path, status = "2xx", error = error.kind(), "a call to Empego failed");
            error
        })
    }

    /// Whether Empego answers and takes our key, without changing anything: asks once for the URL
    /// of a consultation that cannot exist. Being told so is the good answer; a wrong base URL can
    /// look the same.
    ///
    /// # Errors
    /// What a real call would meet.
    pub async fn check(&self) -> Result<(), EmpegoError> {
        let path = Kind::Consultation.answer_path();
        let nobody = EmpegoKey::from(profile::NO_CONSULTATION);
        match self.send(&self.reading(path, 1), &KeyBody::new(Kind::Consultation, &nobody)).await {
            Ok(_) | Err(Failure::Refused { status: 400 | 404 | 422, .. }) => Ok(()),
            Err(failure) => Err(logged(path, failure, false)),
        }
    }

    /// How far Empego's clock is ahead of ours, in milliseconds, to the second (the `Date` of an
    /// answer, RFC 9110 §6.6.1). `None` when it does not say. The key is not sent along.
    pub async fn clock_ahead(&self) -> Option<i64> {
        let caller = &self.0.caller;
        let sent = caller.ambient.now();
        let asked = caller
            .http
            .get(self.0.settings.base_url.clone())
            .timeout(CONNECT_TIMEOUT)
            .send()
            .await
            .ok()?;
        let date = asked.headers().get(DATE)?.to_str().ok()?;
        let theirs =
            jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(date).ok()?.as_millisecond();
        // The answer was written about half way, and its date leaves out what is left of the
        // second.
        let ours = sent + (caller.ambient.now() - sent) / 2;
        Some(theirs + 500 - ours)
    }

    /// The plan of a call without effect.
    fn reading(&self, path: &str, tries: u32) -> Plan {
        let time = self.0.settings.timeout.min(Settings::LONGEST_READ);
        Plan { url: self.endpoint(path), time, tries, creates: false }
    }

    async fn send(&self, plan: &Plan, body: &impl Serialize) -> Result<Vec<u8>, Failure> {
        self.send_as(plan, self.0.headers.as_ref(), body).await
    }

    async fn send_as(
        &self,
        plan: &Plan,
        headers: Option<&HeaderMap>,
        body: &impl Serialize,
    ) -> Result<Vec<u8>, Failure> {
        // The bodies are texts in structs: they always have a JSON form. Were it not so, nothing
        // would have been sent.
        let body = serde_json::to_value(body).map_err(|_| Failure::NotConnected)?;
        self.0.caller.call(plan, headers, &body).await
    }

    /// The base URL with a path of the profile below it, and without what has no place in a
    /// request: user information would become a second `Authorization` header.
    fn endpoint(&self, path: &str) -> Url {
        let mut url = self.0.settings.base_url.clone();
        url.set_query(None);
        url.set_fragment(None);
        // Both fail only for a URL without a host, which then fails to be sent.
        let _ = url.set_username("");
        let _ = url.set_password(None);
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(path.split('/').filter(|segment| !segment.is_empty()));
        }
        url
    }
}

/// The headers of every call. `None` when a key cannot be written into one.
fn headers(settings: &Settings) -> Option<HeaderMap> {
    let mut headers = HeaderMap::new();
    headers.insert(USER_AGENT, HeaderValue::from_static(AGENT));
    headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    match settings.key_header {
        KeyHeader::Authorization => {
            headers.insert(AUTHORIZATION, secret_value("api-key ", &settings.key)?)
        }
        KeyHeader::ApiKey => {
            headers.insert(HeaderName::from_static("api-key"), secret_value("", &settings.key)?)
        }
    };
    if let Some(tenant) = &settings.tenant {
        headers.insert(HeaderName::from_static("x-tenant-key"), secret_value("", tenant)?);
    }
    Some(headers)
}

/// A header's value that stays out of debug output. Printable ASCII only: other bytes may pass as a
/// value, and every server reads them as it likes.
fn secret_value(scheme: &str, secret: &SecretString) -> Option<HeaderValue> {
    let secret = secret.expose_secret();
    if !secret.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return None;
    }
    let mut value = HeaderValue::from_str(&format!("{scheme}{secret}")).ok()?;
    value.set_sensitive(true);
    Some(value)
}

/// Turns a failure into the error that the desk sees, and logs it: faults that somebody must mend
/// as warnings.
fn logged(path: &'static str, failure: Failure, creates: bool) -> EmpegoError {
    let status = failure.status_class();
    let (mut at, mut said) = (String::new(), String::new());
    let error = match failure {
        Failure::BadKey | Failure::Refused { status: 401 | 403, .. } => EmpegoError::RefusedKey,
        Failure::NotConnected => EmpegoError::Unavailable,
        Failure::Busy { retry_after, .. } => EmpegoError::Busy { retry_after },
        Failure::NoAnswer { .. } if creates => EmpegoError::OutcomeUnknown,
        Failure::NoAnswer { .. } => EmpegoError::Unavailable,
        Failure::Refused { status: 404, .. } => EmpegoError::NotFound,
        Failure::Refused { status, message } => {
            said.clone_from(&message);
            EmpegoError::Rejected { status, message }
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
