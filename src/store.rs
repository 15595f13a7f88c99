//! Where the desk keeps its records. `store` knows nothing of Empego; only `desk` joins the two.
//!
//! One trait, one implementation a database. `tests/it/store_contract.rs` holds every implementation to the same words.

pub mod sqlite;

use crate::model::consultation::{BoardRow, Consultation};
use crate::model::ids::{ConsultationId, EmpegoKey, PatientId, RequestId, StaffId};
use crate::model::language::Language;
use crate::model::patient::{Identifier, Patient};
use crate::model::timeline::Entry;
use async_trait::async_trait;

/// Why the store could not do as it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// There is no such record.
    #[error("no such record")]
    NotFound,
    /// Something with that name is there already.
    #[error("{0} is taken")]
    Taken(&'static str),
    /// Another process has the database open (SQLite is for one process).
    #[error("another process uses this database: {0}. Stop it first, or give this one its own DATABASE_URL")]
    InUse(String),
    /// The database said no.
    #[error("the database failed")]
    Database(#[from] sqlx::Error),
    /// The database cannot be brought up to this version's schema.
    #[error("the database could not be migrated")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// This file or URL is not one to keep a desk's records in, or to restore them from.
    #[error("this database cannot be used: {0}")]
    Unusable(String),
    /// A file or folder of the database could not be made, read or written.
    #[error("a file of the database could not be reached")]
    Files(#[from] std::io::Error),
    /// A record does not read as it was written.
    #[error("a record cannot be read: {0}")]
    Corrupt(String),
}

/// What [`Store`] methods answer with.
pub type Result<T> = std::result::Result<T, StoreError>;

/// A staff account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Staff {
    /// Ours.
    pub id: StaffId,
    /// Lower case; the name to sign in with.
    pub email: String,
    /// The name on records.
    pub name: String,
    /// The password's hash in PHC string format.
    pub password_hash: String,
    /// When it was made, in milliseconds (UTC).
    pub created_at: i64,
    /// When it was switched off, if it is.
    pub disabled_at: Option<i64>,
}

/// A signed-in browser. Only the hash of its token is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// SHA-256 of the cookie's token.
    pub token_hash: Vec<u8>,
    /// Whose it is.
    pub staff_id: StaffId,
    /// When it was made, in milliseconds (UTC).
    pub created_at: i64,
    /// When it was last used, in milliseconds (UTC).
    pub seen_at: i64,
}

/// A patient as staff typed them. Found again by any of the identifiers, and updated; made where none fits.
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
    /// The language of the patient's page.
    pub language: Language,
    /// What the patient is known by. May be empty: then a new patient is made.
    pub identifiers: Vec<Identifier>,
}

/// A consultation about to be created at Empego.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Begin {
    /// The id that it gets.
    pub id: ConsultationId,
    /// The press that made it: a second one with the same id finds the first.
    pub request_id: RequestId,
    /// Who it is about.
    pub patient: PatientDraft,
    /// When, in milliseconds (UTC).
    pub at: i64,
    /// Who pressed.
    pub staff: StaffId,
    /// The first row of its history.
    pub entry: Entry,
}

/// What [`Store::begin`] found.
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
    /// Empego's name for it, once known.
    pub empego_key: Option<EmpegoKey>,
    /// A new link. The same generation again, with the same hash, changes nothing.
    pub link: Option<NewLink>,
}

/// What [`Store::add`] did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Added {
    /// The consultation as it is now.
    pub consultation: Consultation,
    /// How many history rows were new.
    pub fresh: usize,
}

/// Which rows of the board are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BoardQuery {
    /// Words of a name, or an identifier with or without its separators. Every word must be found, each as the beginning
    /// of one; case and accents do not matter. Without a letter or digit it is no search.
    pub search: Option<String>,
    /// Only rows that stand here.
    pub status: Option<BoardStatus>,
    /// Only rows older than this one (keyset paging).
    pub before: Option<ConsultationId>,
    /// The moment that expiry is judged by, in milliseconds (UTC).
    pub now: i64,
    /// How many rows at the most.
    pub limit: u32,
}

/// What the board can be filtered by: our delivery and Empego's status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BoardStatus {
    /// The create call is on its way, failed, or has no known outcome: somebody must look.
    NotCreated,
    /// The link works and nobody opened it.
    LinkReady,
    /// The patient's page was opened.
    Opened,
    /// The questionnaire was started.
    Started,
    /// The patient answered (reported or confirmed).
    Answered,
    /// Empego says `TO_BE_ANALYZED`.
    ToBeAnalyzed,
    /// Empego says `IN_PROGRESS`.
    InProgress,
    /// Empego says `DONE`.
    Done,
    /// The link's time is over.
    Expired,
    /// Staff took the link back.
    Revoked,
    /// Called off.
    Cancelled,
}

