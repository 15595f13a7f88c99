//! The whole schema of a database, compared with what its migrations make.

use super::MIGRATIONS;
use crate::store::Result;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection, FromRow};
use std::collections::BTreeSet;

/// A table, index, trigger or view.
#[derive(FromRow, PartialEq, Eq, PartialOrd, Ord)]
struct Object {
    r#type: String,
    name: String,
    table_name: String,
    sql: String,
}

/// What differs between a database and what its migrations make, object by object and word by
/// word, as sentences. A trigger more could undo what the desk writes, and one less lets rows of
/// the audit log go.
pub(super) async fn differences(connection: &mut SqliteConnection) -> Result<Vec<String>> {
    let applied: Vec<(i64, bool)> =
        sqlx::query_as("SELECT version, success FROM _sqlx_migrations ORDER BY version")
            .fetch_all(&mut *connection)
            .await?;
    let wanted: Vec<(i64, bool)> =
        MIGRATIONS.iter().map(|migration| (migration.version, true)).take(applied.len()).collect();
    if applied != wanted {
        return Ok(vec!["its migrations are not complete".to_owned()]);
    }
    let expected = expected(applied.len()).await?;
    let found = objects(connection).await?;
    let names = |left: &BTreeSet<Object>, right: &BTreeSet<Object>| {
        let names = left.difference(right).map(|it| format!("{} {}", it.r#type, it.name));
        names.collect::<BTreeSet<_>>()
    };
    let (more, less) = (names(&found, &expected), names(&expected, &found));
    let difference = |name: &String| match (more.contains(name), less.contains(name)) {
        (true, true) => format!("{name} is another one"),
        (true, false) => format!("{name} is foreign"),
        _ => format!("{name} is missing"),
    };
    Ok(more.union(&less).map(difference).collect())
}

/// What the first migrations make of an empty database.
async fn expected(migrations: usize) -> Result<BTreeSet<Object>> {
    let mut empty = SqliteConnectOptions::new().in_memory(true).connect().await?;
    for migration in MIGRATIONS.iter().take(migrations) {
        sqlx::raw_sql(migration.sql.clone()).execute(&mut empty).await?;
    }
    let expected = objects(&mut empty).await;
    empty.close().await?;
    expected
}

/// Every object but those that SQLite makes by itself, and the list of migrations.
async fn objects(connection: &mut SqliteConnection) -> Result<BTreeSet<Object>> {
    let objects: Vec<Object> = sqlx::query_as(
        "SELECT type, name, tbl_name AS table_name, sql FROM sqlite_schema
         WHERE sql IS NOT NULL AND substr(name, 1, 7) <> 'sqlite_'
             AND NOT (type = 'table' AND name = '_sqlx_migrations')",
    )
    .fetch_all(connection)
    .await?;
    Ok(objects.into_iter().collect())
}
