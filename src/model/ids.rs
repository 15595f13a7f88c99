//! Identifiers as types, so that one kind is never passed for another.

use serde::{Deserialize, Serialize};
use std::fmt;

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
    /// One press of "Create consultation": made with the form, so that pressing twice creates once.
    RequestId
}
id! {
    /// Empego's own name for a consultation. An opaque string: UUID syntax is not promised (`empego-api.md` §10.1, 6).
    EmpegoKey
}
