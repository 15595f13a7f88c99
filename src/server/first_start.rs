//! What the configuration says of the start and of the first one, as the use cases take it, and
//! what is checked at each one.

use crate::config::{Config, Environment, Upstream};
use crate::desk::accounts::bootstrap::{self, FirstAdministrator, FirstSite};
use crate::desk::accounts::operator::Result;
use crate::desk::{Desk, Policy, systems};
use crate::model::site::DEFAULT_NAME;
use crate::store::Store;
use secrecy::SecretString;

/// What use cases go by.
pub(super) fn policy(config: &Config, public_url: &str) -> Policy {
    Policy {
        public_url: public_url.to_owned(),
        confirm_after_ms: config.confirm_after_ms,
        time_zone: config.time_zone.clone(),
        purge_share: config.limits.purge_share,
        sandbox: matches!(config.upstream, Upstream::Sandbox),
        production: config.environment == Environment::Production,
    }
}

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

/// Patients read a site's public name. In production none of them is the product's.
///
/// # Errors
/// A message that names the sites; a store error.
async fn refuse_default_names(store: &dyn Store, production: bool) -> anyhow::Result<()> {
    if !production {
        return Ok(());
    }
    let sites = store.all_sites().await?;
    let unnamed: Vec<_> = sites
        .iter()
        .filter(|site| site.has_default_name())
        .map(|site| format!("{:?}", site.name))
        .collect();
    anyhow::ensure!(
        unnamed.is_empty(),
        "patients would read {DEFAULT_NAME:?} as the name of the site {}: start once with \
         DESK_ENV=development, and enter the clinic's name on the page of the site",
        unnamed.join(", ")
    );
    Ok(())
}

/// What is checked at each start, once the desk knows its address and its sites.
///
/// # Errors
/// As [`refuse_default_names`] and [`systems::check`].
pub(super) async fn check(desk: &Desk) -> anyhow::Result<()> {
    warn_of_local_links(&desk.policy);
    systems::check(&*desk.store, &desk.empego.profile().identifiers.all_systems()).await?;
    refuse_default_names(&*desk.store, desk.policy.production).await
}

/// Links to this machine alone are good for a try, and for no phone.
fn warn_of_local_links(policy: &Policy) {
    if policy.links_are_local() {
        tracing::warn!(
            "DESK_PUBLIC_URL: links and QR codes point to {}, which phones and other computers \
             cannot open. Set it to the address that they reach this desk at",
            policy.public_url
        );
    }
}
