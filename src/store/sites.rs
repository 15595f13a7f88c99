//! Sites, and who is what at which.

use super::Result;
use crate::model::ids::{SiteId, StaffId};
use crate::model::role::{Role, Roles};
use crate::model::site::Site;
use async_trait::async_trait;

/// Sites, and who is what at which.
#[async_trait]
pub trait Sites: Send + Sync {
    /// Adds a site. [`super::StoreError::Taken`] when the name is in use, in whatever case.
    async fn add_site(&self, site: &Site) -> Result<()>;
    /// Sets everything of a site but its id and when it was made. [`super::StoreError::NotFound`] when there is none,
    /// [`super::StoreError::Taken`] when another one has the name.
    async fn set_site(&self, site: &Site) -> Result<()>;
    /// One site.
    async fn site(&self, id: &SiteId) -> Result<Option<Site>>;
    /// All sites by name.
    async fn all_sites(&self) -> Result<Vec<Site>>;

    /// Sets what an account is at a site; no role at all takes it away from there.
    /// [`super::StoreError::NotFound`] when there is no such account or site.
    async fn set_roles(&self, staff: &StaffId, site: &SiteId, roles: &Roles) -> Result<()>;
    /// The sites of an account by name, each with what it is there.
    async fn sites_of(&self, staff: &StaffId) -> Result<Vec<(Site, Roles)>>;
    /// Whoever has a role at a site, by e-mail: account and role, an account with two roles twice.
    async fn staff_of(&self, site: &SiteId) -> Result<Vec<(super::Staff, Role)>>;
}
