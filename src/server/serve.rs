//! Puts the desk together and serves it.

use super::connections::{Bounds, Places};
use super::first_start;
use super::router::router;
use super::routes::metrics as metrics_route;
use crate::ambient::Ambient;
use crate::config::{Config, Environment, Upstream};
use crate::desk::access::RecentAccess;
use crate::desk::export::PendingExports;
use crate::desk::password::Passwords;
use crate::desk::queue::{self, EventSink};
use crate::desk::{Desk, Policy};
use crate::desk::{reseal, retention};
use crate::empego::retry::TokioSleeper;
use crate::empego::subscription::{Health, Subscription};
use crate::empego::{self, Empego, Origin};
use crate::live::Live;
use crate::private_file;
use crate::sandbox::{self, Sandbox};
use crate::secrets::{Secrets, random_token};
use crate::store;
use crate::web::assets::Assets;
use crate::web::limits::Limits;
use crate::web::oidc::Provider;
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

/// How long work that is under way may take after the desk was told to stop, before it is cut off.
/// A create call that is cut off shows as an unknown outcome.
const LAST_CALLS: Duration = Duration::from_secs(20);
/// How often the event queue is told that the desk is there (`empego-api.md` §6.1: every 2 to 3
/// minutes).
const EVENTS_PING: Duration = Duration::from_secs(150);
/// How long the event queue may be silent: two answers to a `PING` are missing by then.
const EVENTS_SILENCE: Duration = Duration::from_secs(330);
/// How many calls to Empego may be under way at once.
const EMPEGO_CONCURRENCY: usize = 16;

/// Everything bound and ready, not yet serving.
pub struct Bound {
    /// The shared components.
    pub state: AppState,
    /// Where the desk listens.
    pub addr: SocketAddr,
    /// Where the sandbox listens, if it runs.
    pub sandbox_addr: Option<SocketAddr>,
    /// The first administrator, when this start made one.
    pub first: Option<(String, SecretString)>,
    /// What connections may take.
    pub connections: Bounds,
    subscription: Option<Subscription>,
    listener: TcpListener,
    tasks: TaskTracker,
}

