//! What is not copied, and what is not copied into.

use super::{contents, copy, filled};
use crate::commands::{command, error, run};
use crate::database::{Place, server};
use crate::helpers::TestApp;
use crate::store_contract::audit::record;
use crate::store_contract::samples::{begin, begun, of_entries, said, site_of};
use empego_desk::store::{self, StoreError};
use std::sync::atomic::{AtomicBool, Ordering};

async fn why(from: &str, to: &str) -> String {
    match copy(from, to).await {
        Err(StoreError::Unusable(why)) => why,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_database_with_records_is_not_copied_into_and_stays_as_it_is() {
    let (from, _) = filled().await;
    for to in [Place::new("there.db"), Place::sqlite("there.db")] {
        let store = to.store().await;
        begun(&*store, &begin(1)).await;
        store.close().await;
        let before = contents(&to).await;
        assert_eq!(why(&from.url(), &to.url()).await, "--to: it has records of its own");
        assert_eq!(contents(&to).await, before);
        to.store().await.close().await;
    }
}

#[tokio::test]
async fn what_is_not_there_is_not_copied() {
    let (empty, to) = (Place::sqlite("none.db"), Place::new("there.db"));
    assert_eq!(why(&empty.url(), &to.url()).await, "--from: there is none");
    let why_same = why(&to.url(), &to.url()).await;
    assert_eq!(why_same, "it cannot be copied into itself");
    assert!(why("mysql://h/d", &to.url()).await.starts_with("--from: the URL begins with neither"));
    assert!(why(&to.url(), "mysql://h/d").await.starts_with("--to: the URL begins with neither"));
}

/// Begins a copy and drops it after the first table with rows.
async fn cut(from: &str, to: &str) {
    let is_cut = AtomicBool::new(false);
    let mut progress = |table: &'static str, _, _| {
        is_cut.fetch_or(table == "links", Ordering::SeqCst);
    };
    let copying = store::copy(from, to, &mut progress);
    tokio::select! {
        biased;
        () = std::future::poll_fn(|context| {
            if is_cut.load(Ordering::SeqCst) {
                return std::task::Poll::Ready(());
            }
            context.waker().wake_by_ref();
            std::task::Poll::Pending
        }) => {}
        done = copying => panic!("it was not cut: {done:?}"),
    }
}

#[tokio::test]
async fn a_copy_does_not_go_on_from_another_state() {
    // A row of the log, a word of Empego without one, and nothing at all.
    for change in ["log", "word", "none"] {
        let (from, _) = filled().await;
        let to = Place::new("there.db");
        cut(&from.url(), &to.url()).await;
        let store = from.store().await;
        match change {
            "log" => store.record(&[record(9_000)]).await.expect("it is written"),
            "word" => {
                let word = of_entries([said("late", 1, "IN_PROGRESS")]);
                store.add(&site_of(1).id, &begin(5).id, &word).await.expect("it is added");
            }
            _ => {}
        }
        store.close().await;
        let done = loop {
            match copy(&from.url(), &to.url()).await {
                Err(StoreError::InUse(_)) => {}
                done => break done,
            }
        };
        match (change, done) {
            ("none", Ok(_)) => {}
            ("log" | "word", Err(StoreError::Unusable(why))) => {
                assert!(why.starts_with("--from has changed since this copy began"), "{why}");
            }
            (_, other) => panic!("{change}: {other:?}"),
        }
        if change != "none" {
            let again = Place::sqlite("again.db");
            let why = why(&to.url(), &again.url()).await;
            assert!(why.contains("--from: a copy into it is not finished"), "{why}");
        }
    }
}

#[tokio::test]
async fn a_database_that_a_desk_serves_from_is_neither_copied_nor_copied_into() {
    let app = TestApp::start().await;
    let url = app.state.config.database_url.clone();
    let other = Place::sqlite("other.db");
    other.store().await.close().await;
    // A desk on a server holds its lease a moment after it began to serve.
    loop {
        let to = Place::sqlite("there.db");
        match copy(&url, &to.url()).await {
            Err(StoreError::InUse(_)) => break,
            Ok(_) | Err(StoreError::Unusable(_)) => tokio::task::yield_now().await,
            Err(other) => panic!("{other:?}"),
        }
    }
    assert!(matches!(copy(&other.url(), &url).await, Err(StoreError::InUse(_))));
    app.nurse().await.create("Ada", "Lovelace", "A-1").await;
}

/// PostgreSQL's URLs can have a password in them.
#[tokio::test]
async fn the_password_of_a_url_is_never_printed() {
    const PASSWORD: &str = "hunter2-secret";
    let (from, _) = filled().await;
    let to = Place::new("there.db");
    let Some(server) = server() else { return url_without_server(&from, PASSWORD) };
    let with = |url: &str| {
        let (user, host) = url.split_once('@').expect("a user");
        format!("{user}:{PASSWORD}@{host}")
    };
    let url = with(&to.url());
    let missing = with(&format!("{server}/no_such_database"));
    let odd = with(&format!("{server}/")) + "%zz?sslmode=maybe";
    let occupied = with(&format!("{server}/postgres?sslrootcert=/none/ca.pem&sslmode=verify-full"));
    let mut successes = 0;
    for (from, to) in [
        (from.url(), missing.clone()),
        (missing, from.url()),
        (from.url(), odd),
        (from.url(), occupied),
        (from.url(), format!("postgres://desk:{PASSWORD}@127.0.0.1:1/desk")),
        (from.url(), url.clone()),
        (from.url(), url),
    ] {
        let output =
            run(command(Place::sqlite("x").path(), &["copy", "--from", &from, "--to", &to])
                .env("RUST_LOG", "trace"));
        let said = [output.stdout.as_slice(), &output.stderr].concat();
        let said = String::from_utf8_lossy(&said);
        assert!(!said.contains(PASSWORD), "{said}");
        assert!(output.status.success() || !error(&output).is_empty());
        successes += i32::from(output.status.success());
    }
    assert_eq!(successes, 2, "the last one finds that it is done");
}

fn url_without_server(from: &Place, password: &str) {
    let to = format!("postgres://desk:{password}@127.0.0.1:1/desk");
    let arguments = ["copy", "--from", &from.url(), "--to", &to];
    let output = run(&mut command(from.path(), &arguments));
    assert_eq!(output.status.code(), Some(1));
    assert!(!error(&output).contains(password), "{}", error(&output));
}
