//! Cancels consultations and follow-ups, and takes that back. Empego is told where the profile has
//! an operation for it: no document names one (`docs/empego.md` §10).

use super::audit::About;
use super::form::error;
use super::tell::{self, Change};
use super::{Actor, Desk, DeskError, Result};
use crate::error::FieldProblem;
use crate::model::audit::Action;
use crate::model::cancel::{CancelReason, NOTE_LENGTH};
use crate::model::consultation::Consultation;
use crate::model::forms::CancelForm;
use crate::model::ids::ConsultationId;
use crate::model::lifecycle::{Creation, Delivery, Event};
use crate::model::role::Permission;
use crate::model::text;
use crate::model::timeline::{Entry, Source};
use crate::store::Addition;

/// How long a cancellation can be taken back, in milliseconds: a day. Nothing has left the desk by
/// it; only the link does not work meanwhile.
pub const UNDO_MS: i64 = 86_400_000;

/// Whether it can be cancelled: not once it was answered, and not while Empego may or may not have
/// it, as an answer to it could still arrive.
#[must_use]
pub fn is_possible(delivery: Delivery) -> bool {
    !delivery.is_answered()
        && !delivery.lacks_key()
        && !matches!(delivery, Delivery::Creating | Delivery::Cancelled)
}

/// Whether it is known that Empego created nothing: there is no link, and nothing to do there.
#[must_use]
pub fn is_uncreated(consultation: &Consultation) -> bool {
    consultation.state.creation == Creation::Failed
}

/// The permission to cancel it, and to take that back.
#[must_use]
pub fn permission(consultation: &Consultation) -> Permission {
    match consultation.follow_up {
        Some(_) => Permission::PlanFollowUps,
        None => Permission::Consult,
    }
}

/// The newest cancellation of a history that was not taken back.
#[must_use]
pub fn newest<'a>(consultation: &Consultation, entries: &'a [Entry]) -> Option<&'a Entry> {
    let wanted = consultation.state.cancellation.max(1);
    let is_it = |entry: &&Entry| match &entry.event {
        Event::Cancelled { change, .. } => *change == wanted,
        _ => false,
    };
    entries.iter().find(is_it).filter(|_| consultation.state.is_cancelled())
}

/// Until when that cancellation can be taken back, in milliseconds (UTC); `None` = it cannot.
#[must_use]
pub fn undo_until(desk: &Desk, consultation: &Consultation, entries: &[Entry]) -> Option<i64> {
    let until = newest(consultation, entries)?.at.saturating_add(UNDO_MS);
    let barred = consultation.state.delivery(desk.now()).is_answered()
        || consultation.state.is_cancelled_at_empego()
        || !tell::allows_undo(desk, consultation, entries);
    (!barred && desk.now() < until).then_some(until)
}

/// Cancels a consultation, or (`follow_up`) a follow-up: its link stops working, and it leaves the
/// lists of what is open. Repeating it changes nothing.
///
/// # Errors
/// [`DeskError::NotFound`] when the site has none of that kind; [`DeskError::Invalid`] for the
/// form, and where it cannot be cancelled ([`is_possible`]).
pub async fn cancel(
    desk: &Desk,
    caller: &Actor,
    id: &ConsultationId,
    follow_up: bool,
    form: &CancelForm,
) -> Result<()> {
    loop {
        let found = desk
            .store
            .consultation(&caller.site.id, id)
            .await?
            .filter(|found| found.follow_up.is_some() == follow_up)
            .ok_or(DeskError::NotFound)?;
        let delivery = found.state.delivery(desk.now());
        if delivery == Delivery::Cancelled {
            return Ok(());
        }
        if !is_possible(delivery) {
            return Err(DeskError::field("main", FieldProblem::NotCancellable));
        }
        let (reason, note) = read(form)?;
        let addition = addition(desk, caller, &found, reason, note);
        if desk.add_if_still(&caller.site.id, &found, addition).await?.is_some() {
            tell::tell(desk, &caller.site, &[found.id], Change::Cancelled(reason)).await;
            return Ok(());
        }
    }
}

/// Takes the newest cancellation back: the same link works again.
///
/// # Errors
/// [`DeskError::NotFound`] when there is no such consultation; [`DeskError::Forbidden`] for a
/// follow-up to a caller who plans none; [`DeskError::Invalid`] when it is too long ago, or when
/// Empego has cancelled it too, or may have.
pub async fn undo(desk: &Desk, caller: &Actor, id: &ConsultationId) -> Result<()> {
    let site = &caller.site.id;
    loop {
        let found = desk.store.consultation(site, id).await?.ok_or(DeskError::NotFound)?;
        if !caller.roles.allow(permission(&found)) {
            return Err(DeskError::Forbidden);
        }
        if !found.state.is_cancelled() {
            return Ok(());
        }
        let entries = desk.store.timeline(site, id).await?;
        if undo_until(desk, &found, &entries).is_none() {
            return Err(DeskError::field("main", FieldProblem::NotUndoable));
        }
        let change = found.state.cancellation.max(1);
        let entry = ("cancel-undo", change, Event::CancelUndone { change });
        let addition = numbered(desk, caller, &found, entry, (Action::CancelUndone, String::new()));
        if desk.add_if_still(site, &found, addition).await?.is_some() {
            return Ok(());
        }
    }
}

/// What cancels a consultation. The note is in the history alone, which is removed with the
/// consultation.
pub(super) fn addition(
    desk: &Desk,
    caller: &Actor,
    found: &Consultation,
    reason: CancelReason,
    note: String,
) -> Addition {
    let change = found.state.cancellation.max(u32::from(found.state.cancelled)) + 1;
    let event = Event::Cancelled { reason: Some(reason), note, change };
    let detail = format!("reason={}", reason.slug());
    numbered(desk, caller, found, ("cancel", change, event), (Action::Cancelled, detail))
}

/// An entry (its name, its number and what happened) with its row of the log.
fn numbered(
    desk: &Desk,
    caller: &Actor,
    found: &Consultation,
    (name, change, event): (&str, u32, Event),
    (action, detail): (Action, String),
) -> Addition {
    // The first one has the id that versions without numbers gave it.
    let id = if change == 1 { name.to_owned() } else { format!("{name}:{change}") };
    let entry =
        Entry { actor: Some(caller.staff.name.clone()), ..desk.entry(Source::Staff, id, event) };
    // Of two presses at once only the first is logged.
    let log_if_new = vec![desk.row(caller, action, About::consultation(found).with(detail))];
    Addition { entries: vec![entry], log_if_new, ..Addition::default() }
}

pub(super) fn read(form: &CancelForm) -> Result<(CancelReason, String)> {
    let mut errors = Vec::new();
    let reason = CancelReason::parse(&form.cancel_reason);
    if reason.is_none() {
        let problem = match form.cancel_reason.as_str() {
            "" => FieldProblem::Required,
            _ => FieldProblem::BadChoice,
        };
        errors.push(error("cancel_reason", problem));
    }
    let note = text::clean(&form.cancel_note);
    if note.is_empty() && reason == Some(CancelReason::Other) {
        errors.push(error("cancel_note", FieldProblem::Required));
    }
    if note.chars().count() > NOTE_LENGTH as usize || note.chars().any(char::is_control) {
        errors.push(error("cancel_note", FieldProblem::TooLong));
    }
    match reason {
        Some(reason) if errors.is_empty() => Ok((reason, note)),
        _ => Err(DeskError::Invalid(errors)),
    }
}
