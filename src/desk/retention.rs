//! Retention: purging records and audit rows, and legal holds.

use super::audit::About;
use super::queue::REMEMBERED_MS;
use super::{Actor, Desk, DeskError};
use crate::ambient::Ambient;
use crate::error::FieldProblem;
use crate::model::audit::Action;
use crate::model::client::Client;
use crate::model::forms::HOLD_REASON_LENGTH;
use crate::model::ids::{ConsultationId, SiteId};
use crate::model::role::{Permission, Roles};
use crate::model::site::Site;
use crate::store::{HeldConsultation, Hold, Purge, Purged, Record, Result, Store};
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// The actor's name in the audit log.
const DESK: &str = "desk";
/// The number of consultations in one transaction, during which other writers wait.
pub const BATCH: u32 = 500;
/// From one run to the next, in milliseconds.
const DAY_MS: i64 = 86_400_000;
/// The largest random delay of a run, in milliseconds: an hour. Instances that start together do
/// not purge together.
const JITTER_MS: u32 = 3_600_000;
/// How often the clock is checked.
pub const TICK: Duration = Duration::from_secs(60);

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

/// What is due at the caller's site, and its legal holds.
///
/// # Errors
/// A store error.
pub async fn overview(
    desk: &Desk,
    caller: &Actor,
) -> super::Result<(Option<Purged>, Vec<HeldConsultation>)> {
    Ok((
        due(&*desk.store, &desk.ambient, &caller.site).await?,
        desk.store.holds(&caller.site.id).await?,
    ))
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

/// Removes what is due at a site, a batch a transaction, until nothing is left or `stop` is
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
    let mut all = Purged::default();
    let Some(before) = before(ambient, site) else { return Ok(all) };
    while !stop.is_cancelled() {
        let log = record(ambient, Some(site.id.clone()));
        let done = store.purge(&Purge { site: site.id.clone(), before, limit: BATCH, log }).await?;
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

/// Removes the rows of the audit log that are older than `keep` milliseconds, and logs how many.
///
/// # Errors
/// A store error.
pub async fn prune_log(store: &dyn Store, ambient: &Ambient, keep: i64) -> Result<u64> {
    store.prune(ambient.now().saturating_sub(keep), &[record(ambient, None)]).await
}

/// Purges every site once a day, until `stop` is cancelled. `keep_log` is the retention of the
/// audit log, in milliseconds; the clock is checked every `tick`.
pub async fn daily(
    desk: Arc<Desk>,
    keep_log: Option<i64>,
    tick: Duration,
    stop: CancellationToken,
) {
    let mut next = desk.now().saturating_add(jitter(&desk.ambient));
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(tick) => {}
        }
        if desk.now() < next {
            continue;
        }
        next = desk.now().saturating_add(DAY_MS).saturating_add(jitter(&desk.ambient));
        if let Err(error) = once(&desk, keep_log, &stop).await {
            tracing::error!(%error, "the purge failed; the next one is tomorrow");
        }
    }
}

async fn once(desk: &Desk, keep_log: Option<i64>, stop: &CancellationToken) -> Result<()> {
    for site in desk.store.all_sites().await? {
        let purged = purge(&*desk.store, &desk.ambient, &site, stop).await?;
        if purged.consultations > 0 {
            tracing::info!(
                site = %site.id,
                consultations = purged.consultations,
                patients = purged.patients,
                "purged"
            );
        }
    }
    desk.store.forget_events(desk.now().saturating_sub(REMEMBERED_MS)).await?;
    if let Some(keep) = keep_log {
        prune_log(&*desk.store, &desk.ambient, keep).await?;
    }
    Ok(())
}

fn jitter(ambient: &Ambient) -> i64 {
    i64::from(u32::from_le_bytes(ambient.bytes()) % JITTER_MS)
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
fn record(ambient: &Ambient, site: Option<SiteId>) -> Record {
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
