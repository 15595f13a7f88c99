//! The removal of the oldest rows of the audit log.

use super::{Notice, planned, record, share, withdraw};
use crate::ambient::Ambient;
use crate::desk::checkpoint;
use crate::secrets::Secrets;
use crate::store::{Prune, PurgePlan, Result, Store};

/// What a step did with the log's oldest rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LogStep {
    /// How many rows were removed.
    pub removed: u64,
    /// What is announced now.
    pub plan: Option<PurgePlan>,
    /// Whether this step announced it.
    pub is_new: bool,
}

/// Removes a share of what was announced a day ago, and announces what is due now. `keep` is the
/// retention of the log, in milliseconds; `None` = for ever. At most `percent` of all rows go at
/// once, or what becomes due in two days. The caller trusts the clock.
///
/// # Errors
/// A store error.
pub async fn log_step(
    store: &dyn Store,
    secrets: &Secrets,
    ambient: &Ambient,
    keep: Option<i64>,
    percent: u64,
) -> Result<LogStep> {
    let (plan, mut step) = (store.plan(None).await?, LogStep::default());
    let Some(keep) = keep else {
        withdraw(store, None, plan).await?;
        return Ok(step);
    };
    match plan.map(|plan| (plan, Notice::of(plan, ambient.now()))) {
        Some((_, Notice::Running)) => return Ok(LogStep { plan, ..step }),
        Some((plan, Notice::Over)) => {
            let most = share(store.prunable(plan.before).await?.all, keep, percent);
            step.removed = remove(store, secrets, ambient, plan.before, most).await?;
        }
        Some((_, Notice::Void)) | None => {}
    }
    let now = ambient.now();
    let before = now.saturating_sub(keep);
    let records = store.prunable(before).await?.due;
    if records == 0 {
        withdraw(store, None, plan).await?;
        return Ok(step);
    }
    let next = PurgePlan { announced_at: now, before, records, patients: 0 };
    let row = planned(ambient, None, format!("log-rows={records}"));
    store.set_plan(None, Some(&next), &[row]).await?;
    Ok(LogStep { plan: Some(next), is_new: true, ..step })
}

/// Removes every row that is past the retention now, without an announcement and without a bound:
/// only for an operator who asks for it. What was announced is withdrawn. `keep` is in
/// milliseconds.
///
/// # Errors
/// A store error.
pub async fn prune_now(
    store: &dyn Store,
    secrets: &Secrets,
    ambient: &Ambient,
    keep: i64,
) -> Result<u64> {
    let before = ambient.now().saturating_sub(keep);
    let removed = remove(store, secrets, ambient, before, u64::MAX).await?;
    withdraw(store, None, store.plan(None).await?).await?;
    Ok(removed)
}

/// Removes the rows from before a moment (milliseconds, UTC), `most` of them. The removal is a
/// sealed row of the log itself.
async fn remove(
    store: &dyn Store,
    secrets: &Secrets,
    ambient: &Ambient,
    before: i64,
    most: u64,
) -> Result<u64> {
    let seal = |number: i64, hash: &[u8; 32]| checkpoint::seal_removal(secrets, number, hash);
    store.prune(&Prune { before, most, log: record(ambient, None), seal: &seal }).await
}
