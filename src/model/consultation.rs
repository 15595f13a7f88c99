//! Consultations, and their rows on the board and in the list of follow-ups.

use super::follow_up::FollowUp;
use super::ids::{ConsultationId, EmpegoKey, PatientId, RequestId, SiteId};
use super::lifecycle::State;
use super::message::Subject;
use super::patient::{Identifier, Patient};
use std::fmt;

/// Begins the request id of a record that Empego made by itself; Empego's key follows. No form has
/// such an id.
pub const FROM_EMPEGO: &str = "empego/";

/// A consultation with its patient and state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consultation {
    pub id: ConsultationId,
    pub site: SiteId,
    /// The idempotency key of the form that created it.
    pub request_id: RequestId,
    pub patient: Patient,
    /// `None` for a plain consultation.
    pub follow_up: Option<FollowUp>,
    /// The reason of a plain consultation, where one was entered.
    pub reason: Option<String>,
    /// `None` until Empego has created it.
    pub empego_key: Option<EmpegoKey>,
    /// Another key of Empego's, opaque, for calls that name the consultation by it.
    pub access_key: Option<String>,
    pub state: State,
    /// When staff asked for it, in milliseconds (UTC).
    pub created_at: i64,
    /// The name of the staff member who created it.
    pub created_by: String,
    /// SHA-256 of the newest link's token. The token itself is derived when it is shown.
    pub token_hash: Option<Vec<u8>>,
}

impl Consultation {
    /// What Empego's messages call it.
    #[must_use]
    pub fn subject(&self) -> Subject {
        Subject::of(self.follow_up.is_some())
    }

    /// Whether Empego made it by itself.
    #[must_use]
    pub fn is_from_empego(&self) -> bool {
        self.request_id.0.starts_with(FROM_EMPEGO)
    }

    /// Whether the patient must enter the date of birth before starting. Never true without one on
    /// record.
    #[must_use]
    pub fn is_gated(&self) -> bool {
        self.state.gate.is_on() && self.patient.date_of_birth.is_some()
    }
}

/// One row of the list of follow-ups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FollowUpRow {
    pub row: BoardRow,
    pub follow_up: FollowUp,
}

/// One row of the board.
#[derive(Clone, PartialEq, Eq)]
pub struct BoardRow {
    pub id: ConsultationId,
    pub patient: PatientId,
    pub first_name: String,
    pub last_name: String,
    /// `YYYY-MM-DD`.
    pub date_of_birth: Option<String>,
    /// The patient's newest identifier.
    pub identifier: Option<Identifier>,
    pub state: State,
    /// When staff asked for it, in milliseconds (UTC).
    pub created_at: i64,
    /// The reason, of a follow-up too, where one was entered.
    pub reason: Option<String>,
    /// The name of the staff member who created it.
    pub created_by: String,
}

/// Leaves the patient out.
impl fmt::Debug for BoardRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BoardRow")
            .field("id", &self.id)
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}
