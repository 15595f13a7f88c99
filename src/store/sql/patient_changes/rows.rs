//! The rows of patients' changes, and what writes them.

use super::super::db;
use super::super::pool::Tx;
use crate::model::ids::{ConsultationId, PatientId, SiteId};
use crate::model::language::Language;
use crate::store::patient_changes::{Change, ChangedBy, Details, PatientChange};
use crate::store::rows::{from_json, to_json};
use crate::store::sql::{audit, changes, patients};
use crate::store::{PatientDraft, Result, StoreError};
use sqlx::FromRow;

/// What [`StoreError::Corrupt`] calls the body of a change.
pub(super) const CHANGE: &str = "a patient's change";

#[derive(FromRow)]
pub(super) struct ChangeRow {
    pub(super) id: String,
    pub(super) patient_id: String,
    pub(super) merged_id: Option<String>,
    pub(super) at: i64,
    pub(super) changed_by: String,
    pub(super) body: String,
    pub(super) undone_at: Option<i64>,
    pub(super) undone_by: Option<String>,
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

/// Gives a patient exactly these details.
pub(super) async fn replace(tx: &mut Tx, id: &PatientId, details: &Details) -> Result<()> {
    patients::clear(tx, id).await?;
    patients::update(tx, id, &draft(id, details)).await?;
    write_language(tx, id, details.language).await
}

pub(super) async fn write_language(
    tx: &mut Tx,
    id: &PatientId,
    language: Option<Language>,
) -> Result<()> {
    db::query("UPDATE patients SET language = $2 WHERE id = $1")
        .bind(&id.0)
        .bind(language.map(Language::code))
        .execute(&mut *tx)
        .await?;
    Ok(())
}

/// Writes the record of a patient again that a merge removed.
pub(super) async fn restore(
    tx: &mut Tx,
    site: &SiteId,
    id: &PatientId,
    details: &Details,
) -> Result<()> {
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

pub(in crate::store::sql) async fn write(
    tx: &mut Tx,
    patient: &PatientId,
    merged: Option<&PatientId>,
    change: &Change,
    by: &ChangedBy,
) -> Result<()> {
    db::query(
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
    .execute(&mut *tx)
    .await?;
    changes::note_patient(tx, patient, by.at).await?;
    audit::append(tx, &by.log).await
}

pub(super) async fn consultations_of(
    tx: &mut Tx,
    patient: &PatientId,
) -> Result<Vec<ConsultationId>> {
    let ids: Vec<String> =
        db::query_scalar("SELECT id FROM consultations WHERE patient_id = $1 ORDER BY id")
            .bind(&patient.0)
            .fetch_all(&mut *tx)
            .await?;
    Ok(ids.into_iter().map(ConsultationId).collect())
}
