//! What only a store in a file does: lock, reopen, guard its history, back up and restore.

use super::samples::{begin, begun, query, site_of, staff_of, walk};
use empego_desk::store::{self, Begun, Maintenance, Store, StoreError, Verdict};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, SqliteConnection};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tempfile::TempDir;

fn place() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("data").join("desk.db");
    (folder, path)
}

fn text(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

async fn open(path: &Path) -> Arc<dyn Store> {
    store::open(text(path)).await.expect("it opens")
}

fn outside(path: &Path) -> Box<dyn Maintenance> {
    store::maintenance(text(path)).expect("it names a file")
}

/// A connection of somebody who minds no rules of ours.
async fn raw(path: &Path) -> SqliteConnection {
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .connect()
        .await
        .expect("it connects")
}

/// Takes every backup, whatever its audit log is like.
pub fn any(_: &Verdict) -> Result<(), String> {
    Ok(())
}

#[tokio::test]
async fn a_url_and_a_path_lead_to_the_same_file() {
    let (_folder, path) = place();
    let store = store::open(&format!("sqlite://{}?mode=rwc", text(&path))).await.expect("it opens");
    store.add_staff(&staff_of(1), &[], None, &[]).await.expect("it is added");
    assert!(path.exists());
    store.close().await;
    assert_eq!(open(&path).await.all_staff().await.expect("it answers"), [staff_of(1)]);
    for nothing in ["sqlite::memory:", "sqlite://", "", "sqlite:///"] {
        assert!(matches!(store::open(nothing).await, Err(StoreError::Unusable(_))), "{nothing:?}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn only_the_owner_reads_the_files() {
    use std::os::unix::fs::PermissionsExt;
    let (folder, path) = place();
    let store = open(&path).await;
    begun(&*store, &begin(1)).await;
    outside(&path).backup(&folder.path().join("backup.db")).await.expect("it is written");
    let mut checked = 0;
    for folder in [path.parent().expect("a folder"), folder.path()] {
        for file in fs::read_dir(folder)
            .expect("it lists")
            .map(|file| file.expect("it lists").path())
            .filter(|path| path.is_file())
        {
            let mode = fs::metadata(&file).expect("it is there").permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{}", file.display());
            checked += 1;
        }
    }
    assert!(checked >= 4, "database, -wal, .lock and backup");
}

#[tokio::test]
async fn a_second_one_is_refused_until_the_first_is_gone() {
    let (_folder, path) = place();
    let store = open(&path).await;
    let roundabout = path.parent().expect("a folder").join("..").join("data").join("desk.db");
    for again in [&path, &roundabout] {
        let refusal = store::open(text(again)).await.err().expect("it is in use");
        assert!(
            matches!(&refusal, StoreError::InUse(which) if which.ends_with("desk.db")),
            "{refusal:?}"
        );
        assert!(matches!(outside(again).restore(&path, &any).await, Err(StoreError::InUse(_))));
    }
    drop(store);
    open(&path).await;
}

#[tokio::test]
async fn what_was_recorded_is_there_after_reopening() {
    let (_folder, path) = place();
    let store = open(&path).await;
    let new = begun(&*store, &begin(1)).await;
    drop(store);
    let store = open(&path).await;
    store.ready(1).await.expect("it is ready");
    assert_eq!(
        store.consultation(&site_of(1).id, &new.id).await.expect("it answers"),
        Some(new.clone())
    );
    assert_eq!(store.begin(&begin(1)).await.expect("it answers"), Begun::Repeated(new));
    assert_eq!(walk(&*store, query(None, Some("ada"), 5)).await, [1]);
}

/// As SQLite does by itself where the disk is full, the disk fails or memory is short: the statement
/// fails and takes the whole transaction with it.
#[tokio::test]
async fn a_transaction_that_the_database_rolled_back_by_itself_stops_no_later_one() {
    let (_folder, path) = place();
    let store = open(&path).await;
    let mut raw = raw(&path).await;
    sqlx::query(
        "CREATE TRIGGER full BEFORE INSERT ON staff WHEN NEW.email LIKE 'nurse2%'
         BEGIN SELECT RAISE(ROLLBACK, 'as if full'); END",
    )
    .execute(&mut raw)
    .await
    .expect("it is planted");
    for _ in 0..3 {
        let full = store.add_staff(&staff_of(2), &[], None, &[]).await;
        assert!(matches!(full, Err(StoreError::Database(_))), "{full:?}");
        store.ready(1).await.expect("it is ready");
    }
    store.add_staff(&staff_of(1), &[], None, &[]).await.expect("it is added");
    assert_eq!(store.all_staff().await.expect("it answers"), [staff_of(1)]);
}

/// The check writes: a database that can be read only is not ready.
#[tokio::test]
async fn a_store_that_cannot_be_written_is_not_ready() {
    let (_folder, path) = place();
    let store = open(&path).await;
    store.ready(1).await.expect("it is ready");
    let mut raw = raw(&path).await;
    sqlx::query(
        "CREATE TRIGGER broken BEFORE UPDATE ON readiness
         BEGIN SELECT RAISE(ABORT, 'cannot be written'); END",
    )
    .execute(&mut raw)
    .await
    .expect("it is planted");
    assert!(store.ready(2).await.is_err());
    sqlx::query("DROP TRIGGER broken").execute(&mut raw).await.expect("it is removed");
    store.ready(3).await.expect("it is ready again");
}

#[tokio::test]
async fn an_acknowledged_commit_is_in_the_file_when_the_process_is_gone() {
    let (folder, path) = place();
    let store = open(&path).await;
    let new = begun(&*store, &begin(1)).await;
    // What a killed process leaves: the files as they are now, with nothing closed.
    let left = folder.path().join("left.db");
    for suffix in ["", "-wal"] {
        fs::copy(format!("{}{suffix}", text(&path)), format!("{}{suffix}", text(&left)))
            .expect("it copies");
    }
    assert_eq!(
        open(&left).await.consultation(&site_of(1).id, &new.id).await.expect("it answers"),
        Some(new)
    );
}

#[tokio::test]
async fn the_timeline_takes_no_change_and_no_loss() {
    let (_folder, path) = place();
    let store = open(&path).await;
    begun(&*store, &begin(1)).await;
    let mut raw = raw(&path).await;
    sqlx::query("PRAGMA recursive_triggers = ON").execute(&mut raw).await.expect("it is set");
    for sql in [
        "UPDATE timeline SET body = '{}'",
        "UPDATE timeline SET number = 7",
        "DELETE FROM timeline",
        "INSERT OR REPLACE INTO timeline SELECT * FROM timeline",
    ] {
        let refusal = sqlx::query(sql).execute(&mut raw).await.expect_err(sql);
        assert!(refusal.to_string().contains("append-only"), "{refusal}");
    }
    assert_eq!(
        store.timeline(&site_of(1).id, &begin(1).id).await.expect("it answers"),
        [begin(1).entry]
    );
}

#[tokio::test]
async fn another_programs_database_is_left_alone() {
    let (folder, _) = place();
    let path = folder.path().join("theirs.db");
    sqlx::raw_sql("CREATE TABLE theirs (a)")
        .execute(&mut raw(&path).await)
        .await
        .expect("it is made");
    assert!(matches!(store::open(text(&path)).await, Err(StoreError::Unusable(_))));
    let tables: Vec<String> = sqlx::query_scalar("SELECT name FROM sqlite_schema")
        .fetch_all(&mut raw(&path).await)
        .await
        .expect("it reads");
    assert_eq!(tables, ["theirs"]);
}

#[tokio::test]
async fn a_newer_schema_is_refused() {
    let (folder, path) = place();
    let store = open(&path).await;
    let backup = folder.path().join("newer.db");
    outside(&path).backup(&backup).await.expect("it is written");
    store.close().await;
    let newer = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) VALUES (9999, 'x', TRUE, x'00', 0)";
    for file in [&path, &backup] {
        sqlx::raw_sql(newer).execute(&mut raw(file).await).await.expect("it is written");
    }
    assert!(matches!(store::open(text(&path)).await, Err(StoreError::Unusable(_))));
    assert!(matches!(outside(&path).restore(&backup, &any).await, Err(StoreError::Unusable(_))));
}

#[tokio::test]
async fn a_backup_comes_back_and_what_was_there_is_kept() {
    let (folder, path) = place();
    let backup = folder.path().join("backup.db");
    let store = open(&path).await;
    let early = begun(&*store, &begin(1)).await;
    outside(&path).backup(&backup).await.expect("it is written");
    assert!(
        matches!(outside(&path).backup(&backup).await, Err(StoreError::Taken(_))),
        "nothing is overwritten"
    );
    let late = begun(&*store, &begin(2)).await;
    // Gone without closing: a -wal stays behind.
    drop(store);
    let mut kept = Vec::new();
    for _ in 0..2 {
        kept.push(
            outside(&path)
                .restore(&backup, &any)
                .await
                .expect("it is restored")
                .previous
                .expect("there was one"),
        );
        let store = open(&path).await;
        assert_eq!(
            store.consultation(&site_of(1).id, &early.id).await.expect("it answers"),
            Some(early.clone())
        );
        assert_eq!(store.consultation(&site_of(1).id, &late.id).await.expect("it answers"), None);
        assert_eq!(
            walk(&*store, query(None, Some("f-000001"), 5)).await,
            [1],
            "the search came along"
        );
        begun(&*store, &begin(3)).await;
        store.close().await;
    }
    assert!(
        text(&kept[0]).ends_with("desk.db.before-restore")
            && text(&kept[1]).ends_with("desk.db.before-restore.2"),
        "{kept:?}"
    );
    assert_eq!(
        open(&kept[0]).await.consultation(&site_of(1).id, &late.id).await.expect("it answers"),
        Some(late),
        "the first is the first"
    );
    assert!(!path.with_extension("db.restoring").exists());
}

#[tokio::test]
async fn a_backup_restores_where_nothing_was() {
    let (folder, path) = place();
    let backup = folder.path().join("backup.db");
    let store = open(&path).await;
    begun(&*store, &begin(1)).await;
    outside(&path).backup(&backup).await.expect("it is written");
    let elsewhere = folder.path().join("new").join("desk.db");
    let restored = outside(&elsewhere).restore(&backup, &any).await.expect("it is restored");
    assert_eq!(restored.previous, None);
    assert_eq!(walk(&*open(&elsewhere).await, query(None, None, 5)).await, [1]);
}

#[tokio::test]
async fn what_is_no_backup_changes_nothing() {
    let (folder, path) = place();
    let good = folder.path().join("good.db");
    let store = open(&path).await;
    begun(&*store, &begin(1)).await;
    outside(&path).backup(&good).await.expect("it is written");
    store.close().await;
    let bad = folder.path().join("bad.db");
    let mut bytes = fs::read(&good).expect("it reads");
    let middle = bytes.len() / 2;
    bytes[middle - 4_096..middle + 4_096].fill(0xA5);
    for content in [Vec::new(), b"no database at all".repeat(300), bytes] {
        fs::write(&bad, content).expect("it writes");
        assert!(matches!(outside(&path).restore(&bad, &any).await, Err(StoreError::Unusable(_))));
    }
    let theirs = folder.path().join("theirs.db");
    sqlx::raw_sql("CREATE TABLE theirs (a)")
        .execute(&mut raw(&theirs).await)
        .await
        .expect("it is made");
    assert!(matches!(outside(&path).restore(&theirs, &any).await, Err(StoreError::Unusable(_))));
    assert!(matches!(
        outside(&path).restore(&folder.path().join("none.db"), &any).await,
        Err(StoreError::Files(_))
    ));
    fs::write(folder.path().join("good.db-wal"), "left by a running desk").expect("it writes");
    assert!(matches!(outside(&path).restore(&good, &any).await, Err(StoreError::Unusable(_))));
    assert_eq!(walk(&*open(&path).await, query(None, None, 5)).await, [1]);
    let names: BTreeSet<_> = fs::read_dir(path.parent().expect("a folder"))
        .expect("it lists")
        .map(|file| file.expect("it lists").file_name())
        .collect();
    assert!(
        names.iter().all(|name| !name.to_string_lossy().contains("restor")),
        "nothing is left lying about: {names:?}"
    );
}

#[test]
fn migrations_are_numbered_without_gap_or_double() {
    for folder in
        fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations")).expect("it lists")
    {
        let folder = folder.expect("it lists").path();
        let names = fs::read_dir(&folder)
            .expect("it lists")
            .map(|file| file.expect("it lists").file_name().to_string_lossy().into_owned());
        let mut numbers: Vec<usize> = names
            .map(|name| {
                let (number, rest) = name.split_once('_').expect("number, underscore, words");
                assert!(number.len() == 4 && rest.ends_with(".sql"), "{name}");
                number.parse().expect("a number")
            })
            .collect();
        numbers.sort_unstable();
        assert_eq!(numbers, (1..=numbers.len()).collect::<Vec<_>>(), "{}", folder.display());
    }
}
