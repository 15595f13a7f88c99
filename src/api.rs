//! Server functions: thin over `desk`. Each answers at `/api/{name}`, as JSON to islands and as a plain form to everybody
//! else (`server::routes::api`). Arguments are texts that default to empty, so that a missing field is a field's error.

pub mod consultations;
pub mod session;
pub mod visits;

use std::collections::HashMap;

/// The server functions that need no account (design, section 5). All others answer 401 before they read anything.
pub const PUBLIC: [&str; 6] = ["sign_in", "sign_out", "set_language", "start_consultation", "report_message", "consultation_state"];

/// The server functions that no plain form is sent to. Whoever calls them reads JSON, whether they say so or not: a beacon
/// can set no header.
pub const FOR_SCRIPTS: [&str; 2] = ["report_message", "consultation_state"];

/// The page that a plain form came from: where it is shown again, with its entries, when something is wrong with them.
#[must_use]
pub fn page_of(function: &str, entries: &HashMap<String, String>) -> Option<String> {
    let entry =
        |name: &str| entries.get(name).map(String::as_str).filter(|value| value.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'));
    match function {
        "sign_in" => Some("/sign-in".to_owned()),
        "create_consultation" | "find_patient" => Some("/consultations/new".to_owned()),
        "search_consultations" => Some("/consultations".to_owned()),
        "revoke_link" | "reissue_link" | "retry_create" => Some(format!("/consultations/{}", entry("id")?)),
        "start_consultation" => Some(format!("/c/{}", entry("token")?)),
        _ => None,
    }
}
