//! Password links, and the identities of accounts at OpenID Connect providers.

use super::refused;
use super::staff::StaffRow;
use crate::model::ids::StaffId;
use crate::store::{Result, Staff, StoreError};
use sqlx::{Sqlite, SqlitePool, Transaction};

/// What [`StoreError::Taken`] calls an identity at a provider.
const IDENTITY: &str = "the identity";

pub(super) async fn add(
    tx: &mut Transaction<'_, Sqlite>,
    id: &StaffId,
    token_hash: &[u8],
    expires_at: i64,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO password_links (staff_id, token_hash, expires_at) VALUES ($1, $2, $3)
         ON CONFLICT (staff_id) DO UPDATE SET token_hash = $2, expires_at = $3",
    )
    .bind(&id.0)
    .bind(token_hash)
    .bind(expires_at)
    .execute(&mut **tx)
    .await
    .map_err(|error| refused(error, "the link"))?;
    Ok(())
}

pub(super) async fn find(
    readers: &SqlitePool,
    token_hash: &[u8],
    at: i64,
) -> Result<Option<Staff>> {
    let row: Option<StaffRow> = sqlx::query_as(
        "SELECT s.id, s.email, s.name, s.password_hash, s.created_at, s.disabled_at
         FROM password_links l JOIN staff s ON s.id = l.staff_id
         WHERE l.token_hash = $1 AND l.expires_at > $2 AND s.disabled_at IS NULL",
    )
    .bind(token_hash)
    .bind(at)
    .fetch_optional(readers)
    .await?;
    Ok(row.map(Staff::from))
}

pub(super) async fn take(
    tx: &mut Transaction<'_, Sqlite>,
    token_hash: &[u8],
    at: i64,
) -> Result<Option<Staff>> {
    let row: Option<StaffRow> = sqlx::query_as(
        "SELECT s.id, s.email, s.name, s.password_hash, s.created_at, s.disabled_at
         FROM password_links l JOIN staff s ON s.id = l.staff_id
         WHERE l.token_hash = $1 AND l.expires_at > $2 AND s.disabled_at IS NULL",
    )
    .bind(token_hash)
    .bind(at)
    .fetch_optional(&mut **tx)
    .await?;
    sqlx::query("DELETE FROM password_links WHERE token_hash = $1")
        .bind(token_hash)
        .execute(&mut **tx)
        .await?;
    Ok(row.map(Staff::from))
}

pub(super) async fn by_identity(
    readers: &SqlitePool,
    issuer: &str,
    subject: &str,
) -> Result<Option<Staff>> {
    let row: Option<StaffRow> = sqlx::query_as(
        "SELECT s.id, s.email, s.name, s.password_hash, s.created_at, s.disabled_at
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
    tx: &mut Transaction<'_, Sqlite>,
    issuer: &str,
    subject: &str,
    id: &StaffId,
) -> Result<()> {
    let done = sqlx::query(
        "INSERT INTO identities (issuer, subject, staff_id) SELECT $1, $2, $3
         WHERE NOT EXISTS (SELECT 1 FROM identities WHERE issuer = $1 AND staff_id = $3)",
    )
    .bind(issuer)
    .bind(subject)
    .bind(&id.0)
    .execute(&mut **tx)
    .await
    .map_err(|error| refused(error, IDENTITY))?;
    if done.rows_affected() == 0 { Err(StoreError::Taken(IDENTITY)) } else { Ok(()) }
}
