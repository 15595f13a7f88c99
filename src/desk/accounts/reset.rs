//! What concerns an account as a whole. The store checks, in the transaction of the change, that
//! the caller administers all its sites.

use super::{about, is_licence, licence_change, member, new_link};
use crate::desk::{Actor, Desk, DeskError, Result};
use crate::error::FieldProblem;
use crate::model::audit::Action;
use crate::model::ids::StaffId;

/// Removes an account's password and ends its sessions. Returns the URL where a new one is set.
///
/// # Errors
/// [`DeskError::NotFound`] when it is not at this site; [`DeskError::Forbidden`] when it is also at
/// a site that the caller does not administer; [`DeskError::Invalid`] when it signs in through the
/// provider alone, or a site would be left without an administrator who can sign in.
pub async fn reset_password(desk: &Desk, caller: &Actor, id: &StaffId) -> Result<String> {
    member(desk, caller, id).await?;
    let (link, url) = new_link(desk, caller);
    let log = [desk.row(caller, Action::PasswordChanged, about(id, "reset"))];
    desk.store.add_password_link(id, &link, desk.now(), true, &log).await?;
    Ok(url)
}

/// Removes an account's second factor, for a user who lost it.
///
/// # Errors
/// As [`reset_password`].
pub async fn reset_factor(desk: &Desk, caller: &Actor, id: &StaffId) -> Result<()> {
    member(desk, caller, id).await?;
    let log = [desk.row(caller, Action::FactorChanged, about(id, "reset"))];
    desk.store.remove_factor(id, Some(&caller.staff.id), &log).await?;
    Ok(())
}

/// Enables an account at all its sites.
///
/// # Errors
/// As [`reset_password`].
pub async fn enable(desk: &Desk, caller: &Actor, id: &StaffId) -> Result<()> {
    member(desk, caller, id).await?;
    let log = [desk.row(caller, Action::AccountChanged, about(id, "on"))];
    Ok(desk.store.enable_staff(id, Some(&caller.staff.id), &log).await?)
}

/// Disables an account at all its sites and ends its sessions.
///
/// # Errors
/// As [`reset_password`].
pub async fn disable(desk: &Desk, caller: &Actor, id: &StaffId) -> Result<()> {
    member(desk, caller, id).await?;
    let log = [desk.row(caller, Action::AccountChanged, about(id, "off"))];
    Ok(desk.store.disable_staff(id, Some(&caller.staff.id), desk.now(), &log).await?)
}

/// Sets an account's licence number; an empty text removes it. The log says that it changed, and
/// not to what.
///
/// # Errors
/// As [`reset_password`]; [`DeskError::Invalid`] for what is no licence number.
pub async fn set_licence(desk: &Desk, caller: &Actor, id: &StaffId, licence: &str) -> Result<()> {
    let licence = licence.trim();
    if !is_licence(licence) {
        return Err(DeskError::field("licence", FieldProblem::BadLicence));
    }
    let licence = Some(licence).filter(|licence| !licence.is_empty());
    let detail = licence_change(&member(desk, caller, id).await?.staff, licence);
    let log = [desk.row(caller, Action::AccountChanged, about(id, detail))];
    Ok(desk.store.set_licence(id, &caller.staff.id, licence, &log).await?)
}
