//! Every row of a database, in a form in which the two engines can be compared.

use super::Raw;
use serde_json::Value;
use sqlx::AssertSqlSafe;
use std::collections::BTreeMap;

/// Tables whose rows are the engine's own, or of a running process.
const OWN: [&str; 4] = ["_sqlx_migrations", "readiness", "search_version", "copying"];
/// The index of names: one table in PostgreSQL, several in SQLite.
const INDEX: &str = "patient_words";

/// The rows of each table, sorted: the values as text, in the order of the columns' names.
pub type Contents = BTreeMap<String, Vec<Vec<Option<String>>>>;

impl Raw {
    /// The rows of every table.
    pub async fn contents(&mut self) -> Contents {
        let mut columns: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (table, column, kind) in self.columns().await {
            if !OWN.contains(&table.as_str()) && !table.starts_with(INDEX) {
                columns.entry(table).or_default().push(self.text_of(&column, &kind));
            }
        }
        let mut contents = Contents::new();
        for (table, columns) in columns {
            let text = format!("SELECT json_array({}) FROM {table}", columns.join(", "));
            let text = match self {
                Self::Sqlite(_) => text,
                Self::Postgres(_) => text.replace("json_array(", "jsonb_build_array("),
            };
            let mut rows: Vec<Vec<Option<String>>> =
                self.json(&text).await.iter().map(values).collect();
            rows.sort();
            contents.insert(table, rows);
        }
        contents
    }

    /// The columns of a table; none where it is not there.
    pub async fn columns_of(&mut self, table: &str) -> Vec<String> {
        let columns = self.columns().await.into_iter();
        columns.filter(|(name, ..)| name == table).map(|(_, column, _)| column).collect()
    }

    /// Table, column and type of every column, by name.
    async fn columns(&mut self) -> Vec<(String, String, String)> {
        match self {
            Self::Sqlite(raw) => sqlx::query_as(
                "SELECT m.name, c.name, lower(c.type)
                 FROM sqlite_schema m JOIN pragma_table_info(m.name) c
                 WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%' ORDER BY 1, 2",
            )
            .fetch_all(raw)
            .await
            .expect("columns"),
            Self::Postgres(raw) => sqlx::query_as(
                "SELECT table_name::text, column_name::text, data_type::text
                 FROM information_schema.columns WHERE table_schema = current_schema()
                 ORDER BY 1, 2",
            )
            .fetch_all(raw)
            .await
            .expect("columns"),
        }
    }

    /// An expression for a column as text.
    fn text_of(&self, column: &str, kind: &str) -> String {
        match (self, kind) {
            (Self::Sqlite(_), "blob") => {
                format!("CASE WHEN \"{column}\" IS NOT NULL THEN lower(hex(\"{column}\")) END")
            }
            (Self::Sqlite(_), _) => format!("CAST(\"{column}\" AS TEXT)"),
            (Self::Postgres(_), "bytea") => format!("encode(\"{column}\", 'hex')"),
            (Self::Postgres(_), "boolean") => format!("\"{column}\"::int::text"),
            (Self::Postgres(_), _) => format!("\"{column}\"::text"),
        }
    }

    async fn json(&mut self, text: &str) -> Vec<Value> {
        let cast =
            text.replacen("SELECT ", "SELECT CAST(", 1).replacen(" FROM ", " AS TEXT) FROM ", 1);
        let text = AssertSqlSafe(cast);
        let rows: Vec<String> = match self {
            Self::Sqlite(raw) => sqlx::query_scalar(text).fetch_all(raw).await.expect("rows"),
            Self::Postgres(raw) => sqlx::query_scalar(text).fetch_all(raw).await.expect("rows"),
        };
        rows.iter().map(|row| serde_json::from_str(row).expect("JSON")).collect()
    }
}

/// The order of the members of a JSON text is the engine's own. PostgreSQL keeps U+FFFD in the place
/// of U+0000.
fn values(row: &Value) -> Vec<Option<String>> {
    let value = |value: &Value| match value {
        Value::String(text) => Some(match serde_json::from_str::<Value>(text) {
            Ok(object @ Value::Object(_)) => sorted(&object),
            _ => text.clone(),
        }),
        _ => None,
    };
    let plain = |text: String| text.replace('\0', "\u{FFFD}").replace("\\u0000", "\\ufffd");
    row.as_array().expect("a list").iter().map(value).map(|it| it.map(plain)).collect()
}

/// A value as JSON, with its members by name.
fn sorted(value: &Value) -> String {
    let joined = |parts: Vec<String>| parts.join(",");
    match value {
        Value::Object(members) => {
            let members: BTreeMap<_, _> = members.iter().collect();
            let member = |(name, value): (&String, &Value)| format!("{name:?}:{}", sorted(value));
            format!("{{{}}}", joined(members.into_iter().map(member).collect()))
        }
        Value::Array(values) => format!("[{}]", joined(values.iter().map(sorted).collect())),
        other => other.to_string(),
    }
}
