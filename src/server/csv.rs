//! Tables as files for a spreadsheet.

use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, HeaderValue};
use axum::response::{IntoResponse, Response};

/// Tells spreadsheets that the text is UTF-8: without it accents come out wrong in some.
const MARK: &str = "\u{feff}";
/// What makes a spreadsheet run a cell instead of showing it.
const RUNS: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// A table, its heading first, as text.
///
/// # Errors
/// When the rows are not of one length; cannot happen with rows that one function makes.
pub fn table(rows: impl IntoIterator<Item = Vec<String>>) -> Result<String, csv::Error> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::from(MARK));
    for row in rows {
        writer.write_record(row.into_iter().map(inert))?;
    }
    let bytes = writer.into_inner().map_err(|error| csv::Error::from(std::io::Error::other(error.to_string())))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// A table as a file that the browser saves under this name.
///
/// # Errors
/// As [`table`].
pub fn file(name: &'static str, rows: impl IntoIterator<Item = Vec<String>>) -> Result<Response, csv::Error> {
    let mut response = table(rows)?.into_response();
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8"));
    if let Ok(disposition) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        response.headers_mut().insert(CONTENT_DISPOSITION, disposition);
    }
    Ok(response)
}

/// The cell with an apostrophe before it, where a spreadsheet would run it.
fn inert(cell: String) -> String {
    if cell.starts_with(RUNS) { format!("'{cell}") } else { cell }
}
