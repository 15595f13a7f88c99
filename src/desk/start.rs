//! The patient presses Start.

use super::{Desk, DeskError, Result, gate, visit};
use crate::model::audit::Action;
use crate::model::client::Client;
use crate::model::lifecycle::Event;
use crate::model::timeline::Source;
use crate::model::visit::{Started, VisitState};
use crate::store::Addition;

/// What pressing Start leads to.
#[derive(Debug)]
pub enum Start {
    /// The questionnaire, for this one mount.
    Questionnaire(Started),
    /// It is answered already: there is nothing to start.
    Answered,
}

/// Mints a presigned URL, just now, for one mount of the questionnaire. Every reload, second tab or
/// second device gets one of its own: they work once (`empego-api.md` §4). `date_of_birth` is what
/// was entered, where it is asked for.
///
/// # Errors
/// [`DeskError::Invalid`] and [`DeskError::Locked`] for the date of birth; [`DeskError::NotFound`],
/// [`DeskError::Gone`] for a link that is over, or Empego's refusal (nothing changed).
pub async fn start(
    desk: &Desk,
    client: &Client,
    token: &str,
    date_of_birth: &str,
) -> Result<Start> {
    let visit = visit::look(desk, token).await?;
    match visit.state {
        VisitState::Open => {}
        VisitState::Reported | VisitState::Confirmed => return Ok(Start::Answered),
        VisitState::Expired | VisitState::Revoked => return Err(DeskError::Gone),
    }
    let key = visit.consultation.empego_key.as_ref().ok_or(DeskError::NotFound)?;
    gate::pass(desk, client, &visit, date_of_birth).await?;
    let url = desk.empego_of(&visit.site)?.answer_url(visit.consultation.kind(), key).await?;
    let entry = desk.entry(Source::Browser, desk.ambient.id(), Event::Started);
    let log = vec![visit.log(desk, client, Action::FrameOpened)];
    desk.add(
        &visit.site.id,
        &visit.consultation.id,
        Addition { entries: vec![entry], log, ..Addition::default() },
    )
    .await?;
    Ok(Start::Questionnaire(Started { url: url.expose().to_owned(), key: key.0.clone() }))
}
