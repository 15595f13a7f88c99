//! What the patient's page and the server tell each other.

use serde::{Deserialize, Serialize};

/// The answer to Start: an iframe source that was made just now and works once.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Started {
    /// Empego's presigned URL. Never stored, logged or put into a page by the server (design,
    /// section 6).
    pub url: String,
    /// Empego's key of the consultation: messages about anything else do not count.
    pub key: String,
}

/// Keeps the URL out of any debug output.
impl std::fmt::Debug for Started {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Started").field("key", &self.key).finish_non_exhaustive()
    }
}

/// Where a consultation stands, as far as its patient needs to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VisitState {
    /// Not answered yet; the link works.
    Open,
    /// The browser said it is answered, Empego has not said so yet.
    Reported,
    /// Empego says it is answered.
    Confirmed,
    /// The link's time is over.
    Expired,
    /// The link was taken back, or the consultation called off.
    Revoked,
}

impl VisitState {
    /// Reads the JSON text of a state, as the server answers it: a word in quotes.
    #[must_use]
    pub fn from_json(text: &str) -> Option<Self> {
        match text {
            r#""open""# => Some(Self::Open),
            r#""reported""# => Some(Self::Reported),
            r#""confirmed""# => Some(Self::Confirmed),
            r#""expired""# => Some(Self::Expired),
            r#""revoked""# => Some(Self::Revoked),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_browser_reads_what_the_server_writes() {
        for state in [
            VisitState::Open,
            VisitState::Reported,
            VisitState::Confirmed,
            VisitState::Expired,
            VisitState::Revoked,
        ] {
            let json = serde_json::to_string(&state).expect("it is written");
            assert_eq!(VisitState::from_json(&json), Some(state));
        }
        assert_eq!(VisitState::from_json("open"), None);
    }
}
