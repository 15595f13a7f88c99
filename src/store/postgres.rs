//! PostgreSQL: one database for several instances.

mod connect;
mod errors;
mod lease;
mod listener;
mod maintenance;
mod schema;
mod tls;

pub(super) use errors::{is_busy, is_disk_full};
pub(super) use maintenance::PostgresDatabase;
pub(super) use tls::problem as tls_problem;

use super::sql::{self, Engine, Exclusive, Pool, SqlStore};
use super::{Lease, Result, StoreError};
use async_trait::async_trait;
use listener::Listener;
use sqlx::migrate::Migrator;
use sqlx::postgres::PgConnectOptions;
use tokio::sync::watch;

/// The schema, one numbered file a change, with the numbers of SQLite's.
static MIGRATIONS: Migrator = sqlx::migrate!("migrations/postgres");

/// The database belongs to all instances: nothing of it is held by one.
struct Database {
    options: PgConnectOptions,
    listener: Listener,
}

/// Opens the database at a `postgres://` URL, which must exist, and migrates its schema to this
/// version. Instances that start at once wait for each other.
///
/// # Errors
/// As [`super::open`].
pub(super) async fn open(url: &str) -> Result<SqlStore> {
    let options = connect::options(url)?;
    connect::migrate(&options).await?;
    let writer = Pool::Postgres(connect::writers(&options).await?);
    sql::derive(&writer).await?;
    let readers = Pool::Postgres(connect::readers(&options).await?);
    let listener = Listener::start(&options).await?;
    Ok(SqlStore::new(writer, readers, Box::new(Database { options, listener })))
}

/// The database as one that is copied into.
///
/// # Errors
/// As [`super::copy`].
pub(super) async fn target(url: &str) -> Result<Exclusive> {
    let options = connect::options(url)?;
    let held = alone(&options).await?;
    connect::migrate(&options).await?;
    let pool = Pool::Postgres(connect::alone(&options).await?);
    Ok(Exclusive { pool, held })
}

/// The database as one that is copied.
///
/// # Errors
/// As [`super::copy`].
pub(super) async fn source(url: &str) -> Result<Exclusive> {
    let options = connect::options(url)?;
    let held = alone(&options).await?;
    let pool = connect::alone(&options).await?;
    connect::check(&mut *pool.acquire().await?).await?;
    let pool = Pool::Postgres(pool);
    sql::must_be_current(&pool, &MIGRATIONS).await?;
    Ok(Exclusive { pool, held })
}

/// The lease that an instance would hold. [`StoreError::InUse`] when one does.
async fn alone(options: &PgConnectOptions) -> Result<Box<dyn Lease>> {
    let in_use = || StoreError::InUse(options.get_database().unwrap_or_default().to_owned());
    lease::take(options).await?.ok_or_else(in_use)
}

#[async_trait]
impl Engine for Database {
    fn migrations(&self) -> &'static Migrator {
        &MIGRATIONS
    }

    fn check_space(&self) -> Result<()> {
        Ok(())
    }

    fn changed(&self) -> watch::Sender<()> {
        self.listener.changed.clone()
    }

    async fn lead(&self) -> Result<Option<Box<dyn Lease>>> {
        lease::take(&self.options).await
    }

    fn release(&self) {
        self.listener.stop();
    }
}
