//! Sites: their settings, their logo, and new ones.

pub mod form;

use super::audit::About;
use super::{Actor, Desk, DeskError, Result, TENANT_KEY};
use crate::error::{FieldError, FieldProblem};
use crate::model::audit::Action;
use crate::model::forms::{NewSiteForm, SiteForm};
use crate::model::ids::SiteId;
use crate::model::role::{Role, Roles};
use crate::model::site::{LogoKind, Site};
use crate::store::{Logo, StoreError};
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// The largest logo, in bytes.
pub const LARGEST_LOGO: usize = 100 * 1024;
/// How many bytes of a logo's hash are its version.
const VERSION_BYTES: usize = 8;
/// How much of a tenant key is shown, in characters, and how long one must be for that to tell
/// nothing.
const SHOWN: (usize, usize) = (4, 12);

/// Changes the settings of the actor's site.
///
/// # Errors
/// [`DeskError::Invalid`] (nothing was changed), or a failing store.
pub async fn change(desk: &Desk, who: &Actor, form: &SiteForm) -> Result<()> {
    let site = desk.store.site(&who.site.id).await?.ok_or(DeskError::NotFound)?;
    let (site, changed) = form::read(desk, form, site)?;
    if changed.is_empty() {
        return Ok(());
    }
    // The names of the settings, never what they are set to: one of them is a key.
    let log = [desk.record_of(who, Action::SiteChanged, About::words(changed.join(" ")))];
    taken(desk.store.set_site(&site, &log).await, "name")
}

/// Adds a site with the link rules and the retention of the actor's own, who becomes its
/// administrator.
///
/// # Errors
/// As [`change`].
pub async fn add(desk: &Desk, who: &Actor, form: NewSiteForm) -> Result<SiteId> {
    let names = form::read_new(form)?;
    let site = Site {
        id: SiteId(desk.ambient.id()),
        name: names.new_name,
        public_name_en: names.new_public_name_en,
        public_name_fr: names.new_public_name_fr,
        tenant_key: None,
        rules: who.site.rules,
        retention_ms: who.site.retention_ms,
        keep_exports: who.site.keep_exports,
        accent: None,
        created_at: desk.now(),
    };
    // In the log of both: where it was done, and of what came to be.
    let here = desk.record_of(who, Action::SiteChanged, About::words(format!("added={}", site.id)));
    let there = crate::store::Record {
        site: Some(site.id.clone()),
        detail: "added".to_owned(),
        ..here.clone()
    };
    let roles: Roles = [Role::Administrator].into_iter().collect();
    taken(desk.store.found_site(&site, &who.staff.id, &roles, &[here, there]).await, "new_name")?;
    Ok(site.id)
}

/// Which logo a site has, if it has one.
///
/// # Errors
/// A failing store.
pub async fn logo_version(desk: &Desk, site: &Site) -> Result<Option<String>> {
    Ok(desk.store.logo_version(&site.id).await?)
}

/// Sets the logo of the actor's site.
///
/// # Errors
/// As [`change`].
pub async fn set_logo(desk: &Desk, who: &Actor, bytes: Vec<u8>) -> Result<()> {
    let problem =
        |problem| DeskError::Invalid(vec![FieldError { field: "logo".to_owned(), problem }]);
    if bytes.len() > LARGEST_LOGO {
        return Err(problem(FieldProblem::LargeImage));
    }
    let kind = LogoKind::of(&bytes).ok_or_else(|| problem(FieldProblem::BadImage))?;
    let version = Sha256::digest(&bytes).iter().take(VERSION_BYTES).fold(
        String::new(),
        |mut version, byte| {
            // Writing to a text does not fail.
            let _ = write!(version, "{byte:02x}");
            version
        },
    );
    let log = [desk.record_of(who, Action::SiteChanged, About::words("logo"))];
    Ok(desk.store.set_logo(&who.site.id, Some(&Logo { kind, bytes, version }), &log).await?)
}

/// Takes the logo of the actor's site away. Doing so twice is doing so once.
///
/// # Errors
/// A failing store.
pub async fn remove_logo(desk: &Desk, who: &Actor) -> Result<()> {
    if desk.store.logo_version(&who.site.id).await?.is_none() {
        return Ok(());
    }
    let log = [desk.record_of(who, Action::SiteChanged, About::words("logo"))];
    Ok(desk.store.set_logo(&who.site.id, None, &log).await?)
}

/// What may be shown of a site's tenant key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ShownKey {
    /// There is none.
    None,
    /// There is one that cannot be opened: the secret that it was sealed under is gone.
    Unreadable,
    /// There is one, which ends so.
    Ends(String),
}

/// What may be shown of a site's tenant key: its last characters, where it has many more.
#[must_use]
pub fn shown_key(desk: &Desk, site: &Site) -> ShownKey {
    let Some(sealed) = &site.tenant_key else { return ShownKey::None };
    let Some(key) = desk.secrets.open(TENANT_KEY, sealed) else { return ShownKey::Unreadable };
    let characters: Vec<char> = key.chars().collect();
    let shown = if characters.len() >= SHOWN.1 { SHOWN.0 } else { 0 };
    ShownKey::Ends(
        std::iter::once('…')
            .chain(characters.into_iter().rev().take(shown).collect::<Vec<_>>().into_iter().rev())
            .collect(),
    )
}

fn taken(result: std::result::Result<(), StoreError>, field: &str) -> Result<()> {
    result.map_err(|error| match error {
        StoreError::Taken(_) => DeskError::Invalid(vec![FieldError {
            field: field.to_owned(),
            problem: FieldProblem::NameTaken,
        }]),
        error => error.into(),
    })
}
