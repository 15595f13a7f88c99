//! The text that a scanner types when a health card is swiped or its code is read.
//!
//! Ontario's stripe is described in the ministry's technical specifications for health cards, and
//! British Columbia's stripe and two-dimensional code in the specifications of Teleplan 4: track 1
//! begins with the issuer (610054 or 610043) and the number, then family and given name, then the
//! dates. Québec publishes no layout: its number is taken from wherever it stands in the text, and
//! a name only where it has the form that track 1 gives it.
//!
//! A scanner types as on an American keyboard. On a French Canadian one `^` arrives as `?`, `/` as
//! `é` and `?` as `É`; with dead keys `^A` arrives as `Â`. Names on a stripe have no accents, so
//! this can be told.

use super::health_number::{IdentifierType, Problem};
use super::text;

/// What is read from a card.
#[derive(Clone, PartialEq, Eq)]
pub struct Card {
    pub kind: IdentifierType,
    /// Normalised.
    pub number: String,
    /// Empty where the text has none.
    pub first_name: String,
    /// Empty where the text has none.
    pub last_name: String,
    /// `YYYY-MM-DD`, where the text has it. Not checked.
    pub date_of_birth: Option<String>,
}

/// The issuers of track 1, by the beginning of its number (ISO/IEC 7812).
const ISSUERS: [(&str, IdentifierType); 2] =
    [("610054", IdentifierType::On), ("610043", IdentifierType::Bc)];
/// The issuer of British Columbia's combined card, on track 2.
const COMBINED: &str = "636028";
/// The digits of a number on a stripe.
const DIGITS: usize = 10;
/// Where the date of birth stands behind the names, and its length.
const BORN_AT: std::ops::Range<usize> = 8..16;
/// The characters that separate fields on a stripe, as typed on the usual keyboards.
const SEPARATORS: [char; 5] = ['^', '?', '/', 'é', 'É'];
/// The shortest text behind Québec's number that can only come from a scanner.
const SCANNED_FROM: usize = 20;

/// Reads a scanner's text. `None` for what no card of a known layout gives.
#[must_use]
pub fn read(typed: &str) -> Option<Card> {
    let text: String =
        text::clean(&typed.replace(char::is_control, " ")).chars().map(without_dead_key).collect();
    let text = text.replace('\u{302}', "");
    track_one(&text).or_else(|| combined(&text)).or_else(|| quebec(&text))
}

/// A letter that a dead key made of a separator and a letter.
fn without_dead_key(c: char) -> char {
    match c {
        'Â' | 'â' => 'A',
        'Ê' | 'ê' => 'E',
        'Î' | 'î' => 'I',
        'Ô' | 'ô' => 'O',
        'Û' | 'û' => 'U',
        c => c,
    }
}

/// The digits at the beginning of a text, if there are so many.
fn digits(text: &str, count: usize) -> Option<&str> {
    text.get(..count).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))
}

/// `%B610054` with the number, or `;610054` with it on track 2.
fn track_one(text: &str) -> Option<Card> {
    let (at, kind) = ISSUERS
        .into_iter()
        .filter_map(|(issuer, kind)| Some((text.find(issuer)? + issuer.len(), kind)))
        .min_by_key(|(at, _)| *at)?;
    let rest = text.get(at..)?;
    let number =
        digits(rest, DIGITS).filter(|number| kind.check(number) != Err(Problem::Format))?;
    let rest = rest.get(DIGITS..)?;
    // Before the names: a separator, behind a zero in British Columbia.
    let names = rest.trim_start_matches(|c: char| c == '0' || SEPARATORS.contains(&c));
    let end = names.find(|c: char| c.is_ascii_digit()).unwrap_or(names.len());
    let (last_name, first_name) = names_of(names.get(..end)?);
    let date_of_birth = names.get(end..).and_then(|dates| date(dates.get(BORN_AT)?));
    Some(Card { kind, number: number.to_owned(), first_name, last_name, date_of_birth })
}

