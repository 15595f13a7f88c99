//! Patients: found by identifier, updated or created, and indexed for the search.

mod index;
mod taken;

use index::index;
pub(super) use index::reindex_if_old;
pub(super) use taken::{complete, take};

use super::db::{self, On, Sql};
use super::pool::{Pool, Tx};
use super::refused;
use super::rows::{PatientRow, to_json};
use super::search::{self, Search, by_words};
use crate::model::ids::{PatientId, SiteId};
use crate::model::language::Language;
use crate::model::patient::{Identifier, Patient};
use crate::store::{PatientDraft, Result, StoreError};
use std::collections::HashMap;

/// The columns of [`PatientRow`], of `p`.
macro_rules! columns {
    () => {
        "SELECT p.id AS patient_id, p.first_name, p.last_name, p.date_of_birth, p.language, "
    };
}
pub(super) use columns;

/// The identifiers of `p`, newest first, between the columns before them and the rest of a
/// statement.
macro_rules! with_identifiers {
    ($before:expr, $after:expr) => {
        Sql::pair(
            with_identifiers!(sqlite $before, $after),
            with_identifiers!(postgres $before, $after),
        )
    };
    (sqlite $before:expr, $after:expr) => {
        concat!(
            $before,
            "(SELECT json_group_array(json_array(o.kind, o.key) ORDER BY o.ordinal DESC)
              FROM patient_identifiers o WHERE o.patient_id = p.id) AS identifiers ",
            $after
        )
    };
    (postgres $before:expr, $after:expr) => {
        concat!(
            $before,
            "(SELECT coalesce(json_agg(json_build_array(o.kind, o.key) ORDER BY o.ordinal DESC),
                              '[]')::text
              FROM patient_identifiers o WHERE o.patient_id = p.id) AS identifiers ",
            $after
        )
    };
}
pub(super) use with_identifiers;

/// The first `$3` patients by name that the words `$1` find. `$condition` ends with `AND`.
macro_rules! patients_by_words {
    ($condition:expr) => {
        patients_by_words!($condition, $condition)
    };
    ($sqlite:expr, $postgres:expr) => {
        Sql::pair(
            with_identifiers!(sqlite columns!(), by_words!(sqlite "FROM ", $sqlite, "$1",
                " ORDER BY p.last_name, p.first_name, p.id LIMIT $3")),
            with_identifiers!(postgres columns!(), by_words!(postgres "FROM ", $postgres, "$1",
                " ORDER BY p.last_name, p.first_name, p.id LIMIT $3")),
        )
    };
}
pub(super) use patients_by_words;

/// The id `$1`, and those of the patients that it was merged into, at the site `$2`. One of them
/// has a record.
macro_rules! same_patient {
    ($id:literal) => {
        concat!(
            "WITH RECURSIVE way (id) AS (
             SELECT ",
            $id,
            "
             UNION
             SELECT m.patient_id FROM way w CROSS JOIN patient_changes m ON m.merged_id = w.id
             WHERE m.undone_at IS NULL AND m.site_id = $2)
         SELECT id FROM way"
        )
    };
}

pub(super) async fn find(
    executor: impl Into<On<'_>>,
    site: &SiteId,
    identifier: &Identifier,
) -> Result<Option<Patient>> {
    let row: Option<PatientRow> = db::query_as(with_identifiers!(
        columns!(),
        "FROM patient_identifiers i JOIN patients p ON p.id = i.patient_id
         WHERE i.site_id = $3 AND i.kind = $1 AND i.key = $2"
    ))
    .bind(identifier.kind.slug())
    .bind(&identifier.key)
    .bind(&site.0)
    .fetch_optional(executor)
    .await?;
    row.map(Patient::try_from).transpose()
}

/// `CROSS JOIN`: without statistics SQLite would read every patient of the site before it compares
/// an id.
const ONE: Sql = Sql::pair(
    with_identifiers!(sqlite
        concat!("WITH one (id) AS (", same_patient!("$1"), ") ", columns!()),
        "FROM one o CROSS JOIN patients p ON p.id = o.id WHERE p.site_id = $2"
    ),
    with_identifiers!(postgres
        concat!("WITH one (id) AS (", same_patient!("$1 COLLATE \"C\""), ") ", columns!()),
        "FROM one o JOIN patients p ON p.id = o.id WHERE p.site_id = $2"
    ),
);

/// `$asked`: the ids, in a query with the column `value`.
macro_rules! names {
    ($asked:literal) => {
        concat!(
            "WITH RECURSIVE way (asked, id) AS (
                 SELECT value, value FROM ",
            $asked,
            "
                 UNION
                 SELECT w.asked, m.patient_id
                 FROM way w CROSS JOIN patient_changes m ON m.merged_id = w.id
                 WHERE m.undone_at IS NULL AND m.site_id = $1)
             SELECT w.asked, p.first_name, p.last_name
             FROM way w CROSS JOIN patients p ON p.id = w.id WHERE p.site_id = $1"
        )
    };
}

const NAMES: Sql = Sql::pair(
    names!("json_each($2)"),
    names!(
        "(SELECT j.value COLLATE \"C\" AS value
             FROM jsonb_array_elements_text($2::jsonb) AS j (value)) asked"
    ),
);

/// The patient with this id, or the one that it was merged into.
pub(super) async fn one(
    executor: impl Into<On<'_>>,
    site: &SiteId,
    id: &PatientId,
) -> Result<Option<Patient>> {
    let row: Option<PatientRow> =
        db::query_as(ONE).bind(&id.0).bind(&site.0).fetch_optional(executor).await?;
    row.map(Patient::try_from).transpose()
}

