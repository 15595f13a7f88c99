//! The patient of a new consultation: the one on record, with what was typed, or a new one.

use super::super::pool::Tx;
use super::{create, one, update};
use crate::model::ids::{PatientId, SiteId};
use crate::store::brought::Brought;
use crate::store::patient_changes::Details;
use crate::store::{PatientDraft, PatientRef, Result, StoreError};

/// The patient on record, with what the draft adds, or a new one. With a change of the one on
/// record.
pub(in crate::store::sql) async fn take(
    tx: &mut Tx,
    site: &SiteId,
    patient: &PatientRef,
    known: Option<PatientId>,
    replaced: Option<&Details>,
) -> Result<(PatientId, Option<Brought>)> {
    match (patient, known) {
        (PatientRef::SameAs(_), Some(id)) => Ok((id, None)),
        (PatientRef::SameAs(_), None) => Err(StoreError::NotFound),
        (PatientRef::Typed(draft) | PatientRef::Chosen(_, draft), Some(id)) => {
            let brought = complete(tx, site, &id, draft, replaced).await?;
            Ok((id, brought))
        }
        (PatientRef::Typed(draft) | PatientRef::Chosen(_, draft), None) => {
            create(tx, site, draft).await?;
            Ok((draft.id.clone(), None))
        }
    }
}

/// Gives a patient on record what they have not: a date of birth, and the identifiers that no other
/// patient has. Where the details still are those that staff said to replace, the draft's names and
/// date of birth take their place.
pub(in crate::store::sql) async fn complete(
    tx: &mut Tx,
    site: &SiteId,
    id: &PatientId,
    draft: &PatientDraft,
    replaced: Option<&Details>,
) -> Result<Option<Brought>> {
    let before = one(&mut *tx, site, id).await?.ok_or(StoreError::NotFound)?;
    let before = Details::from(&before);
    let draft = if replaced.is_some_and(|replaced| before.shows_same(replaced)) {
        draft.clone()
    } else {
        PatientDraft {
            first_name: before.first_name.clone(),
            last_name: before.last_name.clone(),
            date_of_birth: before.date_of_birth.clone().or_else(|| draft.date_of_birth.clone()),
            ..draft.clone()
        }
    };
    update(tx, id, &draft).await?;
    let after = one(&mut *tx, site, id).await?.ok_or(StoreError::NotFound)?;
    let after = Details::from(&after);
    let patient = id.clone();
    let is_same = after.shows_same(&before) && after.language == before.language;
    Ok((!is_same).then_some(Brought { patient, before, after }))
}
