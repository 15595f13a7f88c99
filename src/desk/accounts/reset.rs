//! What concerns an account as a whole.

use super::{about, list, member, new_link, require_other_administrator};
use crate::desk::{Actor, Desk, DeskError, Result};
use crate::model::audit::Action;
use crate::model::ids::StaffId;
use crate::model::role::Role;

/// Removes an account's password and ends its sessions. Returns the URL where a new one is set.
///
/// # Errors
/// [`DeskError::NotFound`] when it is not at this site, [`DeskError::Forbidden`] when it is also at
/// a site that the caller does not administer.
pub async fn reset_password(desk: &Desk, caller: &Actor, id: &StaffId) -> Result<String> {
    require_manageable(desk, caller, id).await?;
    let (link, url) = new_link(desk);
    let log = [desk.row(caller, Action::PasswordChanged, about(id, "reset"))];
    desk.store.add_password_link(id, &link, true, &log).await?;
    Ok(url)
}

/// Removes an account's second factor, for a user who lost it.
///
/// # Errors
/// As [`reset_password`].
pub async fn reset_factor(desk: &Desk, caller: &Actor, id: &StaffId) -> Result<()> {
    require_manageable(desk, caller, id).await?;
    let log = [desk.row(caller, Action::FactorChanged, about(id, "reset"))];
    desk.store.remove_factor(id, &log).await?;
    Ok(())
}

/// Enables an account at all its sites.
///
/// # Errors
/// As [`reset_password`].
pub async fn enable(desk: &Desk, caller: &Actor, id: &StaffId) -> Result<()> {
    require_manageable(desk, caller, id).await?;
    let log = [desk.row(caller, Action::AccountChanged, about(id, "on"))];
    Ok(desk.store.enable_staff(id, &log).await?)
}

/// Disables an account at all its sites and ends its sessions.
///
/// # Errors
/// As [`reset_password`]; [`DeskError::Invalid`] when one of its sites would be left without an
/// administrator.
pub async fn disable(desk: &Desk, caller: &Actor, id: &StaffId) -> Result<()> {
    require_manageable(desk, caller, id).await?;
    for (site, roles) in desk.store.sites_of(id).await? {
        if roles.has(Role::Administrator) {
            let mut there = caller.clone();
            there.signed_in.site = site;
            require_other_administrator(&list(desk, &there).await?, id)?;
        }
    }
    let log = [desk.row(caller, Action::AccountChanged, about(id, "off"))];
    Ok(desk.store.disable_staff(id, desk.now(), &log).await?)
}

async fn require_manageable(desk: &Desk, caller: &Actor, id: &StaffId) -> Result<()> {
    if member(desk, caller, id).await?.manageable { Ok(()) } else { Err(DeskError::Forbidden) }
}
