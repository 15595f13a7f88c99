//! Why staff cancel a consultation.

use super::slug::{all, slugs};
use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr, VariantArray};

/// The longest note to a cancellation, in characters.
pub const NOTE_LENGTH: u32 = 200;

/// Why a consultation is cancelled.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    EnumString,
    IntoStaticStr,
    VariantArray,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum CancelReason {
    /// It was created for the wrong patient.
    WrongPatient,
    /// There is another one for the same need.
    Duplicate,
    /// The patient does not want it, or left.
    PatientDeclined,
    /// It is not needed any more.
    NotNeeded,
    /// A note says which.
    Other,
}

impl CancelReason {
    /// Every reason, in the order of the form.
    pub const ALL: [Self; 5] = all();
}

slugs!(CancelReason);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::slug::assert_slugs;

    #[test]
    fn slugs_are_those_in_databases() {
        assert_slugs::<CancelReason>(&[
            "wrong-patient",
            "duplicate",
            "patient-declined",
            "not-needed",
            "other",
        ]);
    }
}
