//! What is kept no longer than it must be, and what must be kept longer.

use super::audit::About;
use super::confirm::REMEMBERED_MS;
use super::{Actor, Desk, DeskError};
use crate::ambient::Ambient;
use crate::error::{FieldError, FieldProblem};
use crate::model::audit::Action;
use crate::model::client::Client;
use crate::model::forms::HOLD_REASON_LENGTH;
use crate::model::ids::{ConsultationId, SiteId};
use crate::model::role::{Power, Roles};
use crate::model::site::Site;
use crate::store::{Held, Hold, Purge, Purged, Record, Result, Store};
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Who the log says it was.
const DESK: &str = "desk";
/// The most consultations that one transaction removes: others wait while it lasts.
pub const BATCH: u32 = 500;
/// From one run to the next, in milliseconds: a day.
const DAY_MS: i64 = 86_400_000;
/// Runs begin up to so much later, in milliseconds, so that desks that start together do not all
/// work together: an hour.
const JITTER_MS: u32 = 3_600_000;
/// How often the clock is looked at.
pub const TICK: Duration = Duration::from_secs(60);

/// What a purge would remove at a site now. `None` when the site keeps its records for ever.
/// Nothing is changed.
///
/// # Errors
/// A failing store.
pub async fn due(store: &dyn Store, ambient: &Ambient, site: &Site) -> Result<Option<Purged>> {
    match before(ambient, site) {
        Some(before) => Ok(Some(store.due(&site.id, before).await?)),
        None => Ok(None),
    }
}

/// What [`due`] says of the actor's site, and everything that is held there.
///
/// # Errors
/// A failing store.
pub async fn outlook(desk: &Desk, who: &Actor) -> super::Result<(Option<Purged>, Vec<Held>)> {
    Ok((due(&*desk.store, &desk.ambient, &who.site).await?, desk.store.holds(&who.site.id).await?))
}

/// The hold on a consultation of the actor's site, if there is one and it is the actor's to see.
///
/// # Errors
/// A failing store.
pub async fn hold_on(
    desk: &Desk,
    who: &Actor,
    id: &ConsultationId,
) -> super::Result<Option<Option<Hold>>> {
    match who.roles.allow(Power::Administer) {
        true => Ok(Some(desk.store.hold(&who.site.id, id).await?)),
        false => Ok(None),
    }
}

/// Removes what is due at a site, a batch a transaction, until nothing is left or `stop` is
/// cancelled.
///
/// # Errors
/// A failing store. What was removed before stays removed, and is in the log.
pub async fn purge(
    store: &dyn Store,
    ambient: &Ambient,
    site: &Site,
    stop: &CancellationToken,
) -> Result<Purged> {
    let mut all = Purged::default();
    let Some(before) = before(ambient, site) else { return Ok(all) };
    while !stop.is_cancelled() {
        let log = record(ambient, Some(site.id.clone()), "");
        let done = store.purge(&Purge { site: site.id.clone(), before, limit: BATCH, log }).await?;
        if done.consultations == 0 {
            break;
        }
        all.consultations += done.consultations;
        all.patients += done.patients;
    }
    Ok(all)
}

/// The moment before which a record must have last changed to be due.
fn before(ambient: &Ambient, site: &Site) -> Option<i64> {
    site.retention_ms.map(|keep| ambient.now().saturating_sub(keep))
}

/// Removes the rows of the audit log that are older than `keep` milliseconds, and writes down how
/// many there were.
///
/// # Errors
/// A failing store.
pub async fn prune_log(store: &dyn Store, ambient: &Ambient, keep: i64) -> Result<u64> {
    let rows = store.prune(ambient.now().saturating_sub(keep)).await?;
    if rows > 0 {
        store.record(&[record(ambient, None, &format!("log-rows={rows}"))]).await?;
    }
    Ok(rows)
}

/// Does all of it once a day, for every site, until `stop` is cancelled. `keep_log` is the log's
/// own retention; the clock is looked at every `tick`.
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
            tracing::error!(%error, "what is past its retention could not be removed; the next try is tomorrow");
        }
    }
}

async fn once(desk: &Desk, keep_log: Option<i64>, stop: &CancellationToken) -> Result<()> {
    for site in desk.store.all_sites().await? {
        let purged = purge(&*desk.store, &desk.ambient, &site, stop).await?;
        if purged.consultations > 0 {
            tracing::info!(site = %site.id, consultations = purged.consultations, patients = purged.patients, "past the retention, removed");
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

/// Puts a consultation under a legal hold, with a reason; with no reason at all, lifts it.
///
/// # Errors
/// [`DeskError::NotFound`], [`DeskError::Invalid`] when the reason is missing or too long, or a
/// failing store.
pub async fn hold(
    desk: &Desk,
    who: &Actor,
    id: &ConsultationId,
    reason: Option<&str>,
) -> super::Result<()> {
    let problem =
        |problem| DeskError::Invalid(vec![FieldError { field: "reason".to_owned(), problem }]);
    let consultation =
        desk.store.consultation(&who.site.id, id).await?.ok_or(DeskError::NotFound)?;
    let hold = match reason.map(str::trim) {
        Some("") => return Err(problem(FieldProblem::Required)),
        Some(reason) if reason.chars().count() > HOLD_REASON_LENGTH as usize => {
            return Err(problem(FieldProblem::TooLong));
        }
        Some(reason) => {
            Some(Hold { since: desk.now(), by: who.staff.name.clone(), reason: reason.to_owned() })
        }
        None => None,
    };
    let about =
        About::consultation(&consultation).with(if hold.is_some() { "held" } else { "lifted" });
    let log = [desk.record_of(who, Action::HoldChanged, about)];
    Ok(desk.store.set_hold(&who.site.id, id, hold.as_ref(), &log).await?)
}

/// A row of the log about what the desk itself removed.
fn record(ambient: &Ambient, site: Option<SiteId>, detail: &str) -> Record {
    Record {
        at: ambient.now(),
        site,
        staff: None,
        name: DESK.to_owned(),
        roles: Roles::default(),
        action: Action::Purged,
        consultation: None,
        patients: Vec::new(),
        detail: detail.to_owned(),
        client: Client::default(),
    }
}
