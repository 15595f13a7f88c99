use super::super::lookups::ENDING;
use super::{NAMES, ONE};
use crate::store::sqlite;
use sqlx::{AssertSqlSafe, SqlitePool};

#[tokio::test]
async fn no_patient_is_looked_for_among_all_of_the_site() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("desk.db");
    let store = sqlite::open(path.to_str().expect("UTF-8")).await.expect("it opens");
    crate::store::Store::close(&store).await;
    let url = format!("sqlite://{}", path.display());
    let database = SqlitePool::connect(&url).await.expect("it is there");
    for (sql, index) in
        [(ONE, "(id=?)"), (NAMES, "(id=?)"), (ENDING, "patient_identifiers_by_ending")]
    {
        let rows: Vec<(i64, i64, i64, String)> =
            sqlx::query_as(AssertSqlSafe(format!("EXPLAIN QUERY PLAN {}", sql.sqlite())))
                .bind("a")
                .bind("b")
                .bind(9)
                .fetch_all(&database)
                .await
                .expect("it is SQL");
        let plan: Vec<String> = rows.into_iter().map(|(_, _, _, detail)| detail).collect();
        let has = |part: &str| plan.iter().any(|step| step.contains(part));
        assert!(has("SEARCH p USING INDEX") && has(index), "{plan:#?}");
        let is_worse = |step: &String| {
            step.contains("patients_by_birth") || step == "SCAN p" || step.starts_with("SCAN m")
        };
        assert!(!plan.iter().any(is_worse), "{plan:#?}");
    }
}
