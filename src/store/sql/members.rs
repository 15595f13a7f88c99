//! Who belongs to which site: roles, invitations, and the rules about them. A rule is checked in
//! the transaction of the change, so that two changes at once cannot break it together.

use super::db;
use super::pool::Tx;
use super::{SqlStore, audit, found, refused};
use crate::model::ids::{SiteId, StaffId};
use crate::model::role::{Role, Roles};
use crate::store::invitations::InvitationRow;
use crate::store::{Invitation, Invitations, NamedInvitation, Record, Result, StoreError};
use async_trait::async_trait;

/// Adds roles. Those that the account has stay.
pub(super) async fn add_roles(
    tx: &mut Tx,
    staff: &StaffId,
    site: &SiteId,
    roles: &Roles,
) -> Result<()> {
    for role in roles.iter() {
        db::query(
            "INSERT INTO memberships (staff_id, site_id, role) VALUES ($1, $2, $3)
             ON CONFLICT DO NOTHING",
        )
        .bind(&staff.0)
        .bind(&site.0)
        .bind(role.slug())
        .execute(&mut *tx)
        .await
        .map_err(|error| refused(error, "the role"))?;
    }
    Ok(())
}

/// The sites where an account has a role. [`StoreError::NotFound`] when there is no such account,
/// or not the site that is meant.
pub(super) async fn sites(tx: &mut Tx, staff: &StaffId, meant: &SiteId) -> Result<Vec<SiteId>> {
    let known: bool = db::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM staff WHERE id = $1)
            AND EXISTS (SELECT 1 FROM sites WHERE id = $2)",
    )
    .bind(&staff.0)
    .bind(&meant.0)
    .fetch_one(&mut *tx)
    .await?;
    found(u64::from(known))?;
    let sites: Vec<String> =
        db::query_scalar("SELECT DISTINCT site_id FROM memberships WHERE staff_id = $1")
            .bind(&staff.0)
            .fetch_all(&mut *tx)
            .await?;
    Ok(sites.into_iter().map(SiteId).collect())
}

/// Replaces the roles of an account at a site.
pub(super) async fn set_roles(
    tx: &mut Tx,
    staff: &StaffId,
    site: &SiteId,
    roles: &Roles,
) -> Result<()> {
    let administered = administered_sites(tx, staff).await?.contains(site);
    db::query("DELETE FROM memberships WHERE staff_id = $1 AND site_id = $2")
        .bind(&staff.0)
        .bind(&site.0)
        .execute(&mut *tx)
        .await?;
    // Whatever an open invitation promised, these are the roles now.
    db::query("DELETE FROM invitations WHERE staff_id = $1 AND site_id = $2")
        .bind(&staff.0)
        .bind(&site.0)
        .execute(&mut *tx)
        .await?;
    add_roles(tx, staff, site, roles).await?;
    if administered { require_administrator(tx, site).await } else { Ok(()) }
}

/// The sites that an account administers.
async fn administered_sites(tx: &mut Tx, staff: &StaffId) -> Result<Vec<SiteId>> {
    let sites: Vec<String> =
        db::query_scalar("SELECT site_id FROM memberships WHERE staff_id = $1 AND role = $2")
            .bind(&staff.0)
            .bind(Role::Administrator.slug())
            .fetch_all(&mut *tx)
            .await?;
    Ok(sites.into_iter().map(SiteId).collect())
}

/// [`StoreError::LastAdministrator`] unless a site has an administrator who can sign in: enabled,
/// with a password or an identity at a provider.
async fn require_administrator(tx: &mut Tx, site: &SiteId) -> Result<()> {
    let left: bool = db::query_scalar(
        "SELECT EXISTS (
             SELECT 1 FROM memberships m JOIN staff s ON s.id = m.staff_id
             WHERE m.site_id = $1 AND m.role = $2 AND s.disabled_at IS NULL
               AND (s.password_hash <> ''
                    OR EXISTS (SELECT 1 FROM identities i WHERE i.staff_id = s.id)))",
    )
    .bind(&site.0)
    .bind(Role::Administrator.slug())
    .fetch_one(&mut *tx)
    .await?;
    if left { Ok(()) } else { Err(StoreError::LastAdministrator) }
}

/// [`StoreError::Forbidden`] unless an enabled account administers every site of another one.
async fn require_administers_all(tx: &mut Tx, by: &StaffId, staff: &StaffId) -> Result<()> {
    let all: bool = db::query_scalar(
        "SELECT NOT EXISTS (
             SELECT 1 FROM memberships m WHERE m.staff_id = $2 AND NOT EXISTS (
                 SELECT 1 FROM memberships a JOIN staff b ON b.id = a.staff_id
                 WHERE a.staff_id = $1 AND a.site_id = m.site_id AND a.role = $3
                   AND b.disabled_at IS NULL))",
    )
    .bind(&by.0)
    .bind(&staff.0)
    .bind(Role::Administrator.slug())
    .fetch_one(&mut *tx)
    .await?;
    if all { Ok(()) } else { Err(StoreError::Forbidden) }
}

