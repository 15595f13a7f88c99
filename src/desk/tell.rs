//! Tells Empego what staff cancelled or moved, where the profile has an operation for it. Without
//! one the pages say what is to be done there.

use super::site_time::start_of;
use super::{Desk, Result};
use crate::model::cancel::CancelReason;
use crate::model::consultation::Consultation;
use crate::model::ids::ConsultationId;
use crate::model::lifecycle::{Event, Told};
use crate::model::site::Site;
use crate::model::timeline::{Entry, Source};
use crate::profile::Call;
use crate::store::Addition;
use futures::future::join_all;
use jiff::civil::Date;
use std::sync::Arc;

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

/// Whether Empego took the newest cancellation or move. `None` = it was not told.
#[must_use]
pub fn outcome(consultation: &Consultation, entries: &[Entry], what: Told) -> Option<bool> {
    let number = number(consultation, what);
    entries.iter().find_map(|entry| match &entry.event {
        Event::Told { what: told, change, taken } if *told == what && *change == number => {
            Some(*taken)
        }
        _ => None,
    })
}

/// Tells Empego of the newest cancellation or move of these records, and writes down whether it
/// took it. Where the process ends meanwhile, nothing is written down, and the page says so.
///
/// # Errors
/// A store error.
pub(super) async fn tell(
    desk: &Arc<Desk>,
    site: &Site,
    ids: &[ConsultationId],
    change: Change,
) -> Result<()> {
    // A task of its own: a browser that disconnects must not leave half a series untold.
    let (task, site, ids) = (Arc::clone(desk), site.clone(), ids.to_vec());
    desk.run_to_end(async move {
        let each = ids.iter().map(|id| tell_one(&task, &site, id, change));
        join_all(each).await.into_iter().collect()
    })
    .await
}

async fn tell_one(desk: &Desk, site: &Site, id: &ConsultationId, change: Change) -> Result<()> {
    let Some(found) = desk.store.consultation(&site.id, id).await? else { return Ok(()) };
    let what = change.what();
    if !is_possible(desk, &found, what) {
        return Ok(());
    }
    let (empego, record) = (desk.empego_of(site)?, desk.record_ref(site, &found));
    let told = match change {
        Change::Cancelled(reason) => {
            empego.tell_cancelled(found.kind(), record, reason.slug()).await
        }
        Change::Moved => match due(desk, site, &found) {
            Some(at) => empego.tell_moved(record, at).await,
            None => return Ok(()),
        },
    };
    let number = number(&found, what);
    let name: &str = what.into();
    let event = Event::Told { what, change: number, taken: told.is_ok() };
    let entry = desk.entry(Source::Desk, format!("told:{name}:{number}"), event);
    desk.add(&site.id, id, Addition { entries: vec![entry], ..Addition::default() }).await?;
    Ok(())
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
