//! One call: time limits, retries, and what is certain when it fails.

use super::redact;
use super::retry::{self, Sleeper};
use super::turns::Turns;
use super::unread::UnreadAnswers;
use super::wire::{BadShape, MAX_BYTES};
use crate::ambient::Ambient;
use crate::profile::Request;
use reqwest::header::{HeaderMap, RETRY_AFTER};
use reqwest::{Client, Response, StatusCode};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};
use url::Url;

/// What all calls share.
pub(super) struct Transport {
    pub http: Client,
    pub turns: Arc<Turns>,
    pub ambient: Ambient,
    pub sleeper: Arc<dyn Sleeper>,
    pub unread: UnreadAnswers,
}

pub(super) struct CallOptions {
    /// Who calls: a site. Calls that wait are next by holder, see [`Turns`].
    pub holder: String,
    /// For the whole call: waiting for a turn, every attempt, and the delays between attempts.
    pub timeout: Duration,
    pub max_attempts: u32,
    /// Whether the call creates something at Empego. Such a call is only repeated when it is
    /// certain that nothing was created.
    pub creates: bool,
}

#[derive(Debug)]
pub(super) enum Failure {
    /// The key cannot be written into a header.
    InvalidKey,
    /// Nothing was sent.
    NotConnected,
    /// 429, 503, or no turn in time: nothing was done.
    Busy { status: Option<u16>, retry_after: Option<Duration> },
    /// The request was sent, and the answer is missing, cut off, or a 5xx.
    NoAnswer { status: Option<u16> },
    Refused {
        status: u16,
        /// The known words of its body (`redact.rs`).
        words: String,
    },
    /// A 2xx with a body that cannot be read.
    Unreadable {
        /// Where something was looked for.
        path: String,
        /// The names of the members that were found instead.
        found: String,
    },
}

impl Failure {
    /// The class of the HTTP status, for the log.
    pub fn status_class(&self) -> &'static str {
        let status = match self {
            Self::Busy { status, .. } | Self::NoAnswer { status } => *status,
            Self::Refused { status, .. } => Some(*status),
            Self::Unreadable { .. } => Some(200),
            Self::InvalidKey | Self::NotConnected => None,
        };
        match status.map(|status| status / 100) {
            Some(2) => "2xx",
            Some(3) => "3xx",
            Some(4) => "4xx",
            Some(5) => "5xx",
            _ => "none",
        }
    }

    /// The name in the metrics.
    pub fn slug(&self) -> &'static str {
        match self {
            Self::InvalidKey => "invalid-key",
            Self::NotConnected => "not-connected",
            Self::Busy { .. } => "busy",
            Self::NoAnswer { .. } => "no-answer",
            Self::Refused { .. } => "refused",
            Self::Unreadable { .. } => "unreadable",
        }
    }

    fn may_be_retried(&self, creates: bool) -> bool {
        match self {
            Self::NotConnected | Self::Busy { .. } => true,
            Self::NoAnswer { .. } => !creates,
            Self::InvalidKey | Self::Refused { .. } | Self::Unreadable { .. } => false,
        }
    }
}

impl Failure {
    /// A body that cannot be read.
    pub fn unreadable(BadShape(path): BadShape, body: &[u8]) -> Self {
        Self::Unreadable { path, found: redact::member_names(body) }
    }
}

impl Transport {
    /// Sends `request` to `url` until it succeeds, fails for good, or runs out of time. `headers`
    /// is `None` when a key cannot be written into one.
    ///
    /// # Errors
    /// The failure of the last attempt.
    pub async fn call(
        &self,
        options: &CallOptions,
        headers: Option<&HeaderMap>,
        url: &Url,
        request: &Request,
    ) -> Result<Vec<u8>, Failure> {
        let headers = headers.ok_or(Failure::InvalidKey)?;
        let deadline = Instant::now() + options.timeout;
        // A creation that the deadline cuts off has an unknown outcome, which staff must look into.
        // So no attempt starts in the second half of the time: giving up before it is certain to
        // create nothing.
        let latest_start = if options.creates { deadline - options.timeout / 2 } else { deadline };
        let mut attempts = 0;
        loop {
            let attempt = self.attempt(options, headers, url, request, latest_start, deadline);
            let failure = match attempt.await {
                Ok(answer) => return Ok(answer),
                Err(failure) => failure,
            };
            attempts += 1;
            if attempts >= options.max_attempts || !failure.may_be_retried(options.creates) {
                return Err(failure);
            }
            let retry_after =
                if let Failure::Busy { retry_after, .. } = &failure { *retry_after } else { None };
            let delay = retry::delay(&self.ambient, attempts, retry_after)
                .filter(|delay| Instant::now() + *delay < latest_start);
            let Some(delay) = delay else { return Err(failure) };
            self.sleeper.sleep(delay).await;
        }
    }

    async fn attempt(
        &self,
        options: &CallOptions,
        headers: &HeaderMap,
        url: &Url,
        request: &Request,
        latest_start: Instant,
        deadline: Instant,
    ) -> Result<Vec<u8>, Failure> {
        // Released between attempts: a call that waits for its next attempt does not block others.
        let turn = self.turns.acquire(&options.holder);
        let Ok(_turn) = timeout_at(latest_start, turn).await else {
            return Err(Failure::Busy { status: None, retry_after: None });
        };
        let exchange = async {
            let sent =
                self.http.request(request.method.clone(), url.clone()).headers(headers.clone());
            let sent = match &request.body {
                Some(body) => sent.json(body),
                None => sent,
            };
            let response = sent.send().await.map_err(|error| {
                // The error's text contains the URL, so only its class is used.
                if error.is_connect() || error.is_builder() {
                    Failure::NotConnected
                } else {
                    Failure::NoAnswer { status: None }
                }
            })?;
            self.read(response).await
        };
        timeout_at(deadline, exchange).await.unwrap_or(Err(Failure::NoAnswer { status: None }))
    }

    /// Maps the status to a result, and reads the body of a success.
    async fn read(&self, response: Response) -> Result<Vec<u8>, Failure> {
        let status = response.status();
        if status.is_success() {
            return read_body(response, MAX_BYTES).await.map_err(|error| match error {
                BodyError::TooLarge => {
                    Failure::Unreadable { path: ".".to_owned(), found: String::new() }
                }
                BodyError::Interrupted => Failure::NoAnswer { status: Some(status.as_u16()) },
            });
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
            // The status decides. If the body cannot be read, only its words are lost.
            _ => {
                let body = read_body(response, MAX_BYTES).await.unwrap_or_default();
                Err(Failure::Refused { status: status.as_u16(), words: redact::known_words(&body) })
            }
        }
    }
}

/// Why a body was not read.
pub(super) enum BodyError {
    TooLarge,
    Interrupted,
}

/// Reads a body of at most `limit` bytes, whatever `Content-Length` says.
pub(super) async fn read_body(mut response: Response, limit: usize) -> Result<Vec<u8>, BodyError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|_| BodyError::Interrupted)? {
        if body.len() + chunk.len() > limit {
            return Err(BodyError::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}
