//! Messages for the fields of the compliance pages.

use super::LogWords;
use crate::error::FieldProblem;
use crate::model::language::Language;

/// The message for an invalid field of these pages; `None` = the general message applies.
#[must_use]
pub fn field(language: Language, field: &str, problem: FieldProblem) -> Option<&'static str> {
    let words = LogWords::of(language);
    Some(match (problem, field) {
        (FieldProblem::BadDate, "from" | "until") => words.bad_search_day,
        (FieldProblem::BadDate, "aware_on" | "commission_on" | "persons_on") => words.bad_day,
        (FieldProblem::BadNumber, "persons" | "persons_in_quebec") => words.bad_count,
        (
            FieldProblem::TooLong,
            "information" | "circumstances" | "happened" | "reasons" | "measures",
        ) => words.too_long,
        (FieldProblem::Required, "serious") => words.choose_risk,
        (FieldProblem::BadChoice, "version") => words.meanwhile,
        (FieldProblem::Required, "reason") => words.reason_required,
        (FieldProblem::TooLong, "reason") => words.reason_too_long,
        _ => return None,
    })
}
