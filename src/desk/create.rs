//! Creates a consultation at Empego. One press is one consultation, whatever happens on the way.

mod ask;

use super::audit::About;
use super::form;
use super::{Actor, Desk, DeskError, Result};
use crate::model::audit::Action;
use crate::model::consultation::Consultation;
use crate::model::follow_up::FollowUp;
use crate::model::forms::ConsultationForm;
use crate::model::ids::{ConsultationId, RequestId};
use crate::model::lifecycle::{Creation, Delivery, Event};
use crate::model::site::Site;
use crate::model::timeline::{Entry, Source};
use crate::store::{Addition, Begin, Begun, NewLink, PatientDraft, Whose};
use std::sync::Arc;
use std::time::Duration;

/// How long a second press waits for the first one to end, before it shows the record as it stands.
const WAIT: Duration = Duration::from_secs(20);
/// The longest request id that is taken, in bytes.
const REQUEST_ID_LENGTH: usize = 64;

/// What a press came to.
enum Press {
    /// It made this call for this record, and Empego created the consultation.
    Placed(ConsultationId),
    /// It was seen before: this is its record.
    Seen(Box<Consultation>),
}

/// Creates a consultation for a new or known patient and issues its link. The record is written
/// before Empego is asked, so nothing that was typed is lost, whatever becomes of the call.
///
/// The same request id again finds the first press: it waits for it, tries again if nothing was
/// created, and never creates a second time while the outcome of the first is unknown. A form that
/// was sent, gone back to, and sent again for somebody else is another press, though its request id
/// is the same.
///
/// # Errors
/// [`DeskError::Invalid`] (nothing was kept), [`DeskError::Empego`] (nothing was created),
/// [`DeskError::OutcomeUnknown`] (the record is kept), or a failing store.
pub async fn create(
    desk: &Arc<Desk>,
    who: &Actor,
    form: &ConsultationForm,
) -> Result<ConsultationId> {
    let draft = form::read(desk, &who.site, form).await?;
    let order = Order { whose: Whose::Typed(draft), follow_up: None };
    once(desk, who, &request_id(desk, &form.request_id)?, &order).await
}

/// What a press asks for.
pub(super) struct Order {
    /// Whose it is.
    pub(super) whose: Whose,
    /// What it is a follow-up for, if it is one.
    pub(super) follow_up: Option<FollowUp>,
}

/// The id of a press, as its form brought it; one of ours where it brought none.
pub(super) fn request_id(desk: &Desk, typed: &str) -> Result<String> {
    match typed {
        "" => Ok(desk.ambient.id()),
        id if id.len() > REQUEST_ID_LENGTH => Err(DeskError::Invalid(Vec::new())),
        id => Ok(id.to_owned()),
    }
}

/// Does what a press asks for, once.
pub(super) async fn once(
    desk: &Arc<Desk>,
    who: &Actor,
    request_id: &str,
    order: &Order,
) -> Result<ConsultationId> {
    desk.empego_of(&who.site)?;
    let mut settled = match press(desk, who, order, RequestId(request_id.to_owned())).await? {
        Press::Placed(id) => return Ok(id),
        Press::Seen(consultation) => wait_until_settled(desk, *consultation).await?,
    };
    let Whose::Typed(draft) = &order.whose else {
        return if settled.state.delivery(desk.now()) == Delivery::CreateFailed {
            try_again(desk, who, &settled.id).await
        } else {
            Ok(settled.id)
        };
    };
    if settled.state.creation == Creation::Done {
        let other = for_somebody_else(request_id, draft);
        // Looked for before the names are compared: that press may have given the first one's
        // patient these very names.
        if let Some(theirs) = desk.store.pressed(&who.site.id, &other).await? {
            settled = wait_until_settled(desk, theirs).await?;
        } else if draft.is_somebody_else(&settled.patient) {
            settled = match press(desk, who, order, other).await? {
                Press::Placed(id) => return Ok(id),
                Press::Seen(consultation) => wait_until_settled(desk, *consultation).await?,
            };
        }
    }
    if settled.state.delivery(desk.now()) != Delivery::CreateFailed {
        return Ok(settled.id);
    }
    desk.store.amend_patient(&who.site.id, &settled.id, draft).await?;
    try_again(desk, who, &settled.id).await
}

/// The id of a press that a form was sent with before, for another patient. It follows from what
/// was typed, so that a double press of it is one press too.
fn for_somebody_else(request_id: &str, draft: &PatientDraft) -> RequestId {
    let identifiers =
        draft.identifiers.iter().flat_map(|identifier| [identifier.kind.slug(), &identifier.key]);
    let typed = [
        draft.first_name.as_str(),
        &draft.last_name,
        draft.date_of_birth.as_deref().unwrap_or_default(),
    ];
    // A control character is in no name, date or identifier: no two drafts run together.
    let text = typed.into_iter().chain(identifiers).collect::<Vec<_>>().join("\0");
    let hash: String =
        crate::secrets::sha256(&text).iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    RequestId(format!("{request_id}/{hash}"))
}

