//! Canadian health numbers by province, as far as public sources describe them.
//!
//! A number is normalised and must be in the format. A wrong check digit only warns: few provinces
//! publish theirs, newborns and visitors have irregular numbers, and staff can see the card. The
//! warning must be confirmed, because a mistyped number silently makes a second patient at Empego.

use super::text;
use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr, VariantArray};

/// The issuer of an identifier: the site itself, or a province or territory.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    EnumString,
    IntoStaticStr,
    VariantArray,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum IdentifierType {
    /// The file number of the clinic or pharmacy.
    #[default]
    FileNumber,
    /// Québec: NAM of the RAMQ.
    Qc,
    /// Ontario: HCN, with or without its version code.
    On,
    /// British Columbia: PHN.
    Bc,
    /// Alberta: PHN or ULI.
    Ab,
    /// Manitoba: PHIN.
    Mb,
    /// Saskatchewan.
    Sk,
    /// Nova Scotia.
    Ns,
    /// New Brunswick.
    Nb,
    /// Newfoundland and Labrador: MCP.
    Nl,
    /// Prince Edward Island.
    Pe,
    /// Northwest Territories.
    Nt,
    /// Yukon.
    Yt,
    /// Nunavut.
    Nu,
}

super::slug::slugs!(IdentifierType);

/// What is wrong with a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// Not in the issuer's format: rejected.
    Format,
    /// The date or the check digit is wrong: staff may keep it after looking at the card.
    Doubtful,
}

impl IdentifierType {
    /// Every type, in the order of the form's list: the file number, then provinces by population.
    pub const ALL: [Self; 14] = super::slug::all();

    /// The number as it is stored and sent: upper case, cleaned ([`text::clean`]): invisible
    /// characters get pasted with numbers from documents, and would make a second patient of a
    /// number that looks the same. Health numbers lose spaces, dashes, dots and slashes, and
    /// Québec's their accents. File numbers keep them, with every dash as a hyphen and every run of
    /// white space as one space.
    #[must_use]
    pub fn normalise(self, typed: &str) -> String {
        let upper = text::clean(&text::clean(typed).to_uppercase());
        match self {
            Self::FileNumber => {
                let plain: String =
                    upper.chars().map(|c| if is_dash(c) { '-' } else { c }).collect();
                text::clean(&plain)
            }
            // Its letters are those of the name, which people write with their accents.
            Self::Qc => compact(&text::plain_letters(&upper).to_uppercase()),
            _ => compact(&upper),
        }
    }

    /// The part of a checked number that identifies the person: Ontario's without the version code.
    /// The code changes with every card, and would make a second patient of a renewed one.
    #[must_use]
    pub fn person(self, number: &str) -> &str {
        match self {
            Self::On => number.get(..10).unwrap_or(number),
            _ => number,
        }
    }

    /// A number as it is printed on the card: Québec's, Ontario's and British Columbia's in the
    /// groups of their cards, other digits in groups that are easy to compare. A file number, and
    /// what is not in the issuer's format, stays as it is.
    #[must_use]
    pub fn on_card(self, number: &str) -> String {
        let groups: &[usize] = match self {
            Self::FileNumber => return number.to_owned(),
            Self::Qc => &[4, 4, 4],
            Self::On | Self::Bc | Self::Ns => &[4, 3, 3],
            Self::Ab => &[5, 4],
            Self::Mb | Self::Sk | Self::Nb | Self::Yt | Self::Nu => &[3, 3, 3],
            Self::Nl => &[3, 3, 3, 3],
            Self::Pe | Self::Nt => &[4, 4],
        };
        if !number.is_ascii() || number.len() != groups.iter().sum::<usize>() {
            return number.to_owned();
        }
        let mut rest = number;
        let groups = groups.iter().map(|length| {
            let (group, after) = rest.split_at(*length);
            rest = after;
            group
        });
        groups.collect::<Vec<_>>().join(" ")
    }

