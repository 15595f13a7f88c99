//! Statements that run on both engines: the text, the values, and what they run on.

mod value;

pub(super) use value::{Typed, Value};

use super::pool::{Pool, Tx};
use futures::stream::BoxStream;
use sqlx::postgres::{PgArguments, PgConnection, PgRow};
use sqlx::query::{Query as SqlxQuery, QueryAs};
use sqlx::sqlite::{SqliteArguments, SqliteConnection, SqliteRow};
use sqlx::{AssertSqlSafe, FromRow, PgPool, Postgres, SqlSafeStr, SqlStr, Sqlite, SqlitePool};
use std::borrow::Cow;
use std::marker::PhantomData;

/// The text of a statement, in the spelling of each engine.
#[derive(Clone, Debug)]
pub(super) struct Sql {
    sqlite: Cow<'static, str>,
    postgres: Cow<'static, str>,
}

impl Sql {
    /// One statement that the engines spell differently.
    pub(super) const fn pair(sqlite: &'static str, postgres: &'static str) -> Self {
        Self { sqlite: Cow::Borrowed(sqlite), postgres: Cow::Borrowed(postgres) }
    }

    /// One statement that both engines take. SQLite's hints to its planner are left out for
    /// PostgreSQL, which has statistics and no such hints.
    pub(super) const fn both(text: &'static str) -> Self {
        Self::pair(text, text)
    }

    /// A statement that is put together from the schema's own names.
    pub(super) fn made(text: String) -> Self {
        Self { sqlite: text.clone().into(), postgres: text.into() }
    }

    #[cfg(test)]
    pub(super) fn sqlite(&self) -> &str {
        &self.sqlite
    }

    fn for_sqlite(self) -> SqlStr {
        safe(self.sqlite)
    }

    fn for_postgres(self) -> SqlStr {
        if has_hints(&self.postgres) {
            AssertSqlSafe(without_hints(&self.postgres)).into_sql_str()
        } else {
            safe(self.postgres)
        }
    }
}

/// Between two parts of a statement, one row for each list in the list of lists `$1`, which is
/// JSON: the columns are `value ->> 0` and so on, as text.
macro_rules! from_rows {
    ($before:literal, $after:literal) => {
        Sql::pair(
            concat!($before, "json_each($1) ", $after),
            concat!($before, "jsonb_array_elements($1::jsonb) AS j (value) ", $after),
        )
    };
}
pub(super) use from_rows;

impl From<&'static str> for Sql {
    fn from(text: &'static str) -> Self {
        Self::both(text)
    }
}

/// No text of a statement has anything in it that came from outside.
fn safe(text: Cow<'static, str>) -> SqlStr {
    match text {
        Cow::Borrowed(text) => text.into_sql_str(),
        Cow::Owned(text) => AssertSqlSafe(text).into_sql_str(),
    }
}

/// Fixes the index that SQLite reads.
const INDEX_HINT: &str = "INDEXED BY ";
/// Fixes the order in which SQLite reads tables. Always with an `ON`.
const ORDER_HINT: &str = "CROSS JOIN ";

fn has_hints(text: &str) -> bool {
    text.contains(INDEX_HINT) || text.contains(ORDER_HINT)
}

fn without_hints(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(INDEX_HINT) {
        plain.push_str(before);
        let name = after.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        rest = &after[name.unwrap_or(after.len())..];
    }
    plain.push_str(rest);
    plain.replace(ORDER_HINT, "JOIN ")
}

/// A row that both engines can be read into.
pub(super) trait Row:
    for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin
{
}

impl<T> Row for T
where
    T: for<'r> FromRow<'r, SqliteRow> + Send + Unpin,
    T: for<'r> FromRow<'r, PgRow>,
{
}

/// What a statement runs on.
pub(super) enum On<'a> {
    Sqlite(&'a mut SqliteConnection),
    SqlitePool(&'a SqlitePool),
    Postgres(&'a mut PgConnection),
    PostgresPool(&'a PgPool),
}

impl<'a> From<&'a mut Tx> for On<'a> {
    fn from(tx: &'a mut Tx) -> Self {
        match tx {
            Tx::Sqlite(tx) => Self::Sqlite(tx),
            Tx::Postgres(tx) => Self::Postgres(tx),
        }
    }
}

impl<'a> From<&'a Pool> for On<'a> {
    fn from(pool: &'a Pool) -> Self {
        match pool {
            Pool::Sqlite(pool) => Self::SqlitePool(pool),
            Pool::Postgres(pool) => Self::PostgresPool(pool),
        }
    }
}

/// Statements that change rows.
pub(super) struct Change;
/// Statements that answer with rows of a type.
pub(super) struct Rows<O>(PhantomData<O>);
/// Statements that answer with one column of a type.
pub(super) struct Column<O>(PhantomData<O>);

/// A statement with its values.
pub(super) struct Query<'q, K> {
    sql: Sql,
    values: Vec<Value<'q>>,
    kind: PhantomData<fn() -> K>,
}

fn begin<'q, K>(sql: impl Into<Sql>) -> Query<'q, K> {
    Query { sql: sql.into(), values: Vec::new(), kind: PhantomData }
}

/// A statement that changes rows.
pub(super) fn query<'q>(sql: impl Into<Sql>) -> Query<'q, Change> {
    begin(sql)
}

/// A statement that answers with rows.
pub(super) fn query_as<'q, O: Row>(sql: impl Into<Sql>) -> Query<'q, Rows<O>> {
    begin(sql)
}

