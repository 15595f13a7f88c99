//! Creates a consultation at Empego: once for each idempotency key, whatever happens on the way.

mod call;
mod patient;
mod retry;

pub(super) use patient::patient_of;
use patient::{id_for_other_patient, is_other_patient};
pub use retry::retry;
use retry::retry_as;

use super::audit::About;
use super::correlation::in_request;
use super::form::{self, Kept};
use super::requests::{is_given_up, live_request, request_id};
use super::{Actor, Desk, DeskError, Result};
use crate::model::audit::Action;
use crate::model::consultation::Consultation;
use crate::model::follow_up::FollowUp;
use crate::model::forms::ConsultationForm;
use crate::model::ids::{ConsultationId, RequestId};
use crate::model::lifecycle::{Creation, Delivery, Event};
use crate::model::site::Site;
use crate::model::timeline::{Entry, Source};
use crate::secrets::sha256;
use crate::store::{Begun, NewConsultation, NewLink, PatientRef, Seen};
use std::sync::Arc;
use std::time::Duration;

/// How long a repeated request waits for the first one, before it returns the record as it is.
const WAIT: Duration = Duration::from_secs(20);

/// The outcome of a request.
enum Outcome {
    /// This request made the call, and Empego created the consultation.
    Created(ConsultationId),
    /// The request is a repetition: this is the record of the first one.
    Repeated(Box<Consultation>),
    /// The record has another state than the request was decided by. Nothing was done.
    Outdated,
}

/// Creates a consultation for a new or known patient and issues its link. The record is written
/// before the call, so that nothing that was typed is lost.
///
/// The form's request id is the idempotency key. A repeated request waits for the first one and
/// retries if nothing was created; it never creates a second time while the first outcome is
/// unknown. A form that was sent, gone back to, and sent for another patient is another request,
/// though its id is the same.
///
/// # Errors
/// [`DeskError::Invalid`] (nothing was stored), [`DeskError::Empego`] (nothing was created),
/// [`DeskError::OutcomeUnknown`] (the record is stored), or a store error.
pub async fn create(
    desk: &Arc<Desk>,
    caller: &Actor,
    form: &ConsultationForm,
) -> Result<ConsultationId> {
    let (draft, kept) = form::read(desk, caller, form)?;
    let id = request_id(desk, &form.request_id)?;
    let (patient, seen) = patient_of(desk, caller, form, &draft, &id, true).await?;
    let request = Request { seen, kept, reason: form::reason(form), ..Request::of(patient) };
    create_once(desk, caller, &id, &request).await
}

/// What to create.
pub(super) struct Request {
    pub(super) patient: PatientRef,
    /// What was seen of the patients on record when it was decided who the patient is.
    pub(super) seen: Option<Seen>,
    /// What the staff member confirmed although it looks wrong.
    pub(super) kept: Kept,
    pub(super) follow_up: Option<FollowUp>,
    /// The reason of a plain consultation.
    pub(super) reason: Option<String>,
}

impl Request {
    /// A request for a patient, and for nothing more.
    pub(super) fn of(patient: PatientRef) -> Self {
        Self { patient, seen: None, kept: Kept::new(), follow_up: None, reason: None }
    }
}

/// Creates what a request asks for, once for its id.
pub(super) async fn create_once(
    desk: &Arc<Desk>,
    caller: &Actor,
    request_id: &str,
    request: &Request,
) -> Result<ConsultationId> {
    desk.empego_of(&caller.site)?;
    loop {
        let settled = match settle(desk, caller, request_id, request).await? {
            Outcome::Created(id) => return Ok(id),
            Outcome::Repeated(consultation) => *consultation,
            Outcome::Outdated => continue,
        };
        if is_given_up(&settled) {
            // It was cancelled since its id was read.
            continue;
        }
        if settled.state.delivery(desk.now()) != Delivery::CreateFailed {
            return Ok(settled.id);
        }
        if let Some(id) = retry_as(desk, caller, &settled.id, Some(request)).await? {
            return Ok(id);
        }
    }
}

