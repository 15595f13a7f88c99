//! Copies of a whole database into another: there and back, cut off anywhere, and refused.

mod cuts;
mod fill;
mod refusals;

use crate::database::{Contents, Place};
use crate::store_contract::samples::{
    NOON, begin, begun, query, session_of, site_of, staff_of, walk,
};
use crate::store_contract::upgrades;
use empego_desk::store::{self, Copied, LogStart, Seal, Store, StoreError, Verdict};
use fill::fill;

/// Copies, and says nothing.
async fn copy(from: &str, to: &str) -> Result<Copied, StoreError> {
    store::copy(from, to, &mut |_, _, _| {}).await
}

/// A filled database in a file, and all its rows.
async fn filled() -> (Place, Contents) {
    let place = Place::sqlite("desk.db");
    let store = place.store().await;
    fill(&*store).await;
    store.close().await;
    let contents = contents(&place).await;
    (place, contents)
}

async fn contents(place: &Place) -> Contents {
    let mut raw = place.raw().await;
    let contents = raw.contents().await;
    raw.close().await;
    contents
}

/// What a store answers, in words.
async fn answers(store: &dyn Store) -> Vec<String> {
    let site = site_of(1).id;
    let mut words = Vec::new();
    for number in (1..=5).chain([11, 12]) {
        let id = begin(number).id;
        words.push(format!("{:?}", store.consultation(&site, &id).await));
        words.push(format!("{:?}", store.timeline(&site, &id).await));
        words.push(format!("{:?}", store.exports(&site, &id).await));
    }
    words.push(format!("{:?}", store.board(&query(None, None, 99)).await));
    for search in ["zoe", "tremblay", "trez 5412", "a-1", "F-000005", "lovelace"] {
        words.push(format!("{search}: {:?}", walk(store, query(None, Some(search), 9)).await));
    }
    words.push(format!("{:?}", store.session(&session_of(&staff_of(1), 7).token_hash).await));
    words.push(format!("{:?}", store.factor(&staff_of(1).id).await));
    words.push(format!("{:?}", store.event_counts().await));
    words.push(format!("{:?}", store.verify().await));
    words.push(format!("{:?}", store.changes_after(0, 999).await));
    words.push(format!("{:?}", store.system_names().await));
    assert!(words.iter().all(|word| !word.starts_with("Err")), "{words:#?}");
    // What PostgreSQL keeps in the place of U+0000.
    words.iter().map(|word| word.replace("\\0", "\u{FFFD}")).collect()
}

async fn answers_at(place: &Place) -> Vec<String> {
    let store = place.store().await;
    let answers = answers(&*store).await;
    store.close().await;
    answers
}

#[tokio::test]
async fn there_and_back_every_row_is_the_same() {
    let (from, rows) = filled().await;
    let empty: Vec<_> =
        rows.iter().filter(|(_, rows)| rows.is_empty()).map(|(name, _)| name.as_str()).collect();
    assert_eq!(empty, ["audit_unsealed_start", "purging"], "every other table has rows");
    let said = answers_at(&from).await;
    let (there, back) = (Place::new("there.db"), Place::sqlite("back.db"));
    let mut told = Vec::new();
    let mut progress = |table: &'static str, done: u64, total: u64| told.push((table, done, total));
    let copied = store::copy(&from.url(), &there.url(), &mut progress).await.expect("it is copied");
    assert_eq!(contents(&there).await, rows);
    assert_eq!(answers_at(&there).await, said);
    assert_eq!(copied.log, 1_501);
    let last = |name| told.iter().rfind(|(table, ..)| *table == name).copied();
    assert_eq!(last("audit"), Some(("audit", 1_301, 1_301)), "1,500 but 200, and one of them");
    let done = copy(&from.url(), &there.url()).await.expect("it is there");
    assert_eq!(done, copied, "nothing is left to be done");
    assert_eq!(contents(&there).await, rows);
    let again = copy(&there.url(), &back.url()).await.expect("it is copied back");
    assert_eq!(again, copied);
    assert_eq!(contents(&back).await, rows);
    assert_eq!(answers_at(&back).await, said);
}

#[tokio::test]
async fn what_comes_after_a_copy_has_the_next_numbers() {
    let (from, _) = filled().await;
    let to = Place::new("there.db");
    copy(&from.url(), &to.url()).await.expect("it is copied");
    let mut highest = Vec::new();
    for place in [&from, &to] {
        let store = place.store().await;
        begun(&*store, &begin(50)).await;
        assert_eq!(walk(&*store, query(None, Some("F-000050"), 9)).await, [50]);
        store.close().await;
        let mut raw = place.raw().await;
        for (table, column) in
            [("patients", "number"), ("timeline", "number"), ("changes", "position")]
        {
            highest.push(raw.number(&format!("SELECT max({column}) FROM {table}")).await);
        }
        raw.close().await;
    }
    assert_eq!(highest[..3], highest[3..]);
}

#[tokio::test]
async fn the_beginning_of_a_log_that_an_older_version_pruned_is_copied_too() {
    let from = Place::sqlite("desk.db");
    let hash = upgrades::old(&from.path().join("desk.db")).await;
    from.store().await.close().await;
    let (there, back) = (Place::new("there.db"), Place::sqlite("back.db"));
    copy(&from.url(), &there.url()).await.expect("it is copied");
    copy(&there.url(), &back.url()).await.expect("it is copied back");
    for place in [&there, &back] {
        let store = place.store().await;
        let verdict = store.verify().await.expect("it answers");
        let Verdict::Intact { rows: 3, start, .. } = verdict else { panic!("{verdict:?}") };
        assert_eq!(start, Some(LogStart { number: 2, hash, seal: Seal::Missing }));
        let log = crate::store_contract::audit::record(NOON);
        let sealed = store.seal_start(&|_, _| "sealed".to_owned(), &log).await;
        assert!(sealed.expect("it answers").is_some(), "its guards are in their places");
        store.close().await;
    }
    // The guards are there again after the copy.
    let mut raw = back.raw().await;
    assert_eq!(
        raw.number("SELECT count(*) FROM sqlite_schema WHERE type = 'trigger'").await,
        from.raw().await.number("SELECT count(*) FROM sqlite_schema WHERE type = 'trigger'").await
    );
    raw.close().await;
}
