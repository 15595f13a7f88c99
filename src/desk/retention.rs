//! Retention: purging records and audit rows, and legal holds.

mod clock;
mod daily;
mod log;

pub use clock::{ClockDoubt, confirm_clock};
pub use daily::{TICK, daily, run};
pub use log::{LogStep, log_step, prune_now};

use self::clock::noted_doubt;
use super::audit::About;
use super::{Actor, Desk, DeskError};
use crate::ambient::Ambient;
use crate::error::FieldProblem;
use crate::model::audit::Action;
use crate::model::client::Client;
use crate::model::forms::HOLD_REASON_LENGTH;
use crate::model::ids::{ConsultationId, SiteId};
use crate::model::role::{Permission, Roles};
use crate::model::site::Site;
use crate::store::{HeldConsultation, Hold, Purge, PurgePlan, Purged, Record, Result, Store};
use tokio_util::sync::CancellationToken;

/// The actor's name in the audit log.
const DESK: &str = "desk";
/// The number of consultations in one transaction, during which other writers wait.
pub const BATCH: u32 = 500;
/// In milliseconds.
const DAY_MS: i64 = 86_400_000;
/// From the announcement to the removal, in milliseconds: a day.
pub const NOTICE_MS: i64 = DAY_MS;
/// How long an announcement counts, in milliseconds: a week. The desk may have been off since, and
/// it could not be read.
const NOTICE_LIFE_MS: i64 = 7 * DAY_MS;

/// What a purge would remove at a site now. `None` when the site keeps its records for ever.
/// Nothing is changed.
///
/// # Errors
/// A store error.
pub async fn due(store: &dyn Store, ambient: &Ambient, site: &Site) -> Result<Option<Purged>> {
    match before(ambient, site) {
        Some(before) => Ok(Some(store.due(&site.id, before).await?)),
        None => Ok(None),
    }
}

/// The retention of a site, as its administrators see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overview {
    /// What is due; `None` when the site keeps its records for ever.
    pub due: Option<Purged>,
    /// What was announced at the site.
    pub plan: Option<PurgePlan>,
    /// What was announced of the audit log, which is the whole installation's.
    pub log_plan: Option<PurgePlan>,
    /// Why nothing is removed now, where something would be.
    pub doubt: Option<ClockDoubt>,
    pub holds: Vec<HeldConsultation>,
}

/// What is due at the caller's site, what was announced, and its legal holds. The look at the
/// reasons of holds is logged. `keep_log` is the retention of the audit log, in milliseconds.
///
/// # Errors
/// A store error.
pub async fn overview(
    desk: &Desk,
    caller: &Actor,
    keep_log: Option<i64>,
) -> super::Result<Overview> {
    let holds = desk.store.holds(&caller.site.id).await?;
    if !holds.is_empty() {
        let mut patients: Vec<_> = holds.iter().map(|held| held.patient.clone()).collect();
        patients.sort_unstable();
        patients.dedup();
        let detail = format!("rows={}", holds.len());
        let about = About { patients, detail, ..About::default() };
        desk.log(caller, Action::HoldsRead, about).await?;
    }
    let site = std::slice::from_ref(&caller.site);
    let doubt = relevant_doubt(&*desk.store, &desk.ambient, site, keep_log).await?;
    Ok(Overview {
        doubt,
        due: due(&*desk.store, &desk.ambient, &caller.site).await?,
        plan: desk.store.plan(Some(&caller.site.id)).await?,
        log_plan: desk.store.plan(None).await?,
        holds,
    })
}

/// Whether the clock is doubted by what the database has, where something is announced, or due at
/// one of these sites or in the audit log. `keep_log` is the retention of the log, in milliseconds.
///
/// # Errors
/// A store error.
pub async fn relevant_doubt(
    store: &dyn Store,
    ambient: &Ambient,
    sites: &[Site],
    keep_log: Option<i64>,
) -> Result<Option<ClockDoubt>> {
    match is_pending(store, ambient, sites, keep_log).await? {
        true => noted_doubt(store, ambient).await,
        false => Ok(None),
    }
}

