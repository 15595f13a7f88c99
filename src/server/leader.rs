//! What one of several instances does for all: it holds the subscription of Empego's event queue,
//! which takes one subscriber, and does the daily work.

use crate::desk::queue::{self, EventSink};
use crate::desk::retention;
use crate::empego::subscription::Subscription;
use crate::web::state::AppState;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// How often an instance asks for the lease.
const TICK: Duration = Duration::from_secs(2);
/// How often the one that has it asks whether it still does. After a restart of the database
/// another one can have it at once, and the queue refuses that one until this one has let go.
const CHECK: Duration = Duration::from_millis(500);

/// An instance that does the work while it has the lease.
pub struct Leader {
    state: AppState,
    subscription: Option<Arc<Subscription>>,
}

impl Leader {
    /// One that does not work yet. Without `subscription` there is no event queue.
    #[must_use]
    pub fn new(state: &AppState, subscription: Option<Subscription>) -> Self {
        Self { state: state.clone(), subscription: subscription.map(Arc::new) }
    }

    /// Does the work whenever this instance has the lease, and ends it when the lease is lost,
    /// until `stop` is cancelled.
    pub async fn lead(&self, stop: &CancellationToken) {
        while !stop.is_cancelled() {
            match self.state.desk.store.lead().await {
                Ok(Some(mut lease)) => {
                    metrics::gauge!("desk_leader").set(1.0);
                    let (tasks, working) = (TaskTracker::new(), stop.child_token());
                    self.start(&tasks, &working);
                    tasks.close();
                    while working.run_until_cancelled(tokio::time::sleep(CHECK)).await.is_some() {
                        if !lease.is_held().await {
                            tracing::warn!("the lease was lost; another instance may take over");
                            working.cancel();
                        }
                    }
                    tasks.wait().await;
                    metrics::gauge!("desk_leader").set(0.0);
                    lease.release().await;
                }
                Ok(None) => self.note_other(),
                Err(error) => tracing::warn!(%error, "the lease could not be asked for"),
            }
            stop.run_until_cancelled(tokio::time::sleep(TICK)).await;
        }
    }

    /// Starts the tasks, which end when the token is cancelled.
    fn start(&self, tasks: &TaskTracker, stop: &CancellationToken) {
        let desk = &self.state.desk;
        let retention_ms = self.state.config.audit_retention_ms;
        tasks.spawn(retention::daily(desk.clone(), retention_ms, retention::TICK, stop.clone()));
        tasks.spawn(queue::watch(desk.clone(), queue::TICK, stop.clone()));
        if let Some(subscription) = self.subscription.clone() {
            let (sink, health) = (EventSink(desk.clone()), self.state.events.clone());
            let stop = stop.clone();
            tasks.spawn(async move { Box::pin(subscription.run(&sink, &health, stop)).await });
        }
    }

    /// Notes that another instance holds the subscription.
    fn note_other(&self) {
        if self.subscription.is_some() {
            self.state.events.set_elsewhere(self.state.desk.now());
        }
    }
}
