//! Sites: their settings, their logo, and new ones.

pub mod form;

use super::audit::About;
use super::{Actor, Desk, DeskError, Result, TENANT_KEY};
use crate::error::FieldProblem;
use crate::model::audit::Action;
use crate::model::forms::{NewSiteForm, SiteForm};
use crate::model::ids::SiteId;
use crate::model::role::{Role, Roles};
use crate::model::site::{LogoKind, Site};
use crate::store::{Logo, Record, StoreError};
use sha2::{Digest, Sha256};

/// The largest logo, in bytes.
pub const LARGEST_LOGO: usize = 100 * 1024;
/// How many bytes of a logo's hash are its version.
const VERSION_BYTES: usize = 8;
/// How many last characters of a tenant key are shown.
const SHOWN: usize = 4;
/// The shortest tenant key of which any characters are shown.
const SHOWN_FROM: usize = 12;

/// Changes the settings of the caller's site.
///
/// # Errors
/// [`DeskError::Invalid`] (nothing was changed), or a store error.
pub async fn change(desk: &Desk, caller: &Actor, form: &SiteForm) -> Result<()> {
    let site = desk.store.site(&caller.site.id).await?.ok_or(DeskError::NotFound)?;
    let (site, changed) = form::read(desk, form, site)?;
    if changed.is_empty() {
        return Ok(());
    }
    // The names of the settings, never their values: one of them is a key.
    let log = [desk.row(caller, Action::SiteChanged, About::detail(changed.join(" ")))];
    name_taken(desk.store.set_site(&site, &log).await, "name")
}

/// Adds a site with the link rules, the retention and the time zone of the caller's site. The
/// caller becomes its administrator, with the other roles that the form says: an administrator
/// alone opens no record.
///
/// # Errors
/// As [`change`].
pub async fn add(desk: &Desk, caller: &Actor, form: NewSiteForm) -> Result<SiteId> {
    let names = form::read_new(desk, form)?;
    let site = Site {
        id: SiteId(desk.ambient.id()),
        name: names.new_name,
        public_name_en: names.new_public_name_en,
        public_name_fr: names.new_public_name_fr,
        tenant_key: None,
        rules: caller.site.rules,
        retention_ms: caller.site.retention_ms,
        keep_exports: caller.site.keep_exports,
        accent: None,
        time_zone: caller.site.time_zone.clone(),
        default_identifier: caller.site.default_identifier,
        reasons: caller.site.reasons.clone(),
        default_reason: caller.site.default_reason.clone(),
        created_at: desk.now(),
    };
    // In the logs of both sites.
    let here = desk.row(caller, Action::SiteChanged, About::detail(format!("added={}", site.id)));
    let there = Record { site: Some(site.id.clone()), detail: "added".to_owned(), ..here.clone() };
    let others = [(names.new_front_desk, Role::FrontDesk), (names.new_clinician, Role::Clinician)];
    let others = others.into_iter().filter(|(ticked, _)| ticked.0).map(|(_, role)| role);
    let roles: Roles = others.chain([Role::Administrator]).collect();
    name_taken(
        desk.store.add_site_with_founder(&site, &caller.staff.id, &roles, &[here, there]).await,
        "new_name",
    )?;
    Ok(site.id)
}

/// The version of a site's logo, if it has one.
///
/// # Errors
/// A store error.
pub async fn logo_version(desk: &Desk, site: &Site) -> Result<Option<String>> {
    Ok(desk.store.logo_version(&site.id).await?)
}

/// Sets the logo of the caller's site.
///
/// # Errors
/// As [`change`].
pub async fn set_logo(desk: &Desk, caller: &Actor, bytes: Vec<u8>) -> Result<()> {
    let problem = |problem| DeskError::field("logo", problem);
    if bytes.len() > LARGEST_LOGO {
        return Err(problem(FieldProblem::LargeImage));
    }
    let kind = LogoKind::of(&bytes).ok_or_else(|| problem(FieldProblem::BadImage))?;
    let hash = Sha256::digest(&bytes);
    let version = hex::encode(hash.get(..VERSION_BYTES).unwrap_or(&hash));
    let log = [desk.row(caller, Action::SiteChanged, About::detail("logo"))];
    Ok(desk.store.set_logo(&caller.site.id, Some(&Logo { kind, bytes, version }), &log).await?)
}

/// Removes the logo of the caller's site. Repeating it changes nothing.
///
/// # Errors
/// A store error.
pub async fn remove_logo(desk: &Desk, caller: &Actor) -> Result<()> {
    if desk.store.logo_version(&caller.site.id).await?.is_none() {
        return Ok(());
    }
    let log = [desk.row(caller, Action::SiteChanged, About::detail("logo"))];
    Ok(desk.store.set_logo(&caller.site.id, None, &log).await?)
}

/// What may be shown of a site's tenant key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ShownKey {
    None,
    /// It cannot be decrypted: the secret that it was sealed with is gone.
    Unreadable,
    /// Its last characters.
    Ends(String),
}

/// What may be shown of a site's tenant key: its last characters, if it is long enough.
#[must_use]
pub fn shown_key(desk: &Desk, site: &Site) -> ShownKey {
    let Some(sealed) = &site.tenant_key else { return ShownKey::None };
    let Some(key) = desk.secrets.open(TENANT_KEY, sealed) else { return ShownKey::Unreadable };
    let characters: Vec<char> = key.chars().collect();
    let shown = if characters.len() >= SHOWN_FROM { SHOWN } else { 0 };
    ShownKey::Ends(
        std::iter::once('…')
            .chain(characters.into_iter().rev().take(shown).collect::<Vec<_>>().into_iter().rev())
            .collect(),
    )
}

fn name_taken(result: std::result::Result<(), StoreError>, field: &str) -> Result<()> {
    result.map_err(|error| match error {
        StoreError::Taken(_) => DeskError::field(field, FieldProblem::NameTaken),
        error => error.into(),
    })
}
