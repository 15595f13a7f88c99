//! The date of birth that a patient enters before starting.

use super::visit::Visit;
use super::{Desk, DeskError, Result};
use crate::error::{FieldError, FieldProblem};
use crate::model::audit::Action;
use crate::model::client::Client;
use crate::model::lifecycle::{Event, State};
use crate::model::site::Site;
use crate::model::timeline::{Entry, Source};
use crate::store::Addition;
use jiff::civil::Date;

/// How often a try that came second to another one is made again before it is turned away.
const MOST_AGAIN: usize = 64;

/// Lets a patient pass whose date of birth is not asked for, or fits. Of the patient nothing is
/// said, whatever is entered.
///
/// Every date takes the next number in the consultation's history before its answer is given: of
/// many at once each is judged after those before it, so that no more than six wrong ones are ever
/// answered.
///
/// # Errors
/// [`DeskError::Invalid`] for a date that is missing, no date, or wrong; [`DeskError::Locked`]
/// after the last try.
pub(super) async fn pass(desk: &Desk, client: &Client, visit: &Visit, typed: &str) -> Result<()> {
    let mut consultation = visit.consultation.clone();
    for _ in 0..MOST_AGAIN {
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
        // What is no date tells nothing about the patient, and costs no try.
        let date: Date = typed.parse().map_err(|_| refused(FieldProblem::BadDate))?;
        let fits = consultation.patient.date_of_birth.as_deref() == Some(date.to_string().as_str());
        let tried = gate.tried + 1;
        let event = if fits {
            Event::BirthDateFit { tried }
        } else {
            Event::WrongBirthDate {
                generation: gate.generation(),
                number: gate.wrong_since() + 1,
                tried,
            }
        };
        let entries = vec![desk.entry(Source::Browser, format!("birth-date:{tried}"), event)];
        // An attempt whose number another one took leaves no row.
        let refused_row = (!fits).then(|| visit.log(desk, client, Action::BirthDateRefused));
        let log_if_new = refused_row.into_iter().collect();
        let addition = Addition { entries, log_if_new, ..Addition::default() };
        let added = desk.add(&visit.site.id, &consultation.id, addition).await?;
        if added.fresh == 0 {
            // Another one took that number: look again.
            consultation = added.consultation;
            continue;
        }
        if fits {
            return Ok(());
        }
        return Err(match added.consultation.state.gate.left() {
            0 => DeskError::Locked,
            left => refused(FieldProblem::WrongBirthDate { left }),
        });
    }
    Err(DeskError::TooMany { seconds: 1 })
}

fn refused(problem: FieldProblem) -> DeskError {
    DeskError::Invalid(vec![FieldError { field: "date_of_birth".to_owned(), problem }])
}

impl Desk {
    /// What a new link adds to the history where the site asks for the date of birth. What staff
    /// decided for this one consultation stays.
    pub(super) fn gate_of(&self, site: &Site, state: &State) -> Option<Entry> {
        let asks = site.rules.birth_date_gate && state.gate.set.is_none();
        asks.then(|| self.entry(Source::Desk, "gate", Event::GateSet { on: true }))
    }
}
