//! Reads the whole log: to verify its chain, and to export it.

use super::super::db::{self, On, Sql};
use super::super::pool::{Pool, Tx};
use crate::store::audit::{Beginning, LogRow, Noted, Verdict, Verifier, as_hash};
use crate::store::{EachRow, Result, StoreError};
use futures::TryStreamExt;

/// The migration since which a removal has a row of its own.
const REMOVALS_ARE_ROWS: i64 = 12;
/// The migration since which every beginning has a seal.
const BEGINNINGS_ARE_SEALED: i64 = 14;

/// Verifies the chain in one read transaction, so that all reads are of one moment, and then that
/// the noted rows are still in it.
pub(in crate::store) async fn verify(readers: &Pool, noted: &[Noted]) -> Result<Verdict> {
    let mut tx = readers.read_long().await?;
    let mut verifier = Verifier::new(beginning(&mut tx).await?);
    let mut rows =
        db::query_as::<LogRow>(concat!(columns!(), "ORDER BY a.number")).fetch(&mut tx)?;
    while let Some(row) = rows.try_next().await? {
        if let Some(broken) = verifier.step(row) {
            return Ok(broken);
        }
    }
    drop(rows);
    let mut verdict = verifier.end();
    for noted in noted {
        verdict = verdict.against(noted, hash_at(&mut tx, noted.number).await?);
    }
    Ok(verdict)
}

async fn beginning(tx: &mut Tx) -> Result<Beginning> {
    let start: (i64, Vec<u8>) =
        db::query_as("SELECT number, hash FROM audit_start").fetch_one(&mut *tx).await?;
    // A database of an older version is read too, such as one that is being restored.
    let unsealed: Option<(i64, Vec<u8>)> = if has(tx, "audit_unsealed_start", BEGINNINGS_ARE_SEALED)
        .await?
    {
        db::query_as("SELECT number, hash FROM audit_unsealed_start")
            .fetch_optional(&mut *tx)
            .await?
    } else if has(tx, "audit_first_start", REMOVALS_ARE_ROWS).await? {
        db::query_as("SELECT number, hash FROM audit_first_start").fetch_optional(&mut *tx).await?
    } else {
        Some(start.clone())
    };
    let read = |(number, hash): (i64, Vec<u8>)| Ok::<_, StoreError>((number, as_hash(&hash)?));
    Ok(Beginning {
        start: read(start)?,
        unsealed: unsealed.map(read).transpose()?,
        misplaced: misplaced(tx).await?,
    })
}

/// Whether a table is there, or should be: a migration that made it is noted.
async fn has(tx: &mut Tx, table: &str, migration: i64) -> Result<bool> {
    Ok(db::query_scalar(Sql::pair(
        "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = $1)
                 OR EXISTS (SELECT 1 FROM _sqlx_migrations WHERE version >= $2)",
        "SELECT to_regclass($1) IS NOT NULL
                 OR EXISTS (SELECT 1 FROM _sqlx_migrations WHERE version >= $2)",
    ))
    .bind(table)
    .bind(migration)
    .fetch_one(&mut *tx)
    .await?)
}

/// `$patients`: the patients that a row of the log names, one a row.
macro_rules! misplaced {
    ($patients:literal) => {
        concat!(
            "SELECT min(number) FROM (
                 SELECT a.number FROM audit a, ",
            $patients,
            " WHERE NOT EXISTS (SELECT 1 FROM audit_patients p
                                WHERE p.patient_id = j.value AND p.number = a.number)
                 UNION ALL
                 SELECT p.number FROM audit_patients p
                 WHERE NOT EXISTS (SELECT 1 FROM audit a, ",
            $patients,
            " WHERE a.number = p.number AND j.value = p.patient_id)) odd"
        )
    };
}

/// The first row that `audit_patients` does not index by exactly the patients that it names.
async fn misplaced(tx: &mut Tx) -> Result<Option<i64>> {
    // A list that is not JSON is left to the verifier, which finds that the row was changed.
    // PostgreSQL has no check that does not fail: what begins and ends as a list was a list.
    Ok(db::query_scalar(Sql::pair(
        misplaced!("json_each(iif(json_valid(a.patients), a.patients, '[]')) j"),
        misplaced!(
            "jsonb_array_elements_text(
                 CASE WHEN a.patients ~ '^\\[(\"[^\"\\\\]*\"(,\"[^\"\\\\]*\")*)?\\]$'
                      THEN a.patients ELSE '[]' END::jsonb) AS j (value)"
        ),
    ))
    .fetch_one(&mut *tx)
    .await?)
}

/// Passes every row to `each`, oldest first, until it breaks.
pub(in crate::store) async fn all(readers: &Pool, each: EachRow<'_>) -> Result<()> {
    let mut tx = readers.read_long().await?;
    let mut rows =
        db::query_as::<LogRow>(concat!(columns!(), "ORDER BY a.number")).fetch(&mut tx)?;
    while let Some(row) = rows.try_next().await? {
        let hash = as_hash(&row.hash)?;
        if each(row.try_into()?, hash).is_break() {
            break;
        }
    }
    Ok(())
}

pub(in crate::store::sql) async fn hash_at(
    reader: impl Into<On<'_>>,
    number: i64,
) -> Result<Option<[u8; 32]>> {
    let hash: Option<Vec<u8>> = db::query_scalar(
        "SELECT hash FROM audit WHERE number = $1
         UNION ALL SELECT hash FROM audit_start WHERE number = $1 LIMIT 1",
    )
    .bind(number)
    .fetch_optional(reader)
    .await?;
    hash.map(|hash| as_hash(&hash)).transpose()
}