impl BoardStatus {
    /// All of them, in the order of the filter.
    pub const ALL: [Self; 11] = [
        Self::NotCreated,
        Self::LinkReady,
        Self::Opened,
        Self::Started,
        Self::Answered,
        Self::ToBeAnalyzed,
        Self::InProgress,
        Self::Done,
        Self::Expired,
        Self::Revoked,
        Self::Cancelled,
    ];

    /// The word in the board's query string.
    #[must_use]
    pub fn slug(self) -> &'static str {
        match self {
            Self::NotCreated => "not-created",
            Self::LinkReady => "link-ready",
            Self::Opened => "opened",
            Self::Started => "started",
            Self::Answered => "answered",
            Self::ToBeAnalyzed => "to-be-analyzed",
            Self::InProgress => "in-progress",
            Self::Done => "done",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
            Self::Cancelled => "cancelled",
        }
    }

    /// Reads the word in the board's query string.
    #[must_use]
    pub fn parse(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.slug() == slug)
    }
}

/// Where the desk keeps its records. Every method is one transaction: on `Ok` what it did survives a crash.
#[async_trait]
pub trait Store: Send + Sync {
    /// Whether the database answers and has this version's schema.
    async fn ready(&self) -> Result<()>;

    /// Adds an account. [`StoreError::Taken`] when the e-mail is in use, in whatever case.
    async fn add_staff(&self, staff: &Staff) -> Result<()>;
    /// The account with this e-mail, whatever its case.
    async fn staff_by_email(&self, email: &str) -> Result<Option<Staff>>;
    /// All accounts by e-mail.
    async fn all_staff(&self) -> Result<Vec<Staff>>;
    /// Sets a new password hash and ends all sessions of the account. [`StoreError::NotFound`] when there is none.
    async fn set_password(&self, id: &StaffId, password_hash: &str) -> Result<()>;
    /// Switches an account off and ends all its sessions. [`StoreError::NotFound`] when there is none. Once more changes
    /// nothing: the first time stays.
    async fn disable_staff(&self, id: &StaffId, at: i64) -> Result<()>;

    /// Remembers a signed-in browser. [`StoreError::NotFound`] when there is no such account.
    async fn add_session(&self, session: &Session) -> Result<()>;
    /// The session with this token hash and its account, unless the account is switched off.
    async fn session(&self, token_hash: &[u8]) -> Result<Option<(Session, Staff)>>;
    /// Notes that a session was used. Never goes back in time; nothing happens when the session is gone.
    async fn touch_session(&self, token_hash: &[u8], at: i64) -> Result<()>;
    /// Forgets a session. Nothing happens when it is gone already.
    async fn end_session(&self, token_hash: &[u8]) -> Result<()>;
    /// Forgets the sessions made before `created_before` or last used before `seen_before`; how many there were.
    async fn end_old_sessions(&self, created_before: i64, seen_before: i64) -> Result<u64>;

    /// The patient known by this identifier.
    async fn find_patient(&self, identifier: &Identifier) -> Result<Option<Patient>>;

    /// Records a consultation that is about to be created at Empego, and its patient. The same [`RequestId`] again
    /// changes nothing.
    ///
    /// The patient is the one whom the first known identifier finds, or a new one. They take the draft's names, language,
    /// date of birth (unless the draft has none) and those of its identifiers that no other patient has.
    /// [`StoreError::NotFound`] when there is no such staff account, [`StoreError::Taken`] when the id is in use.
    async fn begin(&self, begin: &Begin) -> Result<Begun>;
    /// Sets the patient's details of a consultation whose creation failed, so that it can be tried again.
    /// [`StoreError::NotFound`] when there is none.
    ///
    /// A patient of this consultation alone becomes exactly what the draft says, so that a mistyped identifier does not
    /// stay behind; one with other consultations, and one found by another identifier, is treated as in
    /// [`Store::begin`]. Once Empego has created the consultation nothing is changed: look at the answer's state.
    async fn amend_patient(&self, id: &ConsultationId, patient: &PatientDraft) -> Result<Consultation>;
    /// Adds to a consultation, all or nothing. [`StoreError::NotFound`] when there is none; [`StoreError::Taken`] when it
    /// has another Empego key or another hash for the link's generation already, or another consultation has this one.
    async fn add(&self, id: &ConsultationId, addition: &Addition) -> Result<Added>;
    /// One consultation.
    async fn consultation(&self, id: &ConsultationId) -> Result<Option<Consultation>>;
    /// The consultation that a link leads to, and the link's generation, by the SHA-256 of its token.
    async fn by_link(&self, token_hash: &[u8]) -> Result<Option<(Consultation, u32)>>;
    /// A consultation's history, oldest first; what is of one moment, in the order of arrival.
    async fn timeline(&self, id: &ConsultationId) -> Result<Vec<Entry>>;
    /// Rows of the board, newest first.
    async fn board(&self, query: &BoardQuery) -> Result<Vec<BoardRow>>;
}
