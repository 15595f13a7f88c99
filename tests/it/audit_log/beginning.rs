//! The beginning of the log, cut by a writer who has the file and removes every guard meanwhile.

use crate::database::Raw;
use crate::helpers::TestApp;
use empego_desk::model::audit::Action;
use empego_desk::store::{self, Noted, Verdict};

/// Removes rows 1 to 4, and puts the guards back.
pub const CUT: &str = "
    PRAGMA writable_schema = ON;
    CREATE TEMP TABLE kept AS SELECT * FROM sqlite_schema WHERE name IN
        ('audit_keeps_its_rows', 'audit_start_moves_with_its_row',
         'audit_unsealed_start_is_written_once');
    DROP TRIGGER audit_keeps_its_rows;
    DROP TRIGGER audit_start_moves_with_its_row;
    DROP TRIGGER audit_unsealed_start_is_written_once;
    UPDATE audit_start SET number = 4, hash = (SELECT hash FROM audit WHERE number = 4);
    DELETE FROM audit_patients WHERE number <= 4;
    DELETE FROM audit WHERE number <= 4;
    INSERT INTO sqlite_schema SELECT * FROM kept;
    DROP TABLE kept";
/// The same, and makes it look like the beginning of an older version.
pub const CUT_AS_OLD: &str = "
    PRAGMA writable_schema = ON;
    CREATE TEMP TABLE kept AS SELECT * FROM sqlite_schema WHERE name IN
        ('audit_keeps_its_rows', 'audit_start_moves_with_its_row',
         'audit_unsealed_start_is_written_once');
    DROP TRIGGER audit_keeps_its_rows;
    DROP TRIGGER audit_start_moves_with_its_row;
    DROP TRIGGER audit_unsealed_start_is_written_once;
    UPDATE audit_start SET number = 4, hash = (SELECT hash FROM audit WHERE number = 4);
    INSERT INTO audit_unsealed_start SELECT only, number, hash FROM audit_start;
    DELETE FROM audit_patients WHERE number <= 4;
    DELETE FROM audit WHERE number <= 4;
    INSERT INTO sqlite_schema SELECT * FROM kept;
    DROP TABLE kept";

/// A desk with a few rows in its log.
async fn written() -> TestApp {
    let app = TestApp::start().await;
    for _ in 0..5 {
        app.nurse().await;
    }
    app
}

/// The same on PostgreSQL.
const POSTGRES_CUT: &str = "
    ALTER TABLE audit DISABLE TRIGGER USER;
    ALTER TABLE audit_start DISABLE TRIGGER USER;
    UPDATE audit_start SET number = 4, hash = (SELECT hash FROM audit WHERE number = 4);
    DELETE FROM audit_patients WHERE number <= 4;
    DELETE FROM audit WHERE number <= 4;
    ALTER TABLE audit ENABLE TRIGGER USER;
    ALTER TABLE audit_start ENABLE TRIGGER USER";
const POSTGRES_AS_OLD: &str = "
    ALTER TABLE audit_unsealed_start DISABLE TRIGGER USER;
    INSERT INTO audit_unsealed_start SELECT * FROM audit_start;
    ALTER TABLE audit_unsealed_start ENABLE TRIGGER USER";

async fn cut(app: &TestApp, as_old: bool) {
    let mut raw = app.database().await;
    match (&raw, as_old) {
        (Raw::Sqlite(_), false) => raw.execute(CUT).await,
        (Raw::Sqlite(_), true) => raw.execute(CUT_AS_OLD).await,
        (Raw::Postgres(_), false) => raw.execute(POSTGRES_CUT).await,
        (Raw::Postgres(_), true) => {
            raw.execute(POSTGRES_CUT).await;
            raw.execute(POSTGRES_AS_OLD).await;
        }
    }
    raw.close().await;
}

/// What the page says of the log.
async fn said(app: &TestApp) -> String {
    app.nurse().await.post("verify_log", &[]).await.text
}

#[tokio::test]
async fn a_beginning_that_was_cut_stays_broken_over_a_start() {
    let app = written().await;
    assert!(said(&app).await.contains("Log verified"));
    cut(&app, false).await;
    assert!(said(&app).await.contains("The log was altered at entry 4"));
    let app = app.restart().await;
    assert!(said(&app).await.contains("The log was altered at entry 4"));
}

#[tokio::test]
async fn a_cut_that_looks_like_an_older_version_excuses_no_checkpoint() {
    let app = written().await;
    let hash = app.state.desk.store.hash_at(2).await.expect("it answers").expect("a row");
    let noted = [Noted { number: 2, hash, may_be_removed: true }];
    let url = app.state.config.database_url.clone();
    let checked = async || {
        let database = store::maintenance(&url).expect("a database");
        database.verify_log(&noted).await.expect("it answers")
    };
    assert!(matches!(checked().await, Verdict::Intact { start: None, .. }));
    cut(&app, true).await;
    // A desk that serves has sealed every beginning at its start.
    assert!(said(&app).await.contains("The log was altered at entry 4"));
    assert_eq!(checked().await, Verdict::Broken { number: 2 });
    // The next start takes it for the one of an older version, and says so in the log.
    let app = app.restart().await;
    assert!(said(&app).await.contains("Log verified"));
    let log = app.whole_log().await;
    let row = log.iter().find(|row| row.action == Action::Purged).expect("a row about it");
    assert!(row.detail.starts_with("log-begins through=4 hash="), "{}", row.detail);
    assert_eq!(checked().await, Verdict::Broken { number: 2 }, "and the checkpoint contradicts");
}
