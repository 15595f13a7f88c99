//! Builds the application and serves it.

use super::connections::{ConnectionLimits, ConnectionPermits};
use super::first_start;
use super::leader::Leader;
use super::metrics;
use super::router::router;
use super::stop::Stop;
use crate::ambient::Ambient;
use crate::config::{Config, Environment, StopTimes, Upstream};
use crate::desk::access::RecentAccess;
use crate::desk::export::PendingExports;
use crate::desk::password::Passwords;
use crate::desk::queue;
use crate::desk::tell::Turns;
use crate::desk::{Desk, FirstUrls, changes, reseal, sessions};
use crate::empego::retry::TokioSleeper;
use crate::empego::subscription::Subscription;
use crate::empego::{self, Empego, Origin};
use crate::live::Live;
use crate::private_file;
use crate::sandbox::{self, Sandbox};
use crate::secrets::{Secrets, random_token};
use crate::store;
use crate::web::assets::Assets;
use crate::web::client::Clients;
use crate::web::limits::Limits;
use crate::web::oidc::Provider;
use crate::web::shares::Places;
use crate::web::state::AppState;
use anyhow::Context;
use secrecy::{ExposeSecret, SecretString};
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use url::Url;

/// How much of a connection is read ahead, in bytes; a request's headers are shorter. By default it
/// grows to some hundred KiB while a body is read.
const MAX_BUFFER: usize = 32 * 1024;
/// The interval of `PING` to the event queue (`docs/empego.md` §6.1: every 2 to 3 minutes).
const EVENTS_PING: Duration = Duration::from_secs(150);
/// The idle timeout of the event queue: two missing answers to `PING`.
const EVENTS_SILENCE: Duration = Duration::from_secs(330);
/// The interval of events in a silent stream of changes.
const HEARTBEAT: Duration = Duration::from_secs(20);

/// An application whose listeners are bound, not yet serving.
pub struct Bound {
    pub state: AppState,
    pub addr: SocketAddr,
    /// The address of the sandbox, if it runs.
    pub sandbox_addr: Option<SocketAddr>,
    /// E-mail and password of the first administrator, if this start created the account.
    pub first: Option<(String, SecretString)>,
    pub connections: ConnectionLimits,
    /// How long the end may take. A create call that is aborted then has an unknown outcome.
    pub stop: StopTimes,
    subscription: Option<Subscription>,
    listener: TcpListener,
    tasks: TaskTracker,
}

