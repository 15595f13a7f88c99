//! Patients, consultations, their links and their history.

use super::{BoardQuery, Record, Result, Seen, Unseen};
use crate::model::consultation::{BoardRow, Consultation};
use crate::model::follow_up::FollowUp;
use crate::model::ids::{ConsultationId, EmpegoKey, PatientId, RequestId, SiteId, StaffId};
use crate::model::language::Language;
use crate::model::lifecycle::State;
use crate::model::patient::{Identifier, Patient};
use crate::model::timeline::Entry;
use async_trait::async_trait;
use std::collections::HashMap;

/// A patient as staff typed them. An identifier finds a known patient; without a match a new one is
/// created.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatientDraft {
    /// The id of a new patient.
    pub id: PatientId,
    pub first_name: String,
    pub last_name: String,
    /// `YYYY-MM-DD`.
    pub date_of_birth: Option<String>,
    /// Without one, a new patient is created.
    pub identifiers: Vec<Identifier>,
    /// `None` leaves that of a known patient.
    pub language: Option<Language>,
}

/// The patient of a new consultation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PatientRef {
    /// As staff typed it.
    Typed(PatientDraft),
    /// The one on record that staff chose, and what they typed.
    Chosen(PatientId, PatientDraft),
    /// The patient of another consultation of the site, unchanged.
    SameAs(ConsultationId),
}

/// A consultation about to be created at Empego.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewConsultation {
    pub id: ConsultationId,
    pub site: SiteId,
    /// The idempotency key.
    pub request_id: RequestId,
    /// An id of what was sent: the request is found by it too, whatever the patient is called by
    /// then.
    pub sent: Option<RequestId>,
    pub patient: PatientRef,
    pub follow_up: Option<FollowUp>,
    /// The reason of a plain consultation.
    pub reason: Option<String>,
    /// Milliseconds (UTC).
    pub at: i64,
    /// The account that created it.
    pub staff: StaffId,
    /// The first entry of its history.
    pub entry: Entry,
    /// What was known of the patient; `None` where that makes no difference.
    pub seen: Option<Seen>,
    /// Rows for the audit log. The store fills in the patient's id, which it alone knows.
    pub log: Vec<Record>,
}

/// What [`Consultations::begin`] found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Begun {
    New(Consultation),
    /// The request was seen before; nothing was changed.
    Repeated(Consultation),
    /// Something else is true of the patient than was seen; nothing was changed.
    Unseen(Unseen),
}

/// A link: the hash of its token, never the token.
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
    /// The state that it was decided by, where another one would have led to something else.
    pub decided_by: Option<State>,
    /// History entries. One with the source and id of an earlier entry is left out.
    pub entries: Vec<Entry>,
    /// The most other messages of browsers in the history, if it is bounded. When it has as many,
    /// those among `entries` are left out.
    pub most_messages: Option<u32>,
    /// Empego's key, once known. Queue events that waited for it are applied.
    pub empego_key: Option<EmpegoKey>,
    /// The new day of a follow-up (`YYYY-MM-DD`). Taken where a history entry is new.
    pub due_on: Option<String>,
    /// Empego's access key, where it gave one. The first one stays.
    pub access_key: Option<String>,
    /// A new link. The same generation with the same hash changes nothing.
    pub link: Option<NewLink>,
    /// The patient as corrected after a failed creation, before another try.
    ///
    /// A patient with no other consultation becomes exactly what the draft says, so that a mistyped
    /// identifier does not stay. A patient with other consultations, and one that another
    /// identifier finds, is updated as in [`Consultations::begin`]. Once Empego has created the
    /// consultation the patient stays as they are. A patient who was corrected or merged since is
    /// no longer the draft's alone, and is updated as in [`Consultations::begin`] too.
    pub corrected_patient: Option<PatientRef>,
    /// With a corrected patient: the new [`NewConsultation::sent`].
    pub sent: Option<RequestId>,
    /// With a corrected patient: the reason as it is now.
    pub reason: Option<String>,
    /// What was known of that patient; `None` for a repetition.
    pub seen: Option<Seen>,
    /// Rows for the audit log. With a corrected patient the store fills in that patient's id.
    pub log: Vec<Record>,
    /// Rows for the audit log that are written only when a history entry is new.
    pub log_if_new: Vec<Record>,
}

