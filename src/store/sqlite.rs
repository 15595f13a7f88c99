//! The store on SQLite: one file, one process, one writer and a few readers. Each part of the trait
//! is in a file of its own.

mod audit;
mod backup;
mod board;
mod connect;
mod consultations;
mod events;
mod exports;
mod factors;
mod follow_ups;
mod incidents;
mod links;
mod logos;
mod patients;
mod people;
mod retention;
mod rows;
mod search;
mod sessions;
mod sites;
mod staff;
mod tries;

use super::{Logged, Record, Result, Store, StoreError, Verdict};
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
    /// Opens the database at a `sqlite://` URL or a path, making it (and its folder) where there is
    /// none and bringing its schema up to this version. The file is for its owner alone.
    ///
    /// # Errors
    /// [`StoreError::InUse`] when another process (or another store of this one) has it open,
    /// [`StoreError::Unusable`] when it is not a desk's, [`StoreError::Migration`] when it was
    /// written by a newer version.
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

    /// Copies the database, as it is at one moment, into a new file for its owner alone. Work goes
    /// on meanwhile.
    ///
    /// # Errors
    /// [`StoreError::Taken`] when `file` is there already.
    pub async fn backup(&self, file: &Path) -> Result<()> {
        backup::write(&self.readers, file).await
    }

    /// The same from outside, also while a desk has the database open: it only reads.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no database at `url_or_path`; otherwise as
    /// [`Self::backup`].
    pub async fn backup_of(url_or_path: &str, file: &Path) -> Result<()> {
        let path = connect::prepare(url_or_path)?;
        if !path.exists() {
            return Err(StoreError::NotFound);
        }
        backup::check(&path).await?;
        let readers = connect::readers(&path).await?;
        let written = backup::write(&readers, file).await;
        readers.close().await;
        written
    }

    /// Walks the chain of the audit log from outside, also while a desk has the database open: it
    /// only reads. With a number and a hash that were noted before, [`Verdict::Broken`] names that
    /// number when its row has another hash now, or is gone from the end.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no database at `url_or_path`.
    pub async fn verify_of(url_or_path: &str, noted: Option<(i64, [u8; 32])>) -> Result<Verdict> {
        let path = connect::prepare(url_or_path)?;
        if !path.exists() {
            return Err(StoreError::NotFound);
        }
        backup::check(&path).await?;
        let readers = connect::readers(&path).await?;
        let verdict = audit::verify(&readers).await;
        let now = match noted {
            Some((number, _)) => audit::hash_at(&readers, number).await,
            None => Ok(None),
        };
        readers.close().await;
        match (verdict?, noted, now?) {
            (Verdict::Whole { .. }, Some((number, hash)), now) if now != Some(hash) => {
                Ok(Verdict::Broken { number })
            }
            (verdict, ..) => Ok(verdict),
        }
    }

    /// Gives every row of the audit log to `each`, of every site and of none, oldest first, with
    /// its hash; also while a desk has the database open: it only reads. Ends with what `each` ends
    /// with.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no database at `url_or_path`.
    pub async fn log_of<E>(
        url_or_path: &str,
        each: impl FnMut(Logged, [u8; 32]) -> std::result::Result<(), E> + Send,
    ) -> Result<std::result::Result<(), E>>
    where
        E: Send,
    {
        let path = connect::prepare(url_or_path)?;
        if !path.exists() {
            return Err(StoreError::NotFound);
        }
        backup::check(&path).await?;
        let readers = connect::readers(&path).await?;
        let read = audit::all(&readers, each).await;
        readers.close().await;
        read
    }

    /// Appends rows to the audit log from outside. `false`, and nothing is written, while a desk
    /// has the database open, and when its schema is of an older version: a copy must not bring it
    /// up to this one.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no database at `url_or_path`.
    pub async fn note_in(url_or_path: &str, records: &[Record]) -> Result<bool> {
        let path = connect::prepare(url_or_path)?;
        if !path.exists() {
            return Err(StoreError::NotFound);
        }
        let _lock = match Lock::take(&path) {
            Err(StoreError::InUse(_)) => return Ok(false),
            lock => lock?,
        };
        backup::check(&path).await?;
        let writer = connect::writer(&path).await?;
        let written = async {
            if !is_current(&writer).await? {
                return Ok(false);
            }
            let mut tx = writer.begin_with("BEGIN IMMEDIATE").await?;
            audit::append(&mut tx, records).await?;
            tx.commit().await?;
            Ok(true)
        };
        let written = written.await;
        writer.close().await;
        written
    }

    /// Puts the backup `file` in the place of the database at `url_or_path`, whole or not at all,
    /// and says where the database that was there is kept now. `file` stays where it is.
    ///
    /// # Errors
    /// [`StoreError::InUse`] while the desk runs; [`StoreError::Unusable`] when `file` is damaged,
    /// not a desk's, or of a newer version: then nothing was changed.
    pub async fn restore(url_or_path: &str, file: &Path) -> Result<Option<PathBuf>> {
        let path = connect::prepare(url_or_path)?;
        let _lock = Lock::take(&path)?;
        backup::restore(&path, file).await
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

#[async_trait]
impl Store for SqliteStore {
    async fn ready(&self) -> Result<()> {
        let wanted = MIGRATIONS.iter().map(|migration| migration.version).max();
        if is_current(&self.readers).await? {
            Ok(())
        } else {
            Err(MigrateError::VersionNotPresent(wanted.unwrap_or_default()).into())
        }
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
