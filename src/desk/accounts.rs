//! Accounts, as the administrators of a site manage them. What concerns an account as a whole (its
//! password, its second factor, whether it is enabled) takes an administrator of all its sites: one
//! site must not decide for another.

pub mod bootstrap;
pub mod invitations;
pub mod operator;
pub mod own;
mod reset;

pub use reset::{disable, enable, reset_factor, reset_password, set_licence};

use super::audit::About;
use super::form::error;
use super::{Actor, Desk, DeskError, Result, lockout};
use crate::error::FieldProblem;
use crate::model::audit::Action;
use crate::model::forms::{NAME_LENGTH, is_email};
use crate::model::ids::StaffId;
use crate::model::role::{Permission, Role, Roles};
use crate::secrets::{random_token, sha256};
use crate::store::{Join, PasswordLink, Staff, StoreError};

/// How long a password link works, in milliseconds: 24 hours.
pub const LINK_MS: i64 = 24 * 3_600_000;

/// An account of the caller's site.
#[derive(Clone, Debug)]
pub struct Member {
    pub staff: Staff,
    /// The roles at the site.
    pub roles: Roles,
    pub has_factor: bool,
    /// Whether it signs in through the provider alone: it has no password that could be reset.
    pub provider_only: bool,
    /// Whether the caller administers all sites of the account.
    pub manageable: bool,
}

/// The longest licence number, in characters.
pub const LICENCE_LENGTH: u32 = 40;

/// What adding an account to the site came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Added {
    /// It is at the site; its password is set at this URL.
    Link(String),
    /// It is at the site, and signs in through the provider.
    Joined,
    /// It works at other sites: its owner has to accept an invitation.
    Invited,
}

/// The accounts of the caller's site, by e-mail.
///
/// # Errors
/// A store error.
pub async fn list(desk: &Desk, caller: &Actor) -> Result<Vec<(Staff, Roles)>> {
    let mut members: Vec<(Staff, Vec<Role>)> = Vec::new();
    for (staff, role) in desk.store.staff_of(&caller.site.id).await? {
        match members.last_mut() {
            Some((last, roles)) if last.id == staff.id => roles.push(role),
            _ => members.push((staff, vec![role])),
        }
    }
    Ok(members.into_iter().map(|(staff, roles)| (staff, roles.into_iter().collect())).collect())
}

/// One account of the caller's site.
///
/// # Errors
/// [`DeskError::NotFound`] when it is not at this site.
pub async fn member(desk: &Desk, caller: &Actor, id: &StaffId) -> Result<Member> {
    let (staff, roles) = list(desk, caller)
        .await?
        .into_iter()
        .find(|(staff, _)| staff.id == *id)
        .ok_or(DeskError::NotFound)?;
    let has_factor = desk.store.factor(id).await?.is_some();
    let provider_only = staff.password_hash.is_empty() && desk.store.has_identity(id).await?;
    let manageable = administers_all(desk, caller, id).await?;
    Ok(Member { staff, roles, has_factor, provider_only, manageable })
}

/// The account of a password link, while the link works.
///
/// # Errors
/// A store error.
pub async fn of_link(desk: &Desk, token: &str) -> Result<Option<Staff>> {
    Ok(desk.store.password_link(&sha256(token), desk.now()).await?)
}

/// Adds an account to the caller's site. If the e-mail has an account at another site, that one is
/// invited: only its owner decides whether it joins, and no administrator of this site gets a way
/// into it. An account that has left all its sites joins at once. A new account and that one take
/// the licence number; an invited one keeps its own.
///
/// # Errors
/// [`DeskError::Invalid`] when a field is not accepted, or the account is at this site already.
pub async fn add(
    desk: &Desk,
    caller: &Actor,
    email: &str,
    name: &str,
    licence: &str,
    roles: &Roles,
) -> Result<Added> {
    let (email, name) = (email.trim().to_lowercase(), name.trim());
    check(&email, name, licence, roles)?;
    if let Some(staff) = desk.store.staff_by_email(&email).await? {
        return if desk.store.sites_of(&staff.id).await?.is_empty() {
            rejoin(desk, caller, &staff, licence.trim(), roles).await
        } else {
            invitations::invite(desk, caller, &staff, roles).await
        };
    }
    let staff = Staff {
        id: StaffId(desk.ambient.id()),
        email,
        name: name.to_owned(),
        password_hash: String::new(),
        created_at: desk.now(),
        disabled_at: None,
        licence: Some(licence.trim().to_owned()).filter(|licence| !licence.is_empty()),
    };
    let (link, url) = new_link(desk, caller);
    let about = about(&staff.id, &format!("roles={}", roles.slugs()));
    let log = [desk.row(caller, Action::AccountAdded, about)];
    let at_site = [(caller.site.id.clone(), roles.clone())];
    match desk.store.add_staff(&staff, &at_site, Some(&link), &log).await {
        Ok(()) => Ok(Added::Link(url)),
        // A concurrent request added it.
        Err(StoreError::Taken(_)) => Err(has_account()),
        Err(error) => Err(error.into()),
    }
}

