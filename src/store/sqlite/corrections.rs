//! The patient of a consultation as corrected after a failed creation.

use super::{patient_changes, patients};
use crate::model::consultation::Consultation;
use crate::model::ids::{ConsultationId, PatientId, RequestId};
use crate::model::lifecycle::Creation;
use crate::store::{PatientRef, Result};
use sqlx::{Sqlite, Transaction};

/// A patient with no other consultation takes the draft's details, or is replaced by the patient
/// that an identifier finds: a mistyped identifier must not stay and match the next patient. A
/// patient with other consultations keeps all identifiers.
pub(super) async fn correct_patient(
    tx: &mut Transaction<'_, Sqlite>,
    consultation: Consultation,
    patient: &PatientRef,
    sent: Option<&RequestId>,
) -> Result<PatientId> {
    let (site, id) = (&consultation.site, &consultation.id);
    let current = consultation.patient.id;
    if consultation.state.creation == Creation::Done {
        return Ok(current);
    }
    let (chosen, draft) = match patient {
        PatientRef::Typed(draft) => (None, draft),
        PatientRef::Chosen(id, draft) => (Some(id), draft),
        PatientRef::SameAs(_) => return Ok(current),
    };
    sqlx::query("UPDATE consultations SET sent = $2 WHERE id = $1")
        .bind(&id.0)
        .bind(sent.map(|sent| &sent.0))
        .execute(&mut **tx)
        .await?;
    let shared: bool = sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM consultations WHERE patient_id = $1 AND id <> $2)",
    )
    .bind(&current.0)
    .bind(&id.0)
    .fetch_one(&mut **tx)
    .await?;
    let known = match chosen {
        Some(id) => Some(patients::must_exist(tx, site, id).await?),
        None => patients::matching(tx, site, &draft.identifiers).await?,
    };
    if shared || known.as_ref().is_some_and(|known| chosen.is_some() && *known == current) {
        let patient_id = patients::take(tx, site, patient, known).await?;
        assign(tx, id, &patient_id).await?;
        return Ok(patient_id);
    }
    match known.filter(|other| *other != current) {
        Some(other) => {
            assign(tx, id, &other).await?;
            patient_changes::remove(tx, &current).await?;
            patients::update(tx, &other, draft).await?;
            Ok(other)
        }
        None => {
            patients::clear(tx, &current).await?;
            patients::update(tx, &current, draft).await?;
            Ok(current)
        }
    }
}

async fn assign(
    tx: &mut Transaction<'_, Sqlite>,
    id: &ConsultationId,
    patient_id: &PatientId,
) -> Result<()> {
    sqlx::query("UPDATE consultations SET patient_id = $2 WHERE id = $1")
        .bind(&id.0)
        .bind(&patient_id.0)
        .execute(&mut **tx)
        .await?;
    Ok(())
}
