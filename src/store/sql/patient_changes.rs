//! Corrections and merges of patients.

mod rows;
mod undo;

pub(super) use self::rows::write;
use self::rows::{ChangeRow, consultations_of, replace, write_language};
use self::undo::undo;
use super::db::{self, Sql};
use super::pool::Tx;
use super::{SqlStore, audit, changes, patients};
use crate::model::ids::{ConsultationId, PatientId, SiteId};
use crate::model::language::Language;
use crate::store::patient_changes::{
    Change, ChangedBy, Corrected, Correction, Details, Merge, Merged, PatientChange,
    PatientChanges, Unmerged,
};
use crate::store::{Record, Result, StoreError};
use async_trait::async_trait;

/// The patient `$1` and those that were merged into them, one after the other.
macro_rules! all_of {
    ($rest:literal) => {
        Sql::pair(all_of!("$1", $rest), all_of!("$1 COLLATE \"C\"", $rest))
    };
    ($id:literal, $rest:literal) => {
        concat!(
            "WITH RECURSIVE every (id) AS (
                 SELECT ",
            $id,
            "
                 UNION
                 SELECT m.merged_id FROM every e CROSS JOIN patient_changes m ON m.patient_id = e.id
                 WHERE m.merged_id IS NOT NULL AND m.undone_at IS NULL) ",
            $rest
        )
    };
}

#[async_trait]
impl PatientChanges for SqlStore {
    async fn correct_patient(&self, correction: &Correction) -> Result<Corrected> {
        let mut tx = self.write().await?;
        let corrected = correct(&mut tx, correction).await?;
        if matches!(corrected, Corrected::Done(_)) {
            self.commit(tx).await?;
        }
        Ok(corrected)
    }

    async fn merge_patients(&self, merge: &Merge) -> Result<Merged> {
        let mut tx = self.write().await?;
        let merged = self::merge(&mut tx, merge).await?;
        if matches!(merged, Merged::Done(_)) {
            self.commit(tx).await?;
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
            self.commit(tx).await?;
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
        let patient = patients::one(&mut tx, site, id).await?.ok_or(StoreError::NotFound)?;
        write_language(&mut tx, &patient.id, language).await?;
        let at = log.first().map_or(0, |record| record.at);
        changes::note_patient(&mut tx, &patient.id, at).await?;
        audit::append(&mut tx, log).await?;
        let consultations = consultations_of(&mut tx, &patient.id).await?;
        self.commit(tx).await?;
        Ok(consultations)
    }

    async fn patient_changes(&self, site: &SiteId, id: &PatientId) -> Result<Vec<PatientChange>> {
        let rows: Vec<ChangeRow> = db::query_as(all_of!(
            "SELECT c.id AS id, c.patient_id, c.merged_id, c.at AS at, c.changed_by, c.body,
                    c.undone_at, c.undone_by
             FROM every e CROSS JOIN patient_changes c ON c.patient_id = e.id
             WHERE c.site_id = $2
             UNION
             SELECT c.id, c.patient_id, c.merged_id, c.at, c.changed_by, c.body, c.undone_at,
                    c.undone_by
             FROM every e CROSS JOIN patient_changes c ON c.merged_id = e.id
             WHERE c.site_id = $2 AND c.undone_at IS NOT NULL
             ORDER BY at DESC, id DESC"
        ))
        .bind(&id.0)
        .bind(&site.0)
        .fetch_all(&self.readers)
        .await?;
        rows.into_iter().map(PatientChange::try_from).collect()
    }

    async fn patient_ids(&self, site: &SiteId, id: &PatientId) -> Result<Vec<PatientId>> {
        let ids: Vec<String> = db::query_scalar(all_of!(
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
pub(super) async fn remove(tx: &mut Tx, id: &PatientId) -> Result<()> {
    db::query(all_of!("DELETE FROM patient_changes WHERE patient_id IN (SELECT id FROM every)"))
        .bind(&id.0)
        .execute(&mut *tx)
        .await?;
    patients::remove(tx, id).await
}

async fn correct(tx: &mut Tx, correction: &Correction) -> Result<Corrected> {
    let Correction { patient, before, after, by } = correction;
    let now = patients::one(&mut *tx, &by.site, patient).await?.ok_or(StoreError::NotFound)?;
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

async fn merge(tx: &mut Tx, merge: &Merge) -> Result<Merged> {
    let ((kept, kept_before), (merged, merged_before)) = (&merge.kept, &merge.merged);
    if kept == merged {
        return Ok(Merged::Changed);
    }
    for (id, before) in [&merge.kept, &merge.merged] {
        let now = patients::one(&mut *tx, &merge.by.site, id).await?;
        if now.filter(|now| now.id == *id).map(|now| Details::from(&now)) != Some(before.clone()) {
            return Ok(Merged::Changed);
        }
    }
    let consultations = consultations_of(tx, merged).await?;
    db::query("UPDATE consultations SET patient_id = $2 WHERE patient_id = $1")
        .bind(&merged.0)
        .bind(&kept.0)
        .execute(&mut *tx)
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
