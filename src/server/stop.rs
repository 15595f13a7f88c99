//! The end of a serving process, in steps: not ready any more, no new connections, the end of
//! streams, the last answers, and after the deadline the end of everything.

use crate::config::StopTimes;
use axum_server::Handle;
use std::net::SocketAddr;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// What each step is told by.
pub(super) struct Stop {
    /// Cancelled by the signal.
    pub signal: CancellationToken,
    /// Cancelled when the listener closes.
    pub closing: CancellationToken,
    pub times: StopTimes,
}

impl Stop {
    /// Waits for the signal, takes the steps, and returns the deadline of what still runs.
    pub(super) async fn run(self, server: Handle<SocketAddr>) -> Instant {
        self.signal.cancelled().await;
        let deadline = Instant::now() + self.times.timeout;
        let drain = self.times.drain.as_millis();
        tracing::info!(drain, "stopping: not ready any more");
        tokio::time::sleep(self.times.drain).await;
        tracing::info!("stopping: no new connections");
        self.closing.cancel();
        // One deadline for requests and tasks: requests wait for the very tasks that are waited for
        // after them.
        server.graceful_shutdown(Some(deadline.saturating_duration_since(Instant::now())));
        deadline
    }
}
