//! Rows of any table, as they are.

use super::super::db::{self, Sql, Value};
use super::super::pool::Pool;
use crate::store::Result;
use sqlx::{Row, ValueRef};

/// A column, and how the engine that is copied into keeps it.
pub(super) struct Column {
    pub(super) name: String,
    pub(super) kind: Kind,
}

#[derive(Clone, Copy)]
pub(super) enum Kind {
    Text,
    Number,
    Flag,
    Bytes,
}

impl Kind {
    /// The value as this engine takes it: `NULL` has a type in PostgreSQL, and a flag is a number
    /// in SQLite.
    pub(super) fn convert(self, value: Value<'static>) -> Value<'static> {
        match (self, value) {
            (Self::Flag, Value::Number(number)) => Value::Flag(number.map(|it| it != 0)),
            (Self::Flag, Value::Text(None)) => Value::Flag(None),
            (Self::Number, Value::Text(None)) => Value::Number(None),
            (Self::Bytes, Value::Text(None)) => Value::Bytes(None),
            (_, value) => value,
        }
    }
}

pub(super) async fn columns(pool: &Pool, table: &str) -> Result<Vec<Column>> {
    let columns: Vec<(String, String)> = db::query_as(Sql::pair(
        "SELECT name, lower(type) FROM pragma_table_info($1) ORDER BY cid",
        "SELECT column_name::text, data_type::text FROM information_schema.columns
         WHERE table_schema = current_schema() AND table_name = $1 ORDER BY ordinal_position",
    ))
    .bind(table)
    .fetch_all(pool)
    .await?;
    let column = |(name, kind): (String, String)| Column {
        // A word of SQL.
        name: if name == "only" { "\"only\"".to_owned() } else { name },
        kind: match kind.as_str() {
            "integer" | "bigint" => Kind::Number,
            "boolean" => Kind::Flag,
            "blob" | "bytea" => Kind::Bytes,
            _ => Kind::Text,
        },
    };
    Ok(columns.into_iter().map(column).collect())
}

pub(super) fn names(columns: &[Column]) -> String {
    columns.iter().map(|column| column.name.as_str()).collect::<Vec<_>>().join(", ")
}

/// Reads rows as they are, whatever their columns.
pub(super) async fn read(
    pool: &Pool,
    text: String,
    values: Vec<Value<'static>>,
) -> Result<Vec<Vec<Value<'static>>>> {
    let mut query = db::query(Sql::made(text));
    for value in values {
        query = query.bind(value);
    }
    Ok(match pool {
        Pool::Sqlite(pool) => {
            let rows = query.of_sqlite()?.fetch_all(pool).await?;
            rows.iter().map(sqlite_row).collect::<sqlx::Result<_>>()?
        }
        Pool::Postgres(pool) => {
            let rows = query.of_postgres()?.fetch_all(pool).await?;
            rows.iter().map(postgres_row).collect::<sqlx::Result<_>>()?
        }
    })
}

macro_rules! as_read {
    ($name:ident, $row:ty, $bytes:literal, $number:literal, $flag:literal) => {
        fn $name(row: &$row) -> sqlx::Result<Vec<Value<'static>>> {
            (0..row.len())
                .map(|index| {
                    let kind = row.try_get_raw(index)?.type_info().to_string();
                    Ok(match kind.as_str() {
                        $bytes => {
                            Value::Bytes(row.try_get::<Option<Vec<u8>>, _>(index)?.map(Into::into))
                        }
                        $number => Value::Number(row.try_get(index)?),
                        $flag => Value::Flag(row.try_get(index)?),
                        "NULL" => Value::Text(None),
                        _ => Value::Text(row.try_get::<Option<String>, _>(index)?.map(Into::into)),
                    })
                })
                .collect()
        }
    };
}

as_read!(sqlite_row, sqlx::sqlite::SqliteRow, "BLOB", "INTEGER", "BOOLEAN");
as_read!(postgres_row, sqlx::postgres::PgRow, "BYTEA", "INT8", "BOOL");

/// Writes rows; those that are there stay as they are.
pub(super) async fn write(
    to: &Pool,
    table: &str,
    columns: &[Column],
    rows: Vec<Vec<Value<'static>>>,
) -> Result<()> {
    let lists: Vec<String> = (0..rows.len())
        .map(|row| {
            let params: Vec<String> =
                (1..=columns.len()).map(|n| format!("${}", row * columns.len() + n)).collect();
            format!("({})", params.join(", "))
        })
        .collect();
    let text = format!(
        "INSERT INTO {table} ({}) VALUES {} ON CONFLICT DO NOTHING",
        names(columns),
        lists.join(", ")
    );
    let mut query = db::query(Sql::made(text));
    for row in rows {
        for (value, column) in row.into_iter().zip(columns) {
            query = query.bind(column.kind.convert(value));
        }
    }
    let mut tx = to.write().await?;
    query.execute(&mut tx).await?;
    tx.commit().await
}
