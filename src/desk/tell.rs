//! Tells Empego what staff cancelled or moved, where the profile has an operation for it. Without
//! one the pages say what is to be done there.

use super::site_time::start_of;
use super::{Actor, Desk, Result};
use crate::empego::EmpegoError;
use crate::model::cancel::CancelReason;
use crate::model::consultation::Consultation;
use crate::model::ids::ConsultationId;
use crate::model::lifecycle::{Event, Outcome, Told};
use crate::model::site::Site;
use crate::model::timeline::{Entry, Source};
use crate::profile::Call;
use crate::store::Addition;
use futures::future::join_all;
use jiff::civil::Date;
use std::hash::{DefaultHasher, Hash, Hasher};
use tokio::sync::{Mutex, MutexGuard};

/// What is told.
#[derive(Debug, Clone, Copy)]
pub(super) enum Change {
    Cancelled(CancelReason),
    Moved,
}

impl Change {
    fn what(self) -> Told {
        match self {
            Self::Cancelled(_) => Told::Cancelled,
            Self::Moved => Told::Moved,
        }
    }
}

/// Whether Empego has the record, and can be told this of it.
#[must_use]
pub fn is_possible(desk: &Desk, consultation: &Consultation, what: Told) -> bool {
    let call = match what {
        Told::Cancelled => consultation.kind().cancel_call(),
        Told::Moved => Call::MoveFollowUp,
    };
    consultation.empego_key.is_some() && desk.empego.has(call)
}

/// What Empego did of the newest cancellation or move. `None` = it was not told, or the call is
/// still going on.
#[must_use]
pub fn outcome(consultation: &Consultation, entries: &[Entry], what: Told) -> Option<Outcome> {
    let number = number(consultation, what);
    entries.iter().find_map(|entry| match &entry.event {
        Event::Told { what: told, change, outcome } if *told == what && *change == number => {
            Some(*outcome)
        }
        _ => None,
    })
}

/// Whether the newest cancellation may be taken back: not where Empego has taken it, or may have.
#[must_use]
pub(super) fn allows_undo(desk: &Desk, consultation: &Consultation, entries: &[Entry]) -> bool {
    match outcome(consultation, entries, Told::Cancelled) {
        Some(outcome) => outcome == Outcome::Refused,
        None => !is_possible(desk, consultation, Told::Cancelled),
    }
}

/// The cancellations or moves of a series that Empego was to be told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OfSeries {
    pub what: Told,
    /// Those that Empego did not take, or may not have taken.
    pub untaken: usize,
    pub all: usize,
}

/// What Empego did not take of the cancellations and moves of a series.
///
/// # Errors
/// A store error.
pub async fn of_series(
    desk: &Desk,
    caller: &Actor,
    consultation: &Consultation,
) -> Result<Vec<OfSeries>> {
    let series = consultation.follow_up.as_ref().and_then(|follow_up| follow_up.series.as_ref());
    let calls = [Call::CancelFollowUp, Call::MoveFollowUp];
    let Some(series) = series.filter(|_| calls.iter().any(|call| desk.empego.has(*call))) else {
        return Ok(Vec::new());
    };
    let site = &caller.site.id;
    let mut counts =
        [Told::Cancelled, Told::Moved].map(|what| OfSeries { what, untaken: 0, all: 0 });
    for found in desk.store.series(site, series).await? {
        let what = if found.state.is_cancelled() { Told::Cancelled } else { Told::Moved };
        let is_changed = what == Told::Cancelled || found.state.moves > 0;
        if !is_changed || !is_possible(desk, &found, what) {
            continue;
        }
        let entries = desk.store.timeline(site, &found.id).await?;
        let is_taken = outcome(&found, &entries, what) == Some(Outcome::Taken);
        for count in counts.iter_mut().filter(|count| count.what == what) {
            count.all += 1;
            count.untaken += usize::from(!is_taken);
        }
    }
    Ok(counts.into_iter().filter(|count| count.untaken > 0 && count.all > 1).collect())
}

/// How many calls about different records go on at once, at most.
const TURNS: usize = 64;

