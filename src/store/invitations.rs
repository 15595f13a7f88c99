//! Invitations of accounts to further sites.

use super::rows::corrupt;
use super::{Record, Result};
use crate::model::ids::{SiteId, StaffId};
use crate::model::role::Roles;
use crate::model::site::SiteName;
use async_trait::async_trait;
use sqlx::FromRow;

/// An invitation of an account to a site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    pub staff: StaffId,
    pub site: SiteId,
    /// The roles that it gives. Never empty.
    pub roles: Roles,
    /// The administrator who made it.
    pub invited_by: StaffId,
    /// In milliseconds (UTC).
    pub created_at: i64,
    /// In milliseconds (UTC).
    pub expires_at: i64,
}

/// An invitation, with what a person has to read about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedInvitation {
    pub invitation: Invitation,
    pub site: SiteName,
    /// The e-mail of the invited account.
    pub email: String,
    /// The name of the administrator who made it.
    pub inviter: String,
}

/// Invitations of accounts to further sites: only the account's owner turns one into a membership.
///
/// Methods with `log` write these audit rows in the transaction of the change.
#[async_trait]
pub trait Invitations: Send + Sync {
    /// Stores an invitation. Replaces an older one of the same account to the same site.
    /// [`super::StoreError::NotFound`] when there is no such account or site,
    /// [`super::StoreError::Taken`] when the account has a role at the site.
    async fn invite(&self, invitation: &Invitation, log: &[Record]) -> Result<()>;
    /// The invitations to a site that are valid at that moment, by e-mail.
    async fn invitations_to(&self, site: &SiteId, at: i64) -> Result<Vec<NamedInvitation>>;
    /// The invitations of an account that are valid at that moment, by the site's name.
    async fn invitations_of(&self, staff: &StaffId, at: i64) -> Result<Vec<NamedInvitation>>;
    /// Turns an invitation into the roles that it names, and removes it.
    /// [`super::StoreError::NotFound`] when none is valid at that moment.
    async fn accept_invitation(
        &self,
        invitation: &Invitation,
        at: i64,
        log: &[Record],
    ) -> Result<()>;
    /// Removes an invitation. [`super::StoreError::NotFound`] when there is none.
    async fn remove_invitation(&self, staff: &StaffId, site: &SiteId, log: &[Record])
    -> Result<()>;
}

/// A row of the table `invitations`, with the names of its site and its accounts.
#[derive(FromRow)]
pub(super) struct InvitationRow {
    staff_id: String,
    site_id: String,
    roles: String,
    invited_by: String,
    created_at: i64,
    expires_at: i64,
    site_name: String,
    email: String,
    inviter: String,
}

impl InvitationRow {
    pub(super) fn read(self) -> Result<NamedInvitation> {
        let roles = Roles::parse(&self.roles).ok_or_else(|| corrupt("an invitation's roles"))?;
        let site = SiteId(self.site_id);
        Ok(NamedInvitation {
            site: SiteName { id: site.clone(), name: self.site_name },
            email: self.email,
            inviter: self.inviter,
            invitation: Invitation {
                staff: StaffId(self.staff_id),
                site,
                roles,
                invited_by: StaffId(self.invited_by),
                created_at: self.created_at,
                expires_at: self.expires_at,
            },
        })
    }
}
