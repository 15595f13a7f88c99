//! The one list of shared components, given to every route and page.

use super::assets::Assets;
use super::limits::Limits;
use super::oidc::Provider;
use crate::config::Config;
use crate::desk::Desk;
use crate::empego::subscription::Health;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// Every shared component.
#[derive(Clone)]
pub struct AppState {
    /// The use cases and what they need.
    pub desk: Arc<Desk>,
    /// The settings.
    pub config: Arc<Config>,
    /// How the event queue is doing.
    pub events: Arc<Health>,
    /// How often who may ask.
    pub limits: Arc<Limits>,
    /// The OpenID Connect provider, where one is set.
    pub oidc: Option<Arc<Provider>>,
    /// The browser's files.
    pub assets: Arc<Assets>,
    /// Exact origins that the iframe may show and messages may come from, the sandbox's included
    /// while it runs.
    pub origins: Arc<[String]>,
    /// Whether the sandbox stands in for Empego: every staff page says so.
    pub sandbox: bool,
    /// Whether people reach the desk over https: cookies are tied to it then.
    pub secure: bool,
    /// Ends open streams at shutdown.
    pub shutdown: CancellationToken,
}
