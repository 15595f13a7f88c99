//! Patients: found by identifier, updated or created, and indexed for the search.

mod taken;

pub(super) use taken::{complete, take};

use super::refused;
use super::rows::{PatientRow, to_json};
use super::search::{self, Search};
use crate::model::ids::{PatientId, SiteId};
use crate::model::language::Language;
use crate::model::patient::{Identifier, Patient};
use crate::store::{PatientDraft, Result, StoreError};
use sqlx::{Sqlite, SqliteExecutor, SqlitePool, Transaction};
use std::collections::HashMap;

/// The columns of [`PatientRow`], of `p`.
macro_rules! columns {
    () => {
        "SELECT p.id AS patient_id, p.first_name, p.last_name, p.date_of_birth, p.language,
                (SELECT json_group_array(json_array(o.kind, o.key) ORDER BY o.ordinal DESC)
                 FROM patient_identifiers o WHERE o.patient_id = p.id) AS identifiers "
    };
}
pub(super) use columns;

/// The id `$1`, and those of the patients that it was merged into, at the site `$2`. One of them
/// has a record.
macro_rules! same_patient {
    () => {
        "WITH RECURSIVE way (id) AS (
             SELECT $1
             UNION
             SELECT m.patient_id FROM way w CROSS JOIN patient_changes m ON m.merged_id = w.id
             WHERE m.undone_at IS NULL AND m.site_id = $2)
         SELECT id FROM way"
    };
}