    /// Checks a number in the form of [`Self::normalise`].
    ///
    /// # Errors
    /// [`Problem`].
    pub fn check(self, number: &str) -> Result<(), Problem> {
        let digits = |count: usize| {
            if number.len() == count && all_digits(number) { Ok(()) } else { Err(Problem::Format) }
        };
        match self {
            Self::FileNumber => {
                let fits = (1..=64).contains(&number.chars().count())
                    && !number.chars().any(char::is_control);
                if fits { Ok(()) } else { Err(Problem::Format) }
            }
            Self::Qc => quebec(number),
            Self::On => ontario(number),
            Self::Bc => british_columbia(number),
            Self::Ab | Self::Mb | Self::Sk | Self::Nb | Self::Yt | Self::Nu => digits(9),
            Self::Ns => digits(10),
            Self::Pe => digits(8),
            Self::Nl => digits(12),
            Self::Nt => {
                let fits = number.len() == 8
                    && number.starts_with(|c: char| c.is_ascii_uppercase())
                    && all_digits(&number[1..]);
                if fits { Ok(()) } else { Err(Problem::Format) }
            }
        }
    }

    /// Whether a checked number contains another date than this date of birth (`YYYY-MM-DD`). Only
    /// Québec's numbers contain one, without the century.
    #[must_use]
    pub fn contradicts(self, number: &str, date_of_birth: &str) -> bool {
        let parts = (number.get(4..6), number.get(6..8), number.get(8..10));
        let (Self::Qc, (Some(year), Some(month), Some(day))) = (self, parts) else { return false };
        // Month + 50 on some cards.
        let Ok(month) = month.parse::<u8>() else { return false };
        let dated = format!("{year}-{:02}-{day}", month % 50);
        date_of_birth.get(2..) != Some(dated.as_str())
    }

    /// The type of a number that was entered with the slug of a type, or none; `default` is the
    /// slug that the page had chosen. Left as it was, the number says which type it is. `None` for
    /// an unknown slug.
    #[must_use]
    pub fn entered(slug: &str, default: &str, typed: &str) -> Option<Self> {
        match slug {
            "" => Some(Self::default()),
            slug if slug == default => Self::parse(slug).map(|kind| kind.detect(typed)),
            slug => Self::parse(slug),
        }
    }

    /// The type of a number that was typed where this type was chosen beforehand: this one, another
    /// one whose check digit fits, or a file number where it resembles no health number.
    #[must_use]
    pub fn detect(self, typed: &str) -> Self {
        let is_of = |kind: Self| kind.check(&kind.normalise(typed));
        if is_of(self) != Err(Problem::Format) {
            return self;
        }
        let checked = [Self::Qc, Self::On, Self::Bc].into_iter().find(|kind| is_of(*kind).is_ok());
        let number = Self::Qc.normalise(typed);
        let letters = number.chars().take_while(char::is_ascii_uppercase).count();
        let rest = number.get(letters..).unwrap_or_default();
        let resembles = all_digits(rest) && ((3..=5).contains(&letters) || rest.len() >= 7);
        checked.unwrap_or(if resembles { self } else { Self::FileNumber })
    }

    /// The date of birth in a number whose check digit fits, `YYYY-MM-DD`. Only Québec's numbers
    /// have one; its check digit tells the century.
    #[must_use]
    pub fn birth_date(self, number: &str) -> Option<String> {
        if self != Self::Qc || self.check(number).is_err() {
            return None;
        }
        let bytes = number.as_bytes();
        let century = ["19", "20"].into_iter().find(|it| quebec_check(bytes, it.as_bytes()))?;
        let month = number[6..8].parse::<u8>().ok()? % 50;
        Some(format!("{century}{}-{month:02}-{}", &number[4..6], &number[8..10]))
    }

    /// The type of health number that a file number looks like: four letters and eight digits are
    /// Québec's. Prevents the same patient under two identifiers.
    #[must_use]
    pub fn guess(typed: &str) -> Option<Self> {
        let number = Self::Qc.normalise(typed);
        (Self::Qc.check(&number) != Err(Problem::Format)).then_some(Self::Qc)
    }
}