/// British Columbia's combined card: names on track 1, date of birth on track 2, and the number
/// near the end of track 3.
fn combined(text: &str) -> Option<Card> {
    let (one, rest) = text.split_once(COMBINED)?;
    let name = one.split('^').nth(1).unwrap_or_default();
    let (last_name, first_name) = name.split_once('$').unwrap_or((name, ""));
    let (_, dates) = rest.split_once('=')?;
    let date_of_birth = dates.get(4..12).and_then(date);
    let number = dates
        .get(12..)?
        .split(|c: char| !c.is_ascii_digit())
        .filter(|run| run.len() == DIGITS)
        .find(|run| IdentifierType::Bc.check(run) == Ok(()))?;
    Some(Card {
        kind: IdentifierType::Bc,
        number: number.to_owned(),
        first_name: name_of(first_name),
        last_name: name_of(last_name.trim_end_matches(',')),
        date_of_birth,
    })
}

/// Québec's number anywhere in a text that is too long, or too strange, to be typed.
fn quebec(text: &str) -> Option<Card> {
    let letters: Vec<(usize, char)> = text.char_indices().collect();
    let starts = letters.iter().map(|(at, _)| *at);
    let is_inside = |at: usize| {
        text.get(..at)
            .and_then(|before| before.chars().next_back())
            .is_some_and(char::is_alphabetic)
    };
    let number_at = |at: usize| {
        let number = IdentifierType::Qc.normalise(text.get(at..at + 12)?);
        (IdentifierType::Qc.check(&number) != Err(Problem::Format)).then_some((at, number))
    };
    let (at, number) = starts.filter(|at| !is_inside(*at)).find_map(number_at)?;
    let rest = text.get(at + 12..)?;
    let is_scanned = text.starts_with(['%', ';', '@', '=']) || rest.len() >= SCANNED_FROM;
    let is_framed = rest.starts_with(SEPARATORS) || rest.starts_with('=');
    if !is_scanned && !is_framed {
        return None;
    }
    let names = rest.trim_start_matches(SEPARATORS);
    let end = names.find(|c: char| c.is_ascii_digit()).unwrap_or(names.len());
    let names = names.get(..end)?;
    let (last_name, first_name) =
        if names.contains(SEPARATORS) { names_of(names) } else { Default::default() };
    let date_of_birth = IdentifierType::Qc.birth_date(&number);
    Some(Card { kind: IdentifierType::Qc, number, first_name, last_name, date_of_birth })
}

/// `LAST/FIRST` up to the next separator, with the blanks that fill the field.
fn names_of(field: &str) -> (String, String) {
    let mut parts = field.split(SEPARATORS).map(name_of).filter(|part| !part.is_empty());
    (parts.next().unwrap_or_default(), parts.next().unwrap_or_default())
}

/// A name in the case that people write: a stripe has capitals alone.
fn name_of(typed: &str) -> String {
    let letters = |c: &char| c.is_alphabetic() || matches!(c, ' ' | '-' | '\'' | '.');
    let plain: String = typed.chars().filter(letters).collect();
    let mut name = String::with_capacity(plain.len());
    let mut begins = true;
    for c in text::clean(&plain).chars() {
        if begins {
            name.extend(c.to_uppercase())
        } else {
            name.extend(c.to_lowercase())
        }
        begins = !c.is_alphabetic();
    }
    name
}

