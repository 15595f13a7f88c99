//! CSV files for spreadsheets.
//!
//! A spreadsheet splits a file at the separator of its own settings, whatever the file was written
//! with, and evaluates what looks like a formula. So every cell is quoted, and what could begin a
//! formula is neutralised at the start of a cell and behind each separator that is in use.

use crate::model::language::Language;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, HeaderValue};
use axum::response::{IntoResponse, Response};
use std::io::Write;

/// The UTF-8 byte order mark. Without it some spreadsheets decode accents wrongly.
const BYTE_ORDER_MARK: &str = "\u{feff}";
/// First characters that make a spreadsheet evaluate a cell (CSV formula injection), with the
/// full-width ones that some of them take for the same.
const FORMULA_PREFIXES: [char; 8] =
    ['=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'];
/// Where a spreadsheet can split a row into cells, or the file into rows.
const SEPARATORS: [char; 7] = [',', ';', '\t', '|', ':', '\n', '\r'];

/// What stands between the cells of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Separator {
    Comma,
    Semicolon,
}

impl Separator {
    /// The one that Excel expects where this language is set: the comma is the decimal sign in
    /// French.
    #[must_use]
    pub fn of(language: Language) -> Self {
        match language {
            Language::En => Self::Comma,
            Language::Fr => Self::Semicolon,
        }
    }

    fn byte(self) -> u8 {
        match self {
            Self::Comma => b',',
            Self::Semicolon => b';',
        }
    }
}

/// Writes a table row by row, so that a long one is not held in memory.
pub struct Table<W: Write>(csv::Writer<W>);

impl<W: Write> Table<W> {
    /// Starts a table.
    ///
    /// # Errors
    /// When writing fails.
    pub fn new(mut output: W, separator: Separator) -> Result<Self, csv::Error> {
        output.write_all(BYTE_ORDER_MARK.as_bytes())?;
        let writer = csv::WriterBuilder::new()
            .delimiter(separator.byte())
            .quote_style(csv::QuoteStyle::Always)
            .terminator(csv::Terminator::CRLF)
            .from_writer(output);
        Ok(Self(writer))
    }

    /// Writes one row. The first one is the heading.
    ///
    /// # Errors
    /// When writing fails, or the row has another length than the heading.
    pub fn row(&mut self, row: Vec<String>) -> Result<(), csv::Error> {
        self.0.write_record(row.iter().map(|cell| escape_formulas(cell)))
    }

    /// Flushes the table and returns the output.
    ///
    /// # Errors
    /// When writing fails.
    pub fn finish(self) -> Result<W, csv::Error> {
        self.0
            .into_inner()
            .map_err(|error| csv::Error::from(std::io::Error::other(error.to_string())))
    }
}

/// A response that the browser saves as a file, as a spreadsheet in this language reads it. The
/// first row is the heading. `disposition` names the file.
///
/// # Errors
/// When the rows have different lengths.
pub fn file(
    disposition: &str,
    language: Language,
    rows: impl IntoIterator<Item = Vec<String>>,
) -> Result<Response, csv::Error> {
    let mut table = Table::new(Vec::new(), Separator::of(language))?;
    for row in rows {
        table.row(row)?;
    }
    let mut response = table.finish()?.into_response();
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8"));
    if let Ok(disposition) = HeaderValue::from_str(disposition) {
        response.headers_mut().insert(CONTENT_DISPOSITION, disposition);
    }
    Ok(response)
}

/// Puts an apostrophe before each character that would begin a formula. Blanks and quotes between a
/// separator and that character do not make it harmless.
fn escape_formulas(cell: &str) -> String {
    let mut escaped = String::with_capacity(cell.len());
    let mut begins = true;
    for c in cell.chars() {
        if begins && FORMULA_PREFIXES.contains(&c) {
            escaped.push('\'');
        }
        escaped.push(c);
        begins = SEPARATORS.contains(&c) || (begins && (c.is_whitespace() || c == '"'));
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::property::{any_text, config};
    use proptest::collection::vec;
    use proptest::prelude::*;

    fn written(cells: &[String], separator: Separator) -> String {
        let mut table = Table::new(Vec::new(), separator).expect("it begins");
        table.row(cells.to_vec()).expect("it is written");
        String::from_utf8(table.finish().expect("it ends")).expect("UTF-8")
    }

    /// Whether a spreadsheet that splits at this separator finds a formula, whether it minds the
    /// quotes or not.
    fn has_formula(file: &str, separator: char) -> bool {
        let file = file.trim_start_matches(BYTE_ORDER_MARK);
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(u8::try_from(separator).expect("ASCII"))
            .has_headers(false)
            .flexible(true)
            .from_reader(file.as_bytes());
        let quoted = reader.records().flat_map(|row| {
            let row = row.expect("a row");
            row.iter().map(str::to_owned).collect::<Vec<_>>()
        });
        let split = file.split([separator, '\n', '\r']).map(str::to_owned);
        quoted.chain(split).any(|cell| {
            let cell = cell.trim_start_matches(|c: char| c.is_whitespace() || c == '"');
            cell.starts_with(FORMULA_PREFIXES)
        })
    }

    #[test]
    fn no_separator_makes_a_formula_of_a_part_of_a_cell() {
        for cell in [
            "=1+1",
            "x;=cmd|' /C calc'!A1;",
            "x,+1",
            "x\t-1",
            "x|@SUM(1)",
            "x;\"=1\"",
            "x; =1",
            "\r=1",
            "a\n=1",
            "\u{ff1d}1",
            "\";=1",
        ] {
            for written_with in [Separator::Comma, Separator::Semicolon] {
                let file = written(&["a".to_owned(), cell.to_owned()], written_with);
                for read_with in [',', ';', '\t', '|', ':'] {
                    assert!(!has_formula(&file, read_with), "{cell:?} at {read_with:?}: {file}");
                }
            }
        }
        assert!(has_formula("\"a\",\"x;=1\"", ';'), "the check finds one");
    }

    #[test]
    fn other_text_is_kept_and_every_cell_is_quoted() {
        let cells = ["Zoé \"Z\" O'Neil-Roy", "front-desk, clinician", "", "2026-01-02"];
        let file = written(&cells.map(str::to_owned), Separator::of(Language::Fr));
        let row = "\"Zoé \"\"Z\"\" O'Neil-Roy\";\"front-desk, clinician\";\"\";\"2026-01-02\"\r\n";
        assert_eq!(file, format!("{BYTE_ORDER_MARK}{row}"));
        let file = written(&cells.map(str::to_owned), Separator::of(Language::En));
        assert!(file.contains("\"front-desk, clinician\",\"\",\"2026-01-02\""), "{file}");
    }

    proptest! {
        #![proptest_config(config())]
        #[test]
        fn nothing_that_a_client_sends_is_a_formula(
            parts in vec(("[=+@;,|\t\r\n \"'-]{0,4}", any_text()), 1..4),
        ) {
            let cell = parts.iter().map(|(odd, text)| format!("{odd}{text}")).collect::<String>();
            let file = written(&["a".to_owned(), cell], Separator::Comma);
            for separator in [',', ';', '\t', '|'] {
                prop_assert!(!has_formula(&file, separator), "{separator:?}: {file:?}");
            }
        }
    }
}
