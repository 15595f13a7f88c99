//! What tells whether a database has changed since a copy of it began.

use super::super::audit;
use super::super::db;
use super::super::pool::Pool;
use crate::store::Result;
use sha2::{Digest, Sha256};

/// A moment of a database.
#[derive(PartialEq, Eq)]
pub(super) struct Origin {
    /// The number and hash of the newest row of the audit log.
    pub(super) log: (i64, [u8; 32]),
    /// Over that hash, and over what changes with every change that the log does not tell of: those
    /// of consultations, and what Empego's queue delivered.
    pub(super) hash: [u8; 32],
}

impl Origin {
    pub(super) async fn of(pool: &Pool) -> Result<Self> {
        let mut tx = pool.read().await?;
        let log = audit::end(&mut tx).await?;
        let (change, entry, events, deliveries): (i64, i64, i64, i64) = db::query_as(
            "SELECT coalesce((SELECT max(position) FROM changes), 0),
                    coalesce((SELECT max(number) FROM timeline), 0),
                    (SELECT count(*) FROM queue_events),
                    (SELECT CAST(coalesce(sum(deliveries), 0) AS BIGINT) FROM queue_events)",
        )
        .fetch_one(&mut tx)
        .await?;
        let mut hash = Sha256::new();
        hash.update(log.1);
        for number in [change, entry, events, deliveries] {
            hash.update(number.to_be_bytes());
        }
        Ok(Self { log, hash: hash.finalize().into() })
    }
}
