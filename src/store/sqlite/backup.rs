//! Copies of the database: made, judged, and put back.

use super::MIGRATIONS;
use super::connect::{beside, options, private};
use crate::store::{Result, StoreError};
use sqlx::sqlite::SqliteConnection;
use sqlx::{ConnectOptions, Connection, SqlitePool};
use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// `PRAGMA application_id` of a desk's file (migration 1).
const APPLICATION_ID: i64 = 1_164_788_837;

/// Copies through `VACUUM INTO`: one consistent moment, compact, and no writer waits for it.
pub(super) async fn write(readers: &SqlitePool, file: &Path) -> Result<()> {
    match private().create_new(true).open(file) {
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
        // Half a backup is worse than none; if even that fails, the first error is the one to tell.
        let _ = fs::remove_file(file);
    }
    written
}

/// Waits until a file and its name are on the disk.
fn sync(file: &Path) -> io::Result<()> {
    File::open(file)?.sync_all()?;
    #[cfg(unix)]
    if let Some(folder) = file.parent() {
        File::open(if folder.as_os_str().is_empty() { Path::new(".") } else { folder })?
            .sync_all()?;
    }
    Ok(())
}

/// Whether a file may be opened as a desk's database: it is empty, or a desk's, and of a schema
/// that this version knows.
pub(super) async fn check(path: &Path) -> Result<()> {
    if fs::metadata(path)?.len() == 0 {
        return Ok(());
    }
    let mut connection = options(path).connect().await?;
    let judged = judge(&mut connection).await;
    connection.close().await?;
    judged
}

async fn judge(connection: &mut SqliteConnection) -> Result<()> {
    let tables: i64 = sqlx::query_scalar("SELECT count(*) FROM sqlite_schema")
        .fetch_one(&mut *connection)
        .await?;
    // No table yet: made, and stopped before the first migration was through.
    if tables > 0 { judge_schema(connection).await } else { Ok(()) }
}

async fn judge_schema(connection: &mut SqliteConnection) -> Result<()> {
    let application_id: i64 =
        sqlx::query_scalar("PRAGMA application_id").fetch_one(&mut *connection).await?;
    let applied: Vec<(i64, Vec<u8>)> = match application_id {
        // The migrations' own table comes before the first migration, which sets the id.
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
    for (version, checksum) in applied {
        let known = MIGRATIONS
            .iter()
            .any(|migration| migration.version == version && *migration.checksum == *checksum);
        if !known {
            return Err(StoreError::Unusable(format!(
                "its schema (version {version}) is of another version of the desk"
            )));
        }
    }
    Ok(())
}

fn foreign() -> StoreError {
    StoreError::Unusable("it is not a desk's database".to_owned())
}

/// Puts a copy of `file` in the place of `path`. The caller holds the lock.
pub(super) async fn restore(path: &Path, file: &Path) -> Result<Option<PathBuf>> {
    if fs::metadata(beside(file, "-wal")).is_ok_and(|wal| wal.len() > 0) {
        return Err(StoreError::Unusable(
            "it has a -wal file beside it: make backups with the backup command".to_owned(),
        ));
    }
    let incoming = beside(path, ".restoring");
    let outcome = async {
        copy(file, &incoming)?;
        judge_backup(&incoming).await?;
        sync(&incoming)?;
        let kept = keep(path).await?;
        fs::rename(&incoming, path)?;
        sync(path)?;
        Ok(kept)
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
    io::copy(&mut File::open(from)?, &mut private().create_new(true).open(to)?)?;
    Ok(())
}

/// A backup must be whole, and a desk's with at least its first migration.
async fn judge_backup(path: &Path) -> Result<()> {
    let mut connection = options(path).connect().await?;
    let judged = async {
        let answers: Vec<String> = sqlx::query_scalar("PRAGMA integrity_check")
            .fetch_all(&mut connection)
            .await
            .map_err(|_| damaged())?;
        if answers != ["ok"] {
            return Err(damaged());
        }
        let application_id: i64 =
            sqlx::query_scalar("PRAGMA application_id").fetch_one(&mut connection).await?;
        if application_id != APPLICATION_ID {
            return Err(foreign());
        }
        judge_schema(&mut connection).await
    };
    let judged = judged.await;
    connection.close().await?;
    judged
}

fn damaged() -> StoreError {
    StoreError::Unusable("it is damaged, or no SQLite file at all".to_owned())
}

/// Gives the database that is there a second name, with all that it holds, and leaves no `-wal`
/// that SQLite could take for the next one's.
async fn keep(path: &Path) -> Result<Option<PathBuf>> {
    if !path.exists() {
        return Ok(None);
    }
    let kept = free_name(path);
    // The last connection to go moves the -wal into the file. A damaged one may refuse: then the
    // -wal goes with it.
    if let Ok(mut connection) = options(path).connect().await {
        let _ = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(&mut connection).await;
        let _ = connection.close().await;
    }
    for suffix in ["-wal", "-shm"] {
        match fs::rename(beside(path, suffix), beside(&kept, suffix)) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
    }
    // A second name and not a move: there is a database under the first one at every moment. Some
    // file systems have no second names.
    fs::hard_link(path, &kept).or_else(|_| copy(path, &kept))?;
    Ok(Some(kept))
}

/// `.before-restore`, and a number behind it where that is kept from an earlier time.
fn free_name(path: &Path) -> PathBuf {
    let first = beside(path, ".before-restore");
    let mut free = first.clone();
    let mut number = 1_u32;
    while free.exists() {
        number = number.saturating_add(1);
        free = beside(&first, &format!(".{number}"));
    }
    free
}
