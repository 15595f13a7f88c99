//! The rules of one consultation's link: its expiry, and the check of the date of birth.

use super::audit::About;
use super::links::with_link;
use super::{Actor, Desk, DeskError, Result};
use crate::model::audit::Action;
use crate::model::consultation::Consultation;
use crate::model::ids::ConsultationId;
use crate::model::lifecycle::{Delivery, Event};
use crate::model::timeline::{Entry, Source};
use crate::store::Addition;

/// How often a change is repeated when a concurrent one took its number.
const MAX_REPEATS: usize = 8;

/// Extends the link by the site's link lifetime from now, or for a follow-up from the end of its
/// day, if that is later; also when it had expired. A link that works longer already is left alone.
/// At a site without a link lifetime the link gets no expiry.
///
/// # Errors
/// [`DeskError::NotFound`] when there is no such consultation or it has no link,
/// [`DeskError::Gone`] when the link was revoked or its consultation is answered,
/// [`DeskError::TooMany`] when others change it all the time.
pub async fn extend(desk: &Desk, caller: &Actor, id: &ConsultationId) -> Result<()> {
    let wanted = |consultation: &Consultation| {
        let ends = desk.link_end(&caller.site, consultation);
        match (consultation.state.expires_at(), ends) {
            (None, _) => None,
            (Some(current), Some(ends)) if ends <= current => None,
            (Some(_), ends) => Some(expiry(consultation, ends)),
        }
    };
    change(desk, caller, id, "expiry=extended", wanted).await
}

/// Removes the expiry, also when the link had expired.
///
/// # Errors
/// As [`extend`].
pub async fn remove_expiry(desk: &Desk, caller: &Actor, id: &ConsultationId) -> Result<()> {
    let wanted = |consultation: &Consultation| {
        consultation.state.expires_at().map(|_| expiry(consultation, None))
    };
    change(desk, caller, id, "expiry=removed", wanted).await
}

/// Sets whether the patient enters the date of birth before starting.
///
/// # Errors
/// As [`extend`].
pub async fn set_gate(desk: &Desk, caller: &Actor, id: &ConsultationId, on: bool) -> Result<()> {
    let wanted = |consultation: &Consultation| {
        let gate = consultation.state.gate;
        let change = gate.change.saturating_add(1);
        (gate.is_on() != on).then(|| (format!("gate:{change}"), Event::GateSet { on, change }))
    };
    change(desk, caller, id, if on { "gate=on" } else { "gate=off" }, wanted).await
}

/// Lifts the lockout after wrong dates of birth. A new link alone does not.
///
/// # Errors
/// As [`extend`].
pub async fn unlock(desk: &Desk, caller: &Actor, id: &ConsultationId) -> Result<()> {
    let wanted = |consultation: &Consultation| {
        let gate = consultation.state.gate;
        let generation = gate.generation() + 1;
        let event = Event::GateUnlocked { generation };
        gate.is_locked().then(|| (format!("unlock:{generation}"), event))
    };
    change(desk, caller, id, "unlocked", wanted).await
}

/// The next change of a link's expiry, with its id.
fn expiry(consultation: &Consultation, expires_at: Option<i64>) -> (String, Event) {
    let generation = consultation.state.link.0;
    let change = consultation.state.link_change.saturating_add(1);
    let event = Event::ExpirySet { generation, expires_at, change };
    (format!("expiry:{generation}:{change}"), event)
}

/// The consultation, if its link works or has only expired.
async fn changeable(desk: &Desk, caller: &Actor, id: &ConsultationId) -> Result<Consultation> {
    let consultation = with_link(desk, caller, id).await?;
    let delivery = consultation.state.delivery(desk.now());
    if delivery.is_open() || delivery == Delivery::Expired {
        Ok(consultation)
    } else {
        Err(DeskError::Gone)
    }
}

/// Adds what `wanted` says of the consultation, or nothing where it says that all is as it should
/// be. Every change takes the next number in the history: where a concurrent one took it, the
/// change is made again after that one, so that what was acknowledged holds.
async fn change(
    desk: &Desk,
    caller: &Actor,
    id: &ConsultationId,
    detail: &str,
    wanted: impl Fn(&Consultation) -> Option<(String, Event)>,
) -> Result<()> {
    for _ in 0..MAX_REPEATS {
        let consultation = changeable(desk, caller, id).await?;
        let Some((event_id, event)) = wanted(&consultation) else { return Ok(()) };
        let about = About::consultation(&consultation).with(detail);
        let entry = Entry {
            actor: Some(caller.staff.name.clone()),
            ..desk.entry(Source::Staff, event_id, event)
        };
        let addition = Addition {
            entries: vec![entry],
            log_if_new: vec![desk.row(caller, Action::LinkChanged, about)],
            ..Addition::default()
        };
        if desk.add(&caller.site.id, id, addition).await?.fresh > 0 {
            return Ok(());
        }
    }
    Err(DeskError::TooMany { seconds: 1 })
}
