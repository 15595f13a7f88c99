//! The search index of patients.

use super::super::db;
use super::super::pool::Tx;
use super::super::search;
use crate::model::ids::PatientId;
use crate::store::Result;

/// Writes the search index again where an earlier version of [`search::text_of`] wrote it.
pub(in crate::store::sql) async fn reindex_if_old(tx: &mut Tx) -> Result<()> {
    let version: i64 =
        db::query_scalar("SELECT version FROM search_version").fetch_one(&mut *tx).await?;
    if version == search::VERSION {
        return Ok(());
    }
    let ids: Vec<String> = db::query_scalar("SELECT id FROM patients").fetch_all(&mut *tx).await?;
    for id in ids {
        index(tx, &PatientId(id)).await?;
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
    let (names, keys) = (search::text_of([first_name, last_name]), search::text_of(keys));
    let query = match tx {
        Tx::Sqlite(_) => db::query(
            "INSERT OR REPLACE INTO patient_words (rowid, name, keys) VALUES ($1, $2, $3)",
        )
        .bind(number)
        .bind(names)
        .bind(keys),
        Tx::Postgres(_) => db::query(
            "INSERT INTO patient_words (number, words) VALUES ($1, $2::tsvector)
             ON CONFLICT (number) DO UPDATE SET words = excluded.words",
        )
        .bind(number)
        .bind(search::vector(&names, &keys)),
    };
    query.execute(&mut *tx).await?;
    Ok(())
}
