//! Corrections and merges of patients on SQLite.

use super::rows::{from_json, to_json};
use super::{SqliteStore, audit, patients};
use crate::model::ids::{ConsultationId, PatientId, SiteId};
use crate::model::language::Language;
use crate::store::patient_changes::{
    Change, ChangedBy, Corrected, Correction, Details, MERGE_UNDO_MS, Merge, Merged, PatientChange,
    PatientChanges, Unmerged, unmerge,
};
use crate::store::{PatientDraft, Record, Result, StoreError};
use async_trait::async_trait;
use sqlx::{FromRow, Sqlite, Transaction};

type Tx<'a, 'c> = &'a mut Transaction<'c, Sqlite>;

/// What [`StoreError::Corrupt`] calls the body of a change.
const CHANGE: &str = "a patient's change";

/// The patient `$1` and those that were merged into them, one after the other.
macro_rules! all_of {
    ($rest:literal) => {
        concat!(
            "WITH RECURSIVE every (id) AS (
                 SELECT $1
                 UNION
                 SELECT m.merged_id FROM patient_changes m JOIN every e ON m.patient_id = e.id
                 WHERE m.merged_id IS NOT NULL AND m.undone_at IS NULL) ",
            $rest
        )
    };
}

#[derive(FromRow)]
struct ChangeRow {
    id: String,
    patient_id: String,
    merged_id: Option<String>,
    at: i64,
    changed_by: String,
    body: String,
    undone_at: Option<i64>,
    undone_by: Option<String>,
}

impl TryFrom<ChangeRow> for PatientChange {
    type Error = StoreError;

    fn try_from(row: ChangeRow) -> Result<Self> {
        Ok(Self {
            id: row.id,
            patient: PatientId(row.patient_id),
            merged: row.merged_id.map(PatientId),
            at: row.at,
            by: row.changed_by,
            change: from_json(&row.body, CHANGE)?,
            undone: row.undone_at.map(|at| (at, row.undone_by.unwrap_or_default())),
        })
    }
}

#[async_trait]
impl PatientChanges for SqliteStore {
    async fn correct_patient(&self, correction: &Correction) -> Result<Corrected> {
        let mut tx = self.write().await?;
        let corrected = correct(&mut tx, correction).await?;
        if matches!(corrected, Corrected::Done(_)) {
            tx.commit().await?;
        }
        Ok(corrected)
    }

    async fn merge_patients(&self, merge: &Merge) -> Result<Merged> {
        let mut tx = self.write().await?;
        let merged = self::merge(&mut tx, merge).await?;
        if matches!(merged, Merged::Done(_)) {
            tx.commit().await?;
        }
        Ok(merged)
    }

    async fn undo_merge(
        &self,
        patient: &PatientId,
        merge: &str,
        by: &ChangedBy,
    ) -> Result<Unmerged> {
        let mut tx = self.write().await?;
        let undone = undo(&mut tx, patient, merge, by).await?;
        if matches!(undone, Unmerged::Done(_)) {
            tx.commit().await?;
        }
        Ok(undone)
    }

    async fn set_patient_language(
        &self,
        site: &SiteId,
        id: &PatientId,
        language: Option<Language>,
        log: &[Record],
    ) -> Result<Vec<ConsultationId>> {
        let mut tx = self.write().await?;
        let patient = patients::one(&mut *tx, site, id).await?.ok_or(StoreError::NotFound)?;
        write_language(&mut tx, &patient.id, language).await?;
        audit::append(&mut tx, log).await?;
        let consultations = consultations_of(&mut tx, &patient.id).await?;
        tx.commit().await?;
        Ok(consultations)
    }

    async fn patient_changes(&self, site: &SiteId, id: &PatientId) -> Result<Vec<PatientChange>> {
        let rows: Vec<ChangeRow> = sqlx::query_as(all_of!(
            "SELECT c.id, c.patient_id, c.merged_id, c.at, c.changed_by, c.body, c.undone_at,
                    c.undone_by
             FROM patient_changes c JOIN every e ON e.id = c.patient_id
             WHERE c.site_id = $2 ORDER BY c.at DESC, c.id DESC"
        ))
        .bind(&id.0)
        .bind(&site.0)
        .fetch_all(&self.readers)
        .await?;
        rows.into_iter().map(PatientChange::try_from).collect()
    }

