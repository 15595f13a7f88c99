//! Accounts and signed-in browsers.

use super::refused;
use crate::model::ids::StaffId;
use crate::store::{Result, Session, Staff, StoreError};
use sqlx::{FromRow, Sqlite, SqlitePool, Transaction};

#[derive(FromRow)]
struct StaffRow {
    id: String,
    email: String,
    name: String,
    password_hash: String,
    created_at: i64,
    disabled_at: Option<i64>,
}

impl From<StaffRow> for Staff {
    fn from(row: StaffRow) -> Self {
        Self {
            id: StaffId(row.id),
            email: row.email,
            name: row.name,
            password_hash: row.password_hash,
            created_at: row.created_at,
            disabled_at: row.disabled_at,
        }
    }
}

#[derive(FromRow)]
struct SessionRow {
    token_hash: Vec<u8>,
    session_created_at: i64,
    seen_at: i64,
    #[sqlx(flatten)]
    staff: StaffRow,
}

pub(super) async fn add(writer: &SqlitePool, staff: &Staff) -> Result<()> {
    sqlx::query("INSERT INTO staff (id, email, name, password_hash, created_at, disabled_at) VALUES ($1, $2, $3, $4, $5, $6)")
        .bind(&staff.id.0)
        .bind(staff.email.to_lowercase())
        .bind(&staff.name)
        .bind(&staff.password_hash)
        .bind(staff.created_at)
        .bind(staff.disabled_at)
        .execute(writer)
        .await
        .map_err(|error| refused(error, "the e-mail address"))?;
    Ok(())
}

pub(super) async fn by_email(readers: &SqlitePool, email: &str) -> Result<Option<Staff>> {
    let row: Option<StaffRow> =
        sqlx::query_as("SELECT id, email, name, password_hash, created_at, disabled_at FROM staff WHERE email = $1")
            .bind(email.to_lowercase())
            .fetch_optional(readers)
            .await?;
    Ok(row.map(Staff::from))
}

pub(super) async fn all(readers: &SqlitePool) -> Result<Vec<Staff>> {
    let rows: Vec<StaffRow> = sqlx::query_as("SELECT id, email, name, password_hash, created_at, disabled_at FROM staff ORDER BY email")
        .fetch_all(readers)
        .await?;
    Ok(rows.into_iter().map(Staff::from).collect())
}

pub(super) async fn set_password(tx: &mut Transaction<'_, Sqlite>, id: &StaffId, password_hash: &str) -> Result<()> {
    let done = sqlx::query("UPDATE staff SET password_hash = $2 WHERE id = $1").bind(&id.0).bind(password_hash).execute(&mut **tx).await?;
    found(done.rows_affected())?;
    end_all(tx, id).await
}

/// The first time counts: switching off again does not move it.
pub(super) async fn disable(tx: &mut Transaction<'_, Sqlite>, id: &StaffId, at: i64) -> Result<()> {
    let done = sqlx::query("UPDATE staff SET disabled_at = coalesce(disabled_at, $2) WHERE id = $1")
        .bind(&id.0)
        .bind(at)
        .execute(&mut **tx)
        .await?;
    found(done.rows_affected())?;
    end_all(tx, id).await
}

fn found(rows: u64) -> Result<()> {
    if rows == 0 { Err(StoreError::NotFound) } else { Ok(()) }
}

async fn end_all(tx: &mut Transaction<'_, Sqlite>, id: &StaffId) -> Result<()> {
    sqlx::query("DELETE FROM sessions WHERE staff_id = $1").bind(&id.0).execute(&mut **tx).await?;
    Ok(())
}

pub(super) async fn add_session(writer: &SqlitePool, session: &Session) -> Result<()> {
    sqlx::query("INSERT INTO sessions (token_hash, staff_id, created_at, seen_at) VALUES ($1, $2, $3, $4)")
        .bind(&session.token_hash)
        .bind(&session.staff_id.0)
        .bind(session.created_at)
        .bind(session.seen_at)
        .execute(writer)
        .await
        .map_err(|error| refused(error, "the session"))?;
    Ok(())
}

pub(super) async fn session(readers: &SqlitePool, token_hash: &[u8]) -> Result<Option<(Session, Staff)>> {
    let row: Option<SessionRow> = sqlx::query_as(
        "SELECT t.token_hash, t.created_at AS session_created_at, t.seen_at,
                s.id, s.email, s.name, s.password_hash, s.created_at, s.disabled_at
         FROM sessions t JOIN staff s ON s.id = t.staff_id
         WHERE t.token_hash = $1 AND s.disabled_at IS NULL",
    )
    .bind(token_hash)
    .fetch_optional(readers)
    .await?;
    Ok(row.map(|row| {
        let staff = Staff::from(row.staff);
        let session =
            Session { token_hash: row.token_hash, staff_id: staff.id.clone(), created_at: row.session_created_at, seen_at: row.seen_at };
        (session, staff)
    }))
}

pub(super) async fn touch_session(writer: &SqlitePool, token_hash: &[u8], at: i64) -> Result<()> {
    sqlx::query("UPDATE sessions SET seen_at = $2 WHERE token_hash = $1 AND seen_at < $2")
        .bind(token_hash)
        .bind(at)
        .execute(writer)
        .await?;
    Ok(())
}

pub(super) async fn end_session(writer: &SqlitePool, token_hash: &[u8]) -> Result<()> {
    sqlx::query("DELETE FROM sessions WHERE token_hash = $1").bind(token_hash).execute(writer).await?;
    Ok(())
}

pub(super) async fn end_old_sessions(writer: &SqlitePool, created_before: i64, seen_before: i64) -> Result<u64> {
    let done = sqlx::query("DELETE FROM sessions WHERE created_at < $1 OR seen_at < $2")
        .bind(created_before)
        .bind(seen_before)
        .execute(writer)
        .await?;
    Ok(done.rows_affected())
}
