//! The settings as they were given.

use super::limits::LimitSettings;
use clap::Args;

/// The settings as given, each as an environment variable (also from `.env`) or a flag. They are
/// parsed by [`super::Config::read`] and not by clap, so that all invalid ones are reported
/// together.
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
    /// text or json: the form of the log on standard error [default: text on a terminal, else json]
    #[arg(long, env = "DESK_LOG", hide_env_values = true)]
    pub desk_log: Option<String>,
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
    #[command(flatten)]
    pub limits: LimitSettings,
}

/// The settings whose values are never shown.
const SECRETS: [&str; 6] = [
    "EMPEGO_API_KEY",
    "EMPEGO_TENANT_KEY",
    "DESK_SECRET",
    "DESK_SECRET_PREVIOUS",
    "OIDC_CLIENT_SECRET",
    "DESK_ADMIN_PASSWORD",
];

/// Whether the value of this setting is a secret.
#[must_use]
pub fn is_secret(name: &str) -> bool {
    SECRETS.contains(&name)
}
