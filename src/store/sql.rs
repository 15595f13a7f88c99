//! The store on SQL: what SQLite and PostgreSQL share, which is everything but the spelling of some
//! statements ([`db::Sql`]), the connections and the file. One file for each part of the trait.

mod accounts;
mod attempts;
pub(super) mod audit;
mod board;
pub(super) mod changes;
mod consultations;
pub(super) mod copy;
mod corrections;
mod db;
mod events;
mod exports;
mod factors;
mod follow_ups;
mod history;
mod incidents;
mod links;
mod logos;
mod lookups;
mod members;
mod patient_changes;
mod patients;
mod pool;
mod retention;
mod search;
mod sessions;
mod sites;
mod staff;
mod systems;

pub(super) use pool::{Pool, Tx};

use super::{Connections, Lease, Result, Store, StoreError, rows};
use async_trait::async_trait;
use db::Sql;
use sqlx::migrate::{MigrateError, Migrator};
use tokio::sync::watch;

/// What an engine has beside its connections.
#[async_trait]
pub(super) trait Engine: Send + Sync {
    /// The schema, one numbered file a change.
    fn migrations(&self) -> &'static Migrator;
    /// [`StoreError::NoSpace`] when it is known that little space is left.
    fn check_space(&self) -> Result<()>;
    /// Wakes those who follow the changes. An engine may do so too, for other processes.
    fn changed(&self) -> watch::Sender<()>;
    /// See [`Store::lead`].
    async fn lead(&self) -> Result<Option<Box<dyn Lease>>>;
    /// Lets other processes use the database.
    fn release(&self);
}

/// The store on SQL.
pub(super) struct SqlStore {
    writer: Pool,
    readers: Pool,
    /// Wakes those who follow the changes.
    changed: watch::Sender<()>,
    // Last, so that it is dropped after the connections.
    engine: Box<dyn Engine>,
}

impl SqlStore {
    /// The store on a database with this version's schema.
    pub(super) fn new(writer: Pool, readers: Pool, engine: Box<dyn Engine>) -> Self {
        Self { writer, readers, changed: engine.changed(), engine }
    }

    async fn write(&self) -> Result<Tx> {
        self.writer.write().await
    }

    /// Commits a transaction that may have written changes, and wakes those who follow them.
    async fn commit(&self, tx: Tx) -> Result<()> {
        tx.commit().await?;
        self.changed.send_replace(());
        Ok(())
    }
}

/// A database that nothing serves from, for as long as this is not dropped.
pub(super) struct Exclusive {
    pub(super) pool: Pool,
    pub(super) held: Box<dyn Lease>,
}

impl Exclusive {
    /// Closes every connection. Another process can have the database at once.
    pub(super) async fn close(self) {
        self.pool.close().await;
        self.held.release().await;
    }
}

/// Why a database cannot be used yet.
const UNFINISHED_COPY: &str = "a copy into it is not finished: run empego-desk copy again";

/// Brings what rows derive from others up to this version's rules, after the schema.
///
/// # Errors
/// [`StoreError::Unusable`] while a copy into the database is not finished.
pub(super) async fn derive(writer: &Pool) -> Result<()> {
    if copy::is_unfinished(writer).await? {
        return Err(StoreError::Unusable(UNFINISHED_COPY.to_owned()));
    }
    derive_rows(writer).await
}

async fn derive_rows(writer: &Pool) -> Result<()> {
    let mut tx = writer.write().await?;
    patients::reindex_if_old(&mut tx).await?;
    history::recompute_if_old(&mut tx).await?;
    tx.commit().await
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
impl Store for SqlStore {
    async fn ready(&self, at: i64) -> Result<()> {
        let migrations = self.engine.migrations();
        if !is_current(&self.readers, migrations).await? {
            return Err(MigrateError::VersionNotPresent(newest(migrations)).into());
        }
        self.engine.check_space()?;
        // A commit: the disk is not written before.
        db::query("UPDATE readiness SET checked_at = $1").bind(at).execute(&self.writer).await?;
        Ok(())
    }

    fn connections(&self) -> [(&'static str, Connections); 2] {
        [("writers", self.writer.connections()), ("readers", self.readers.connections())]
    }

    async fn lead(&self) -> Result<Option<Box<dyn Lease>>> {
        self.engine.lead().await
    }

    async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
        self.engine.release();
    }
}

const IS_MIGRATED: Sql = Sql::pair(
    "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = '_sqlx_migrations')",
    "SELECT to_regclass('_sqlx_migrations') IS NOT NULL",
);

/// Whether a database was ever migrated.
pub(super) async fn is_migrated(pool: &Pool) -> Result<bool> {
    Ok(db::query_scalar(IS_MIGRATED).fetch_one(pool).await?)
}

/// Whether a database has this version's schema.
pub(super) async fn is_current(pool: &Pool, migrations: &Migrator) -> Result<bool> {
    if !is_migrated(pool).await? {
        return Ok(false);
    }
    let applied: Option<i64> =
        db::query_scalar("SELECT max(version) FROM _sqlx_migrations WHERE success")
            .fetch_one(pool)
            .await?;
    Ok(applied == Some(newest(migrations)))
}

/// [`StoreError::Unusable`] unless a database has this version's schema.
pub(super) async fn must_be_current(pool: &Pool, migrations: &Migrator) -> Result<()> {
    if is_current(pool, migrations).await? {
        return Ok(());
    }
    let why = "its schema is of an older version: run empego-desk migrate first";
    Err(StoreError::Unusable(why.to_owned()))
}

fn newest(migrations: &Migrator) -> i64 {
    migrations.iter().map(|migration| migration.version).max().unwrap_or_default()
}

/// [`StoreError::Unusable`] when a database has a migration that this version does not know.
pub(super) fn check_migrations(applied: &[(i64, Vec<u8>)], known: &Migrator) -> Result<()> {
    for (version, checksum) in applied {
        let is_known = known
            .iter()
            .any(|migration| migration.version == *version && *migration.checksum == **checksum);
        if !is_known {
            return Err(StoreError::Unusable(format!(
                "its schema (version {version}) is of another version of the desk"
            )));
        }
    }
    Ok(())
}
