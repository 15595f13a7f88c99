//! Sign-in through an OpenID Connect provider: the account behind an identity, and the roles and
//! the site that its claims name.

use super::audit::About;
use super::sessions::Browser;
use super::sign_in::{self, Method, NewSession};
use super::{Desk, DeskError, Result};
use crate::model::audit::Action;
use crate::model::client::Client;
use crate::model::role::{Role, Roles};
use crate::model::site::Site;
use crate::store::{self, AttemptReset, Join, Record, Staff, StoreError};

/// An identity that the provider vouches for.
pub struct Identity {
    /// The provider's issuer URL.
    pub issuer: String,
    /// The provider's identifier of the user, which never changes.
    pub subject: String,
    pub email: Email,
    /// The values of the site claim, where there is one: names or ids of sites.
    pub sites: Option<Vec<String>>,
    /// The values of the role claim, where there is one.
    pub roles: Option<Vec<String>>,
}

/// What the provider says of the user's e-mail address.
pub enum Email {
    /// Verified, or trusted by the operator's setting.
    Usable(String),
    Unverified,
    /// There is an address and no word on whether it is verified.
    NotSaid,
    Missing,
}

/// What became of a sign-in.
pub enum Outcome {
    SignedIn(NewSession),
    /// Refused, with its row in the audit log.
    Refused(Refusal),
}

/// Why a sign-in was refused, as far as the user needs to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// No account, or none that may enter.
    NoAccess,
    /// The token has no e-mail, and no account is linked to its subject yet.
    NoEmail,
    /// The token does not say whether the e-mail is verified.
    NoVerification,
    /// The token says that the e-mail is not verified.
    Unverified,
}

impl Refusal {
    /// The refusal by its reason in the audit log.
    fn of(reason: &str) -> Self {
        match reason {
            NO_EMAIL => Self::NoEmail,
            NO_VERIFICATION => Self::NoVerification,
            UNVERIFIED => Self::Unverified,
            _ => Self::NoAccess,
        }
    }
}

const NO_EMAIL: &str = "no claim email";
const NO_VERIFICATION: &str = "no claim email_verified";
const UNVERIFIED: &str = "email not verified";
/// How many unknown names of a role claim go into the audit log, and how long each may be.
const UNKNOWN_NAMES: usize = 5;
const NAME_LENGTH: usize = 40;

/// Why a sign-in did not succeed.
enum Failure {
    /// The account, where one was found, and the reason for the audit log.
    Refused(Option<Box<Staff>>, &'static str),
    /// The account, its sites or its roles changed after they were read.
    Outdated,
    Failed(DeskError),
}

impl From<DeskError> for Failure {
    fn from(error: DeskError) -> Self {
        Self::Failed(error)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Outdated => Self::Outdated,
            error => Self::Failed(error.into()),
        }
    }
}

fn refused(staff: Staff, reason: &'static str) -> Failure {
    Failure::Refused(Some(Box::new(staff)), reason)
}

