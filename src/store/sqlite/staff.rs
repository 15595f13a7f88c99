//! Accounts, and the list of everything that belongs to them: the rest is in `sessions`,
//! `attempts`, `links` and `factors`.

use super::{SqliteStore, attempts, audit, factors, found, links, refused, sessions, sites};
use crate::model::ids::{SiteId, StaffId};
use crate::model::role::Roles;
use crate::store::accounts::StaffRow;
use crate::store::{
    Accounts, Attempt, AttemptCounter, AttemptReset, Factor, PasswordLink, Record, Reseal, Result,
    Session, SignedIn, Staff,
};
use async_trait::async_trait;
use sqlx::{Sqlite, SqlitePool, Transaction};

#[async_trait]
impl Accounts for SqliteStore {
    async fn add_staff(
        &self,
        staff: &Staff,
        roles: &[(SiteId, Roles)],
        link: Option<&PasswordLink>,
        log: &[Record],
    ) -> Result<()> {
        let mut tx = self.write().await?;
        add(&mut tx, staff).await?;
        for (site, roles) in roles {
            sites::add_roles(&mut tx, &staff.id, site, roles).await?;
        }
        if let Some(link) = link {
            links::add(&mut tx, &staff.id, link).await?;
        }
        audit::append(&mut tx, log).await?;
        Ok(tx.commit().await?)
    }

    async fn staff_by_email(&self, email: &str) -> Result<Option<Staff>> {
        by_email(&self.readers, email).await
    }

    async fn all_staff(&self) -> Result<Vec<Staff>> {
        all(&self.readers).await
    }

    async fn set_password(&self, id: &StaffId, password_hash: &str, log: &[Record]) -> Result<()> {
        let mut tx = self.write().await?;
        set_password(&mut tx, id, password_hash).await?;
        sessions::end_all(&mut tx, id).await?;
        audit::append(&mut tx, log).await?;
        Ok(tx.commit().await?)
    }

    async fn change_password(
        &self,
        id: &StaffId,
        password_hash: &str,
        keep: &[u8],
        log: &[Record],
    ) -> Result<()> {
        let mut tx = self.write().await?;
        set_password(&mut tx, id, password_hash).await?;
        sessions::end_others(&mut tx, id, keep).await?;
        audit::append(&mut tx, log).await?;
        Ok(tx.commit().await?)
    }

    async fn disable_staff(&self, id: &StaffId, at: i64, log: &[Record]) -> Result<()> {
        let mut tx = self.write().await?;
        disable(&mut tx, id, at).await?;
        sessions::end_all(&mut tx, id).await?;
        audit::append(&mut tx, log).await?;
        Ok(tx.commit().await?)
    }

    async fn enable_staff(&self, id: &StaffId, log: &[Record]) -> Result<()> {
        let mut tx = self.write().await?;
        let done = sqlx::query("UPDATE staff SET disabled_at = NULL WHERE id = $1")
            .bind(&id.0)
            .execute(&mut *tx)
            .await?;
        found(done.rows_affected())?;
        audit::append(&mut tx, log).await?;
        Ok(tx.commit().await?)
    }

    async fn count_attempt(&self, counters: &[AttemptCounter], at: i64) -> Result<Attempt> {
        let mut tx = self.write().await?;
        let answer = attempts::count(&mut tx, counters, at).await?;
        tx.commit().await?;
        Ok(answer)
    }

    async fn reset_attempts(&self, reset: &AttemptReset, log: &[Record]) -> Result<()> {
        let mut tx = self.write().await?;
        attempts::reset(&mut tx, reset).await?;
        audit::append(&mut tx, log).await?;
        Ok(tx.commit().await?)
    }

    async fn locked_until(&self, key: &[u8], at: i64) -> Result<Option<i64>> {
        attempts::locked_until(&self.readers, key, at).await
    }

