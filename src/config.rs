//! The configuration, read once at start. All missing and invalid settings are reported together,
//! by name.

mod database;
mod frame;
mod limits;
mod oidc;
mod parse;
mod profile;
mod settings;

pub use limits::{LimitSettings, Limits, Places, StopTimes};
pub use oidc::{ClaimName, Oidc};
pub use settings::{Settings, is_secret};

use crate::empego::Origin;
use crate::profile::Profile;
use ipnet::IpNet;
use parse::Problems;
use secrecy::SecretString;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use url::Url;

/// The kind of deployment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Environment {
    /// Allows the sandbox, a generated secret and plain http.
    Development,
    Production,
}

/// The form of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogForm {
    /// A line for a person to read.
    Text,
    /// A JSON object a line.
    Json,
}

/// Which Empego to use.
#[derive(Clone, Debug)]
pub enum Upstream {
    /// The built-in sandbox, served on `SANDBOX_ADDR`.
    Sandbox,
    Empego {
        /// With any version prefix.
        base_url: Url,
        key: SecretString,
        tenant: Option<SecretString>,
    },
}

/// The default of `DATABASE_URL`.
const DATABASE: &str = "sqlite://data/desk.db";

/// The parsed configuration.
#[derive(Clone, Debug)]
pub struct Config {
    pub addr: SocketAddr,
    /// The base of links. `None` = `http://` and the bound address.
    pub public_url: Option<Url>,
    pub environment: Environment,
    pub clinic_name: String,
    pub time_zone: jiff::tz::TimeZone,
    /// Networks of proxies that may set `X-Forwarded-For`.
    pub trusted_proxies: Vec<IpNet>,
    pub rate_limits: bool,
    pub database_url: String,
    /// The folder of generated files.
    pub data_folder: PathBuf,
    pub upstream: Upstream,
    /// What is assumed of Empego's interface.
    pub profile: Arc<Profile>,
    /// Origins of Empego's pages.
    pub app_origins: Vec<Origin>,
    /// The sandbox flags of the frames, separated by spaces, or `none`.
    pub frame_sandbox: String,
    /// The event queue's full URL; `None` = no queue, or the sandbox's.
    pub events_url: Option<Url>,
    /// How long an answer may be known from one source alone before the board shows it, in
    /// milliseconds.
    pub confirm_after_ms: i64,
    /// Origins of Empego's files, in addition to `app_origins`.
    pub file_origins: Vec<Origin>,
    pub empego_timeout: Duration,
    pub sandbox_addr: SocketAddr,
    /// `None` only in development: a secret is generated beside the database.
    pub secret: Option<SecretString>,
    /// The secret before the last rotation.
    pub secret_previous: Option<SecretString>,
    pub metrics_addr: Option<SocketAddr>,
    pub oidc: Option<Oidc>,
    /// E-mail of the first administrator.
    pub admin_email: Option<String>,
    /// Password of the first administrator.
    pub admin_password: Option<SecretString>,
    /// Lifetime of links at the first site, in milliseconds; `None` = no expiry.
    pub link_ttl_ms: Option<i64>,
    /// Retention of finished records at the first site, in milliseconds; `None` = no end.
    pub retention_ms: Option<i64>,
    /// Retention of the audit log, in milliseconds; `None` = no end.
    pub audit_retention_ms: Option<i64>,
    /// The form of the log. `None` = text on a terminal, JSON otherwise.
    pub log: Option<LogForm>,
    pub limits: Limits,
    /// Settings that hold and are probably not meant so, each starting with its name.
    pub warnings: Vec<String>,
}

