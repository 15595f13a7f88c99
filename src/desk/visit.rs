//! The patient's side of a consultation: the link, the reports of the page, the state it may know.

use super::audit::About;
use super::{Desk, DeskError, Result};
use crate::model::audit::Action;
use crate::model::client::Client;
use crate::model::consultation::Consultation;
use crate::model::language::Language;
use crate::model::lifecycle::{Creation, Delivery, Event};
use crate::model::message::{Ignored, Message};
use crate::model::site::Site;
use crate::model::timeline::{Entry, Source};
use crate::model::visit::VisitState;
use crate::secrets::sha256;
use crate::store::{Addition, MESSAGE, Record};

/// The longest stored operation or status of an unknown message, in characters.
const MAX_TEXT: usize = 64;
/// The actor's name in the audit log: a link does not identify the person.
const PATIENT: &str = "patient";
/// The most unknown messages in one history: the browser is not trusted to stop.
const MAX_UNKNOWN: u32 = 20;

/// What a patient's link leads to.
#[derive(Clone, Debug)]
pub struct Visit {
    pub consultation: Consultation,
    pub site: Site,
    /// The state as seen through this very link.
    pub state: VisitState,
}

impl Visit {
    /// An audit row about an action of the patient.
    pub(super) fn row(&self, desk: &Desk, client: &Client, action: Action) -> Record {
        Record {
            site: Some(self.site.id.clone()),
            ..desk.row_without_account(
                PATIENT,
                client,
                action,
                About::consultation(&self.consultation),
            )
        }
    }
}

/// Finds the consultation of a link. Changes nothing: mail scanners and previews follow links too.
///
/// # Errors
/// [`DeskError::NotFound`] for a token that was never issued.
pub async fn find(desk: &Desk, token: &str) -> Result<Visit> {
    let (consultation, generation) =
        desk.store.by_link(&sha256(token)).await?.ok_or(DeskError::NotFound)?;
    let site = desk.store.site(&consultation.site).await?.ok_or(DeskError::NotFound)?;
    let superseded =
        generation < consultation.state.link.0 || consultation.state.is_revoked(generation);
    let state = match consultation.state.delivery(desk.now()) {
        Delivery::AnsweredConfirmed => VisitState::Confirmed,
        Delivery::AnsweredReported => VisitState::Reported,
        Delivery::Cancelled => VisitState::Revoked,
        _ if superseded => VisitState::Revoked,
        Delivery::Expired | Delivery::ExpiredAtEmpego => VisitState::Expired,
        _ => VisitState::Open,
    };
    Ok(Visit { consultation, site, state })
}

/// The language that staff chose for the patient of a link. `None` where they chose none, where
/// there is no such link, and where the store cannot say.
pub async fn language(desk: &Desk, token: &str) -> Option<Language> {
    let found = desk.store.by_link(&sha256(token)).await.ok()??;
    found.0.patient.language
}

/// The consultation's state, for the patient's page. The first request counts as opened.
///
/// # Errors
/// As [`find`].
pub async fn state(desk: &Desk, client: &Client, token: &str) -> Result<VisitState> {
    let visit = find(desk, token).await?;
    if visit.state == VisitState::Open
        && visit.consultation.state.delivery(desk.now()) == Delivery::LinkReady
    {
        let entry = desk.entry(Source::Browser, "opened", Event::Opened);
        // Of parallel ones only the first is logged.
        let log_if_new = vec![visit.row(desk, client, Action::LinkOpened)];
        desk.add(
            &visit.site.id,
            &visit.consultation.id,
            Addition { entries: vec![entry], log_if_new, ..Addition::default() },
        )
        .await?;
    }
    Ok(visit.state)
}

/// The outcome of a reported message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReportOutcome {
    /// It counts, or was known already.
    Accepted(VisitState),
    /// It does not count; nothing was changed.
    Ignored(Ignored),
}

/// Takes a message that the patient's browser received from Empego's page. It is a hint: at most it
/// sets "reported". Repeating it changes nothing. An expired or revoked link still reports.
///
/// # Errors
/// As [`find`].
pub async fn report(
    desk: &Desk,
    client: &Client,
    token: &str,
    json: &str,
) -> Result<ReportOutcome> {
    let visit = find(desk, token).await?;
    let consultation = &visit.consultation;
    // While an event has not brought the key, any message of the record's own page counts.
    let key = match &consultation.empego_key {
        Some(key) => key.0.as_str(),
        None if consultation.state.creation == Creation::Done => "",
        None => return Err(DeskError::NotFound),
    };
    // The page's script has put the documented names into it.
    let message = match Message::parse_for(json, consultation.subject(), key) {
        Ok(message) => message,
        Err(ignored) => return Ok(ReportOutcome::Ignored(ignored)),
    };
    let mut addition = message_addition(desk, &message, Source::Browser, None);
    // An answer counts whatever became of the link, so each has its row. A repeated report is not
    // logged, and of parallel ones only the first.
    if message.is_completion() && consultation.state.reported_at.is_none() {
        addition.log_if_new.push(visit.row(desk, client, Action::Answered));
    }
    desk.add(&visit.site.id, &consultation.id, addition).await?;
    Ok(ReportOutcome::Accepted(find(desk, token).await?.state))
}

/// What a message from Empego's page adds to the history: a reported answer, or another message,
/// unless the history has enough of the latter.
pub(super) fn message_addition(
    desk: &Desk,
    message: &Message,
    source: Source,
    actor: Option<&str>,
) -> Addition {
    let (source_event_id, event) = match &message.status {
        Some(status) if message.is_completion() => {
            (format!("report:{}", status.as_str()), Event::Reported { status: status.clone() })
        }
        status => {
            let short = |text: &str| {
                text.chars().filter(|c| !c.is_control()).take(MAX_TEXT).collect::<String>()
            };
            let operation = short(&message.operation);
            let status = short(status.as_ref().map(|status| status.as_str()).unwrap_or_default());
            (format!("{MESSAGE}{operation}:{status}"), Event::OtherMessage { operation, status })
        }
    };
    let entry = desk.entry(source, source_event_id, event);
    let entries = vec![Entry { actor: actor.map(str::to_owned), ..entry }];
    Addition { entries, most_messages: Some(MAX_UNKNOWN), ..Addition::default() }
}
