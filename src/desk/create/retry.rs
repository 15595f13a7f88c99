//! Another create call for a record that Empego has not created, as far as is known.

use super::patient::id_for_other_patient;
use super::{Outcome, Request, attempt, run_detached, wait_until_settled};
use crate::desk::audit::About;
use crate::desk::{Actor, Desk, DeskError, Result};
use crate::model::audit::Action;
use crate::model::ids::ConsultationId;
use crate::model::lifecycle::{Delivery, Event};
use crate::model::timeline::{Entry, Source};
use crate::store::Addition;
use std::sync::Arc;

/// Makes another create call for a consultation that was not created, or whose key is not known.
/// Only when a user asks for it: Empego documents no idempotency key (`docs/empego.md` §8). Waits
/// for a concurrent retry.
///
/// # Errors
/// As [`create`](super::create).
pub async fn retry(
    desk: &Arc<Desk>,
    caller: &Actor,
    id: &ConsultationId,
) -> Result<ConsultationId> {
    loop {
        if let Some(id) = retry_as(desk, caller, id, None).await? {
            return Ok(id);
        }
    }
}

/// [`retry`], with the patient of this request. `None` = the record has another state by now, such
/// as cancelled, and nothing was done.
pub(super) async fn retry_as(
    desk: &Arc<Desk>,
    caller: &Actor,
    id: &ConsultationId,
    request: Option<&Request>,
) -> Result<Option<ConsultationId>> {
    // Before the consultation is read: a concurrent retry between the two takes the number below,
    // and there is no second call.
    let tries = desk
        .store
        .timeline(&caller.site.id, id)
        .await?
        .iter()
        .filter(|entry| entry.event == Event::CreateRequested)
        .count();
    let consultation =
        desk.store.consultation(&caller.site.id, id).await?.ok_or(DeskError::NotFound)?;
    let delivery = consultation.state.delivery(desk.now());
    if delivery == Delivery::Creating {
        return Ok(Some(wait_until_settled(desk, consultation).await?.id));
    }
    if delivery != Delivery::CreateFailed && !delivery.lacks_key() {
        return Ok(Some(consultation.id));
    }
    desk.empego_of(&caller.site)?;
    let at = consultation.state.next_attempt_at(desk.now());
    // The entry of an attempt can be added once, also by concurrent retries.
    let mut entries = vec![attempt(caller, tries + 1, at)];
    if delivery == Delivery::OutcomeUnknown {
        // The attempt before never ended: its outcome stays unknown. It is older than this one.
        let unknown = desk.entry(Source::Desk, format!("unknown:{tries}"), Event::CreateUnknown);
        entries.push(Entry { at: at - 1, ..unknown });
    }
    let expected = entries.len();
    let log = vec![desk.row(caller, Action::Retried, About::consultation(&consultation))];
    let sent = request.map(|it| id_for_other_patient(&consultation.request_id.0, &it.patient));
    let addition = Addition {
        entries,
        corrected_patient: request.map(|request| request.patient.clone()),
        seen: request.and_then(|request| request.seen.clone()),
        sent,
        reason: request.and_then(|request| request.reason.clone()),
        log,
        ..Addition::default()
    };
    let site = caller.site.clone();
    let again = run_detached(desk, id.clone(), move |desk| async move {
        let added = desk.add_if_still(&site.id, &consultation, addition).await?;
        let Some(added) = added else { return Ok(Outcome::Outdated) };
        if added.fresh < expected {
            return Ok(Outcome::Repeated(Box::new(added.consultation)));
        }
        super::call::create(&desk, &site, added.consultation).await.map(Outcome::Created)
    });
    Ok(match again.await? {
        Outcome::Created(id) => Some(id),
        Outcome::Repeated(found) => Some(wait_until_settled(desk, *found).await?.id),
        Outcome::Outdated => None,
    })
}