    async fn add_password_link(
        &self,
        id: &StaffId,
        link: &PasswordLink,
        reset: bool,
        log: &[Record],
    ) -> Result<()> {
        let mut tx = self.write().await?;
        if reset {
            set_password(&mut tx, id, "").await?;
            sessions::end_all(&mut tx, id).await?;
        }
        links::add(&mut tx, id, link).await?;
        audit::append(&mut tx, log).await?;
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
        reset: &AttemptReset,
        log: &[Record],
    ) -> Result<Option<Staff>> {
        let mut tx = self.write().await?;
        let Some(staff) = links::take(&mut tx, token_hash, at).await? else { return Ok(None) };
        set_password(&mut tx, &staff.id, password_hash).await?;
        sessions::end_all(&mut tx, &staff.id).await?;
        attempts::reset(&mut tx, reset).await?;
        audit::append(&mut tx, log).await?;
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
        log: &[Record],
    ) -> Result<()> {
        let mut tx = self.write().await?;
        factors::set(&mut tx, id, secret, step, at, code_hashes).await?;
        audit::append(&mut tx, log).await?;
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

    async fn remove_factor(&self, id: &StaffId, log: &[Record]) -> Result<bool> {
        let mut tx = self.write().await?;
        let removed = factors::remove(&mut tx, id).await?;
        audit::append(&mut tx, log).await?;
        tx.commit().await?;
        Ok(removed)
    }

    async fn reseal_factors(&self, reseal: Reseal<'_>) -> Result<()> {
        let mut tx = self.write().await?;
        factors::reseal(&mut tx, reseal).await?;
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

    async fn add_session(
        &self,
        session: &Session,
        reset: &AttemptReset,
        log: &[Record],
    ) -> Result<()> {
        let mut tx = self.write().await?;
        sessions::add(&mut tx, session).await?;
        attempts::reset(&mut tx, reset).await?;
        audit::append(&mut tx, log).await?;
        Ok(tx.commit().await?)
    }

    async fn session(&self, token_hash: &[u8]) -> Result<Option<SignedIn>> {
        sessions::find(&self.readers, token_hash).await
    }

    async fn switch_site(&self, token_hash: &[u8], site: &SiteId, log: &[Record]) -> Result<()> {
        let mut tx = self.write().await?;
        sessions::switch_site(&mut tx, token_hash, site).await?;
        audit::append(&mut tx, log).await?;
        Ok(tx.commit().await?)
    }

    async fn touch_session(&self, token_hash: &[u8], at: i64) -> Result<()> {
        sessions::touch(&self.writer, token_hash, at).await
    }

    async fn sessions_of(&self, id: &StaffId) -> Result<Vec<Session>> {
        sessions::all(&self.readers, id).await
    }

    async fn end_other_sessions(&self, id: &StaffId, keep: &[u8], log: &[Record]) -> Result<u64> {
        let mut tx = self.write().await?;
        let ended = sessions::end_others(&mut tx, id, keep).await?;
        audit::append(&mut tx, log).await?;
        tx.commit().await?;
        Ok(ended)
    }

    async fn end_session(&self, token_hash: &[u8], log: &[Record]) -> Result<()> {
        let mut tx = self.write().await?;
        sessions::end(&mut tx, token_hash).await?;
        audit::append(&mut tx, log).await?;
        Ok(tx.commit().await?)
    }

    async fn end_old_sessions(&self, created_before: i64, seen_before: i64) -> Result<u64> {
        sessions::end_old(&self.writer, created_before, seen_before).await
    }
}

async fn add(tx: &mut Transaction<'_, Sqlite>, staff: &Staff) -> Result<()> {
    sqlx::query(
        "INSERT INTO staff (id, email, name, password_hash, created_at, disabled_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(&staff.id.0)
    .bind(staff.email.to_lowercase())
    .bind(&staff.name)
    .bind(&staff.password_hash)
    .bind(staff.created_at)
    .bind(staff.disabled_at)
    .execute(&mut **tx)
    .await
    .map_err(|error| refused(error, "the e-mail address"))?;
    Ok(())
}

async fn by_email(readers: &SqlitePool, email: &str) -> Result<Option<Staff>> {
    let row: Option<StaffRow> = sqlx::query_as(
        "SELECT id, email, name, password_hash, created_at, disabled_at FROM staff
         WHERE email = $1",
    )
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
    found(done.rows_affected())
}

async fn disable(tx: &mut Transaction<'_, Sqlite>, id: &StaffId, at: i64) -> Result<()> {
    let done =
        sqlx::query("UPDATE staff SET disabled_at = coalesce(disabled_at, $2) WHERE id = $1")
            .bind(&id.0)
            .bind(at)
            .execute(&mut **tx)
            .await?;
    found(done.rows_affected())
}
