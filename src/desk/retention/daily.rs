//! The daily run. What it removes cannot be brought back, so it does not rest on the clock alone:
//! it announces a day before, checks the clock against the log and against Empego, and removes no
//! more than a share at once.

use super::{DAY_MS, doubt_of_log, due, prune_log, purge_announced, record};
use crate::ambient::Ambient;
use crate::desk::Desk;
use crate::desk::checkpoint::Checkpoint;
use crate::desk::queue::REMEMBERED_MS;
use crate::model::audit::Action;
use crate::model::ids::SiteId;
use crate::model::site::Site;
use crate::store::{PurgePlan, Record, Result};
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// The largest random delay of a run, in milliseconds: an hour. Instances that start together do
/// not purge together.
const JITTER_MS: u32 = 3_600_000;
/// How often the clock is read.
pub const TICK: Duration = Duration::from_secs(60);
/// From the announcement to the removal, in milliseconds: a day.
pub const NOTICE_MS: i64 = DAY_MS;
/// How long an announcement counts, in milliseconds: a week. The desk may have been off since, and
/// nobody could read it.
const NOTICE_LIFE_MS: i64 = 7 * DAY_MS;
/// The largest difference from Empego's clock, in milliseconds: an hour.
const MAX_SKEW_MS: i64 = 3_600_000;

/// Why the clock is not trusted with a removal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClockDoubt {
    /// By so many milliseconds. The desk was off, or the clock was set forward.
    #[error("the clock is {0} ms ahead of the newest row of the audit log")]
    AheadOfLog(i64),
    /// By so many milliseconds.
    #[error("the clock is {0} ms behind the newest row of the audit log")]
    BehindLog(i64),
    /// By so many milliseconds; negative = behind.
    #[error("the clock is {0} ms ahead of Empego's")]
    AheadOfEmpego(i64),
}

impl ClockDoubt {
    /// The detail of the audit row.
    fn detail(self) -> String {
        let seconds = |ms: i64| ms / 1000;
        match self {
            Self::AheadOfLog(ms) => format!("waits clock-ahead-of-log={}s", seconds(ms)),
            Self::BehindLog(ms) => format!("waits clock-behind-log={}s", seconds(ms)),
            Self::AheadOfEmpego(ms) => format!("waits clock-ahead-of-empego={}s", seconds(ms)),
        }
    }
}

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
        if let Err(error) = run(&desk, keep_log, &stop).await {
            tracing::error!(%error, "the purge failed; the next one is tomorrow");
        }
    }
}

/// One run: removes what was announced a day ago, announces what is due now, and writes a
/// checkpoint of the audit log to the operator's log. Where the clock is in doubt it only says so,
/// and withdraws what was announced.
///
/// # Errors
/// A store error. What was removed before stays removed, and is in the log.
pub async fn run(
    desk: &Desk,
    keep_log: Option<i64>,
    stop: &CancellationToken,
) -> Result<Option<ClockDoubt>> {
    let sites = desk.store.all_sites().await?;
    if let Some(doubt) = doubt(desk).await? {
        tracing::error!(%doubt, "nothing is removed at the end of its retention: check the clock");
        for site in sites.iter().map(|site| Some(&site.id)).chain([None]) {
            desk.store.set_plan(site, None, &[]).await?;
        }
        let row = planned(desk, None, doubt.detail());
        desk.store.record(&[row]).await?;
        return Ok(Some(doubt));
    }
    for site in sites {
        of_site(desk, &site, stop).await?;
    }
    desk.store.forget_events(desk.now().saturating_sub(REMEMBERED_MS)).await?;
    of_log(desk, keep_log).await?;
    let (number, hash) = desk.store.head().await?;
    let checkpoint = Checkpoint { number, hash, at: desk.now() }.signed(&desk.secrets);
    tracing::info!(
        checkpoint,
        "a checkpoint of the audit log: kept elsewhere, it proves that nothing was cut off"
    );
    Ok(None)
}

/// Whether the clock is to be trusted: the log goes on with it, and Empego, where its clock is
/// known, agrees.
async fn doubt(desk: &Desk) -> Result<Option<ClockDoubt>> {
    if let Some(doubt) = doubt_of_log(&*desk.store, &desk.ambient).await? {
        return Ok(Some(doubt));
    }
    let theirs = desk.empego.clock_ahead().await.map(i64::saturating_neg);
    Ok(theirs.filter(|ahead| ahead.abs() > MAX_SKEW_MS).map(ClockDoubt::AheadOfEmpego))
}

