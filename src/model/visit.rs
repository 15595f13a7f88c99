//! What the server answers to the patient's page.

use serde::{Deserialize, Serialize};
use std::fmt;
use strum::{EnumString, IntoStaticStr, VariantArray};

/// In place of sandbox flags: the frame has no `sandbox` attribute.
pub const NO_SANDBOX: &str = "none";

/// The id of the dialog that asks before something empties a frame.
pub const LEAVE_DIALOG: &str = "leave";
/// The value of that dialog's button to go on.
pub const LEAVE_GO_ON: &str = "go";

/// The answer to Start: the source of the iframe, which works once.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Started {
    /// Empego's presigned URL. Never stored, logged, cached or put into server-rendered HTML.
    pub url: String,
    /// Empego's key of the consultation. Messages about another one are ignored.
    pub key: String,
    /// Whether it is a follow-up. Messages about the other kind are ignored.
    pub is_follow_up: bool,
}

/// Leaves the URL out.
impl fmt::Debug for Started {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Started").field("key", &self.key).finish_non_exhaustive()
    }
}

/// The date of birth that a patient typed: day, month and year in a field each. A date in one field
/// alone is taken as it is, and `whole` where all three are empty.
#[must_use]
pub fn typed_date(whole: &str, [day, month, year]: [&str; 3]) -> String {
    let parts = [year.trim(), month.trim(), day.trim()];
    let mut typed = parts.into_iter().filter(|part| !part.is_empty());
    match (typed.next(), typed.next()) {
        (None, _) => whole.to_owned(),
        (Some(alone), None) => alone.to_owned(),
        _ => parts.join("-"),
    }
}

/// The state of a consultation for its patient.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    EnumString,
    IntoStaticStr,
    VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum VisitState {
    /// Not answered yet; the link works.
    Open,
    /// The browser reported an answer; Empego has not confirmed it.
    Reported,
    /// Empego confirmed the answer.
    Confirmed,
    Expired,
    /// The link was revoked, or the consultation cancelled.
    Revoked,
}

impl VisitState {
    /// Reads the JSON string of the server's answer, for the browser, which has no JSON reader.
    #[must_use]
    pub fn from_json(text: &str) -> Option<Self> {
        text.strip_prefix('"')?.strip_suffix('"')?.parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::slug::assert_slugs;

    #[test]
    fn a_date_is_typed_in_three_fields_or_in_one() {
        for (whole, [day, month, year], typed) in [
            ("1954-12-28", ["", "", ""], "1954-12-28"),
            ("", ["28", " 12 ", "1954"], "1954-12-28"),
            ("", ["28", "Dec", "1954"], "1954-Dec-28"),
            ("", ["", "28 déc. 1954", " "], "28 déc. 1954"),
            ("2000-01-01", ["28", "12", "1954"], "1954-12-28"),
            ("", ["28", "", "1954"], "1954--28"),
            ("", ["", "", ""], ""),
        ] {
            assert_eq!(typed_date(whole, [day, month, year]), typed);
        }
    }

    #[test]
    fn the_browser_reads_what_the_server_writes() {
        assert_slugs::<VisitState>(&["open", "reported", "confirmed", "expired", "revoked"]);
        for state in VisitState::VARIANTS {
            let json = serde_json::to_string(state).expect("it is written");
            assert_eq!(VisitState::from_json(&json), Some(*state));
        }
        assert_eq!(VisitState::from_json("open"), None);
    }
}
