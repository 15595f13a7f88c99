//! What the configuration says of the first start, as the use cases take it.

use crate::config::{Config, Environment};
use crate::desk::Desk;
use crate::desk::accounts::bootstrap::{self, FirstAdministrator, FirstSite};
use crate::desk::accounts::operator::Result;
use secrecy::SecretString;

/// The first site.
pub(super) fn site(config: &Config) -> FirstSite {
    FirstSite {
        name: config.clinic_name.clone(),
        link_ttl_ms: config.link_ttl_ms,
        retention_ms: config.retention_ms,
    }
}

/// Adds the first site and the first administrator, where there are none.
///
/// # Errors
/// As [`bootstrap::first_administrator`].
pub(super) async fn administrator(
    desk: &Desk,
    config: &Config,
) -> Result<Option<(String, SecretString)>> {
    let first = FirstAdministrator {
        email: config.admin_email.clone(),
        password: config.admin_password.clone(),
        generate: config.environment == Environment::Development,
    };
    let (store, passwords, ambient) = (&*desk.store, &desk.passwords, &desk.ambient);
    bootstrap::first_administrator(store, passwords, ambient, &site(config), &first).await
}
