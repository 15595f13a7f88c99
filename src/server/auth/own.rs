//! What somebody does to their own account. Each takes the password, also of whoever is signed in:
//! a browser that was left open is not enough.

use super::throttle;
use crate::desk::Actor;
use crate::desk::audit::About;
use crate::desk::password::{LONGEST, rules};
use crate::error::{AppError, FieldProblem};
use crate::model::audit::Action;
use crate::model::client::Client;
use crate::secrets::sha256;
use crate::store::Record;
use crate::web::state::AppState;

/// Lets pass who knows the account's password. Wrong tries count as those to sign in do.
///
/// # Errors
/// [`AppError::Invalid`] at `field`, [`AppError::TooMany`].
pub async fn confirm(
    state: &AppState,
    who: &Actor,
    field: &str,
    password: &str,
) -> Result<(), AppError> {
    if password.len() > LONGEST {
        return Err(AppError::field(field, FieldProblem::WrongPassword));
    }
    let (staff, client) = (&who.staff, &who.client);
    let wait = throttle::count(state, &staff.email, client).await?;
    let fits = state
        .passwords
        .verify(&password.to_owned().into(), Some(&staff.password_hash))
        .await
        .map_err(|error| state.internal(&error))?;
    if fits {
        return throttle::forgive(state, &staff.email, client).await;
    }
    super::sign_in::refused(state, client, Some(staff), "own-password", wait).await?;
    Err(AppError::field(field, FieldProblem::WrongPassword))
}

/// Changes the password. Every other session of the account ends.
///
/// # Errors
/// [`AppError::Invalid`] when the old one is wrong or the new one is not taken.
pub async fn change_password(
    state: &AppState,
    who: &Actor,
    old: &str,
    new: &str,
) -> Result<(), AppError> {
    let staff = &who.staff;
    if let Some(problem) = rules::checked(new, &staff.email, &staff.name).await {
        return Err(AppError::field("new_password", problem));
    }
    confirm(state, who, "old_password", old).await?;
    let hash = state
        .passwords
        .hash(&new.to_owned().into())
        .await
        .map_err(|error| state.internal(&error))?;
    state
        .desk
        .log(who, Action::PasswordChanged, About::words("own"))
        .await
        .map_err(|error| state.explain(error))?;
    state
        .desk
        .store
        .change_password(&staff.id, &hash, &who.session.token_hash)
        .await
        .map_err(|error| state.explain_store(error))
}

/// Chooses a password by a link. The link is used up, every session of the account ends, and it
/// begins anew with its tries.
///
/// # Errors
/// [`AppError::Gone`] when the link is not good (any more), [`AppError::Invalid`] when the password
/// is not taken: then the link stays good.
pub async fn set_password(
    state: &AppState,
    client: &Client,
    token: &str,
    new: &str,
) -> Result<(), AppError> {
    let (store, hash) = (&state.desk.store, sha256(token));
    let found = store
        .password_link(&hash, state.desk.now())
        .await
        .map_err(|error| state.explain_store(error))?;
    let Some(staff) = found else {
        state.unknown(client, "password link").await?;
        return Err(AppError::Gone);
    };
    if let Some(problem) = rules::checked(new, &staff.email, &staff.name).await {
        return Err(AppError::field("new_password", problem));
    }
    let password_hash = state
        .passwords
        .hash(&new.to_owned().into())
        .await
        .map_err(|error| state.internal(&error))?;
    let sites = store.sites_of(&staff.id).await.map_err(|error| state.explain_store(error))?;
    let record = Record {
        site: sites.into_iter().next().map(|(site, _)| site.id),
        staff: Some(staff.id.clone()),
        ..state.desk.record_of_nobody(
            &staff.name,
            client,
            Action::PasswordChanged,
            About::words("by link"),
        )
    };
    store.record(&[record]).await.map_err(|error| state.explain_store(error))?;
    let used = store
        .use_password_link(&hash, state.desk.now(), &password_hash)
        .await
        .map_err(|error| state.explain_store(error))?;
    used.ok_or(AppError::Gone)?;
    store
        .forget_tries(&throttle::account(&staff.email))
        .await
        .map_err(|error| state.explain_store(error))
}
