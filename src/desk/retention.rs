//! Retention: purging records and audit rows, and legal holds.

mod daily;

pub use daily::{ClockDoubt, NOTICE_MS, TICK, daily, run, share};

use super::audit::About;
use super::{Actor, Desk, DeskError, checkpoint};
use crate::ambient::Ambient;
use crate::error::FieldProblem;
use crate::model::audit::Action;
use crate::model::client::Client;
use crate::model::forms::HOLD_REASON_LENGTH;
use crate::model::ids::{ConsultationId, SiteId};
use crate::model::role::{Permission, Roles};
use crate::model::site::Site;
use crate::secrets::Secrets;
use crate::store::{
    HeldConsultation, Hold, Prune, Purge, PurgePlan, Purged, Record, Result, Store,
};
use tokio_util::sync::CancellationToken;

/// The actor's name in the audit log.
const DESK: &str = "desk";
/// The number of consultations in one transaction, during which other writers wait.
pub const BATCH: u32 = 500;
/// In milliseconds.
const DAY_MS: i64 = 86_400_000;
/// How far the clock may be ahead of the newest row of the log, in milliseconds: 3 days.
const MAX_SILENCE_MS: i64 = 3 * DAY_MS;
/// How far it may be behind, in milliseconds: an hour.
const MIN_AHEAD_MS: i64 = -3_600_000;

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
    pub holds: Vec<HeldConsultation>,
}

/// What is due at the caller's site, what was announced, and its legal holds. The look at the
/// reasons of holds is logged.
///
/// # Errors
/// A store error.
pub async fn overview(desk: &Desk, caller: &Actor) -> super::Result<Overview> {
    let holds = desk.store.holds(&caller.site.id).await?;
    if !holds.is_empty() {
        let mut patients: Vec<_> = holds.iter().map(|held| held.patient.clone()).collect();
        patients.sort_unstable();
        patients.dedup();
        let detail = format!("rows={}", holds.len());
        let about = About { patients, detail, ..About::default() };
        desk.log(caller, Action::HoldsRead, about).await?;
    }
    Ok(Overview {
        due: due(&*desk.store, &desk.ambient, &caller.site).await?,
        plan: desk.store.plan(Some(&caller.site.id)).await?,
        log_plan: desk.store.plan(None).await?,
        holds,
    })
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
/// cancelled.
///
/// # Errors
/// A store error. What was removed before stays removed, and is in the log.
pub async fn purge(
    store: &dyn Store,
    ambient: &Ambient,
    site: &Site,
    stop: &CancellationToken,
) -> Result<Purged> {
    purge_announced(store, ambient, site, i64::MAX, u64::MAX, stop).await
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

/// Removes the rows of the audit log from before a moment (milliseconds, UTC), `most` of them. The
/// removal is a sealed row of the log itself.
///
/// # Errors
/// A store error.
pub async fn prune_log(
    store: &dyn Store,
    secrets: &Secrets,
    ambient: &Ambient,
    before: i64,
    most: u64,
) -> Result<u64> {
    let seal = |number: i64, hash: &[u8; 32]| checkpoint::seal_removal(secrets, number, hash);
    store.prune(&Prune { before, most, log: record(ambient, None), seal: &seal }).await
}

/// Whether the clock is far from the newest row of the audit log. A desk that is in use writes
/// every day, so a long silence can be a clock that was set forward.
///
/// # Errors
/// A store error.
pub async fn doubt_of_log(store: &dyn Store, ambient: &Ambient) -> Result<Option<ClockDoubt>> {
    let Some(newest) = store.newest_at().await? else { return Ok(None) };
    let ahead = ambient.now().saturating_sub(newest);
    Ok(match ahead {
        MAX_SILENCE_MS.. => Some(ClockDoubt::AheadOfLog(ahead)),
        ..MIN_AHEAD_MS => Some(ClockDoubt::BehindLog(ahead.saturating_neg())),
        _ => None,
    })
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
