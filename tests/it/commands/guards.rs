//! What guards a database: the lock on the file itself, and the checks of a backup.

use super::{command, error, run};
use crate::audit_log::beginning::{CUT, CUT_AS_OLD};
use crate::helpers::{EMAIL, TestApp};
use crate::store_contract::audit::record;
use empego_desk::store::{self, Record};
use std::fs;
use std::path::Path;
use std::process::Output;
use tempfile::TempDir;

/// Opens a database in another process, as a command does.
fn open_elsewhere(database: &Path) -> Output {
    let folder = TempDir::new().expect("a folder");
    let database = format!("sqlite://{}", database.display());
    run(command(folder.path(), &["migrate"]).env("DATABASE_URL", database))
}

/// The same, as one that serves.
fn serve_elsewhere(database: &Path) -> Output {
    let folder = TempDir::new().expect("a folder");
    let database = format!("sqlite://{}", database.display());
    run(command(folder.path(), &["serve"])
        .env("DATABASE_URL", database)
        .env("DESK_ADDR", "127.0.0.1:0"))
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn the_lock_is_on_the_database_whatever_is_done_to_the_file_beside_it() {
    let app = TestApp::in_a_file().await;
    let nurse = app.nurse().await;
    let url = app.state.config.database_url.clone();
    let database = Path::new(url.strip_prefix("sqlite://").expect("a file")).to_owned();
    let beside = |name: &str| database.with_file_name(name);
    let (linked, sym) = (beside("linked.db"), beside("sym.db"));
    fs::hard_link(&database, &linked).expect("it links");
    std::os::unix::fs::symlink(&database, &sym).expect("it links");
    fs::remove_file(beside("desk.db.lock")).expect("it was there");
    for path in [&database, &linked, &sym] {
        let refused = serve_elsewhere(path);
        assert_eq!(refused.status.code(), Some(1), "{}", path.display());
        let said = error(&refused);
        assert!(said.contains("another process uses this database"), "{said}");
    }
    // The desk and the commands that only read go on.
    nurse.create("Ada", "Lovelace", "A-1").await;
    let folder = TempDir::new().expect("a folder");
    for arguments in [&["audit", "verify"] as &[&str], &["backup", "copy.db"]] {
        let output = run(command(folder.path(), arguments).env("DATABASE_URL", &url));
        assert!(output.status.success(), "{arguments:?}: {}", error(&output));
    }
    fs::remove_file(&linked).expect("it is there");
    let app = app.restart().await;
    app.nurse().await.create("Ada", "Lovelace", "A-2").await;
}

#[test]
fn a_database_is_free_once_its_desk_is_gone() {
    let folder = TempDir::new().expect("a folder");
    for _ in 0..2 {
        assert!(open_elsewhere(&folder.path().join("desk.db")).status.success());
    }
}

#[tokio::test]
async fn a_restore_says_what_it_found() {
    let folder = TempDir::new().expect("a folder");
    let with = |arguments: &[&str]| run(&mut command(folder.path(), arguments));
    let said = |output: &Output| String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(with(&["staff", "add", EMAIL]).status.success());
    assert!(with(&["backup", "copy.db"]).status.success());
    assert!(with(&["staff", "add", "other@clinic.example"]).status.success());
    let restored = with(&["restore", "copy.db"]);
    let text = said(&restored);
    assert!(restored.status.success(), "{}", error(&restored));
    assert!(text.contains("Its audit log is whole: 2 rows, up to 2:"), "{text}");
    assert!(text.contains("went on to row 3: rows 3 to 3 are only there"), "{text}");
    let log = with(&["audit", "export", "-"]);
    assert!(said(&log).contains("log=whole rows=2"), "{}", said(&log));

    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(folder.path().join("copy.db"));
    let mut raw = sqlx::ConnectOptions::connect(&options).await.expect("it connects");
    let change =
        "PRAGMA writable_schema = ON; CREATE TEMP TABLE kept AS SELECT * FROM sqlite_schema
                  WHERE name = 'audit_keeps_its_words'; DROP TRIGGER audit_keeps_its_words;
                  UPDATE audit SET detail = 'another' WHERE number = 1;
                  INSERT INTO sqlite_schema SELECT * FROM kept";
    sqlx::raw_sql(change).execute(&mut raw).await.expect("it is changed");
    sqlx::Connection::close(raw).await.expect("it closes");
    let refused = with(&["restore", "copy.db"]);
    assert_eq!(refused.status.code(), Some(1));
    let why = error(&refused);
    assert!(why.contains("broken at row 1") && why.contains("--accept-broken-log"), "{why}");
    assert!(with(&["audit", "verify"]).status.success(), "nothing was changed");
    let accepted = with(&["restore", "copy.db", "--accept-broken-log"]);
    assert!(said(&accepted).contains("broken at row 1"), "{}", error(&accepted));
    assert_eq!(with(&["audit", "verify"]).status.code(), Some(1));
}

#[tokio::test]
async fn a_restore_says_where_the_log_begins_and_refuses_one_that_was_cut() {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("desk.db");
    let store = store::open(path.to_str().expect("UTF-8")).await.expect("it opens");
    for number in 1..=6 {
        // Past every retention.
        let row = Record { at: 1_000_000_000_000, ..record(number) };
        store.record(&[row]).await.expect("it is written");
    }
    store.close().await;
    let with = |arguments: &[&str]| run(&mut command(folder.path(), arguments));
    let says = |arguments: &[&str]| {
        let output = with(arguments);
        assert!(output.status.success(), "{arguments:?}: {}", error(&output));
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    for (name, sql, expected) in [
        ("cut.db", CUT, "its audit log is broken at row 4"),
        ("old.db", CUT_AS_OLD, "begins after row 4, and no removal proves that; the current one"),
    ] {
        says(&["backup", name]);
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(folder.path().join(name));
        let mut raw = sqlx::ConnectOptions::connect(&options).await.expect("it connects");
        sqlx::raw_sql(sql).execute(&mut raw).await.expect("it is cut");
        sqlx::Connection::close(raw).await.expect("it closes");
        let refused = with(&["restore", name]);
        assert_eq!(refused.status.code(), Some(1), "{name}");
        let why = error(&refused);
        assert!(why.contains(expected) && why.contains("--accept-broken-log"), "{why}");
        assert!(!says(&["audit", "verify"]).contains("Removed:"), "nothing was changed");
    }
    let taken = says(&["restore", "old.db", "--accept-broken-log"]);
    assert!(taken.contains("Attention: it begins after row 4"), "{taken}");
    assert!(says(&["audit", "export", "-"]).contains("begins=4 unsealed"));
    // It begins no later than the current one, which is said too.
    assert!(says(&["restore", "old.db"]).contains("Its audit log began after row 4."));
    says(&["audit", "prune", "--now"]);
    says(&["backup", "pruned.db"]);
    let sealed = says(&["restore", "pruned.db"]);
    assert!(sealed.contains("It begins after row 6, by a removal that is sealed"), "{sealed}");
}
