//! Records that staff read. Each access is in the audit log before anything is shown.

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
    /// Whether this session had no such access recently. Remembers it.
    fn is_new(&self, session: &[u8], name: &str, now: i64) -> bool {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.len() >= SWEEP_ABOVE {
            seen.retain(|_, at| now.saturating_sub(*at) < REPEAT_MS);
        }
        let key = (session.to_vec(), name.to_owned());
        if seen.get(&key).is_some_and(|at| (0..REPEAT_MS).contains(&now.saturating_sub(*at))) {
            return false;
        }
        seen.insert(key, now);
        true
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
    let now = desk.now();
    let is_new = |name: &str| desk.recent_access.is_new(&caller.session.token_hash, name, now);
    let mut patients: Vec<PatientId> =
        patients.filter(|patient| is_new(&format!("{list} {patient}"))).collect();
    patients.sort_unstable();
    patients.dedup();
    if !patients.is_empty() || is_new(&format!("{list} {}", action.slug())) {
        desk.log(caller, action, About { patients, detail, ..About::default() }).await?;
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
    if desk.recent_access.is_new(&caller.session.token_hash, &format!("open {id}"), desk.now()) {
        desk.log(caller, Action::Opened, About::consultation(&found)).await?;
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