    async fn patient_ids(&self, site: &SiteId, id: &PatientId) -> Result<Vec<PatientId>> {
        let ids: Vec<String> = sqlx::query_scalar(all_of!(
            "SELECT id FROM every WHERE EXISTS (
                 SELECT 1 FROM patients p WHERE p.id = $1 AND p.site_id = $2)"
        ))
        .bind(&id.0)
        .bind(&site.0)
        .fetch_all(&self.readers)
        .await?;
        Ok(ids.into_iter().map(PatientId).collect())
    }
}

/// Deletes a patient without consultations, with their history and that of all that were merged
/// into them.
pub(super) async fn remove(tx: Tx<'_, '_>, id: &PatientId) -> Result<()> {
    sqlx::query(all_of!("DELETE FROM patient_changes WHERE patient_id IN (SELECT id FROM every)"))
        .bind(&id.0)
        .execute(&mut **tx)
        .await?;
    patients::remove(tx, id).await
}

async fn correct(tx: Tx<'_, '_>, correction: &Correction) -> Result<Corrected> {
    let Correction { patient, before, after, by } = correction;
    let now = patients::one(&mut **tx, &by.site, patient).await?.ok_or(StoreError::NotFound)?;
    let language = now.language;
    if now.id != *patient || !Details::from(&now).shows_same(before) {
        return Ok(Corrected::Changed);
    }
    for identifier in &after.identifiers {
        let owner = patients::matching(tx, &by.site, std::slice::from_ref(identifier)).await?;
        if let Some(owner) = owner.filter(|owner| owner != patient) {
            return Ok(Corrected::IdentifierOf(owner));
        }
    }
    replace(tx, patient, &Details { language, ..after.clone() }).await?;
    let change = Change::Correction { before: before.clone(), after: after.clone() };
    write(tx, patient, None, &change, by).await?;
    Ok(Corrected::Done(consultations_of(tx, patient).await?))
}

async fn merge(tx: Tx<'_, '_>, merge: &Merge) -> Result<Merged> {
    let ((kept, kept_before), (merged, merged_before)) = (&merge.kept, &merge.merged);
    if kept == merged {
        return Ok(Merged::Changed);
    }
    for (id, before) in [&merge.kept, &merge.merged] {
        let now = patients::one(&mut **tx, &merge.by.site, id).await?;
        if now.filter(|now| now.id == *id).map(|now| Details::from(&now)) != Some(before.clone()) {
            return Ok(Merged::Changed);
        }
    }
    let consultations = consultations_of(tx, merged).await?;
    sqlx::query("UPDATE consultations SET patient_id = $2 WHERE patient_id = $1")
        .bind(&merged.0)
        .bind(&kept.0)
        .execute(&mut **tx)
        .await?;
    patients::remove(tx, merged).await?;
    let after = merge.after();
    replace(tx, kept, &after).await?;
    let change = Change::Merge {
        before: kept_before.clone(),
        after,
        merged: merged_before.clone(),
        consultations,
    };
    write(tx, kept, Some(merged), &change, &merge.by).await?;
    Ok(Merged::Done(consultations_of(tx, kept).await?))
}

