//! The form of a new follow-up.

use crate::desk::form::{error, line};
use crate::error::{FieldError, FieldProblem};
use crate::model::follow_up::{FollowUp, Repeat};
use crate::model::forms::{FOLLOW_UP_REASON_LENGTH, FOLLOW_UP_TIMES, FollowUpForm};
use crate::model::ids::ConsultationId;
use jiff::civil::Date;
use jiff::{Span, ToSpan};

/// How far ahead a follow-up can be planned, in years.
const YEARS: i64 = 2;

/// Validates what is not about the patient: the days, their places in the series, and the reason.
/// `today` is the site's.
pub(super) fn read(
    today: Date,
    form: &FollowUpForm,
    follows: Option<&ConsultationId>,
) -> Result<Vec<FollowUp>, Vec<FieldError>> {
    let mut errors = Vec::new();
    let first = day(form.due_on.trim(), today);
    match (&first, form.due_on.trim()) {
        (None, "") => errors.push(error("due_on", FieldProblem::Required)),
        (None, _) => errors.push(error("due_on", FieldProblem::BadDay)),
        (Some(_), _) => {}
    }
    let reason =
        line("follow_up_reason", &form.follow_up_reason, FOLLOW_UP_REASON_LENGTH, &mut errors);
    let repeat = match (form.repeat.as_str(), Repeat::parse(&form.repeat)) {
        // One of the two fields is wrong.
        ("", _) if !form.times.trim().is_empty() => {
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
    let times = form
        .times
        .trim()
        .parse::<u32>()
        .ok()
        .filter(|times| (FOLLOW_UP_TIMES.0..=FOLLOW_UP_TIMES.1).contains(times));
    if repeat.is_some() && times.is_none() {
        errors.push(error("times", FieldProblem::BadTimes));
    }
    let Some(first) = first.filter(|_| errors.is_empty()) else { return Err(errors) };
    let one = |due_on: Date, place| FollowUp {
        due_on: due_on.to_string(),
        reason: reason.clone(),
        place,
        follows: follows.cloned(),
        series: None,
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

/// From the first follow-up to the one with `n` before it.
fn after(repeat: Repeat, n: u32) -> Span {
    let n = i64::from(n);
    match repeat {
        Repeat::Week => n.weeks(),
        Repeat::TwoWeeks => (2 * n).weeks(),
        Repeat::Month => n.months(),
        Repeat::ThreeMonths => (3 * n).months(),
    }
}

/// A day from today to [`YEARS`] ahead. A later one is a typing error.
pub(in crate::desk) fn day(typed: &str, today: Date) -> Option<Date> {
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
