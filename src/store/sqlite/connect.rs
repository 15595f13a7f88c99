//! The database file, its lock, and its connections.

use crate::private_file;
use crate::store::{Result, StoreError};
use sqlx::error::DatabaseError;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteError, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{Connection, SqlitePool};
use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How long a connection waits for another one's lock.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// Reads are short, and a few cores serve a clinic.
const READERS: u32 = 4;

/// The path in a `sqlite://` URL (without the query) or the path itself, made canonical so that one
/// file has one lock. Creates the folder where missing.
pub(super) fn prepare(url_or_path: &str) -> Result<PathBuf> {
    let url = url_or_path.strip_prefix("sqlite://").or_else(|| url_or_path.strip_prefix("sqlite:"));
    let path = match url {
        Some(rest) => Path::new(rest.split('?').next().unwrap_or(rest)),
        None => Path::new(url_or_path),
    };
    let name = path.file_name().filter(|name| !name.to_string_lossy().contains(":memory:"));
    let name = name.ok_or_else(|| StoreError::Unusable("the URL names no file".to_owned()))?;
    let folder =
        path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    private_file::create_folder(folder)?;
    let folder = folder.canonicalize()?;
    let path = folder.join(name);
    if path.exists() { Ok(path.canonicalize()?) } else { Ok(path) }
}

/// Options for a file that only its owner can read. SQLite gives the `-wal` and `-shm` files the
/// same permissions.
pub(super) fn private_file() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Creates an empty database file unless one exists.
pub(super) fn create_file(path: &Path) -> Result<()> {
    match private_file().create_new(true).open(path) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(error.into()),
        _ => Ok(()),
    }
}

/// The path with a suffix after the whole name.
pub(super) fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// The right to use a database. The operating system holds it for as long as the files are open: it
/// ends with the process, however that ends, and the `.lock` file that stays behind means nothing.
pub(super) struct Lock {
    /// `.lock` beside the database: it holds while the database is replaced, or is not there yet.
    path: File,
    /// The database itself, whatever it is called and whatever was done to the `.lock` file.
    database: Option<File>,
}

impl Lock {
    /// Takes it, or [`StoreError::InUse`] when another store has it.
    pub(super) fn take(path: &Path) -> Result<Self> {
        let file = private_file().create(true).truncate(false).open(with_suffix(path, ".lock"))?;
        let mut lock = Self { path: lock(file, path)?, database: None };
        if path.exists() {
            lock.take_database(path)?;
        }
        Ok(lock)
    }

    /// Locks the database too, once it is there.
    ///
    /// This is `flock` on the file, which is independent of the `fcntl` locks that SQLite sets on
    /// parts of it. On systems other than Linux the two can block each other, so that there only
    /// the `.lock` file counts. A process loses its `fcntl` locks on a file when it closes the file
    /// anywhere, so this one must be open for as long as SQLite has the database open.
    pub(super) fn take_database(&mut self, path: &Path) -> Result<()> {
        if cfg!(target_os = "linux") && self.database.is_none() {
            self.database = Some(lock(File::open(path)?, path)?);
        }
        Ok(())
    }

    /// Releases it before the drop.
    pub(super) fn release(&self) {
        for file in [Some(&self.path), self.database.as_ref()].into_iter().flatten() {
            // The drop releases what this could not.
            let _ = file.unlock();
        }
    }
}

fn lock(file: File, path: &Path) -> Result<File> {
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StoreError::InUse(path.display().to_string())),
        Err(TryLockError::Error(error)) => Err(error.into()),
    }
}

/// The options of every connection.
pub(super) fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new().filename(path).foreign_keys(true).busy_timeout(BUSY_TIMEOUT)
}

/// The one connection that writes. SQLite has one writer at a time anyway: here they wait in the
/// pool's fair queue and not in SQLite's busy loop.
///
/// `synchronous = FULL`: in WAL mode NORMAL does not flush at a commit, so a power cut could undo
/// what was acknowledged. FULL flushes once per commit (on macOS only with `fullfsync`).
///
/// `recursive_triggers`: without it `INSERT OR REPLACE` bypasses the timeline's triggers.
pub(super) async fn writer(path: &Path) -> Result<SqlitePool> {
    let options = options(path)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .pragma("fullfsync", "ON")
        .pragma("recursive_triggers", "ON");
    Ok(pool(1).connect_with(options).await?)
}

/// The connections that read. A query sees the newest commit at its begin, and never waits for the
/// writer.
pub(super) async fn readers(path: &Path) -> Result<SqlitePool> {
    Ok(pool(READERS).connect_with(options(path).read_only(true)).await?)
}

/// Connections to a file do not go stale: they are neither tested before use nor replaced by age.
///
/// One is replaced after a failed rollback: SQLite rolls a transaction back by itself where the
/// disk is full, the disk fails or memory is short, and sqlx still counts it as open. Every later
/// transaction on that connection would be refused.
fn pool(size: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(size)
        .test_before_acquire(false)
        .idle_timeout(None)
        .max_lifetime(None)
        .after_release(|connection, _| {
            Box::pin(async move {
                // Answered after the rollback that a dropped transaction queues.
                connection.ping().await?;
                Ok(!connection.is_in_transaction())
            })
        })
}

/// The primary result codes after which nothing could be written: `SQLITE_FULL`, and
/// `SQLITE_IOERR` with the codes below.
const FULL: i32 = 13;
const IO_ERROR: i32 = 10;
/// `SQLITE_IOERR_WRITE`, `_FSYNC`, `_DIR_FSYNC`, `_TRUNCATE`, `_SHMOPEN`, `_SHMSIZE` and `_SHMMAP`:
/// the shared memory of WAL mode is a file too, and a full disk refuses it in its own way.
const IO_WRITES: [i32; 7] = [3, 4, 5, 6, 18, 19, 21];

/// Whether SQLite could not write because of the disk.
pub(in crate::store) fn is_disk_full(error: &sqlx::Error) -> bool {
    let Some(error) = error.as_database_error() else { return false };
    let Some(error) = error.try_downcast_ref::<SqliteError>() else { return false };
    let code = error.code().and_then(|code| code.parse::<i32>().ok()).unwrap_or_default();
    match code & 0xff {
        FULL => true,
        IO_ERROR => IO_WRITES.contains(&(code >> 8)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::StoreError;

    #[tokio::test]
    async fn a_full_disk_is_told_from_other_failures() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("desk.db");
        create_file(&path).expect("a file");
        let options = options(&path).pragma("max_page_count", "2");
        let full = pool(1).connect_with(options).await.expect("it opens");
        let filled = sqlx::raw_sql("CREATE TABLE a (x); INSERT INTO a VALUES (zeroblob(100000));");
        let error = StoreError::from(filled.execute(&full).await.expect_err("it is full"));
        assert!(matches!(error, StoreError::DiskFull(_)), "{error:?}");
        let error = sqlx::query("SELECT nothing").execute(&full).await.expect_err("no such column");
        assert!(matches!(StoreError::from(error), StoreError::Database(_)));
    }
}
