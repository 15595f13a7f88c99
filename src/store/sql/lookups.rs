//! Patients as staff look for them.

use super::SqlStore;
use super::db::{self, Sql};
use super::patients::{self, columns, patients_by_words, with_identifiers};
use super::pool::Tx;
use super::rows::{PatientRow, STATE, from_json, to_json};
use super::search::{self, Search, by_words};
use crate::model::ids::{ConsultationId, PatientId, SiteId};
use crate::model::lifecycle::{Delivery, State};
use crate::model::patient::Patient;
use crate::store::lookups::{is_alike, name_searches};
use crate::store::patient_changes::Details;
use crate::store::{
    Lookups, NewConsultation, PatientDraft, PatientQuery, Result, Seen, Unseen, Visits,
};
use async_trait::async_trait;
use std::collections::HashMap;

/// The most patients of one search by name, or of one date of birth, that a draft is compared with.
const COMPARED: u32 = 500;

/// Where the draft is dated, those of its day are found by that, and those of another day are other
/// patients: a name finds those without a date.
const SAME_NAME: Sql =
    patients_by_words!("WHERE p.site_id = $2 AND ($4 OR p.date_of_birth IS NULL) AND ");

/// `$ending`: the last four characters of a number, as the index has them.
macro_rules! ending {
    ($ending:literal) => {
        concat!(
            "FROM patients p WHERE p.id IN (
                 SELECT i.patient_id
                 FROM patient_identifiers i INDEXED BY patient_identifiers_by_ending
                 WHERE i.site_id = $1 AND ",
            $ending,
            " = $2
             ) ORDER BY p.last_name, p.first_name, p.id LIMIT $3"
        )
    };
}

/// Without statistics SQLite would read every number of the site.
pub(super) const ENDING: Sql = Sql::pair(
    with_identifiers!(sqlite columns!(), ending!("substr(i.key, -4)")),
    with_identifiers!(postgres columns!(), ending!("right(i.key, 4)")),
);

#[async_trait]
impl Lookups for SqlStore {
    async fn look_up(&self, query: &PatientQuery) -> Result<Vec<Patient>> {
        let mut tx = self.readers.read().await?;
        look_up(&mut tx, query).await
    }

    async fn look_alikes(&self, site: &SiteId, draft: &PatientDraft) -> Result<Vec<Patient>> {
        let mut tx = self.readers.read().await?;
        look_alikes(&mut tx, site, draft).await
    }

    async fn visits(
        &self,
        site: &SiteId,
        patients: &[PatientId],
        now: i64,
    ) -> Result<HashMap<PatientId, Visits>> {
        let mut tx = self.readers.read().await?;
        visits(&mut tx, site, patients, now).await
    }
}

async fn look_up(connection: &mut Tx, query: &PatientQuery) -> Result<Vec<Patient>> {
    let mut found = Vec::new();
    for number in &query.numbers {
        found.extend(patients::find(&mut *connection, &query.site, number).await?);
    }
    if found.is_empty() {
        if let Some(ending) = &query.ending {
            let rows: Vec<PatientRow> = db::query_as(ENDING)
                .bind(&query.site.0)
                .bind(ending)
                .bind(query.limit)
                .fetch_all(&mut *connection)
                .await?;
            found.extend(read(rows)?);
        }
        found.extend(match (query.words.is_empty(), query.born.is_empty()) {
            (false, born) => named(&mut *connection, query, !born).await?,
            (true, false) => born(&mut *connection, &query.site, &query.born, query.limit).await?,
            (true, true) => Vec::new(),
        });
    }
    found.sort_by(|a, b| {
        (&a.last_name, &a.first_name, &a.id.0).cmp(&(&b.last_name, &b.first_name, &b.id.0))
    });
    found.dedup_by(|a, b| a.id == b.id);
    found.truncate(query.limit as usize);
    Ok(found)
}

fn read(rows: Vec<PatientRow>) -> Result<Vec<Patient>> {
    rows.into_iter().map(Patient::try_from).collect()
}

/// The patients that the words find, and the dates where they count.
async fn named(connection: &mut Tx, query: &PatientQuery, is_dated: bool) -> Result<Vec<Patient>> {
    let Search::Match(expression) = search::read(&query.words) else { return Ok(Vec::new()) };
    let rows: Vec<PatientRow> = db::query_as(patients_by_words!(
        "WHERE p.site_id = $2
           AND (NOT $4 OR p.date_of_birth IN (SELECT value FROM json_each($5))) AND ",
        "WHERE p.site_id = $2
           AND (NOT $4 OR p.date_of_birth IN (SELECT jsonb_array_elements_text($5::jsonb))) AND "
    ))
    .bind(&expression)
    .bind(&query.site.0)
    .bind(query.limit)
    .bind(is_dated)
    .bind(to_json(&query.born, "dates")?)
    .fetch_all(connection)
    .await?;
    read(rows)
}

