//! What guards a database: the lock on the file itself.

use super::{command, error, run};
use crate::helpers::TestApp;
use std::fs;
use std::path::Path;
use std::process::Output;
use tempfile::TempDir;

/// Opens a database in another process, as a second desk would.
fn open_elsewhere(database: &Path) -> Output {
    let folder = TempDir::new().expect("a folder");
    let database = format!("sqlite://{}", database.display());
    run(command(folder.path(), &["migrate"]).env("DATABASE_URL", database))
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn the_lock_is_on_the_database_whatever_is_done_to_the_file_beside_it() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let url = app.state.config.database_url.clone();
    let database = Path::new(url.strip_prefix("sqlite://").expect("a file")).to_owned();
    let beside = |name: &str| database.with_file_name(name);
    let (linked, sym) = (beside("linked.db"), beside("sym.db"));
    fs::hard_link(&database, &linked).expect("it links");
    std::os::unix::fs::symlink(&database, &sym).expect("it links");
    fs::remove_file(beside("desk.db.lock")).expect("it was there");
    for path in [&database, &linked, &sym] {
        let refused = open_elsewhere(path);
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