/// `YYYYMMDD` as `YYYY-MM-DD`.
fn date(typed: &str) -> Option<String> {
    let typed = digits(typed, 8)?;
    let (year, month, day) = (&typed[..4], &typed[4..6], &typed[6..]);
    let fits = (1..=12).contains(&month.parse::<u8>().ok()?)
        && (1..=31).contains(&day.parse::<u8>().ok()?);
    fits.then(|| format!("{year}-{month}-{day}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::property::{any_text, config};
    use proptest::prelude::*;

    type Read<'a> = (IdentifierType, &'a str, &'a str, &'a str, Option<&'a str>);

    fn assert_reads(text: &str, expected: Read<'_>) {
        let card = read(text).unwrap_or_else(|| panic!("{text} is a card's"));
        let found: Read<'_> = (
            card.kind,
            &card.number,
            &card.last_name,
            &card.first_name,
            card.date_of_birth.as_deref(),
        );
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn ontarios_stripe_is_read_on_any_usual_keyboard() {
        let card = (IdentifierType::On, "9876543217", "Mcluhan", "Marshall", Some("1911-01-21"));
        for text in [
            "%B6100549876543217^MCLUHAN/MARSHALL          ^0901799119110121  MCLUM90061201?",
            "%b6100549876543217^mcluhan/marshall          ^0901799119110121  mclum90061201?0",
            "%B6100549876543217?MCLUHANéMARSHALL          ?0901799119110121  MCLUM90061201É",
            "%B6100549876543217^MCLUHAN/MARSHALL ^0901799119110121AB MCLUM90061201?\
             ;6100549876543217=0901799?",
            "B6100549876543217^MCLUHAN/MARSHALL^0901799119110121",
        ] {
            assert_reads(text, card);
        }
        assert_reads(
            "%B6100549876543217ÂUBÉ-ROY/ANNE MARIE^0901799219540401  AUBEA90061201?",
            (IdentifierType::On, "9876543217", "Aub", "-Roy", Some("1954-04-01")),
        );
        assert_reads(
            "%B6100549876543217ÂUBE-ROY/ANNE MARIE^0901799219540401  AUBEA90061201?",
            (IdentifierType::On, "9876543217", "Aube-Roy", "Anne Marie", Some("1954-04-01")),
        );
        assert_reads(
            ";6100549876543217=0901799?",
            (IdentifierType::On, "9876543217", "", "", None),
        );
    }

    #[test]
    fn british_columbias_cards_are_read() {
        assert_reads(
            "%B61004396986582150^DOE/JANE^0000000019541228?",
            (IdentifierType::Bc, "9698658215", "Doe", "Jane", Some("1954-12-28")),
        );
        assert_reads(
            "%BCVICTORIA^DOE,$JANE ANNE^910 GOVERNMENT ST$VICTORIA BC V8W 3Y5^?\
             ;6360281234567=210519541228=?_%0AV8W3Y5 F165 65BROBLU9698658215 E$'C(R2S4L?",
            (IdentifierType::Bc, "9698658215", "Doe", "Jane Anne", Some("1954-12-28")),
        );
    }

    #[test]
    fn quebecs_number_is_taken_from_a_scanners_text() {
        for text in [
            "%TEST54122816^TREMBLAY/ADA^2812?",
            "%TEST54122816?TREMBLAYéADA?2812É",
            "%B TEST54122816^TREMBLAY/ADA ^281200000?",
        ] {
            let card = (IdentifierType::Qc, "TEST54122816", "Tremblay", "Ada", Some("1954-12-28"));
            assert_reads(text, card);
        }
        for text in
            [";TEST54122816=2812?", "TEST54122816=2812", "TEST54122816 2812 0000000000000000"]
        {
            let card = (IdentifierType::Qc, "TEST54122816", "", "", Some("1954-12-28"));
            assert_reads(text, card);
        }
    }

    #[test]
    fn what_people_type_is_no_scan() {
        for text in [
            "",
            "TEST54122816",
            "TEST 5412 2816",
            "9876543217",
            "Ada Tremblay 1954-12-28",
            "Tremblay TEST54122816",
            "%",
            "610054",
            "%B610054987654",
            "%B6100540876543217^X/Y^",
        ] {
            assert!(read(text).is_none(), "{text}");
        }
    }

    proptest! {
        #![proptest_config(config())]

        #[test]
        fn no_text_panics_and_a_number_is_in_its_format(text in prop_oneof![
            any_text(),
            "[%;]?B?61005[0-9]{8,14}[\\^?é/ÂA-Z ]{0,12}[0-9]{0,24}",
            "[%;]?[A-ZÉ]{3,5}[0-9]{6,9}[\\^?é/=A-Z ]{0,12}[0-9]{0,9}",
            "[A-Z^$,]{0,9};?636028[0-9]{0,9}=?[0-9A-Z=?]{0,40}"
        ]) {
            if let Some(card) = read(&text) {
                prop_assert_ne!(card.kind.check(&card.number), Err(Problem::Format));
                prop_assert!(!card.last_name.contains(char::is_control));
            }
        }
    }
}
