//! What one search text for a patient means: a name, a date of birth, a number, parts of them, or
//! the text of a scanner.

use super::card::{self, Card};
use super::health_number::{IdentifierType, Problem};
use super::text;

/// How many characters of a number lists show.
const SHOWN: usize = 4;
/// The most words that a date or a number is written in.
const MOST_WORDS: usize = 4;
/// The longest file number, in characters.
const FILE_NUMBER_LENGTH: usize = 64;

/// What a text looks for. Everything is as typed: nothing is checked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sought {
    /// Words of a name, or the beginning of a number.
    pub words: String,
    /// The given name, where the text tells it.
    pub first_name: String,
    /// The family name, where the text tells it.
    pub last_name: String,
    /// The days that a date of birth can mean, `YYYY-MM-DD`: two where day and month can be either.
    pub dates: Vec<String>,
    /// The date of birth as typed.
    pub typed_date: String,
    /// The numbers that the text can be, normalised, the likeliest first. A file number is always
    /// among them.
    pub numbers: Vec<(IdentifierType, String)>,
    /// The last characters of a number.
    pub ending: Option<String>,
    /// Whether it came from a card, so that the number alone decides.
    pub is_card: bool,
}

impl Sought {
    /// The number to enter for a new patient, with its type.
    #[must_use]
    pub fn number(&self) -> Option<&(IdentifierType, String)> {
        let is_number = |number: &str| number.contains(|c: char| c.is_ascii_digit());
        self.numbers.first().filter(|(_, number)| is_number(number))
    }
}

impl From<Card> for Sought {
    fn from(card: Card) -> Self {
        Self {
            words: format!("{} {}", card.first_name, card.last_name).trim().to_owned(),
            first_name: card.first_name,
            last_name: card.last_name,
            typed_date: card.date_of_birth.clone().unwrap_or_default(),
            dates: card.date_of_birth.into_iter().collect(),
            numbers: vec![(card.kind, card.number)],
            ending: None,
            is_card: true,
        }
    }
}

/// Reads a text. `default` is the type of number that is likeliest at the site; `days` are the days
/// that a text can mean as a date.
#[must_use]
pub fn read(typed: &str, default: IdentifierType, days: impl Fn(&str) -> Vec<String>) -> Sought {
    if let Some(card) = card::read(typed) {
        return card.into();
    }
    let clean = text::clean(&typed.replace(char::is_control, " "));
    let ending = ending(&clean);
    let file_number = |typed: &str| {
        let number = IdentifierType::FileNumber.normalise(typed);
        let fits = (1..=FILE_NUMBER_LENGTH).contains(&number.chars().count());
        fits.then_some((IdentifierType::FileNumber, number))
    };
    let (mut numbers, dates) = (IdentifierType::fitting(&clean, default), days(&clean));
    // The whole text is a number or a date, or, as eight digits, either.
    if !numbers.is_empty() || !dates.is_empty() {
        let words = if dates.is_empty() { clean.clone() } else { String::new() };
        let typed_date = if dates.is_empty() { String::new() } else { clean.clone() };
        let is_first =
            default == IdentifierType::FileNumber && IdentifierType::guess(&clean).is_none();
        let at = if is_first { 0 } else { numbers.len() };
        numbers.splice(at..at, file_number(&clean));
        return Sought { words, dates, typed_date, numbers, ending, ..Sought::default() };
    }
    let mut words: Vec<&str> = clean.split(' ').filter(|word| !word.is_empty()).collect();
    let mut sought = Sought { ending, ..Sought::default() };
    if let Some((dates, at)) = window(&words, |text| Some(days(text)).filter(|it| !it.is_empty())) {
        sought.dates = dates;
        sought.typed_date =
            words.drain(at).collect::<Vec<_>>().join(" ").trim_matches(',').to_owned();
    }
    let fitting =
        |text: &str| Some(IdentifierType::fitting(text, default)).filter(|it| !it.is_empty());
    if let Some((numbers, at)) = window(&words, fitting) {
        sought.numbers = numbers;
        words.drain(at);
    }
    sought.words = words.join(" ");
    (sought.first_name, sought.last_name) = names(&words);
    if sought.numbers.is_empty() {
        sought.numbers.extend(file_number(&sought.words));
    }
    sought
}

/// The longest run of words that reads as something, and where it stands.
fn window<T>(
    words: &[&str],
    read: impl Fn(&str) -> Option<T>,
) -> Option<(T, std::ops::Range<usize>)> {
    (1..=MOST_WORDS.min(words.len())).rev().find_map(|length| {
        (0..=words.len() - length).find_map(|from| {
            let at = from..from + length;
            let text = words.get(at.clone())?.join(" ");
            Some((read(text.trim_matches(','))?, at))
        })
    })
}

/// The end of a number as lists show it, with or without its `…`. A file number may have a mark
/// among its last characters.
fn ending(clean: &str) -> Option<String> {
    let end = clean.trim_start_matches(['…', '.']);
    let marked = end.len() < clean.len();
    let fits = end.chars().count() == SHOWN
        && end.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '/' | '.' | '_'))
        && (marked || end.contains(|c: char| c.is_ascii_digit()));
    fits.then(|| text::clean(&end.to_uppercase()))
}

/// Given and family name: `Family, Given`, or the family name last.
fn names(words: &[&str]) -> (String, String) {
    let is_name = |word: &&&str| !word.contains(|c: char| c.is_ascii_digit());
    let words: Vec<&str> = words.iter().filter(is_name).copied().collect();
    if let Some(comma) = words.iter().position(|word| word.ends_with(',')) {
        let (last, first) = words.split_at(comma + 1);
        if !first.is_empty() {
            return (first.join(" "), last.join(" ").trim_end_matches(',').to_owned());
        }
    }
    let words: Vec<&str> = words.iter().map(|word| word.trim_end_matches(',')).collect();
    match words.as_slice() {
        [] => (String::new(), String::new()),
        [first @ .., last] => (first.join(" "), (*last).to_owned()),
    }
}

