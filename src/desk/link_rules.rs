//! How the link of one consultation behaves: when it ends, and whether it asks for the date of
//! birth.

use super::audit::About;
use super::hand_over::with_link;
use super::{Actor, Desk, DeskError, Result};
use crate::model::audit::Action;
use crate::model::consultation::Consultation;
use crate::model::ids::ConsultationId;
use crate::model::lifecycle::{Delivery, Event};
use crate::model::timeline::{Entry, Source};
use crate::store::Addition;

/// Gives the link the site's usual time from now (of a follow-up: from the end of its day, if that
/// is to come), also when it had ended. A link that works longer than that already is left alone;
/// where the site's links do not end, this one no longer does either.
///
/// # Errors
/// [`DeskError::NotFound`] when there is no such consultation or it has no link,
/// [`DeskError::Gone`] when the link was taken back or its consultation is answered.
pub async fn extend(desk: &Desk, who: &Actor, id: &ConsultationId) -> Result<()> {
    let consultation = changeable(desk, who, id).await?;
    let ends = desk.link_end(&who.site, &consultation);
    match (consultation.state.expires_at(), ends) {
        (None, _) => Ok(()),
        (Some(current), Some(ends)) if ends <= current => Ok(()),
        (Some(_), ends) => set_expiry(desk, who, &consultation, ends, "expiry=extended").await,
    }
}

/// Takes the end of the link away, also when it had ended: it works again, and goes on working.
///
/// # Errors
/// As [`extend`].
pub async fn remove_expiry(desk: &Desk, who: &Actor, id: &ConsultationId) -> Result<()> {
    let consultation = changeable(desk, who, id).await?;
    if consultation.state.expires_at().is_none() {
        return Ok(());
    }
    set_expiry(desk, who, &consultation, None, "expiry=removed").await
}

/// Asks for the date of birth before the patient can start, or does not.
///
/// # Errors
/// As [`extend`].
pub async fn set_gate(desk: &Desk, who: &Actor, id: &ConsultationId, on: bool) -> Result<()> {
    let consultation = changeable(desk, who, id).await?;
    if consultation.state.gate.is_on() == on {
        return Ok(());
    }
    let detail = if on { "gate=on" } else { "gate=off" };
    change(
        desk,
        who,
        &consultation,
        format!("gate:{}", desk.ambient.id()),
        Event::GateSet { on },
        detail,
    )
    .await
}

/// Lets the patient try again after too many wrong dates of birth. A new link alone does not.
///
/// # Errors
/// As [`extend`].
pub async fn unlock(desk: &Desk, who: &Actor, id: &ConsultationId) -> Result<()> {
    let consultation = changeable(desk, who, id).await?;
    if !consultation.state.gate.is_locked() {
        return Ok(());
    }
    let generation = consultation.state.gate.generation() + 1;
    change(
        desk,
        who,
        &consultation,
        format!("unlock:{generation}"),
        Event::GateUnlocked { generation },
        "unlocked",
    )
    .await
}

async fn set_expiry(
    desk: &Desk,
    who: &Actor,
    consultation: &Consultation,
    expires_at: Option<i64>,
    detail: &str,
) -> Result<()> {
    let generation = consultation.state.link.0;
    change(
        desk,
        who,
        consultation,
        format!("expiry:{}", desk.ambient.id()),
        Event::ExpirySet { generation, expires_at },
        detail,
    )
    .await
}

/// The consultation, whose link works or has only run out of time.
async fn changeable(desk: &Desk, who: &Actor, id: &ConsultationId) -> Result<Consultation> {
    let consultation = with_link(desk, who, id).await?;
    let delivery = consultation.state.delivery(desk.now());
    if delivery.is_open() || delivery == Delivery::Expired {
        Ok(consultation)
    } else {
        Err(DeskError::Gone)
    }
}

async fn change(
    desk: &Desk,
    who: &Actor,
    consultation: &Consultation,
    event_id: String,
    event: Event,
    detail: &str,
) -> Result<()> {
    let entry =
        Entry { actor: Some(who.staff.name.clone()), ..desk.entry(Source::Staff, event_id, event) };
    let log = vec![desk.record_of(
        who,
        Action::LinkChanged,
        About::consultation(consultation).with(detail),
    )];
    desk.add(
        &who.site.id,
        &consultation.id,
        Addition { entries: vec![entry], log, ..Addition::default() },
    )
    .await?;
    Ok(())
}
