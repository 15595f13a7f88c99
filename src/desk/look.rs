//! What staff look at. Each look is in the audit log before anything is shown.

use super::audit::About;
use super::{Actor, Desk, Result};
use crate::model::audit::Action;
use crate::model::consultation::{BoardRow, Consultation};
use crate::model::ids::{ConsultationId, PatientId};
use crate::model::patient::{Identifier, Patient};
use crate::model::timeline::Entry;
use crate::store::BoardQuery;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// A page that keeps itself true asks again and again. The same look by the same browser is one row
/// of the log for so long, in milliseconds: 10 minutes.
const SAME_LOOK_MS: i64 = 600_000;
/// How many looks are remembered before the old ones are swept out.
const REMEMBERED: usize = 10_000;

/// Remembers who saw what a moment ago. Each instance for itself: at worst a look is in the log
/// twice.
#[derive(Default)]
pub struct Looks(Mutex<HashMap<(Vec<u8>, String), i64>>);

impl Looks {
    /// Whether this browser has not seen this for a while.
    fn is_new(&self, session: &[u8], what: &str, now: i64) -> bool {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.len() >= REMEMBERED {
            seen.retain(|_, at| now.saturating_sub(*at) < SAME_LOOK_MS);
        }
        let key = (session.to_vec(), what.to_owned());
        if seen.get(&key).is_some_and(|at| (0..SAME_LOOK_MS).contains(&now.saturating_sub(*at))) {
            return false;
        }
        seen.insert(key, now);
        true
    }
}

impl Looks {
    /// Writes down a look at this list: those of its patients whom this browser has not just seen
    /// on it.
    pub(super) async fn list(
        desk: &Desk,
        who: &Actor,
        action: Action,
        list: &str,
        patients: impl Iterator<Item = PatientId>,
        detail: String,
    ) -> Result<()> {
        let (now, session) = (desk.now(), &who.session.token_hash);
        let mut patients: Vec<PatientId> = patients
            .filter(|patient| desk.looks.is_new(session, &format!("{list} {patient}"), now))
            .collect();
        patients.sort_unstable();
        patients.dedup();
        if !patients.is_empty()
            || desk.looks.is_new(session, &format!("{list} {}", action.slug()), now)
        {
            desk.log(who, action, About { patients, detail, ..About::default() }).await?;
        }
        Ok(())
    }
}

/// Rows of the board of the actor's site.
///
/// # Errors
/// A failing store, which is asked for the rows and told of the look.
pub async fn board(desk: &Desk, who: &Actor, query: &BoardQuery) -> Result<Vec<BoardRow>> {
    let rows = desk.store.board(query).await?;
    let action = if query.search.is_some() { Action::Searched } else { Action::Listed };
    // Not what was searched for: it names patients.
    Looks::list(
        desk,
        who,
        action,
        "board",
        rows.iter().map(|row| row.patient.clone()),
        format!("rows={}", rows.len()),
    )
    .await?;
    Ok(rows)
}

/// A consultation of the actor's site, with its history.
///
/// # Errors
/// As [`board`].
pub async fn consultation(
    desk: &Desk,
    who: &Actor,
    id: &ConsultationId,
) -> Result<Option<(Consultation, Vec<Entry>)>> {
    let site = &who.site.id;
    let Some(found) = desk.store.consultation(site, id).await? else { return Ok(None) };
    if desk.looks.is_new(&who.session.token_hash, &format!("open {id}"), desk.now()) {
        desk.log(who, Action::Opened, About::consultation(&found)).await?;
    }
    let entries = desk.store.timeline(site, id).await?;
    Ok(Some((found, entries)))
}

/// The patient of the actor's site whom an identifier finds.
///
/// # Errors
/// As [`board`].
pub async fn patient(desk: &Desk, who: &Actor, identifier: &Identifier) -> Result<Option<Patient>> {
    let found = desk.store.find_patient(&who.site.id, identifier).await?;
    let patients = found.iter().map(|patient| patient.id.clone()).collect();
    let detail = format!("found={}", found.is_some());
    desk.log(who, Action::PatientFound, About { patients, detail, ..About::default() }).await?;
    Ok(found)
}
