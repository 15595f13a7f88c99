//! The records of accounts.

use super::db;
use super::pool::{Pool, Tx};
use super::{found, refused};
use crate::model::ids::StaffId;
use crate::store::accounts::StaffRow;
use crate::store::{Result, Staff, StoreError};

pub(super) async fn add(tx: &mut Tx, staff: &Staff) -> Result<()> {
    db::query(
        "INSERT INTO staff (id, email, name, password_hash, created_at, disabled_at, licence)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(&staff.id.0)
    .bind(staff.email.to_lowercase())
    .bind(&staff.name)
    .bind(&staff.password_hash)
    .bind(staff.created_at)
    .bind(staff.disabled_at)
    .bind(&staff.licence)
    .execute(&mut *tx)
    .await
    .map_err(|error| refused(error, "the e-mail address"))?;
    Ok(())
}

pub(super) async fn by_email(readers: &Pool, email: &str) -> Result<Option<Staff>> {
    let row: Option<StaffRow> = db::query_as(
        "SELECT id, email, name, password_hash, created_at, disabled_at, licence FROM staff
         WHERE email = $1",
    )
    .bind(email.to_lowercase())
    .fetch_optional(readers)
    .await?;
    Ok(row.map(Staff::from))
}

pub(super) async fn all(readers: &Pool) -> Result<Vec<Staff>> {
    let rows: Vec<StaffRow> = db::query_as(
        "SELECT id, email, name, password_hash, created_at, disabled_at, licence FROM staff
         WHERE id <> 'empego' ORDER BY email",
    )
    .fetch_all(readers)
    .await?;
    Ok(rows.into_iter().map(Staff::from).collect())
}

/// [`StoreError::Outdated`] unless an account is enabled and has the password hash that was
/// checked, where one was. [`StoreError::NotFound`] when there is none.
pub(super) async fn require_password(
    tx: &mut Tx,
    id: &StaffId,
    checked: Option<&str>,
) -> Result<()> {
    let now: Option<(String, bool)> =
        db::query_as("SELECT password_hash, disabled_at IS NULL FROM staff WHERE id = $1")
            .bind(&id.0)
            .fetch_optional(&mut *tx)
            .await?;
    let (hash, enabled) = now.ok_or(StoreError::NotFound)?;
    if enabled && checked.is_none_or(|checked| checked == hash) {
        Ok(())
    } else {
        Err(StoreError::Outdated)
    }
}

/// Sets a password hash. A link with which it could be set once more ends: what it was made for is
/// done, or must not be done any more.
pub(super) async fn set_password(tx: &mut Tx, id: &StaffId, password_hash: &str) -> Result<()> {
    let done = db::query("UPDATE staff SET password_hash = $2 WHERE id = $1")
        .bind(&id.0)
        .bind(password_hash)
        .execute(&mut *tx)
        .await?;
    found(done)?;
    db::query("DELETE FROM password_links WHERE staff_id = $1")
        .bind(&id.0)
        .execute(&mut *tx)
        .await?;
    Ok(())
}

pub(super) async fn disable(tx: &mut Tx, id: &StaffId, at: i64) -> Result<()> {
    let done = db::query("UPDATE staff SET disabled_at = coalesce(disabled_at, $2) WHERE id = $1")
        .bind(&id.0)
        .bind(at)
        .execute(&mut *tx)
        .await?;
    found(done)
}

pub(super) async fn enable(tx: &mut Tx, id: &StaffId) -> Result<()> {
    let done = db::query("UPDATE staff SET disabled_at = NULL WHERE id = $1")
        .bind(&id.0)
        .execute(&mut *tx)
        .await?;
    found(done)
}

pub(super) async fn set_licence(tx: &mut Tx, id: &StaffId, licence: Option<&str>) -> Result<()> {
    let done = db::query("UPDATE staff SET licence = $2 WHERE id = $1")
        .bind(&id.0)
        .bind(licence)
        .execute(&mut *tx)
        .await?;
    found(done)
}
