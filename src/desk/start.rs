//! A patient starts the questionnaire: the date of birth is checked where the consultation asks for
//! it, and a presigned URL is issued.

use super::visit::{self, Visit};
use super::{Desk, DeskError, Result, birth_date};
use crate::error::FieldProblem;
use crate::model::audit::Action;
use crate::model::client::Client;
use crate::model::lifecycle::{Event, State};
use crate::model::site::Site;
use crate::model::timeline::{Entry, Source};
use crate::model::visit::{Started, VisitState};
use crate::store::Addition;

/// How often an attempt is repeated when a concurrent one took its number.
const MAX_REPEATS: usize = 64;

/// The outcome of a start.
#[derive(Debug)]
pub enum Start {
    /// The questionnaire, for one mount.
    Questionnaire(Started),
    /// The consultation is answered already.
    Answered,
}

/// Issues a presigned URL for one mount of the questionnaire. It works once (`docs/empego.md` §4),
/// so every reload, tab or device gets its own. `date_of_birth` is what was typed, where the page
/// asks for it.
///
/// # Errors
/// [`DeskError::Invalid`], [`DeskError::Locked`] and [`DeskError::TooMany`] for the date of birth;
/// [`DeskError::NotFound`], [`DeskError::Gone`] for a link that does not work; Empego's refusal
/// (nothing was changed).
pub async fn start(
    desk: &Desk,
    client: &Client,
    token: &str,
    date_of_birth: &str,
) -> Result<Start> {
    let visit = visit::find(desk, token).await?;
    match visit.state {
        VisitState::Open => {}
        VisitState::Reported | VisitState::Confirmed => return Ok(Start::Answered),
        VisitState::Expired | VisitState::Revoked => return Err(DeskError::Gone),
    }
    check_date_of_birth(desk, client, &visit, date_of_birth).await?;
    let consultation = &visit.consultation;
    let empego = desk.empego_of(&visit.site)?;
    let url = match desk.first_urls.take(&consultation.id, desk.now()) {
        Some(url) => url,
        None => {
            let record = desk.record_ref(&visit.site, consultation);
            empego.answer_url(consultation.kind(), record).await?
        }
    };
    // Empty while an event has not brought it: then any message of the page itself counts.
    let key = consultation.empego_key.as_ref().map(|key| key.0.clone()).unwrap_or_default();
    let entry = desk.entry(Source::Browser, desk.ambient.id(), Event::Started);
    let log = vec![visit.row(desk, client, Action::FrameOpened)];
    let addition = Addition { entries: vec![entry], log, ..Addition::default() };
    desk.add(&visit.site.id, &visit.consultation.id, addition).await?;
    let is_follow_up = visit.consultation.follow_up.is_some();
    Ok(Start::Questionnaire(Started { url: url.expose().to_owned(), key, is_follow_up }))
}

/// Lets a patient pass who need not enter the date of birth, or entered the right one. The answer
/// reveals nothing else about the patient.
///
/// Every date takes the next number in the consultation's history before it is judged. Concurrent
/// attempts are judged one after another, so that no more than six wrong ones are answered.
async fn check_date_of_birth(
    desk: &Desk,
    client: &Client,
    visit: &Visit,
    typed: &str,
) -> Result<()> {
    let mut consultation = visit.consultation.clone();
    for _ in 0..MAX_REPEATS {
        if !consultation.is_gated() {
            return Ok(());
        }
        let gate = consultation.state.gate;
        if gate.is_locked() {
            return Err(DeskError::Locked);
        }
        let typed = typed.trim();
        if typed.is_empty() {
            return Err(refused(FieldProblem::Required));
        }
        // A text that is no date reveals nothing, and does not count as an attempt.
        let date = birth_date::parse(typed).map_err(refused)?;
        let fits = consultation.patient.date_of_birth.as_deref() == Some(date.to_string().as_str());
        let tried = gate.tried + 1;
        let event = if fits {
            Event::BirthDateMatched { tried }
        } else {
            Event::WrongBirthDate {
                generation: gate.generation(),
                number: gate.wrong_since() + 1,
                tried,
            }
        };
        // An attempt whose number a concurrent one took leaves no audit row.
        let row = (!fits).then(|| visit.row(desk, client, Action::BirthDateRefused));
        let addition = Addition {
            entries: vec![desk.entry(Source::Browser, format!("birth-date:{tried}"), event)],
            log_if_new: row.into_iter().collect(),
            ..Addition::default()
        };
        let added = desk.add(&visit.site.id, &consultation.id, addition).await?;
        if added.fresh == 0 {
            consultation = added.consultation;
            continue;
        }
        if fits {
            return Ok(());
        }
        return Err(match added.consultation.state.gate.attempts_left() {
            0 => DeskError::Locked,
            left => refused(FieldProblem::WrongBirthDate { left }),
        });
    }
    Err(DeskError::TooMany { seconds: 1 })
}

fn refused(problem: FieldProblem) -> DeskError {
    DeskError::field("date_of_birth", problem)
}

impl Desk {
    /// The history entry that a new link adds at a site that asks for the date of birth. What staff
    /// set for this consultation stays.
    pub(super) fn gate_entry(&self, site: &Site, state: &State) -> Option<Entry> {
        let asks = site.rules.birth_date_gate && state.gate.set.is_none();
        asks.then(|| self.entry(Source::Desk, "gate", Event::GateSet { on: true, change: 0 }))
    }
}
