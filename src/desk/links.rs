//! The patient's link: its URL, revocation, and new links.

use super::audit::About;
use super::{Actor, Desk, DeskError, Result};
use crate::error::FieldProblem;
use crate::model::address::{self, fill};
use crate::model::audit::Action;
use crate::model::consultation::Consultation;
use crate::model::ids::{ConsultationId, SiteId};
use crate::model::lifecycle::{Delivery, Event};
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

/// How long a revocation can be taken back, in milliseconds: 10 minutes, as a slip is noticed at
/// once. Later the link may be known to the wrong person, and a new one is issued.
pub const RESTORE_MS: i64 = 600_000;

/// Until when the revocation of the newest link can be taken back, in milliseconds (UTC); `None` =
/// it cannot, or it works.
#[must_use]
pub fn restore_until(desk: &Desk, consultation: &Consultation, entries: &[Entry]) -> Option<i64> {
    let state = &consultation.state;
    let (link, number) = (state.link.0, state.revocation.max(1));
    let is_it = |entry: &&Entry| {
        matches!(&entry.event, Event::LinkRevoked { generation, change }
            if (*generation, *change) == (link, number))
    };
    let until = entries.iter().find(is_it)?.at.saturating_add(RESTORE_MS);
    let revoked = state.delivery(desk.now()) == Delivery::Revoked && state.revoked == link;
    (revoked && desk.now() < until).then_some(until)
}

/// Takes the revocation of the newest link back: the same link works again.
///
/// # Errors
/// [`DeskError::NotFound`] when there is no such consultation or it has no link;
/// [`DeskError::Invalid`] when it is too long ago.
pub async fn restore(desk: &Desk, caller: &Actor, id: &ConsultationId) -> Result<()> {
    let consultation = with_link(desk, caller, id).await?;
    let state = &consultation.state;
    if !state.is_revoked(state.link.0) {
        return Ok(());
    }
    let entries = desk.store.timeline(&caller.site.id, id).await?;
    if restore_until(desk, &consultation, &entries).is_none() {
        return Err(DeskError::field("main", FieldProblem::NotUndoable));
    }
    let (generation, change) = (state.link.0, state.revocation.max(1));
    let event = Event::LinkRestored { generation, change };
    let entry = desk.entry(Source::Staff, format!("restore:{generation}:{change}"), event);
    let entries = vec![Entry { actor: Some(caller.staff.name.clone()), ..entry }];
    let log_if_new =
        vec![desk.row(caller, Action::LinkRestored, About::consultation(&consultation))];
    desk.add(&caller.site.id, id, Addition { entries, log_if_new, ..Addition::default() }).await?;
    Ok(())
}

/// Revokes the link and all older ones. Repeating it changes nothing.
///
/// # Errors
/// [`DeskError::NotFound`] when there is no such consultation or it has no link.
pub async fn revoke(desk: &Desk, caller: &Actor, id: &ConsultationId) -> Result<()> {
    let consultation = with_link(desk, caller, id).await?;
    let entries = vec![revoked(desk, caller, &consultation)];
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
        revoked(desk, caller, &consultation),
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

/// The entry that revokes the newest link. It has the same number until that was taken back, so
/// that a repetition is no other entry.
fn revoked(desk: &Desk, caller: &Actor, consultation: &Consultation) -> Entry {
    let (state, generation) = (&consultation.state, consultation.state.link.0);
    let taken_back = if state.restored.0 == generation { state.restored.1 } else { 0 };
    let change = taken_back + 1;
    let id = match change {
        1 => format!("revoke:{generation}"),
        _ => format!("revoke:{generation}:{change}"),
    };
    let event = Event::LinkRevoked { generation, change };
    let actor = Some(caller.staff.name.clone());
    Entry { actor, ..desk.entry(Source::Staff, id, event) }
}
