//! Databases of older versions: one whose log was pruned before removals were rows of it, and one
//! whose states are of earlier rules.

use super::audit::record;
use super::files::any;
use super::samples::{NOON, begin, begun, entry, issued, of_entries, query, said, site_of, walk};
use empego_desk::model::lifecycle::{Delivery, Event};
use empego_desk::model::status::StatusId;
use empego_desk::model::timeline::Source;
use empego_desk::store::audit::chain;
use empego_desk::store::{self, BoardStatus, LogStart, Maintenance, Seal, StoreError, Verdict};
use sqlx::migrate::Migrator;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection};
use std::path::Path;

/// The last migration of that version.
const OLD: i64 = 9;

/// A database of that version with rows 3 to 5; 1 and 2 were pruned. Returns the hash of row 2.
pub async fn old(file: &Path) -> [u8; 32] {
    let options = SqliteConnectOptions::new().filename(file).create_if_missing(true);
    let mut raw = options.connect().await.expect("it connects");
    let all = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations/sqlite"));
    let migrator = Migrator::new(all).await.expect("migrations");
    migrator.run_to(OLD, &mut raw).await.expect("they run");
    let (mut hash, mut pruned) = ([0; 32], [0; 32]);
    for number in 1..=5 {
        let row = store::Record { patients: Vec::new(), ..record(number) };
        hash = chain(&hash, number, &row);
        if number == 2 {
            pruned = hash;
        }
        sqlx::query(
            "INSERT INTO audit (number, at, site_id, staff_id, staff_name, roles, action,
                                consultation_id, patients, detail, address, device, hash)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, '[]', $9, $10, $11, $12)",
        )
        .bind(number)
        .bind(row.at)
        .bind(row.site.map(|site| site.0))
        .bind(row.staff.map(|staff| staff.0))
        .bind(row.name)
        .bind(row.roles.slugs())
        .bind(row.action.slug())
        .bind(row.consultation.map(|consultation| consultation.0))
        .bind(row.detail)
        .bind(row.client.address)
        .bind(row.client.device)
        .bind(hash.as_slice())
        .execute(&mut raw)
        .await
        .expect("it is written");
    }
    sqlx::query("UPDATE audit_start SET number = 2, hash = $1")
        .bind(pruned.as_slice())
        .execute(&mut raw)
        .await
        .expect("it moves");
    sqlx::raw_sql("DELETE FROM audit WHERE number <= 2").execute(&mut raw).await.expect("it goes");
    raw.close().await.expect("it closes");
    pruned
}

fn maintenance(file: &Path) -> Box<dyn Maintenance> {
    store::maintenance(file.to_str().expect("UTF-8")).expect("it names a file")
}

#[tokio::test]
async fn a_log_that_an_older_version_pruned_is_whole_and_goes_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("desk.db");
    let hash = old(&file).await;
    let start = Some(LogStart { number: 2, hash, seal: Seal::Missing });
    let verify = async || maintenance(&file).verify_log(&[]).await.expect("it answers");
    let whole = |verdict: &Verdict| match verdict {
        Verdict::Intact { rows, start, .. } => (*rows, start.clone()),
        Verdict::Broken { number } => panic!("broken at {number}"),
    };
    assert_eq!(whole(&verify().await), (3, start.clone()), "before it is brought up to date");
    let store = store::open(file.to_str().expect("UTF-8")).await.expect("it opens");
    assert_eq!(whole(&store.verify().await.expect("it answers")), (3, start));
    let seal = |_: i64, _: &[u8; 32]| "sealed".to_owned();
    let log = store::Record { site: None, ..record(9) };
    let prune = store::Prune { before: record(4).at, most: 9, log, seal: &seal };
    assert_eq!(store.prune(&prune).await.expect("it is done"), 1);
    let (rows, start) = whole(&store.verify().await.expect("it answers"));
    let start = start.expect("a beginning");
    assert_eq!((rows, start.number, start.seal), (3, 3, Seal::Removal("sealed".to_owned())));
    assert_eq!(store.seal_start(&seal, &record(9)).await.expect("it answers"), None, "told");
}

