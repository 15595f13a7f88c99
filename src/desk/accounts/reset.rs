//! What touches an account as a whole.

use super::{about, administers_all, issue, keeps_an_administrator, list, member};
use crate::desk::{Actor, Desk, DeskError, Result};
use crate::model::audit::Action;
use crate::model::ids::StaffId;
use crate::model::role::Role;

/// Takes an account's password away and ends its sessions. The address at which a new one is
/// chosen.
///
/// # Errors
/// [`DeskError::NotFound`] when it is not at this site, [`DeskError::Forbidden`] when it is at
/// others too that are not the actor's to manage.
pub async fn reset_password(desk: &Desk, who: &Actor, id: &StaffId) -> Result<String> {
    ours(desk, who, id).await?;
    desk.log(who, Action::PasswordChanged, about(id, "reset")).await?;
    issue(desk, id, true).await
}

/// Removes an account's second factor, for somebody who lost it.
///
/// # Errors
/// As [`reset_password`].
pub async fn reset_factor(desk: &Desk, who: &Actor, id: &StaffId) -> Result<()> {
    ours(desk, who, id).await?;
    desk.log(who, Action::FactorChanged, about(id, "reset")).await?;
    desk.store.remove_factor(id).await?;
    Ok(())
}

/// Switches an account off, at all its sites, or on again. Off ends its sessions.
///
/// # Errors
/// As [`reset_password`]; [`DeskError::Invalid`] when nobody would be left who administers a site
/// of it.
pub async fn switch(desk: &Desk, who: &Actor, id: &StaffId, on: bool) -> Result<()> {
    ours(desk, who, id).await?;
    if on {
        desk.log(who, Action::AccountChanged, about(id, "on")).await?;
        return Ok(desk.store.enable_staff(id).await?);
    }
    for (site, roles) in desk.store.sites_of(id).await? {
        if roles.has(Role::Administrator) {
            let mut there = who.clone();
            there.signed_in.site = site;
            keeps_an_administrator(&list(desk, &there).await?, id)?;
        }
    }
    desk.log(who, Action::AccountChanged, about(id, "off")).await?;
    Ok(desk.store.disable_staff(id, desk.now()).await?)
}

async fn ours(desk: &Desk, who: &Actor, id: &StaffId) -> Result<()> {
    member(desk, who, id).await?;
    if administers_all(desk, who, id).await? { Ok(()) } else { Err(DeskError::Forbidden) }
}
