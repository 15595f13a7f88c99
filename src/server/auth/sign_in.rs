//! Signing in: password, session, and what the log says of it.

use super::throttle;
use crate::desk::audit::About;
use crate::error::{AppError, FieldProblem};
use crate::model::audit::Action;
use crate::model::client::Client;
use crate::model::ids::StaffId;
use crate::model::role::Roles;
use crate::model::site::Site;
use crate::store::{Record, Staff};
use crate::web::session;
use crate::web::state::AppState;
use axum_extra::extract::cookie::Cookie;
use secrecy::SecretString;

/// A browser that is signed in now.
pub struct Entered {
    /// Its session's cookie.
    pub cookie: Cookie<'static>,
    /// What the account is where it begins.
    pub roles: Roles,
}

/// The account that e-mail and password fit. An unknown e-mail, a switched-off account and a wrong
/// password take the same steps, and so the same time.
///
/// # Errors
/// One answer for all of them; [`AppError::TooMany`] after too many.
pub async fn password(
    state: &AppState,
    client: &Client,
    email: &str,
    password: SecretString,
) -> Result<Staff, AppError> {
    let wait = throttle::count(state, email, client).await?;
    let staff = state
        .desk
        .store
        .staff_by_email(email.trim())
        .await
        .map_err(|error| state.explain_store(error))?;
    let staff = staff.filter(|staff| staff.disabled_at.is_none());
    let hash = staff.as_ref().map(|staff| staff.password_hash.as_str());
    let fits =
        state.passwords.verify(&password, hash).await.map_err(|error| state.internal(&error))?;
    match staff {
        Some(staff) if fits => Ok(staff),
        staff => {
            refused(state, client, staff.as_ref(), "password", wait).await?;
            Err(AppError::field("password", FieldProblem::BadCredentials))
        }
    }
}

/// Logs and counts a refusal. It is of the account's first site, so that its administrators see it;
/// an e-mail without an account is of none. Tries while one has to wait are only counted: the log
/// must not grow by whoever hammers.
///
/// # Errors
/// A failing store.
pub async fn refused(
    state: &AppState,
    client: &Client,
    staff: Option<&Staff>,
    what: &str,
    wait_ms: Option<i64>,
) -> Result<(), AppError> {
    metrics::counter!("desk_sign_in_refused_total").increment(1);
    let nobody = StaffId::from("");
    let known = staff.map(|staff| staff.id.clone());
    // Asked for nobody too: it takes the same time.
    let sites = state
        .desk
        .store
        .sites_of(known.as_ref().unwrap_or(&nobody))
        .await
        .map_err(|error| state.explain_store(error))?;
    let detail = match wait_ms {
        Some(ms) => format!("{what} wait={}s", ms / 1000),
        None => what.to_owned(),
    };
    let record = Record {
        site: sites.into_iter().next().map(|(site, _)| site.id),
        staff: known,
        ..state.desk.record_of_nobody(
            "stranger",
            client,
            Action::SignInRefused,
            About::words(detail),
        )
    };
    state.desk.store.record(&[record]).await.map_err(|error| state.explain_store(error))
}

/// Signs a browser in, at the site that the account last worked at, or its first by name; the
/// others are a switch away.
///
/// # Errors
/// When the account has no site, which is written down once in ten minutes from one place; or a
/// failing store.
pub async fn enter(
    state: &AppState,
    client: &Client,
    staff: &Staff,
    how: &str,
) -> Result<Entered, AppError> {
    let sites =
        state.desk.store.sites_of(&staff.id).await.map_err(|error| state.explain_store(error))?;
    let sessions = state
        .desk
        .store
        .sessions_of(&staff.id)
        .await
        .map_err(|error| state.explain_store(error))?;
    let last = sessions.iter().max_by_key(|session| session.seen_at).map(|session| &session.site);
    let place = sites.iter().position(|(site, _)| Some(&site.id) == last).unwrap_or(0);
    let Some((site, roles)) = sites.into_iter().nth(place) else {
        if state.limits.is_first_refusal(&format!("no-site {}", staff.id), &client.address) {
            refused(state, client, Some(staff), &format!("{how} no-site"), None).await?;
        }
        return Err(AppError::field("email", FieldProblem::NoSite));
    };
    enter_at(state, client, staff, &site, roles, how).await
}

/// The same at a site where the account has these roles.
///
/// # Errors
/// A failing store.
pub async fn enter_at(
    state: &AppState,
    client: &Client,
    staff: &Staff,
    site: &Site,
    roles: Roles,
    how: &str,
) -> Result<Entered, AppError> {
    let store = &*state.desk.store;
    let record = Record {
        site: Some(site.id.clone()),
        staff: Some(staff.id.clone()),
        name: staff.name.clone(),
        roles: roles.clone(),
        ..state.desk.record_of_nobody("", client, Action::SignedIn, About::words(how))
    };
    store.record(&[record]).await.map_err(|error| state.explain_store(error))?;
    let cookie =
        session::begin(store, &state.desk.ambient, staff, &site.id, client, state.secure).await;
    Ok(Entered { cookie: cookie.map_err(|error| state.explain_store(error))?, roles })
}