/// Starts a session for an identity. Roles and site are what its claims say, where there are any.
/// A role claim without any role of this desk changes nothing.
///
/// # Errors
/// A store error.
pub async fn sign_in(desk: &Desk, browser: Browser<'_>, identity: &Identity) -> Result<Outcome> {
    let entered = match enter(desk, browser, identity).await {
        Err(Failure::Outdated) => enter(desk, browser, identity).await,
        entered => entered,
    };
    match entered {
        Ok(session) => Ok(Outcome::SignedIn(session)),
        Err(Failure::Refused(staff, reason)) => {
            log_refusal(desk, browser.client, staff.as_deref(), reason).await?;
            Ok(Outcome::Refused(Refusal::of(reason)))
        }
        Err(Failure::Outdated) => Err(StoreError::Outdated.into()),
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
    browser: Browser<'_>,
    identity: &Identity,
) -> std::result::Result<NewSession, Failure> {
    let client = browser.client;
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
    let claimed = identity.roles.as_deref().map(claimed_roles);
    if let Some(Err(unknown)) = &claimed {
        log_unknown_roles(desk, client, &staff, &site, unknown).await?;
    }
    let roles = match claimed {
        Some(Ok(roles)) => roles,
        Some(Err(_)) | None => before.clone(),
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
    Ok(sign_in::start_session_at(desk, browser, &staff, &site, roles, method, &reset).await?)
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
    let unknown = |reason| Failure::Refused(None, reason);
    let email = match &identity.email {
        Email::Usable(email) => email,
        Email::Unverified => return Err(unknown(UNVERIFIED)),
        Email::NotSaid => return Err(unknown(NO_VERIFICATION)),
        Email::Missing => return Err(unknown(NO_EMAIL)),
    };
    let found = store.staff_by_email(email).await?;
    let staff = enabled(found.ok_or_else(|| unknown("no account"))?)?;
    let sites = store.sites_of(&staff.id).await?;
    let detail = format!("account={} linked by=provider", staff.id);
    let record = record(desk, client, &staff, sites.first().map(|(site, _)| site), detail);
    match store.add_identity(issuer, &identity.subject, &staff.id, &[record]).await {
        Ok(()) => Ok(staff),
        Err(StoreError::Taken(_)) => Err(refused(staff, "another subject")),
        Err(error) => Err(error.into()),
    }
}

fn enabled(staff: Staff) -> std::result::Result<Staff, Failure> {
    if staff.disabled_at.is_some() { Err(refused(staff, "switched off")) } else { Ok(staff) }
}

/// The roles of this desk in the values of a claim. Case does not count.
///
/// # Errors
/// The values, where none of them is a role of this desk: what the provider means is not known.
fn claimed_roles(values: &[String]) -> std::result::Result<Roles, Vec<&str>> {
    let names = || values.iter().flat_map(|value| value.split_whitespace());
    let roles: Roles = names().filter_map(|name| Role::parse(&name.to_lowercase())).collect();
    if roles.is_empty() { Err(names().collect()) } else { Ok(roles) }
}

/// Writes down that a role claim named no role of this desk, and that nothing was changed.
async fn log_unknown_roles(
    desk: &Desk,
    client: &Client,
    staff: &Staff,
    site: &Site,
    unknown: &[&str],
) -> Result<()> {
    let named = |name: &&&str| {
        let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_.:/".contains(&b);
        name.len() <= NAME_LENGTH && name.bytes().all(plain)
    };
    let names: Vec<&str> = unknown.iter().filter(named).take(UNKNOWN_NAMES).copied().collect();
    // The operator's log has the number alone: what a provider sends is not known to be harmless.
    tracing::warn!(
        account = %staff.id,
        values = unknown.len(),
        "the role claim of the OpenID Connect provider has no role of this desk, so the roles \
         stay as they are: front-desk, clinician and administrator are its roles \
         (docs/sign-in.md)"
    );
    let detail =
        format!("account={} roles kept, unknown={} by=provider", staff.id, names.join(","));
    let record = record(desk, client, staff, Some(site), detail);
    Ok(desk.store.record(&[record]).await?)
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
) -> store::Result<Roles> {
    let set = async |roles: &Roles, why: &str| {
        let (now, old) = (roles.slugs(), before.slugs());
        let detail = format!("account={} roles={now} before={old} by=provider{why}", staff.id);
        let record = record(desk, client, staff, Some(site), detail);
        if before.is_empty() {
            desk.store.join(&staff.id, &site.id, roles, Join::ByProvider, &[record]).await
        } else {
            desk.store.set_roles(&staff.id, &site.id, roles, &[record]).await
        }
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
        set => set.map(|()| roles),
    }
}

/// A row about an account that the provider changed.
fn record(
    desk: &Desk,
    client: &Client,
    staff: &Staff,
    site: Option<&Site>,
    detail: String,
) -> Record {
    let about = About::detail(detail);
    Record {
        site: site.map(|site| site.id.clone()),
        staff: Some(staff.id.clone()),
        ..desk.row_without_account(&staff.name, client, Action::AccountChanged, about)
    }
}
