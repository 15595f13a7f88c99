//! Whether this desk and Empego work together, line by line.

use super::{Actor, Desk, DeskError, Result};
use crate::empego::subscription::{Health, Link, Snapshot};
use crate::empego::{EmpegoError, Kind};
use crate::store::{BoardQuery, Tally};

/// How far two clocks may be apart, in milliseconds. Presigned URLs and links live for minutes and
/// more.
pub const SKEW_MS: i64 = 30_000;
/// How many of the newest consultations are looked through for one that a URL can be asked for.
const TRIED: u32 = 20;

/// Which tenant calls are made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tenant {
    /// The site's own.
    Own,
    /// The installation's (`EMPEGO_TENANT_KEY`), or the key's only one.
    Installations,
    /// The site's key cannot be opened any more.
    Unreadable,
}

/// Whether a presigned URL can be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Presigned {
    /// Yes. It was thrown away unused.
    Works,
    /// There is no consultation yet to ask one for.
    NothingToTry,
    /// No.
    Fails(EmpegoError),
}

/// What was found.
#[derive(Clone, Debug)]
pub struct Report {
    /// Whether Empego answers and takes our key.
    pub key: std::result::Result<(), EmpegoError>,
    /// Which tenant calls are made for.
    pub tenant: Tenant,
    /// Whether a presigned URL can be had.
    pub presigned: Presigned,
    /// How the event queue is doing; `None` = there is none.
    pub events: Option<Snapshot>,
    /// What it has brought.
    pub tally: Tally,
    /// How far Empego's clock is ahead of ours, in milliseconds, where it is known.
    pub clock_ahead_ms: Option<i64>,
}

impl Report {
    /// Whether the clocks are far enough apart for somebody to look.
    #[must_use]
    pub fn clock_is_off(&self) -> bool {
        self.clock_ahead_ms.is_some_and(|ahead| ahead.abs() > SKEW_MS)
    }
}

/// Tries everything that leaves nothing behind at Empego.
///
/// # Errors
/// A failing store.
pub async fn check(desk: &Desk, who: &Actor, events: Option<&Health>) -> Result<Report> {
    let tally = desk.store.tally().await?;
    let events = events
        .map(Health::snapshot)
        .filter(|snapshot| snapshot.link != Link::Off || snapshot.since > 0);
    let empego = match desk.empego_of(&who.site) {
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
                clock_ahead_ms,
            });
        }
        Err(error) => return Err(error),
    };
    let tenant = if who.site.tenant_key.is_some() { Tenant::Own } else { Tenant::Installations };
    let key = empego.check().await;
    let presigned = match (&key, newest(desk, who).await?) {
        (Ok(()), Some(consultation)) => {
            match empego.answer_url(Kind::Consultation, &consultation).await {
                Ok(_) => Presigned::Works,
                Err(error) => Presigned::Fails(error),
            }
        }
        _ => Presigned::NothingToTry,
    };
    Ok(Report { key, tenant, presigned, events, tally, clock_ahead_ms: empego.clock_ahead().await })
}

/// Empego's name for the newest consultation of the site that it has one for. Nobody sees whose it
/// is.
async fn newest(desk: &Desk, who: &Actor) -> Result<Option<crate::model::ids::EmpegoKey>> {
    let query = BoardQuery {
        site: who.site.id.clone(),
        search: None,
        status: None,
        before: None,
        now: desk.now(),
        doubt_before: desk.now(),
        limit: TRIED,
    };
    for row in desk.store.board(&query).await? {
        if let Some(key) =
            desk.store.consultation(&who.site.id, &row.id).await?.and_then(|found| found.empego_key)
        {
            return Ok(Some(key));
        }
    }
    Ok(None)
}
