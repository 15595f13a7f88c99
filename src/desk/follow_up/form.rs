//! The form of a new follow-up.

use crate::desk::Desk;
use crate::desk::form::{NewConsultation, error, line};
use crate::error::{FieldError, FieldProblem};
use crate::model::follow_up::{FollowUp, Repeat};
use crate::model::ids::ConsultationId;
use jiff::civil::Date;
use jiff::{Span, ToSpan};

/// The longest reason, in characters.
pub const REASON_LENGTH: u32 = 200;
/// How often one can repeat, the first time included.
pub const TIMES: (u32, u32) = (2, 12);
/// How far ahead one can be planned, in years.
const YEARS: i64 = 2;
/// The form as it was sent: every field a text, empty where nothing was entered.
#[derive(Clone, Debug, Default)]
pub struct NewFollowUp {
    /// Whose it is, where `follows` does not say so.
    pub patient: NewConsultation,
    /// The consultation that it follows: its patient is this one's.
    pub follows: String,
    /// `YYYY-MM-DD`. Required.
    pub due_on: String,
    /// Required.
    pub reason: String,
    /// A slug of [`Repeat`], or empty.
    pub repeat: String,
    /// How often, the first time included. Required where it repeats.
    pub times: String,
}

impl NewFollowUp {
    /// Checks what is not about the patient: each day with its place, and the reason.
    pub(super) fn read(
        &self,
        desk: &Desk,
        follows: Option<&ConsultationId>,
    ) -> Result<Vec<FollowUp>, Vec<FieldError>> {
        let mut errors = Vec::new();
        let first = day(self.due_on.trim(), desk.today());
        match (&first, self.due_on.trim()) {
            (None, "") => errors.push(error("due_on", FieldProblem::Required)),
            (None, _) => errors.push(error("due_on", FieldProblem::BadDay)),
            (Some(_), _) => {}
        }
        let reason = line("follow_up_reason", &self.reason, REASON_LENGTH, &mut errors);
        let repeat = match (self.repeat.as_str(), Repeat::parse(&self.repeat)) {
            // A number of times for nothing that repeats is a slip in one of the two.
            ("", _) if !self.times.trim().is_empty() => {
                errors.push(error("repeat", FieldProblem::BadChoice));
                None
            }
            ("", _) => None,
            (_, None) => {
                errors.push(error("repeat", FieldProblem::BadChoice));
                None
            }
            (_, repeat) => repeat,
        };
        let times = self
            .times
            .trim()
            .parse::<u32>()
            .ok()
            .filter(|times| (TIMES.0..=TIMES.1).contains(times));
        if repeat.is_some() && times.is_none() {
            errors.push(error("times", FieldProblem::BadTimes));
        }
        let Some(first) = first.filter(|_| errors.is_empty()) else { return Err(errors) };
        let one = |due_on: Date, place| FollowUp {
            due_on: due_on.to_string(),
            reason: reason.clone(),
            place,
            follows: follows.cloned(),
        };
        Ok(match (repeat, times) {
            (Some(repeat), Some(times)) => (1..=times)
                .filter_map(|n| {
                    Some(one(first.checked_add(after(repeat, n - 1)).ok()?, Some((n, times))))
                })
                .collect(),
            _ => vec![one(first, None)],
        })
    }
}

/// How long after the first the one comes that has `n` before it.
fn after(repeat: Repeat, n: u32) -> Span {
    let n = i64::from(n);
    match repeat {
        Repeat::Week => n.weeks(),
        Repeat::TwoWeeks => (2 * n).weeks(),
        Repeat::Month => n.months(),
        Repeat::ThreeMonths => (3 * n).months(),
    }
}

/// A day on which a follow-up can be: from today on, and not so far away that the year must be a
/// slip.
fn day(typed: &str, today: Date) -> Option<Date> {
    let day: Date = typed.parse().ok()?;
    (day >= today && day <= today.checked_add(YEARS.years()).ok()?).then_some(day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_follow_up_is_from_today_to_two_years_from_now() {
        let today = date(2026, 11, 26);
        for (typed, kept) in [
            ("2026-11-26", true),
            ("2028-11-26", true),
            ("2026-11-25", false),
            ("2028-11-27", false),
            ("2027-02-29", false),
            ("tomorrow", false),
            ("", false),
            ("20261127", true),
        ] {
            assert_eq!(day(typed, today).is_some(), kept, "{typed}");
        }
    }

    #[test]
    fn months_keep_their_day_or_end_before_it() {
        let first = date(2027, 1, 31);
        let days = |repeat, times| {
            (0..times)
                .map(|n| first.saturating_add(after(repeat, n)).to_string())
                .collect::<Vec<_>>()
        };
        assert_eq!(
            days(Repeat::Month, 4),
            ["2027-01-31", "2027-02-28", "2027-03-31", "2027-04-30"]
        );
        assert_eq!(days(Repeat::ThreeMonths, 3), ["2027-01-31", "2027-04-30", "2027-07-31"]);
        assert_eq!(days(Repeat::Week, 3), ["2027-01-31", "2027-02-07", "2027-02-14"]);
        assert_eq!(days(Repeat::TwoWeeks, 2), ["2027-01-31", "2027-02-14"]);
    }
}
