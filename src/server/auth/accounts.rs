//! Staff accounts, as the command line and the first start make them.

use crate::ambient::Ambient;
use crate::config::Config;
use crate::desk::password::{LONGEST, Passwords, rules};
use crate::error::FieldProblem;
use crate::model::account::PASSWORD_LENGTH;
use crate::model::audit::Action;
use crate::model::client::Client;
use crate::model::email::is_email;
use crate::model::ids::{SiteId, StaffId};
use crate::model::role::Roles;
use crate::model::site::{LinkRules, Site};
use crate::secrets::random_token;
use crate::store::{Record, Staff, Store, StoreError};
use anyhow::{Context, bail};
use secrecy::{ExposeSecret, SecretString};

/// Who the log says it was, where an operator does it.
pub const COMMAND_LINE: &str = "command line";
/// Who the log says made the first administrator.
pub const FIRST_START: &str = "first start";
/// The administrator's e-mail in development, where none is set.
const DEFAULT_EMAIL: &str = "admin@localhost";

/// The site that the first start makes, from the configuration, when there is none; the first one
/// by name otherwise.
///
/// # Errors
/// A failing store.
pub async fn first_site(
    store: &dyn Store,
    ambient: &Ambient,
    config: &Config,
) -> anyhow::Result<Site> {
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
#[expect(
    clippy::too_many_arguments,
    reason = "each is a part of the account, or what it takes to make one"
)]
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
    let staff = new(passwords, ambient, email, name, password).await?;
    keep(store, &staff, site, roles).await?;
    Ok(staff)
}

/// The same, written down: `by` is [`COMMAND_LINE`] or [`FIRST_START`].
///
/// # Errors
/// As [`add`].
#[expect(clippy::too_many_arguments, reason = "as add, and who does it")]
pub async fn enrol(
    store: &dyn Store,
    passwords: &Passwords,
    ambient: &Ambient,
    by: &str,
    site: &SiteId,
    roles: &Roles,
    email: &str,
    name: &str,
    password: &SecretString,
) -> anyhow::Result<Staff> {
    let staff = new(passwords, ambient, email, name, password).await?;
    // What is refused is not written down.
    if store.staff_by_email(&staff.email).await?.is_some() {
        return Err(StoreError::Taken("the e-mail address")).with_context(|| not_added(email));
    }
    let words = format!("account={} roles={}", staff.id, roles.slugs());
    store.record(&[record(ambient, by, Some(site.clone()), Action::AccountAdded, &words)]).await?;
    keep(store, &staff, site, roles).await?;
    Ok(staff)
}

/// A row of the log about what an operator does, or the first start. No account does it, and from
/// no address.
#[must_use]
pub fn record(
    ambient: &Ambient,
    by: &str,
    site: Option<SiteId>,
    action: Action,
    words: &str,
) -> Record {
    Record {
        at: ambient.now(),
        site,
        staff: None,
        name: by.to_owned(),
        roles: Roles::default(),
        action,
        consultation: None,
        patients: Vec::new(),
        detail: words.to_owned(),
        client: Client::default(),
    }
}

fn not_added(email: &str) -> String {
    format!("the account {email} was not added")
}

async fn new(
    passwords: &Passwords,
    ambient: &Ambient,
    email: &str,
    name: &str,
    password: &SecretString,
) -> anyhow::Result<Staff> {
    check(email, name, password)?;
    Ok(Staff {
        id: StaffId(ambient.id()),
        email: email.trim().to_lowercase(),
        name: name.trim().to_owned(),
        password_hash: passwords.hash(password).await?,
        created_at: ambient.now(),
        disabled_at: None,
    })
}

async fn keep(
    store: &dyn Store,
    staff: &Staff,
    site: &SiteId,
    roles: &Roles,
) -> anyhow::Result<()> {
    store.add_staff(staff).await.with_context(|| not_added(&staff.email))?;
    Ok(store.set_roles(&staff.id, site, roles).await?)
}

/// Sets a new password, by the command line; every session of the account ends.
///
/// # Errors
/// A sentence: no such account, or the password is too short.
pub async fn reset_password(
    store: &dyn Store,
    passwords: &Passwords,
    ambient: &Ambient,
    email: &str,
    password: &SecretString,
) -> anyhow::Result<()> {
    let staff = find(store, email).await?;
    check(email, &staff.name, password)?;
    let hash = passwords.hash(password).await?;
    note(store, ambient, &staff, Action::PasswordChanged, "reset").await?;
    store.set_password(&staff.id, &hash).await.context("the password was not changed")
}

/// Switches an account off, by the command line; every session of it ends.
///
/// # Errors
/// A sentence when there is no such account.
pub async fn disable(store: &dyn Store, ambient: &Ambient, email: &str) -> anyhow::Result<()> {
    let staff = find(store, email).await?;
    note(store, ambient, &staff, Action::AccountChanged, "off").await?;
    Ok(store.disable_staff(&staff.id, ambient.now()).await?)
}

/// Writes down what the command line does to an account: at its first site, so that its
/// administrators see it.
async fn note(
    store: &dyn Store,
    ambient: &Ambient,
    staff: &Staff,
    action: Action,
    words: &str,
) -> anyhow::Result<()> {
    let site = store.sites_of(&staff.id).await?.into_iter().next().map(|(site, _)| site.id);
    Ok(store
        .record(&[record(
            ambient,
            COMMAND_LINE,
            site,
            action,
            &format!("account={} {words}", staff.id),
        )])
        .await?)
}

/// The account with this e-mail.
///
/// # Errors
/// A sentence when there is none.
pub async fn find(store: &dyn Store, email: &str) -> anyhow::Result<Staff> {
    store.staff_by_email(email).await?.with_context(|| format!("there is no account {email}"))
}

/// Makes the first administrator when there is no account yet. In development missing parts are
/// made up; a password that was made up is returned, to be printed once.
///
/// # Errors
/// In production, when the e-mail or password is not set.
pub async fn first(
    store: &dyn Store,
    passwords: &Passwords,
    ambient: &Ambient,
    config: &Config,
) -> anyhow::Result<Option<(String, SecretString)>> {
    use crate::config::Environment;
    let site = first_site(store, ambient, config).await?;
    if !store.all_staff().await?.is_empty() {
        return Ok(None);
    }
    let made_up = config.environment == Environment::Development;
    let (email, password) = match (&config.admin_email, &config.admin_password) {
        (Some(email), Some(password)) => (email.clone(), password.clone()),
        _ if !made_up => {
            bail!(
                "there is no account yet: set DESK_ADMIN_EMAIL and DESK_ADMIN_PASSWORD for the first start, or run `empego-desk staff add`"
            )
        }
        (email, password) => (
            email.clone().unwrap_or_else(|| DEFAULT_EMAIL.to_owned()),
            password.clone().unwrap_or_else(|| {
                SecretString::from(random_token(ambient).chars().take(16).collect::<String>())
            }),
        ),
    };
    enrol(
        store,
        passwords,
        ambient,
        FIRST_START,
        &site.id,
        &Roles::all(),
        &email,
        "Administrator",
        &password,
    )
    .await?;
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
        Some(FieldProblem::PasswordTooShort) => {
            bail!("the password is shorter than {PASSWORD_LENGTH} characters")
        }
        Some(FieldProblem::PasswordTooLong) => bail!("the password is longer than {LONGEST} bytes"),
        Some(_) => bail!(
            "the password is too easy to guess: use several unrelated words, or let the desk make one up"
        ),
    }
}
