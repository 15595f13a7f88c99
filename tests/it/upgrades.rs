//! A database of every earlier schema, with rows, is brought up to this version, on both engines.

mod accounts;
mod rows;

use crate::commands::{command, error, run};
use crate::database::{Contents, Place, Raw, Server};
use crate::store_contract::samples::{query, site_of};
use empego_desk::model::ids::ConsultationId;
use empego_desk::model::lifecycle::Delivery;
use empego_desk::store::{self, Seal, Store, Verdict};
use sqlx::migrate::Migrator;
use std::path::Path;

/// The first schema with an audit log, and the last one that let its beginning move without a word.
const LOG: i64 = 2;

async fn migrations(raw: &Raw) -> Migrator {
    let engine = match raw {
        Raw::Sqlite(_) => "sqlite",
        Raw::Postgres(_) => "postgres",
    };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(engine);
    Migrator::new(folder).await.expect("migrations")
}

async fn run_to(raw: &mut Raw, version: i64) {
    let migrator = migrations(raw).await;
    match raw {
        Raw::Sqlite(raw) => migrator.run_to(version, raw).await.expect("they run"),
        Raw::Postgres(raw) => migrator.run_to(version, raw).await.expect("they run"),
    }
}

/// A database of this version with a row in every table. What the log had first was pruned while
/// that could be done without a row about it.
async fn old(raw: &mut Raw, version: i64) {
    run_to(raw, version.min(LOG)).await;
    if version >= LOG {
        rows::log(raw).await;
    }
    run_to(raw, version).await;
    rows::records(raw).await;
}

/// What must be true of it now, and all its rows.
async fn checked(url: &str, mut raw: Raw, version: i64) -> Contents {
    let store = store::open(url).await.unwrap_or_else(|error| panic!("{version}: {error:?}"));
    store.ready(1).await.expect("it is up to date");
    let verdict = store.verify().await.expect("it answers");
    match verdict {
        Verdict::Intact { rows: 0, start: None, .. } if version < LOG => {}
        Verdict::Intact { rows: 3, start: Some(start), .. } if version >= LOG => {
            assert_eq!((start.number, start.seal), (2, Seal::Missing), "{version}");
        }
        other => panic!("{version}: {other:?}"),
    }
    reads(&*store, version).await;
    store.close().await;
    let contents = raw.contents().await;
    raw.close().await;
    contents
}

async fn reads(store: &dyn Store, version: i64) {
    let site = site_of(1).id;
    for (id, delivery, entries) in [
        ("consultation-000001", Delivery::AnsweredConfirmed, 5),
        // Empego's word that it is over proves no answer, whatever an earlier version said.
        ("consultation-000002", Delivery::ExpiredAtEmpego, 4),
    ] {
        let id = ConsultationId::from(id);
        let found = store.consultation(&site, &id).await.expect("it answers").expect("it is there");
        assert_eq!(found.state.delivery(1), delivery, "{version}: {id}");
        assert_eq!(found.patient.last_name, "Tremblay-Côté");
        assert_eq!(store.timeline(&site, &id).await.expect("it answers").len(), entries);
    }
    for search in ["cote", "tremblaycote", "TREZ 5412 2816"] {
        let found = store.board(&query(None, Some(search), 9)).await.expect("it answers");
        assert_eq!(found.len(), 2, "{version}: {search}");
    }
    let session = store.session(&[7; 32]).await.expect("it answers").expect("a session");
    assert_eq!(session.staff.email, "nurse1@example.org");
    let sites = store.all_sites().await.expect("it answers");
    assert_eq!(sites.len(), 1);
}

#[tokio::test]
async fn a_database_of_every_version_is_brought_up_to_this_one_alike_on_both_engines() {
    let server = Server::start().await;
    let newest = {
        let place = Place::sqlite("desk.db");
        place.store().await.close().await;
        let migrator = migrations(&place.raw().await).await;
        migrator.iter().map(|migration| migration.version).max().expect("some")
    };
    for version in 1..=newest {
        let file = tempfile::TempDir::new().expect("a folder");
        let sqlite = format!("sqlite://{}", file.path().join("desk.db").display());
        let postgres = server.database(&format!("version_{version}")).await;
        let mut ends = Vec::new();
        for url in [&sqlite, &postgres] {
            let mut raw = Raw::connect(url).await;
            old(&mut raw, version).await;
            ends.push(checked(url, raw, version).await);
        }
        let (there, here) = (ends.pop().expect("one"), ends.pop().expect("another"));
        assert_eq!(here.keys().collect::<Vec<_>>(), there.keys().collect::<Vec<_>>(), "{version}");
        for (table, rows) in &here {
            assert_eq!(rows, &there[table], "{version}: {table}");
        }
    }
}

#[tokio::test]
async fn migrate_check_says_whether_there_is_something_to_do() {
    let server = Server::start().await;
    for version in [1, 15, 30] {
        let folder = tempfile::TempDir::new().expect("a folder");
        let sqlite = format!("sqlite://{}", folder.path().join("desk.db").display());
        let postgres = server.database(&format!("version_{version}")).await;
        for url in [sqlite, postgres] {
            let mut raw = Raw::connect(&url).await;
            old(&mut raw, version).await;
            let with = |arguments: &[&str]| {
                run(command(folder.path(), arguments).env("DATABASE_URL", &url))
            };
            let before = with(&["migrate", "--check"]);
            assert_eq!(before.status.code(), Some(1), "{url}");
            assert!(error(&before).contains("run empego-desk migrate"), "{}", error(&before));
            let done = with(&["migrate"]);
            assert!(done.status.success(), "{}", error(&done));
            let after = with(&["migrate", "--check"]);
            assert_eq!(after.status.code(), Some(0), "{}", error(&after));
            // As a later version leaves it.
            raw.execute(
                "INSERT INTO _sqlx_migrations (version, description, success, checksum,
                                               execution_time)
                 SELECT 9999, 'later', success, checksum, 1 FROM _sqlx_migrations WHERE version = 1",
            )
            .await;
            raw.close().await;
            for arguments in [&["migrate"] as &[&str], &["migrate", "--check"], &["serve"]] {
                let newer = run(command(folder.path(), arguments)
                    .env("DATABASE_URL", &url)
                    .env("DESK_ADDR", "127.0.0.1:0")
                    .env("SANDBOX_ADDR", "127.0.0.1:0"));
                assert_eq!(newer.status.code(), Some(1), "{arguments:?}");
                let why = error(&newer);
                let expected = "its schema (version 9999) is of another version of the desk";
                assert!(why.contains(expected), "{arguments:?}: {why}");
            }
        }
    }
}
