//! Where the desk keeps its records. `store` knows nothing of Empego; only `desk` joins the two.
//!
//! One trait in a few parts, one implementation per database engine. The URL chooses the engine in
//! [`open`] and [`maintenance`]; nothing outside names one. `tests/it/store_contract.rs` runs the
//! same tests on every implementation. A method about the records of one site takes that site's id,
//! so that no caller can forget to filter.

mod accounts;
pub mod audit;
mod board;
mod brought;
mod events;
mod exports;
mod follow_ups;
mod history;
mod incidents;
mod invitations;
mod lookups;
mod maintenance;
pub mod patient_changes;
mod records;
mod retention;
mod rows;
mod sites;
mod sqlite;
mod systems;

pub use accounts::{
    Accounts, Attempt, AttemptCounter, AttemptReset, Factor, LockoutPolicy, PasswordLink, Session,
    SignedIn, Staff,
};
pub use audit::{
    Audit, LogEntry, LogQuery, LogStart, Noted, Prunable, Prune, Record, Seal, Sealer, Verdict,
};
pub use board::{BoardQuery, BoardStatus};
pub use events::{
    Changed, Discrepancies, EMPEGO_ACCOUNT, EventCounts, EventDetails, EventSubject, Events,
    Foreign, QueueEvent, UnknownType,
};
pub use exports::{Exports, KeptExport};
pub use follow_ups::{FollowUpQuery, FollowUpView, FollowUps};
pub use history::MESSAGE;
pub use incidents::Incidents;
pub use invitations::{Invitation, Invitations, NamedInvitation};
pub use lookups::{Lookups, PatientQuery, Seen, Unseen, Visits};
pub use maintenance::{Accept, EachRow, Maintenance, Restored};
pub use patient_changes::PatientChanges;
pub use records::{
    Added, Addition, Begun, Consultations, NewConsultation, NewLink, PatientDraft, PatientRef,
};
pub use retention::{
    ClockCheck, HeldConsultation, Hold, Leap, Purge, PurgePlan, Purged, Retention,
};
pub use sites::{Join, Logo, Sites};
pub use systems::{SystemNames, Systems};

use async_trait::async_trait;
use sqlite::{SqliteFile, SqliteStore};
use std::sync::Arc;

/// Why the store failed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("no such record")]
    NotFound,
    /// A record with that unique name exists.
    #[error("{0} is taken")]
    Taken(&'static str),
    /// The account that asks does not administer every site of the account that it would change.
    #[error("not an administrator of all sites of the account")]
    Forbidden,
    /// A site would be left without an administrator who can sign in.
    #[error("a site would be left without an administrator who can sign in")]
    LastAdministrator,
    /// The account signs in through a provider alone: it has no password that could be reset.
    #[error("the account signs in through a provider alone")]
    ProviderOnly,
    /// What the caller read before the change is different now: a password, or the sites of an
    /// account.
    #[error("the account has changed meanwhile")]
    Outdated,
    /// Another process has the database open (SQLite is for one process).
    #[error(
        "another process uses this database: {0}. \
         Stop it first, or give this one its own DATABASE_URL"
    )]
    InUse(String),
    /// The disk is full, or cannot be written. The transaction was rolled back.
    #[error("the disk is full or cannot be written")]
    DiskFull(#[source] sqlx::Error),
    /// Little space is left: the next change may fail.
    #[error("the disk is almost full: {0} bytes are free")]
    NoSpace(u64),
    #[error("the database failed")]
    Database(#[source] sqlx::Error),
    /// The database could not be migrated to this version's schema.
    #[error("the database could not be migrated")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// A URL or file that cannot hold a desk's records, or cannot be restored from.
    #[error("this database cannot be used: {0}")]
    Unusable(String),
    /// A file or folder of the database could not be created, read or written.
    #[error("a file of the database could not be reached")]
    Files(#[from] std::io::Error),
    /// A record cannot be parsed.
    #[error("a record cannot be read: {0}")]
    Corrupt(String),
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        if sqlite::is_disk_full(&error) { Self::DiskFull(error) } else { Self::Database(error) }
    }
}

/// Seals a secret again, with the current key; `None` = the sealed text stays as it is.
pub type Reseal<'a> = &'a mut (dyn FnMut(&str) -> Option<String> + Send);

/// The result of [`Store`] methods.
pub type Result<T> = std::result::Result<T, StoreError>;

/// Every record of the desk. Each method of each part is one transaction: after `Ok` its changes
/// survive a crash.
#[async_trait]
pub trait Store:
    Accounts
    + Invitations
    + Sites
    + Consultations
    + PatientChanges
    + Lookups
    + Events
    + Audit
    + Incidents
    + Exports
    + FollowUps
    + Retention
    + Systems
{
    /// Whether the database has this version's schema and can be written: commits a small change,
    /// and checks the free space of the disk where that is known.
    /// [`StoreError::DiskFull`] or [`StoreError::NoSpace`] when it cannot.
    async fn ready(&self, at: i64) -> Result<()>;
    /// Waits for running transactions, closes every connection and releases the database. Later
    /// calls fail.
    async fn close(&self);
}

/// Opens the database that a URL names, creates it where missing, and migrates its schema to this
/// version. A path without a scheme is an SQLite file.
///
/// # Errors
/// [`StoreError::InUse`] when another process has it open (SQLite), [`StoreError::Unusable`] when
/// the URL names no database of a desk or one of a newer version, [`StoreError::Migration`] when a
/// migration fails.
pub async fn open(url: &str) -> Result<Arc<dyn Store>> {
    match Engine::of(url)? {
        Engine::Sqlite => Ok(Arc::new(SqliteStore::open(url).await?)),
    }
}

/// Access from outside to the database that a URL names. The database need not exist.
///
/// # Errors
/// [`StoreError::Unusable`] when the URL can name no database.
pub fn maintenance(url: &str) -> Result<Box<dyn Maintenance>> {
    match Engine::of(url)? {
        Engine::Sqlite => Ok(Box::new(SqliteFile::at(url)?)),
    }
}

/// What can stand behind a URL.
enum Engine {
    Sqlite,
}

impl Engine {
    fn of(url: &str) -> Result<Self> {
        let refusal = match url.split_once("://").map(|(scheme, _)| scheme) {
            Some("sqlite") | None => return Ok(Self::Sqlite),
            Some("postgres" | "postgresql") => {
                "PostgreSQL is not built into this version yet; use sqlite://data/desk.db"
            }
            Some(_) => "the URL begins with neither sqlite:// nor postgres://",
        };
        Err(StoreError::Unusable(refusal.to_owned()))
    }
}