async fn of_site(desk: &Desk, site: &Site, stop: &CancellationToken) -> Result<()> {
    let (store, id) = (&*desk.store, Some(&site.id));
    let plan = store.plan(id).await?;
    let Some(keep) = site.retention_ms else { return withdraw(desk, id, plan).await };
    match plan.map(|plan| (plan, Notice::of(plan, desk.now()))) {
        Some((_, Notice::Running)) => return Ok(()),
        Some((plan, Notice::Over)) => {
            let most = share(store.kept(&site.id).await?, keep);
            let purged =
                purge_announced(store, &desk.ambient, site, plan.before, most, stop).await?;
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
        return withdraw(desk, id, plan).await;
    }
    let (records, patients) = (counts.consultations, counts.patients);
    let before = now.saturating_sub(keep);
    let next = PurgePlan { announced_at: now, before, records, patients };
    let detail = format!("consultations={records} patients={patients}");
    store.set_plan(id, Some(&next), &[planned(desk, Some(&site.id), detail)]).await?;
    tracing::info!(
        site = %site.id,
        consultations = records,
        patients,
        "past their retention: removed from tomorrow on"
    );
    Ok(())
}

async fn of_log(desk: &Desk, keep: Option<i64>) -> Result<()> {
    let plan = desk.store.plan(None).await?;
    let Some(keep) = keep else { return withdraw(desk, None, plan).await };
    match plan.map(|plan| (plan, Notice::of(plan, desk.now()))) {
        Some((_, Notice::Running)) => return Ok(()),
        Some((plan, Notice::Over)) => {
            let most = share(desk.store.prunable(plan.before).await?.all, keep);
            prune_log(&*desk.store, &desk.secrets, &desk.ambient, plan.before, most).await?;
        }
        Some((_, Notice::Void)) | None => {}
    }
    let now = desk.now();
    let before = now.saturating_sub(keep);
    let records = desk.store.prunable(before).await?.due;
    if records == 0 {
        return withdraw(desk, None, plan).await;
    }
    let next = PurgePlan { announced_at: now, before, records, patients: 0 };
    let row = planned(desk, None, format!("log-rows={records}"));
    desk.store.set_plan(None, Some(&next), &[row]).await?;
    tracing::info!(rows = records, "the audit log's oldest rows: removed from tomorrow on");
    Ok(())
}

async fn withdraw(desk: &Desk, site: Option<&SiteId>, plan: Option<PurgePlan>) -> Result<()> {
    match plan {
        Some(_) => desk.store.set_plan(site, None, &[]).await,
        None => Ok(()),
    }
}

fn planned(desk: &Desk, site: Option<&SiteId>, detail: String) -> Record {
    let row = record(&desk.ambient, site.cloned());
    Record { action: Action::PurgePlanned, detail, ..row }
}

/// Where the time from an announcement to the removal stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Notice {
    Running,
    Over,
    /// It is of a clock that was ahead, or too old to count.
    Void,
}

impl Notice {
    fn of(plan: PurgePlan, now: i64) -> Self {
        match now.saturating_sub(plan.announced_at) {
            ..0 | NOTICE_LIFE_MS.. => Self::Void,
            0..NOTICE_MS => Self::Running,
            _ => Self::Over,
        }
    }
}

/// The most of `all` records that one run removes: a tenth, or what becomes due in two days where
/// records are kept for less than twenty.
#[must_use]
pub fn share(all: u64, keep_ms: i64) -> u64 {
    let keep = u128::from(keep_ms.max(1).unsigned_abs());
    let two_days = u128::from((2 * DAY_MS).unsigned_abs());
    let natural = (u128::from(all) * two_days).div_ceil(keep);
    u64::try_from(natural).unwrap_or(u64::MAX).min(all).max(all.div_ceil(10))
}

fn jitter(ambient: &Ambient) -> i64 {
    i64::from(u32::from_le_bytes(ambient.bytes()) % JITTER_MS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_removes_a_tenth_or_what_is_due_in_two_days() {
        assert_eq!(share(0, DAY_MS), 0);
        assert_eq!(share(5, 3_650 * DAY_MS), 1);
        assert_eq!(share(1_000, 3_650 * DAY_MS), 100);
        assert_eq!(share(1_000, 4 * DAY_MS), 500);
        assert_eq!((share(7, 1), share(7, 0)), (7, 7));
        assert_eq!(share(u64::MAX, DAY_MS), u64::MAX);
    }

    #[test]
    fn a_notice_takes_a_day_and_lasts_a_week() {
        let plan = PurgePlan { announced_at: 0, before: 0, records: 1, patients: 1 };
        for (now, notice) in [
            (-1, Notice::Void),
            (0, Notice::Running),
            (DAY_MS - 1, Notice::Running),
            (DAY_MS, Notice::Over),
            (7 * DAY_MS - 1, Notice::Over),
            (7 * DAY_MS, Notice::Void),
            (4_000 * DAY_MS, Notice::Void),
        ] {
            assert_eq!(Notice::of(plan, now), notice, "{now}");
        }
    }
}
