//! A consultation on this desk, and a row of the board.

use super::follow_up::FollowUp;
use super::ids::{ConsultationId, EmpegoKey, PatientId, RequestId, SiteId};
use super::lifecycle::State;
use super::patient::{Identifier, Patient};
use std::fmt;

/// A consultation with its patient and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consultation {
    /// Ours.
    pub id: ConsultationId,
    /// The site that it belongs to.
    pub site: SiteId,
    /// The press of "Create consultation" that made it.
    pub request_id: RequestId,
    /// Who it is about.
    pub patient: Patient,
    /// What it is a follow-up for; `None` = it is none.
    pub follow_up: Option<FollowUp>,
    /// Empego's name for it, once created there.
    pub empego_key: Option<EmpegoKey>,
    /// Where it stands.
    pub state: State,
    /// When staff asked for it, in milliseconds (UTC).
    pub created_at: i64,
    /// The name of the staff member who did.
    pub created_by: String,
    /// SHA-256 of the newest link's token; the token itself is derived when it is shown.
    pub token_hash: Option<Vec<u8>>,
}

impl Consultation {
    /// Whether the patient must enter the date of birth before starting. Without one on record
    /// there is nothing to ask for.
    #[must_use]
    pub fn is_gated(&self) -> bool {
        self.state.gate.is_on() && self.patient.date_of_birth.is_some()
    }
}

/// One row of the list of follow-ups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FollowUpRow {
    /// What it has in common with a row of the board.
    pub row: BoardRow,
    /// The rest.
    pub follow_up: FollowUp,
}

/// One row of the board.
#[derive(Clone, PartialEq, Eq)]
pub struct BoardRow {
    /// Ours.
    pub id: ConsultationId,
    /// Who it is about.
    pub patient: PatientId,
    /// The patient's given name.
    pub first_name: String,
    /// The patient's family name.
    pub last_name: String,
    /// The patient's newest identifier, if any.
    pub identifier: Option<Identifier>,
    /// Where it stands.
    pub state: State,
    /// When staff asked for it, in milliseconds (UTC).
    pub created_at: i64,
    /// The name of the staff member who did.
    pub created_by: String,
}

/// Keeps the patient out of any debug output.
impl fmt::Debug for BoardRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BoardRow")
            .field("id", &self.id)
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}
