//! Sites, and the roles of accounts at them.

use super::rows::{corrupt, from_json};
use super::{PasswordLink, Record, Reseal, Result, Staff};
use crate::model::health_number::IdentifierType;
use crate::model::ids::{SiteId, StaffId};
use crate::model::role::{Role, Roles};
use crate::model::site::{LinkRules, LogoKind, Site};
use async_trait::async_trait;
use sqlx::FromRow;

/// A picture that replaces the clinic's name on the patient's page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logo {
    pub kind: LogoKind,
    pub bytes: Vec<u8>,
    /// Differs from picture to picture.
    pub version: String,
}

/// How an account comes to a site without an invitation that its owner accepted.
#[derive(Clone, Copy, Debug)]
pub enum Join<'a> {
    /// It has left all its sites. An administrator of an earlier one may know how it signs in: its
    /// password, links, second factor and sessions end, and only the provider stays.
    /// `password_hash` is the new one, empty for none; `link` is a new link with which it is set.
    /// Without a new `licence` number the one on record stays.
    Anew { password_hash: &'a str, link: Option<&'a PasswordLink>, licence: Option<&'a str> },
    /// The provider names the site, whatever other sites the account has. Ends the same: the
    /// provider vouches for the person, and not for a password that others may know.
    ByProvider,
    /// The operator adds it. It has another site, and keeps its ways to sign in.
    ByOperator,
}

/// Sites, and the roles of accounts at them.
///
/// Methods with `log` write these audit rows in the transaction of the change.
#[async_trait]
pub trait Sites: Send + Sync {
    /// Adds a site. [`super::StoreError::Taken`] when the name is in use, in any case.
    async fn add_site(&self, site: &Site) -> Result<()>;
    /// Adds a site where an account has roles. As [`Self::add_site`];
    /// [`super::StoreError::NotFound`] when there is no such account.
    async fn add_site_with_founder(
        &self,
        site: &Site,
        staff: &StaffId,
        roles: &Roles,
        log: &[Record],
    ) -> Result<()>;
    /// Sets every field of a site but its id and creation time, and appends to the audit log.
    /// [`super::StoreError::NotFound`] when there is no such site, [`super::StoreError::Taken`]
    /// when another one has the name.
    async fn set_site(&self, site: &Site, log: &[Record]) -> Result<()>;
    /// The site with this id.
    async fn site(&self, id: &SiteId) -> Result<Option<Site>>;
    /// All sites, by name.
    async fn all_sites(&self) -> Result<Vec<Site>>;

    /// Replaces sealed tenant keys by what `again` returns for them, all or none.
    async fn reseal_tenant_keys(&self, again: Reseal<'_>) -> Result<()>;

    /// A site's logo.
    async fn logo(&self, site: &SiteId) -> Result<Option<Logo>>;
    /// The version of a site's logo, without the picture.
    async fn logo_version(&self, site: &SiteId) -> Result<Option<String>>;
    /// Sets or removes a site's logo. [`super::StoreError::NotFound`] when there is no such site.
    async fn set_logo(&self, site: &SiteId, logo: Option<&Logo>, log: &[Record]) -> Result<()>;

    /// Sets the roles of an account at one of its sites; with none it leaves the site.
    /// [`super::StoreError::NotFound`] when there is no such account or site,
    /// [`super::StoreError::Outdated`] when the account has no role there,
    /// [`super::StoreError::LastAdministrator`] when the site would have none left who can sign in.
    async fn set_roles(
        &self,
        staff: &StaffId,
        site: &SiteId,
        roles: &Roles,
        log: &[Record],
    ) -> Result<()>;
    /// Gives an account roles at a site where it has none. [`super::StoreError::NotFound`] when
    /// there is no such account or site, [`super::StoreError::Outdated`] when it has a role there,
    /// or its sites are not what `join` says, [`super::StoreError::ProviderOnly`] when `join` has a
    /// link and the account signs in through a provider.
    async fn join(
        &self,
        staff: &StaffId,
        site: &SiteId,
        roles: &Roles,
        join: Join<'_>,
        log: &[Record],
    ) -> Result<()>;
    /// The sites of an account by name, each with its roles there.
    async fn sites_of(&self, staff: &StaffId) -> Result<Vec<(Site, Roles)>>;
    /// The accounts with a role at a site, by e-mail: one row for each role.
    async fn staff_of(&self, site: &SiteId) -> Result<Vec<(Staff, Role)>>;
}

/// A row of the table `sites`.
#[derive(FromRow)]
pub(super) struct SiteRow {
    site_id: String,
    site_name: String,
    public_name_en: String,
    public_name_fr: String,
    tenant_key: Option<String>,
    link_ttl_ms: Option<i64>,
    birth_date_gate: bool,
    retention_ms: Option<i64>,
    keep_exports: bool,
    accent: Option<String>,
    time_zone: Option<String>,
    default_identifier: String,
    reasons: String,
    default_reason: String,
    site_created_at: i64,
}

impl TryFrom<SiteRow> for Site {
    type Error = super::StoreError;

    fn try_from(row: SiteRow) -> Result<Self> {
        Ok(Self {
            id: SiteId(row.site_id),
            name: row.site_name,
            public_name_en: row.public_name_en,
            public_name_fr: row.public_name_fr,
            tenant_key: row.tenant_key,
            rules: LinkRules { ttl_ms: row.link_ttl_ms, birth_date_gate: row.birth_date_gate },
            retention_ms: row.retention_ms,
            keep_exports: row.keep_exports,
            accent: row.accent,
            time_zone: row.time_zone,
            // A type of a later version reads as the usual one.
            default_identifier: IdentifierType::parse(&row.default_identifier)
                .unwrap_or(IdentifierType::Qc),
            reasons: from_json(&row.reasons, "a site's reasons")?,
            default_reason: row.default_reason,
            created_at: row.site_created_at,
        })
    }
}

/// Parses a JSON list of roles.
pub(super) fn roles(json: &str) -> Result<Roles> {
    from_json::<Vec<String>>(json, "roles")?.iter().map(|slug| role(slug)).collect()
}

/// Parses a role.
pub(super) fn role(slug: &str) -> Result<Role> {
    Role::parse(slug).ok_or_else(|| corrupt("a role"))
}

/// A row of the table `logos`.
#[derive(FromRow)]
pub(super) struct LogoRow {
    kind: String,
    bytes: Vec<u8>,
    version: String,
}

impl TryFrom<LogoRow> for Logo {
    type Error = super::StoreError;

    fn try_from(row: LogoRow) -> Result<Self> {
        let kind = LogoKind::parse(&row.kind).ok_or_else(|| corrupt("a logo's kind"))?;
        Ok(Self { kind, bytes: row.bytes, version: row.version })
    }
}
