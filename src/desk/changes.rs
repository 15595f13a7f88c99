//! Follows the changes that the store has, and sends them to the open pages.

use crate::empego::retry::Sleeper;
use crate::live::{Live, Update};
use crate::store::{Changes, Result};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How many changes are read at once.
const AT_ONCE: u32 = 500;
/// How long to wait for a wake-up before the store is asked anyway: another process may have
/// written.
const SILENCE: Duration = Duration::from_secs(5);
/// The first and the longest delay after a failure of the store, doubled from one to the next.
/// Short, because the store itself waits for seconds before it fails, and pages are to follow again
/// within five seconds of its return.
const RETRY: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(1));

/// Sends every change after the position of `live`, in order and each once, until `stop` is
/// cancelled. Where the store fails, it goes on from there once the store answers again.
pub async fn follow(
    changes: &dyn Changes,
    live: &Live,
    sleeper: &dyn Sleeper,
    stop: CancellationToken,
) {
    let mut changed = changes.changed();
    let mut retry = RETRY.0;
    loop {
        let caught_up = catch_up(changes, live).await;
        let pause = async {
            match caught_up {
                Ok(()) => {
                    retry = RETRY.0;
                    tokio::select! {
                        // A store that is closed sends no wake-up.
                        Ok(()) = changed.changed() => {}
                        () = sleeper.sleep(SILENCE) => {}
                    }
                }
                Err(error) => {
                    tracing::warn!(%error, "changes could not be read; open pages wait for them");
                    sleeper.sleep(retry).await;
                    retry = (retry * 2).min(RETRY.1);
                }
            }
        };
        if stop.run_until_cancelled(pause).await.is_none() {
            return;
        }
    }
}

async fn catch_up(changes: &dyn Changes, live: &Live) -> Result<()> {
    loop {
        let Some(batch) = changes.changes_after(live.position(), AT_ONCE).await? else {
            live.send(Update::Unknown(changes.position().await?));
            continue;
        };
        let is_last = batch.len() < AT_ONCE as usize;
        batch.into_iter().for_each(|change| live.send(Update::Change(change)));
        if is_last {
            return Ok(());
        }
    }
}
