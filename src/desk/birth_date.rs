//! Dates of birth as people write them.

use crate::error::FieldProblem;
use crate::model::text;
use jiff::ToSpan;
use jiff::civil::Date;

/// The highest age, in years. No one alive is older, and a slip of the year often is.
const HIGHEST_AGE: i64 = 120;
/// The beginnings of month names, January first, in English and French, without accents.
const MONTHS: [&[&str]; 12] = [
    &["jan"],
    &["feb", "fev"],
    &["mar"],
    &["apr", "avr"],
    &["may", "mai"],
    &["jun", "juin"],
    &["jul", "juil"],
    &["aug", "aou"],
    &["sep"],
    &["oct"],
    &["nov"],
    &["dec"],
];

/// Reads a date of birth, up to the site's today. The year has four digits and stands
/// first or last; the month can be a name. `28-12-1954`, `1954/12/28`, `19541228` and
/// `28 déc. 1954` are the same day.
///
/// # Errors
/// [`FieldProblem::AmbiguousDate`] where day and month could be either, as in `03/04/1954`;
/// [`FieldProblem::FutureDate`] and [`FieldProblem::LongAgo`] for one that no patient has;
/// [`FieldProblem::BadDate`] for what is no date.
pub(super) fn read(typed: &str, today: Date) -> Result<Date, FieldProblem> {
    let date = parse(typed)?;
    if date > today {
        return Err(FieldProblem::FutureDate);
    }
    match date < today.saturating_sub(HIGHEST_AGE.years()) {
        true => Err(FieldProblem::LongAgo),
        false => Ok(date),
    }
}

/// The days that a text can mean, `YYYY-MM-DD`, whenever they are: two where day and month can be
/// either, none where it is no date.
pub(super) fn days(typed: &str) -> Vec<String> {
    match parse(typed) {
        Ok(date) => vec![date.to_string()],
        Err(FieldProblem::AmbiguousDate) => {
            let folded = text::fold(typed);
            let parts: Vec<i16> = folded
                .split(|c: char| !c.is_alphanumeric())
                .filter_map(|part| part.parse().ok())
                .collect();
            let [first, second, year] = parts.as_slice() else { return Vec::new() };
            [(first, second), (second, first)]
                .into_iter()
                .filter_map(|(month, day)| {
                    let (month, day) = (i8::try_from(*month).ok()?, i8::try_from(*day).ok()?);
                    Date::new(*year, month, day).ok()
                })
                .map(|date| date.to_string())
                .collect()
        }
        Err(_) => Vec::new(),
    }
}

/// Reads a date, whenever it is.
///
/// # Errors
/// As [`read`], without bounds.
pub(super) fn parse(typed: &str) -> Result<Date, FieldProblem> {
    let folded = text::fold(typed);
    let parts: Vec<&str> =
        folded.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty()).collect();
    let (year, first, second, year_first) = match parts.as_slice() {
        [digits] if digits.len() == 8 && digits.is_ascii() => {
            (&digits[..4], &digits[4..6], &digits[6..], true)
        }
        [year, first, second] if is_year(year) => (*year, *first, *second, true),
        [first, second, year] if is_year(year) => (*year, *first, *second, false),
        _ => return Err(FieldProblem::BadDate),
    };
    let (day, month) = match (number(first), number(second)) {
        (Some(month), Some(day)) if year_first => (day, month),
        (Some(first), Some(second)) => match (is_month(first), is_month(second)) {
            (true, true) if first != second => return Err(FieldProblem::AmbiguousDate),
            (_, true) => (first, second),
            (_, false) => (second, first),
        },
        (Some(day), None) => (day, named(second)?),
        (None, Some(day)) => (day, named(first)?),
        (None, None) => return Err(FieldProblem::BadDate),
    };
    let year = year.parse().map_err(|_| FieldProblem::BadDate)?;
    Date::new(year, month, day).map_err(|_| FieldProblem::BadDate)
}

fn is_year(part: &str) -> bool {
    part.len() == 4 && part.bytes().all(|byte| byte.is_ascii_digit())
}

