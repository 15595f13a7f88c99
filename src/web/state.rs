//! The application state, shared by every handler and page.

use super::assets::Assets;
use super::client::Clients;
use super::limits::Limits;
use super::oidc::Provider;
use super::shares::Places;
use crate::config::Config;
use crate::desk::Desk;
use crate::empego::subscription::Health;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;

/// The shared components.
#[derive(Clone)]
pub struct AppState {
    pub desk: Arc<Desk>,
    pub config: Arc<Config>,
    /// The state of the event queue's connection.
    pub events: Arc<Health>,
    pub limits: Arc<Limits>,
    pub clients: Arc<Clients>,
    /// The places of streams and requests.
    pub places: Places,
    /// The OpenID Connect provider, if one is configured.
    pub oidc: Option<Arc<Provider>>,
    pub assets: Arc<Assets>,
    /// The exact origins that may be framed and that browser messages may come from, including the
    /// sandbox's while it runs.
    pub origins: Arc<[String]>,
    /// Whether the sandbox replaces Empego. Every staff page says so.
    pub sandbox: bool,
    /// Whether the public URL is https. Cookies are `Secure` then.
    pub secure: bool,
    /// The newest answer of the readiness check, and when it was given, in milliseconds (UTC).
    pub readiness: Arc<Mutex<Option<(i64, bool)>>>,
    /// How often a stream of changes shows that it is alive. A page waits for two of them
    /// (`src/islands/live/hydrated.rs`).
    pub heartbeat: Duration,
    /// Cancelled at shutdown; ends open streams.
    /// Cancelled by the signal to stop: the process is not ready any more.
    pub stopping: CancellationToken,
    /// Cancelled after that, when the listener closes; ends open streams.
    pub shutdown: CancellationToken,
}
