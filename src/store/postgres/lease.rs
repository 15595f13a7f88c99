//! The lease of one instance: an advisory lock of a connection of its own. The server gives it up
//! with the connection.

use crate::store::{Lease, Result, StoreError};
use async_trait::async_trait;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{ConnectOptions, Connection};
use std::time::Duration;

/// The key of the lock: that of the writers, and one more.
const LEADER: i64 = 1_164_788_838;
/// How long an answer may take before the lease counts as lost.
const ANSWER: Duration = Duration::from_secs(2);
/// How long asking for it may take. Without a limit, one question to a server whose machine is gone
/// lasts for minutes.
const ASK: Duration = Duration::from_secs(5);
/// How long the server keeps a connection whose machine is gone: 2 s of silence, and then two
/// questions a second apart. The other instances ask every 2 s: the lease moves within 10 s.
const KEEPALIVE: [(&str, &str); 4] = [
    ("tcp_keepalives_idle", "2"),
    ("tcp_keepalives_interval", "1"),
    ("tcp_keepalives_count", "2"),
    ("tcp_user_timeout", "5000"),
];

struct AdvisoryLock(PgConnection);

/// Takes the lease, unless another instance has it.
pub(super) async fn take(options: &PgConnectOptions) -> Result<Option<Box<dyn Lease>>> {
    let asked = tokio::time::timeout(ASK, ask(options)).await;
    asked.unwrap_or_else(|_| Err(StoreError::Busy(sqlx::Error::PoolTimedOut)))
}

async fn ask(options: &PgConnectOptions) -> Result<Option<Box<dyn Lease>>> {
    let mut connection = options.clone().options(KEEPALIVE).connect().await?;
    let is_taken: bool = sqlx::query_scalar("SELECT pg_try_advisory_lock($1)")
        .bind(LEADER)
        .fetch_one(&mut connection)
        .await?;
    if !is_taken {
        connection.close().await?;
        return Ok(None);
    }
    Ok(Some(Box::new(AdvisoryLock(connection))))
}

#[async_trait]
impl Lease for AdvisoryLock {
    async fn is_held(&mut self) -> bool {
        matches!(tokio::time::timeout(ANSWER, self.0.ping()).await, Ok(Ok(())))
    }

    async fn release(self: Box<Self>) {
        // Without an answer the server ends the lock with the connection.
        let _ = tokio::time::timeout(ANSWER, self.0.close()).await;
    }
}
