//! Staff accounts, as the command line and the first start make them.

use super::password::{LONGEST, Passwords};
use super::rules;
use crate::ambient::Ambient;
use crate::error::FieldProblem;
use crate::model::email::is_email;
use crate::model::ids::{SiteId, StaffId};
use crate::model::role::Roles;
use crate::model::site::{LinkRules, Site};
use crate::secrets::random_token;
use crate::server::config::{Config, PASSWORD_LENGTH};
use crate::store::{Staff, Store};
use anyhow::{Context, bail};
use secrecy::{ExposeSecret, SecretString};

/// The administrator's e-mail in development, where none is set.
const DEFAULT_EMAIL: &str = "admin@localhost";

/// The site that the first start makes, from the configuration, when there is none; the first one by name otherwise.
///
/// # Errors
/// A failing store.
pub async fn first_site(store: &dyn Store, ambient: &Ambient, config: &Config) -> anyhow::Result<Site> {
    if let Some(site) = store.all_sites().await?.into_iter().next() {
        return Ok(site);
    }
    let name = config.clinic_name.clone();
    let site = Site {
        id: SiteId(ambient.id()),
        public_name_en: name.clone(),
        public_name_fr: name.clone(),
        name,
        tenant_key: None,
        rules: LinkRules { ttl_ms: config.link_ttl_ms, birth_date_gate: false },
        retention_ms: config.retention_ms,
        keep_exports: false,
        accent: None,
        created_at: ambient.now(),
    };
    store.add_site(&site).await?;
    Ok(site)
}

/// Adds an account with these roles at a site.
///
/// # Errors
/// A sentence: the e-mail is taken or is none, or the password is too short.
#[expect(clippy::too_many_arguments, reason = "each is a part of the account, or what it takes to make one")]
pub async fn add(
    store: &dyn Store,
    passwords: &Passwords,
    ambient: &Ambient,
    site: &SiteId,
    roles: &Roles,
    email: &str,
    name: &str,
    password: &SecretString,
) -> anyhow::Result<Staff> {
    check(email, name, password)?;
    let staff = Staff {
        id: StaffId(ambient.id()),
        email: email.trim().to_lowercase(),
        name: name.trim().to_owned(),
        password_hash: passwords.hash(password).await?,
        created_at: ambient.now(),
        disabled_at: None,
    };
    store.add_staff(&staff).await.with_context(|| format!("the account {email} was not added"))?;
    store.set_roles(&staff.id, site, roles).await?;
    Ok(staff)
}

/// Sets a new password; every session of the account ends.
///
/// # Errors
/// A sentence: no such account, or the password is too short.
pub async fn reset_password(store: &dyn Store, passwords: &Passwords, email: &str, password: &SecretString) -> anyhow::Result<()> {
    let staff = find(store, email).await?;
    check(email, &staff.name, password)?;
    store.set_password(&staff.id, &passwords.hash(password).await?).await.context("the password was not changed")
}

/// The account with this e-mail.
///
/// # Errors
/// A sentence when there is none.
pub async fn find(store: &dyn Store, email: &str) -> anyhow::Result<Staff> {
    store.staff_by_email(email).await?.with_context(|| format!("there is no account {email}"))
}

/// Makes the first administrator when there is no account yet. In development missing parts are made up; a
/// password that was made up is returned, to be printed once.
///
/// # Errors
/// In production, when the e-mail or password is not set.
pub async fn first(
    store: &dyn Store,
    passwords: &Passwords,
    ambient: &Ambient,
    config: &Config,
) -> anyhow::Result<Option<(String, SecretString)>> {
    use crate::server::config::Environment;
    let site = first_site(store, ambient, config).await?;
    if !store.all_staff().await?.is_empty() {
        return Ok(None);
    }
    let made_up = config.environment == Environment::Development;
    let (email, password) = match (&config.admin_email, &config.admin_password) {
        (Some(email), Some(password)) => (email.clone(), password.clone()),
        _ if !made_up => {
            bail!("there is no account yet: set DESK_ADMIN_EMAIL and DESK_ADMIN_PASSWORD for the first start, or run `empego-desk staff add`")
        }
        (email, password) => (
            email.clone().unwrap_or_else(|| DEFAULT_EMAIL.to_owned()),
            password.clone().unwrap_or_else(|| SecretString::from(random_token(ambient).chars().take(16).collect::<String>())),
        ),
    };
    add(store, passwords, ambient, &site.id, &Roles::all(), &email, "Administrator", &password).await?;
    // A password that the operator chose is known already, and belongs in no log.
    Ok(config.admin_password.is_none().then_some((email, password)))
}

fn check(email: &str, name: &str, password: &SecretString) -> anyhow::Result<()> {
    let email = email.trim();
    if !is_email(email) {
        bail!("{email:?} is not an e-mail address");
    }
    match rules::check(password.expose_secret(), email, name) {
        None => Ok(()),
        Some(FieldProblem::PasswordTooShort) => bail!("the password is shorter than {PASSWORD_LENGTH} characters"),
        Some(FieldProblem::PasswordTooLong) => bail!("the password is longer than {LONGEST} bytes"),
        Some(_) => bail!("the password is too easy to guess: use several unrelated words, or let the desk make one up"),
    }
}