pub(super) async fn find(
    executor: impl SqliteExecutor<'_>,
    site: &SiteId,
    identifier: &Identifier,
) -> Result<Option<Patient>> {
    let row: Option<PatientRow> = sqlx::query_as(concat!(
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
const ONE: &str = concat!(
    "WITH one (id) AS (",
    same_patient!(),
    ") ",
    columns!(),
    "FROM one o CROSS JOIN patients p ON p.id = o.id WHERE p.site_id = $2"
);
const NAMES: &str = "WITH RECURSIVE way (asked, id) AS (
         SELECT value, value FROM json_each($2)
         UNION
         SELECT w.asked, m.patient_id
         FROM way w CROSS JOIN patient_changes m ON m.merged_id = w.id
         WHERE m.undone_at IS NULL AND m.site_id = $1)
     SELECT w.asked, p.first_name, p.last_name
     FROM way w CROSS JOIN patients p ON p.id = w.id WHERE p.site_id = $1";

/// The patient with this id, or the one that it was merged into.
pub(super) async fn one(
    executor: impl SqliteExecutor<'_>,
    site: &SiteId,
    id: &PatientId,
) -> Result<Option<Patient>> {
    let row: Option<PatientRow> =
        sqlx::query_as(ONE).bind(&id.0).bind(&site.0).fetch_optional(executor).await?;
    row.map(Patient::try_from).transpose()
}

pub(super) async fn search(
    readers: &SqlitePool,
    site: &SiteId,
    words: &str,
    limit: u32,
) -> Result<Vec<Patient>> {
    let Search::Match(expression) = search::read(words) else { return Ok(Vec::new()) };
    let rows: Vec<PatientRow> = sqlx::query_as(concat!(
        columns!(),
        "FROM patient_words w CROSS JOIN patients p ON p.number = w.rowid
         WHERE w.patient_words MATCH $1 AND p.site_id = $2
         ORDER BY p.last_name, p.first_name, p.id LIMIT $3"
    ))
    .bind(expression)
    .bind(&site.0)
    .bind(limit)
    .fetch_all(readers)
    .await?;
    rows.into_iter().map(Patient::try_from).collect()
}

/// A merged patient has the name of the one that it was merged into.
pub(super) async fn names(
    readers: &SqlitePool,
    site: &SiteId,
    ids: &[PatientId],
) -> Result<HashMap<PatientId, String>> {
    let rows: Vec<(String, String, String)> = sqlx::query_as(NAMES)
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
    tx: &mut Transaction<'_, Sqlite>,
    site: &SiteId,
    identifiers: &[Identifier],
) -> Result<Option<PatientId>> {
    for identifier in identifiers {
        let id: Option<String> = sqlx::query_scalar(
            "SELECT patient_id FROM patient_identifiers
             WHERE site_id = $3 AND kind = $1 AND key = $2",
        )
        .bind(identifier.kind.slug())
        .bind(&identifier.key)
        .bind(&site.0)
        .fetch_optional(&mut **tx)
        .await?;
        if let Some(id) = id {
            return Ok(Some(PatientId(id)));
        }
    }
    Ok(None)
}

/// The id of a patient of the site, or of the one that it was merged into.
/// [`StoreError::NotFound`] when there is none.
pub(super) async fn must_exist(
    tx: &mut Transaction<'_, Sqlite>,
    site: &SiteId,
    id: &PatientId,
) -> Result<PatientId> {
    let found = one(&mut **tx, site, id).await?;
    found.map(|patient| patient.id).ok_or(StoreError::NotFound)
}

pub(super) async fn create(
    tx: &mut Transaction<'_, Sqlite>,
    site: &SiteId,
    draft: &PatientDraft,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO patients (id, site_id, first_name, last_name, date_of_birth, language)
         VALUES ($1, $5, $2, $3, $4, $6)",
    )
    .bind(&draft.id.0)
    .bind(&draft.first_name)
    .bind(&draft.last_name)
    .bind(&draft.date_of_birth)
    .bind(&site.0)
    .bind(draft.language.map(Language::code))
    .execute(&mut **tx)
    .await
    .map_err(|error| refused(error, "the patient's id"))?;
    attach(tx, &draft.id, &draft.identifiers).await?;
    index(tx, &draft.id).await
}

/// Overwrites a patient with the draft. A date of birth or a language that the draft leaves out is
/// kept.
pub(super) async fn update(
    tx: &mut Transaction<'_, Sqlite>,
    id: &PatientId,
    draft: &PatientDraft,
) -> Result<()> {
    sqlx::query(
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
    .execute(&mut **tx)
    .await?;
    attach(tx, id, &draft.identifiers).await?;
    index(tx, id).await
}

/// Deletes a patient's identifiers and date of birth, before a correction sets them.
pub(super) async fn clear(tx: &mut Transaction<'_, Sqlite>, id: &PatientId) -> Result<()> {
    sqlx::query("DELETE FROM patient_identifiers WHERE patient_id = $1")
        .bind(&id.0)
        .execute(&mut **tx)
        .await?;
    sqlx::query("UPDATE patients SET date_of_birth = NULL WHERE id = $1")
        .bind(&id.0)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Deletes a patient without consultations.
pub(super) async fn remove(tx: &mut Transaction<'_, Sqlite>, id: &PatientId) -> Result<()> {
    clear(tx, id).await?;
    sqlx::query(
        "DELETE FROM patient_words WHERE rowid = (SELECT number FROM patients WHERE id = $1)",
    )
    .bind(&id.0)
    .execute(&mut **tx)
    .await?;
    sqlx::query("DELETE FROM patients WHERE id = $1").bind(&id.0).execute(&mut **tx).await?;
    Ok(())
}

/// Adds the identifiers that no patient of the site has yet; the draft's first becomes the newest.
async fn attach(
    tx: &mut Transaction<'_, Sqlite>,
    id: &PatientId,
    identifiers: &[Identifier],
) -> Result<()> {
    for identifier in identifiers.iter().rev() {
        sqlx::query(
            "INSERT INTO patient_identifiers (site_id, kind, key, patient_id, ordinal)
             VALUES ((SELECT site_id FROM patients WHERE id = $3), $1, $2, $3,
                     (SELECT coalesce(max(ordinal), 0) + 1
                      FROM patient_identifiers WHERE patient_id = $3))
             ON CONFLICT (site_id, kind, key) DO NOTHING",
        )
        .bind(identifier.kind.slug())
        .bind(&identifier.key)
        .bind(&id.0)
        .execute(&mut **tx)
        .await?;
    }
    Ok(())
}

/// Writes the search index again where an earlier version of [`search::text_of`] wrote it.
pub(super) async fn reindex_if_old(tx: &mut Transaction<'_, Sqlite>) -> Result<()> {
    let version: i64 =
        sqlx::query_scalar("SELECT version FROM search_version").fetch_one(&mut **tx).await?;
    if version == search::VERSION {
        return Ok(());
    }
    let ids: Vec<String> =
        sqlx::query_scalar("SELECT id FROM patients").fetch_all(&mut **tx).await?;
    for id in ids {
        index(tx, &PatientId(id)).await?;
    }
    sqlx::query("UPDATE search_version SET version = $1")
        .bind(search::VERSION)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Updates the search index from the patient's rows.
async fn index(tx: &mut Transaction<'_, Sqlite>, id: &PatientId) -> Result<()> {
    let (number, first_name, last_name): (i64, String, String) =
        sqlx::query_as("SELECT number, first_name, last_name FROM patients WHERE id = $1")
            .bind(&id.0)
            .fetch_one(&mut **tx)
            .await?;
    let keys: Vec<String> =
        sqlx::query_scalar("SELECT key FROM patient_identifiers WHERE patient_id = $1")
            .bind(&id.0)
            .fetch_all(&mut **tx)
            .await?;
    sqlx::query("INSERT OR REPLACE INTO patient_words (rowid, name, keys) VALUES ($1, $2, $3)")
        .bind(number)
        .bind(search::text_of([first_name, last_name]))
        .bind(search::text_of(keys))
        .execute(&mut **tx)
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests;
