//! CSV files for spreadsheets.

use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, HeaderValue};
use axum::response::{IntoResponse, Response};
use std::io::Write;

/// The UTF-8 byte order mark. Without it some spreadsheets decode accents wrongly.
const BYTE_ORDER_MARK: &str = "\u{feff}";
/// First characters that make a spreadsheet evaluate a cell (CSV formula injection).
const FORMULA_PREFIXES: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// Writes a table row by row, so that a long one is not held in memory.
pub struct Table<W: Write>(csv::Writer<W>);

impl<W: Write> Table<W> {
    /// Starts a table.
    ///
    /// # Errors
    /// When writing fails.
    pub fn new(mut output: W) -> Result<Self, csv::Error> {
        output.write_all(BYTE_ORDER_MARK.as_bytes())?;
        Ok(Self(csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(output)))
    }

    /// Writes one row. The first one is the heading.
    ///
    /// # Errors
    /// When writing fails, or the row has another length than the heading.
    pub fn row(&mut self, row: Vec<String>) -> Result<(), csv::Error> {
        self.0.write_record(row.into_iter().map(escape_formula))
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

/// A response that the browser saves as a file. The first row is the heading.
///
/// # Errors
/// When the rows have different lengths.
pub fn file(
    name: &'static str,
    rows: impl IntoIterator<Item = Vec<String>>,
) -> Result<Response, csv::Error> {
    let mut table = Table::new(Vec::new())?;
    for row in rows {
        table.row(row)?;
    }
    let mut response = table.finish()?.into_response();
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8"));
    if let Ok(disposition) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        response.headers_mut().insert(CONTENT_DISPOSITION, disposition);
    }
    Ok(response)
}

fn escape_formula(cell: String) -> String {
    if cell.starts_with(FORMULA_PREFIXES) { format!("'{cell}") } else { cell }
}