/// Without white space, dashes, dots and slashes.
fn compact(number: &str) -> String {
    number
        .chars()
        .filter(|c| !c.is_whitespace() && !is_dash(*c) && !matches!(c, '.' | '/'))
        .collect()
}

/// Hyphens, dashes and minus signs, with their small and full-width forms.
fn is_dash(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' | '\u{ff0d}')
}

fn all_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn doubtful_unless(fits: bool) -> Result<(), Problem> {
    if fits { Ok(()) } else { Err(Problem::Doubtful) }
}

/// Four letters, birth date (month + 50 on some cards), a sequence digit from 1 to 9 and a check
/// digit. The century is not on the card, so the check digit is tried for 1900 and 2000.
fn quebec(number: &str) -> Result<(), Problem> {
    let bytes = number.as_bytes();
    let fits = bytes.len() == 12
        && bytes[..4].iter().all(u8::is_ascii_uppercase)
        && all_digits(&number[4..])
        && bytes[10] != b'0';
    if !fits {
        return Err(Problem::Format);
    }
    let two = |at: usize| u32::from(bytes[at] - b'0') * 10 + u32::from(bytes[at + 1] - b'0');
    let (month, day) = (two(6), two(8));
    let days = match month % 50 {
        2 => 29,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    let dated = matches!(month, 1..=12 | 51..=62) && (1..=days).contains(&day);
    doubtful_unless(
        dated && ["19", "20"].iter().any(|century| quebec_check(bytes, century.as_bytes())),
    )
}

/// The weighted sum modulo 10. Each letter counts as two digits (A = 01 to R = 18, S = 20 to
/// Z = 27), and the year as four.
fn quebec_check(bytes: &[u8], century: &[u8]) -> bool {
    const WEIGHTS: [u32; 17] = [7, 1, 1, 3, 9, 7, 3, 9, 5, 3, 1, 3, 5, 7, 6, 9, 1];
    let letters = bytes[..4].iter().flat_map(|byte| {
        let value = if *byte <= b'R' { byte - b'A' + 1 } else { byte - b'S' + 20 };
        [u32::from(value / 10), u32::from(value % 10)]
    });
    let digits = century.iter().chain(&bytes[4..11]).map(|byte| u32::from(byte - b'0'));
    let sum: u32 = letters.chain(digits).zip(WEIGHTS).map(|(value, weight)| value * weight).sum();
    sum % 10 == u32::from(bytes[11] - b'0')
}

/// Ten digits, the first not 0 and the last a Luhn digit; then up to two letters of version code.
fn ontario(number: &str) -> Result<(), Problem> {
    let (digits, version) = number.split_at_checked(10).ok_or(Problem::Format)?;
    let fits = all_digits(digits)
        && !digits.starts_with('0')
        && version.len() <= 2
        && version.bytes().all(|byte| byte.is_ascii_uppercase());
    if !fits {
        return Err(Problem::Format);
    }
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, byte)| {
            let value = u32::from(byte - b'0') * if place % 2 == 1 { 2 } else { 1 };
            value / 10 + value % 10
        })
        .sum();
    doubtful_unless(sum.is_multiple_of(10))
}

/// Ten digits, the first 9 and the last a weighted check digit modulo 11.
fn british_columbia(number: &str) -> Result<(), Problem> {
    const WEIGHTS: [u32; 8] = [2, 4, 8, 5, 10, 9, 7, 3];
    if number.len() != 10 || !all_digits(number) || !number.starts_with('9') {
        return Err(Problem::Format);
    }
    let digits: Vec<u32> = number.bytes().map(|byte| u32::from(byte - b'0')).collect();
    let sum: u32 =
        digits[1..9].iter().zip(WEIGHTS).map(|(digit, weight)| digit * weight % 11).sum();
    doubtful_unless((11 - sum % 11) % 11 == digits[9])
}

#[cfg(test)]
mod tests;
