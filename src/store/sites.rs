//! Sites, and who is what at which.

use super::{Record, Reseal, Result};
use crate::model::ids::{SiteId, StaffId};
use crate::model::role::{Role, Roles};
use crate::model::site::{LogoKind, Site};
use async_trait::async_trait;

/// What stands on the patients' page in the place of the clinic's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logo {
    /// Which kind of picture.
    pub kind: LogoKind,
    /// The picture.
    pub bytes: Vec<u8>,
    /// Another one for another picture.
    pub version: String,
}

/// Sites, and who is what at which.
#[async_trait]
pub trait Sites: Send + Sync {
    /// Adds a site. [`super::StoreError::Taken`] when the name is in use, in whatever case.
    async fn add_site(&self, site: &Site) -> Result<()>;
    /// The same, with what its founder is there and what the audit log says of it.
    async fn found_site(
        &self,
        site: &Site,
        founder: &StaffId,
        roles: &Roles,
        log: &[Record],
    ) -> Result<()>;
    /// Sets everything of a site but its id and when it was made, and what the audit log says of
    /// it. [`super::StoreError::NotFound`] when there is none, [`super::StoreError::Taken`] when
    /// another one has the name.
    async fn set_site(&self, site: &Site, log: &[Record]) -> Result<()>;
    /// One site.
    async fn site(&self, id: &SiteId) -> Result<Option<Site>>;
    /// All sites by name.
    async fn all_sites(&self) -> Result<Vec<Site>>;

    /// Gives every sealed tenant key to `again`, and keeps what that gives back in its place. All
    /// or none.
    async fn reseal_tenant_keys(&self, again: Reseal<'_>) -> Result<()>;

    /// A site's logo.
    async fn logo(&self, site: &SiteId) -> Result<Option<Logo>>;
    /// The version of a site's logo, without the picture.
    async fn logo_version(&self, site: &SiteId) -> Result<Option<String>>;
    /// Sets a site's logo or takes it away, and what the audit log says of it.
    /// [`super::StoreError::NotFound`] when there is no such site.
    async fn set_logo(&self, site: &SiteId, logo: Option<&Logo>, log: &[Record]) -> Result<()>;

    /// Sets what an account is at a site; no role at all takes it away from there.
    /// [`super::StoreError::NotFound`] when there is no such account or site.
    async fn set_roles(&self, staff: &StaffId, site: &SiteId, roles: &Roles) -> Result<()>;
    /// The sites of an account by name, each with what it is there.
    async fn sites_of(&self, staff: &StaffId) -> Result<Vec<(Site, Roles)>>;
    /// Whoever has a role at a site, by e-mail: account and role, an account with two roles twice.
    async fn staff_of(&self, site: &SiteId) -> Result<Vec<(super::Staff, Role)>>;
}
