//! What somebody does to the audit log who has the file and minds no rules of ours.

use super::audit::{of_site, record};
use super::incidents::incident;
use super::samples::{NOON, begin, begun, site_of};
use empego_desk::model::audit::Action;
use empego_desk::model::ids::PatientId;
use empego_desk::store::{self, Hold, LogQuery, Noted, Prune, Record, Seal, Store, Verdict};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, SqliteConnection};
use std::sync::Arc;
use tempfile::TempDir;

const ROWS: i64 = 6;

/// A store with a few rows, and a connection of somebody else.
async fn written() -> (TempDir, Arc<dyn Store>, SqliteConnection) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("desk.db");
    let store = store::open(path.to_str().expect("UTF-8")).await.expect("it opens");
    for number in 1..=ROWS {
        // One is about nobody, so that somebody can be added to it.
        let patients = if number == 3 { Vec::new() } else { record(number).patients };
        store.record(&[Record { patients, ..record(number) }]).await.expect("it is written");
    }
    let raw = SqliteConnectOptions::new().filename(&path).connect().await.expect("it connects");
    (folder, store, raw)
}

async fn run(raw: &mut SqliteConnection, sql: &'static str) {
    sqlx::raw_sql(sql).execute(raw).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
}

#[tokio::test]
async fn whatever_is_changed_is_found_at_its_number() {
    let cases: &[(&'static str, i64)] = &[
        ("UPDATE audit SET at = at + 1 WHERE number = 2", 2),
        ("UPDATE audit SET site_id = 'site-2' WHERE number = 2", 2),
        ("UPDATE audit SET site_id = NULL WHERE number = 2", 2),
        ("UPDATE audit SET staff_id = 'staff-2' WHERE number = 2", 2),
        ("UPDATE audit SET staff_id = NULL WHERE number = 2", 2),
        ("UPDATE audit SET staff_name = 'Nobody' WHERE number = 2", 2),
        ("UPDATE audit SET roles = 'clinician' WHERE number = 2", 2),
        ("UPDATE audit SET roles = 'owner' WHERE number = 2", 2),
        ("UPDATE audit SET action = 'listed' WHERE number = 2", 2),
        ("UPDATE audit SET action = 'slept' WHERE number = 2", 2),
        ("UPDATE audit SET consultation_id = NULL WHERE number = 2", 2),
        ("UPDATE audit SET patients = '[]' WHERE number = 2", 2),
        ("UPDATE audit SET patients = 'none' WHERE number = 2", 2),
        ("UPDATE audit SET patients = '[\"patient-1\",\"patient-2\"]' WHERE number = 2", 2),
        ("UPDATE audit SET detail = '' WHERE number = 2", 2),
        ("UPDATE audit SET address = '192.0.2.8' WHERE number = 2", 2),
        ("UPDATE audit SET device = '' WHERE number = 2", 2),
        ("UPDATE audit SET hash = zeroblob(32) WHERE number = 2", 2),
        ("UPDATE audit SET hash = x'00' WHERE number = 2", 2),
        ("UPDATE audit SET detail = 'x' WHERE number = 6", 6),
        // Removed: at the beginning, in the middle, and with the numbers closed up behind it.
        ("DELETE FROM audit WHERE number = 1", 1),
        ("DELETE FROM audit WHERE number = 4", 4),
        ("DELETE FROM audit WHERE number = 4; UPDATE audit SET number = number - 1 WHERE number > 4", 4),
        ("DELETE FROM audit WHERE number < 3; UPDATE audit_start SET number = 2", 3),
        // The beginning cut off, with the hash that the rest is chained to.
        ("UPDATE audit_start SET number = 4, hash = (SELECT hash FROM audit WHERE number = 4);
          DELETE FROM audit_patients WHERE number <= 4; DELETE FROM audit WHERE number <= 4", 4),
        // Added, with a hash copied from another row.
        ("INSERT INTO audit SELECT 7, at, site_id, staff_id, staff_name, roles, action, consultation_id, '[]', detail, address, device, hash FROM audit WHERE number = 6", 7),
        ("UPDATE audit SET number = -number WHERE number > 3; UPDATE audit SET number = 1 - number WHERE number < 0;
          INSERT INTO audit SELECT 4, at, site_id, staff_id, staff_name, roles, action, consultation_id, '[]', detail, address, device, hash FROM audit WHERE number = 3", 4),
        // Reordered.
        ("UPDATE audit SET number = -5 WHERE number = 5; UPDATE audit SET number = 5 WHERE number = 4; UPDATE audit SET number = 4 WHERE number = -5", 4),
        // The way to a patient's rows.
        ("DELETE FROM audit_patients WHERE number = 5 AND patient_id = 'patient-1'", 5),
        ("INSERT INTO audit_patients (patient_id, number) VALUES ('patient-9', 3)", 3),
        ("INSERT INTO audit_patients (patient_id, number) VALUES ('patient-9', 99)", 99),
        ("UPDATE audit_start SET hash = x'0100000000000000000000000000000000000000000000000000000000000000'", 1),
    ];
    for (sql, number) in cases {
        let (_folder, store, mut raw) = written().await;
        run(
            &mut raw,
            "DROP TRIGGER audit_keeps_its_words; DROP TRIGGER audit_keeps_its_rows;
             DROP TRIGGER audit_start_moves_with_its_row",
        )
        .await;
        run(&mut raw, sql).await;
        assert_eq!(
            store.verify().await.expect("it answers"),
            Verdict::Broken { number: *number },
            "{sql}"
        );
    }
}

#[tokio::test]
async fn what_is_taken_off_the_end_shows_by_a_hash_that_was_noted() {
    let (folder, store, mut raw) = written().await;
    let Verdict::Intact { last, head, .. } = store.verify().await.expect("it answers") else {
        panic!("it is whole")
    };
    let path = folder.path().join("desk.db");
    let database = store::maintenance(path.to_str().expect("UTF-8")).expect("a database");
    let verify = async |noted: Option<(i64, [u8; 32])>| {
        let noted = noted.map(|(number, hash)| Noted { number, hash, may_be_removed: false });
        database.verify_log(noted.as_slice()).await
    };
    // From outside, while the store is open.
    assert!(matches!(
        verify(Some((last, head))).await.expect("it answers"),
        Verdict::Intact { rows: ROWS, .. }
    ));
    assert_eq!(
        verify(Some((last, [7; 32]))).await.expect("it answers"),
        Verdict::Broken { number: last }
    );
    run(&mut raw, "DROP TRIGGER audit_keeps_its_rows; DELETE FROM audit_patients WHERE number = 6; DELETE FROM audit WHERE number = 6")
        .await;
    assert!(
        matches!(verify(None).await.expect("it answers"), Verdict::Intact { rows: 5, last: 5, .. }),
        "the chain alone cannot know"
    );
    assert_eq!(
        verify(Some((last, head))).await.expect("it answers"),
        Verdict::Broken { number: 6 }
    );
    // Another row in its place has another hash.
    store.record(&[record(60)]).await.expect("it is written");
    assert_eq!(
        verify(Some((last, head))).await.expect("it answers"),
        Verdict::Broken { number: 6 }
    );
}

#[tokio::test]
async fn the_log_takes_no_change_and_no_loss() {
    let (_folder, store, mut raw) = written().await;
    run(&mut raw, "PRAGMA recursive_triggers = ON").await;
    for sql in [
        "UPDATE audit SET detail = 'x' WHERE number = 2",
        "UPDATE audit SET number = 70 WHERE number = 6",
        "DELETE FROM audit WHERE number = 6",
        "DELETE FROM audit",
        "INSERT OR REPLACE INTO audit SELECT * FROM audit WHERE number = 2",
        // The beginning, which lets rows before it go.
        "UPDATE audit_start SET number = 5, hash = (SELECT hash FROM audit WHERE number = 5)",
        "UPDATE audit_start SET number = 99",
        "UPDATE audit_start SET number = -1",
        "DELETE FROM audit_start",
        "INSERT OR REPLACE INTO audit_start VALUES (1, 5, zeroblob(32))",
        "INSERT OR REPLACE INTO audit_unsealed_start VALUES (1, 5, zeroblob(32))",
    ] {
        let refusal = sqlx::raw_sql(sql).execute(&mut raw).await.expect_err(sql);
        assert!(refusal.to_string().contains("append-only"), "{refusal}");
    }
    let about =
        LogQuery { patients: Some(vec![PatientId::from("patient-1")]), ..of_site(site_of(1).id) };
    assert_eq!(store.log(&about).await.expect("it answers").len(), 5);
    assert!(matches!(
        store.verify().await.expect("it answers"),
        Verdict::Intact { rows: ROWS, .. }
    ));
}

#[tokio::test]
async fn the_register_takes_no_change_and_no_loss() {
    let (_folder, store, mut raw) = written().await;
    store.add_site(&site_of(1)).await.expect("a site");
    store.write_incident(&incident(1, 1), &[]).await.expect("it is written");
    run(&mut raw, "PRAGMA recursive_triggers = ON").await;
    for sql in [
        "UPDATE incidents SET serious = 0",
        "DELETE FROM incidents",
        "INSERT OR REPLACE INTO incidents SELECT * FROM incidents",
    ] {
        let refusal = sqlx::raw_sql(sql).execute(&mut raw).await.expect_err(sql);
        assert!(refusal.to_string().contains("append-only"), "{refusal}");
    }
}

#[tokio::test]
async fn only_what_is_being_purged_leaves_the_timeline_and_nothing_that_is_held() {
    let (_folder, store, mut raw) = written().await;
    store.add_site(&site_of(1)).await.expect("a site");
    for number in [1, 2] {
        begun(&*store, &begin(number)).await;
    }
    let hold = Hold { since: NOON, by: "Zoé".to_owned(), reason: "A complaint".to_owned() };
    store.set_hold(&site_of(1).id, &begin(1).id, Some(&hold), &[]).await.expect("it is held");
    let mut refused = async |sql: &'static str, word: &str| {
        let refusal = sqlx::raw_sql(sql).execute(&mut raw).await.expect_err(sql);
        assert!(refusal.to_string().contains(word), "{sql}: {refusal}");
    };
    refused(
        "INSERT INTO purging (only, consultation_id) VALUES (1, 'consultation-000001')",
        "legal hold",
    )
    .await;
    refused(
        "INSERT INTO purging (only, consultation_id) VALUES (2, 'consultation-000002')",
        "CHECK",
    )
    .await;
    refused("BEGIN; INSERT INTO purging (only, consultation_id) VALUES (1, 'consultation-000002'); DELETE FROM timeline", "append-only")
        .await;
    refused("ROLLBACK; DELETE FROM timeline", "append-only").await;
    for number in [1, 2] {
        assert_eq!(
            store.timeline(&site_of(1).id, &begin(number).id).await.expect("it answers").len(),
            1
        );
    }
}

/// A row that tells of a removal lets the beginning move. It must fit the chain, and its seal is for
/// the holder of the secret to judge.
#[tokio::test]
async fn a_removal_that_was_made_up_shows() {
    let (_folder, store, mut raw) = written().await;
    let hash = async |number| store.hash_at(number).await.expect("it answers").expect("a row");
    let detail = format!("log-rows=4 through=4 hash={} seal=00", hex::encode(hash(4).await));
    let told = Record { action: Action::Purged, site: None, detail, ..record(7) };
    let cut = async |raw: &mut SqliteConnection| {
        let sql = "UPDATE audit_start SET number = 4, hash = (SELECT hash FROM audit
                   WHERE number = 4); DELETE FROM audit_patients WHERE number <= 4;
                   DELETE FROM audit WHERE number <= 4";
        sqlx::raw_sql(sql).execute(raw).await
    };
    // Elsewhere than at the end, or about another row, it is of no use.
    store.record(&[told.clone(), record(8)]).await.expect("it is written");
    assert!(cut(&mut raw).await.is_err());
    let of_five = Record { detail: told.detail.replace("through=4", "through=5"), ..told.clone() };
    store.record(&[of_five]).await.expect("it is written");
    assert!(cut(&mut raw).await.is_err());
    assert!(matches!(store.verify().await, Ok(Verdict::Intact { start: None, .. })));
    // With the right hash, as a writer could compute it who has the file.
    store.record(&[told]).await.expect("it is written");
    cut(&mut raw).await.expect("it is cut");
    let Ok(Verdict::Intact { start: Some(start), .. }) = store.verify().await else {
        panic!("the chain alone cannot know")
    };
    assert_eq!(start.number, 4);
    assert_eq!(start.seal, Seal::Removal("00".to_owned()), "its seal says so");
}

#[tokio::test]
async fn noted_rows_may_be_removed_at_the_end_of_their_retention_and_not_be_cut() {
    let (folder, store, mut raw) = written().await;
    let mut noted = Vec::new();
    for number in [2, 4, ROWS] {
        let hash = store.hash_at(number).await.expect("it answers").expect("a row");
        noted.push(Noted { number, hash, may_be_removed: true });
    }
    let log = Record { action: Action::Purged, site: None, ..record(9) };
    let prune = Prune { before: NOON + 5, most: 4, log, seal: &|_, _| String::new() };
    assert_eq!(store.prune(&prune).await.expect("it is done"), 4);
    let path = folder.path().join("desk.db");
    let database = store::maintenance(path.to_str().expect("UTF-8")).expect("a database");
    assert!(matches!(database.verify_log(&noted).await, Ok(Verdict::Intact { rows: 3, .. })));
    let strict: Vec<Noted> =
        noted.iter().map(|noted| Noted { may_be_removed: false, ..*noted }).collect();
    assert_eq!(
        database.verify_log(&strict).await.expect("it answers"),
        Verdict::Broken { number: 2 }
    );
    run(&mut raw, "DROP TRIGGER audit_keeps_its_rows; DELETE FROM audit_patients; DELETE FROM audit WHERE number >= 6")
        .await;
    assert!(matches!(database.verify_log(&noted).await, Ok(Verdict::Broken { .. })));
}