#[tokio::test]
async fn a_beginning_of_an_older_version_is_sealed_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("desk.db");
    let hash = old(&file).await;
    let store = store::open(file.to_str().expect("UTF-8")).await.expect("it opens");
    let mut raw = SqliteConnectOptions::new().filename(&file).connect().await.expect("it connects");
    for sql in [
        "UPDATE audit_unsealed_start SET number = 3",
        "DELETE FROM audit_unsealed_start",
        "INSERT OR REPLACE INTO audit_unsealed_start VALUES (1, 3, zeroblob(32))",
    ] {
        let refusal = sqlx::raw_sql(sql).execute(&mut raw).await.expect_err(sql);
        assert!(refusal.to_string().contains("append-only"), "{refusal}");
    }
    let seal = |number: i64, of: &[u8; 32]| format!("{number}-{}", *of == hash);
    let log = store::Record { patients: Vec::new(), ..record(9) };
    let sealed = LogStart { number: 2, hash, seal: Seal::Found("2-true".to_owned()) };
    let seal_start = async || store.seal_start(&seal, &log).await.expect("it answers");
    assert_eq!(seal_start().await, Some(sealed.clone()));
    assert_eq!(seal_start().await, None, "once");
    let verdict = maintenance(&file).verify_log(&[]).await.expect("it answers");
    let Verdict::Intact { rows: 4, start, .. } = verdict else { panic!("{verdict:?}") };
    assert_eq!(start, Some(sealed));
    // The desk sealed no removal of the rows before: a row that was noted is missing.
    let noted = store::Noted { number: 1, hash: [1; 32], may_be_removed: true };
    let verdict = maintenance(&file).verify_log(&[noted]).await.expect("it answers");
    assert_eq!(verdict, Verdict::Broken { number: 1 });
}

#[tokio::test]
async fn a_backup_of_an_older_version_is_restored() {
    let folder = tempfile::tempdir().expect("a folder");
    let (file, backup) = (folder.path().join("desk.db"), folder.path().join("old.db"));
    old(&backup).await;
    let restored = maintenance(&file).restore(&backup, &any).await.expect("it is restored");
    assert!(matches!(restored.log, Verdict::Intact { rows: 3, start: Some(_), .. }));
    let store = store::open(file.to_str().expect("UTF-8")).await.expect("it opens");
    store.ready(1).await.expect("it is up to date");
    let mut raw =
        SqliteConnectOptions::new().filename(&backup).connect().await.expect("it connects");
    sqlx::raw_sql("DROP TRIGGER timeline_keeps_its_rows").execute(&mut raw).await.expect("gone");
    raw.close().await.expect("it closes");
    let other = folder.path().join("other.db");
    let refused = maintenance(&other).restore(&backup, &any).await;
    assert!(matches!(refused, Err(StoreError::Unusable(_))), "{refused:?}");
}

/// The states of histories that end at Empego, as an earlier version wrote them.
#[tokio::test]
async fn what_was_archived_alone_is_no_answer_after_an_upgrade() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("desk.db");
    let url = file.to_str().expect("UTF-8");
    let store = store::open(url).await.expect("it opens");
    let report = |status: &str| {
        let event = Event::Reported { status: StatusId::parse(status) };
        entry(Source::Browser, "report", NOON + 3, event)
    };
    let histories = [
        (vec![said("e", NOON + 9, "ARCHIVED")], Delivery::ExpiredAtEmpego),
        (vec![said("e", NOON + 9, "Auto_Expired")], Delivery::ExpiredAtEmpego),
        (
            vec![said("e", NOON + 8, "DONE"), said("f", NOON + 9, "ARCHIVED")],
            Delivery::AnsweredConfirmed,
        ),
        (
            vec![report("TO_BE_ANALYZED"), said("e", NOON + 9, "ARCHIVED")],
            Delivery::AnsweredReported,
        ),
        (vec![report("ARCHIVED")], Delivery::LinkReady),
    ];
    let mut ids = Vec::new();
    for (number, (entries, _)) in (0..).zip(&histories) {
        let id = begun(&*store, &begin(number)).await.id;
        let created = entry(Source::Empego, "created", NOON + 1, Event::Created);
        let all = [vec![created, issued(1, NOON + 2, None)], entries.clone()].concat();
        store.add(&site_of(1).id, &id, &of_entries(all)).await.expect("it is added");
        ids.push(id);
    }
    drop(store);
    // As if the rules of then had written them.
    let options = SqliteConnectOptions::new().filename(&file);
    let mut raw = options.connect().await.expect("it connects");
    sqlx::raw_sql(
        "UPDATE consultations SET state = json_set(json_remove(state, '$.over_at'),
             '$.progress', 'confirmed', '$.confirmed_at', 1), delivery = 'answered-confirmed',
             confirmed_at = 1;
         UPDATE state_version SET version = 1",
    )
    .execute(&mut raw)
    .await
    .expect("it is written");
    raw.close().await.expect("it closes");
    let store = store::open(url).await.expect("it opens");
    for (id, (entries, delivery)) in ids.iter().zip(&histories) {
        let found = store.consultation(&site_of(1).id, id).await.expect("it answers");
        let state = found.expect("it is there").state;
        assert_eq!(state.delivery(NOON + 10), *delivery, "{entries:?}");
    }
    let expired = walk(&*store, query(Some(BoardStatus::ExpiredAtEmpego), None, 5)).await;
    assert_eq!(expired, [1, 0], "the board says the same");
}