/// Makes the call of a request, or finds the record of an earlier one for this patient, settled.
async fn settle(
    desk: &Arc<Desk>,
    caller: &Actor,
    request_id: &str,
    request: &Request,
) -> Result<Outcome> {
    let patient = &request.patient;
    let (id, _) = live_request(desk, caller, request_id).await?;
    let mut outcome = submit(desk, caller, request, id.clone()).await?;
    if let Outcome::Repeated(first) = outcome {
        let settled = wait_until_settled(desk, *first).await?;
        if settled.state.creation != Creation::Done || matches!(patient, PatientRef::SameAs(_)) {
            return Ok(Outcome::Repeated(Box::new(settled)));
        }
        let replaces = request.seen.as_ref().is_some_and(|seen| seen.replaces);
        let other = id_for_other_patient(&id.0, patient);
        // Before the names are compared: that request may have given the first one's patient these
        // very names, and a correction or a merge other ones.
        outcome = match live_request(desk, caller, &other.0).await? {
            (_, Some(found)) => Outcome::Repeated(Box::new(found)),
            (other, None) if is_other_patient(patient, replaces, &settled.patient) => {
                submit(desk, caller, request, other).await?
            }
            _ => return Ok(Outcome::Repeated(Box::new(settled))),
        };
    }
    Ok(match outcome {
        Outcome::Repeated(found) => {
            Outcome::Repeated(Box::new(wait_until_settled(desk, *found).await?))
        }
        other => other,
    })
}

/// Records a request and calls Empego.
async fn submit(
    desk: &Arc<Desk>,
    caller: &Actor,
    request: &Request,
    request_id: RequestId,
) -> Result<Outcome> {
    let id = ConsultationId(desk.ambient.id());
    let site = caller.site.clone();
    let kind = request.follow_up.as_ref().map(|_| "follow-up".to_owned());
    let kept = request.kept.iter().map(|what| format!("kept={what}"));
    let about = About::detail(kind.into_iter().chain(kept).collect::<Vec<_>>().join(" "));
    let begin = NewConsultation {
        id: id.clone(),
        site: site.id.clone(),
        sent: Some(id_for_other_patient(&request_id.0, &request.patient)),
        request_id,
        patient: request.patient.clone(),
        follow_up: request.follow_up.clone(),
        reason: request.reason.clone(),
        at: desk.now(),
        staff: caller.staff.id.clone(),
        entry: attempt(caller, 1, desk.now()),
        seen: request.seen.clone(),
        log: vec![desk.row(
            caller,
            Action::Created,
            About { consultation: Some(id.clone()), ..about },
        )],
    };
    run_detached(desk, id, move |desk| async move {
        match desk.store.begin(&begin).await? {
            Begun::New(consultation) => {
                call::create(&desk, &site, consultation).await.map(Outcome::Created)
            }
            Begun::Repeated(consultation) => Ok(Outcome::Repeated(Box::new(consultation))),
            Begun::Unseen(unseen) => Err(unseen.into()),
        }
    })
    .await
}

fn attempt(caller: &Actor, number: usize, at: i64) -> Entry {
    Entry {
        source: Source::Staff,
        source_event_id: format!("create:{number}"),
        at,
        event: Event::CreateRequested,
        actor: Some(caller.staff.name.clone()),
    }
}

/// Runs the work as a task of its own. The server drops the request of a browser that disconnects,
/// as a double click does with the first one: that must not happen between record and call.
async fn run_detached<F>(
    desk: &Arc<Desk>,
    id: ConsultationId,
    work: impl FnOnce(Arc<Desk>) -> F,
) -> Result<Outcome>
where
    F: Future<Output = Result<Outcome>> + Send + 'static,
{
    match desk.tasks.spawn(in_request(work(Arc::clone(desk)))).await {
        Ok(result) => result,
        Err(_) => Err(DeskError::OutcomeUnknown(id)),
    }
}

/// Waits while the create call of a record is running.
async fn wait_until_settled(desk: &Desk, first: Consultation) -> Result<Consultation> {
    let mut changes = desk.store.changed();
    let (site, id) = (first.site.clone(), first.id.clone());
    let mut current = first;
    let wait = async {
        loop {
            current = desk.store.consultation(&site, &id).await?.ok_or(DeskError::NotFound)?;
            if current.state.delivery(desk.now()) != Delivery::Creating {
                return Ok(());
            }
            if changes.changed().await.is_err() {
                return Ok(());
            }
        }
    };
    match tokio::time::timeout(WAIT, wait).await {
        Ok(Err(error)) => Err(error),
        Ok(Ok(())) | Err(_) => Ok(current),
    }
}

impl Desk {
    /// The history entry and the record of a new link of this generation.
    pub(super) fn new_link(
        &self,
        site: &Site,
        consultation: &Consultation,
        generation: u32,
    ) -> (Entry, NewLink) {
        let token = self.secrets.link_token(&consultation.id, generation);
        let expires_at = self.link_end(site, consultation);
        let entry = self.entry(
            Source::Desk,
            format!("link:{generation}"),
            Event::LinkIssued { generation, expires_at },
        );
        (entry, NewLink { generation, token_hash: sha256(&token) })
    }
}
