//! SQLite: one file, one process, one writer and a few readers.

mod backup;
mod connect;
mod maintenance;
mod schema;

pub(super) use connect::is_disk_full;
pub(super) use maintenance::SqliteFile;

use super::lease::Alone;
use super::sql::{self, Engine, Exclusive, Pool, SqlStore};
use super::{Lease, Result, StoreError};
use async_trait::async_trait;
use connect::Lock;
use sqlx::migrate::Migrator;
use std::path::PathBuf;
use tokio::sync::watch;

/// The schema, one numbered file a change.
static MIGRATIONS: Migrator = sqlx::migrate!("migrations/sqlite");

/// The free space below which the store is not ready, in bytes: 1 MiB, more than any one change of
/// the desk takes but a logo.
const SPARE_BYTES: u64 = 1 << 20;

/// The database file. Until the lock is released or dropped, no other process can serve from it.
struct Database {
    path: PathBuf,
    /// `None` beside another process.
    lock: Option<Lock>,
}

/// Opens the database at a `sqlite://` URL or a path. Creates the file and its folder where
/// missing, readable by their owner alone, and migrates the schema to this version.
///
/// # Errors
/// As [`super::open`].
pub(super) async fn open(url_or_path: &str) -> Result<SqlStore> {
    let (writer, database) = migrated(url_or_path).await?;
    sql::derive(&writer).await?;
    let readers = Pool::Sqlite(connect::readers(&database.path).await?);
    Ok(SqlStore::new(writer, readers, Box::new(database)))
}

/// Opens the database as [`open`] does, or, while another process has it, as a second writer beside
/// that one: SQLite lets their transactions wait for each other.
///
/// # Errors
/// As [`super::open_beside`].
pub(super) async fn open_beside(url_or_path: &str) -> Result<SqlStore> {
    let path = connect::prepare(url_or_path)?;
    match Lock::take(&path) {
        Ok(lock) => drop(lock),
        Err(StoreError::InUse(_)) => {
            backup::check(&path).await?;
            let readers = Pool::Sqlite(connect::readers(&path).await?);
            sql::must_be_current(&readers, &MIGRATIONS).await?;
            let writer = Pool::Sqlite(connect::writer(&path).await?);
            return Ok(SqlStore::new(writer, readers, Box::new(Database { path, lock: None })));
        }
        Err(error) => return Err(error),
    }
    open(url_or_path).await
}

/// The database with this version's schema, for one writer.
async fn migrated(url_or_path: &str) -> Result<(Pool, Database)> {
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
    Ok((Pool::Sqlite(writer), Database { path, lock: Some(lock) }))
}

/// The database as one that is copied into.
///
/// # Errors
/// As [`super::copy`].
pub(super) async fn target(url_or_path: &str) -> Result<Exclusive> {
    let (pool, database) = migrated(url_or_path).await?;
    Ok(Exclusive { pool, held: Box::new(database) })
}

/// The database as one that is copied.
///
/// # Errors
/// As [`super::copy`].
pub(super) async fn source(url_or_path: &str) -> Result<Exclusive> {
    let path = connect::prepare(url_or_path)?;
    if !path.exists() {
        return Err(StoreError::NotFound);
    }
    let lock = Lock::take(&path)?;
    backup::check(&path).await?;
    let pool = Pool::Sqlite(connect::readers(&path).await?);
    sql::must_be_current(&pool, &MIGRATIONS).await?;
    Ok(Exclusive { pool, held: Box::new(Database { path, lock: Some(lock) }) })
}

/// The file's lock, while it is held.
#[async_trait]
impl Lease for Database {
    async fn is_held(&mut self) -> bool {
        true
    }

    async fn release(self: Box<Self>) {}
}

#[async_trait]
impl Engine for Database {
    fn migrations(&self) -> &'static Migrator {
        &MIGRATIONS
    }

    fn check_space(&self) -> Result<()> {
        let free = fs4::available_space(&self.path)?;
        if free < SPARE_BYTES { Err(StoreError::NoSpace(free)) } else { Ok(()) }
    }

    fn changed(&self) -> watch::Sender<()> {
        watch::Sender::default()
    }

    async fn lead(&self) -> Result<Option<Box<dyn Lease>>> {
        Ok(Some(Box::new(Alone)))
    }

    fn release(&self) {
        if let Some(lock) = &self.lock {
            lock.release();
        }
    }
}
