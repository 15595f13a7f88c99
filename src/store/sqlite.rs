//! The store on SQLite: one file, one process, one writer and a few readers. One file for each part
//! of the trait.

mod accounts;
mod attempts;
mod audit;
mod backup;
mod board;
mod connect;
mod consultations;
mod corrections;
mod events;
mod exports;
mod factors;
mod follow_ups;
mod history;
mod incidents;
mod links;
mod logos;
mod lookups;
mod maintenance;
mod members;
mod patient_changes;
mod patients;
mod retention;
mod schema;
mod search;
mod sessions;
mod sites;
mod staff;
mod systems;

pub(super) use connect::is_disk_full;
pub(super) use maintenance::SqliteFile;

use super::{Result, Store, StoreError, rows};
use async_trait::async_trait;
use connect::Lock;
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::{Sqlite, SqlitePool, Transaction};
use std::path::PathBuf;

/// The schema, one numbered file a change.
static MIGRATIONS: Migrator = sqlx::migrate!("migrations/sqlite");

/// The free space below which the store is not ready, in bytes: 1 MiB, more than any one change of
/// the desk takes but a logo.
const SPARE_BYTES: u64 = 1 << 20;

/// The store on SQLite. Until it is closed or dropped, no other process can open the same file.
pub(super) struct SqliteStore {
    writer: SqlitePool,
    readers: SqlitePool,
    path: PathBuf,
    // Last, so that it is dropped after the connections.
    lock: Lock,
}

impl SqliteStore {
    /// Opens the database at a `sqlite://` URL or a path. Creates the file and its folder where
    /// missing, readable by their owner alone, and migrates the schema to this version.
    ///
    /// # Errors
    /// As [`super::open`].
    pub(super) async fn open(url_or_path: &str) -> Result<Self> {
        let path = connect::prepare(url_or_path)?;
        let mut lock = Lock::take(&path)?;
        connect::create_file(&path)?;
        lock.take_database(&path)?;
        backup::check(&path).await?;
        let writer = connect::writer(&path).await?;
        MIGRATIONS.run(&writer).await?;
        for difference in schema::differences(&mut *writer.acquire().await?).await? {
            tracing::error!(difference, "the schema of the database is not the desk's");
        }
        let mut tx = writer.begin_with("BEGIN IMMEDIATE").await?;
        patients::reindex_if_old(&mut tx).await?;
        history::recompute_if_old(&mut tx).await?;
        tx.commit().await?;
        let readers = connect::readers(&path).await?;
        Ok(Self { writer, readers, path, lock })
    }

    /// A write transaction. It takes SQLite's write lock at once: one that began by reading could
    /// be refused later, in the middle, where waiting no longer helps.
    async fn write(&self) -> Result<Transaction<'static, Sqlite>> {
        Ok(self.writer.begin_with("BEGIN IMMEDIATE").await?)
    }
}

/// [`StoreError::Taken`] for a name that is there already, [`StoreError::NotFound`] for a reference
/// into nothing.
fn refused(error: sqlx::Error, name: &'static str) -> StoreError {
    match error.as_database_error() {
        Some(database) if database.is_unique_violation() => StoreError::Taken(name),
        Some(database) if database.is_foreign_key_violation() => StoreError::NotFound,
        _ => error.into(),
    }
}

/// [`StoreError::NotFound`] when a statement that names one record changed none.
fn found(rows: u64) -> Result<()> {
    if rows == 0 { Err(StoreError::NotFound) } else { Ok(()) }
}

#[async_trait]
impl Store for SqliteStore {
    async fn ready(&self, at: i64) -> Result<()> {
        if !is_current(&self.readers).await? {
            let wanted = MIGRATIONS.iter().map(|migration| migration.version).max();
            return Err(MigrateError::VersionNotPresent(wanted.unwrap_or_default()).into());
        }
        let free = fs4::available_space(&self.path)?;
        if free < SPARE_BYTES {
            return Err(StoreError::NoSpace(free));
        }
        // A commit: the disk is not written before.
        sqlx::query("UPDATE readiness SET checked_at = $1").bind(at).execute(&self.writer).await?;
        Ok(())
    }

    async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
        self.lock.release();
    }
}

/// Whether a database has this version's schema. One that was never migrated has none.
async fn is_current(pool: &SqlitePool) -> Result<bool> {
    let begun: bool = sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = '_sqlx_migrations')",
    )
    .fetch_one(pool)
    .await?;
    if !begun {
        return Ok(false);
    }
    let newest: Option<i64> =
        sqlx::query_scalar("SELECT max(version) FROM _sqlx_migrations WHERE success")
            .fetch_one(pool)
            .await?;
    Ok(newest == MIGRATIONS.iter().map(|migration| migration.version).max())
}
