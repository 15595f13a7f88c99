//! Work on a database from outside, for the command line.

use super::{LogEntry, Noted, Record, Result, Verdict};
use async_trait::async_trait;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

/// Takes a row of the audit log and its hash, and says whether to go on reading.
pub type EachRow<'a> = &'a mut (dyn FnMut(LogEntry, [u8; 32]) -> ControlFlow<()> + Send);

/// Takes or refuses a backup by what was found of its audit log. The refusal is a sentence.
pub type Accept<'a> = &'a (dyn Fn(&Verdict) -> std::result::Result<(), String> + Sync);

/// A database that was replaced by a backup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restored {
    /// Where the previous database is kept.
    pub previous: Option<PathBuf>,
    /// What was found of the backup's audit log.
    pub log: Verdict,
}

/// Work on a database without opening it as a [`super::Store`]: it changes no schema, and only
/// [`Maintenance::restore`] is refused while a desk serves from the database. Every method but that
/// one answers [`super::StoreError::NotFound`] when there is no database.
#[async_trait]
pub trait Maintenance: Send + Sync {
    /// Copies the database, as it is at one moment, into a new file that only its owner can read.
    /// [`super::StoreError::Taken`] when `file` exists.
    async fn backup(&self, file: &Path) -> Result<()>;
    /// Replaces the database with the backup `file`, or changes nothing.
    /// [`super::StoreError::InUse`] while a desk serves from the database,
    /// [`super::StoreError::Unusable`] when `file` is damaged, not a desk's, of a newer version,
    /// has another schema than its migrations make, or is refused by `accept`.
    async fn restore(&self, file: &Path, accept: Accept<'_>) -> Result<Restored>;
    /// Verifies the hash chain of the audit log, and that it still has the noted rows. The answer
    /// is [`Verdict::Broken`] at the number of a noted row that has another hash now or is missing.
    async fn verify_log(&self, noted: &[Noted]) -> Result<Verdict>;
    /// Whether the database has the schema of this version.
    async fn is_current(&self) -> Result<bool>;
    /// What differs between the schema of the database and the one that its migrations make, as
    /// sentences: triggers guard the audit log, and one may be missing.
    async fn schema_differences(&self) -> Result<Vec<String>>;
    /// Passes every row of the audit log to `each`, of every site and of none, oldest first.
    async fn read_log(&self, each: EachRow<'_>) -> Result<()>;
    /// Appends rows to the audit log. `false`, and nothing is written, when the schema of the
    /// database is of an older version.
    async fn append_log(&self, records: &[Record]) -> Result<bool>;
}