/// Gives an account without any site roles at the caller's. An administrator of an earlier site may
/// know its password: it chooses a new one, unless it signs in through the provider. A licence
/// number that was typed replaces the one on record.
async fn rejoin(
    desk: &Desk,
    caller: &Actor,
    staff: &Staff,
    licence: &str,
    roles: &Roles,
) -> Result<Added> {
    let (link, url) = new_link(desk, caller);
    let joined = about(&staff.id, &format!("roles={} joined", roles.slugs()));
    let mut log = vec![desk.row(caller, Action::AccountAdded, joined)];
    let licence = Some(licence)
        .filter(|licence| !licence.is_empty() && staff.licence.as_deref() != Some(*licence));
    if licence.is_some() {
        let about = about(&staff.id, licence_change(staff, licence));
        log.push(desk.row(caller, Action::AccountChanged, about));
    }
    let join = async |link| {
        let join = Join::Anew { password_hash: "", link, licence };
        desk.store.join(&staff.id, &caller.site.id, roles, join, &log).await
    };
    let joined = match join(Some(&link)).await {
        Err(StoreError::ProviderOnly) => join(None).await.map(|()| Added::Joined),
        joined => joined.map(|()| Added::Link(url)),
    };
    match joined {
        // A concurrent request added it to a site.
        Err(StoreError::Outdated) => invitations::invite(desk, caller, staff, roles).await,
        joined => Ok(joined?),
    }
}

/// What the log says of a new licence number. It does not name the number.
fn licence_change(staff: &Staff, to: Option<&str>) -> &'static str {
    match (&staff.licence, to) {
        (_, None) => "licence=removed",
        (None, Some(_)) => "licence=added",
        (Some(_), Some(_)) => "licence=changed",
    }
}

fn has_account() -> DeskError {
    DeskError::field("email", FieldProblem::HasAccount)
}

/// Whether this can be a licence number: letters, digits and separators.
fn is_licence(text: &str) -> bool {
    text.chars().count() <= LICENCE_LENGTH as usize
        && text.chars().all(|c| c.is_ascii_alphanumeric() || " -./".contains(c))
}

fn check(email: &str, name: &str, licence: &str, roles: &Roles) -> Result<()> {
    let mut errors = Vec::new();
    if !is_email(email) {
        errors.push(error("email", FieldProblem::BadEmail));
    }
    match name.chars().count() {
        0 => errors.push(error("name", FieldProblem::Required)),
        length if length > NAME_LENGTH as usize || name.contains(char::is_control) => {
            errors.push(error("name", FieldProblem::TooLong));
        }
        _ => {}
    }
    if !is_licence(licence.trim()) {
        errors.push(error("licence", FieldProblem::BadLicence));
    }
    if roles.is_empty() {
        errors.push(error("roles", FieldProblem::NoRole));
    }
    if errors.is_empty() { Ok(()) } else { Err(DeskError::Invalid(errors)) }
}

/// Sets the roles of an account at the caller's site; with none it leaves the site.
///
/// # Errors
/// [`DeskError::Invalid`] when the site would be left without an administrator.
pub async fn set_roles(desk: &Desk, caller: &Actor, id: &StaffId, roles: &Roles) -> Result<()> {
    let Member { roles: before, .. } = member(desk, caller, id).await?;
    let about = about(id, &format!("roles={} before={}", roles.slugs(), before.slugs()));
    let log = [desk.row(caller, Action::AccountChanged, about)];
    Ok(desk.store.set_roles(id, &caller.site.id, roles, &log).await?)
}

/// The end of a member's lockout, in milliseconds (UTC), if there is one now.
///
/// # Errors
/// A store error.
pub async fn locked_until(desk: &Desk, member: &Member) -> Result<Option<i64>> {
    Ok(desk.store.locked_until(&lockout::account_key(&member.staff.email), desk.now()).await?)
}

/// Lifts a member's lockout.
///
/// # Errors
/// [`DeskError::NotFound`] when it is not at this site, [`DeskError::Forbidden`] when it is also at
/// a site that the caller does not administer: each unlock gives a stranger more tries.
pub async fn unlock(desk: &Desk, caller: &Actor, id: &StaffId) -> Result<()> {
    let found = member(desk, caller, id).await?;
    let log = [desk.row(caller, Action::AccountChanged, about(id, "unlocked"))];
    let reset = lockout::unlock(&found.staff.email);
    Ok(desk.store.unlock_staff(id, &caller.staff.id, &reset, &log).await?)
}

/// Whether the caller administers every site of an account.
async fn administers_all(desk: &Desk, caller: &Actor, id: &StaffId) -> Result<bool> {
    let own = desk.store.sites_of(&caller.staff.id).await?;
    let administered = |site| {
        own.iter().any(|(mine, roles)| mine.id == site && roles.allow(Permission::Administer))
    };
    Ok(desk.store.sites_of(id).await?.into_iter().all(|(site, _)| administered(site.id)))
}

/// A new password link, and its URL. Only the hash of its token is stored.
fn new_link(desk: &Desk, caller: &Actor) -> (PasswordLink, String) {
    let token = random_token(&desk.ambient);
    let link = PasswordLink {
        token_hash: sha256(&token),
        made_by: caller.staff.id.clone(),
        expires_at: desk.now() + LINK_MS,
    };
    (link, format!("{}/set-password/{token}", desk.policy.public_url))
}

fn about(id: &StaffId, detail: &str) -> About {
    About::detail(format!("account={id} {detail}"))
}
