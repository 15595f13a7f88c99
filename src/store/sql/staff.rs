//! Accounts, and the list of everything that belongs to them: the rest is in `accounts`,
//! `sessions`, `attempts`, `links`, `factors` and `members`.

use super::{SqlStore, accounts, attempts, audit, factors, links, members, sessions};
use crate::model::ids::{SiteId, StaffId};
use crate::model::role::Roles;
use crate::store::{
    Accounts, Attempt, AttemptCounter, AttemptReset, Factor, PasswordLink, Record, Reseal, Result,
    Session, SignedIn, Staff,
};
use async_trait::async_trait;

#[async_trait]
impl Accounts for SqlStore {
    async fn add_staff(
        &self,
        staff: &Staff,
        roles: &[(SiteId, Roles)],
        link: Option<&PasswordLink>,
        log: &[Record],
    ) -> Result<()> {
        let mut tx = self.write().await?;
        accounts::add(&mut tx, staff).await?;
        for (site, roles) in roles {
            members::add_roles(&mut tx, &staff.id, site, roles).await?;
        }
        if let Some(link) = link {
            links::add(&mut tx, &staff.id, link).await?;
        }
        audit::append(&mut tx, log).await?;
        Ok(tx.commit().await?)
    }

    async fn staff_by_email(&self, email: &str) -> Result<Option<Staff>> {
        accounts::by_email(&self.readers, email).await
    }

    async fn all_staff(&self) -> Result<Vec<Staff>> {
        accounts::all(&self.readers).await
    }

    async fn set_password(&self, id: &StaffId, password_hash: &str, log: &[Record]) -> Result<()> {
        let mut tx = self.write().await?;
        accounts::set_password(&mut tx, id, password_hash).await?;
        sessions::end_all(&mut tx, id).await?;
        audit::append(&mut tx, log).await?;
        Ok(tx.commit().await?)
    }

    async fn change_password(
        &self,
        id: &StaffId,
        before: &str,
        password_hash: &str,
        keep: &[u8],
        log: &[Record],
    ) -> Result<()> {
        let mut tx = self.write().await?;
        accounts::require_password(&mut tx, id, Some(before)).await?;
        accounts::set_password(&mut tx, id, password_hash).await?;
        sessions::end_others(&mut tx, id, keep).await?;
        audit::append(&mut tx, log).await?;
        Ok(tx.commit().await?)
    }

    async fn disable_staff(
        &self,
        id: &StaffId,
        by: Option<&StaffId>,
        at: i64,
        log: &[Record],
    ) -> Result<()> {
        let mut tx = self.write().await?;
        members::require_permission(&mut tx, by, id).await?;
        accounts::disable(&mut tx, id, at).await?;
        members::require_other_administrators(&mut tx, id).await?;
        sessions::end_all(&mut tx, id).await?;
        audit::append(&mut tx, log).await?;
        Ok(tx.commit().await?)
    }

    async fn enable_staff(&self, id: &StaffId, by: Option<&StaffId>, log: &[Record]) -> Result<()> {
        let mut tx = self.write().await?;
        members::require_permission(&mut tx, by, id).await?;
        accounts::enable(&mut tx, id).await?;
        audit::append(&mut tx, log).await?;
        Ok(tx.commit().await?)
    }

    async fn set_licence(
        &self,
        id: &StaffId,
        by: &StaffId,
        licence: Option<&str>,
        log: &[Record],
    ) -> Result<()> {
        let mut tx = self.write().await?;
        members::require_permission(&mut tx, Some(by), id).await?;
        accounts::set_licence(&mut tx, id, licence).await?;
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

    async fn unlock_staff(
        &self,
        id: &StaffId,
        by: &StaffId,
        reset: &AttemptReset,
        log: &[Record],
    ) -> Result<()> {
        let mut tx = self.write().await?;
        members::require_permission(&mut tx, Some(by), id).await?;
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
        at: i64,
        reset: bool,
        log: &[Record],
    ) -> Result<()> {
        let mut tx = self.write().await?;
        members::require_permission(&mut tx, Some(&link.made_by), id).await?;
        links::require_password_door(&mut tx, id, at).await?;
        if reset {
            accounts::set_password(&mut tx, id, "").await?;
            members::require_other_administrators(&mut tx, id).await?;
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
        accounts::set_password(&mut tx, &staff.id, password_hash).await?;
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

    async fn remove_factor(
        &self,
        id: &StaffId,
        by: Option<&StaffId>,
        log: &[Record],
    ) -> Result<bool> {
        let mut tx = self.write().await?;
        members::require_permission(&mut tx, by, id).await?;
        let removed = factors::remove(&mut tx, id).await?;
        if removed {
            audit::append(&mut tx, log).await?;
        }
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

    async fn has_identity(&self, id: &StaffId) -> Result<bool> {
        links::has_identity(&self.readers, id).await
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

    async fn replace_session(
        &self,
        old: &[u8],
        session: &Session,
        checked: Option<&str>,
        reset: &AttemptReset,
        log: &[Record],
    ) -> Result<()> {
        let mut tx = self.write().await?;
        accounts::require_password(&mut tx, &session.staff_id, checked).await?;
        sessions::end(&mut tx, old).await?;
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
        if sessions::end(&mut tx, token_hash).await? {
            audit::append(&mut tx, log).await?;
        }
        Ok(tx.commit().await?)
    }

    async fn end_old_sessions(&self, created_before: i64, seen_before: i64) -> Result<u64> {
        let mut tx = self.write().await?;
        let ended = sessions::end_old(&mut tx, created_before, seen_before).await?;
        tx.commit().await?;
        Ok(ended)
    }
}