/// What [`Consultations::add`] did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Added {
    /// The consultation afterwards.
    pub consultation: Consultation,
    /// The number of new history entries.
    pub fresh: usize,
}

/// Patients, consultations, their links and their history. A record of another site is not found.
#[async_trait]
pub trait Consultations: Send + Sync {
    /// The site's patient with this identifier.
    async fn find_patient(&self, site: &SiteId, identifier: &Identifier)
    -> Result<Option<Patient>>;

    /// The patient with this id.
    async fn patient(&self, site: &SiteId, id: &PatientId) -> Result<Option<Patient>>;
    /// The patients that a search finds, as on the board, by name. A search without a letter or
    /// digit finds none.
    async fn search_patients(&self, site: &SiteId, words: &str, limit: u32)
    -> Result<Vec<Patient>>;
    /// The full names of those of these patients that are found.
    async fn patient_names(
        &self,
        site: &SiteId,
        ids: &[PatientId],
    ) -> Result<HashMap<PatientId, String>>;

    /// Records a consultation that is about to be created at Empego, and its patient. The same
    /// [`RequestId`] again changes nothing.
    ///
    /// The patient is the site's one with the first known identifier, or a new one. Those on record
    /// keep their names and date of birth, unless [`Seen`] says that the draft replaces them. They
    /// take what they have not: a date of birth, and those of the identifiers that no other patient
    /// has. Each such change is a correction in the patient's history, with a row in the audit log.
    /// [`super::StoreError::NotFound`] when the account, the site, the chosen patient,
    /// or the consultation in [`PatientRef::SameAs`] does not exist; [`super::StoreError::Taken`]
    /// when the id is in use.
    async fn begin(&self, begin: &NewConsultation) -> Result<Begun>;
    /// The consultation with this idempotency key; where there is none, the one that was sent as
    /// this ([`NewConsultation::sent`]).
    async fn by_request(
        &self,
        site: &SiteId,
        request_id: &RequestId,
    ) -> Result<Option<Consultation>>;
    /// Adds to a consultation, all or nothing. [`super::StoreError::NotFound`] when there is none;
    /// [`super::StoreError::Outdated`] when it has another state than [`Addition::decided_by`];
    /// [`super::StoreError::Taken`] when it has another Empego key, or another hash for the link's
    /// generation, or when another consultation has the key or the hash.
    async fn add(&self, site: &SiteId, id: &ConsultationId, addition: &Addition) -> Result<Added>;
    /// As [`Self::add`], to several consultations in one transaction.
    async fn add_to_each(
        &self,
        site: &SiteId,
        additions: &[(ConsultationId, Addition)],
    ) -> Result<Vec<Added>>;
    /// The follow-ups of the series that this one is the first of, itself included, by day.
    async fn series(&self, site: &SiteId, id: &ConsultationId) -> Result<Vec<Consultation>>;
    /// The consultation with this id.
    async fn consultation(
        &self,
        site: &SiteId,
        id: &ConsultationId,
    ) -> Result<Option<Consultation>>;
    /// The consultation of a link and the link's generation, by the SHA-256 of its token.
    async fn by_link(&self, token_hash: &[u8]) -> Result<Option<(Consultation, u32)>>;
    /// A consultation's history, oldest first; entries of one moment in the order of arrival.
    async fn timeline(&self, site: &SiteId, id: &ConsultationId) -> Result<Vec<Entry>>;
    /// Rows of the board, newest first.
    async fn board(&self, query: &BoardQuery) -> Result<Vec<BoardRow>>;
}
