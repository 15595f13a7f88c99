//! One call: its tries, its limits, and what is certain when it fails.

use super::redact;
use super::retry::{self, Sleeper};
use super::wire::{BadShape, MAX_BYTES};
use crate::ambient::Ambient;
use reqwest::header::{HeaderMap, RETRY_AFTER};
use reqwest::{Client, Response, StatusCode};
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout_at};
use url::Url;

/// What every call needs.
pub(super) struct Caller {
    pub http: Client,
    pub turns: Semaphore,
    pub ambient: Ambient,
    pub sleeper: Arc<dyn Sleeper>,
}

/// How a call is to be carried out.
pub(super) struct Plan {
    pub url: Url,
    /// For the whole call: the wait for a turn, every try, and the waits between them.
    pub time: Duration,
    pub tries: u32,
    /// Whether it leaves something behind at Empego. Such a call is never sent twice unless nothing
    /// can have been done.
    pub creates: bool,
}

/// Why there is no readable success.
#[derive(Debug)]
pub(super) enum Failure {
    /// A key that no header can carry: refused before Empego sees it.
    BadKey,
    /// Nothing was sent.
    NotConnected,
    /// 429 or 503, or no turn in time: nothing was done.
    Busy { status: Option<u16>, retry_after: Option<Duration> },
    /// It was sent, and the answer is missing, broken off, or a failure in the middle of the work.
    NoAnswer { status: Option<u16> },
    /// A clear no.
    Refused { status: u16, message: String },
    /// A success that cannot be read.
    Unreadable { path: String },
}

impl Failure {
    /// The first digit of the status, for the log.
    pub fn status_class(&self) -> &'static str {
        let status = match self {
            Self::Busy { status, .. } | Self::NoAnswer { status } => *status,
            Self::Refused { status, .. } => Some(*status),
            Self::Unreadable { .. } => Some(200),
            Self::BadKey | Self::NotConnected => None,
        };
        match status.map(|status| status / 100) {
            Some(2) => "2xx",
            Some(3) => "3xx",
            Some(4) => "4xx",
            Some(5) => "5xx",
            _ => "none",
        }
    }

    fn may_be_repeated(&self, creates: bool) -> bool {
        match self {
            Self::NotConnected | Self::Busy { .. } => true,
            Self::NoAnswer { .. } => !creates,
            Self::BadKey | Self::Refused { .. } | Self::Unreadable { .. } => false,
        }
    }
}

impl From<BadShape> for Failure {
    fn from(BadShape(path): BadShape) -> Self {
        Self::Unreadable { path }
    }
}

impl Caller {
    /// Sends `body` until there is a success, a failure that must not be repeated, or no time;
    /// gives the success's body. `headers` is `None` when a key cannot be written into one.
    pub async fn call(
        &self,
        plan: &Plan,
        headers: Option<&HeaderMap>,
        body: &Value,
    ) -> Result<Vec<u8>, Failure> {
        let headers = headers.ok_or(Failure::BadKey)?;
        let deadline = Instant::now() + plan.time;
        // A creation that is cut off by the deadline has an unknown outcome, which somebody must
        // look into. So it is not begun with less than half of its time left: then it is better to
        // say that nothing was done.
        let latest_start = if plan.creates { deadline - plan.time / 2 } else { deadline };
        let mut tried = 0;
        loop {
            let failure = match self.try_once(plan, headers, body, latest_start, deadline).await {
                Ok(answer) => return Ok(answer),
                Err(failure) => failure,
            };
            tried += 1;
            if tried >= plan.tries || !failure.may_be_repeated(plan.creates) {
                return Err(failure);
            }
            let asked =
                if let Failure::Busy { retry_after, .. } = &failure { *retry_after } else { None };
            let Some(wait) = retry::wait(&self.ambient, tried, asked) else { return Err(failure) };
            if Instant::now() + wait >= latest_start {
                return Err(failure);
            }
            self.sleeper.sleep(wait).await;
        }
    }

    async fn try_once(
        &self,
        plan: &Plan,
        headers: &HeaderMap,
        body: &Value,
        latest_start: Instant,
        deadline: Instant,
    ) -> Result<Vec<u8>, Failure> {
        // The turn is given back between tries, so that those who wait long do not keep out those
        // who need not.
        let Ok(Ok(_turn)) = timeout_at(latest_start, self.turns.acquire()).await else {
            return Err(Failure::Busy { status: None, retry_after: None });
        };
        let exchange = async {
            let request = self.http.post(plan.url.clone()).headers(headers.clone()).json(body);
            let response = request.send().await.map_err(|error| {
                // The error's text holds the URL and perhaps more: only its class is used.
                if error.is_connect() || error.is_builder() {
                    Failure::NotConnected
                } else {
                    Failure::NoAnswer { status: None }
                }
            })?;
            self.read(response, body, headers).await
        };
        timeout_at(deadline, exchange).await.unwrap_or(Err(Failure::NoAnswer { status: None }))
    }

    /// Judges an answer by its status, and reads a success's body.
    async fn read(
        &self,
        response: Response,
        sent: &Value,
        headers: &HeaderMap,
    ) -> Result<Vec<u8>, Failure> {
        let status = response.status();
        if status.is_success() {
            return limited_body(response, MAX_BYTES).await;
        }
        match status {
            StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
                let value =
                    response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
                let retry_after =
                    value.and_then(|value| retry::retry_after(value, self.ambient.now()));
                Err(Failure::Busy { status: Some(status.as_u16()), retry_after })
            }
            _ if status.is_server_error() => {
                Err(Failure::NoAnswer { status: Some(status.as_u16()) })
            }
            // The status has decided already; a body that cannot be read takes only the message
            // away.
            _ => {
                let body = limited_body(response, MAX_BYTES).await.unwrap_or_default();
                let message = redact::message(&body, sent, headers);
                Err(Failure::Refused { status: status.as_u16(), message })
            }
        }
    }
}

/// Reads a body that is not longer than `limit` bytes. Never more than that is kept, whatever the
/// headers say.
async fn limited_body(mut response: Response, limit: usize) -> Result<Vec<u8>, Failure> {
    let status = Some(response.status().as_u16());
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|_| Failure::NoAnswer { status })? {
        if body.len() + chunk.len() > limit {
            return Err(Failure::Unreadable { path: ".".to_owned() });
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}