/// [`StoreError::Forbidden`] unless `by` administers every site of an account.
pub(super) async fn require_permission(
    tx: &mut Tx,
    by: Option<&StaffId>,
    id: &StaffId,
) -> Result<()> {
    match by {
        Some(by) => require_administers_all(tx, by, id).await,
        None => Ok(()),
    }
}

/// Every site that an account administers keeps an administrator who can sign in.
pub(super) async fn require_other_administrators(tx: &mut Tx, id: &StaffId) -> Result<()> {
    for site in administered_sites(tx, id).await? {
        require_administrator(tx, &site).await?;
    }
    Ok(())
}

/// Valid invitations `v` at the moment `$2`: the administrator who made one still is one there.
macro_rules! valid {
    () => {
        "v.expires_at > $2 AND EXISTS (
             SELECT 1 FROM memberships a JOIN staff c ON c.id = a.staff_id
             WHERE a.staff_id = v.invited_by AND a.site_id = v.site_id
               AND a.role = 'administrator' AND c.disabled_at IS NULL) "
    };
}

/// An invitation's columns, by the names of [`InvitationRow`].
macro_rules! invitation_columns {
    () => {
        "SELECT v.staff_id, v.site_id, v.roles, v.invited_by, v.created_at, v.expires_at,
                x.name AS site_name, s.email, b.name AS inviter
         FROM invitations v JOIN sites x ON x.id = v.site_id JOIN staff s ON s.id = v.staff_id
              JOIN staff b ON b.id = v.invited_by "
    };
}

#[async_trait]
impl Invitations for SqlStore {
    async fn invite(&self, invitation: &Invitation, log: &[Record]) -> Result<()> {
        let mut tx = self.write().await?;
        let member: bool = db::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM memberships WHERE staff_id = $1 AND site_id = $2)",
        )
        .bind(&invitation.staff.0)
        .bind(&invitation.site.0)
        .fetch_one(&mut tx)
        .await?;
        if member {
            return Err(StoreError::Taken("the membership"));
        }
        db::query(
            "INSERT INTO invitations (staff_id, site_id, roles, invited_by, created_at, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (staff_id, site_id) DO UPDATE
             SET roles = $3, invited_by = $4, created_at = $5, expires_at = $6",
        )
        .bind(&invitation.staff.0)
        .bind(&invitation.site.0)
        .bind(invitation.roles.slugs())
        .bind(&invitation.invited_by.0)
        .bind(invitation.created_at)
        .bind(invitation.expires_at)
        .execute(&mut tx)
        .await
        .map_err(|error| refused(error, "the invitation"))?;
        audit::append(&mut tx, log).await?;
        Ok(tx.commit().await?)
    }

    async fn invitations_to(&self, site: &SiteId, at: i64) -> Result<Vec<NamedInvitation>> {
        let rows: Vec<InvitationRow> = db::query_as(concat!(
            invitation_columns!(),
            "WHERE v.site_id = $1 AND ",
            valid!(),
            "ORDER BY s.email"
        ))
        .bind(&site.0)
        .bind(at)
        .fetch_all(&self.readers)
        .await?;
        rows.into_iter().map(InvitationRow::read).collect()
    }

    async fn invitations_of(&self, staff: &StaffId, at: i64) -> Result<Vec<NamedInvitation>> {
        let rows: Vec<InvitationRow> = db::query_as(concat!(
            invitation_columns!(),
            "WHERE v.staff_id = $1 AND ",
            valid!(),
            "ORDER BY lower(x.name), x.name"
        ))
        .bind(&staff.0)
        .bind(at)
        .fetch_all(&self.readers)
        .await?;
        rows.into_iter().map(InvitationRow::read).collect()
    }

    async fn accept_invitation(
        &self,
        invitation: &Invitation,
        at: i64,
        log: &[Record],
    ) -> Result<()> {
        let mut tx = self.write().await?;
        // With the roles that were shown: one that was replaced meanwhile is not accepted by it.
        let done = db::query(concat!(
            "DELETE FROM invitations AS v
             WHERE v.staff_id = $1 AND v.site_id = $3 AND v.roles = $4 AND ",
            valid!()
        ))
        .bind(&invitation.staff.0)
        .bind(at)
        .bind(&invitation.site.0)
        .bind(invitation.roles.slugs())
        .execute(&mut tx)
        .await?;
        found(done)?;
        add_roles(&mut tx, &invitation.staff, &invitation.site, &invitation.roles).await?;
        audit::append(&mut tx, log).await?;
        Ok(tx.commit().await?)
    }

    async fn remove_invitation(
        &self,
        staff: &StaffId,
        site: &SiteId,
        log: &[Record],
    ) -> Result<()> {
        let mut tx = self.write().await?;
        let done = db::query("DELETE FROM invitations WHERE staff_id = $1 AND site_id = $2")
            .bind(&staff.0)
            .bind(&site.0)
            .execute(&mut tx)
            .await?;
        found(done)?;
        audit::append(&mut tx, log).await?;
        Ok(tx.commit().await?)
    }
}