impl IdentifierType {
    /// The health numbers that a text can be, normalised: the default type first, then those whose
    /// check digit fits.
    #[must_use]
    pub fn fitting(typed: &str, default: Self) -> Vec<(Self, String)> {
        let mut fitting: Vec<(u8, Self, String)> = Self::ALL
            .into_iter()
            .filter(|kind| *kind != Self::FileNumber)
            .filter_map(|kind| {
                let number = kind.normalise(typed);
                let rank = match kind.check(&number) {
                    Err(Problem::Format) => return None,
                    _ if kind == default => 0,
                    Ok(()) if matches!(kind, Self::Qc | Self::On | Self::Bc) => 1,
                    Ok(()) => 2,
                    Err(Problem::Doubtful) => 3,
                };
                Some((rank, kind, kind.person(&number).to_owned()))
            })
            .collect();
        fitting.sort_by_key(|(rank, _, _)| *rank);
        fitting.into_iter().map(|(_, kind, number)| (kind, number)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::property::{any_text, config};
    use IdentifierType::{Ab, Bc, FileNumber, On, Pe, Qc};
    use proptest::prelude::*;

    /// Dates as in ISO 8601 alone, with or without hyphens.
    fn days(typed: &str) -> Vec<String> {
        let digits: String = typed.chars().filter(char::is_ascii_digit).collect();
        let is_date = digits.len() == 8
            && digits.starts_with("19")
            && typed.chars().all(|c| c.is_ascii_digit() || c == '-' || c == ' ');
        if !is_date {
            return Vec::new();
        }
        vec![format!("{}-{}-{}", &digits[..4], &digits[4..6], &digits[6..])]
    }

    fn sought(typed: &str) -> Sought {
        read(typed, Qc, days)
    }

    #[test]
    fn a_name_and_a_date_are_told_apart() {
        for (typed, first, last, date) in [
            ("Ada Tremblay", "Ada", "Tremblay", None),
            ("Tremblay, Ada", "Ada", "Tremblay", None),
            ("  ada   tremblay 1954-12-28", "ada", "tremblay", Some("1954-12-28")),
            ("1954 12 28 Ada Tremblay", "Ada", "Tremblay", Some("1954-12-28")),
            ("Marie Ève Roy Tremblay, 19541228", "Marie Ève Roy", "Tremblay", Some("1954-12-28")),
            ("Sukarno", "", "Sukarno", None),
        ] {
            let read = sought(typed);
            assert_eq!(
                (read.first_name.as_str(), read.last_name.as_str()),
                (first, last),
                "{typed}"
            );
            assert_eq!(read.dates.first().map(String::as_str), date, "{typed}");
            assert!(!read.words.is_empty() && read.number().is_none(), "{typed}");
        }
        let read = sought("1954-12-28");
        assert_eq!((read.words.as_str(), read.dates.len()), ("", 1), "a date alone is no name");
    }

    #[test]
    fn a_number_is_detected_with_the_sites_type_first() {
        for (typed, default, expected) in [
            ("TEST 5412 2816", Qc, Qc),
            ("tést54122816", FileNumber, Qc),
            ("123456789", FileNumber, FileNumber),
            ("9876543217", Qc, On),
            ("9876-543-217-AB", Qc, On),
            ("9698 658 215", On, On),
            ("9698 658 215", Qc, Bc),
            ("123456789", Ab, Ab),
            ("A-12", Qc, FileNumber),
            ("0042", Qc, FileNumber),
        ] {
            let read = read(typed, default, days);
            assert_eq!(read.number().map(|(kind, _)| *kind), Some(expected), "{typed}");
            assert!(read.numbers.iter().any(|(kind, _)| *kind == FileNumber), "{typed}");
        }
        let read = sought("19541228");
        assert_eq!(read.number().map(|(kind, _)| *kind), Some(Pe));
        assert_eq!(read.dates, ["1954-12-28"], "eight digits are a date too");
        let read = sought("Ada Tremblay TEST 5412 2816");
        assert_eq!(read.number(), Some(&(Qc, "TEST54122816".to_owned())));
        assert_eq!((read.first_name.as_str(), read.last_name.as_str()), ("Ada", "Tremblay"));
    }

    #[test]
    fn the_characters_that_lists_show_are_an_ending() {
        for (typed, ending) in [
            ("2816", Some("2816")),
            ("…2816", Some("2816")),
            ("...2816", Some("2816")),
            ("a-12", Some("A-12")),
            ("…KP-1", Some("KP-1")),
            ("jo-e", None),
            ("12b4", Some("12B4")),
            ("Anne", None),
            ("…Anne", Some("ANNE")),
            ("12816", None),
        ] {
            assert_eq!(sought(typed).ending.as_deref(), ending, "{typed}");
        }
    }

    #[test]
    fn a_scanners_text_is_a_card() {
        let read = sought("%TEST54122816^TREMBLAY/ADA^2812?");
        assert!(read.is_card);
        assert_eq!((read.first_name.as_str(), read.last_name.as_str()), ("Ada", "Tremblay"));
        assert_eq!(read.typed_date, "1954-12-28");
    }

    proptest! {
        #![proptest_config(config())]

        #[test]
        fn no_text_panics(text in prop_oneof![any_text(), "[A-Za-z0-9é ,.\\-…]{0,40}"]) {
            let read = sought(&text);
            prop_assert!(read.words.chars().count() <= text.chars().count() + 1);
        }
    }
}
