//! What a patient's link leads to, what the patient's page reports, and what it may know.

use super::audit::About;
use super::{Desk, DeskError, Result};
use crate::model::audit::Action;
use crate::model::client::Client;
use crate::model::consultation::Consultation;
use crate::model::lifecycle::{Delivery, Event};
use crate::model::message::{Ignored, Message};
use crate::model::site::Site;
use crate::model::timeline::{Entry, Source};
use crate::model::visit::VisitState;
use crate::secrets::sha256;
use crate::store::{Addition, Record};

/// The longest operation or status of an unknown message that is kept, in characters.
const HEARD_LENGTH: usize = 64;
/// Who the log says it was: a link says nothing about who follows it.
const PATIENT: &str = "patient";
/// The most unknown messages that one consultation keeps: the browser is not trusted to stop.
const HEARD_MOST: usize = 20;

/// A patient's link, followed.
#[derive(Clone, Debug)]
pub struct Visit {
    /// Where it leads.
    pub consultation: Consultation,
    /// Whose patient it is.
    pub site: Site,
    /// Where that stands, seen through this very link.
    pub state: VisitState,
}

impl Visit {
    /// A row of the log about what the patient does.
    pub(super) fn log(&self, desk: &Desk, client: &Client, action: Action) -> Record {
        Record {
            site: Some(self.site.id.clone()),
            ..desk.record_of_nobody(
                PATIENT,
                client,
                action,
                About::consultation(&self.consultation),
            )
        }
    }
}

/// Follows a link without changing anything: mail scanners and previews may do so as often as they
/// like.
///
/// # Errors
/// [`DeskError::NotFound`] for a token that was never issued.
pub async fn look(desk: &Desk, token: &str) -> Result<Visit> {
    let (consultation, generation) =
        desk.store.by_link(&sha256(token)).await?.ok_or(DeskError::NotFound)?;
    let site = desk.store.site(&consultation.site).await?.ok_or(DeskError::NotFound)?;
    let superseded =
        generation < consultation.state.link.0 || generation <= consultation.state.revoked;
    let state = match consultation.state.delivery(desk.now()) {
        Delivery::AnsweredConfirmed => VisitState::Confirmed,
        Delivery::AnsweredReported => VisitState::Reported,
        Delivery::Cancelled => VisitState::Revoked,
        _ if superseded => VisitState::Revoked,
        Delivery::Expired => VisitState::Expired,
        _ => VisitState::Open,
    };
    Ok(Visit { consultation, site, state })
}

/// The patient's page came to life, or asks again: where does the consultation stand? The first
/// time counts as opened.
///
/// # Errors
/// As [`look`].
pub async fn state(desk: &Desk, client: &Client, token: &str) -> Result<VisitState> {
    let visit = look(desk, token).await?;
    if visit.state == VisitState::Open
        && visit.consultation.state.delivery(desk.now()) == Delivery::LinkReady
    {
        let entry = desk.entry(Source::Browser, "opened", Event::Opened);
        let log = vec![visit.log(desk, client, Action::LinkOpened)];
        desk.add(
            &visit.site.id,
            &visit.consultation.id,
            Addition { entries: vec![entry], log, ..Addition::default() },
        )
        .await?;
    }
    Ok(visit.state)
}

/// What became of a reported message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Report {
    /// It counts, or was known already.
    Taken(VisitState),
    /// It does not count; nothing changed.
    Ignored(Ignored),
}

/// Takes a message that the patient's browser heard from Empego's page. It is a hint: at the most
/// it sets "reported". The same message again changes nothing, and neither the end of the link nor
/// its revocation loses an answer.
///
/// # Errors
/// As [`look`].
pub async fn report(desk: &Desk, client: &Client, token: &str, json: &str) -> Result<Report> {
    let visit = look(desk, token).await?;
    let consultation = &visit.consultation;
    let key = consultation.empego_key.as_ref().ok_or(DeskError::NotFound)?;
    let message = match Message::parse_for(json, &key.0) {
        Ok(message) => message,
        Err(ignored) => return Ok(Report::Ignored(ignored)),
    };
    let Some(entry) = heard(desk, consultation, &message, Source::Browser).await? else {
        return Ok(Report::Taken(visit.state));
    };
    // The same report again is no news, and no row of the log either.
    let first = visit.state == VisitState::Open && matches!(entry.event, Event::Reported { .. });
    let log = first.then(|| visit.log(desk, client, Action::Answered)).into_iter().collect();
    desk.add(
        &visit.site.id,
        &consultation.id,
        Addition { entries: vec![entry], log, ..Addition::default() },
    )
    .await?;
    Ok(Report::Taken(look(desk, token).await?.state))
}

/// The history row of a message that a page of ours heard from Empego's: an answer reported, or
/// something else that was heard. `None` when enough of the latter is known already.
pub(super) async fn heard(
    desk: &Desk,
    consultation: &Consultation,
    message: &Message,
    source: Source,
) -> Result<Option<Entry>> {
    let (source_event_id, event) = match &message.status {
        Some(status) if message.is_completion() => {
            (format!("report:{}", status.as_str()), Event::Reported { status: status.clone() })
        }
        status => {
            let short = |text: &str| {
                text.chars().filter(|c| !c.is_control()).take(HEARD_LENGTH).collect::<String>()
            };
            let operation = short(&message.operation);
            let status = short(status.as_ref().map(|status| status.as_str()).unwrap_or_default());
            (format!("heard:{operation}:{status}"), Event::Heard { operation, status })
        }
    };
    if matches!(event, Event::Heard { .. }) {
        let heard = desk.store.timeline(&consultation.site, &consultation.id).await?;
        if heard.iter().filter(|entry| matches!(entry.event, Event::Heard { .. })).count()
            >= HEARD_MOST
        {
            return Ok(None);
        }
    }
    Ok(Some(desk.entry(source, source_event_id, event)))
}