/// Records a press and asks Empego.
async fn press(
    desk: &Arc<Desk>,
    who: &Actor,
    order: &Order,
    request_id: RequestId,
) -> Result<Press> {
    let id = ConsultationId(desk.ambient.id());
    let site = who.site.clone();
    let what = About::words(if order.follow_up.is_some() { "follow-up" } else { "" });
    let begin = Begin {
        id: id.clone(),
        site: site.id.clone(),
        request_id,
        patient: order.whose.clone(),
        follow_up: order.follow_up.clone(),
        at: desk.now(),
        staff: who.staff.id.clone(),
        entry: attempt(who, 1, desk.now()),
        log: vec![desk.record_of(
            who,
            Action::Created,
            About { consultation: Some(id.clone()), ..what },
        )],
    };
    to_the_end(desk, id, move |desk| async move {
        match desk.store.begin(&begin).await? {
            Begun::New(consultation) => {
                desk.live.publish(&site.id, &consultation.id);
                ask::ask(&desk, &site, consultation).await.map(Press::Placed)
            }
            Begun::Seen(consultation) => Ok(Press::Seen(Box::new(consultation))),
        }
    })
    .await
}

/// Makes another create call for a consultation that was not created, or of which nobody knows.
/// Only ever on a person's word: Empego documents no idempotency key (`empego-api.md` §8). Where
/// somebody else is doing so, waits for them.
///
/// # Errors
/// As [`create`].
pub async fn try_again(
    desk: &Arc<Desk>,
    who: &Actor,
    id: &ConsultationId,
) -> Result<ConsultationId> {
    // In this order: whoever adds a try between the two makes the number below a used one, and
    // never a second call.
    let tries = desk
        .store
        .timeline(&who.site.id, id)
        .await?
        .iter()
        .filter(|entry| entry.event == Event::CreateRequested)
        .count();
    let consultation =
        desk.store.consultation(&who.site.id, id).await?.ok_or(DeskError::NotFound)?;
    let delivery = consultation.state.delivery(desk.now());
    if delivery == Delivery::Creating {
        return Ok(wait_until_settled(desk, consultation).await?.id);
    }
    if !matches!(delivery, Delivery::CreateFailed | Delivery::OutcomeUnknown) {
        return Ok(consultation.id);
    }
    desk.empego_of(&who.site)?;
    let at = consultation.state.next_attempt_at(desk.now());
    // Two people may press at once: the row of one try can be added once.
    let mut entries = vec![attempt(who, tries + 1, at)];
    if delivery == Delivery::OutcomeUnknown {
        // The try before never ended: whatever becomes of this one, that one stays unknown. It is
        // older than this one.
        let unknown = desk.entry(Source::Desk, format!("unknown:{tries}"), Event::CreateUnknown);
        entries.push(Entry { at: at - 1, ..unknown });
    }
    let expected = entries.len();
    let log = vec![desk.record_of(who, Action::Retried, About::consultation(&consultation))];
    let addition = Addition { entries, log, ..Addition::default() };
    let site = who.site.clone();
    let again = to_the_end(desk, id.clone(), move |desk| async move {
        let added = desk.add(&site.id, &consultation.id, addition).await?;
        if added.fresh < expected {
            return Ok(Press::Seen(Box::new(added.consultation)));
        }
        ask::ask(&desk, &site, added.consultation).await.map(Press::Placed)
    });
    match again.await? {
        Press::Placed(id) => Ok(id),
        Press::Seen(consultation) => Ok(wait_until_settled(desk, *consultation).await?.id),
    }
}

fn attempt(who: &Actor, number: usize, at: i64) -> Entry {
    Entry {
        source: Source::Staff,
        source_event_id: format!("create:{number}"),
        at,
        event: Event::CreateRequested,
        actor: Some(who.staff.name.clone()),
    }
}

/// Does the work as a task of its own, from the record to the outcome. The server drops a request
/// whose browser is gone, as the second click of a double click does with the first: that must not
/// come between the record and the call.
async fn to_the_end<F>(
    desk: &Arc<Desk>,
    id: ConsultationId,
    work: impl FnOnce(Arc<Desk>) -> F,
) -> Result<Press>
where
    F: Future<Output = Result<Press>> + Send + 'static,
{
    match desk.tasks.spawn(work(Arc::clone(desk))).await {
        Ok(result) => result,
        Err(_) => Err(DeskError::OutcomeUnknown(id)),
    }
}

/// Waits while the first press's call is on its way.
async fn wait_until_settled(desk: &Desk, first: Consultation) -> Result<Consultation> {
    let mut changes = desk.live.subscribe();
    let (site, id) = (first.site.clone(), first.id.clone());
    let mut current = first;
    let wait = async {
        loop {
            current = desk.store.consultation(&site, &id).await?.ok_or(DeskError::NotFound)?;
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
        (entry, NewLink { generation, token_hash: crate::secrets::sha256(&token) })
    }
}
