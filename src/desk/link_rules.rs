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

/// Extends the link by the site's link lifetime from now, or for a follow-up from the end of its
/// day, if that is later; also when it had expired. A link that works longer already is left alone.
/// At a site without a link lifetime the link gets no expiry.
///
/// # Errors
/// [`DeskError::NotFound`] when there is no such consultation or it has no link,
/// [`DeskError::Gone`] when the link was revoked or its consultation is answered.
pub async fn extend(desk: &Desk, caller: &Actor, id: &ConsultationId) -> Result<()> {
    let consultation = changeable(desk, caller, id).await?;
    let ends = desk.link_end(&caller.site, &consultation);
    match (consultation.state.expires_at(), ends) {
        (None, _) => Ok(()),
        (Some(current), Some(ends)) if ends <= current => Ok(()),
        (Some(_), ends) => set_expiry(desk, caller, &consultation, ends, "expiry=extended").await,
    }
}

/// Removes the expiry, also when the link had expired.
///
/// # Errors
/// As [`extend`].
pub async fn remove_expiry(desk: &Desk, caller: &Actor, id: &ConsultationId) -> Result<()> {
    let consultation = changeable(desk, caller, id).await?;
    if consultation.state.expires_at().is_none() {
        return Ok(());
    }
    set_expiry(desk, caller, &consultation, None, "expiry=removed").await
}

/// Sets whether the patient enters the date of birth before starting.
///
/// # Errors
/// As [`extend`].
pub async fn set_gate(desk: &Desk, caller: &Actor, id: &ConsultationId, on: bool) -> Result<()> {
    let consultation = changeable(desk, caller, id).await?;
    if consultation.state.gate.is_on() == on {
        return Ok(());
    }
    let detail = if on { "gate=on" } else { "gate=off" };
    change(
        desk,
        caller,
        &consultation,
        format!("gate:{}", desk.ambient.id()),
        Event::GateSet { on },
        detail,
    )
    .await
}

/// Lifts the lockout after wrong dates of birth. A new link alone does not.
///
/// # Errors
/// As [`extend`].
pub async fn unlock(desk: &Desk, caller: &Actor, id: &ConsultationId) -> Result<()> {
    let consultation = changeable(desk, caller, id).await?;
    if !consultation.state.gate.is_locked() {
        return Ok(());
    }
    let generation = consultation.state.gate.generation() + 1;
    change(
        desk,
        caller,
        &consultation,
        format!("unlock:{generation}"),
        Event::GateUnlocked { generation },
        "unlocked",
    )
    .await
}

async fn set_expiry(
    desk: &Desk,
    caller: &Actor,
    consultation: &Consultation,
    expires_at: Option<i64>,
    detail: &str,
) -> Result<()> {
    let generation = consultation.state.link.0;
    change(
        desk,
        caller,
        consultation,
        format!("expiry:{}", desk.ambient.id()),
        Event::ExpirySet { generation, expires_at },
        detail,
    )
    .await
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

async fn change(
    desk: &Desk,
    caller: &Actor,
    consultation: &Consultation,
    event_id: String,
    event: Event,
    detail: &str,
) -> Result<()> {
    let entry = Entry {
        actor: Some(caller.staff.name.clone()),
        ..desk.entry(Source::Staff, event_id, event)
    };
    let log =
        vec![desk.row(caller, Action::LinkChanged, About::consultation(consultation).with(detail))];
    desk.add(
        &caller.site.id,
        &consultation.id,
        Addition { entries: vec![entry], log, ..Addition::default() },
    )
    .await?;
    Ok(())
}