async fn undo(
    tx: Tx<'_, '_>,
    patient: &PatientId,
    merge: &str,
    by: &ChangedBy,
) -> Result<Unmerged> {
    let row: Option<ChangeRow> = sqlx::query_as(
        "SELECT id, patient_id, merged_id, at, changed_by, body, undone_at, undone_by
         FROM patient_changes WHERE id = $1 AND patient_id = $2 AND site_id = $3
             AND merged_id IS NOT NULL",
    )
    .bind(merge)
    .bind(&patient.0)
    .bind(&by.site.0)
    .fetch_optional(&mut **tx)
    .await?;
    let change = PatientChange::try_from(row.ok_or(StoreError::NotFound)?)?;
    if change.undone.is_some() {
        return Ok(Unmerged::Repeated);
    }
    if by.at.saturating_sub(change.at) > MERGE_UNDO_MS {
        return Ok(Unmerged::TooLate);
    }
    let now = patients::one(&mut **tx, &by.site, patient).await?;
    let details = now
        .filter(|now| now.id == *patient)
        .and_then(|now| unmerge(&change.change, &Details::from(&now)));
    let (Some((kept, other)), Change::Merge { consultations, .. }, Some(merged)) =
        (details, &change.change, &change.merged)
    else {
        return Ok(Unmerged::Changed);
    };
    replace(tx, patient, &kept).await?;
    restore(tx, &by.site, merged, &other).await?;
    let moved = sqlx::query(
        "UPDATE consultations SET patient_id = $1
         WHERE patient_id = $2 AND id IN (SELECT value FROM json_each($3))",
    )
    .bind(&merged.0)
    .bind(&patient.0)
    .bind(to_json(consultations, "consultations")?)
    .execute(&mut **tx)
    .await?;
    let mut all = consultations_of(tx, patient).await?;
    // A patient without any consultation would never be purged.
    if moved.rows_affected() == 0 || all.is_empty() {
        return Ok(Unmerged::Changed);
    }
    sqlx::query("UPDATE patient_changes SET undone_at = $2, undone_by = $3 WHERE id = $1")
        .bind(&change.id)
        .bind(by.at)
        .bind(&by.name)
        .execute(&mut **tx)
        .await?;
    audit::append(tx, &by.log).await?;
    all.extend(consultations_of(tx, merged).await?);
    Ok(Unmerged::Done(all))
}

/// Gives a patient exactly these details.
async fn replace(tx: Tx<'_, '_>, id: &PatientId, details: &Details) -> Result<()> {
    patients::clear(tx, id).await?;
    patients::update(tx, id, &draft(id, details)).await?;
    write_language(tx, id, details.language).await
}

async fn write_language(tx: Tx<'_, '_>, id: &PatientId, language: Option<Language>) -> Result<()> {
    sqlx::query("UPDATE patients SET language = $2 WHERE id = $1")
        .bind(&id.0)
        .bind(language.map(Language::code))
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Writes the record of a patient again that a merge removed.
async fn restore(tx: Tx<'_, '_>, site: &SiteId, id: &PatientId, details: &Details) -> Result<()> {
    patients::create(tx, site, &draft(id, details)).await
}

fn draft(id: &PatientId, details: &Details) -> PatientDraft {
    PatientDraft {
        id: id.clone(),
        first_name: details.first_name.clone(),
        last_name: details.last_name.clone(),
        date_of_birth: details.date_of_birth.clone(),
        identifiers: details.identifiers.clone(),
        language: details.language,
    }
}

async fn write(
    tx: Tx<'_, '_>,
    patient: &PatientId,
    merged: Option<&PatientId>,
    change: &Change,
    by: &ChangedBy,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO patient_changes (id, site_id, patient_id, merged_id, at, changed_by, body)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(&by.id)
    .bind(&by.site.0)
    .bind(&patient.0)
    .bind(merged.map(|merged| &merged.0))
    .bind(by.at)
    .bind(&by.name)
    .bind(to_json(change, CHANGE)?)
    .execute(&mut **tx)
    .await?;
    audit::append(tx, &by.log).await
}

async fn consultations_of(tx: Tx<'_, '_>, patient: &PatientId) -> Result<Vec<ConsultationId>> {
    let ids: Vec<String> =
        sqlx::query_scalar("SELECT id FROM consultations WHERE patient_id = $1 ORDER BY id")
            .bind(&patient.0)
            .fetch_all(&mut **tx)
            .await?;
    Ok(ids.into_iter().map(ConsultationId).collect())
}