/// Opens the store, starts the sandbox if no Empego is configured, and binds the listeners.
///
/// # Errors
/// A message for the operator, which names the setting or file.
pub async fn bind(
    config: Config,
    assets: Assets,
    ambient: Ambient,
    shutdown: CancellationToken,
) -> anyhow::Result<Bound> {
    install_tls();
    install_executor();
    for warning in &config.warnings {
        tracing::warn!("{warning}");
    }
    private_file::create_folder(&config.data_folder)
        .with_context(|| format!("{} cannot be created", config.data_folder.display()))?;
    let store = store::open(&config.database_url).await?;
    let listener = TcpListener::bind(config.addr)
        .await
        .with_context(|| format!("DESK_ADDR: {} cannot be listened on", config.addr))?;
    let addr = listener.local_addr()?;
    let (tasks, closing) = (TaskTracker::new(), CancellationToken::new());
    let mut origins = config.app_origins.clone();
    let mut events_url = config.events_url.clone();
    let ((base_url, key, tenant), sandbox_addr) = match &config.upstream {
        Upstream::Empego { base_url, key, tenant } => {
            ((base_url.clone(), key.clone(), tenant.clone()), None)
        }
        Upstream::Sandbox => {
            let (url, events, addr) = start_sandbox(&config, &ambient, &tasks, &closing).await?;
            events_url = events_url.or(Some(events));
            let origin = Origin::parse(&url.origin().ascii_serialization(), true);
            origins.push(origin.map_err(anyhow::Error::msg)?);
            (
                (
                    url.join("v2")?,
                    SecretString::from(sandbox::API_KEY),
                    Some(SecretString::from(sandbox::TENANT_KEY)),
                ),
                Some(addr),
            )
        }
    };
    let subscription = events_url.map(|url| subscription(url, key.clone(), ambient.clone()));
    // Empego may serve files from the origins of its pages.
    let file_origins = config.file_origins.iter().chain(&origins).cloned().collect();
    let settings = empego::Settings {
        base_url,
        key,
        profile: config.profile.clone(),
        tenant,
        app_origins: origins.clone(),
        file_origins,
        timeout: config.empego_timeout,
        read_timeout: config.limits.empego_read_timeout,
        concurrency: config.limits.empego_concurrency,
    };
    let passwords = Passwords::new(ambient.clone(), config.limits.password_permits)?;
    let public_url = config
        .public_url
        .as_ref()
        .map_or_else(|| format!("http://{addr}"), |url| url.origin().ascii_serialization());
    let secrets = secrets(&config, &ambient)?;
    reseal::all(&*store, &secrets, &ambient).await?;
    let live = Live::after(store.position().await?);
    let desk = Desk {
        store,
        empego: Empego::new(empego::http_client()?, settings, ambient.clone()),
        live,
        secrets,
        policy: first_start::policy(&config, &public_url),
        tasks: tasks.clone(),
        recent_access: RecentAccess::default(),
        pending_exports: PendingExports::default(),
        first_urls: FirstUrls::default(),
        telling: Turns::default(),
        passwords,
        ambient,
    };
    first_start::check(&desk).await?;
    let provider = |settings| {
        anyhow::Ok(Arc::new(Provider::new(settings, empego::http_client()?, &public_url)))
    };
    let oidc = config.oidc.clone().map(provider).transpose()?;
    sessions::remember_clients(&desk).await?;
    // Last, because nothing may fail between the creation of the account and the printing of its
    // password.
    let first = first_start::administrator(&desk, &config).await?;
    let secure = public_url.starts_with("https://");
    let state = AppState {
        oidc,
        limits: Arc::new(Limits::new(config.rate_limits, &desk.ambient)),
        clients: Arc::new(Clients::new(config.trusted_proxies.clone(), secure)),
        places: Places::new(config.limits.requests, config.limits.streams),
        events: Arc::default(),
        readiness: Arc::default(),
        heartbeat: HEARTBEAT,
        desk: Arc::new(desk),
        assets: Arc::new(assets),
        origins: origins.iter().map(|origin| origin.as_str().to_owned()).collect(),
        sandbox: sandbox_addr.is_some(),
        secure,
        stopping: shutdown,
        shutdown: closing,
        config: Arc::new(config),
    };
    let (stop, connections) = (state.config.limits.stop, state.config.limits.connections);
    Ok(Bound {
        state,
        addr,
        sandbox_addr,
        first,
        connections: ConnectionLimits::new(connections),
        stop,
        subscription,
        listener,
        tasks,
    })
}

impl Bound {
    /// Serves until the shutdown token is cancelled, then ends in steps (`stop.rs`).
    ///
    /// # Errors
    /// When the listener fails.
    pub async fn serve(self) -> anyhow::Result<()> {
        let (signal, closing) = (self.state.stopping.clone(), self.state.shutdown.clone());
        if let Some(addr) = self.state.config.metrics_addr {
            let listener = TcpListener::bind(addr)
                .await
                .with_context(|| format!("DESK_METRICS_ADDR: {addr} cannot be listened on"))?;
            self.tasks.spawn(metrics::serve(listener, closing.clone())?);
        }
        let (desk, following) = (self.state.desk.clone(), closing.clone());
        self.tasks.spawn(async move {
            changes::follow(&*desk.store, &desk.live, &TokioSleeper, following).await;
        });
        let after_ms = self.state.config.confirm_after_ms;
        let count = queue::count(self.state.desk.clone(), after_ms, queue::TICK, signal.clone());
        self.tasks.spawn(count);
        let (leader, stop) = (Leader::new(&self.state, self.subscription), signal.clone());
        self.tasks.spawn(async move { leader.lead(&stop).await });
        let app = router(self.state.clone())?;
        let handle = axum_server::Handle::new();
        let stop = Stop { signal: signal.clone(), closing, times: self.stop };
        let deadline = tokio::spawn(stop.run(handle.clone()));
        // HTTP/1 only: the detection of the version waits for the first bytes without a timeout.
        let mut server =
            axum_server::from_tcp(self.listener.into_std()?)?.handle(handle).http1_only();
        let mut http = server.http_builder().http1();
        http.max_buf_size(MAX_BUFFER).header_read_timeout(self.connections.header_timeout);
        let proxies = self.state.config.trusted_proxies.clone();
        let server = server.acceptor(ConnectionPermits::new(self.connections, proxies));
        server.serve(app.into_make_service_with_connect_info::<SocketAddr>()).await?;
        signal.cancel();
        let deadline = deadline.await?;
        self.tasks.close();
        if tokio::time::timeout_at(deadline, self.tasks.wait()).await.is_err() {
            tracing::warn!("calls to Empego were still running and were aborted");
        }
        Ok(())
    }
}

