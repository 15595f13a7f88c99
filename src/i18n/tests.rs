//! The wording of every text, against `docs/words.md` and the rules of French punctuation.

use super::log::detail::LogDetails;
use super::log::sentence::LogSentences;
use super::*;
use std::fs;
use std::path::Path;

/// The texts of one struct: its name, then English and French by key.
type Texts = (
    &'static str,
    &'static [(&'static str, &'static str)],
    &'static [(&'static str, &'static str)],
);

macro_rules! texts {
    ($($Name:ident),* $(,)?) => {
        [$((stringify!($Name), $Name::ENGLISH, $Name::FRENCH)),*]
    };
}

/// Every struct of texts. [`every_struct_of_texts_is_read`] compares it with the files.
fn all() -> Vec<Texts> {
    texts![
        Errors,
        PatientWords,
        StaffWords,
        States,
        SiteWords,
        SiteTimeWords,
        SlipWords,
        LinkRuleWords,
        GateWords,
        BirthWords,
        LeaveWords,
        AccountWords,
        LogWords,
        ConnectionWords,
        DetailsWords,
        DraftWords,
        FollowUpWords,
        IdentityWords,
        LogDetails,
        LogSentences,
        PatientChangeWords,
        ReasonWords,
        CancelWords,
        KeyWords,
        LookWords,
    ]
    .to_vec()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn every_struct_of_texts_is_read() {
    let names: Vec<_> = all().into_iter().map(|(name, ..)| name).collect();
    let folders = ["src/i18n", "src/i18n/log"].map(|folder| root().join(folder));
    let files = folders.iter().flat_map(|folder| fs::read_dir(folder).expect("the folder"));
    let files = files.map(|file| file.expect("a file").path()).filter(|path| path.is_file());
    for file in files {
        let text = fs::read_to_string(file).expect("text");
        for declared in text.split("\nwords! {\n").skip(1) {
            let name = declared
                .lines()
                .find_map(|line| line.trim().strip_suffix(" {"))
                .expect("a struct's name");
            assert!(names.contains(&name), "{name} is not in the list of this test");
        }
    }
}

/// Canadian usage: a no-break space before a colon and inside guillemets, none before `;`, `?`
/// and `!`.
#[test]
fn french_punctuation_is_spaced_as_in_canada() {
    for (key, text) in all().into_iter().flat_map(|(_, _, french)| french) {
        for wrong in [" :", "« ", " »", " ;", " ?", " !", "\u{a0};", "\u{a0}?", "\u{a0}!"] {
            assert!(!text.contains(wrong), "{key}: {wrong:?} in {text:?}");
        }
        for (at, _) in text.match_indices([':', '»']) {
            assert!(text[..at].ends_with('\u{a0}'), "{key}: {text:?}");
        }
        for (at, mark) in text.match_indices('«') {
            assert!(text[at + mark.len()..].starts_with('\u{a0}'), "{key}: {text:?}");
        }
    }
}

/// The one label with a straight apostrophe is promised as an interface.
#[test]
fn apostrophes_are_typographic() {
    for (_, english, french) in all() {
        for (key, text) in english.iter().chain(french) {
            assert!(!text.contains('\'') || *text == "Type d'identifiant", "{key}: {text:?}");
        }
    }
}

/// The columns of `docs/words.md` with what is not said, in English and in French.
fn unwanted() -> (Vec<String>, Vec<String>) {
    let document = fs::read_to_string(root().join("docs/words.md")).expect("the glossary");
    let terms = |cell: &str| {
        let terms = cell.split(';').map(|term| term.trim().to_lowercase());
        terms.filter(|term| !term.is_empty()).collect::<Vec<_>>()
    };
    let mut unwanted = (Vec::new(), Vec::new());
    for row in document.lines().filter(|line| line.starts_with("| ")).skip(1) {
        let cells: Vec<_> = row.trim_matches('|').split('|').collect();
        let [_, _, _, english, french] = cells.as_slice() else { panic!("five cells: {row}") };
        unwanted.0.extend(terms(english));
        unwanted.1.extend(terms(french));
    }
    unwanted
}

/// Whether a text has a term as whole words.
fn has(text: &str, term: &str) -> bool {
    text.match_indices(term).any(|(at, found)| {
        let before = text[..at].chars().next_back();
        let after = text[at + found.len()..].chars().next();
        ![before, after].into_iter().flatten().any(char::is_alphanumeric)
    })
}

#[test]
fn one_thing_has_one_term() {
    let (not_english, not_french) = unwanted();
    assert!(not_english.len() > 20 && not_french.len() > 20, "{not_english:?} {not_french:?}");
    let mut found = Vec::new();
    for (name, english, french) in all() {
        for (texts, terms) in [(english, &not_english), (french, &not_french)] {
            for (key, text) in texts {
                let lower = text.to_lowercase();
                let terms = terms.iter().filter(|term| has(&lower, term));
                found.extend(terms.map(|term| format!("{name}.{key} says {term:?}: {text}")));
            }
        }
    }
    assert!(found.is_empty(), "see docs/words.md\n{}", found.join("\n"));
}

#[test]
fn the_first_account_has_a_name_in_each_language() {
    assert_eq!(account::person(Language::En, "Administrator"), "Administrator");
    assert_eq!(account::person(Language::Fr, "Administrator"), "Administration");
    assert_eq!(account::person(Language::Fr, "Ada Roy"), "Ada Roy");
}
