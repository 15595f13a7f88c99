//! The caller's own account. Changes take the password: an unattended browser is not enough.

use crate::desk::audit::About;
use crate::desk::password::{MAX_LENGTH, rules};
use crate::desk::{Actor, Desk, DeskError, Result, lockout, sign_in};
use crate::error::FieldProblem;
use crate::model::audit::Action;
use crate::model::client::Client;
use crate::secrets::sha256;
use crate::store::Record;

/// Checks the caller's password. Wrong ones count as at sign-in. `field` names the form's field.
pub(in crate::desk) async fn check_password(
    desk: &Desk,
    caller: &Actor,
    field: &str,
    password: &str,
) -> Result<()> {
    if password.len() > MAX_LENGTH {
        return Err(DeskError::field(field, FieldProblem::WrongPassword));
    }
    let (staff, client) = (&caller.staff, &caller.client);
    let wait = lockout::count_attempt(desk, &staff.email, client).await?;
    if desk.passwords.verify(&password.into(), Some(&staff.password_hash)).await? {
        return Ok(desk.store.reset_attempts(&lockout::reset(&staff.email, client), &[]).await?);
    }
    sign_in::log_refusal(desk, client, Some(staff), "own-password", wait).await?;
    Err(DeskError::field(field, FieldProblem::WrongPassword))
}

/// Changes the caller's password and ends the account's other sessions.
///
/// # Errors
/// [`DeskError::Invalid`] when the old one is wrong or the new one is not accepted;
/// [`DeskError::TooMany`] during a lockout.
pub async fn change_password(desk: &Desk, caller: &Actor, old: &str, new: &str) -> Result<()> {
    let staff = &caller.staff;
    if let Some(problem) = rules::checked(new, &staff.email, &staff.name).await {
        return Err(DeskError::field("new_password", problem));
    }
    check_password(desk, caller, "old_password", old).await?;
    let hash = desk.passwords.hash(&new.into()).await?;
    let log = [desk.row(caller, Action::PasswordChanged, About::detail("own"))];
    Ok(desk.store.change_password(&staff.id, &hash, &caller.session.token_hash, &log).await?)
}

/// Sets a password by a link, uses the link up, ends the account's sessions and lifts its lockout.
///
/// # Errors
/// [`DeskError::NotFound`] when the link does not work (any more), [`DeskError::Gone`] when it was
/// used meanwhile, [`DeskError::Invalid`] when the password is not accepted: the link still works
/// then.
pub async fn set_password(desk: &Desk, client: &Client, token: &str, new: &str) -> Result<()> {
    let (store, token_hash) = (&desk.store, sha256(token));
    let staff = store.password_link(&token_hash, desk.now()).await?.ok_or(DeskError::NotFound)?;
    if let Some(problem) = rules::checked(new, &staff.email, &staff.name).await {
        return Err(DeskError::field("new_password", problem));
    }
    let password_hash = desk.passwords.hash(&new.into()).await?;
    let sites = store.sites_of(&staff.id).await?;
    let record = Record {
        site: sites.into_iter().next().map(|(site, _)| site.id),
        staff: Some(staff.id.clone()),
        ..desk.row_without_account(
            &staff.name,
            client,
            Action::PasswordChanged,
            About::detail("by link"),
        )
    };
    let reset = lockout::unlock(&staff.email);
    let used =
        store.use_password_link(&token_hash, desk.now(), &password_hash, &reset, &[record]).await?;
    used.map(|_| ()).ok_or(DeskError::Gone)
}
