//! The patient's link: shown again, taken back, issued anew.

use super::{Desk, DeskError, Result};
use crate::model::consultation::Consultation;
use crate::model::ids::ConsultationId;
use crate::model::lifecycle::Event;
use crate::model::timeline::{Entry, Source};
use crate::store::{Addition, Staff};

/// The address of a consultation's newest link. `None` when there is none, or when the secret that it was issued under
/// is gone: then a new one has to be issued.
#[must_use]
pub fn link(desk: &Desk, consultation: &Consultation) -> Option<String> {
    let token = desk.secrets.shown_token(&consultation.id, consultation.state.link.0, consultation.token_hash.as_deref()?)?;
    Some(format!("{}/c/{token}", desk.policy.public_url))
}

/// Takes back the link and every one before it. Doing so twice is doing so once.
///
/// # Errors
/// [`DeskError::NotFound`] when there is no such consultation or it has no link.
pub async fn revoke(desk: &Desk, staff: &Staff, id: &ConsultationId) -> Result<()> {
    let generation = newest(desk, id).await?;
    let entry = revoked(desk, staff, generation);
    desk.add(id, Addition { entries: vec![entry], ..Addition::default() }).await?;
    Ok(())
}

/// Issues a new link; the ones before it stop working.
///
/// # Errors
/// As [`revoke`].
pub async fn reissue(desk: &Desk, staff: &Staff, id: &ConsultationId) -> Result<()> {
    let generation = newest(desk, id).await?;
    let (issued, link) = desk.new_link(id, generation + 1);
    let entries = vec![revoked(desk, staff, generation), Entry { actor: Some(staff.name.clone()), ..issued }];
    desk.add(id, Addition { entries, link: Some(link), empego_key: None }).await?;
    Ok(())
}

async fn newest(desk: &Desk, id: &ConsultationId) -> Result<u32> {
    let consultation = desk.store.consultation(id).await?.ok_or(DeskError::NotFound)?;
    match consultation.state.link.0 {
        0 => Err(DeskError::NotFound),
        generation => Ok(generation),
    }
}

fn revoked(desk: &Desk, staff: &Staff, generation: u32) -> Entry {
    let entry = desk.entry(Source::Staff, format!("revoke:{generation}"), Event::LinkRevoked { generation });
    Entry { actor: Some(staff.name.clone()), ..entry }
}
