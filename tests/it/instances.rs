//! Several instances of the binary on one PostgreSQL, behind `HAProxy` as it is shipped, with one
//! sandbox for all. Each test starts all of it by itself, because it stops and restarts the database
//! too. They run where PostgreSQL was chosen, one after another, because they measure time.

mod away;
mod balancer;
mod cluster;
mod judge;
mod kills;
mod people;
mod postgres;
mod seen;
mod streams;
mod told;
mod upgrade;

use std::time::Duration;
use tokio::time::Instant;

/// Whether PostgreSQL was chosen for this run; says so where it was not.
fn is_chosen() -> bool {
    let chosen = crate::database::server().is_some();
    if !chosen {
        eprintln!("several instances need PostgreSQL: scripts/with-postgres runs this test");
    }
    chosen
}

/// Waits until so much is done, however long that takes, as long as there is more from time to time:
/// a press whose desk was killed waits for 20 s before it is answered.
async fn progress(wanted: usize, mut done: impl FnMut() -> usize) {
    let mut before = done();
    while before < wanted {
        until("the work goes on", cluster::PATIENCE, async || done() > before).await;
        before = done();
    }
}

/// Looks again and again until something is so, and returns how long that took.
async fn until(what: &str, within: Duration, mut look: impl AsyncFnMut() -> bool) -> Duration {
    let begun = Instant::now();
    while !look().await {
        assert!(begun.elapsed() < within, "not within {within:?}: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    begun.elapsed()
}
