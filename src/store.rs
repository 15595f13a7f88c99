//! Where the desk keeps its records. `store` knows nothing of Empego; only `desk` joins the two.
//!
//! One trait in a few parts, and one implementation (`sql`) for both engines, which differ in the
//! spelling of some statements, in their connections (`sqlite`, `postgres`) and in migrations. The
//! URL chooses the engine in [`open`] and [`maintenance`]; nothing outside names one. The same
//! tests run on both. A method about the records of one site takes that site's id,
//! so that no caller can forget to filter.

mod accounts;
pub mod audit;
mod board;
mod brought;
mod changes;
mod copied;
mod events;
mod exports;
mod follow_ups;
mod history;
mod incidents;
mod invitations;
mod lease;
mod lookups;
mod maintenance;
pub mod patient_changes;
mod postgres;
mod records;
mod retention;
mod rows;
mod sites;
mod sql;
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
pub use changes::Changes;
pub use copied::{Copied, Progress};
pub use events::{
    Changed, Discrepancies, EMPEGO_ACCOUNT, EventCounts, EventDetails, EventSubject, Events,
    Foreign, QueueEvent, UnknownType,
};
pub use exports::{Exports, KeptExport};
pub use follow_ups::{FollowUpQuery, FollowUpView, FollowUps};
pub use history::MESSAGE;
pub use incidents::Incidents;
pub use invitations::{Invitation, Invitations, NamedInvitation};
pub use lease::Lease;
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
use postgres::PostgresDatabase;
use sqlite::SqliteFile;
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
    /// The connection is not as safe as the URL asks for, such as with an expired certificate.
    #[error(
        "the connection to the database is refused: {0}. DATABASE_URL says how it is checked: \
         sslmode, and sslrootcert"
    )]
    Tls(String),
    /// The database does not answer, or not in time. The transaction was rolled back.
    #[error("the database does not answer")]
    Busy(#[source] sqlx::Error),
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
        if sqlite::is_disk_full(&error) || postgres::is_disk_full(&error) {
            Self::DiskFull(error)
        } else if let Some(why) = postgres::tls_problem(&error) {
            Self::Tls(why)
        } else if postgres::is_busy(&error) {
            Self::Busy(error)
        } else {
            Self::Database(error)
        }
    }
}

/// Seals a secret again, with the current key; `None` = the sealed text stays as it is.
pub type Reseal<'a> = &'a mut (dyn FnMut(&str) -> Option<String> + Send);

/// The result of [`Store`] methods.
pub type Result<T> = std::result::Result<T, StoreError>;

/// The connections of a pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Connections {
    pub open: u32,
    /// Of these, those that nothing uses.
    pub idle: u32,
}

/// Every record of the desk. Each method of each part is one transaction: after `Ok` its changes
/// survive a crash.
#[async_trait]
pub trait Store:
    Accounts
    + Invitations
    + Sites
    + Consultations
    + Changes
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
    /// The connections of this process, by the name of their pool.
    fn connections(&self) -> [(&'static str, Connections); 2];
    /// The lease, if no other instance holds it.
    async fn lead(&self) -> Result<Option<Box<dyn Lease>>>;
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
        Engine::Sqlite => Ok(Arc::new(Box::pin(sqlite::open(url)).await?)),
        Engine::Postgres => Ok(Arc::new(Box::pin(postgres::open(url)).await?)),
    }
}

/// Opens a database for a command, which may run beside a desk that serves from it. Where nothing
/// does, as [`open`].
///
/// # Errors
/// As [`open`]; [`StoreError::Unusable`] when a desk serves from it (SQLite) and its schema is of
/// another version.
pub async fn open_beside(url: &str) -> Result<Arc<dyn Store>> {
    match Engine::of(url)? {
        Engine::Sqlite => Ok(Arc::new(Box::pin(sqlite::open_beside(url)).await?)),
        Engine::Postgres => Ok(Arc::new(Box::pin(postgres::open(url)).await?)),
    }
}

/// Copies every record of one database into another, which is created or migrated where that is
/// missing, and verifies the copy: the number of rows of every table, and the chain of the audit
/// log. A copy that was cut off goes on where it stopped. Nothing serves from either meanwhile,
/// nor from the other one until the copy is finished.
///
/// # Errors
/// [`StoreError::InUse`] when a desk serves from one, [`StoreError::Unusable`] when `from` is not
/// there, of another version, or has changed since the copy began, when `to` has records of its
/// own, or when the copy differs.
pub async fn copy(from: &str, to: &str, progress: Progress<'_>) -> Result<Copied> {
    if from == to {
        return Err(StoreError::Unusable("it cannot be copied into itself".to_owned()));
    }
    let engine = |side, url| Engine::of(url).map_err(|error| of_side(side, error));
    let (of_source, of_target) = (engine("--from", from)?, engine("--to", to)?);
    let source = match of_source {
        Engine::Sqlite => Box::pin(sqlite::source(from)).await,
        Engine::Postgres => Box::pin(postgres::source(from)).await,
    };
    let source = source.map_err(|error| of_side("--from", error))?;
    let target = match of_target {
        Engine::Sqlite => Box::pin(sqlite::target(to)).await,
        Engine::Postgres => Box::pin(postgres::target(to)).await,
    };
    let target = target.map_err(|error| of_side("--to", error))?;
    let copied = sql::copy::copy(&source.pool, &target.pool, progress).await;
    source.close().await;
    target.close().await;
    copied
}

/// Says which one of two databases cannot be used.
fn of_side(side: &str, error: StoreError) -> StoreError {
    match error {
        StoreError::Unusable(why) => StoreError::Unusable(format!("{side}: {why}")),
        StoreError::NotFound => StoreError::Unusable(format!("{side}: there is none")),
        other => other,
    }
}

/// Access from outside to the database that a URL names. The database need not exist.
///
/// # Errors
/// [`StoreError::Unusable`] when the URL can name no database.
pub fn maintenance(url: &str) -> Result<Box<dyn Maintenance>> {
    match Engine::of(url)? {
        Engine::Sqlite => Ok(Box::new(SqliteFile::at(url)?)),
        Engine::Postgres => Ok(Box::new(PostgresDatabase::at(url)?)),
    }
}

/// What can stand behind a URL.
enum Engine {
    Sqlite,
    Postgres,
}

impl Engine {
    fn of(url: &str) -> Result<Self> {
        match url.split_once("://").map(|(scheme, _)| scheme) {
            Some("sqlite") | None => Ok(Self::Sqlite),
            Some("postgres" | "postgresql") => Ok(Self::Postgres),
            Some(_) => Err(StoreError::Unusable(
                "the URL begins with neither sqlite:// nor postgres://".to_owned(),
            )),
        }
    }
}
