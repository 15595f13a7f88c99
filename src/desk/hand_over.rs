//! The patient's link: shown again, taken back, issued anew.

use super::audit::About;
use super::{Actor, Desk, DeskError, Result};
use crate::model::audit::Action;
use crate::model::consultation::Consultation;
use crate::model::ids::{ConsultationId, SiteId};
use crate::model::lifecycle::Event;
use crate::model::timeline::{Entry, Source};
use crate::store::Addition;

/// The address of a consultation's newest link. `None` when there is none, or when the secret that
/// it was issued under is gone: then a new one has to be issued.
#[must_use]
pub fn link(desk: &Desk, consultation: &Consultation) -> Option<String> {
    let token = desk.secrets.shown_token(
        &consultation.id,
        consultation.state.link.0,
        consultation.token_hash.as_deref()?,
    )?;
    Some(format!("{}/c/{token}", desk.policy.public_url))
}

/// Takes back the link and every one before it. Doing so twice is doing so once.
///
/// # Errors
/// [`DeskError::NotFound`] when there is no such consultation or it has no link.
pub async fn revoke(desk: &Desk, who: &Actor, id: &ConsultationId) -> Result<()> {
    let consultation = with_link(desk, who, id).await?;
    let entries = vec![revoked(desk, who, consultation.state.link.0)];
    let log = vec![desk.record_of(who, Action::LinkRevoked, About::consultation(&consultation))];
    desk.add(&who.site.id, id, Addition { entries, log, ..Addition::default() }).await?;
    Ok(())
}

/// Issues a new link; the ones before it stop working.
///
/// # Errors
/// As [`revoke`].
pub async fn reissue(desk: &Desk, who: &Actor, id: &ConsultationId) -> Result<()> {
    let consultation = with_link(desk, who, id).await?;
    let generation = consultation.state.link.0;
    let (issued, link) = desk.new_link(&who.site, &consultation, generation + 1);
    let mut entries = vec![
        revoked(desk, who, generation),
        Entry { actor: Some(who.staff.name.clone()), ..issued },
    ];
    entries.extend(desk.gate_of(&who.site, &consultation.state));
    let log = vec![desk.record_of(who, Action::LinkIssued, About::consultation(&consultation))];
    desk.add(&who.site.id, id, Addition { entries, link: Some(link), log, ..Addition::default() })
        .await?;
    Ok(())
}

/// Issues the first link of a consultation that was found at Empego: its create call had no known
/// outcome.
///
/// # Errors
/// [`DeskError::NotFound`] when there is no such consultation or site, or a failing store.
pub async fn first(desk: &Desk, site: &SiteId, id: &ConsultationId) -> Result<()> {
    let site = desk.store.site(site).await?.ok_or(DeskError::NotFound)?;
    let consultation = desk.store.consultation(&site.id, id).await?.ok_or(DeskError::NotFound)?;
    if consultation.state.link.0 > 0 {
        return Ok(());
    }
    let (issued, link) = desk.new_link(&site, &consultation, 1);
    let entries = std::iter::once(issued).chain(desk.gate_of(&site, &consultation.state)).collect();
    desk.add(&site.id, id, Addition { entries, link: Some(link), ..Addition::default() }).await?;
    Ok(())
}

/// The consultation, which has a link.
pub(super) async fn with_link(
    desk: &Desk,
    who: &Actor,
    id: &ConsultationId,
) -> Result<Consultation> {
    let consultation =
        desk.store.consultation(&who.site.id, id).await?.ok_or(DeskError::NotFound)?;
    if consultation.state.link.0 == 0 { Err(DeskError::NotFound) } else { Ok(consultation) }
}

fn revoked(desk: &Desk, who: &Actor, generation: u32) -> Entry {
    let entry = desk.entry(
        Source::Staff,
        format!("revoke:{generation}"),
        Event::LinkRevoked { generation },
    );
    Entry { actor: Some(who.staff.name.clone()), ..entry }
}
