//! What the configuration says of the first start, as the use cases take it, and what is checked
//! at each one.

use crate::config::{Config, Environment};
use crate::desk::accounts::bootstrap::{self, FirstAdministrator, FirstSite};
use crate::desk::accounts::operator::Result;
use crate::desk::{Desk, Policy};
use crate::model::site::DEFAULT_NAME;
use crate::store::Store;
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

/// Patients read a site's public name. In production none of them is the product's.
///
/// # Errors
/// A message that names the sites; a store error.
async fn refuse_default_names(store: &dyn Store, environment: Environment) -> anyhow::Result<()> {
    if environment != Environment::Production {
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
/// As [`refuse_default_names`].
pub(super) async fn check(desk: &Desk, environment: Environment) -> anyhow::Result<()> {
    warn_of_local_links(&desk.policy);
    refuse_default_names(&*desk.store, environment).await
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
