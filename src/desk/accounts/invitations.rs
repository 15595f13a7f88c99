//! Invitations of accounts to further sites. An administrator invites; only the account's owner,
//! signed in, accepts. So no administrator of one site gets a way into another one.

use super::{Added, about, has_account};
use crate::desk::{Actor, Desk, DeskError, Result};
use crate::model::audit::Action;
use crate::model::ids::{SiteId, StaffId};
use crate::model::role::Roles;
use crate::store::{Invitation, NamedInvitation, Record, Staff, StoreError};

/// How long an invitation can be accepted, in milliseconds: 30 days.
const INVITATION_MS: i64 = 30 * 24 * 3_600_000;

/// Invites an account of other sites to the caller's.
pub(super) async fn invite(
    desk: &Desk,
    caller: &Actor,
    staff: &Staff,
    roles: &Roles,
) -> Result<Added> {
    let invitation = Invitation {
        staff: staff.id.clone(),
        site: caller.site.id.clone(),
        roles: roles.clone(),
        invited_by: caller.staff.id.clone(),
        created_at: desk.now(),
        expires_at: desk.now() + INVITATION_MS,
    };
    let about = about(&staff.id, &format!("roles={} invited", roles.slugs()));
    let log = [desk.row(caller, Action::AccountAdded, about)];
    match desk.store.invite(&invitation, &log).await {
        Ok(()) => Ok(Added::Invited),
        Err(StoreError::Taken(_)) => Err(has_account()),
        Err(error) => Err(error.into()),
    }
}

/// The open invitations to the caller's site, by e-mail.
///
/// # Errors
/// A store error.
pub async fn to_site(desk: &Desk, caller: &Actor) -> Result<Vec<NamedInvitation>> {
    Ok(desk.store.invitations_to(&caller.site.id, desk.now()).await?)
}

/// The open invitations of the caller's own account, by the site's name.
///
/// # Errors
/// A store error.
pub async fn own(desk: &Desk, caller: &Actor) -> Result<Vec<NamedInvitation>> {
    Ok(desk.store.invitations_of(&caller.staff.id, desk.now()).await?)
}

/// Withdraws an invitation to the caller's site.
///
/// # Errors
/// [`DeskError::NotFound`] when there is none.
pub async fn withdraw(desk: &Desk, caller: &Actor, staff: &StaffId) -> Result<()> {
    let log = [desk.row(caller, Action::AccountChanged, about(staff, "invitation withdrawn"))];
    Ok(desk.store.remove_invitation(staff, &caller.site.id, &log).await?)
}

/// Accepts an invitation of the caller's account. The log of both sites has a row: the one that the
/// caller works at now, and the one that is joined.
///
/// # Errors
/// [`DeskError::NotFound`] when there is none (any more), or not with these roles.
pub async fn accept(desk: &Desk, caller: &Actor, site: &SiteId, roles: &Roles) -> Result<()> {
    let found = find(desk, caller, site).await?;
    let invitation = Invitation { roles: roles.clone(), ..found.invitation };
    let detail = format!("roles={} joined={site} invited-by={}", roles.slugs(), found.inviter);
    let log = rows(desk, caller, site, Action::AccountAdded, &detail);
    Ok(desk.store.accept_invitation(&invitation, desk.now(), &log).await?)
}

/// Declines an invitation of the caller's account.
///
/// # Errors
/// [`DeskError::NotFound`] when there is none.
pub async fn decline(desk: &Desk, caller: &Actor, site: &SiteId) -> Result<()> {
    let log = rows(desk, caller, site, Action::AccountChanged, "invitation declined");
    Ok(desk.store.remove_invitation(&caller.staff.id, site, &log).await?)
}

async fn find(desk: &Desk, caller: &Actor, site: &SiteId) -> Result<NamedInvitation> {
    let open = own(desk, caller).await?;
    open.into_iter().find(|open| open.site.id == *site).ok_or(DeskError::NotFound)
}

/// The same row in the log of the caller's site and of another one.
fn rows(desk: &Desk, caller: &Actor, site: &SiteId, action: Action, detail: &str) -> [Record; 2] {
    let here = desk.row(caller, action, about(&caller.staff.id, detail));
    let there = Record { site: Some(site.clone()), ..here.clone() };
    [here, there]
}
