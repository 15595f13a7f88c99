//! The built-in stand-in for Empego: its REST interface, the patient's questionnaire, staff's
//! details page and the event queue, each as the reference describes or assumes it (`empego-api.md`
//! §6.1, §10.2), in an origin of its own.
//!
//! It shares no code with the Empego client on purpose: a misreading in one of them shows instead
//! of cancelling out in both. It keeps no answer of any patient, and the rest in memory or, where
//! it is told to, in a file (`keep.rs`). It can be told to misbehave (`faults.rs`).

mod control;
mod faults;
mod integration_user;
mod keep;
mod pages;
mod pdf;
mod profile;
mod queue;
mod rest;
mod state;

use crate::ambient::Ambient;
use axum::Router;
use axum::http::Uri;
use keep::Keeper;
use state::{Moment, State};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

pub use profile::{API_KEY, BASE, CHAIN_API_KEY, SECOND_TENANT_KEY, TENANT_KEY};
pub use queue::DESK_QUEUE;

/// How long a presigned URL works when nothing else is said, in milliseconds (`empego-api.md`
/// §10.2: 300 s).
pub const URL_TTL_MS: i64 = 300_000;

/// How long open connections may take to end once the sandbox is asked to stop.
const GRACE: Duration = Duration::from_secs(2);

/// What the sandbox is told at its start.
#[derive(Clone, Debug)]
pub struct Options {
    /// What presigned URLs begin with, without a slash at the end: `http://127.0.0.1:3100`.
    pub origin: String,
    /// How long a presigned URL works, in milliseconds.
    pub url_ttl_ms: i64,
    /// The file that keeps what must outlive a restart; `None` = everything is forgotten.
    pub keep: Option<PathBuf>,
}

impl Options {
    /// The sandbox at this origin, with everything else as usual.
    #[must_use]
    pub fn new(origin: impl Into<String>) -> Self {
        Self { origin: origin.into(), url_ttl_ms: URL_TTL_MS, keep: None }
    }
}

/// The stand-in. Clones share one state.
#[derive(Clone)]
pub struct Sandbox {
    inner: Arc<Inner>,
}

struct Inner {
    origin: String,
    /// The same server under another name, and so another origin for a browser; `None` when it has
    /// no such name.
    alias: Option<String>,
    url_ttl_ms: i64,
    ambient: Ambient,
    state: Mutex<State>,
    keeper: Option<Keeper>,
    /// Rung when the faults change or an event is there, for pages that hang and for subscribers.
    changed: Notify,
    /// Set when the sandbox stops, so that nothing it holds back keeps it.
    closing: CancellationToken,
}

impl Sandbox {
    /// A sandbox that knows what its file says; an empty one where it has none.
    #[must_use]
    pub fn new(options: Options, ambient: Ambient) -> Self {
        let (keeper, state) = options.keep.map(Keeper::open).unzip();
        let origin = options.origin.trim_end_matches('/').to_owned();
        Self {
            inner: Arc::new(Inner {
                alias: alias_of(&origin),
                origin,
                url_ttl_ms: options.url_ttl_ms,
                ambient,
                state: Mutex::new(state.unwrap_or_default()),
                keeper,
                changed: Notify::new(),
                closing: CancellationToken::new(),
            }),
        }
    }

    /// Where its REST interface begins: what a client is given as `EMPEGO_API_URL`.
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("{}{BASE}", self.inner.origin)
    }

    /// Where its event queue is: what a client is given as `EMPEGO_EVENTS_URL`.
    #[must_use]
    pub fn events_url(&self) -> String {
        format!("{}/subscribe?queue={DESK_QUEUE}", self.inner.origin.replacen("http", "ws", 1))
    }

    /// Everything it serves.
    pub fn router(&self) -> Router {
        pages::router()
            .nest(BASE, rest::router(self))
            .nest("/control", control::router())
            .with_state(self.clone())
    }

    /// The state, for a moment: never held over an await. A poisoned lock is taken as it is, since
    /// every change of the state is complete in itself.
    fn state(&self) -> MutexGuard<'_, State> {
        self.inner.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The present, as URLs are judged by.
    fn moment(&self) -> Moment {
        Moment { now: self.inner.ambient.now(), url_ttl_ms: self.inner.url_ttl_ms }
    }

    /// Waits `ms` milliseconds, or until the sandbox stops.
    async fn delay(&self, ms: u64) {
        if ms > 0 {
            let _ = self
                .inner
                .closing
                .run_until_cancelled(tokio::time::sleep(Duration::from_millis(ms)))
                .await;
        }
    }

    /// Waits while pages are told to hang. `false` when the sandbox stops meanwhile.
    async fn hang(&self) -> bool {
        loop {
            let changed = self.inner.changed.notified();
            tokio::pin!(changed);
            // Listening starts before looking, so that no change falls between the two.
            changed.as_mut().enable();
            if !self.state().faults.hang_pages {
                return true;
            }
            if self.inner.closing.run_until_cancelled(changed).await.is_none() {
                return false;
            }
        }
    }
}

/// `localhost` for `127.0.0.1` and the reverse, on the same port: the same server, another origin.
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

/// Serves the sandbox until `shutdown` is cancelled, then lets the answers under way finish, for
/// two seconds at the most.
///
/// # Errors
/// What the listener says.
pub async fn serve(
    listener: tokio::net::TcpListener,
    sandbox: Sandbox,
    shutdown: CancellationToken,
) -> std::io::Result<()> {
    let asked = {
        let (shutdown, closing) = (shutdown.clone(), sandbox.inner.closing.clone());
        async move {
            shutdown.cancelled().await;
            closing.cancel();
        }
    };
    let ceiling = async {
        shutdown.cancelled().await;
        tokio::time::sleep(GRACE).await;
    };
    tokio::select! {
        served = async { axum::serve(listener, sandbox.router()).with_graceful_shutdown(asked).await } => served,
        () = ceiling => Ok(()),
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
