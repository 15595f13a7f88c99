//! Turns the search text of users into expressions of both engines, and records into indexed text.
//! Both are folded ([`text::fold`]), so that a name is found by its plain letters on every engine.

use super::db::{Typed, Value};
use crate::model::text;
use unicode_normalization::char::is_combining_mark;

/// In characters; longer than any name and identifier together, so a longer search finds nothing.
const MAX_CHARS: usize = 400;
/// Up to this many words, runs of them are also tried as one identifier ("TEST 5412 2816").
const MAX_JOINED: usize = 8;

/// The condition of a search, as the argument of SQLite's `MATCH`, and as a `tsquery` of PostgreSQL
/// that finds the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Expression {
    fts5: String,
    tsquery: String,
}

impl<'q> From<&'q Expression> for Value<'q> {
    fn from(expression: &'q Expression) -> Self {
        Self::Pair(Some((expression.fts5.as_str().into(), expression.tsquery.as_str().into())))
    }
}

impl Typed for &Expression {
    const NULL: Value<'static> = Value::Pair(None);
}

/// Between the beginning of a statement and its joins and conditions, the patients `p` that the
/// words find; `$param` are the words, before the end of the statement.
macro_rules! by_words {
    ($before:expr, $between:expr, $param:literal, $after:expr) => {
        Sql::pair(
            by_words!(sqlite $before, $between, $param, $after),
            by_words!(postgres $before, $between, $param, $after),
        )
    };
    (sqlite $before:expr, $between:expr, $param:literal, $after:expr) => {
        concat!(
            $before,
            "patient_words w CROSS JOIN patients p ON p.number = w.rowid ",
            $between,
            "w.patient_words MATCH ",
            $param,
            $after
        )
    };
    (postgres $before:expr, $between:expr, $param:literal, $after:expr) => {
        concat!(
            $before,
            "patient_words w JOIN patients p ON p.number = w.number ",
            $between,
            "w.words @@ ",
            $param,
            "::tsquery",
            $after
        )
    };
}
pub(super) use by_words;

/// Between two parts of a statement, whether the patient `p` is one that the words `$param` find.
macro_rules! among_words {
    ($before:expr, $param:literal, $after:expr) => {
        Sql::pair(
            concat!(
                $before,
                "p.number IN (SELECT rowid FROM patient_words WHERE patient_words MATCH ",
                $param,
                ")",
                $after
            ),
            concat!(
                $before,
                "p.number IN (SELECT number FROM patient_words WHERE words @@ ",
                $param,
                "::tsquery)",
                $after
            ),
        )
    };
}
pub(super) use among_words;

/// A parsed search.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Search {
    /// No search: every row matches.
    Everything,
    /// No row can match.
    Nothing,
    Match(Expression),
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
    let mut ways = vec![all(words.iter().map(|word| prefix(word)))];
    for (from, to) in runs(&words) {
        let key = term(Some(Column::Keys), &strip_separators(&words[from..to].concat()), true);
        let others = words[..from].iter().chain(&words[to..]).map(|word| prefix(word));
        ways.push(all(others.chain([key])));
    }
    Search::Match(any(ways))
}

/// The expression for records with all of these names as they are written. `None` = nothing is
/// written.
pub(super) fn exact(names: &[&str]) -> Option<Expression> {
    let quoted = |word: &str| term(Some(Column::Name), word, false);
    let name = |name: &&str| {
        let clean = text::fold(name).replace(|c: char| c.is_control() || c == '"', " ");
        let words = clean.split_whitespace().filter(|word| word.chars().any(char::is_alphanumeric));
        let each: Vec<Expression> = words
            .map(|word| grouped(any([quoted(word), quoted(&strip_separators(word))])))
            .collect();
        let whole = quoted(&strip_separators(&clean));
        (!each.is_empty()).then(|| grouped(any([all(each), whole])))
    };
    let names: Vec<Expression> = names.iter().filter_map(name).collect();
    (!names.is_empty()).then(|| all(names))
}

/// What a word is looked for in.
#[derive(Clone, Copy)]
enum Column {
    Name,
    Keys,
}

