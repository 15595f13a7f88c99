//! Records that staff read. Each access is in the audit log before anything is shown.

use super::audit::About;
use super::shown::shown;
use super::{Actor, Desk, Result};
use crate::model::audit::Action;
use crate::model::consultation::{BoardRow, Consultation};
use crate::model::ids::{ConsultationId, PatientId};
use crate::model::patient::{Identifier, Patient};
use crate::model::timeline::Entry;
use crate::store::BoardQuery;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// Pages refresh themselves. The same access by the same session is logged once in this time, in
/// milliseconds: 10 minutes.
const REPEAT_MS: i64 = 600_000;
/// The number of remembered accesses above which expired ones are removed.
const SWEEP_ABOVE: usize = 10_000;

/// Recent accesses, by session and name. Each instance keeps its own: at worst an access is logged
/// twice.
#[derive(Default)]
pub struct RecentAccess(Mutex<HashMap<(Vec<u8>, String), i64>>);

impl RecentAccess {
    /// Whether a row about this access was written recently.
    fn is_logged(&self, session: &[u8], name: &str, now: i64) -> bool {
        let logged = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        logged
            .get(&(session.to_vec(), name.to_owned()))
            .is_some_and(|at| (0..REPEAT_MS).contains(&now.saturating_sub(*at)))
    }

    /// Remembers accesses whose row is committed. Never earlier: a request can be dropped while the
    /// row is written, and the write can fail.
    fn remember(&self, session: &[u8], names: Vec<String>, now: i64) {
        let mut logged = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if logged.len() >= SWEEP_ABOVE {
            logged.retain(|_, at| (0..REPEAT_MS).contains(&now.saturating_sub(*at)));
        }
        logged.extend(names.into_iter().map(|name| ((session.to_vec(), name), now)));
    }
}

/// Logs that a list was shown, with those of its patients that the session has not just seen there.
pub(super) async fn log_list(
    desk: &Desk,
    caller: &Actor,
    action: Action,
    list: &str,
    patients: impl Iterator<Item = PatientId>,
    detail: String,
) -> Result<()> {
    let (session, now) = (&caller.session.token_hash, desk.now());
    let is_new = |name: &str| !desk.recent_access.is_logged(session, name, now);
    let name = |patient: &PatientId| format!("{list} {patient}");
    let mut patients: Vec<PatientId> = patients.filter(|patient| is_new(&name(patient))).collect();
    patients.sort_unstable();
    patients.dedup();
    let names = match patients.as_slice() {
        [] => vec![format!("{list} {}", action.slug())],
        new => new.iter().map(name).collect(),
    };
    if !patients.is_empty() || names.iter().any(|name| is_new(name)) {
        desk.log(caller, action, About { patients, detail, ..About::default() }).await?;
        desk.recent_access.remember(session, names, now);
    }
    Ok(())
}

/// Rows of the board of the caller's site.
///
/// # Errors
/// A store error, also from logging the access.
pub async fn board(desk: &Desk, caller: &Actor, query: &BoardQuery) -> Result<Vec<BoardRow>> {
    let rows = desk.store.board(query).await?;
    let action = if query.search.is_some() { Action::Searched } else { Action::Listed };
    // Not the search text: it names patients.
    let detail = format!("rows={}", rows.len());
    let patients = rows.iter().map(|row| row.patient.clone());
    log_list(desk, caller, action, "board", patients, detail).await?;
    Ok(rows)
}

/// A consultation of the caller's site, with its history.
///
/// # Errors
/// As [`board`].
pub async fn consultation(
    desk: &Desk,
    caller: &Actor,
    id: &ConsultationId,
) -> Result<Option<(Consultation, Vec<Entry>)>> {
    let site = &caller.site.id;
    let Some(found) = desk.store.consultation(site, id).await? else { return Ok(None) };
    // A merge, its undoing or a correction shows another patient, or more of them, under one id.
    let name = format!("open {id} {}", shown(&found.patient));
    let (session, now) = (&caller.session.token_hash, desk.now());
    if !desk.recent_access.is_logged(session, &name, now) {
        desk.log(caller, Action::Opened, About::consultation(&found)).await?;
        desk.recent_access.remember(session, vec![name], now);
    }
    let entries = desk.store.timeline(site, id).await?;
    Ok(Some((found, entries)))
}

/// The patient of the caller's site with this identifier.
///
/// # Errors
/// As [`board`].
pub async fn patient(
    desk: &Desk,
    caller: &Actor,
    identifier: &Identifier,
) -> Result<Option<Patient>> {
    let found = desk.store.find_patient(&caller.site.id, identifier).await?;
    let patients = found.iter().map(|patient| patient.id.clone()).collect();
    let detail = format!("found={}", found.is_some());
    desk.log(caller, Action::PatientFound, About { patients, detail, ..About::default() }).await?;
    Ok(found)
}
