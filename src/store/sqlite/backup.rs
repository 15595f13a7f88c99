//! Backups: written, checked and restored.

use super::connect::{options, private_file, with_suffix};
use super::{MIGRATIONS, schema};
use crate::store::sql::{Pool, audit, check_migrations};
use crate::store::{Accept, Restored, Result, StoreError, Verdict};
use sqlx::sqlite::{SqliteConnection, SqlitePoolOptions};
use sqlx::{ConnectOptions, Connection, SqlitePool};
use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// `PRAGMA application_id` of a desk's file (migration 1).
const APPLICATION_ID: i64 = 1_164_788_837;

/// Copies with `VACUUM INTO`: consistent, compact, and without making the writer wait.
pub(super) async fn write(readers: &SqlitePool, file: &Path) -> Result<()> {
    match private_file().create_new(true).open(file) {
        Ok(_) => {}
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            return Err(StoreError::Taken("the backup's file name"));
        }
        Err(error) => return Err(error.into()),
    }
    let written = async {
        let name = file.to_str().ok_or_else(|| io::Error::from(ErrorKind::InvalidFilename))?;
        sqlx::query("VACUUM INTO $1").bind(name).execute(readers).await?;
        Ok(sync(file)?)
    };
    let written = written.await;
    if written.is_err() {
        // Half a backup is worse than none. The first error is the one to report.
        let _ = fs::remove_file(file);
    }
    written
}

/// Flushes a file and its folder's entry to the disk.
fn sync(file: &Path) -> io::Result<()> {
    File::open(file)?.sync_all()?;
    #[cfg(unix)]
    if let Some(folder) = file.parent() {
        File::open(if folder.as_os_str().is_empty() { Path::new(".") } else { folder })?
            .sync_all()?;
    }
    Ok(())
}

/// [`StoreError::Unusable`] unless a file is empty, or a desk's database with a schema that this
/// version knows.
pub(super) async fn check(path: &Path) -> Result<()> {
    if fs::metadata(path)?.len() == 0 {
        return Ok(());
    }
    let mut connection = options(path).connect().await?;
    let checked = check_tables(&mut connection).await;
    connection.close().await?;
    checked
}

async fn check_tables(connection: &mut SqliteConnection) -> Result<()> {
    let tables: i64 = sqlx::query_scalar("SELECT count(*) FROM sqlite_schema")
        .fetch_one(&mut *connection)
        .await?;
    // No table yet: the process stopped before the end of the first migration.
    if tables > 0 { check_schema(connection).await } else { Ok(()) }
}

async fn check_schema(connection: &mut SqliteConnection) -> Result<()> {
    let application_id: i64 =
        sqlx::query_scalar("PRAGMA application_id").fetch_one(&mut *connection).await?;
    let applied: Vec<(i64, Vec<u8>)> = match application_id {
        // sqlx creates its own table before the first migration, which sets the id.
        0 | APPLICATION_ID => {
            sqlx::query_as("SELECT version, checksum FROM _sqlx_migrations ORDER BY version")
                .fetch_all(&mut *connection)
                .await
                .map_err(|_| foreign())?
        }
        _ => return Err(foreign()),
    };
    if application_id == 0 && !applied.is_empty() {
        return Err(foreign());
    }
    check_migrations(&applied, &MIGRATIONS)
}

fn foreign() -> StoreError {
    StoreError::Unusable("it is not a desk's database".to_owned())
}

/// Replaces `path` with a copy of `file`, if `accept` takes what was found of its audit log. The
/// caller holds the lock.
pub(super) async fn restore(path: &Path, file: &Path, accept: Accept<'_>) -> Result<Restored> {
    if fs::metadata(with_suffix(file, "-wal")).is_ok_and(|wal| wal.len() > 0) {
        return Err(StoreError::Unusable(
            "it has a -wal file beside it: make backups with the backup command".to_owned(),
        ));
    }
    let incoming = with_suffix(path, ".restoring");
    let outcome = async {
        copy(file, &incoming)?;
        let log = check_backup(&incoming).await?;
        accept(&log).map_err(StoreError::Unusable)?;
        sync(&incoming)?;
        let previous = keep_current(path).await?;
        fs::rename(&incoming, path)?;
        sync(path)?;
        Ok(Restored { previous, log })
    };
    let outcome = outcome.await;
    if outcome.is_err() {
        let _ = fs::remove_file(&incoming);
    }
    outcome
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    match fs::remove_file(to) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    io::copy(&mut File::open(from)?, &mut private_file().create_new(true).open(to)?)?;
    Ok(())
}

/// A backup must be undamaged, and a desk's with at least the first migration and with the schema
/// of its version. Returns what was found of its audit log.
async fn check_backup(path: &Path) -> Result<Verdict> {
    let pool = SqlitePoolOptions::new().max_connections(1).connect_with(options(path)).await?;
    let checked = async {
        let mut connection = pool.acquire().await?;
        let answers: Vec<String> = sqlx::query_scalar("PRAGMA integrity_check")
            .fetch_all(&mut *connection)
            .await
            .map_err(|_| damaged())?;
        if answers != ["ok"] {
            return Err(damaged());
        }
        let application_id: i64 =
            sqlx::query_scalar("PRAGMA application_id").fetch_one(&mut *connection).await?;
        if application_id != APPLICATION_ID {
            return Err(foreign());
        }
        check_schema(&mut connection).await?;
        let differences = schema::differences(&mut connection).await?;
        if !differences.is_empty() {
            let differences = differences.join(", ");
            let what = format!("its schema is not the desk's: {differences}");
            return Err(StoreError::Unusable(what));
        }
        drop(connection);
        audit::verify(&Pool::Sqlite(pool.clone()), &[]).await
    };
    let checked = checked.await;
    pool.close().await;
    checked
}

fn damaged() -> StoreError {
    StoreError::Unusable("it is damaged, or no SQLite file at all".to_owned())
}

/// Keeps the current database under a second name, and leaves no `-wal` that SQLite would apply to
/// the next one.
async fn keep_current(path: &Path) -> Result<Option<PathBuf>> {
    if !path.exists() {
        return Ok(None);
    }
    let kept = unused_name(path);
    // Merges the -wal into the file. That may fail on a damaged database: then its -wal is renamed
    // with it.
    if let Ok(mut connection) = options(path).connect().await {
        let _ = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(&mut connection).await;
        let _ = connection.close().await;
    }
    for suffix in ["-wal", "-shm"] {
        match fs::rename(with_suffix(path, suffix), with_suffix(&kept, suffix)) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
    }
    // A link and not a rename: at every moment a database is at the first path. Some file systems
    // have no links.
    fs::hard_link(path, &kept).or_else(|_| copy(path, &kept))?;
    Ok(Some(kept))
}

/// `.before-restore`, followed by a number where earlier ones are kept.
fn unused_name(path: &Path) -> PathBuf {
    let first = with_suffix(path, ".before-restore");
    let mut free = first.clone();
    let mut number = 1_u32;
    while free.exists() {
        number = number.saturating_add(1);
        free = with_suffix(&first, &format!(".{number}"));
    }
    free
}
