//! What a page showed of a patient, in a form that reveals none of it.

use crate::model::patient::Patient;
use crate::secrets::sha256;

/// Stands for a patient's details as a page showed them, in its form and in the memory of accesses.
/// Reveals none of them.
#[must_use]
pub fn shown(patient: &Patient) -> String {
    let numbers = patient.identifiers.iter().flat_map(|it| [it.kind.slug(), it.key.as_str()]);
    let parts = [
        patient.id.0.as_str(),
        &patient.first_name,
        &patient.last_name,
        patient.date_of_birth.as_deref().unwrap_or_default(),
    ];
    // None of them contains a control character: the text is unambiguous.
    hex::encode(sha256(&parts.into_iter().chain(numbers).collect::<Vec<_>>().join("\0")))
}
