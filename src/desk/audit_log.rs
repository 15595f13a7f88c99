//! Reading the audit log. Each reading is logged too.

use super::audit::About;
use super::{Actor, Desk, DeskError, Result, checkpoint};
use crate::model::audit::Action;
use crate::model::ids::PatientId;
use crate::model::patient::Patient;
use crate::store::patient_changes::PatientChange;
use crate::store::{LogEntry, LogQuery, Verdict};
use std::collections::HashMap;

/// The most patients of one search. With more, the search text is too short to mean one patient.
pub const MOST_PATIENTS: u32 = 20;

/// Rows of the log, and the names of their patients.
#[derive(Clone, Debug)]
pub struct Page {
    /// The rows, newest first.
    pub rows: Vec<LogEntry>,
    /// The names of the patients that are still on record.
    pub names: HashMap<PatientId, String>,
    /// The patients that the search found.
    pub found: Vec<Patient>,
    /// Whether the search found more than [`MOST_PATIENTS`]: then there are no rows.
    pub too_many: bool,
    /// Whether the reader may see the rows of no site too.
    pub may_read_without_site: bool,
}

/// Which rows are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogScope {
    /// Those of the caller's site.
    #[default]
    Site,
    /// Those of no site: of unauthenticated clients, the command line and the first start.
    WithoutSite,
}

/// Rows of the log. `search` is a patient's name or identifier; only patients of the caller's site
/// are found.
///
/// # Errors
/// [`DeskError::Forbidden`] for rows of no site, which concern the whole installation, to a caller
/// who does not administer every site; that is logged too. A store error.
pub async fn read(
    desk: &Desk,
    caller: &Actor,
    scope: LogScope,
    search: Option<&str>,
    query: LogQuery,
) -> Result<Page> {
    let site = caller.site.id.clone();
    let mut found = match search {
        Some(search) => desk.store.search_patients(&site, search, MOST_PATIENTS + 1).await?,
        None => Vec::new(),
    };
    let too_many = found.len() > MOST_PATIENTS as usize;
    if too_many {
        found.clear();
    }
    let mut ids: Vec<PatientId> = Vec::new();
    for patient in &found {
        ids.extend(desk.store.patient_ids(&site, &patient.id).await?);
    }
    let query = LogQuery { site: site.clone(), patients: search.map(|_| ids.clone()), ..query };
    let rows = match scope {
        LogScope::Site => Some(desk.store.log(&query).await?),
        LogScope::WithoutSite => desk.store.log_without_site(&caller.staff.id, &query).await?,
    };
    let Some(rows) = rows else {
        desk.log(caller, Action::Refused, About::detail("log of=none")).await?;
        return Err(DeskError::Forbidden);
    };
    let named: Vec<PatientId> =
        rows.iter().flat_map(|row| row.record.patients.iter().cloned()).collect();
    let names = desk.store.patient_names(&site, &named).await?;
    let of = match scope {
        LogScope::Site => "",
        LogScope::WithoutSite => " of=none",
    };
    let detail = format!("rows={}{of}", rows.len());
    desk.log(caller, Action::LogRead, About { patients: ids, detail, ..About::default() }).await?;
    let may_read_without_site = desk.store.administers_every_site(&caller.staff.id).await?;
    Ok(Page { rows, names, found, too_many, may_read_without_site })
}

/// An access report: everything that the log says about one patient.
#[derive(Clone, Debug)]
pub struct Report {
    /// `None` when the record was removed.
    pub patient: Option<Patient>,
    /// The rows, newest first.
    pub rows: Vec<LogEntry>,
    /// Corrections and merges, newest first.
    pub changes: Vec<PatientChange>,
}

/// The access report of a patient of the caller's site, for a page or (`exported`) a file. `None`
/// when the site never had such a patient.
///
/// # Errors
/// As [`read`].
pub async fn report(
    desk: &Desk,
    caller: &Actor,
    id: &PatientId,
    exported: bool,
) -> Result<Option<Report>> {
    let site = &caller.site.id;
    let patient = desk.store.patient(site, id).await?;
    // The log has the ids from before a merge.
    let (ids, changes) = match &patient {
        Some(patient) => (
            desk.store.patient_ids(site, &patient.id).await?,
            desk.store.patient_changes(site, &patient.id).await?,
        ),
        None => (vec![id.clone()], Vec::new()),
    };
    let query = LogQuery {
        site: site.clone(),
        staff: None,
        patients: Some(ids.clone()),
        action: None,
        from: None,
        until: None,
        before: None,
        limit: u32::MAX,
    };
    let rows = desk.store.log(&query).await?;
    if patient.is_none() && rows.is_empty() {
        return Ok(None);
    }
    let action = if exported { Action::Exported } else { Action::LogRead };
    let detail = format!("access-report rows={}", rows.len());
    desk.log(caller, action, About { patients: ids, detail, ..About::default() }).await?;
    Ok(Some(Report { patient, rows, changes }))
}

/// Verifies the hash chain of the whole log, and the seal of its beginning.
///
/// # Errors
/// As [`read`].
pub async fn verify(desk: &Desk, caller: &Actor) -> Result<Verdict> {
    let verdict = checkpoint::judge_served(desk.store.verify().await?, &desk.secrets);
    let detail = match &verdict {
        Verdict::Intact { rows, .. } => format!("chain=whole rows={rows}"),
        Verdict::Broken { number } => format!("chain=broken number={number}"),
    };
    desk.log(caller, Action::LogRead, About::detail(detail)).await?;
    Ok(verdict)
}