/// Opens the store, starts the sandbox where there is no Empego, and binds the listeners.
///
/// # Errors
/// A sentence for whoever started it.
pub async fn bind(
    config: Config,
    assets: Assets,
    ambient: Ambient,
    shutdown: CancellationToken,
) -> anyhow::Result<Bound> {
    install_tls();
    start_executor();
    let store = store::open(&config.database_url).await?;
    let listener = TcpListener::bind(config.addr)
        .await
        .with_context(|| format!("DESK_ADDR: {} cannot be listened on", config.addr))?;
    let addr = listener.local_addr()?;
    let tasks = TaskTracker::new();
    let mut origins = config.app_origins.clone();
    let mut events_url = config.events_url.clone();
    let (upstream, sandbox_addr) = match &config.upstream {
        Upstream::Empego { base_url, key, tenant } => {
            ((base_url.clone(), key.clone(), tenant.clone()), None)
        }
        Upstream::Sandbox => {
            let (url, events, addr) = start_sandbox(&config, &ambient, &tasks, &shutdown).await?;
            events_url = events_url.or(Some(events));
            origins.push(
                Origin::parse(url.origin().ascii_serialization().as_str(), true)
                    .map_err(anyhow::Error::msg)?,
            );
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
    let (base_url, key, tenant) = upstream;
    let subscription = events_url.map(|url| subscription(url, key.clone(), ambient.clone()));
    // Empego's pages may keep files where they are themselves.
    let file_origins = config.file_origins.iter().chain(&origins).cloned().collect();
    let settings = empego::Settings {
        base_url,
        key,
        key_header: config.key_header,
        tenant,
        app_origins: origins.clone(),
        file_origins,
        timeout: config.empego_timeout,
        concurrency: EMPEGO_CONCURRENCY,
    };
    let passwords = Passwords::new(ambient.clone())?;
    let public_url = config
        .public_url
        .as_ref()
        .map_or_else(|| format!("http://{addr}"), |url| url.origin().ascii_serialization());
    let secrets = secrets(&config, &ambient)?;
    reseal::all(&*store, &secrets, &ambient).await?;
    let desk = Desk {
        store,
        empego: Empego::new(empego::http_client()?, settings, ambient.clone()),
        live: Live::default(),
        secrets,
        policy: Policy {
            public_url: public_url.clone(),
            confirm_after_ms: config.confirm_after_ms,
            time_zone: config.time_zone.clone(),
        },
        tasks: tasks.clone(),
        recent_access: RecentAccess::default(),
        pending_exports: PendingExports::default(),
        passwords,
        ambient,
    };
    let provider = |settings| {
        anyhow::Ok(Arc::new(Provider::new(settings, empego::http_client()?, &public_url)))
    };
    let oidc = config.oidc.clone().map(provider).transpose()?;
    // After everything that can fail: once the account is made, its password has to be printed.
    let first = first_start::administrator(&desk, &config).await?;
    let state = AppState {
        oidc,
        limits: Arc::new(Limits::new(config.rate_limits, &desk.ambient)),
        events: Arc::new(Health::default()),
        desk: Arc::new(desk),
        assets: Arc::new(assets),
        origins: origins.iter().map(|origin| origin.as_str().to_owned()).collect(),
        sandbox: sandbox_addr.is_some(),
        secure: public_url.starts_with("https://"),
        shutdown,
        config: Arc::new(config),
    };
    Ok(Bound {
        state,
        addr,
        sandbox_addr,
        first,
        connections: Bounds::default(),
        subscription,
        listener,
        tasks,
    })
}

impl Bound {
    /// Serves until the shutdown token is cancelled, then lets work that is under way end.
    ///
    /// # Errors
    /// When the listener fails.
    pub async fn serve(self) -> anyhow::Result<()> {
        let shutdown = self.state.shutdown.clone();
        if let Some(addr) = self.state.config.metrics_addr {
            let listener = TcpListener::bind(addr)
                .await
                .with_context(|| format!("DESK_METRICS_ADDR: {addr} cannot be listened on"))?;
            self.tasks.spawn(metrics_route::serve(listener, shutdown.clone())?);
        }
        let keep_log = self.state.config.audit_retention_ms;
        self.tasks.spawn(retention::daily(
            self.state.desk.clone(),
            keep_log,
            retention::TICK,
            shutdown.clone(),
        ));
        self.tasks.spawn(queue::watch(
            self.state.desk.clone(),
            self.state.config.confirm_after_ms,
            queue::TICK,
            shutdown.clone(),
        ));
        if let Some(subscription) = self.subscription {
            let (sink, health, stop) =
                (EventSink(self.state.desk.clone()), self.state.events.clone(), shutdown.clone());
            self.tasks.spawn(async move { Box::pin(subscription.run(&sink, &health, stop)).await });
        }
        let app = router(self.state.clone())?;
        let handle = axum_server::Handle::new();
        let stop = handle.clone();
        let asked = shutdown.clone();
        tokio::spawn(async move {
            asked.cancelled().await;
            stop.graceful_shutdown(Some(LAST_CALLS));
        });
        // HTTP/1 alone: what finds out which version a client speaks waits for its first bytes
        // without an end.
        let mut server =
            axum_server::from_tcp(self.listener.into_std()?)?.handle(handle).http1_only();
        server.http_builder().http1().header_read_timeout(self.connections.slowest_headers);
        let server = server.acceptor(Places::new(self.connections.most));
        server.serve(app.into_make_service_with_connect_info::<SocketAddr>()).await?;
        shutdown.cancel();
        self.tasks.close();
        if tokio::time::timeout(LAST_CALLS, self.tasks.wait()).await.is_err() {
            tracing::warn!("some calls to Empego were still under way and were cut off");
        }
        Ok(())
    }
}

/// What the event queue is followed by.
pub(super) fn subscription(url: Url, key: SecretString, ambient: Ambient) -> Subscription {
    Subscription {
        url,
        key,
        ping: EVENTS_PING,
        silence: EVENTS_SILENCE,
        ambient,
        sleeper: Arc::new(TokioSleeper),
    }
}

/// Starts the sandbox. Its REST base, its event queue, and where it listens.
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
    let options = sandbox::Options {
        keep: Some(config.data_folder().join("sandbox.json")),
        ..sandbox::Options::new(&origin)
    };
    let sandbox = Sandbox::new(options, ambient.clone());
    let events = Url::parse(&sandbox.events_url())?;
    tasks.spawn(sandbox::serve(listener, sandbox, shutdown.clone()));
    Ok((Url::parse(&origin)?, events, addr))
}

/// The secrets of the configuration; in development one is made once and kept beside the database.
fn secrets(config: &Config, ambient: &Ambient) -> anyhow::Result<Secrets> {
    let previous = config.secret_previous.as_ref().map(|secret| secret.expose_secret().as_bytes());
    if let Some(secret) = &config.secret {
        return Ok(Secrets::new(secret.expose_secret().as_bytes(), previous));
    }
    anyhow::ensure!(
        config.environment == Environment::Development,
        "DESK_SECRET: is required in production"
    );
    let file = config.data_folder().join("secret");
    let secret = match std::fs::read_to_string(&file) {
        Ok(secret) if !secret.trim().is_empty() => secret,
        Err(error) if error.kind() != ErrorKind::NotFound => {
            return Err(error).with_context(|| format!("{} cannot be read", file.display()));
        }
        // An empty one is what an older version left when it was killed while it wrote: it never
        // held a secret.
        _ => {
            let secret = format!("{}{}", random_token(ambient), random_token(ambient));
            private_file::write(&file, secret.as_bytes())
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

/// Leptos spawns through one executor for the process. Later calls find it there.
fn start_executor() {
    if any_spawner::Executor::init_tokio().is_err() {
        tracing::debug!("an executor is installed already");
    }
}

/// One TLS provider for the process. Later calls find it there.
pub fn install_tls() {
    if rustls::crypto::ring::default_provider().install_default().is_err() {
        tracing::debug!("a TLS provider is installed already");
    }
}
