//! The first site and the first administrator.

use super::operator::{FIRST_START, NewAccount, Operator, OperatorError, Result};
use crate::ambient::Ambient;
use crate::desk::password::Passwords;
use crate::model::health_number::IdentifierType;
use crate::model::ids::SiteId;
use crate::model::role::{FIRST_ACCOUNT, Roles};
use crate::model::site::{LinkRules, Site};
use crate::secrets::random_token;
use crate::store::{Store, StoreError};
use secrecy::SecretString;

/// The administrator's e-mail in development, where none is set.
const DEFAULT_EMAIL: &str = "admin@localhost";
/// The length of a generated password, in characters of base 62: 95 bits.
const GENERATED_LENGTH: usize = 16;

/// What the operator set for the first site.
#[derive(Clone, Debug)]
pub struct FirstSite {
    pub name: String,
    pub link_ttl_ms: Option<i64>,
    pub retention_ms: Option<i64>,
}

/// What the operator set for the first administrator.
#[derive(Clone, Debug)]
pub struct FirstAdministrator {
    pub email: Option<String>,
    pub password: Option<SecretString>,
    /// Whether missing parts are generated: in development.
    pub generate: bool,
}

/// The first site by name; added where there is none yet.
///
/// # Errors
/// A store error.
pub async fn first_site(store: &dyn Store, ambient: &Ambient, first: &FirstSite) -> Result<Site> {
    if let Some(site) = store.all_sites().await?.into_iter().next() {
        return Ok(site);
    }
    let site = Site {
        id: SiteId(ambient.id()),
        name: first.name.clone(),
        public_name_en: first.name.clone(),
        public_name_fr: first.name.clone(),
        tenant_key: None,
        rules: LinkRules { ttl_ms: first.link_ttl_ms, birth_date_gate: false },
        retention_ms: first.retention_ms,
        keep_exports: false,
        accent: None,
        time_zone: None,
        default_identifier: IdentifierType::Qc,
        reasons: Vec::new(),
        default_reason: String::new(),
        created_at: ambient.now(),
    };
    match store.add_site(&site).await {
        // Another instance, which was started for the first time at the same moment.
        Err(StoreError::Taken(_)) => {
            store.all_sites().await?.into_iter().next().ok_or(StoreError::NotFound.into())
        }
        added => Ok(added.map(|()| site)?),
    }
}

/// Adds the first administrator where there is no account yet. Returns e-mail and password when the
/// password was generated, to be printed once.
///
/// # Errors
/// [`OperatorError::NoAdministrator`] when e-mail or password is missing and must not be generated;
/// otherwise as [`Operator::add`].
pub async fn first_administrator(
    store: &dyn Store,
    passwords: &Passwords,
    ambient: &Ambient,
    site: &FirstSite,
    first: &FirstAdministrator,
) -> Result<Option<(String, SecretString)>> {
    let site = first_site(store, ambient, site).await?;
    if !store.all_staff().await?.is_empty() {
        return Ok(None);
    }
    if !first.generate && (first.email.is_none() || first.password.is_none()) {
        return Err(OperatorError::NoAdministrator);
    }
    let email = first.email.clone().unwrap_or_else(|| DEFAULT_EMAIL.to_owned());
    let password = first.password.clone().unwrap_or_else(|| generate_password(ambient));
    let operator = Operator { store, passwords, ambient, name: FIRST_START };
    let account = NewAccount {
        email: &email,
        name: FIRST_ACCOUNT,
        password: &password,
        site: &site.id,
        roles: &Roles::all(),
    };
    match operator.add(account).await {
        // Another instance, at the same moment, has added it.
        Err(
            OperatorError::NotAdded { source: StoreError::Taken(_), .. }
            | OperatorError::HasRoles(_),
        ) => return Ok(None),
        added => added?,
    };
    // The operator knows a password that was set, and it must not reach a log.
    Ok(first.password.is_none().then_some((email, password)))
}

/// A random password.
#[must_use]
pub fn generate_password(ambient: &Ambient) -> SecretString {
    SecretString::from(random_token(ambient).chars().take(GENERATED_LENGTH).collect::<String>())
}