/// `$dates`: a query of the dates.
macro_rules! born {
    ($dates:literal) => {
        concat!(
            "FROM patients p INDEXED BY patients_by_birth
             WHERE p.site_id = $1 AND p.date_of_birth IN (",
            $dates,
            ")
             ORDER BY p.last_name, p.first_name, p.id LIMIT $3"
        )
    };
}

async fn born(
    connection: &mut Tx,
    site: &SiteId,
    dates: &[String],
    limit: u32,
) -> Result<Vec<Patient>> {
    let rows: Vec<PatientRow> = db::query_as(Sql::pair(
        with_identifiers!(sqlite columns!(), born!("SELECT value FROM json_each($2)")),
        with_identifiers!(
            postgres columns!(),
            born!("SELECT jsonb_array_elements_text($2::jsonb)")
        ),
    ))
    .bind(&site.0)
    .bind(to_json(&dates, "dates")?)
    .bind(limit)
    .fetch_all(connection)
    .await?;
    read(rows)
}

async fn look_alikes(
    connection: &mut Tx,
    site: &SiteId,
    draft: &PatientDraft,
) -> Result<Vec<Patient>> {
    let dates: Vec<String> = draft.date_of_birth.iter().cloned().collect();
    let mut compared = match dates.is_empty() {
        true => Vec::new(),
        false => born(&mut *connection, site, &dates, COMPARED).await?,
    };
    for names in name_searches(draft) {
        let Some(expression) = search::exact(&names) else { continue };
        let rows: Vec<PatientRow> = db::query_as(SAME_NAME)
            .bind(&expression)
            .bind(&site.0)
            .bind(COMPARED)
            .bind(dates.is_empty())
            .fetch_all(&mut *connection)
            .await?;
        compared.extend(read(rows)?);
    }
    compared.retain(|patient| is_alike(draft, patient));
    compared.sort_by(|a, b| a.id.0.cmp(&b.id.0));
    compared.dedup_by(|a, b| a.id == b.id);
    Ok(compared)
}

/// `$patients`: their ids, one a row.
macro_rules! visits {
    ($patients:literal) => {
        concat!(
            "SELECT c.patient_id, c.id, c.created_at, c.state
             FROM ",
            $patients,
            " CROSS JOIN consultations c INDEXED BY consultations_by_patient
                 ON c.patient_id = j.value
             WHERE c.site_id = $1 AND c.due_on IS NULL
               AND (c.delivery IN ('creating', 'link-ready', 'opened', 'started')
                    OR c.id = (SELECT max(n.id) FROM consultations n
                               WHERE n.patient_id = c.patient_id AND n.due_on IS NULL))
             ORDER BY c.id DESC"
        )
    };
}

async fn visits(
    connection: &mut Tx,
    site: &SiteId,
    patients: &[PatientId],
    now: i64,
) -> Result<HashMap<PatientId, Visits>> {
    // The newest of each patient, and those that may be open.
    let rows: Vec<(String, String, i64, String)> = db::query_as(Sql::pair(
        visits!("json_each($2) j"),
        visits!("jsonb_array_elements_text($2::jsonb) AS j (value)"),
    ))
    .bind(&site.0)
    .bind(to_json(&patients, "patients")?)
    .fetch_all(connection)
    .await?;
    let mut visits: HashMap<PatientId, Visits> = HashMap::new();
    for (patient, id, created_at, state) in rows {
        let delivery = from_json::<State>(&state, STATE)?.delivery(now);
        let visits = visits.entry(PatientId(patient)).or_default();
        visits.last_at = visits.last_at.max(Some(created_at));
        if delivery.is_open() || delivery == Delivery::Creating {
            visits.open.push((ConsultationId(id), created_at));
        }
    }
    Ok(visits)
}

/// What is true of the patient of a new consultation and was not seen when it was decided who that
/// is. `patient` is the one on record, where it is not a new one.
pub(super) async fn unseen(
    tx: &mut Tx,
    begin: &NewConsultation,
    draft: &PatientDraft,
    patient: Option<&PatientId>,
    seen: &Seen,
) -> Result<Option<Unseen>> {
    let by_number = patients::matching(tx, &begin.site, &draft.identifiers).await?;
    if by_number != seen.by_number {
        return Ok(Some(Unseen::Number));
    }
    if let (Some(patient), Some(known)) = (patient, &seen.known) {
        let now = patients::one(&mut *tx, &begin.site, patient).await?;
        if !now.is_some_and(|now| Details::from(&now).shows_same(known)) {
            let is_of_number = by_number.is_some();
            return Ok(Some(if is_of_number { Unseen::Number } else { Unseen::Changed }));
        }
    }
    let Some(patient) = patient else {
        let alike = look_alikes(&mut *tx, &begin.site, draft).await?;
        let is_new = alike.iter().any(|patient| !seen.alike.contains(&patient.id));
        return Ok(is_new.then_some(Unseen::Alike));
    };
    let Some(open) = &seen.open else { return Ok(None) };
    let visits = visits(&mut *tx, &begin.site, std::slice::from_ref(patient), begin.at).await?;
    let is_new = visits.values().flat_map(|it| &it.open).any(|(id, _)| !open.contains(id));
    Ok(is_new.then_some(Unseen::Open))
}
