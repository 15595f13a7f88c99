//! Creates a consultation at Empego. One press is one consultation, whatever happens on the way.

use super::audit::About;
use super::form::NewConsultation;
use super::{Actor, Desk, DeskError, Result};
use crate::empego::EmpegoError;
use crate::model::audit::Action;
use crate::model::consultation::Consultation;
use crate::model::ids::{ConsultationId, RequestId};
use crate::model::lifecycle::{Delivery, Event};
use crate::model::site::Site;
use crate::model::timeline::{Entry, Source};
use crate::store::{Addition, Begin, Begun, NewLink};
use std::sync::Arc;
use std::time::Duration;

/// How long a second press waits for the first one to end, before it shows the record as it stands.
const WAIT: Duration = Duration::from_secs(20);
/// The longest request id that is taken, in bytes.
const REQUEST_ID_LENGTH: usize = 64;

/// Creates a consultation for a new or known patient and issues its link. The record is written before Empego is asked,
/// so nothing that was typed is lost, whatever becomes of the call.
///
/// The same request id again finds the first press: it waits for it, tries again if nothing was created, and never
/// creates a second time while the outcome of the first is unknown.
///
/// # Errors
/// [`DeskError::Invalid`] (nothing was kept), [`DeskError::Empego`] (nothing was created),
/// [`DeskError::OutcomeUnknown`] (the record is kept), or a failing store.
pub async fn create(desk: &Arc<Desk>, who: &Actor, form: &NewConsultation) -> Result<ConsultationId> {
    let draft = form.read(desk, &who.site).await?;
    desk.empego_of(&who.site)?;
    let request_id = match form.request_id.as_str() {
        "" => desk.ambient.id(),
        id if id.len() > REQUEST_ID_LENGTH => return Err(DeskError::Invalid(Vec::new())),
        id => id.to_owned(),
    };
    let id = ConsultationId(desk.ambient.id());
    let begin = Begin {
        site: who.site.id.clone(),
        request_id: RequestId(request_id),
        patient: draft.clone(),
        at: desk.now(),
        staff: who.staff.id.clone(),
        entry: attempt(desk, who, 1),
        log: vec![desk.record_of(who, Action::Created, About { consultation: Some(id.clone()), ..About::default() })],
        id,
    };
    match desk.store.begin(&begin).await? {
        Begun::New(consultation) => {
            desk.live.publish(&who.site.id, &consultation.id);
            place(desk, &who.site, consultation).await
        }
        Begun::Seen(consultation) => {
            let settled = wait_until_settled(desk, consultation).await?;
            if settled.state.delivery(desk.now()) != Delivery::CreateFailed {
                return Ok(settled.id);
            }
            desk.store.amend_patient(&who.site.id, &settled.id, &draft).await?;
            try_again(desk, who, &settled.id).await
        }
    }
}

/// Makes another create call for a consultation that was not created, or of which nobody knows. Only ever on a person's
/// word: Empego documents no idempotency key (`empego-api.md` §8).
///
/// # Errors
/// As [`create`]; [`DeskError::UnderWay`] when somebody else is doing it right now.
pub async fn try_again(desk: &Arc<Desk>, who: &Actor, id: &ConsultationId) -> Result<ConsultationId> {
    let tries = desk.store.timeline(&who.site.id, id).await?.iter().filter(|entry| entry.event == Event::CreateRequested).count();
    let consultation = desk.store.consultation(&who.site.id, id).await?.ok_or(DeskError::NotFound)?;
    if !matches!(consultation.state.delivery(desk.now()), Delivery::CreateFailed | Delivery::OutcomeUnknown) {
        return Ok(consultation.id);
    }
    desk.empego_of(&who.site)?;
    // Two people may press at once: the row of one try can be added once.
    let mut entries = vec![attempt(desk, who, tries + 1)];
    if consultation.state.delivery(desk.now()) == Delivery::OutcomeUnknown {
        // The try before never ended: whatever becomes of this one, that one stays unknown.
        entries.push(desk.entry(Source::Desk, format!("unknown:{tries}"), Event::CreateUnknown));
    }
    let expected = entries.len();
    let log = vec![desk.record_of(who, Action::Retried, About::consultation(&consultation))];
    let added = desk.add(&who.site.id, id, Addition { entries, log, ..Addition::default() }).await?;
    if added.fresh < expected {
        return Err(DeskError::UnderWay);
    }
    place(desk, &who.site, added.consultation).await
}

