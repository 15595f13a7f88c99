//! The connection check: whether this desk and Empego work together.

use super::{Actor, Desk, DeskError, Result, foreign};
use crate::empego::subscription::{Health, QueueStatus, Snapshot};
use crate::empego::{EmpegoError, Kind};
use crate::model::consultation::Consultation;
use crate::profile::Call;
use crate::store::{BoardQuery, EventCounts};

/// The tolerated clock skew, in milliseconds. Presigned URLs and links live for minutes or longer.
pub const SKEW_MS: i64 = 30_000;
/// How many of the newest consultations are searched for one with a key at Empego.
const SEARCHED: u32 = 20;

/// The tenant that calls are made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tenant {
    /// The site's own.
    Own,
    /// The installation's (`EMPEGO_TENANT_KEY`), or the key's only one.
    Installations,
    /// The site's key cannot be decrypted.
    Unreadable,
}

/// Whether a presigned URL can be issued.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Presigned {
    /// It was discarded unused.
    Works,
    /// There is no consultation to try it with.
    NothingToTry,
    /// A URL comes by sending a create call again, which is not tried.
    ByCreating,
    Fails(EmpegoError),
}

/// The result of the check.
#[derive(Clone, Debug)]
pub struct Report {
    /// Whether Empego answers and takes our key.
    pub key: std::result::Result<(), EmpegoError>,
    pub tenant: Tenant,
    pub presigned: Presigned,
    /// The state of the event queue; `None` = there is none.
    pub events: Option<Snapshot>,
    /// The number of events it has brought.
    pub tally: EventCounts,
    /// Records that Empego created by itself and that are not here yet.
    pub waiting: foreign::Waiting,
    /// How far Empego's clock is ahead of ours, in milliseconds, where it is known.
    pub clock_ahead_ms: Option<i64>,
}

impl Report {
    /// Whether the skew is above [`SKEW_MS`].
    #[must_use]
    pub fn clock_is_off(&self) -> bool {
        self.clock_ahead_ms.is_some_and(|ahead| ahead.abs() > SKEW_MS)
    }
}

/// Runs every check that changes nothing at Empego.
///
/// # Errors
/// A store error.
pub async fn check(desk: &Desk, caller: &Actor, events: Option<&Health>) -> Result<Report> {
    let tally = desk.store.event_counts().await?;
    let waiting = foreign::waiting(desk).await?;
    let events = events
        .map(Health::snapshot)
        .filter(|snapshot| snapshot.link != QueueStatus::Off || snapshot.since > 0);
    let empego = match desk.empego_of(&caller.site) {
        Ok(empego) => empego,
        Err(DeskError::NoTenantKey) => {
            let key = desk.empego.check().await;
            let (presigned, clock_ahead_ms) =
                (Presigned::NothingToTry, desk.empego.clock_ahead().await);
            return Ok(Report {
                key,
                tenant: Tenant::Unreadable,
                presigned,
                events,
                tally,
                waiting,
                clock_ahead_ms,
            });
        }
        Err(error) => return Err(error),
    };
    let tenant = if caller.site.tenant_key.is_some() { Tenant::Own } else { Tenant::Installations };
    let key = empego.check().await;
    let by_creating = !empego.harmless().contains(&Call::AnswerConsultation);
    let presigned = match (&key, newest(desk, caller).await?) {
        _ if by_creating => Presigned::ByCreating,
        (Ok(()), Some(consultation)) => {
            let record = desk.record_ref(&caller.site, &consultation);
            match empego.answer_url(Kind::Consultation, record).await {
                Ok(_) => Presigned::Works,
                Err(error) => Presigned::Fails(error),
            }
        }
        _ => Presigned::NothingToTry,
    };
    let clock_ahead_ms = empego.clock_ahead().await;
    Ok(Report { key, tenant, presigned, events, tally, waiting, clock_ahead_ms })
}

/// The newest consultation of the site of which Empego's key is known. It is not shown.
async fn newest(desk: &Desk, caller: &Actor) -> Result<Option<Consultation>> {
    let query = BoardQuery {
        site: caller.site.id.clone(),
        search: None,
        status: None,
        before: None,
        now: desk.now(),
        discrepancy_before: desk.now(),
        limit: SEARCHED,
    };
    for row in desk.store.board(&query).await? {
        let found = desk.store.consultation(&caller.site.id, &row.id).await?;
        if let Some(found) = found.filter(|found| found.empego_key.is_some()) {
            return Ok(Some(found));
        }
    }
    Ok(None)
}
