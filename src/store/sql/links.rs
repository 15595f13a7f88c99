//! Password links, and the identities of accounts at OpenID Connect providers.

use super::db;
use super::pool::{Pool, Tx};
use super::refused;
use crate::model::ids::StaffId;
use crate::store::accounts::StaffRow;
use crate::store::{PasswordLink, Result, Staff, StoreError};

/// What [`StoreError::Taken`] calls an identity at a provider.
const IDENTITY: &str = "the identity";

/// The account of a valid link. A link that its maker could not make any more does not work: the
/// account may have joined a site since, or the maker may have left one.
const VALID: &str = "
    SELECT s.id, s.email, s.name, s.password_hash, s.created_at, s.disabled_at, s.licence
    FROM password_links l JOIN staff s ON s.id = l.staff_id
    WHERE l.token_hash = $1 AND l.expires_at > $2 AND s.disabled_at IS NULL
      AND NOT EXISTS (
          SELECT 1 FROM memberships m WHERE m.staff_id = l.staff_id AND NOT EXISTS (
              SELECT 1 FROM memberships a JOIN staff b ON b.id = a.staff_id
              WHERE a.staff_id = l.made_by AND a.site_id = m.site_id
                AND a.role = 'administrator' AND b.disabled_at IS NULL))";

pub(super) async fn add(tx: &mut Tx, id: &StaffId, link: &PasswordLink) -> Result<()> {
    db::query(
        "INSERT INTO password_links (staff_id, token_hash, expires_at, made_by)
         VALUES ($1, $2, $3, $4)
         ON CONFLICT (staff_id) DO UPDATE SET token_hash = $2, expires_at = $3, made_by = $4",
    )
    .bind(&id.0)
    .bind(&link.token_hash)
    .bind(link.expires_at)
    .bind(&link.made_by.0)
    .execute(&mut *tx)
    .await
    .map_err(|error| refused(error, "the link"))?;
    Ok(())
}

pub(super) async fn find(readers: &Pool, token_hash: &[u8], at: i64) -> Result<Option<Staff>> {
    let row: Option<StaffRow> =
        db::query_as(VALID).bind(token_hash).bind(at).fetch_optional(readers).await?;
    Ok(row.map(Staff::from))
}

pub(super) async fn take(tx: &mut Tx, token_hash: &[u8], at: i64) -> Result<Option<Staff>> {
    let row: Option<StaffRow> =
        db::query_as(VALID).bind(token_hash).bind(at).fetch_optional(&mut *tx).await?;
    db::query("DELETE FROM password_links WHERE token_hash = $1")
        .bind(token_hash)
        .execute(&mut *tx)
        .await?;
    Ok(row.map(Staff::from))
}

pub(super) async fn by_identity(
    readers: &Pool,
    issuer: &str,
    subject: &str,
) -> Result<Option<Staff>> {
    let row: Option<StaffRow> = db::query_as(
        "SELECT s.id, s.email, s.name, s.password_hash, s.created_at, s.disabled_at, s.licence
         FROM identities i JOIN staff s ON s.id = i.staff_id
         WHERE i.issuer = $1 AND i.subject = $2",
    )
    .bind(issuer)
    .bind(subject)
    .fetch_optional(readers)
    .await?;
    Ok(row.map(Staff::from))
}

/// An account has one identity per provider: a person who is later given the e-mail address of
/// another person there must not get the account with it.
pub(super) async fn add_identity(
    tx: &mut Tx,
    issuer: &str,
    subject: &str,
    id: &StaffId,
) -> Result<()> {
    let done = db::query(
        "INSERT INTO identities (issuer, subject, staff_id) SELECT $1, $2, $3
         WHERE NOT EXISTS (SELECT 1 FROM identities WHERE issuer = $1 AND staff_id = $3)",
    )
    .bind(issuer)
    .bind(subject)
    .bind(&id.0)
    .execute(&mut *tx)
    .await
    .map_err(|error| refused(error, IDENTITY))?;
    if done == 0 {
        return Err(StoreError::Taken(IDENTITY));
    }
    // From now on the account signs in through the provider: an unused link would be a
    // second door.
    db::query(
        "DELETE FROM password_links WHERE staff_id = $1
         AND EXISTS (SELECT 1 FROM staff WHERE id = $1 AND password_hash = '')",
    )
    .bind(&id.0)
    .execute(&mut *tx)
    .await?;
    Ok(())
}

pub(super) async fn has_identity(readers: &Pool, id: &StaffId) -> Result<bool> {
    Ok(db::query_scalar("SELECT EXISTS (SELECT 1 FROM identities WHERE staff_id = $1)")
        .bind(&id.0)
        .fetch_one(readers)
        .await?)
}

/// [`StoreError::ProviderOnly`] for an account with an identity and no password, unless a password
/// that it had is being reset.
pub(super) async fn require_password_door(tx: &mut Tx, id: &StaffId, at: i64) -> Result<()> {
    let provider_only: bool = db::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM staff s JOIN identities i ON i.staff_id = s.id
                        WHERE s.id = $1 AND s.password_hash = '')
            AND NOT EXISTS (SELECT 1 FROM password_links l
                            WHERE l.staff_id = $1 AND l.expires_at > $2)",
    )
    .bind(&id.0)
    .bind(at)
    .fetch_one(&mut *tx)
    .await?;
    if provider_only { Err(StoreError::ProviderOnly) } else { Ok(()) }
}
