//! Reasons for consultations: what staff enter, and what a site offers. Empego's application asks
//! for one, and selects the questionnaire by it (`docs/empego.md` §10.3 d).

use super::language::Language;
use super::text;
use serde::{Deserialize, Serialize};

/// The longest reason, in characters.
pub const REASON_LENGTH: u32 = 200;
/// The most reasons that a site offers.
pub const MAX_REASONS: usize = 50;

/// A reason that a site offers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    pub en: String,
    pub fr: String,
    /// What Empego gets in place of the words; empty for the words that were entered.
    pub code: String,
}

impl Reason {
    /// Its words.
    #[must_use]
    pub fn words(&self, language: Language) -> &str {
        match language {
            Language::En => &self.en,
            Language::Fr => &self.fr,
        }
    }

    /// Whether a text is this reason, in either language.
    #[must_use]
    pub fn is(&self, typed: &str) -> bool {
        let typed = text::fold(typed);
        typed == text::fold(&self.en) || typed == text::fold(&self.fr)
    }

    /// Reads `English | Français | code`. Without the second the words are the same in both
    /// languages. `None` where it has no words or more parts, or a part is too long.
    #[must_use]
    pub fn parse(line: &str) -> Option<Self> {
        let parts: Vec<String> = line.split('|').map(text::clean).collect();
        let fits = |part: &String| {
            part.chars().count() <= REASON_LENGTH as usize && !part.chars().any(char::is_control)
        };
        if !parts.iter().all(fits) {
            return None;
        }
        let (en, fr, code) = match parts.as_slice() {
            [both] => (both, both, ""),
            [en, fr] => (en, fr, ""),
            [en, fr, code] => (en, fr, code.as_str()),
            _ => return None,
        };
        if en.is_empty() || fr.is_empty() {
            return None;
        }
        Some(Self { en: en.clone(), fr: fr.clone(), code: code.to_owned() })
    }

    /// The line that [`Self::parse`] reads.
    #[must_use]
    pub fn line(&self) -> String {
        match (self.en == self.fr, self.code.is_empty()) {
            (true, true) => self.en.clone(),
            (_, true) => format!("{} | {}", self.en, self.fr),
            (_, false) => format!("{} | {} | {}", self.en, self.fr, self.code),
        }
    }
}

/// A reason as it is shown: one of the site's in the reader's language, another one as it was
/// entered.
#[must_use]
pub fn shown<'a>(reasons: &'a [Reason], entered: &'a str, language: Language) -> &'a str {
    let found = reasons.iter().find(|reason| reason.is(entered));
    found.map_or(entered, |reason| reason.words(language))
}

/// A reason as Empego gets it: the code of one of the site's that has one, or the words.
#[must_use]
pub fn sent<'a>(reasons: &'a [Reason], entered: &'a str) -> &'a str {
    let found = reasons.iter().find(|reason| reason.is(entered) && !reason.code.is_empty());
    found.map_or(entered, |reason| &reason.code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_read_as_it_is_written() {
        for (line, written) in [
            ("Cough", Some("Cough")),
            (" Cough |Toux", Some("Cough | Toux")),
            ("Cough | Toux | R05", Some("Cough | Toux | R05")),
            ("Cough | Cough | R05", Some("Cough | Cough | R05")),
            ("Cough | Toux |", Some("Cough | Toux")),
            ("Cough |", None),
            ("| Toux", None),
            ("", None),
            ("a | b | c | d", None),
            ("a\u{0}b", None),
        ] {
            let read = Reason::parse(line).map(|reason| reason.line());
            assert_eq!(read.as_deref(), written, "{line}");
        }
        assert!(Reason::parse(&"é".repeat(200)).is_some());
        assert!(Reason::parse(&"é".repeat(201)).is_none());
    }

    #[test]
    fn a_reason_of_the_site_is_known_by_either_name() {
        let reasons = ["Cough | Toux | R05", "Vaccine | Vaccin"].map(Reason::parse);
        let reasons: Vec<Reason> = reasons.into_iter().flatten().collect();
        for (entered, fr, to_empego) in [
            ("cough", "Toux", "R05"),
            ("Toux", "Toux", "R05"),
            ("Vaccine", "Vaccin", "Vaccine"),
            ("Vaccin", "Vaccin", "Vaccin"),
            ("Mal de tête", "Mal de tête", "Mal de tête"),
        ] {
            assert_eq!(shown(&reasons, entered, Language::Fr), fr);
            assert_eq!(sent(&reasons, entered), to_empego);
        }
    }
}