/// The client of the event queue.
pub(super) fn subscription(url: Url, key: SecretString, ambient: Ambient) -> Subscription {
    Subscription {
        url,
        key,
        ping: EVENTS_PING,
        idle_timeout: EVENTS_SILENCE,
        ambient,
        sleeper: Arc::new(TokioSleeper),
    }
}

/// Starts the sandbox. Returns its origin, the URL of its event queue and its address.
async fn start_sandbox(
    config: &Config,
    ambient: &Ambient,
    tasks: &TaskTracker,
    shutdown: &CancellationToken,
) -> anyhow::Result<(Url, Url, SocketAddr)> {
    let listener = TcpListener::bind(config.sandbox_addr)
        .await
        .with_context(|| format!("SANDBOX_ADDR: {} cannot be listened on", config.sandbox_addr))?;
    let addr = listener.local_addr()?;
    let origin = format!("http://{addr}");
    let keep = Some(config.data_folder.join("sandbox.json"));
    let profile = config.profile.clone();
    let options = sandbox::Options { keep, profile, ..sandbox::Options::new(&origin) };
    let sandbox = Sandbox::new(options, ambient.clone());
    let events = Url::parse(&sandbox.events_url())?;
    tasks.spawn(sandbox::serve(listener, sandbox, shutdown.clone()));
    Ok((Url::parse(&origin)?, events, addr))
}

/// The configured secrets. In development without a secret, one is generated and stored beside the
/// database.
pub(super) fn secrets(config: &Config, ambient: &Ambient) -> anyhow::Result<Secrets> {
    let previous = config.secret_previous.as_ref().map(|secret| secret.expose_secret().as_bytes());
    if let Some(secret) = &config.secret {
        return Ok(Secrets::new(secret.expose_secret().as_bytes(), previous));
    }
    anyhow::ensure!(
        config.environment == Environment::Development,
        "DESK_SECRET: is required in production"
    );
    let file = config.data_folder.join("secret");
    let secret = match std::fs::read_to_string(&file) {
        Ok(secret) if !secret.trim().is_empty() => secret,
        Err(error) if error.kind() != ErrorKind::NotFound => {
            return Err(error).with_context(|| format!("{} cannot be read", file.display()));
        }
        // An older version left an empty file when it was killed while writing.
        _ => {
            let secret = format!("{}{}", random_token(ambient), random_token(ambient));
            private_file::create_folder(&config.data_folder)
                .and_then(|()| private_file::write(&file, secret.as_bytes()))
                .with_context(|| format!("{} cannot be written", file.display()))?;
            secret
        }
    };
    anyhow::ensure!(
        secret.trim().len() >= 32,
        "{} holds no secret: remove it, and links that were handed out can be shown no more",
        file.display()
    );
    Ok(Secrets::new(secret.trim().as_bytes(), previous))
}

/// Installs the process-wide executor of Leptos. Does nothing on later calls.
fn install_executor() {
    if any_spawner::Executor::init_tokio().is_err() {
        tracing::debug!("an executor is already installed");
    }
}

/// Installs the process-wide TLS provider. Does nothing on later calls.
pub fn install_tls() {
    if rustls::crypto::ring::default_provider().install_default().is_err() {
        tracing::debug!("a TLS provider is already installed");
    }
}
