//! The patient's link: its URL, revocation, and new links.

use super::audit::About;
use super::{Actor, Desk, DeskError, Result};
use crate::model::address::{self, fill};
use crate::model::audit::Action;
use crate::model::consultation::Consultation;
use crate::model::ids::{ConsultationId, SiteId};
use crate::model::lifecycle::Event;
use crate::model::timeline::{Entry, Source};
use crate::store::Addition;

/// The URL of a consultation's newest link. `None` when there is none, or when the secret that its
/// token was derived from is gone: then a new link has to be issued.
#[must_use]
pub fn url(desk: &Desk, consultation: &Consultation) -> Option<String> {
    let token = desk.secrets.derive_issued_token(
        &consultation.id,
        consultation.state.link.0,
        consultation.token_hash.as_deref()?,
    )?;
    Some(format!("{}{}", desk.policy.public_url, fill(address::VISIT, &[&token])))
}

/// Revokes the link and all older ones. Repeating it changes nothing.
///
/// # Errors
/// [`DeskError::NotFound`] when there is no such consultation or it has no link.
pub async fn revoke(desk: &Desk, caller: &Actor, id: &ConsultationId) -> Result<()> {
    let consultation = with_link(desk, caller, id).await?;
    let entries = vec![revoked(desk, caller, consultation.state.link.0)];
    let log = vec![desk.row(caller, Action::LinkRevoked, About::consultation(&consultation))];
    desk.add(&caller.site.id, id, Addition { entries, log, ..Addition::default() }).await?;
    Ok(())
}

/// Issues a new link; older ones stop working.
///
/// # Errors
/// As [`revoke`].
pub async fn reissue(desk: &Desk, caller: &Actor, id: &ConsultationId) -> Result<()> {
    let consultation = with_link(desk, caller, id).await?;
    let generation = consultation.state.link.0;
    let (issued, link) = desk.new_link(&caller.site, &consultation, generation + 1);
    let mut entries = vec![
        revoked(desk, caller, generation),
        Entry { actor: Some(caller.staff.name.clone()), ..issued },
    ];
    entries.extend(desk.gate_entry(&caller.site, &consultation.state));
    let log = vec![desk.row(caller, Action::LinkIssued, About::consultation(&consultation))];
    let addition = Addition { entries, link: Some(link), log, ..Addition::default() };
    desk.add(&caller.site.id, id, addition).await?;
    Ok(())
}

/// Issues the first link of a consultation whose create call had no known outcome, and that was
/// found at Empego later.
///
/// # Errors
/// [`DeskError::NotFound`] when there is no such consultation or site; a store error.
pub async fn issue_first(desk: &Desk, site: &SiteId, id: &ConsultationId) -> Result<()> {
    let site = desk.store.site(site).await?.ok_or(DeskError::NotFound)?;
    let consultation = desk.store.consultation(&site.id, id).await?.ok_or(DeskError::NotFound)?;
    if consultation.state.link.0 > 0 {
        return Ok(());
    }
    let (issued, link) = desk.new_link(&site, &consultation, 1);
    let gate = desk.gate_entry(&site, &consultation.state);
    let entries = std::iter::once(issued).chain(gate).collect();
    desk.add(&site.id, id, Addition { entries, link: Some(link), ..Addition::default() }).await?;
    Ok(())
}

/// A consultation that has a link.
pub(super) async fn with_link(
    desk: &Desk,
    caller: &Actor,
    id: &ConsultationId,
) -> Result<Consultation> {
    let consultation =
        desk.store.consultation(&caller.site.id, id).await?.ok_or(DeskError::NotFound)?;
    if consultation.state.link.0 == 0 { Err(DeskError::NotFound) } else { Ok(consultation) }
}

fn revoked(desk: &Desk, caller: &Actor, generation: u32) -> Entry {
    let entry = desk.entry(
        Source::Staff,
        format!("revoke:{generation}"),
        Event::LinkRevoked { generation },
    );
    Entry { actor: Some(caller.staff.name.clone()), ..entry }
}
