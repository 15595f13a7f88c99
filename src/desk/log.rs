//! The audit log, read. Reading it is in it too.

use super::audit::About;
use super::{Actor, Desk, DeskError, Result};
use crate::model::audit::Action;
use crate::model::ids::PatientId;
use crate::model::patient::Patient;
use crate::store::{LogQuery, Logged, Verdict};
use std::collections::HashMap;

/// The most patients that one search looks for: whoever means one patient types more of the name.
pub const MOST_PATIENTS: u32 = 20;

/// Rows of the log, and who they are about.
#[derive(Clone, Debug)]
pub struct Page {
    /// The rows, newest first.
    pub rows: Vec<Logged>,
    /// The names of the patients that they name, as far as they are on record still.
    pub names: HashMap<PatientId, String>,
    /// The patients whom the search found.
    pub found: Vec<Patient>,
    /// Whether it found more than it looks for: then nothing is shown but that.
    pub too_many: bool,
    /// Whether the reader may see the rows of no site too.
    pub may_leave_site: bool,
}

/// Whose rows are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Rows {
    /// Those of the actor's site.
    #[default]
    OfSite,
    /// Those of no site: what strangers, the command line and the first start did.
    OfNoSite,
}

/// Rows of the log; `words` are those of a patient's name or identifier, and find patients of the
/// actor's site alone.
///
/// # Errors
/// [`DeskError::Forbidden`] for rows of no site, which are about the whole installation, to whoever
/// does not administer every site of it: that is written down too. A failing store, which is asked
/// for the rows and told that they were read.
pub async fn read(
    desk: &Desk,
    who: &Actor,
    whose: Rows,
    words: Option<&str>,
    query: LogQuery,
) -> Result<Page> {
    let site = who.site.id.clone();
    let mut found = match words {
        Some(words) => desk.store.search_patients(&site, words, MOST_PATIENTS + 1).await?,
        None => Vec::new(),
    };
    let too_many = found.len() > MOST_PATIENTS as usize;
    if too_many {
        found.clear();
    }
    let ids: Vec<PatientId> = found.iter().map(|patient| patient.id.clone()).collect();
    let query = LogQuery { site: site.clone(), patients: words.map(|_| ids.clone()), ..query };
    let rows = match whose {
        Rows::OfSite => Some(desk.store.log(&query).await?),
        Rows::OfNoSite => desk.store.log_of_no_site(&who.staff.id, &query).await?,
    };
    let Some(rows) = rows else {
        desk.log(who, Action::Refused, About::words("log of=none")).await?;
        return Err(DeskError::Forbidden);
    };
    let named: Vec<PatientId> =
        rows.iter().flat_map(|row| row.record.patients.iter().cloned()).collect();
    let names = desk.store.patient_names(&site, &named).await?;
    let of = match whose {
        Rows::OfSite => "",
        Rows::OfNoSite => " of=none",
    };
    let detail = format!("rows={}{of}", rows.len());
    desk.log(who, Action::LogRead, About { patients: ids, detail, ..About::default() }).await?;
    let may_leave_site = desk.store.administers_every_site(&who.staff.id).await?;
    Ok(Page { rows, names, found, too_many, may_leave_site })
}

/// Everything that the log says about one patient.
#[derive(Clone, Debug)]
pub struct Report {
    /// Who it is; `None` when the record was removed.
    pub patient: Option<Patient>,
    /// The rows, newest first.
    pub rows: Vec<Logged>,
}

/// The access report of a patient of the actor's site, on screen (`exported` = as a file). `None`
/// when the site never had such a patient.
///
/// # Errors
/// As [`read`].
pub async fn report(
    desk: &Desk,
    who: &Actor,
    id: &PatientId,
    exported: bool,
) -> Result<Option<Report>> {
    let site = &who.site.id;
    let patient = desk.store.patient(site, id).await?;
    let query = LogQuery {
        site: site.clone(),
        staff: None,
        patients: Some(vec![id.clone()]),
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
    desk.log(who, action, About { patients: vec![id.clone()], detail, ..About::default() }).await?;
    Ok(Some(Report { patient, rows }))
}

/// Walks the chain of the whole log.
///
/// # Errors
/// As [`read`].
pub async fn verify(desk: &Desk, who: &Actor) -> Result<Verdict> {
    let verdict = desk.store.verify().await?;
    let detail = match &verdict {
        Verdict::Whole { rows, .. } => format!("chain=whole rows={rows}"),
        Verdict::Broken { number } => format!("chain=broken number={number}"),
    };
    desk.log(who, Action::LogRead, About::words(detail)).await?;
    Ok(verdict)
}
