//! Accounts, and the list of everything that is about them: the rest is in `sessions`, `tries`,
//! `links` and `factors`.

use super::{SqliteStore, audit, factors, links, refused, sessions, tries};
use crate::model::ids::{SiteId, StaffId};
use crate::store::{
    Accounts, Counted, Factor, Record, Reseal, Result, Session, SignedIn, Staff, StoreError, Try,
};
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

    async fn enable_staff(&self, id: &StaffId) -> Result<()> {
        let done = sqlx::query("UPDATE staff SET disabled_at = NULL WHERE id = $1")
            .bind(&id.0)
            .execute(&self.writer)
            .await?;
        found(done.rows_affected())
    }

    async fn rename_staff(&self, id: &StaffId, name: &str) -> Result<()> {
        let done = sqlx::query("UPDATE staff SET name = $2 WHERE id = $1")
            .bind(&id.0)
            .bind(name)
            .execute(&self.writer)
            .await?;
        found(done.rows_affected())
    }

    async fn count_try(&self, counted: &[Counted], at: i64) -> Result<Try> {
        let mut tx = self.write().await?;
        let answer = tries::count(&mut tx, counted, at).await?;
        tx.commit().await?;
        Ok(answer)
    }

    async fn uncount_try(&self, subject: &[u8]) -> Result<()> {
        tries::uncount(&self.writer, subject).await
    }

    async fn forget_tries(&self, subject: &[u8]) -> Result<()> {
        tries::forget(&self.writer, subject).await
    }

    async fn barred_until(&self, subject: &[u8], at: i64) -> Result<Option<i64>> {
        tries::barred(&self.readers, subject, at).await
    }

    async fn add_password_link(
        &self,
        id: &StaffId,
        token_hash: &[u8],
        expires_at: i64,
        reset: bool,
    ) -> Result<()> {
        let mut tx = self.write().await?;
        if reset {
            set_password(&mut tx, id, "").await?;
        }
        links::add(&mut tx, id, token_hash, expires_at).await?;
        Ok(tx.commit().await?)
    }

    async fn password_link(&self, token_hash: &[u8], at: i64) -> Result<Option<Staff>> {
        links::find(&self.readers, token_hash, at).await
    }

    async fn use_password_link(
        &self,
        token_hash: &[u8],
        at: i64,
        password_hash: &str,
    ) -> Result<Option<Staff>> {
        let mut tx = self.write().await?;
        let Some(staff) = links::take(&mut tx, token_hash, at).await? else { return Ok(None) };
        set_password(&mut tx, &staff.id, password_hash).await?;
        tx.commit().await?;
        Ok(Some(staff))
    }

    async fn set_factor(
        &self,
        id: &StaffId,
        secret: &str,
        step: i64,
        at: i64,
        code_hashes: &[Vec<u8>],
    ) -> Result<()> {
        let mut tx = self.write().await?;
        factors::set(&mut tx, id, secret, step, at, code_hashes).await?;
        Ok(tx.commit().await?)
    }

    async fn factor(&self, id: &StaffId) -> Result<Option<Factor>> {
        factors::find(&self.readers, id).await
    }

    async fn take_step(&self, id: &StaffId, step: i64) -> Result<bool> {
        factors::take_step(&self.writer, id, step).await
    }

    async fn take_recovery_code(&self, id: &StaffId, code_hash: &[u8]) -> Result<bool> {
        factors::take_code(&self.writer, id, code_hash).await
    }

    async fn remove_factor(&self, id: &StaffId) -> Result<bool> {
        factors::remove(&self.writer, id).await
    }

    async fn reseal_factors(&self, again: Reseal<'_>) -> Result<()> {
        let mut tx = self.write().await?;
        factors::reseal(&mut tx, again).await?;
        Ok(tx.commit().await?)
    }

    async fn staff_by_identity(&self, issuer: &str, subject: &str) -> Result<Option<Staff>> {
        links::by_identity(&self.readers, issuer, subject).await
    }

    async fn add_identity(
        &self,
        issuer: &str,
        subject: &str,
        id: &StaffId,
        log: &[Record],
    ) -> Result<()> {
        let mut tx = self.write().await?;
        links::add_identity(&mut tx, issuer, subject, id).await?;
        audit::append(&mut tx, log).await?;
        Ok(tx.commit().await?)
    }

    async fn sessions_of(&self, id: &StaffId) -> Result<Vec<Session>> {
        sessions::all(&self.readers, id).await
    }

    async fn end_other_sessions(&self, id: &StaffId, keep: &[u8]) -> Result<u64> {
        sessions::end_others(&mut *self.writer.acquire().await?, id, keep).await
    }

    async fn change_password(&self, id: &StaffId, password_hash: &str, keep: &[u8]) -> Result<()> {
        let mut tx = self.write().await?;
        let done = sqlx::query("UPDATE staff SET password_hash = $2 WHERE id = $1")
            .bind(&id.0)
            .bind(password_hash)
            .execute(&mut *tx)
            .await?;
        found(done.rows_affected())?;
        sessions::end_others(&mut tx, id, keep).await?;
        Ok(tx.commit().await?)
    }

    async fn add_session(&self, session: &Session) -> Result<()> {
        sessions::add(&self.writer, session).await
    }

    async fn session(&self, token_hash: &[u8]) -> Result<Option<SignedIn>> {
        sessions::find(&self.readers, token_hash).await
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
        sessions::touch(&self.writer, token_hash, at).await
    }

    async fn end_session(&self, token_hash: &[u8]) -> Result<()> {
        sessions::end(&self.writer, token_hash).await
    }

    async fn end_old_sessions(&self, created_before: i64, seen_before: i64) -> Result<u64> {
        sessions::end_old(&self.writer, created_before, seen_before).await
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
    let rows: Vec<StaffRow> = sqlx::query_as(
        "SELECT id, email, name, password_hash, created_at, disabled_at FROM staff ORDER BY email",
    )
    .fetch_all(readers)
    .await?;
    Ok(rows.into_iter().map(Staff::from).collect())
}

async fn set_password(
    tx: &mut Transaction<'_, Sqlite>,
    id: &StaffId,
    password_hash: &str,
) -> Result<()> {
    let done = sqlx::query("UPDATE staff SET password_hash = $2 WHERE id = $1")
        .bind(&id.0)
        .bind(password_hash)
        .execute(&mut **tx)
        .await?;
    found(done.rows_affected())?;
    end_all(tx, id).await
}

/// The first time counts: switching off again does not move it.
async fn disable(tx: &mut Transaction<'_, Sqlite>, id: &StaffId, at: i64) -> Result<()> {
    let done =
        sqlx::query("UPDATE staff SET disabled_at = coalesce(disabled_at, $2) WHERE id = $1")
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