fn number(part: &str) -> Option<i8> {
    (part.len() <= 2).then(|| part.parse().ok()).flatten()
}

fn is_month(number: i8) -> bool {
    (1..=12).contains(&number)
}

/// The month that a name begins with. `juin` and `juillet` are told apart by their fourth letter.
fn named(name: &str) -> Result<i8, FieldProblem> {
    let is_it = |beginnings: &&[&str]| beginnings.iter().any(|start| name.starts_with(start));
    let at = MONTHS.iter().position(is_it).ok_or(FieldProblem::BadDate)?;
    i8::try_from(at + 1).map_err(|_| FieldProblem::BadDate)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const TODAY: Date = jiff::civil::date(2026, 9, 21);

    fn read(typed: &str) -> Result<String, FieldProblem> {
        super::read(typed, TODAY).map(|date| date.to_string())
    }

    #[test]
    fn a_day_is_read_in_any_usual_writing() {
        for typed in [
            "1954-12-28",
            " 1954/12/28 ",
            "1954.12.28",
            "1954 12 28",
            "19541228",
            "28-12-1954",
            "28/12/1954",
            "12/28/1954",
            "28 décembre 1954",
            "28 déc. 1954",
            "Dec 28, 1954",
            "Dec 28 1954",
            "28-DEC-1954",
            "1954-dec-28",
            "\u{ff11}\u{ff19}\u{ff15}\u{ff14}-12-28",
            "1954\u{2013}12\u{2013}28",
        ] {
            assert_eq!(read(typed), Ok("1954-12-28".to_owned()), "{typed}");
        }
        assert_eq!(read("4/4/1954"), Ok("1954-04-04".to_owned()));
        assert_eq!(read("1 juin 1954"), Ok("1954-06-01".to_owned()));
        assert_eq!(read("1 juillet 1954"), Ok("1954-07-01".to_owned()));
        assert_eq!(read("1 août 1954"), Ok("1954-08-01".to_owned()));
        assert_eq!(read("2024-02-29"), Ok("2024-02-29".to_owned()));
    }

    #[test]
    fn what_could_be_two_days_is_asked_again() {
        for typed in ["03/04/1954", "3-4-1954", "12 11 1954"] {
            assert_eq!(read(typed), Err(FieldProblem::AmbiguousDate), "{typed}");
        }
    }

    #[test]
    fn a_search_takes_both_days() {
        assert_eq!(days("03/04/1954"), ["1954-03-04", "1954-04-03"]);
        assert_eq!(days("28 déc. 1954"), ["1954-12-28"]);
        assert!(days("Ada").is_empty() && days("").is_empty());
    }

    #[test]
    fn what_is_no_day_of_a_living_person_is_refused() {
        for typed in [
            "",
            "é",
            "1954",
            "12/1954",
            "28/12/54",
            "1954-13-01",
            "2023-02-29",
            "31/31/1954",
            "28 brumaire 1954",
            "1954-12-28-1",
            "99999999",
        ] {
            assert_eq!(read(typed), Err(FieldProblem::BadDate), "{typed}");
        }
    }

    #[test]
    fn a_day_that_no_patient_was_born_on_is_told_so() {
        for (typed, read_as) in [
            ("2026-09-21", Ok("2026-09-21".to_owned())),
            ("2026-09-22", Err(FieldProblem::FutureDate)),
            ("2054-12-28", Err(FieldProblem::FutureDate)),
            ("1906-09-21", Ok("1906-09-21".to_owned())),
            ("1906-09-20", Err(FieldProblem::LongAgo)),
            ("28 déc. 1854", Err(FieldProblem::LongAgo)),
            ("1899-12-31", Err(FieldProblem::LongAgo)),
            ("0054-12-28", Err(FieldProblem::LongAgo)),
        ] {
            assert_eq!(read(typed), read_as, "{typed}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(typed in any::<String>()) {
            let _ = (read(&typed), days(&typed));
        }
    }
}
