//! The addresses that the browser bundles need too. The route table takes them from here.

use std::fmt::Display;

/// The sign-in page, which a page that fetched itself may have become.
pub const SIGN_IN: &str = "/sign-in";
/// The form of a new consultation.
pub const NEW_CONSULTATION: &str = "/consultations/new";
/// The form of a new follow-up; `?follows=` names the consultation.
pub const NEW_FOLLOW_UP: &str = "/follow-ups/new";
/// A file that was exported from the details of a consultation.
pub const EXPORT_FILE: &str = "/consultations/{id}/exports/{file}";
/// A patient's page.
pub const VISIT: &str = "/c/{token}";
/// The stream of changes.
pub const LIVE: &str = "/live";
/// A server function.
pub const FUNCTION: &str = "/api/{name}";

/// Puts values in the place of a pattern's parts that vary, in order.
#[must_use]
pub fn fill(pattern: &str, values: &[&dyn Display]) -> String {
    let mut values = values.iter();
    let parts = pattern.split('/').map(|part| match part.strip_prefix('{') {
        Some(_) => values.next().map(ToString::to_string).unwrap_or_default(),
        None => part.to_owned(),
    });
    parts.collect::<Vec<_>>().join("/")
}

/// Whether a path is that of a server function: a page that answers a form has no address of its
/// own.
#[must_use]
pub fn is_function(path: &str) -> bool {
    path.starts_with(FUNCTION.trim_end_matches("{name}"))
}
