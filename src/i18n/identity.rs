//! What tells patients of one name apart, in words.

use super::{fill, words};
use crate::model::language::Language;
use jiff::Unit;
use jiff::civil::Date;

/// Below this age, in years, months say more.
const IN_YEARS_FROM: i64 = 2;

words! {
    /// Texts about who a patient is.
    IdentityWords {
        years: "{n} years", "{n} ans";
        one_month: "1 month", "1 mois";
        months: "{n} months", "{n} mois";
    }
}

/// The age on a day of a person born on another (`YYYY-MM-DD`): in full years, or in full months
/// below 2 years. `None` before the birth, and for text that is no date.
#[must_use]
pub fn age(language: Language, born: &str, today: Date) -> Option<String> {
    let words = IdentityWords::of(language);
    let lived = today.since((Unit::Month, born.parse::<Date>().ok()?)).ok()?;
    let months = i64::from(lived.get_months()) + 12 * i64::from(lived.get_years());
    if lived.is_negative() {
        return None;
    }
    let years = months / 12;
    Some(match (years, months) {
        (years, _) if years >= IN_YEARS_FROM => fill(words.years, "n", &years.to_string()),
        (_, 1) => words.one_month.to_owned(),
        (_, months) => fill(words.months, "n", &months.to_string()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn an_age_is_in_full_years_and_in_months_below_two() {
        let today = date(2026, 11, 26);
        for (born, en, fr) in [
            ("1954-12-28", Some("71 years"), Some("71 ans")),
            ("1954-11-26", Some("72 years"), Some("72 ans")),
            ("2024-11-26", Some("2 years"), Some("2 ans")),
            ("2024-11-27", Some("23 months"), Some("23 mois")),
            ("2026-10-26", Some("1 month"), Some("1 mois")),
            ("2026-10-27", Some("0 months"), Some("0 mois")),
            ("2026-11-26", Some("0 months"), Some("0 mois")),
            ("2026-11-27", None, None),
            ("2024-02-29", Some("2 years"), Some("2 ans")),
            ("yesterday", None, None),
        ] {
            assert_eq!(age(Language::En, born, today).as_deref(), en, "{born}");
            assert_eq!(age(Language::Fr, born, today).as_deref(), fr, "{born}");
        }
    }
}