fn attempt(desk: &Desk, who: &Actor, number: usize) -> Entry {
    Entry { actor: Some(who.staff.name.clone()), ..desk.entry(Source::Staff, format!("create:{number}"), Event::CreateRequested) }
}

/// Asks Empego, and records what came of it. Runs as a task of its own: a browser that goes away does not stop it.
async fn place(desk: &Arc<Desk>, site: &Site, consultation: Consultation) -> Result<ConsultationId> {
    let (desk_of_task, site) = (Arc::clone(desk), site.clone());
    let id = consultation.id.clone();
    let task = desk.tasks.spawn(async move { ask(&desk_of_task, &site, consultation).await });
    match task.await {
        Ok(result) => result,
        Err(_) => Err(DeskError::OutcomeUnknown(id)),
    }
}

async fn ask(desk: &Desk, site: &Site, consultation: Consultation) -> Result<ConsultationId> {
    let id = consultation.id.clone();
    let answer = match desk.empego_of(site) {
        Ok(empego) => empego.create_consultation(&consultation.patient, &id.0).await,
        Err(_) => Err(EmpegoError::RefusedKey),
    };
    match answer {
        Ok(created) => {
            let mut entries = vec![desk.entry(Source::Empego, "created", Event::Created)];
            if let Some(status) = created.status {
                entries.push(desk.entry(Source::Empego, "created:status", Event::Status { status }));
            }
            let (issued, link) = desk.new_link(site, &id, 1);
            entries.push(issued);
            entries.extend(desk.gate_of(site, &consultation.state));
            desk.add(&site.id, &id, Addition { entries, empego_key: Some(created.key), link: Some(link), ..Addition::default() }).await?;
            Ok(id)
        }
        Err(error) if error.nothing_was_created() => {
            let event = Event::CreateFailed { reason: error.kind().to_owned() };
            desk.add(&site.id, &id, Addition { entries: vec![desk.entry(Source::Desk, desk.ambient.id(), event)], ..Addition::default() }).await?;
            Err(error.into())
        }
        Err(_) => {
            let entry = desk.entry(Source::Desk, desk.ambient.id(), Event::CreateUnknown);
            desk.add(&site.id, &id, Addition { entries: vec![entry], ..Addition::default() }).await?;
            Err(DeskError::OutcomeUnknown(id))
        }
    }
}

/// Waits while the first press's call is on its way.
async fn wait_until_settled(desk: &Desk, first: Consultation) -> Result<Consultation> {
    let mut changes = desk.live.subscribe();
    let id = first.id.clone();
    let mut current = first.clone();
    let wait = async {
        loop {
            current = desk.store.consultation(&first.site, &id).await?.ok_or(DeskError::NotFound)?;
            if current.state.delivery(desk.now()) != Delivery::Creating {
                return Ok(());
            }
            // Any change, or a listener that fell behind: look again.
            if changes.recv().await == Err(tokio::sync::broadcast::error::RecvError::Closed) {
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
    /// The history row and the record of a new link of this generation.
    pub(super) fn new_link(&self, site: &Site, id: &ConsultationId, generation: u32) -> (Entry, NewLink) {
        let token = self.secrets.link_token(id, generation);
        let expires_at = site.rules.ttl_ms.map(|ttl| self.now().saturating_add(ttl));
        let entry = self.entry(Source::Desk, format!("link:{generation}"), Event::LinkIssued { generation, expires_at });
        (entry, NewLink { generation, token_hash: crate::secrets::sha256(&token) })
    }
}
