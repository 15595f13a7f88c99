//! Which account somebody has who comes from the OpenID Connect provider, and what the provider
//! says it is where.

use super::sign_in::{self, Entered};
use crate::desk::audit::About;
use crate::error::AppError;
use crate::model::audit::Action;
use crate::model::client::Client;
use crate::model::role::{Role, Roles};
use crate::model::site::Site;
use crate::store::{Record, Staff, StoreError};
use crate::web::oidc::{Person, Provider};
use crate::web::state::AppState;

/// Why somebody whom the provider knows is not let in. The words are for the log.
#[derive(Debug)]
pub enum Stopped {
    /// Known to the provider and not to this desk, somebody else than the account is there,
    /// switched off, or without a role.
    Refused(Option<Box<Staff>>, &'static str),
    /// Something broke.
    Failed(AppError),
}

/// Signs somebody in who comes from the provider. Roles and site are what the claims say, where
/// they say anything.
///
/// # Errors
/// [`Stopped`].
pub async fn enter(
    state: &AppState,
    client: &Client,
    provider: &Provider,
    person: &Person,
) -> Result<Entered, Stopped> {
    let staff = account(state, client, provider, person).await?;
    let sites = state.desk.store.all_sites().await.map_err(|error| failed(state, error))?;
    let site = match person.claim(&provider.settings.site_claim) {
        Some(names) => match sites
            .into_iter()
            .find(|site| names.iter().any(|name| *name == site.name || *name == site.id.0))
        {
            Some(site) => Some(site),
            None => return Err(Stopped::Refused(Some(Box::new(staff)), "unknown site")),
        },
        None => None,
    };
    let own = state.desk.store.sites_of(&staff.id).await.map_err(|error| failed(state, error))?;
    let found = match site {
        Some(site) => {
            let roles = own
                .into_iter()
                .find(|(other, _)| other.id == site.id)
                .map(|(_, roles)| roles)
                .unwrap_or_default();
            Some((site, roles))
        }
        None => own.into_iter().next(),
    };
    let Some((site, before)) = found else {
        return Err(Stopped::Refused(Some(Box::new(staff)), "no site"));
    };
    let roles = match person.claim(&provider.settings.role_claim) {
        Some(words) => {
            words.iter().flat_map(|word| word.split_whitespace()).filter_map(Role::parse).collect()
        }
        None => before.clone(),
    };
    if roles != before {
        change_roles(state, client, &staff, &site, &roles, &before).await?;
    }
    if roles.is_empty() {
        return Err(Stopped::Refused(Some(Box::new(staff)), "no role"));
    }
    sign_in::enter_at(state, client, &staff, &site, roles, "provider")
        .await
        .map_err(Stopped::Failed)
}

/// By the provider's name for the person; the first time by an e-mail that the provider has
/// verified. From then on the account is that person's: an e-mail that somebody else has there
/// later leads nowhere.
async fn account(
    state: &AppState,
    client: &Client,
    provider: &Provider,
    person: &Person,
) -> Result<Staff, Stopped> {
    let (store, issuer) = (&state.desk.store, &provider.settings.issuer);
    if let Some(staff) = store
        .staff_by_identity(issuer, &person.subject)
        .await
        .map_err(|error| failed(state, error))?
    {
        return switched_on(staff);
    }
    let Some(email) = &person.email else { return Err(Stopped::Refused(None, "no account")) };
    let found = store.staff_by_email(email).await.map_err(|error| failed(state, error))?;
    let staff = switched_on(found.ok_or(Stopped::Refused(None, "no account"))?)?;
    let sites = store.sites_of(&staff.id).await.map_err(|error| failed(state, error))?;
    let record = Record {
        site: sites.into_iter().next().map(|(site, _)| site.id),
        staff: Some(staff.id.clone()),
        ..state.desk.record_of_nobody(
            &staff.name,
            client,
            Action::AccountChanged,
            About::words(format!("account={} linked by=provider", staff.id)),
        )
    };
    match store.add_identity(issuer, &person.subject, &staff.id, &[record]).await {
        Ok(()) => Ok(staff),
        Err(StoreError::Taken(_)) => {
            Err(Stopped::Refused(Some(Box::new(staff)), "another subject"))
        }
        Err(error) => Err(failed(state, error)),
    }
}

fn switched_on(staff: Staff) -> Result<Staff, Stopped> {
    if staff.disabled_at.is_some() {
        Err(Stopped::Refused(Some(Box::new(staff)), "switched off"))
    } else {
        Ok(staff)
    }
}

async fn change_roles(
    state: &AppState,
    client: &Client,
    staff: &Staff,
    site: &Site,
    roles: &Roles,
    before: &Roles,
) -> Result<(), Stopped> {
    let words = format!(
        "account={} roles={} before={} by=provider",
        staff.id,
        roles.slugs(),
        before.slugs()
    );
    let record = Record {
        site: Some(site.id.clone()),
        staff: Some(staff.id.clone()),
        ..state.desk.record_of_nobody(
            &staff.name,
            client,
            Action::AccountChanged,
            About::words(words),
        )
    };
    state.desk.store.record(&[record]).await.map_err(|error| failed(state, error))?;
    state
        .desk
        .store
        .set_roles(&staff.id, &site.id, roles)
        .await
        .map_err(|error| failed(state, error))
}

fn failed(state: &AppState, error: StoreError) -> Stopped {
    Stopped::Failed(state.explain_store(error))
}
