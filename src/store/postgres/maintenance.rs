//! Work on a database from outside, also while desks serve from it.

use super::{MIGRATIONS, connect, schema};
use crate::store::sql::{Pool, audit, is_current, is_migrated};
use crate::store::{
    Accept, EachRow, Maintenance, Noted, Record, Restored, Result, StoreError, Verdict,
};
use async_trait::async_trait;
use sqlx::PgPool;
use sqlx::postgres::PgConnectOptions;
use std::path::Path;

/// A database that is not opened as a store.
pub(in crate::store) struct PostgresDatabase(PgConnectOptions);

impl PostgresDatabase {
    /// Reads a `postgres://` URL. Nothing is connected.
    ///
    /// # Errors
    /// [`StoreError::Unusable`] when it is none.
    pub(in crate::store) fn at(url: &str) -> Result<Self> {
        connect::options(url).map(Self)
    }

    /// [`StoreError::NotFound`] for a database that was never migrated.
    async fn readers(&self) -> Result<PgPool> {
        let pool = connect::readers(&self.0).await?;
        connect::check(&mut *pool.acquire().await?).await?;
        let is_desk = is_migrated(&Pool::Postgres(pool.clone())).await?;
        if is_desk { Ok(pool) } else { Err(StoreError::NotFound) }
    }

    async fn connect(&self) -> Result<Pool> {
        Ok(Pool::Postgres(self.readers().await?))
    }
}

/// PostgreSQL's own programs do it, on a running server too.
fn own_tools(what: &str) -> StoreError {
    StoreError::Unusable(format!(
        "{what} of PostgreSQL is done with its own programs: see docs/operations.md"
    ))
}

#[async_trait]
impl Maintenance for PostgresDatabase {
    async fn backup(&self, _: &Path) -> Result<()> {
        Err(own_tools("a backup"))
    }

    async fn restore(&self, _: &Path, _: Accept<'_>) -> Result<Restored> {
        Err(own_tools("a restore"))
    }

    async fn verify_log(&self, noted: &[Noted]) -> Result<Verdict> {
        let pool = self.connect().await?;
        let verdict = audit::verify(&pool, noted).await;
        pool.close().await;
        verdict
    }

    async fn is_current(&self) -> Result<bool> {
        let pool = self.connect().await?;
        let current = is_current(&pool, &MIGRATIONS).await;
        pool.close().await;
        current
    }

    async fn schema_differences(&self) -> Result<Vec<String>> {
        let pool = self.readers().await?;
        let differences = async { schema::differences(&mut *pool.acquire().await?).await };
        let differences = differences.await;
        pool.close().await;
        differences
    }

    async fn read_log(&self, each: EachRow<'_>) -> Result<()> {
        let pool = self.connect().await?;
        let read = audit::all(&pool, each).await;
        pool.close().await;
        read
    }

    async fn append_log(&self, records: &[Record]) -> Result<bool> {
        let pool = self.connect().await?;
        let written = async {
            if !is_current(&pool, &MIGRATIONS).await? {
                return Ok(false);
            }
            let mut tx = pool.write().await?;
            audit::append(&mut tx, records).await?;
            tx.commit().await?;
            Ok(true)
        };
        let written = written.await;
        pool.close().await;
        written
    }
}