pub(super) async fn search(
    readers: &Pool,
    site: &SiteId,
    words: &str,
    limit: u32,
) -> Result<Vec<Patient>> {
    let Search::Match(expression) = search::read(words) else { return Ok(Vec::new()) };
    let rows: Vec<PatientRow> = db::query_as(patients_by_words!("WHERE p.site_id = $2 AND "))
        .bind(&expression)
        .bind(&site.0)
        .bind(limit)
        .fetch_all(readers)
        .await?;
    rows.into_iter().map(Patient::try_from).collect()
}

/// A merged patient has the name of the one that it was merged into.
pub(super) async fn names(
    readers: &Pool,
    site: &SiteId,
    ids: &[PatientId],
) -> Result<HashMap<PatientId, String>> {
    let rows: Vec<(String, String, String)> = db::query_as(NAMES)
        .bind(&site.0)
        .bind(to_json(&ids, "patients")?)
        .fetch_all(readers)
        .await?;
    Ok(rows
        .into_iter()
        .map(|(id, first, last)| (PatientId(id), format!("{first} {last}").trim().to_owned()))
        .collect())
}

/// The site's patient with the first of these identifiers that is known.
pub(super) async fn matching(
    tx: &mut Tx,
    site: &SiteId,
    identifiers: &[Identifier],
) -> Result<Option<PatientId>> {
    for identifier in identifiers {
        let id: Option<String> = db::query_scalar(
            "SELECT patient_id FROM patient_identifiers
             WHERE site_id = $3 AND kind = $1 AND key = $2",
        )
        .bind(identifier.kind.slug())
        .bind(&identifier.key)
        .bind(&site.0)
        .fetch_optional(&mut *tx)
        .await?;
        if let Some(id) = id {
            return Ok(Some(PatientId(id)));
        }
    }
    Ok(None)
}

/// The id of a patient of the site, or of the one that it was merged into.
/// [`StoreError::NotFound`] when there is none.
pub(super) async fn must_exist(tx: &mut Tx, site: &SiteId, id: &PatientId) -> Result<PatientId> {
    let found = one(&mut *tx, site, id).await?;
    found.map(|patient| patient.id).ok_or(StoreError::NotFound)
}

pub(super) async fn create(tx: &mut Tx, site: &SiteId, draft: &PatientDraft) -> Result<()> {
    db::query(
        "INSERT INTO patients (id, site_id, first_name, last_name, date_of_birth, language)
         VALUES ($1, $5, $2, $3, $4, $6)",
    )
    .bind(&draft.id.0)
    .bind(&draft.first_name)
    .bind(&draft.last_name)
    .bind(&draft.date_of_birth)
    .bind(&site.0)
    .bind(draft.language.map(Language::code))
    .execute(&mut *tx)
    .await
    .map_err(|error| refused(error, "the patient's id"))?;
    attach(tx, &draft.id, &draft.identifiers).await?;
    index(tx, &draft.id).await
}

/// Overwrites a patient with the draft. A date of birth or a language that the draft leaves out is
/// kept.
pub(super) async fn update(tx: &mut Tx, id: &PatientId, draft: &PatientDraft) -> Result<()> {
    db::query(
        "UPDATE patients
         SET first_name = $2, last_name = $3, date_of_birth = coalesce($4, date_of_birth),
             language = coalesce($5, language)
         WHERE id = $1",
    )
    .bind(&id.0)
    .bind(&draft.first_name)
    .bind(&draft.last_name)
    .bind(&draft.date_of_birth)
    .bind(draft.language.map(Language::code))
    .execute(&mut *tx)
    .await?;
    attach(tx, id, &draft.identifiers).await?;
    index(tx, id).await
}

/// Deletes a patient's identifiers and date of birth, before a correction sets them.
pub(super) async fn clear(tx: &mut Tx, id: &PatientId) -> Result<()> {
    db::query("DELETE FROM patient_identifiers WHERE patient_id = $1")
        .bind(&id.0)
        .execute(&mut *tx)
        .await?;
    db::query("UPDATE patients SET date_of_birth = NULL WHERE id = $1")
        .bind(&id.0)
        .execute(&mut *tx)
        .await?;
    Ok(())
}

/// Deletes a patient without consultations.
pub(super) async fn remove(tx: &mut Tx, id: &PatientId) -> Result<()> {
    clear(tx, id).await?;
    db::query(Sql::pair(
        "DELETE FROM patient_words WHERE rowid = (SELECT number FROM patients WHERE id = $1)",
        "DELETE FROM patient_words WHERE number = (SELECT number FROM patients WHERE id = $1)",
    ))
    .bind(&id.0)
    .execute(&mut *tx)
    .await?;
    db::query("DELETE FROM patients WHERE id = $1").bind(&id.0).execute(&mut *tx).await?;
    Ok(())
}

/// Adds the identifiers that no patient of the site has yet; the draft's first becomes the newest.
async fn attach(tx: &mut Tx, id: &PatientId, identifiers: &[Identifier]) -> Result<()> {
    for identifier in identifiers.iter().rev() {
        db::query(
            "INSERT INTO patient_identifiers (site_id, kind, key, patient_id, ordinal)
             VALUES ((SELECT site_id FROM patients WHERE id = $3), $1, $2, $3,
                     (SELECT coalesce(max(ordinal), 0) + 1
                      FROM patient_identifiers WHERE patient_id = $3))
             ON CONFLICT (site_id, kind, key) DO NOTHING",
        )
        .bind(identifier.kind.slug())
        .bind(&identifier.key)
        .bind(&id.0)
        .execute(&mut *tx)
        .await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
