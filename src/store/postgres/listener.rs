//! Hears of the changes that other instances made.

use super::connect;
use crate::store::Result;
use crate::store::sql::changes::CHANNEL;
use sqlx::PgPool;
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
        let pool = connect::listeners(options).await?;
        let mut listener = listen(&pool).await?;
        let changed = watch::Sender::default();
        let wake = changed.clone();
        let task = tokio::spawn(async move {
            loop {
                let error = hear(listener, &wake).await;
                tracing::warn!(%error, "changes of other instances are not heard of now");
                listener = again(&pool).await;
                // Only now: a change before this would be waited for until the next one.
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

async fn listen(pool: &PgPool) -> sqlx::Result<PgListener> {
    let mut listener = PgListener::connect_with(pool).await?;
    listener.listen(CHANNEL).await?;
    Ok(listener)
}

/// Wakes at each notification, until it fails.
async fn hear(mut listener: PgListener, wake: &watch::Sender<()>) -> sqlx::Error {
    loop {
        // `None`: the connection broke, and was opened again.
        if let Err(error) = listener.try_recv().await {
            return error;
        }
        wake.send_replace(());
    }
}

async fn again(pool: &PgPool) -> PgListener {
    loop {
        match listen(pool).await {
            Ok(listener) => return listener,
            Err(_) => tokio::time::sleep(RETRY).await,
        }
    }
}
