//! Hears of the changes that other instances made.

use super::connect;
use crate::store::Result;
use crate::store::sql::changes::CHANNEL;
use sqlx::postgres::{PgConnectOptions, PgListener};
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::AbortHandle;

/// How long to wait after a failure before the next try.
const RETRY: Duration = Duration::from_secs(1);

/// A connection that listens, until it is stopped or dropped.
pub(super) struct Listener {
    /// Wakes those who follow the changes.
    pub(super) changed: watch::Sender<()>,
    task: AbortHandle,
}

impl Listener {
    /// Begins to listen. A connection that breaks is opened again, and what was committed meanwhile
    /// is found by those who are woken then.
    pub(super) async fn start(options: &PgConnectOptions) -> Result<Self> {
        let mut listener = PgListener::connect_with(&connect::listeners(options).await?).await?;
        listener.listen(CHANNEL).await?;
        let changed = watch::Sender::default();
        let wake = changed.clone();
        let task = tokio::spawn(async move {
            loop {
                // `None`: the connection broke, and the next call opens it again.
                if let Err(error) = listener.try_recv().await {
                    tracing::warn!(%error, "changes of other instances are not heard of now");
                    tokio::time::sleep(RETRY).await;
                }
                wake.send_replace(());
            }
        });
        Ok(Self { changed, task: task.abort_handle() })
    }

    /// Ends the connection.
    pub(super) fn stop(&self) {
        self.task.abort();
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.stop();
    }
}
