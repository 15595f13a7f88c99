//! The caller's own account. Changes take the password: an unattended browser is not enough.

use crate::desk::audit::About;
use crate::desk::password::{Hasher, MAX_LENGTH, rules};
use crate::desk::{Actor, Desk, DeskError, Result, lockout, password, sign_in};
use crate::error::FieldProblem;
use crate::model::audit::Action;
use crate::model::client::Client;
use crate::secrets::sha256;
use crate::store::{Record, StoreError};

/// Checks the caller's password. Wrong ones count as at sign-in. `field` names the form's field.
/// Returns the turn to hash, for what follows.
pub(in crate::desk) async fn check_password(
    desk: &Desk,
    caller: &Actor,
    field: &str,
    password: &str,
) -> Result<Hasher> {
    if password.len() > MAX_LENGTH {
        return Err(DeskError::field(field, FieldProblem::WrongPassword));
    }
    let (staff, client) = (&caller.staff, &caller.client);
    // First the place: an attempt that finds none must not count as a failed one.
    let place = desk.passwords.enter(lockout::queued(&staff.email, client), true)?;
    let wait = lockout::count_attempt(desk, &staff.email, client).await?;
    let turn = place.turn().await?;
    if turn.verify(&password.into(), Some(&staff.password_hash)).await? {
        desk.store.reset_attempts(&lockout::reset(&staff.email, client), &[]).await?;
        return Ok(turn);
    }
    sign_in::log_refusal(desk, client, Some(staff), "own-password", wait).await?;
    Err(DeskError::field(field, FieldProblem::WrongPassword))
}

/// Changes the caller's password and ends the account's other sessions.
///
/// # Errors
/// [`DeskError::Invalid`] when the old one is wrong or the new one is not accepted;
/// [`DeskError::TooMany`] during a lockout; [`DeskError::Crowded`].
pub async fn change_password(desk: &Desk, caller: &Actor, old: &str, new: &str) -> Result<()> {
    let staff = &caller.staff;
    if let Some(problem) = rules::checked(new, &staff.email, &staff.name).await {
        return Err(DeskError::field("new_password", problem));
    }
    let turn = check_password(desk, caller, "old_password", old).await?;
    let hash = turn.hash(&new.into()).await?;
    let log = [desk.row(caller, Action::PasswordChanged, About::detail("own"))];
    let keep = &caller.session.token_hash;
    match desk.store.change_password(&staff.id, &staff.password_hash, &hash, keep, &log).await {
        // It was reset while this was checked: the old one proves nothing any more.
        Err(StoreError::Outdated) => {
            Err(DeskError::field("old_password", FieldProblem::WrongPassword))
        }
        changed => Ok(changed?),
    }
}

/// Sets a password by a link, uses the link up, ends the account's sessions and lifts its lockout.
///
/// # Errors
/// [`DeskError::NotFound`] when the link does not work (any more), [`DeskError::Gone`] when it was
/// used meanwhile, [`DeskError::Invalid`] when the password is not accepted and
/// [`DeskError::Crowded`]: the link still works then.
pub async fn set_password(desk: &Desk, client: &Client, token: &str, new: &str) -> Result<()> {
    let (store, token_hash) = (&desk.store, sha256(token));
    let staff = store.password_link(&token_hash, desk.now()).await?.ok_or(DeskError::NotFound)?;
    if let Some(problem) = rules::checked(new, &staff.email, &staff.name).await {
        return Err(DeskError::field("new_password", problem));
    }
    let queued = password::Client { account: token_hash.clone(), ..lockout::queued("", client) };
    let turn = desk.passwords.enter(queued, true)?.turn().await?;
    // Another use of the link may have had its turn before: then there is nothing to hash.
    if store.password_link(&token_hash, desk.now()).await?.is_none() {
        return Err(DeskError::Gone);
    }
    let password_hash = turn.hash(&new.into()).await?;
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
