//! Identifiers as newtypes, so that one kind is never passed for another.

use serde::{Deserialize, Serialize};
use std::fmt;

/// The longest key of Empego's, in bytes: as long as the names of the event queue.
pub const MAX_EMPEGO_KEY: usize = 200;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }
    };
}

id! {
    /// A consultation on this desk: UUID v7 as text, sortable by creation.
    ConsultationId
}
id! {
    /// A patient on this desk: UUID v7 as text.
    PatientId
}
id! {
    /// A staff account: UUID v7 as text.
    StaffId
}
id! {
    /// A clinic or pharmacy on this desk: UUID v7 as text.
    SiteId
}
id! {
    /// A confidentiality incident: UUID v7 as text.
    IncidentId
}
id! {
    /// An export of a consultation's details: UUID v7 as text.
    ExportId
}
id! {
    /// The idempotency key of the form that creates a consultation: sent twice, it creates once.
    RequestId
}
id! {
    /// Empego's key of a consultation. Opaque: UUID syntax is not promised (`docs/empego.md`
    /// §10.1, 6).
    EmpegoKey
}

impl EmpegoKey {
    /// Whether a text can be a key. It can stand in a path, where dots alone would lead elsewhere.
    #[must_use]
    pub fn is_plain(text: &str) -> bool {
        !text.contains(char::is_control) && !matches!(text.trim(), "" | "." | "..")
    }
}

/// The positions of the dashes of a UUID.
const DASHES: [usize; 4] = [8, 13, 18, 23];

/// Whether the text is a UUID in lower case, as this desk writes its ids. Anything else may be user
/// input and must not be logged.
#[must_use]
pub fn is_id(text: &str) -> bool {
    let fits = |(place, byte): (usize, u8)| {
        if DASHES.contains(&place) {
            byte == b'-'
        } else {
            matches!(byte, b'0'..=b'9' | b'a'..=b'f')
        }
    };
    text.len() == 36 && text.bytes().enumerate().all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_a_lower_case_uuid() {
        assert!(is_id("019a0b1c-2d3e-7f45-8a6b-0123456789ab"));
        for text in [
            "",
            "Lovelace",
            "TREA85520112",
            "019a0b1c-2d3e-7f45-8a6b-0123456789a",
            "019a0b1c-2d3e-7f45-8a6b-0123456789abc",
            "019A0B1C-2D3E-7F45-8A6B-0123456789AB",
            "019a0b1c02d3e-7f45-8a6b-0123456789ab",
            "019a0b1c-2d3e-7f45-8a6b-01234567\u{e9}ab",
            "------------------------------------",
            "000000000000000000000000000000000000",
        ] {
            assert!(!is_id(text), "{text}");
        }
    }
}
