//! The undo of a merge.

use super::super::db::{self, Sql};
use super::super::pool::Tx;
use super::rows::{CHANGE, ChangeRow, consultations_of, replace, restore};
use crate::model::ids::PatientId;
use crate::store::patient_changes::{
    Change, ChangedBy, Details, MERGE_UNDO_MS, PatientChange, Unmerged, unmerge, without_merge,
};
use crate::store::rows::{from_json, to_json};
use crate::store::sql::{audit, changes, patients};
use crate::store::{Result, StoreError};

/// `$consultations`: a query of the ids that the merge moved.
macro_rules! moved {
    ($consultations:literal) => {
        concat!(
            "WITH RECURSIVE moved (id) AS (
                 ",
            $consultations,
            "
                 UNION
                 SELECT c.id FROM moved m JOIN consultations c ON c.follows = m.id)
             UPDATE consultations SET patient_id = $1
             WHERE patient_id = $2 AND id IN (SELECT id FROM moved)"
        )
    };
}

/// Undoes a merge of a patient.
pub(super) async fn undo(
    tx: &mut Tx,
    patient: &PatientId,
    merge: &str,
    by: &ChangedBy,
) -> Result<Unmerged> {
    let row: Option<ChangeRow> = db::query_as(
        "SELECT id, patient_id, merged_id, at, changed_by, body, undone_at, undone_by
         FROM patient_changes WHERE id = $1 AND patient_id = $2 AND site_id = $3
             AND merged_id IS NOT NULL",
    )
    .bind(merge)
    .bind(&patient.0)
    .bind(&by.site.0)
    .fetch_optional(&mut *tx)
    .await?;
    let change = PatientChange::try_from(row.ok_or(StoreError::NotFound)?)?;
    if change.undone.is_some() {
        return Ok(Unmerged::Repeated);
    }
    if by.at.saturating_sub(change.at) > MERGE_UNDO_MS {
        return Ok(Unmerged::TooLate);
    }
    let now = patients::one(&mut *tx, &by.site, patient).await?;
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
    // A follow-up that was planned since from one of the other patient's records is theirs too.
    let moved = db::query(Sql::pair(
        moved!("SELECT value FROM json_each($3)"),
        moved!(
            "SELECT j.value COLLATE \"C\"
             FROM jsonb_array_elements_text($3::jsonb) AS j (value)"
        ),
    ))
    .bind(&merged.0)
    .bind(&patient.0)
    .bind(to_json(consultations, "consultations")?)
    .execute(&mut *tx)
    .await?;
    let mut all = consultations_of(tx, patient).await?;
    // A patient without any consultation would never be purged.
    if moved == 0 || all.is_empty() {
        return Ok(Unmerged::Changed);
    }
    db::query("UPDATE patient_changes SET undone_at = $2, undone_by = $3, body = $4 WHERE id = $1")
        .bind(&change.id)
        .bind(by.at)
        .bind(&by.name)
        .bind(to_json(&Change::UndoneMerge, CHANGE)?)
        .execute(&mut *tx)
        .await?;
    redact_later(tx, &change).await?;
    changes::note_patient(tx, patient, by.at).await?;
    changes::note_patient(tx, merged, by.at).await?;
    audit::append(tx, &by.log).await?;
    all.extend(consultations_of(tx, merged).await?);
    Ok(Unmerged::Done(all))
}

/// Takes the details of the other patient out of what the history has since the merge.
async fn redact_later(tx: &mut Tx, merge: &PatientChange) -> Result<()> {
    let later: Vec<(String, String)> = db::query_as(
        "SELECT id, body FROM patient_changes
         WHERE patient_id = $1 AND at >= $2 AND id <> $3 AND undone_at IS NULL",
    )
    .bind(&merge.patient.0)
    .bind(merge.at)
    .bind(&merge.id)
    .fetch_all(&mut *tx)
    .await?;
    for (id, body) in later {
        let change = without_merge(from_json(&body, CHANGE)?, &merge.change);
        db::query("UPDATE patient_changes SET body = $2 WHERE id = $1")
            .bind(&id)
            .bind(to_json(&change, CHANGE)?)
            .execute(&mut *tx)
            .await?;
    }
    Ok(())
}
