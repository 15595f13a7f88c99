//! Turns the search text of users into FTS5 expressions, and records into indexed text. Both are
//! folded ([`text::fold`]), so that a name is found by its plain letters on every engine.

use crate::model::text;

/// In characters; longer than any name and identifier together, so a longer search finds nothing.
const MAX_CHARS: usize = 400;
/// Up to this many words, runs of them are also tried as one identifier ("TEST 5412 2816").
const MAX_JOINED: usize = 8;

/// A parsed search.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Search {
    /// No search: every row matches.
    Everything,
    /// No row can match.
    Nothing,
    /// The argument of `MATCH`.
    Match(String),
}

/// Parses a search. Every word must be the prefix of a word of the name or of an identifier;
/// adjacent words may also be the parts of one identifier. Everything is quoted, so that no input
/// is a syntax error.
pub(super) fn read(typed: &str) -> Search {
    let clean: String = text::fold(typed)
        .chars()
        .map(|c| if c.is_control() || c == '"' { ' ' } else { c })
        .collect();
    let words: Vec<&str> =
        clean.split_whitespace().filter(|word| word.chars().any(char::is_alphanumeric)).collect();
    if words.is_empty() {
        return Search::Everything;
    }
    if typed.chars().count() > MAX_CHARS {
        return Search::Nothing;
    }
    let mut ways = vec![conjunction(words.iter().map(|word| prefix(word)))];
    for (from, to) in runs(&words) {
        let key = format!("keys : \"{}\" *", strip_separators(&words[from..to].concat()));
        let others = words[..from].iter().chain(&words[to..]).map(|word| prefix(word));
        ways.push(conjunction(others.chain([key])));
    }
    Search::Match(ways.join(" OR "))
}

/// The expression for records with all of these names as they are written. `None` = nothing is
/// written.
pub(super) fn exact(names: &[&str]) -> Option<String> {
    let quoted = |word: &str| format!("name : \"{word}\"");
    let name = |name: &&str| {
        let clean = text::fold(name).replace(|c: char| c.is_control() || c == '"', " ");
        let words = clean.split_whitespace().filter(|word| word.chars().any(char::is_alphanumeric));
        let each =
            words.map(|word| format!("({} OR {})", quoted(word), quoted(&strip_separators(word))));
        let each = conjunction(each);
        let whole = strip_separators(&clean);
        (each != "()").then(|| format!("({each} OR {})", quoted(&whole)))
    };
    let names: Vec<String> = names.iter().filter_map(name).collect();
    (!names.is_empty()).then(|| conjunction(names.into_iter()))
}

/// Every run of two or more words with a digit in it, as all identifiers have.
fn runs(words: &[&str]) -> impl Iterator<Item = (usize, usize)> {
    let count = if words.len() <= MAX_JOINED { words.len() } else { 0 };
    let has_digit = move |from: usize, to: usize| {
        words[from..to].concat().contains(|c: char| c.is_ascii_digit())
    };
    (0..count)
        .flat_map(move |from| (from + 2..=count).map(move |to| (from, to)))
        .filter(move |(from, to)| has_digit(*from, *to))
}

fn conjunction(terms: impl Iterator<Item = String>) -> String {
    format!("({})", terms.collect::<Vec<_>>().join(" AND "))
}

fn prefix(word: &str) -> String {
    let stripped = strip_separators(word);
    if stripped == word {
        format!("\"{word}\" *")
    } else {
        format!("(\"{word}\" * OR \"{stripped}\" *)")
    }
}

/// The version of [`text_of`]. An index that an earlier one wrote is written again.
pub(super) const VERSION: i64 = 2;

/// The text to index for names or identifiers: folded, and without their separators.
pub(super) fn text_of(parts: impl IntoIterator<Item = String>) -> String {
    let mut indexed = String::new();
    for part in parts {
        let part = text::fold(&part);
        indexed.push_str(&part);
        indexed.push(' ');
        let whole = strip_separators(&part);
        let whole = (whole != part).then_some(whole.as_str());
        let words = part
            .split_whitespace()
            .map(|word| (word, strip_separators(word)))
            .filter(|(word, stripped)| word != stripped);
        for stripped in words.map(|(_, stripped)| stripped).chain(whole.map(str::to_owned)) {
            indexed.push_str(&stripped);
            indexed.push(' ');
        }
    }
    indexed
}

/// Without spaces, dashes, dots and apostrophes.
fn strip_separators(text: &str) -> String {
    text.chars()
        .filter(|c| {
            !c.is_whitespace()
                && !matches!(
                    c,
                    '-' | '.' | '/' | '\'' | '\u{2018}' | '\u{2019}' | '\u{2010}'..='\u{2015}'
                )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn punctuation_is_no_search() {
        for typed in ["", "  ", "\"", "* - () .", "\u{0}", "🦀"] {
            assert_eq!(read(typed), Search::Everything, "{typed:?}");
        }
    }

    #[test]
    fn words_are_quoted_prefixes_and_numbers_side_by_side_are_joined() {
        assert_eq!(read("Ada NEAR(b"), Search::Match("(\"ada\" * AND \"near(b\" *)".to_owned()));
        let expected = "(\"ada\" * AND \"12\" * AND \"34\" *) OR (\"34\" * AND keys : \"ada12\" *) \
                        OR (keys : \"ada1234\" *) OR (\"ada\" * AND keys : \"1234\" *)";
        assert_eq!(read("Ada 12 34"), Search::Match(expected.to_owned()));
    }

    #[test]
    fn a_text_that_no_record_can_have_is_not_looked_for() {
        assert_eq!(read(&"x".repeat(MAX_CHARS + 1)), Search::Nothing);
    }

    #[test]
    fn separators_are_left_out_of_a_second_copy() {
        assert_eq!(text_of(["Anne-Marie Ł".to_owned()]), "anne-marie l annemarie annemariel ");
        assert_eq!(text_of(["TEST54122816".to_owned()]), "test54122816 ");
    }
}
