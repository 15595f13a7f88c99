//! The built-in stand-in for Empego: its REST interface, the patient's questionnaire, the staff's
//! details page and the event queue, on an origin of its own. It does what `docs/empego.md`
//! documents or assumes (§6.1, §10.2).
//!
//! It shares the profile with the Empego client (`src/profile.rs`), and no code that writes or
//! reads a request. It stores no answers of patients. Everything else is in memory, or also in
//! a file (`state_file.rs`). Faults can be injected (`faults.rs`).

mod control;
mod faults;
mod pages;
mod profile;
mod queue;
mod rest;
mod state;
mod state_file;

use crate::ambient::Ambient;
use crate::profile::Profile;
use axum::http::Uri;
use axum::http::header::{DATE, HeaderValue};
use axum::middleware::map_response_with_state;
use axum::response::Response;
use axum::{Router, extract};
use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimePrinter;
use state::{State, UrlTiming};
use state_file::StateFile;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

pub use profile::{API_KEY, BASE, CHAIN_API_KEY, SECOND_TENANT_KEY, TENANT_KEY};
pub use queue::DESK_QUEUE;

/// Default lifetime of a presigned URL, in milliseconds (`docs/empego.md` §10.2).
pub const URL_TTL_MS: i64 = 300_000;

/// How long open connections may take to end on shutdown.
const SHUTDOWN_GRACE: Duration = Duration::from_secs(2);

/// Options of the sandbox.
#[derive(Clone, Debug)]
pub struct Options {
    /// Origin of presigned URLs, without a final slash: `http://127.0.0.1:3100`.
    pub origin: String,
    /// Lifetime of a presigned URL, in milliseconds.
    pub url_ttl_ms: i64,
    /// File for what must survive a restart; `None` = nothing does.
    pub keep: Option<PathBuf>,
    /// What it takes and answers.
    pub profile: Arc<Profile>,
}

impl Options {
    /// Defaults for this origin.
    #[must_use]
    pub fn new(origin: impl Into<String>) -> Self {
        let profile = Profile::embedded();
        Self { origin: origin.into(), url_ttl_ms: URL_TTL_MS, keep: None, profile }
    }
}

/// The sandbox. Clones share one state.
#[derive(Clone)]
pub struct Sandbox {
    inner: Arc<Inner>,
}

struct Inner {
    origin: String,
    /// The same server under another host name, which is another origin for a browser; `None` when
    /// there is none.
    alias: Option<String>,
    url_ttl_ms: i64,
    ambient: Ambient,
    profile: Arc<Profile>,
    state: Mutex<State>,
    state_file: Option<StateFile>,
    /// Notified when faults or events change, for hanging pages and subscribers.
    changed: Notify,
    /// Cancelled when the sandbox stops, so that nothing it delays holds up the shutdown.
    stopping: CancellationToken,
}

impl Sandbox {
    /// A sandbox with the state of its file, or an empty one.
    #[must_use]
    pub fn new(options: Options, ambient: Ambient) -> Self {
        let (state_file, state) = options.keep.map(StateFile::open).unzip();
        let mut state = state.unwrap_or_default();
        state.profile = options.profile.clone();
        let origin = options.origin.trim_end_matches('/').to_owned();
        Self {
            inner: Arc::new(Inner {
                alias: alias_of(&origin),
                origin,
                url_ttl_ms: options.url_ttl_ms,
                ambient,
                profile: options.profile,
                state: Mutex::new(state),
                state_file,
                changed: Notify::new(),
                stopping: CancellationToken::new(),
            }),
        }
    }

