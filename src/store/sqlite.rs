//! The store on SQLite: one file, one process, one writer and a few readers.

mod backup;
mod board;
mod connect;
mod consultations;
mod patients;
mod rows;
mod search;
mod staff;

use super::{Added, Addition, Begin, Begun, BoardQuery, PatientDraft, Result, Session, Staff, Store, StoreError};
use crate::model::consultation::{BoardRow, Consultation};
use crate::model::ids::{ConsultationId, StaffId};
use crate::model::patient::{Identifier, Patient};
use crate::model::timeline::Entry;
use async_trait::async_trait;
use connect::Lock;
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::{Sqlite, SqlitePool, Transaction};
use std::path::{Path, PathBuf};

/// The schema, one numbered file a change.
static MIGRATIONS: Migrator = sqlx::migrate!("migrations/sqlite");

/// The store on SQLite. While it lives, no other process can open the same file.
#[derive(Debug)]
pub struct SqliteStore {
    path: PathBuf,
    writer: SqlitePool,
    readers: SqlitePool,
    // Last, so that it goes after the connections.
    _lock: Lock,
}

impl SqliteStore {
    /// Opens the database at a `sqlite://` URL or a path, making it (and its folder) where there is none and bringing
    /// its schema up to this version. The file is for its owner alone.
    ///
    /// # Errors
    /// [`StoreError::InUse`] when another process (or another store of this one) has it open, [`StoreError::Unusable`]
    /// when it is not a desk's, [`StoreError::Migration`] when it was written by a newer version.
    pub async fn open(url_or_path: &str) -> Result<Self> {
        let path = connect::prepare(url_or_path)?;
        let lock = Lock::take(&path)?;
        connect::make_file(&path)?;
        backup::check(&path).await?;
        let writer = connect::writer(&path).await?;
        MIGRATIONS.run(&writer).await?;
        let readers = connect::readers(&path).await?;
        Ok(Self { path, writer, readers, _lock: lock })
    }

    /// Where the database is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Waits for what is under way, closes every connection and lets go of the file.
    pub async fn close(self) {
        self.readers.close().await;
        self.writer.close().await;
    }

    /// Copies the database, as it is at one moment, into a new file for its owner alone. Work goes on meanwhile.
    ///
    /// # Errors
    /// [`StoreError::Taken`] when `file` is there already.
    pub async fn backup(&self, file: &Path) -> Result<()> {
        backup::write(&self.readers, file).await
    }

    /// Puts the backup `file` in the place of the database at `url_or_path`, whole or not at all, and says where the
    /// database that was there is kept now. `file` stays where it is.
    ///
    /// # Errors
    /// [`StoreError::InUse`] while the desk runs; [`StoreError::Unusable`] when `file` is damaged, not a desk's, or of a
    /// newer version: then nothing was changed.
    pub async fn restore(url_or_path: &str, file: &Path) -> Result<Option<PathBuf>> {
        let path = connect::prepare(url_or_path)?;
        let _lock = Lock::take(&path)?;
        backup::restore(&path, file).await
    }

    /// A write transaction. It takes SQLite's write lock at once: one that began by reading could be refused later, in
    /// the middle, where waiting no longer helps.
    async fn write(&self) -> Result<Transaction<'static, Sqlite>> {
        Ok(self.writer.begin_with("BEGIN IMMEDIATE").await?)
    }
}

/// [`StoreError::Taken`] for a name that is there already, [`StoreError::NotFound`] for a reference into nothing.
fn refused(error: sqlx::Error, name: &'static str) -> StoreError {
    match error.as_database_error() {
        Some(database) if database.is_unique_violation() => StoreError::Taken(name),
        Some(database) if database.is_foreign_key_violation() => StoreError::NotFound,
        _ => error.into(),
    }
}

#[async_trait]
impl Store for SqliteStore {
    async fn ready(&self) -> Result<()> {
        let newest: Option<i64> =
            sqlx::query_scalar("SELECT max(version) FROM _sqlx_migrations WHERE success").fetch_one(&self.readers).await?;
        let wanted = MIGRATIONS.iter().map(|migration| migration.version).max();
        if newest == wanted { Ok(()) } else { Err(MigrateError::VersionNotPresent(wanted.unwrap_or_default()).into()) }
    }

    async fn add_staff(&self, staff: &Staff) -> Result<()> {
        staff::add(&self.writer, staff).await
    }

    async fn staff_by_email(&self, email: &str) -> Result<Option<Staff>> {
        staff::by_email(&self.readers, email).await
    }

    async fn all_staff(&self) -> Result<Vec<Staff>> {
        staff::all(&self.readers).await
    }

    async fn set_password(&self, id: &StaffId, password_hash: &str) -> Result<()> {
        let mut tx = self.write().await?;
        staff::set_password(&mut tx, id, password_hash).await?;
        Ok(tx.commit().await?)
    }

    async fn disable_staff(&self, id: &StaffId, at: i64) -> Result<()> {
        let mut tx = self.write().await?;
        staff::disable(&mut tx, id, at).await?;
        Ok(tx.commit().await?)
    }

    async fn add_session(&self, session: &Session) -> Result<()> {
        staff::add_session(&self.writer, session).await
    }

    async fn session(&self, token_hash: &[u8]) -> Result<Option<(Session, Staff)>> {
        staff::session(&self.readers, token_hash).await
    }

    async fn touch_session(&self, token_hash: &[u8], at: i64) -> Result<()> {
        staff::touch_session(&self.writer, token_hash, at).await
    }

    async fn end_session(&self, token_hash: &[u8]) -> Result<()> {
        staff::end_session(&self.writer, token_hash).await
    }

    async fn end_old_sessions(&self, created_before: i64, seen_before: i64) -> Result<u64> {
        staff::end_old_sessions(&self.writer, created_before, seen_before).await
    }

    async fn find_patient(&self, identifier: &Identifier) -> Result<Option<Patient>> {
        patients::find(&self.readers, identifier).await
    }

    async fn begin(&self, begin: &Begin) -> Result<Begun> {
        let mut tx = self.write().await?;
        let begun = consultations::begin(&mut tx, begin).await?;
        tx.commit().await?;
        Ok(begun)
    }

    async fn amend_patient(&self, id: &ConsultationId, patient: &PatientDraft) -> Result<Consultation> {
        let mut tx = self.write().await?;
        let consultation = consultations::amend_patient(&mut tx, id, patient).await?;
        tx.commit().await?;
        Ok(consultation)
    }

    async fn add(&self, id: &ConsultationId, addition: &Addition) -> Result<Added> {
        let mut tx = self.write().await?;
        let added = consultations::add(&mut tx, id, addition).await?;
        tx.commit().await?;
        Ok(added)
    }

    async fn consultation(&self, id: &ConsultationId) -> Result<Option<Consultation>> {
        consultations::get(&self.readers, id).await
    }

    async fn by_link(&self, token_hash: &[u8]) -> Result<Option<(Consultation, u32)>> {
        consultations::by_link(&self.readers, token_hash).await
    }

    async fn timeline(&self, id: &ConsultationId) -> Result<Vec<Entry>> {
        consultations::timeline(&self.readers, id).await
    }

    async fn board(&self, query: &BoardQuery) -> Result<Vec<BoardRow>> {
        board::rows(&self.readers, query).await
    }
}
