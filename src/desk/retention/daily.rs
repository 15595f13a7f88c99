//! The daily run. What it removes cannot be brought back, so it does not rest on the clock alone:
//! it announces a day before, checks the clock against the log and against Empego, and removes no
//! more than a share at once.

use super::clock::{ClockDoubt, doubt};
use super::log::log_step;
use super::{DAY_MS, Notice, due, is_pending, planned, purge_announced, share, withdraw};
use crate::ambient::Ambient;
use crate::desk::Desk;
use crate::desk::checkpoint::Checkpoint;
use crate::desk::queue::REMEMBERED_MS;
use crate::model::site::Site;
use crate::store::{PurgePlan, Result};
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// The largest random delay of a run, in milliseconds: an hour. Instances that start together do
/// not purge together.
const JITTER_MS: u32 = 3_600_000;
/// How often the clock is read.
pub const TICK: Duration = Duration::from_secs(60);

/// Runs once a day, until `stop` is cancelled. `keep_log` is the retention of the audit log, in
/// milliseconds; the clock is read every `tick`.
pub async fn daily(
    desk: Arc<Desk>,
    keep_log: Option<i64>,
    tick: Duration,
    stop: CancellationToken,
) {
    let (mut since, mut wait) = (desk.now(), jitter(&desk.ambient));
    while stop.run_until_cancelled(tokio::time::sleep(tick)).await.is_some() {
        let now = desk.now();
        // A clock that was set back must not put off the next run.
        if (0..wait).contains(&now.saturating_sub(since)) {
            continue;
        }
        (since, wait) = (now, DAY_MS + jitter(&desk.ambient));
        match run(&desk, keep_log, &stop).await {
            Ok(doubt) => {
                let doubted = if doubt.is_some() { 1.0 } else { 0.0 };
                metrics::gauge!("desk_purge_clock_doubted").set(doubted);
                #[expect(clippy::cast_precision_loss, reason = "a gauge is a float")]
                metrics::gauge!("desk_purge_last_run_timestamp_seconds").set(now as f64 / 1000.0);
            }
            Err(error) => tracing::error!(%error, "the purge failed; the next one is tomorrow"),
        }
    }
}

/// One run: removes what was announced a day ago, announces what is due now, and writes a
/// checkpoint of the audit log to the operator's log. Where the clock is in doubt it only says so,
/// and withdraws what was announced. Where nothing is due, a doubt is of no matter.
///
/// # Errors
/// A store error. What was removed before stays removed, and is in the log.
pub async fn run(
    desk: &Desk,
    keep_log: Option<i64>,
    stop: &CancellationToken,
) -> Result<Option<ClockDoubt>> {
    let (store, sites) = (&*desk.store, desk.store.all_sites().await?);
    if let Some(doubt) = doubt(desk).await? {
        let contradicted = match doubt {
            ClockDoubt::AheadOfEmpego(ahead) => Some(ahead),
            ClockDoubt::AheadOfLog(_) | ClockDoubt::BehindLog(_) => None,
        };
        if !is_pending(store, &desk.ambient, &sites, keep_log).await? {
            store.doubt_clock(contradicted, &[]).await?;
            say_checkpoint(desk).await?;
            return Ok(None);
        }
        tracing::error!(
            %doubt,
            "nothing is removed at the end of its retention: check the clock, and confirm it with \
             purge --now where it is right"
        );
        store.doubt_clock(contradicted, &[doubt.row(&desk.ambient)]).await?;
        return Ok(Some(doubt));
    }
    store.trust_clock(desk.now(), &[]).await?;
    for site in sites {
        of_site(desk, &site, stop).await?;
    }
    store.forget_events(desk.now().saturating_sub(REMEMBERED_MS)).await?;
    store.forget_changes(desk.now().saturating_sub(DAY_MS), desk.now()).await?;
    let step =
        log_step(store, &desk.secrets, &desk.ambient, keep_log, desk.policy.purge_share).await?;
    count_purged("audit-rows", step.removed);
    if let Some(plan) = step.plan.filter(|_| step.is_new) {
        tracing::info!(
            rows = plan.records,
            "the audit log's oldest rows: removed from tomorrow on"
        );
    }
    say_checkpoint(desk).await?;
    Ok(None)
}

async fn say_checkpoint(desk: &Desk) -> Result<()> {
    let (number, hash) = desk.store.head().await?;
    let checkpoint = Checkpoint { number, hash, at: desk.now() }.signed(&desk.secrets);
    tracing::info!(
        checkpoint,
        "a checkpoint of the audit log: kept elsewhere, it proves that nothing was cut off"
    );
    Ok(())
}

async fn of_site(desk: &Desk, site: &Site, stop: &CancellationToken) -> Result<()> {
    let (store, id) = (&*desk.store, Some(&site.id));
    let plan = store.plan(id).await?;
    let Some(keep) = site.retention_ms else { return withdraw(store, id, plan).await };
    match plan.map(|plan| (plan, Notice::of(plan, desk.now()))) {
        Some((_, Notice::Running)) => return Ok(()),
        Some((plan, Notice::Over)) => {
            let most = share(store.kept(&site.id).await?, keep, desk.policy.purge_share);
            let purged =
                purge_announced(store, &desk.ambient, site, plan.before, most, stop).await?;
            count_purged("consultations", purged.consultations);
            count_purged("patients", purged.patients);
            if purged.consultations > 0 {
                let (consultations, patients) = (purged.consultations, purged.patients);
                tracing::info!(site = %site.id, consultations, patients, "purged");
            }
        }
        Some((_, Notice::Void)) | None => {}
    }
    let now = desk.now();
    let counts = due(store, &desk.ambient, site).await?.unwrap_or_default();
    if counts.consultations == 0 {
        return withdraw(store, id, plan).await;
    }
    let (records, patients) = (counts.consultations, counts.patients);
    let before = now.saturating_sub(keep);
    let next = PurgePlan { announced_at: now, before, records, patients };
    let detail = format!("consultations={records} patients={patients}");
    store.set_plan(id, Some(&next), &[planned(&desk.ambient, Some(&site.id), detail)]).await?;
    tracing::info!(
        site = %site.id,
        consultations = records,
        patients,
        "past their retention: removed from tomorrow on"
    );
    Ok(())
}

fn count_purged(what: &'static str, records: u64) {
    metrics::counter!("desk_purged_total", "what" => what).increment(records);
}

fn jitter(ambient: &Ambient) -> i64 {
    i64::from(u32::from_le_bytes(ambient.bytes()) % JITTER_MS)
}