/// A text whose words follow one another; the last one may be a prefix.
fn term(column: Option<Column>, text: &str, is_prefix: bool) -> Expression {
    let (name, weight) = match column {
        None => ("", ""),
        Some(Column::Name) => ("name : ", "A"),
        Some(Column::Keys) => ("keys : ", "B"),
    };
    let star = if is_prefix { " *" } else { "" };
    let phrase = document(text);
    let tokens: Vec<&str> = tokens(text).collect();
    let lexeme = |(index, token): (usize, &&str)| {
        let star = if is_prefix && index + 1 == tokens.len() { "*" } else { "" };
        let colon = if star.is_empty() && weight.is_empty() { "" } else { ":" };
        format!("'{token}'{colon}{star}{weight}")
    };
    let lexemes: Vec<String> = tokens.iter().enumerate().map(lexeme).collect();
    Expression {
        fts5: format!("{name}\"{phrase}\"{star}"),
        tsquery: match lexemes.as_slice() {
            // No record has such a word.
            [] => "' '".to_owned(),
            [lexeme] => lexeme.clone(),
            _ => format!("({})", lexemes.join(" <-> ")),
        },
    }
}

fn joined(terms: impl IntoIterator<Item = Expression>, fts5: &str, tsquery: &str) -> Expression {
    let (left, right): (Vec<_>, Vec<_>) =
        terms.into_iter().map(|term| (term.fts5, term.tsquery)).unzip();
    Expression { fts5: left.join(fts5), tsquery: right.join(tsquery) }
}

fn grouped(expression: Expression) -> Expression {
    let Expression { fts5, tsquery } = expression;
    Expression { fts5: format!("({fts5})"), tsquery: format!("({tsquery})") }
}

fn all(terms: impl IntoIterator<Item = Expression>) -> Expression {
    grouped(joined(terms, " AND ", " & "))
}

fn any(terms: impl IntoIterator<Item = Expression>) -> Expression {
    joined(terms, " OR ", " | ")
}

/// The most bytes of a word that are looked at: PostgreSQL's lexemes have no more.
const WORD_BYTES: usize = 2_046;

/// The words of a text. Vowel signs and other marks are parts of them, as in Devanagari.
fn tokens(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && !is_combining_mark(c))
        .filter(|token| !token.is_empty())
        .map(|token| &token[..token.floor_char_boundary(WORD_BYTES)])
}

/// Stands before a letter that is spelled out. Private to us in Unicode, and a letter to FTS5.
const SPELLED: char = '\u{e000}';
/// Letters of a spelled out one, and how many there are: enough for every character.
const LETTERS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
const SPELLED_LETTERS: u32 = 4;

/// A text for FTS5, which then has the words of [`tokens`] in it. Other letters than those of ASCII
/// are spelled out: FTS5 splits them by an old version of Unicode, so that it would find other
/// names than PostgreSQL, and none in the scripts of today's versions.
pub(super) fn document(text: &str) -> String {
    let mut document = String::with_capacity(text.len());
    for token in tokens(text) {
        if !document.is_empty() {
            document.push(' ');
        }
        for c in token.chars() {
            if c.is_ascii() {
                document.push(c);
                continue;
            }
            document.push(SPELLED);
            for place in (0..SPELLED_LETTERS).rev() {
                let letter = u32::from(c) / 36_u32.pow(place) % 36;
                document.push(char::from(LETTERS[letter as usize]));
            }
        }
    }
    document
}

/// The last position that a `tsvector` keeps apart.
const LAST_POSITION: usize = 16_383;
/// A `tsvector` has at most 1 MiB of words. No name is as long.
const VECTOR_BYTES: usize = 500_000;

/// The `tsvector` of the two texts of a record, which [`text_of`] made: names have the weight A,
/// identifiers B, and no phrase crosses from one to the other.
pub(super) fn vector(names: &str, keys: &str) -> String {
    let mut vector = String::new();
    let mut position = 0;
    for (text, weight) in [(names, 'A'), (keys, 'B')] {
        position += 1;
        for token in tokens(text) {
            if vector.len() > VECTOR_BYTES {
                break;
            }
            position = LAST_POSITION.min(position + 1);
            vector.push_str(&format!("'{token}':{position}{weight} "));
        }
    }
    vector
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

fn prefix(word: &str) -> Expression {
    let stripped = strip_separators(word);
    if stripped == word {
        term(None, word, true)
    } else {
        grouped(any([term(None, word, true), term(None, &stripped, true)]))
    }
}

/// The version of [`text_of`] and [`tokens`]. An index that an earlier one wrote is written again.
pub(super) const VERSION: i64 = 3;

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
mod tests;