/// A statement that answers with rows of one column.
pub(super) fn query_scalar<'q, O>(sql: impl Into<Sql>) -> Query<'q, Column<O>>
where
    (O,): Row,
{
    begin(sql)
}

impl<'q, K> Query<'q, K> {
    /// Adds the next value: `$1`, `$2` and so on.
    pub(super) fn bind(mut self, value: impl Into<Value<'q>>) -> Self {
        self.values.push(value.into());
        self
    }

    fn rows_of_sqlite<O: Row>(self) -> sqlx::Result<QueryAs<'static, Sqlite, O, SqliteArguments>> {
        Ok(sqlx::query_as_with(self.sql.for_sqlite(), Value::all(self.values)?))
    }

    fn rows_of_postgres<O: Row>(self) -> sqlx::Result<QueryAs<'static, Postgres, O, PgArguments>> {
        Ok(sqlx::query_as_with(self.sql.for_postgres(), Value::all(self.values)?))
    }
}

/// Runs a method of sqlx on the engine that is meant.
macro_rules! run {
    ($query:expr, $on:expr, $sqlite:ident, $postgres:ident, $method:ident) => {
        match $on.into() {
            On::Sqlite(on) => $query.$sqlite()?.$method(on).await?.into(),
            On::SqlitePool(on) => $query.$sqlite()?.$method(on).await?.into(),
            On::Postgres(on) => $query.$postgres()?.$method(on).await?.into(),
            On::PostgresPool(on) => $query.$postgres()?.$method(on).await?.into(),
        }
    };
}

/// How many rows a statement changed.
struct Affected(u64);

impl From<sqlx::sqlite::SqliteQueryResult> for Affected {
    fn from(result: sqlx::sqlite::SqliteQueryResult) -> Self {
        Self(result.rows_affected())
    }
}

impl From<sqlx::postgres::PgQueryResult> for Affected {
    fn from(result: sqlx::postgres::PgQueryResult) -> Self {
        Self(result.rows_affected())
    }
}

impl Query<'_, Change> {
    pub(super) fn of_sqlite(self) -> sqlx::Result<SqlxQuery<'static, Sqlite, SqliteArguments>> {
        Ok(sqlx::query_with(self.sql.for_sqlite(), Value::all(self.values)?))
    }

    pub(super) fn of_postgres(self) -> sqlx::Result<SqlxQuery<'static, Postgres, PgArguments>> {
        Ok(sqlx::query_with(self.sql.for_postgres(), Value::all(self.values)?))
    }

    /// Runs it. Returns how many rows it changed.
    pub(super) async fn execute<'a>(self, on: impl Into<On<'a>>) -> sqlx::Result<u64> {
        let Affected(rows) = run!(self, on, of_sqlite, of_postgres, execute);
        Ok(rows)
    }
}

impl<'q, O: Row> Query<'q, Rows<O>> {
    pub(super) async fn fetch_all<'a>(self, on: impl Into<On<'a>>) -> sqlx::Result<Vec<O>> {
        Ok(run!(self, on, rows_of_sqlite, rows_of_postgres, fetch_all))
    }

    /// The first row. [`sqlx::Error::RowNotFound`] when there is none.
    pub(super) async fn fetch_one<'a>(self, on: impl Into<On<'a>>) -> sqlx::Result<O> {
        let row: Option<O> = self.fetch_optional(on).await?;
        row.ok_or(sqlx::Error::RowNotFound)
    }

    pub(super) async fn fetch_optional<'a>(self, on: impl Into<On<'a>>) -> sqlx::Result<Option<O>> {
        Ok(run!(self, on, rows_of_sqlite, rows_of_postgres, fetch_optional))
    }

    /// One row after the other, without all of them in memory.
    pub(super) fn fetch<'a>(self, tx: &'a mut Tx) -> sqlx::Result<BoxStream<'a, sqlx::Result<O>>>
    where
        O: 'a,
    {
        Ok(match tx {
            Tx::Sqlite(tx) => self.rows_of_sqlite()?.fetch(&mut **tx),
            Tx::Postgres(tx) => self.rows_of_postgres()?.fetch(&mut **tx),
        })
    }
}

impl<O> Query<'_, Column<O>>
where
    (O,): Row,
{
    pub(super) async fn fetch_all<'a>(self, on: impl Into<On<'a>>) -> sqlx::Result<Vec<O>> {
        let rows: Vec<(O,)> = run!(self, on, rows_of_sqlite, rows_of_postgres, fetch_all);
        Ok(rows.into_iter().map(|(value,)| value).collect())
    }

    /// The first row. [`sqlx::Error::RowNotFound`] when there is none.
    pub(super) async fn fetch_one<'a>(self, on: impl Into<On<'a>>) -> sqlx::Result<O> {
        self.fetch_optional(on).await?.ok_or(sqlx::Error::RowNotFound)
    }

    pub(super) async fn fetch_optional<'a>(self, on: impl Into<On<'a>>) -> sqlx::Result<Option<O>> {
        let row: Option<(O,)> = run!(self, on, rows_of_sqlite, rows_of_postgres, fetch_optional);
        Ok(row.map(|(value,)| value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hints_are_for_sqlite_alone() {
        let text = "SELECT 1 FROM a INDEXED BY a_by_b CROSS JOIN c INDEXED BY c_1\n ON c.d = a.d";
        assert!(has_hints(text));
        assert_eq!(without_hints(text), "SELECT 1 FROM a  JOIN c \n ON c.d = a.d");
        assert!(!has_hints("SELECT 1 FROM a JOIN c ON TRUE"));
    }
}