/// Whether the clock matters now: something is announced, or due at one of these sites or in the
/// audit log.
async fn is_pending(
    store: &dyn Store,
    ambient: &Ambient,
    sites: &[Site],
    keep_log: Option<i64>,
) -> Result<bool> {
    if store.has_plans().await? {
        return Ok(true);
    }
    if let Some(keep) = keep_log
        && store.prunable(ambient.now().saturating_sub(keep)).await?.due > 0
    {
        return Ok(true);
    }
    for site in sites {
        if due(store, ambient, site).await?.unwrap_or_default().consultations > 0 {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The hold on a consultation of the caller's site. `None` = the caller may not see holds.
///
/// # Errors
/// A store error.
pub async fn hold_on(
    desk: &Desk,
    caller: &Actor,
    id: &ConsultationId,
) -> super::Result<Option<Option<Hold>>> {
    match caller.roles.allow(Permission::Administer) {
        true => Ok(Some(desk.store.hold(&caller.site.id, id).await?)),
        false => Ok(None),
    }
}

/// Removes everything that is due at a site now, without an announcement and without a bound: only
/// for an operator who asks for it. A batch a transaction, until nothing is left or `stop` is
/// cancelled. What was announced is withdrawn.
///
/// # Errors
/// A store error. What was removed before stays removed, and is in the log.
pub async fn purge(
    store: &dyn Store,
    ambient: &Ambient,
    site: &Site,
    stop: &CancellationToken,
) -> Result<Purged> {
    let purged = purge_announced(store, ambient, site, i64::MAX, u64::MAX, stop).await?;
    withdraw(store, Some(&site.id), store.plan(Some(&site.id)).await?).await?;
    Ok(purged)
}

/// Removes `most` consultations that were due at a site when `announced` was the moment, and are
/// due now.
async fn purge_announced(
    store: &dyn Store,
    ambient: &Ambient,
    site: &Site,
    announced: i64,
    most: u64,
    stop: &CancellationToken,
) -> Result<Purged> {
    let mut all = Purged::default();
    let Some(before) = before(ambient, site) else { return Ok(all) };
    let before = before.min(announced);
    while !stop.is_cancelled() && all.consultations < most {
        let log = record(ambient, Some(site.id.clone()));
        let left = most.saturating_sub(all.consultations).min(u64::from(BATCH));
        let limit = u32::try_from(left).unwrap_or(BATCH);
        let done = store.purge(&Purge { site: site.id.clone(), before, limit, log }).await?;
        if done.consultations == 0 {
            break;
        }
        all.consultations += done.consultations;
        all.patients += done.patients;
    }
    Ok(all)
}

/// Records that last changed before this moment are due.
fn before(ambient: &Ambient, site: &Site) -> Option<i64> {
    site.retention_ms.map(|keep| ambient.now().saturating_sub(keep))
}

/// Puts a consultation under a legal hold with a reason, or lifts the hold (`None`).
///
/// # Errors
/// [`DeskError::NotFound`], [`DeskError::Invalid`] when the reason is missing or too long, or a
/// failing store.
pub async fn hold(
    desk: &Desk,
    caller: &Actor,
    id: &ConsultationId,
    reason: Option<&str>,
) -> super::Result<()> {
    let problem = |problem| DeskError::field("reason", problem);
    let consultation =
        desk.store.consultation(&caller.site.id, id).await?.ok_or(DeskError::NotFound)?;
    let hold = match reason.map(str::trim) {
        Some("") => return Err(problem(FieldProblem::Required)),
        Some(reason) if reason.chars().count() > HOLD_REASON_LENGTH as usize => {
            return Err(problem(FieldProblem::TooLong));
        }
        Some(reason) => Some(Hold {
            since: desk.now(),
            by: caller.staff.name.clone(),
            reason: reason.to_owned(),
        }),
        None => None,
    };
    let about =
        About::consultation(&consultation).with(if hold.is_some() { "held" } else { "lifted" });
    let log = [desk.row(caller, Action::HoldChanged, about)];
    Ok(desk.store.set_hold(&caller.site.id, id, hold.as_ref(), &log).await?)
}

/// The most of `all` records that one run removes: `percent` of them, or what becomes due in two
/// days where that is more.
fn share(all: u64, keep_ms: i64, percent: u64) -> u64 {
    let keep = u128::from(keep_ms.max(1).unsigned_abs());
    let two_days = u128::from((2 * DAY_MS).unsigned_abs());
    let part = (u128::from(all) * u128::from(percent.min(100))).div_ceil(100);
    let part = u64::try_from(part).unwrap_or(all);
    let natural = (u128::from(all) * two_days).div_ceil(keep);
    u64::try_from(natural).unwrap_or(u64::MAX).min(all).max(part)
}

/// The row about an announcement.
fn planned(ambient: &Ambient, site: Option<&SiteId>, detail: String) -> Record {
    Record { action: Action::PurgePlanned, detail, ..record(ambient, site.cloned()) }
}

async fn withdraw(store: &dyn Store, site: Option<&SiteId>, plan: Option<PurgePlan>) -> Result<()> {
    match plan {
        Some(_) => store.set_plan(site, None, &[]).await,
        None => Ok(()),
    }
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

/// An audit row about a purge. The store fills in the counts.
pub(super) fn record(ambient: &Ambient, site: Option<SiteId>) -> Record {
    Record {
        at: ambient.now(),
        site,
        staff: None,
        name: DESK.to_owned(),
        roles: Roles::default(),
        action: Action::Purged,
        consultation: None,
        patients: Vec::new(),
        detail: String::new(),
        client: Client::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_removes_a_tenth_or_what_is_due_in_two_days() {
        assert_eq!(share(0, DAY_MS, 10), 0);
        assert_eq!(share(5, 3_650 * DAY_MS, 10), 1);
        assert_eq!(share(1_000, 3_650 * DAY_MS, 10), 100);
        assert_eq!(share(1_000, 3_650 * DAY_MS, 25), 250);
        assert_eq!(share(u64::MAX, 3_650 * DAY_MS, 100), u64::MAX);
        assert_eq!(share(1_000, 4 * DAY_MS, 10), 500);
        assert_eq!((share(7, 1, 10), share(7, 0, 10)), (7, 7));
        assert_eq!(share(u64::MAX, DAY_MS, 10), u64::MAX);
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
