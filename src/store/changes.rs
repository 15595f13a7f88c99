//! Changes of consultations, in their order, for pages that follow them.

use super::Result;
use crate::model::change::Change;
use async_trait::async_trait;
use tokio::sync::watch;

/// The changes of what boards and records show. The transaction that changes a consultation writes
/// the row of its change too.
///
/// Positions ascend in the order in which commits become visible: a reader that has read up to a
/// position never finds a row at or below it later.
#[async_trait]
pub trait Changes: Send + Sync {
    /// The position of the newest change; 0 = there is none.
    async fn position(&self) -> Result<i64>;
    /// The changes after a position, in order, and at most `limit`. `None` where it is not known
    /// what came after it: changes after it were forgotten, or it is newer than every change, as a
    /// position of another database can be.
    async fn changes_after(&self, position: i64, limit: u32) -> Result<Option<Vec<Change>>>;
    /// Forgets the oldest changes, up to the first one that was made from `before` to `now`
    /// (milliseconds, UTC). The newest stays. Returns how many there were.
    async fn forget_changes(&self, before: i64, now: i64) -> Result<u64>;
    /// Is woken after each commit of this store that may have written a change. Another process
    /// may write changes without waking it.
    fn changed(&self) -> watch::Receiver<()>;
}