    /// Base URL of the REST interface, for `EMPEGO_API_URL`.
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("{}{BASE}", self.inner.origin)
    }

    /// URL of the event queue, for `EMPEGO_EVENTS_URL`.
    #[must_use]
    pub fn events_url(&self) -> String {
        format!("{}/subscribe?queue={DESK_QUEUE}", self.inner.origin.replacen("http", "ws", 1))
    }

    /// All routes.
    pub fn router(&self) -> Router {
        pages::router()
            .nest(BASE, rest::router(self))
            .nest("/control", control::router())
            .layer(map_response_with_state(self.clone(), date))
            .with_state(self.clone())
    }

    /// Locks the state. Never hold it over an await. A poisoned lock is usable: every change of the
    /// state is complete in itself.
    fn state(&self) -> MutexGuard<'_, State> {
        self.inner.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn timing(&self) -> UrlTiming {
        UrlTiming { now: self.inner.ambient.now(), url_ttl_ms: self.inner.url_ttl_ms }
    }

    /// Waits `ms` milliseconds, or until the sandbox stops.
    async fn delay(&self, ms: u64) {
        if ms > 0 {
            let _ = self
                .inner
                .stopping
                .run_until_cancelled(tokio::time::sleep(Duration::from_millis(ms)))
                .await;
        }
    }

    /// Waits while the fault `hang_pages` is on. `false` when the sandbox stops meanwhile.
    async fn hang(&self) -> bool {
        loop {
            let changed = self.inner.changed.notified();
            tokio::pin!(changed);
            // Registered before the check, so that no change is missed.
            changed.as_mut().enable();
            if !self.state().faults.hang_pages {
                return true;
            }
            if self.inner.stopping.run_until_cancelled(changed).await.is_none() {
                return false;
            }
        }
    }
}

/// Dates an answer by the sandbox's clock (RFC 9110 §6.6.1); the server would take the machine's.
async fn date(extract::State(sandbox): extract::State<Sandbox>, mut answer: Response) -> Response {
    let now = Timestamp::from_millisecond(sandbox.inner.ambient.now()).unwrap_or_default();
    let date = DateTimePrinter::new().timestamp_to_rfc9110_string(&now);
    if let Some(date) = date.ok().and_then(|date| HeaderValue::from_str(&date).ok()) {
        answer.headers_mut().insert(DATE, date);
    }
    answer
}

/// `localhost` for `127.0.0.1` and the reverse, on the same port.
fn alias_of(origin: &str) -> Option<String> {
    let uri: Uri = origin.parse().ok()?;
    let other = match uri.host()? {
        "127.0.0.1" => "localhost",
        "localhost" => "127.0.0.1",
        _ => return None,
    };
    let scheme = uri.scheme_str()?;
    Some(
        uri.port_u16().map_or_else(
            || format!("{scheme}://{other}"),
            |port| format!("{scheme}://{other}:{port}"),
        ),
    )
}

/// Serves the sandbox until `shutdown` is cancelled, then gives open requests two seconds to
/// finish.
///
/// # Errors
/// Those of the listener.
pub async fn serve(
    listener: tokio::net::TcpListener,
    sandbox: Sandbox,
    shutdown: CancellationToken,
) -> std::io::Result<()> {
    let signal = {
        let (shutdown, stopping) = (shutdown.clone(), sandbox.inner.stopping.clone());
        async move {
            shutdown.cancelled().await;
            stopping.cancel();
        }
    };
    let time_limit = async {
        shutdown.cancelled().await;
        tokio::time::sleep(SHUTDOWN_GRACE).await;
    };
    let server = axum::serve(listener, sandbox.router()).with_graceful_shutdown(signal);
    tokio::select! {
        served = server.into_future() => served,
        () = time_limit => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::alias_of;

    #[test]
    fn a_loopback_name_has_another_one() {
        assert_eq!(alias_of("http://127.0.0.1:3100").as_deref(), Some("http://localhost:3100"));
        assert_eq!(alias_of("http://localhost:80").as_deref(), Some("http://127.0.0.1:80"));
        assert_eq!(alias_of("http://localhost").as_deref(), Some("http://127.0.0.1"));
        assert_eq!(alias_of("https://desk.example"), None);
        assert_eq!(alias_of(""), None);
    }
}
