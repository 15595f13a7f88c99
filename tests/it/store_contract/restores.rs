//! What a backup must be like to take the place of the database.

use super::audit::record;
use super::files::any;
use super::samples::{begin, begun, site_of};
use empego_desk::store::{self, StoreError, Verdict};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A database with a few rows in its log, and a backup of it.
async fn backed_up() -> (TempDir, PathBuf, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let (path, backup) = (folder.path().join("desk.db"), folder.path().join("backup.db"));
    let store = store::open(path.to_str().expect("UTF-8")).await.expect("it opens");
    begun(&*store, &begin(1)).await;
    for number in 1..=4 {
        store.record(&[record(number)]).await.expect("it is written");
    }
    maintenance(&path).backup(&backup).await.expect("it is written");
    store.close().await;
    (folder, path, backup)
}

fn maintenance(path: &Path) -> Box<dyn store::Maintenance> {
    store::maintenance(path.to_str().expect("UTF-8")).expect("it names a file")
}

async fn change(file: &Path, sql: &'static str) {
    let mut raw = SqliteConnectOptions::new().filename(file).connect().await.expect("it connects");
    sqlx::raw_sql(sql).execute(&mut raw).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    raw.close().await.expect("it closes");
}

async fn refusal(path: &Path, backup: &Path) -> String {
    match maintenance(path).restore(backup, &any).await {
        Err(StoreError::Unusable(why)) => why,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_backup_with_another_schema_is_refused_and_what_differs_is_named() {
    for (sql, expected) in [
        (
            "CREATE TRIGGER planted AFTER INSERT ON timeline BEGIN DELETE FROM exports; END",
            "trigger planted is foreign",
        ),
        ("CREATE TABLE more (a)", "table more is foreign"),
        ("CREATE VIEW sight AS SELECT 1", "view sight is foreign"),
        ("DROP TRIGGER audit_keeps_its_rows", "trigger audit_keeps_its_rows is missing"),
        ("DROP INDEX audit_by_site", "index audit_by_site is missing"),
        (
            "DROP TRIGGER audit_keeps_its_rows;
             CREATE TRIGGER audit_keeps_its_rows BEFORE DELETE ON audit WHEN 0
             BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END",
            "trigger audit_keeps_its_rows is another one",
        ),
        ("ALTER TABLE staff ADD COLUMN more TEXT", "table staff is another one"),
        ("DELETE FROM _sqlx_migrations WHERE version = 3", "migrations are not complete"),
        ("UPDATE _sqlx_migrations SET success = 0 WHERE version = 2", "are not complete"),
    ] {
        let (folder, path, backup) = backed_up().await;
        change(&backup, sql).await;
        let why = refusal(&path, &backup).await;
        assert!(why.contains(expected), "{sql}: {why}");
        let store = store::open(path.to_str().expect("UTF-8")).await.expect("it opens");
        assert_eq!(store.all_sites().await.expect("it answers"), [site_of(1)], "as before");
        assert!(!folder.path().join("desk.db.restoring").exists());
    }
}

#[tokio::test]
async fn the_log_of_a_backup_is_verified_before_it_takes_the_place() {
    let (_folder, path, backup) = backed_up().await;
    let found = maintenance(&path).restore(&backup, &any).await.expect("it is restored");
    assert!(matches!(found.log, Verdict::Intact { rows: 4, last: 4, start: None, .. }));
    // Cut at the beginning, with its trigger in its place again.
    change(
        &backup,
        "PRAGMA writable_schema = ON;
         CREATE TEMP TABLE kept AS SELECT name, sql FROM sqlite_schema WHERE type = 'trigger';
         DROP TRIGGER audit_start_moves_with_its_row;
         UPDATE audit_start SET number = 2, hash = (SELECT hash FROM audit WHERE number = 2);
         DELETE FROM audit_patients WHERE number <= 2; DELETE FROM audit WHERE number <= 2;
         INSERT INTO sqlite_schema (type, name, tbl_name, rootpage, sql)
         SELECT 'trigger', name, 'audit_start', 0, sql FROM kept
         WHERE name = 'audit_start_moves_with_its_row'",
    )
    .await;
    let database = maintenance(&path);
    let refused = database.restore(&backup, &|log: &Verdict| match log {
        Verdict::Broken { number } => Err(format!("broken at {number}")),
        Verdict::Intact { .. } => Ok(()),
    });
    let Err(StoreError::Unusable(why)) = refused.await else { panic!("it was taken") };
    assert_eq!(why, "broken at 2");
    assert!(matches!(
        maintenance(&path).verify_log(&[]).await,
        Ok(Verdict::Intact { rows: 4, .. })
    ));
    let found = maintenance(&path).restore(&backup, &any).await.expect("it is accepted");
    assert_eq!(found.log, Verdict::Broken { number: 2 }, "and said");
}
