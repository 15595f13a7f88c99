use super::*;
use crate::store::sqlite;
use sqlx::{AssertSqlSafe, SqlitePool};
use tempfile::TempDir;

/// A database with the desk's schema.
async fn database() -> (TempDir, SqlitePool) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("desk.db");
    let store = sqlite::open(path.to_str().expect("UTF-8")).await.expect("it opens");
    crate::store::Store::close(&store).await;
    let url = format!("sqlite://{}", path.display());
    (folder, SqlitePool::connect(&url).await.expect("it is there"))
}

async fn plan(database: &SqlitePool, sql: Sql) -> Vec<String> {
    let rows: Vec<(i64, i64, i64, String)> =
        sqlx::query_as(AssertSqlSafe(format!("EXPLAIN QUERY PLAN {}", sql.sqlite())))
            .bind(AFTER_ALL)
            .bind(50)
            .bind(0)
            .bind("\"a\" *")
            .bind("site-1")
            .fetch_all(database)
            .await
            .expect("it is SQL");
    rows.into_iter().map(|(_, _, _, detail)| detail).collect()
}

#[tokio::test]
async fn every_list_walks_an_index_in_the_order_of_the_board() {
    let (_folder, database) = database().await;
    for status in std::iter::once(None).chain(BoardStatus::ALL.map(Some)) {
        let filter = filter(status);
        for sql in [filter.listed, filter.found_many] {
            let plan = plan(&database, sql).await;
            assert!(
                plan.iter()
                    .any(|step| step.starts_with("SEARCH c USING ") && step.contains("INDEX")),
                "{status:?}: {plan:#?}"
            );
            let worse = |step: &String| {
                step.contains("TEMP B-TREE")
                    || (step.starts_with("SCAN") && !step.contains("VIRTUAL TABLE"))
            };
            assert!(!plan.iter().any(worse), "{status:?}: {plan:#?}");
        }
        let plan = plan(&database, filter.found_few).await;
        let first = plan.iter().find(|step| step.starts_with("SCAN") || step.starts_with("SEARCH"));
        assert!(
            first.is_some_and(|step| step.starts_with("SCAN w VIRTUAL TABLE")),
            "the words come first: {plan:#?}"
        );
        assert!(
            plan.iter().any(|step| step.starts_with("SEARCH c USING ") && step.contains("INDEX")),
            "{status:?}: {plan:#?}"
        );
    }
}

#[tokio::test]
async fn the_filters_have_indexes_of_their_own() {
    let (_folder, database) = database().await;
    for (status, index) in [
        (BoardStatus::NotCreated, "consultations_not_created"),
        (BoardStatus::LinkReady, "consultations_by_delivery"),
        (BoardStatus::Answered, "consultations_answered"),
        (BoardStatus::Unconfirmed, "consultations_unconfirmed"),
        (BoardStatus::Unreported, "consultations_unreported"),
        (BoardStatus::ToBeAnalyzed, "consultations_by_status"),
        (BoardStatus::Expired, "consultations_open"),
        (BoardStatus::Revoked, "consultations_by_delivery"),
    ] {
        let plan = plan(&database, filter(Some(status)).listed).await;
        assert!(
            plan.iter().any(|step| step.starts_with("SEARCH c ") && step.contains(index)),
            "{status:?}: {plan:#?}"
        );
    }
}
