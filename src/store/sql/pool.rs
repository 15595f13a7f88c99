//! Connections and transactions of both engines.

use crate::store::{Connections, Result};
use sqlx::{PgPool, Postgres, Sqlite, SqlitePool, Transaction};

/// The key of the advisory lock that writers of PostgreSQL take: `EmDe`, as in SQLite's
/// `application_id`.
const WRITER: i64 = 1_164_788_837;

/// Connections to a database.
#[derive(Clone)]
pub(in crate::store) enum Pool {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

/// A transaction. It is rolled back when it is dropped.
pub(in crate::store) enum Tx {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

impl Pool {
    /// A read transaction: all its reads are of one moment.
    pub(in crate::store) async fn read(&self) -> Result<Tx> {
        Ok(match self {
            Self::Sqlite(pool) => Tx::Sqlite(pool.begin().await?),
            Self::Postgres(pool) => Tx::Postgres(
                pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?,
            ),
        })
    }

    /// The same, for a walk through a whole table: it may take longer than a request.
    pub(in crate::store) async fn read_long(&self) -> Result<Tx> {
        let mut tx = self.read().await?;
        if let Tx::Postgres(tx) = &mut tx {
            sqlx::query("SET LOCAL statement_timeout = 0").execute(&mut **tx).await?;
        }
        Ok(tx)
    }

    /// A write transaction. Those of all instances come one after another, on both engines: each
    /// appends to the one chain of the audit log, and checks what it read before it writes.
    ///
    /// SQLite takes its write lock at once: a transaction that began by reading could be refused
    /// later, in the middle, where waiting no longer helps. PostgreSQL takes an advisory lock that
    /// ends with the transaction, however that ends. No statement can then fail to serialise, and
    /// no two writers can wait for each other.
    pub(in crate::store) async fn write(&self) -> Result<Tx> {
        Ok(match self {
            Self::Sqlite(pool) => Tx::Sqlite(pool.begin_with("BEGIN IMMEDIATE").await?),
            Self::Postgres(pool) => {
                let mut tx = pool.begin().await?;
                sqlx::query("SELECT pg_advisory_xact_lock($1)")
                    .bind(WRITER)
                    .execute(&mut *tx)
                    .await?;
                Tx::Postgres(tx)
            }
        })
    }

    /// Those that are open now.
    pub(in crate::store) fn connections(&self) -> Connections {
        let (open, idle) = match self {
            Self::Sqlite(pool) => (pool.size(), pool.num_idle()),
            Self::Postgres(pool) => (pool.size(), pool.num_idle()),
        };
        Connections { open, idle: idle.try_into().unwrap_or(u32::MAX) }
    }

    /// Waits for running transactions and closes every connection.
    pub(in crate::store) async fn close(&self) {
        match self {
            Self::Sqlite(pool) => pool.close().await,
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

impl Tx {
    pub(in crate::store) async fn commit(self) -> Result<()> {
        match self {
            Self::Sqlite(tx) => tx.commit().await?,
            Self::Postgres(tx) => tx.commit().await?,
        }
        Ok(())
    }
}
