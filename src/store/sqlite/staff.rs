//! Accounts and signed-in browsers.

use super::rows::from_json;
use super::sites::{SiteRow, roles};
use super::{SqliteStore, refused};
use crate::model::ids::{SiteId, StaffId};
use crate::model::site::{Site, SiteName};
use crate::store::{Accounts, Result, Session, SignedIn, Staff, StoreError};
use async_trait::async_trait;
use sqlx::{FromRow, Sqlite, SqlitePool, Transaction};

#[async_trait]
impl Accounts for SqliteStore {
    async fn add_staff(&self, staff: &Staff) -> Result<()> {
        add(&self.writer, staff).await
    }

    async fn staff_by_email(&self, email: &str) -> Result<Option<Staff>> {
        by_email(&self.readers, email).await
    }

    async fn all_staff(&self) -> Result<Vec<Staff>> {
        all(&self.readers).await
    }

    async fn set_password(&self, id: &StaffId, password_hash: &str) -> Result<()> {
        let mut tx = self.write().await?;
        set_password(&mut tx, id, password_hash).await?;
        Ok(tx.commit().await?)
    }

    async fn disable_staff(&self, id: &StaffId, at: i64) -> Result<()> {
        let mut tx = self.write().await?;
        disable(&mut tx, id, at).await?;
        Ok(tx.commit().await?)
    }

    async fn add_session(&self, session: &Session) -> Result<()> {
        add_session(&self.writer, session).await
    }

    async fn session(&self, token_hash: &[u8]) -> Result<Option<SignedIn>> {
        session(&self.readers, token_hash).await
    }

    async fn switch_site(&self, token_hash: &[u8], site: &SiteId) -> Result<()> {
        let done = sqlx::query(
            "UPDATE sessions SET site_id = $2 WHERE token_hash = $1
             AND EXISTS (SELECT 1 FROM memberships m WHERE m.staff_id = sessions.staff_id AND m.site_id = $2)",
        )
        .bind(token_hash)
        .bind(&site.0)
        .execute(&self.writer)
        .await?;
        found(done.rows_affected())
    }

    async fn touch_session(&self, token_hash: &[u8], at: i64) -> Result<()> {
        touch_session(&self.writer, token_hash, at).await
    }

    async fn end_session(&self, token_hash: &[u8]) -> Result<()> {
        end_session(&self.writer, token_hash).await
    }

    async fn end_old_sessions(&self, created_before: i64, seen_before: i64) -> Result<u64> {
        end_old_sessions(&self.writer, created_before, seen_before).await
    }
}

#[derive(FromRow)]
pub(super) struct StaffRow {
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
    /// The roles at the session's site, as a JSON list; empty when there is none.
    roles: String,
    /// The account's other sites by name, as a JSON list of pairs.
    others: String,
    #[sqlx(flatten)]
    staff: StaffRow,
    #[sqlx(flatten)]
    site: SiteRow,
}

