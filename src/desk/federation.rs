//! Sign-in through an OpenID Connect provider: the account behind an identity, and the roles and
//! the site that its claims name.

use super::audit::About;
use super::sign_in::{self, Method, NewSession};
use super::{Desk, DeskError, Result};
use crate::model::audit::Action;
use crate::model::client::Client;
use crate::model::role::{Role, Roles};
use crate::model::site::Site;
use crate::store::{AttemptReset, Record, Staff, StoreError};

/// An identity that the provider vouches for.
pub struct Identity {
    /// The provider's issuer URL.
    pub issuer: String,
    /// The provider's identifier of the user, which never changes.
    pub subject: String,
    /// The e-mail address, where the provider has verified it.
    pub email: Option<String>,
    /// The values of the site claim, where there is one: names or ids of sites.
    pub sites: Option<Vec<String>>,
    /// The values of the role claim, where there is one.
    pub roles: Option<Vec<String>>,
}

/// Why a sign-in did not succeed.
enum Failure {
    /// The account, where one was found, and the reason for the audit log.
    Refused(Option<Box<Staff>>, &'static str),
    Failed(DeskError),
}

impl From<DeskError> for Failure {
    fn from(error: DeskError) -> Self {
        Self::Failed(error)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}

fn refused(staff: Staff, reason: &'static str) -> Failure {
    Failure::Refused(Some(Box::new(staff)), reason)
}

/// Starts a session for an identity. Roles and site are what its claims say, where there are any.
/// `None` = refused, and the refusal is in the audit log.
///
/// # Errors
/// A store error.
pub async fn sign_in(
    desk: &Desk,
    client: &Client,
    identity: &Identity,
) -> Result<Option<NewSession>> {
    match enter(desk, client, identity).await {
        Ok(session) => Ok(Some(session)),
        Err(Failure::Refused(staff, reason)) => {
            log_refusal(desk, client, staff.as_deref(), reason).await?;
            Ok(None)
        }
        Err(Failure::Failed(error)) => Err(error),
    }
}

/// Writes the audit row of a refused sign-in through the provider.
///
/// # Errors
/// A store error.
pub async fn log_refusal(
    desk: &Desk,
    client: &Client,
    staff: Option<&Staff>,
    reason: &str,
) -> Result<()> {
    sign_in::log_refusal(desk, client, staff, &format!("provider {reason}"), None).await
}

async fn enter(
    desk: &Desk,
    client: &Client,
    identity: &Identity,
) -> std::result::Result<NewSession, Failure> {
    let staff = account(desk, client, identity).await?;
    let sites = desk.store.all_sites().await?;
    let site = match &identity.sites {
        Some(names) => {
            let named =
                |site: &Site| names.iter().any(|name| *name == site.name || *name == site.id.0);
            match sites.into_iter().find(named) {
                Some(site) => Some(site),
                None => return Err(refused(staff, "unknown site")),
            }
        }
        None => None,
    };
    let memberships = desk.store.sites_of(&staff.id).await?;
    let found = match site {
        Some(site) => {
            let roles = memberships
                .into_iter()
                .find(|(other, _)| other.id == site.id)
                .map(|(_, roles)| roles)
                .unwrap_or_default();
            Some((site, roles))
        }
        None => memberships.into_iter().next(),
    };
    let Some((site, before)) = found else { return Err(refused(staff, "no site")) };
    let roles = match &identity.roles {
        Some(values) => values
            .iter()
            .flat_map(|value| value.split_whitespace())
            .filter_map(Role::parse)
            .collect(),
        None => before.clone(),
    };
    let roles = if roles == before {
        roles
    } else {
        apply_roles(desk, client, &staff, &site, roles, &before).await?
    };
    if roles.is_empty() {
        return Err(refused(staff, "no role"));
    }
    let (method, reset) = (Method::Provider, AttemptReset::default());
    Ok(sign_in::start_session_at(desk, client, &staff, &site, roles, method, &reset).await?)
}

/// The account by the provider's identifier; the first time by a verified e-mail address. From then
/// on the account is linked to that identifier: if the address is later given to another user of
/// the provider, it leads nowhere.
async fn account(
    desk: &Desk,
    client: &Client,
    identity: &Identity,
) -> std::result::Result<Staff, Failure> {
    let (store, issuer) = (&desk.store, &identity.issuer);
    if let Some(staff) = store.staff_by_identity(issuer, &identity.subject).await? {
        return enabled(staff);
    }
    let unknown = || Failure::Refused(None, "no account");
    let email = identity.email.as_ref().ok_or_else(unknown)?;
    let staff = enabled(store.staff_by_email(email).await?.ok_or_else(unknown)?)?;
    let sites = store.sites_of(&staff.id).await?;
    let record = Record {
        site: sites.into_iter().next().map(|(site, _)| site.id),
        staff: Some(staff.id.clone()),
        ..desk.row_without_account(
            &staff.name,
            client,
            Action::AccountChanged,
            About::detail(format!("account={} linked by=provider", staff.id)),
        )
    };
    match store.add_identity(issuer, &identity.subject, &staff.id, &[record]).await {
        Ok(()) => Ok(staff),
        Err(StoreError::Taken(_)) => Err(refused(staff, "another subject")),
        Err(error) => Err(error.into()),
    }
}

fn enabled(staff: Staff) -> std::result::Result<Staff, Failure> {
    if staff.disabled_at.is_some() { Err(refused(staff, "switched off")) } else { Ok(staff) }
}

/// Sets the roles that the provider's claim names. It can lower an account, but not leave a site
/// without an administrator: the last one keeps that role, and the log says so. Returns the roles
/// that the account has now.
async fn apply_roles(
    desk: &Desk,
    client: &Client,
    staff: &Staff,
    site: &Site,
    roles: Roles,
    before: &Roles,
) -> Result<Roles> {
    let set = async |roles: &Roles, why: &str| {
        let (now, before) = (roles.slugs(), before.slugs());
        let detail = format!("account={} roles={now} before={before} by=provider{why}", staff.id);
        let about = About::detail(detail);
        let record = Record {
            site: Some(site.id.clone()),
            staff: Some(staff.id.clone()),
            ..desk.row_without_account(&staff.name, client, Action::AccountChanged, about)
        };
        desk.store.set_roles(&staff.id, &site.id, roles, None, &[record]).await
    };
    match set(&roles, "").await {
        Err(StoreError::LastAdministrator) => {
            tracing::warn!(
                account = %staff.id,
                site = %site.id,
                "the provider's claim would remove the site's last administrator: the role is kept"
            );
            let kept: Roles = roles.iter().chain([Role::Administrator]).collect();
            set(&kept, " last-administrator").await?;
            Ok(kept)
        }
        set => Ok(set.map(|()| roles)?),
    }
}
