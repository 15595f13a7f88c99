//! Patients, consultations, their links and their history.

use super::{BoardQuery, Record, Result};
use crate::model::consultation::{BoardRow, Consultation};
use crate::model::follow_up::FollowUp;
use crate::model::ids::{ConsultationId, EmpegoKey, PatientId, RequestId, SiteId, StaffId};
use crate::model::patient::{Identifier, Patient};
use crate::model::timeline::Entry;
use async_trait::async_trait;

/// A patient as staff typed them. Found again by any of the identifiers, and updated; made where
/// none fits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatientDraft {
    /// The id that a new patient gets.
    pub id: PatientId,
    /// Given name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// `YYYY-MM-DD`, where given.
    pub date_of_birth: Option<String>,
    /// What the patient is known by. May be empty: then a new patient is made.
    pub identifiers: Vec<Identifier>,
}

/// Whose consultation it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whose {
    /// The patient whom staff typed.
    Typed(PatientDraft),
    /// The patient of another consultation of the site, who stays as they are.
    SameAs(ConsultationId),
}

/// A consultation about to be created at Empego.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Begin {
    /// The id that it gets.
    pub id: ConsultationId,
    /// The site that it belongs to, and its patient.
    pub site: SiteId,
    /// The press that made it: a second one with the same id finds the first.
    pub request_id: RequestId,
    /// Who it is about.
    pub patient: Whose,
    /// What it is a follow-up for; `None` = it is none.
    pub follow_up: Option<FollowUp>,
    /// When, in milliseconds (UTC).
    pub at: i64,
    /// Who pressed.
    pub staff: StaffId,
    /// The first row of its history.
    pub entry: Entry,
    /// What the audit log says of it. The patient is filled in: only the store knows who it is.
    pub log: Vec<Record>,
}

/// What [`Records::begin`] found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Begun {
    /// It is new, and recorded.
    New(Consultation),
    /// This press was seen before; nothing was changed.
    Seen(Consultation),
}

/// A link to remember: the hash of its token, never the token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewLink {
    /// Counts the links of one consultation from 1.
    pub generation: u32,
    /// SHA-256 of the token.
    pub token_hash: Vec<u8>,
}

/// What is added to a consultation in one transaction.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Addition {
    /// Rows of its history. One that is there already (same source and id) is left out.
    pub entries: Vec<Entry>,
    /// Empego's name for it, once known. What its event queue said of that name before is added
    /// with it.
    pub empego_key: Option<EmpegoKey>,
    /// A new link. The same generation again, with the same hash, changes nothing.
    pub link: Option<NewLink>,
    /// What the audit log says of it.
    pub log: Vec<Record>,
}

/// What [`Records::add`] did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Added {
    /// The consultation as it is now.
    pub consultation: Consultation,
    /// How many history rows were new.
    pub fresh: usize,
}

/// Patients, consultations, their links and their history. A record of another site is as if it
/// were not there.
#[async_trait]
pub trait Records: Send + Sync {
    /// The site's patient known by this identifier.
    async fn find_patient(&self, site: &SiteId, identifier: &Identifier)
    -> Result<Option<Patient>>;

    /// Records a consultation that is about to be created at Empego, and its patient. The same
    /// [`RequestId`] again changes nothing.
    ///
    /// The patient is the site's one whom the first known identifier finds, or a new one. They take
    /// the draft's names, date of birth (unless the draft has none) and those of its identifiers
    /// that no other patient has. [`super::StoreError::NotFound`] when there is no such staff
    /// account or site, or no consultation that it has its patient of; [`super::StoreError::Taken`]
    /// when the id is in use.
    async fn begin(&self, begin: &Begin) -> Result<Begun>;
    /// The consultation that a press made.
    async fn pressed(&self, site: &SiteId, request_id: &RequestId) -> Result<Option<Consultation>>;
    /// Sets the patient's details of a consultation whose creation failed, so that it can be tried
    /// again. [`super::StoreError::NotFound`] when there is none.
    ///
    /// A patient of this consultation alone becomes exactly what the draft says, so that a mistyped
    /// identifier does not stay behind; one with other consultations, and one found by another
    /// identifier, is treated as in [`Records::begin`]. Once Empego has created the consultation
    /// nothing is changed: look at the answer's state.
    async fn amend_patient(
        &self,
        site: &SiteId,
        id: &ConsultationId,
        patient: &PatientDraft,
    ) -> Result<Consultation>;
    /// Adds to a consultation, all or nothing. [`super::StoreError::NotFound`] when there is none;
    /// [`super::StoreError::Taken`] when it has another Empego key or another hash for the link's
    /// generation already, or another consultation has this one.
    async fn add(&self, site: &SiteId, id: &ConsultationId, addition: &Addition) -> Result<Added>;
    /// One consultation.
    async fn consultation(
        &self,
        site: &SiteId,
        id: &ConsultationId,
    ) -> Result<Option<Consultation>>;
    /// The consultation that a link leads to, and the link's generation, by the SHA-256 of its
    /// token.
    async fn by_link(&self, token_hash: &[u8]) -> Result<Option<(Consultation, u32)>>;
    /// A consultation's history, oldest first; what is of one moment, in the order of arrival.
    async fn timeline(&self, site: &SiteId, id: &ConsultationId) -> Result<Vec<Entry>>;
    /// Rows of the board, newest first.
    async fn board(&self, query: &BoardQuery) -> Result<Vec<BoardRow>>;
}