/// The last migration of the version whose names of systems could not be changed.
const FIXED_NAMES: i64 = 21;

#[tokio::test]
async fn a_database_with_consultations_knows_the_names_that_they_were_created_under() {
    for (consultations, names) in [(0, 0), (1, 15)] {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("desk.db");
        let options = SqliteConnectOptions::new().filename(&file).create_if_missing(true);
        let mut raw = options.foreign_keys(false).connect().await.expect("it connects");
        let all = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations/sqlite"));
        let migrator = Migrator::new(all).await.expect("migrations");
        migrator.run_to(FIXED_NAMES, &mut raw).await.expect("they run");
        if consultations > 0 {
            let insert = "INSERT INTO consultations (id, site_id, request_id, patient_id,
                              created_at, created_by, state, delivery, expires_at, requested_at)
                          VALUES ('c', 's', 'r', 'p', 1, 'n', '{}', 'creating', 0, 0)";
            sqlx::raw_sql(insert).execute(&mut raw).await.expect("it is written");
        }
        raw.close().await.expect("it closes");
        let store = store::open(file.to_str().expect("UTF-8")).await.expect("it opens");
        let known = store.system_names().await.expect("it answers");
        assert_eq!(known.len(), names);
        let own = empego_desk::profile::Profile::embedded().identifiers.all_systems();
        if names > 0 {
            assert_eq!(known, own, "the profile has the names of before");
        }
    }
}

/// The last migration of the version whose follow-ups did not know their series.
const WITHOUT_SERIES: i64 = 24;

#[tokio::test]
async fn a_follow_up_of_an_older_version_joins_the_series_of_its_own_first_one_alone() {
    let (one, two, other) = ("1".repeat(32), "2".repeat(32), "3".repeat(32));
    let rows = [
        ("a1", 1, format!("r/{one}"), Some("a1")),
        ("a2", 2, format!("r/{one}/{other}"), Some("a1")),
        // The same form again for another day: another series.
        ("b1", 1, format!("r/{two}"), Some("b1")),
        ("b2", 2, format!("r/{two}/{other}"), Some("b1")),
        // Of either series, and of one that is gone.
        ("c2", 2, format!("r/{other}"), None),
        ("d2", 2, format!("r/{other}/{other}"), None),
        // The only series that it can be of.
        ("e1", 1, format!("s/{one}"), Some("e1")),
        ("e2", 2, format!("s/{other}"), Some("e1")),
    ];
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("desk.db");
    let options = SqliteConnectOptions::new().filename(&file).create_if_missing(true);
    let mut raw = options.foreign_keys(false).connect().await.expect("it connects");
    let all = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations/sqlite"));
    let migrator = Migrator::new(all).await.expect("migrations");
    migrator.run_to(WITHOUT_SERIES, &mut raw).await.expect("they run");
    for (id, place, request_id, _) in &rows {
        let insert = "INSERT INTO consultations (id, site_id, request_id, patient_id, created_at,
                          created_by, state, delivery, expires_at, requested_at, due_on, place,
                          places)
                      VALUES ($1, 's', $3, 'p', 1, 'n', '{}', 'creating', 0, 0, '2026-09-28', $2, 2)";
        let insert = sqlx::query(insert).bind(id).bind(place).bind(request_id);
        insert.execute(&mut raw).await.expect("it is written");
    }
    migrator.run_to(WITHOUT_SERIES + 1, &mut raw).await.expect("it runs");
    for (id, _, _, series) in rows {
        let found: Option<String> =
            sqlx::query_scalar("SELECT series FROM consultations WHERE id = $1")
                .bind(id)
                .fetch_one(&mut raw)
                .await
                .expect("a row");
        assert_eq!(found.as_deref(), series, "{id}");
    }
}
