//! The configuration, read once at start. All missing and invalid settings are reported together,
//! by name.

mod frame;
mod oidc;
mod parse;
mod profile;

pub use oidc::{ClaimName, Oidc};

use crate::empego::Origin;
use crate::profile::Profile;
use clap::Args;
use ipnet::IpNet;
use parse::Problems;
use secrecy::SecretString;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use url::Url;

/// The settings as given, each as an environment variable (also from `.env`) or a flag. They are
/// parsed by [`Config::read`] and not by clap, so that all invalid ones are reported together.
#[derive(Args, Clone, Default)]
pub struct Settings {
    /// Listen address [default: 127.0.0.1:3000]
    #[arg(long, env = "DESK_ADDR", hide_env_values = true)]
    pub desk_addr: Option<String>,
    /// What links and QR codes point to [default: `http://$DESK_ADDR`]
    #[arg(long, env = "DESK_PUBLIC_URL", hide_env_values = true)]
    pub desk_public_url: Option<String>,
    /// development or production [default: development]
    #[arg(long, env = "DESK_ENV", hide_env_values = true)]
    pub desk_env: Option<String>,
    /// The clinic's or pharmacy's name, as patients read it [default: Empego Desk]
    #[arg(long, env = "DESK_CLINIC_NAME", hide_env_values = true)]
    pub desk_clinic_name: Option<String>,
    /// The time zone that staff pages show times in [default: America/Toronto]
    #[arg(long, env = "DESK_TIME_ZONE", hide_env_values = true)]
    pub desk_time_zone: Option<String>,
    /// Networks of proxies whose `X-Forwarded-For` counts, comma separated [default: none]
    #[arg(long, env = "DESK_TRUSTED_PROXIES", hide_env_values = true)]
    pub desk_trusted_proxies: Option<String>,
    /// on or off: rate limits by client address and by link [default: on]
    #[arg(long, env = "DESK_RATE_LIMITS", hide_env_values = true)]
    pub desk_rate_limits: Option<String>,
    /// Where the records are kept: sqlite:// or postgres:// [default: `sqlite://data/desk.db`]
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    pub database_url: Option<String>,
    /// The folder of generated files [default: that of the `SQLite` database, else data]
    #[arg(long, env = "DESK_DATA_FOLDER", hide_env_values = true)]
    pub desk_data_folder: Option<String>,
    /// Empego's base URL; none = the built-in sandbox
    #[arg(long, env = "EMPEGO_API_URL", hide_env_values = true)]
    pub empego_api_url: Option<String>,
    /// Empego's integration API key
    #[arg(long, env = "EMPEGO_API_KEY", hide_env_values = true)]
    pub empego_api_key: Option<String>,
    /// Empego's tenant key, where the API key covers several
    #[arg(long, env = "EMPEGO_TENANT_KEY", hide_env_values = true)]
    pub empego_tenant_key: Option<String>,
    /// The header that carries the key: authorization or api-key [default: as the profile says]
    #[arg(long, env = "EMPEGO_KEY_HEADER", hide_env_values = true)]
    pub empego_key_header: Option<String>,
    /// A file with what is assumed of Empego's interface [default: as `profile show` prints]
    #[arg(long, env = "EMPEGO_PROFILE", hide_env_values = true)]
    pub empego_profile: Option<String>,
    /// Exact origins allowed in the iframe, comma separated [default: `https://app.empego.ca`]
    #[arg(long, env = "EMPEGO_APP_ORIGINS", hide_env_values = true)]
    pub empego_app_origins: Option<String>,
    /// The sandbox flags of the iframe, separated by spaces, or none [default: as the profile says]
    #[arg(long, env = "EMPEGO_FRAME_SANDBOX", hide_env_values = true)]
    pub empego_frame_sandbox: Option<String>,
    /// Exact origins that the PDFs of exports are fetched from, beside those of the iframe, comma
    /// separated [default: as the profile says]
    #[arg(long, env = "EMPEGO_FILE_ORIGINS", hide_env_values = true)]
    pub empego_file_origins: Option<String>,
    /// The whole `wss://…?queue=…` address of Empego's event queue [default: none]
    #[arg(long, env = "EMPEGO_EVENTS_URL", hide_env_values = true)]
    pub empego_events_url: Option<String>,
    /// How long an answer may be known from the browser alone, or from Empego alone, before the
    /// board shows that, such as 10m [default: 10m]
    #[arg(long, env = "DESK_CONFIRM_AFTER", hide_env_values = true)]
    pub desk_confirm_after: Option<String>,
    /// Timeout of requests to Empego, such as 60s [default: 60s]
    #[arg(long, env = "EMPEGO_TIMEOUT", hide_env_values = true)]
    pub empego_timeout: Option<String>,
    /// Listen address of the sandbox [default: 127.0.0.1:3100]
    #[arg(long, env = "SANDBOX_ADDR", hide_env_values = true)]
    pub sandbox_addr: Option<String>,
    /// At least 32 bytes; derives link tokens [default: generated into data/secret in development]
    #[arg(long, env = "DESK_SECRET", hide_env_values = true)]
    pub desk_secret: Option<String>,
    /// The secret before the last rotation
    #[arg(long, env = "DESK_SECRET_PREVIOUS", hide_env_values = true)]
    pub desk_secret_previous: Option<String>,
    /// Listen address of /metrics [default: off]
    #[arg(long, env = "DESK_METRICS_ADDR", hide_env_values = true)]
    pub desk_metrics_addr: Option<String>,
    /// The OpenID Connect provider's issuer; none = sign-in by password only
    #[arg(long, env = "OIDC_ISSUER", hide_env_values = true)]
    pub oidc_issuer: Option<String>,
    /// The client id of this desk at the provider
    #[arg(long, env = "OIDC_CLIENT_ID", hide_env_values = true)]
    pub oidc_client_id: Option<String>,
    /// The client secret of this desk at the provider
    #[arg(long, env = "OIDC_CLIENT_SECRET", hide_env_values = true)]
    pub oidc_client_secret: Option<String>,
    /// The claim with the roles: front-desk, clinician, administrator [default: roles]
    #[arg(long, env = "OIDC_ROLE_CLAIM", hide_env_values = true)]
    pub oidc_role_claim: Option<String>,
    /// The claim with the site's name [default: site]
    #[arg(long, env = "OIDC_SITE_CLAIM", hide_env_values = true)]
    pub oidc_site_claim: Option<String>,
    /// on or off: take an e-mail as verified where the provider does not say whether it is
    /// [default: off]
    #[arg(long, env = "OIDC_TRUST_EMAIL", hide_env_values = true)]
    pub oidc_trust_email: Option<String>,
    /// The label of the button that leads to the provider [default: "Sign in with your
    /// organisation", in both languages]
    #[arg(long, env = "OIDC_BUTTON", hide_env_values = true)]
    pub oidc_button: Option<String>,
    /// E-mail of the first administrator
    #[arg(long, env = "DESK_ADMIN_EMAIL", hide_env_values = true)]
    pub desk_admin_email: Option<String>,
    /// Password of the first administrator
    #[arg(long, env = "DESK_ADMIN_PASSWORD", hide_env_values = true)]
    pub desk_admin_password: Option<String>,
    /// How long a link works: 72h, 30m, 7d, or none [default: 72h]
    #[arg(long, env = "DESK_LINK_TTL", hide_env_values = true)]
    pub desk_link_ttl: Option<String>,
    /// How long records are kept, such as 3650d, or none [default: none]
    #[arg(long, env = "DESK_RETENTION", hide_env_values = true)]
    pub desk_retention: Option<String>,
    /// How long rows of the audit log are kept, independent of the records, such as 3650d [default:
    /// 3650d]
    #[arg(long, env = "DESK_AUDIT_RETENTION", hide_env_values = true)]
    pub desk_audit_retention: Option<String>,
}

/// The kind of deployment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Environment {
    /// Allows the sandbox, a generated secret and plain http.
    Development,
    Production,
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
                .database_url(settings.database_url.as_deref().unwrap_or(DATABASE)),
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
            warnings: Vec::new(),
        };
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
