//! What a consultation changes of its patient: as corrected after a failed creation, and what its
//! form added to the one on record.

use super::db;
use super::pool::Tx;
use super::{patient_changes, patients};
use crate::model::consultation::Consultation;
use crate::model::ids::{ConsultationId, PatientId, RequestId};
use crate::model::lifecycle::Creation;
use crate::store::brought::Brought;
use crate::store::patient_changes::{Change, ChangedBy};
use crate::store::{PatientRef, Result, Seen, StoreError};

/// A patient with no other consultation takes the draft's details, or is replaced by the patient
/// that an identifier finds: a mistyped identifier must not stay and match the next patient. A
/// patient with other consultations keeps all identifiers, and so does one whom staff corrected or
/// merged: there is more on record than this form said.
pub(super) async fn correct_patient(
    tx: &mut Tx,
    consultation: Consultation,
    patient: &PatientRef,
    sent: Option<&RequestId>,
    seen: Option<&Seen>,
) -> Result<(PatientId, Option<Brought>)> {
    let (site, id) = (&consultation.site, &consultation.id);
    let current = consultation.patient.id;
    if consultation.state.creation == Creation::Done {
        return Ok((current, None));
    }
    let (chosen, draft) = match patient {
        PatientRef::Typed(draft) => (None, draft),
        PatientRef::Chosen(id, draft) => (Some(id), draft),
        PatientRef::SameAs(_) => return Ok((current, None)),
    };
    db::query("UPDATE consultations SET sent = $2 WHERE id = $1")
        .bind(&id.0)
        .bind(sent.map(|sent| &sent.0))
        .execute(&mut *tx)
        .await?;
    let shared: bool = db::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM consultations WHERE patient_id = $1 AND id <> $2)",
    )
    .bind(&current.0)
    .bind(&id.0)
    .fetch_one(&mut *tx)
    .await?;
    let by_number = patients::matching(tx, site, &draft.identifiers).await?;
    if seen.is_some_and(|seen| seen.by_number != by_number) {
        return Err(StoreError::Outdated);
    }
    let known = match chosen {
        Some(id) => Some(patients::must_exist(tx, site, id).await?),
        None => by_number,
    };
    let is_chosen = chosen.is_some() && known.as_ref() == Some(&current);
    let is_other = known.as_ref().is_some_and(|known| *known != current);
    if seen.is_none() && (is_chosen || is_other || shared || has_changed(tx, &current).await?) {
        // A repetition: who the patient is was decided by the first request, and by staff since.
        return Ok((current, None));
    }
    let replaced = seen.and_then(Seen::replaced);
    if shared || is_chosen {
        let (patient_id, brought) = patients::take(tx, site, patient, known, replaced).await?;
        assign(tx, id, &patient_id).await?;
        return Ok((patient_id, brought));
    }
    if let Some(other) = known.filter(|other| *other != current) {
        assign(tx, id, &other).await?;
        patient_changes::remove(tx, &current).await?;
        let brought = patients::complete(tx, site, &other, draft, replaced).await?;
        return Ok((other, brought));
    }
    if !has_changed(tx, &current).await? {
        patients::clear(tx, &current).await?;
        patients::update(tx, &current, draft).await?;
        return Ok((current, None));
    }
    if seen.is_some_and(|seen| seen.alike.contains(&current)) {
        // Staff saw the patient as they are now, and said that it is another one.
        patients::create(tx, site, draft).await?;
        assign(tx, id, &draft.id).await?;
        patient_changes::remove(tx, &current).await?;
        return Ok((draft.id.clone(), None));
    }
    let brought = patients::complete(tx, site, &current, draft, replaced).await?;
    Ok((current, brought))
}

async fn assign(tx: &mut Tx, id: &ConsultationId, patient_id: &PatientId) -> Result<()> {
    db::query("UPDATE consultations SET patient_id = $2 WHERE id = $1")
        .bind(&id.0)
        .bind(&patient_id.0)
        .execute(&mut *tx)
        .await?;
    Ok(())
}

/// Writes what a consultation changed of its patient into the patient's history.
pub(super) async fn bring(tx: &mut Tx, brought: Brought, by: &ChangedBy) -> Result<()> {
    let Brought { patient, before, after } = brought;
    patient_changes::write(tx, &patient, None, &Change::Correction { before, after }, by).await
}

/// Whether a patient was corrected, or another one merged into them.
async fn has_changed(tx: &mut Tx, id: &PatientId) -> Result<bool> {
    Ok(db::query_scalar("SELECT EXISTS (SELECT 1 FROM patient_changes WHERE patient_id = $1)")
        .bind(&id.0)
        .fetch_one(&mut *tx)
        .await?)
}
