//! Tables as files for a spreadsheet.

use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, HeaderValue};
use axum::response::{IntoResponse, Response};
use std::io::Write;

/// Tells spreadsheets that the text is UTF-8: without it accents come out wrong in some.
const MARK: &str = "\u{feff}";
/// What makes a spreadsheet run a cell instead of showing it.
const RUNS: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// A table, its heading first, as text.
///
/// # Errors
/// When the rows are not of one length; cannot happen with rows that one function makes.
pub fn table(rows: impl IntoIterator<Item = Vec<String>>) -> Result<String, csv::Error> {
    let mut table = Table::begin(Vec::new())?;
    for row in rows {
        table.row(row)?;
    }
    Ok(String::from_utf8_lossy(&table.end()?).into_owned())
}

/// A table that is written row by row, for one that is too long to be held.
pub struct Table<W: Write>(csv::Writer<W>);

impl<W: Write> Table<W> {
    /// Begins a table.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn begin(mut to: W) -> Result<Self, csv::Error> {
        to.write_all(MARK.as_bytes())?;
        Ok(Self(csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(to)))
    }

    /// Writes one row; the first one is the heading.
    ///
    /// # Errors
    /// When it cannot be written, or is not as long as the heading.
    pub fn row(&mut self, row: Vec<String>) -> Result<(), csv::Error> {
        self.0.write_record(row.into_iter().map(inert))
    }

    /// Writes what is left, and gives back where it went.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn end(self) -> Result<W, csv::Error> {
        self.0
            .into_inner()
            .map_err(|error| csv::Error::from(std::io::Error::other(error.to_string())))
    }
}

/// A table as a file that the browser saves under this name.
///
/// # Errors
/// As [`table`].
pub fn file(
    name: &'static str,
    rows: impl IntoIterator<Item = Vec<String>>,
) -> Result<Response, csv::Error> {
    let mut response = table(rows)?.into_response();
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8"));
    if let Ok(disposition) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        response.headers_mut().insert(CONTENT_DISPOSITION, disposition);
    }
    Ok(response)
}

/// The cell with an apostrophe before it, where a spreadsheet would run it.
fn inert(cell: String) -> String {
    if cell.starts_with(RUNS) { format!("'{cell}") } else { cell }
}