async fn add(writer: &SqlitePool, staff: &Staff) -> Result<()> {
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

async fn by_email(readers: &SqlitePool, email: &str) -> Result<Option<Staff>> {
    let row: Option<StaffRow> =
        sqlx::query_as("SELECT id, email, name, password_hash, created_at, disabled_at FROM staff WHERE email = $1")
            .bind(email.to_lowercase())
            .fetch_optional(readers)
            .await?;
    Ok(row.map(Staff::from))
}

async fn all(readers: &SqlitePool) -> Result<Vec<Staff>> {
    let rows: Vec<StaffRow> = sqlx::query_as("SELECT id, email, name, password_hash, created_at, disabled_at FROM staff ORDER BY email")
        .fetch_all(readers)
        .await?;
    Ok(rows.into_iter().map(Staff::from).collect())
}

async fn set_password(tx: &mut Transaction<'_, Sqlite>, id: &StaffId, password_hash: &str) -> Result<()> {
    let done = sqlx::query("UPDATE staff SET password_hash = $2 WHERE id = $1").bind(&id.0).bind(password_hash).execute(&mut **tx).await?;
    found(done.rows_affected())?;
    end_all(tx, id).await
}

/// The first time counts: switching off again does not move it.
async fn disable(tx: &mut Transaction<'_, Sqlite>, id: &StaffId, at: i64) -> Result<()> {
    let done = sqlx::query("UPDATE staff SET disabled_at = coalesce(disabled_at, $2) WHERE id = $1")
        .bind(&id.0)
        .bind(at)
        .execute(&mut **tx)
        .await?;
    found(done.rows_affected())?;
    end_all(tx, id).await
}

/// [`StoreError::NotFound`] when a statement that names one record met none.
pub(super) fn found(rows: u64) -> Result<()> {
    if rows == 0 { Err(StoreError::NotFound) } else { Ok(()) }
}

async fn end_all(tx: &mut Transaction<'_, Sqlite>, id: &StaffId) -> Result<()> {
    sqlx::query("DELETE FROM sessions WHERE staff_id = $1").bind(&id.0).execute(&mut **tx).await?;
    Ok(())
}

async fn add_session(writer: &SqlitePool, session: &Session) -> Result<()> {
    sqlx::query("INSERT INTO sessions (token_hash, staff_id, site_id, created_at, seen_at) VALUES ($1, $2, $3, $4, $5)")
        .bind(&session.token_hash)
        .bind(&session.staff_id.0)
        .bind(&session.site.0)
        .bind(session.created_at)
        .bind(session.seen_at)
        .execute(writer)
        .await
        .map_err(|error| refused(error, "the session"))?;
    Ok(())
}

async fn session(readers: &SqlitePool, token_hash: &[u8]) -> Result<Option<SignedIn>> {
    let row: Option<SessionRow> = sqlx::query_as(
        "SELECT t.token_hash, t.created_at AS session_created_at, t.seen_at,
                s.id, s.email, s.name, s.password_hash, s.created_at, s.disabled_at,
                x.id AS site_id, x.name AS site_name, x.public_name_en, x.public_name_fr, x.tenant_key, x.link_ttl_ms, x.birth_date_gate,
                x.retention_ms, x.accent, x.created_at AS site_created_at,
                (SELECT json_group_array(m.role) FROM memberships m WHERE m.staff_id = s.id AND m.site_id = x.id) AS roles,
                (SELECT json_group_array(json_array(o.id, o.name) ORDER BY o.name) FROM sites o
                 WHERE o.id <> x.id AND EXISTS (SELECT 1 FROM memberships m WHERE m.staff_id = s.id AND m.site_id = o.id)) AS others
         FROM sessions t JOIN staff s ON s.id = t.staff_id JOIN sites x ON x.id = t.site_id
         WHERE t.token_hash = $1 AND s.disabled_at IS NULL",
    )
    .bind(token_hash)
    .fetch_optional(readers)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let (staff, site, roles) = (Staff::from(row.staff), Site::from(row.site), roles(&row.roles)?);
    if roles.is_empty() {
        return Ok(None);
    }
    let others = from_json::<Vec<(String, String)>>(&row.others, "an account's sites")?;
    let session = Session {
        token_hash: row.token_hash,
        staff_id: staff.id.clone(),
        site: site.id.clone(),
        created_at: row.session_created_at,
        seen_at: row.seen_at,
    };
    let others = others.into_iter().map(|(id, name)| SiteName { id: SiteId(id), name }).collect();
    Ok(Some(SignedIn { session, staff, site, roles, others }))
}

async fn touch_session(writer: &SqlitePool, token_hash: &[u8], at: i64) -> Result<()> {
    sqlx::query("UPDATE sessions SET seen_at = $2 WHERE token_hash = $1 AND seen_at < $2")
        .bind(token_hash)
        .bind(at)
        .execute(writer)
        .await?;
    Ok(())
}

async fn end_session(writer: &SqlitePool, token_hash: &[u8]) -> Result<()> {
    sqlx::query("DELETE FROM sessions WHERE token_hash = $1").bind(token_hash).execute(writer).await?;
    Ok(())
}

async fn end_old_sessions(writer: &SqlitePool, created_before: i64, seen_before: i64) -> Result<u64> {
    let done = sqlx::query("DELETE FROM sessions WHERE created_at < $1 OR seen_at < $2")
        .bind(created_before)
        .bind(seen_before)
        .execute(writer)
        .await?;
    Ok(done.rows_affected())
}