/// Whose turn it is to tell Empego of a record: of two changes at once the newer one must be what
/// it hears last.
pub struct Turns([Mutex<()>; TURNS]);

impl Default for Turns {
    fn default() -> Self {
        Self(std::array::from_fn(|_| Mutex::default()))
    }
}

impl Turns {
    /// Waits for a record's turn. Several records may share one.
    async fn of(&self, id: &ConsultationId) -> Option<MutexGuard<'_, ()>> {
        let mut hasher = DefaultHasher::new();
        id.hash(&mut hasher);
        let at = usize::try_from(hasher.finish() % TURNS as u64).unwrap_or_default();
        Some(self.0.get(at)?.lock().await)
    }
}

/// Tells Empego of the newest cancellation or move of these records, and writes down what it did of
/// it. Where the process ends meanwhile, nothing is written down, and the page says so. The change
/// itself is made: where telling fails on this side, that is logged.
/// A server function runs to its end, so a browser that disconnects leaves no part untold.
pub(super) async fn tell(desk: &Desk, site: &Site, ids: &[ConsultationId], change: Change) {
    let each = ids.iter().map(|id| tell_one(desk, site, id, change));
    for error in join_all(each).await.into_iter().filter_map(Result::err) {
        tracing::warn!(%error, "Empego could not be told of a cancellation or a move");
    }
}

async fn tell_one(desk: &Desk, site: &Site, id: &ConsultationId, change: Change) -> Result<()> {
    let _turn = desk.telling.of(id).await;
    let what = change.what();
    let mut told_last = None;
    loop {
        // Read in its turn: what is told is the newest change, whether or not this call made it.
        let Some(found) = desk.store.consultation(&site.id, id).await? else { return Ok(()) };
        if !is_possible(desk, &found, what) {
            return Ok(());
        }
        let number = number(&found, what);
        let is_heard = match told_last {
            None => {
                let entries = desk.store.timeline(&site.id, id).await?;
                outcome(&found, &entries, what).is_some()
            }
            // A turn is of one instance. Where another one told of a newer change meanwhile, Empego
            // may have heard that before this one: it hears it once more, after it.
            Some(last) => last == number,
        };
        if is_heard {
            return Ok(());
        }
        let Some(outcome) = call(desk, site, &found, change).await? else { return Ok(()) };
        let name: &str = what.into();
        let event = Event::Told { what, change: number, outcome };
        let entry = desk.entry(Source::Desk, format!("told:{name}:{number}"), event);
        desk.add(&site.id, id, Addition { entries: vec![entry], ..Addition::default() }).await?;
        told_last = Some(number);
    }
}

/// Tells Empego how a record is now. `None` = there is nothing to tell any more.
async fn call(
    desk: &Desk,
    site: &Site,
    found: &Consultation,
    change: Change,
) -> Result<Option<Outcome>> {
    let (empego, record) = (desk.empego_of(site)?, desk.record_ref(site, found));
    let told = match change {
        Change::Cancelled(_) if !found.state.is_cancelled() => return Ok(None),
        Change::Cancelled(reason) => {
            empego.tell_cancelled(found.kind(), record, reason.slug()).await
        }
        Change::Moved => match due(desk, site, found) {
            Some(at) => empego.tell_moved(record, at).await,
            None => return Ok(None),
        },
    };
    Ok(Some(match told {
        Ok(()) => Outcome::Taken,
        Err(EmpegoError::OutcomeUnknown) => Outcome::Unknown,
        Err(_) => Outcome::Refused,
    }))
}

/// The number of the newest cancellation or move.
fn number(consultation: &Consultation, what: Told) -> u32 {
    match what {
        Told::Cancelled => consultation.state.cancellation.max(1),
        Told::Moved => consultation.state.moves,
    }
}

/// When a follow-up is due, in milliseconds (UTC).
fn due(desk: &Desk, site: &Site, consultation: &Consultation) -> Option<i64> {
    let day: Date = consultation.follow_up.as_ref()?.due_on.parse().ok()?;
    start_of(&desk.zone(site), day)
}