impl Config {
    /// Parses the settings.
    ///
    /// # Errors
    /// One message for each missing or invalid setting, starting with its name.
    pub fn read(settings: &Settings) -> Result<Self, Vec<String>> {
        let mut problems = Problems::default();
        let environment = match settings.desk_env.as_deref().unwrap_or("development") {
            "development" => Environment::Development,
            "production" => Environment::Production,
            other => {
                problems
                    .add("DESK_ENV", &format!("{other:?} is neither development nor production"));
                Environment::Development
            }
        };
        let production = environment == Environment::Production;
        let profile = profile::read(&mut problems, settings);
        let addr =
            problems.addr("DESK_ADDR", settings.desk_addr.as_deref().unwrap_or("127.0.0.1:3000"));
        let mut config = Self {
            addr,
            public_url: problems.public_url(settings.desk_public_url.as_deref(), production),
            environment,
            clinic_name: problems.clinic_name(settings.desk_clinic_name.as_deref(), production),
            time_zone: problems.time_zone(
                "DESK_TIME_ZONE",
                settings.desk_time_zone.as_deref().unwrap_or("America/Toronto"),
            ),
            trusted_proxies: problems.networks(
                "DESK_TRUSTED_PROXIES",
                settings.desk_trusted_proxies.as_deref().unwrap_or_default(),
            ),
            rate_limits: problems
                .switch("DESK_RATE_LIMITS", settings.desk_rate_limits.as_deref().unwrap_or("on")),
            database_url: problems
                .database_url(settings.database_url.as_deref().unwrap_or(DATABASE), production),
            data_folder: data_folder(settings),
            upstream: problems.upstream(settings, production),
            app_origins: problems.origins(
                "EMPEGO_APP_ORIGINS",
                settings.empego_app_origins.as_deref().unwrap_or("https://app.empego.ca"),
                !production,
            ),
            frame_sandbox: frame::read(
                &mut problems,
                settings.empego_frame_sandbox.as_deref(),
                &profile,
            ),
            file_origins: profile::file_origins(
                &mut problems,
                settings.empego_file_origins.as_deref(),
                &profile,
                !production,
            ),
            profile,
            events_url: problems.events_url(settings.empego_events_url.as_deref(), production),
            confirm_after_ms: problems.duration(
                "DESK_CONFIRM_AFTER",
                settings.desk_confirm_after.as_deref().unwrap_or("10m"),
            ),
            empego_timeout: problems
                .timeout("EMPEGO_TIMEOUT", settings.empego_timeout.as_deref().unwrap_or("60s")),
            sandbox_addr: problems.sandbox_addr(
                settings.sandbox_addr.as_deref().unwrap_or("127.0.0.1:3100"),
                settings.empego_api_url.is_none(),
            ),
            secret: problems.secret("DESK_SECRET", settings.desk_secret.as_deref(), production),
            secret_previous: problems.secret(
                "DESK_SECRET_PREVIOUS",
                settings.desk_secret_previous.as_deref(),
                false,
            ),
            metrics_addr: settings
                .desk_metrics_addr
                .as_deref()
                .map(|text| problems.addr("DESK_METRICS_ADDR", text)),
            oidc: oidc::read(&mut problems, settings, production),
            admin_email: settings.desk_admin_email.clone(),
            admin_password: problems
                .password("DESK_ADMIN_PASSWORD", settings.desk_admin_password.as_deref()),
            link_ttl_ms: problems.optional_duration(
                "DESK_LINK_TTL",
                settings.desk_link_ttl.as_deref().unwrap_or("72h"),
            ),
            retention_ms: problems.optional_duration(
                "DESK_RETENTION",
                settings.desk_retention.as_deref().unwrap_or("none"),
            ),
            audit_retention_ms: problems.optional_duration(
                "DESK_AUDIT_RETENTION",
                settings.desk_audit_retention.as_deref().unwrap_or("3650d"),
            ),
            log: problems.log_form(settings.desk_log.as_deref()),
            limits: Limits::read(&mut problems, &settings.limits, production),
            warnings: Vec::new(),
        };
        if config.limits.request_timeout <= config.empego_timeout {
            problems.add("DESK_REQUEST_TIMEOUT", "is not longer than EMPEGO_TIMEOUT");
        }
        config.warnings.append(&mut problems.warnings);
        problems.into_result(config)
    }
}

/// The folder of generated files: as set, or that of SQLite's database (`.` when its URL names
/// none), or `data` where the database is on a server.
fn data_folder(settings: &Settings) -> PathBuf {
    if let Some(folder) = &settings.desk_data_folder {
        return PathBuf::from(folder);
    }
    let url = settings.database_url.as_deref().unwrap_or(DATABASE);
    let Some(file) = url.strip_prefix("sqlite://") else { return PathBuf::from("data") };
    match Path::new(file.split('?').next().unwrap_or_default()).parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_path_buf(),
        _ => PathBuf::from("."),
    }
}

#[cfg(test)]
mod tests;
