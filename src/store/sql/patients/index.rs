//! The search index of patients.

use super::super::db::{self, Sql};
use super::super::pool::Tx;
use super::super::rows::from_json;
use super::super::search;
use crate::model::ids::PatientId;
use crate::store::Result;
use serde_json::{Value, json};

/// How many patients are indexed together.
const CHUNK: i64 = 500;

/// What the index has of a patient.
struct Words {
    /// `patients.number`.
    number: i64,
    names: String,
    keys: String,
}

impl Words {
    fn of(number: i64, names: [String; 2], keys: Vec<String>) -> Self {
        Self { number, names: search::text_of(names), keys: search::text_of(keys) }
    }
}

/// Writes the search index again where an earlier version of [`search::text_of`] wrote it.
pub(in crate::store::sql) async fn reindex_if_old(tx: &mut Tx) -> Result<()> {
    let version: i64 =
        db::query_scalar("SELECT version FROM search_version").fetch_one(&mut *tx).await?;
    if version == search::VERSION {
        return Ok(());
    }
    let mut last = i64::MIN;
    loop {
        let rows: Vec<(i64, String, String, String)> = db::query_as(Sql::pair(
            "SELECT p.number, p.first_name, p.last_name,
                    (SELECT json_group_array(i.key) FROM patient_identifiers i
                     WHERE i.patient_id = p.id)
             FROM patients p WHERE p.number > $1 ORDER BY p.number LIMIT $2",
            "SELECT p.number, p.first_name, p.last_name,
                    (SELECT coalesce(json_agg(i.key), '[]')::text FROM patient_identifiers i
                     WHERE i.patient_id = p.id)
             FROM patients p WHERE p.number > $1 ORDER BY p.number LIMIT $2",
        ))
        .bind(last)
        .bind(CHUNK)
        .fetch_all(&mut *tx)
        .await?;
        let Some((newest, ..)) = rows.last() else { break };
        last = *newest;
        let words = |(number, first, last, keys): (i64, String, String, String)| {
            Ok(Words::of(number, [first, last], from_json(&keys, "a patient's identifiers")?))
        };
        let words: Result<Vec<Words>> = rows.into_iter().map(words).collect();
        write(tx, words?).await?;
    }
    db::query("UPDATE search_version SET version = $1")
        .bind(search::VERSION)
        .execute(&mut *tx)
        .await?;
    Ok(())
}

/// Updates the search index from the patient's rows.
pub(super) async fn index(tx: &mut Tx, id: &PatientId) -> Result<()> {
    let (number, first_name, last_name): (i64, String, String) =
        db::query_as("SELECT number, first_name, last_name FROM patients WHERE id = $1")
            .bind(&id.0)
            .fetch_one(&mut *tx)
            .await?;
    let keys: Vec<String> =
        db::query_scalar("SELECT key FROM patient_identifiers WHERE patient_id = $1")
            .bind(&id.0)
            .fetch_all(&mut *tx)
            .await?;
    write(tx, vec![Words::of(number, [first_name, last_name], keys)]).await
}

/// A server gets all of them at once.
async fn write(tx: &mut Tx, words: Vec<Words>) -> Result<()> {
    if let Tx::Postgres(_) = tx {
        let row = |it: &Words| json!([it.number, search::vector(&it.names, &it.keys)]);
        let rows: Value = words.iter().map(row).collect();
        db::query(
            "INSERT INTO patient_words (number, words)
             SELECT CAST(j.value ->> 0 AS BIGINT), (j.value ->> 1)::tsvector
             FROM jsonb_array_elements($1::jsonb) AS j (value)
             ON CONFLICT (number) DO UPDATE SET words = excluded.words",
        )
        .bind(rows.to_string())
        .execute(&mut *tx)
        .await?;
        return Ok(());
    }
    for Words { number, names, keys } in words {
        db::query("INSERT OR REPLACE INTO patient_words (rowid, name, keys) VALUES ($1, $2, $3)")
            .bind(number)
            .bind(search::document(&names))
            .bind(search::document(&keys))
            .execute(&mut *tx)
            .await?;
    }
    Ok(())
}
