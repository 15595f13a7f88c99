//! The audit log on SQLite. The one writer keeps the chain in order.

use super::SqliteStore;
use super::rows::{corrupt, from_json, to_json};
use crate::model::audit::Action;
use crate::model::client::Client;
use crate::model::ids::{ConsultationId, PatientId, SiteId, StaffId};
use crate::model::role::Roles;
use crate::store::audit::{Audit, LogQuery, Logged, Record, Verdict, chain};
use crate::store::{Result, StoreError};
use async_trait::async_trait;
use futures::TryStreamExt;
use sqlx::{FromRow, Sqlite, SqlitePool, Transaction};

/// The columns of [`LogRow`].
macro_rules! columns {
    () => {
        "SELECT a.number, a.at, a.site_id, a.staff_id, a.staff_name, a.roles, a.action, a.consultation_id, a.patients, a.detail, a.address,
                a.device, a.hash FROM audit a "
    };
}

#[derive(FromRow)]
struct LogRow {
    number: i64,
    at: i64,
    site_id: Option<String>,
    staff_id: Option<String>,
    staff_name: String,
    roles: String,
    action: String,
    consultation_id: Option<String>,
    patients: String,
    detail: String,
    address: String,
    device: String,
    hash: Vec<u8>,
}

impl TryFrom<LogRow> for Logged {
    type Error = StoreError;

    fn try_from(row: LogRow) -> Result<Self> {
        let patients: Vec<String> = from_json(&row.patients, "a log row's patients")?;
        Ok(Self {
            number: row.number,
            record: Record {
                at: row.at,
                site: row.site_id.map(SiteId),
                staff: row.staff_id.map(StaffId),
                name: row.staff_name,
                roles: Roles::parse(&row.roles).ok_or_else(|| corrupt("a role"))?,
                action: Action::parse(&row.action).ok_or_else(|| corrupt("a log row's action"))?,
                consultation: row.consultation_id.map(ConsultationId),
                patients: patients.into_iter().map(PatientId).collect(),
                detail: row.detail,
                client: Client { address: row.address, device: row.device },
            },
        })
    }
}

/// The end of the chain: the number and hash of the newest row, or of the last one that was pruned.
async fn end(tx: &mut Transaction<'_, Sqlite>) -> Result<(i64, [u8; 32])> {
    let (number, hash): (i64, Vec<u8>) = sqlx::query_as(
        "SELECT number, hash FROM (SELECT number, hash FROM audit ORDER BY number DESC LIMIT 1)
         UNION ALL SELECT number, hash FROM audit_start ORDER BY number DESC LIMIT 1",
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok((number, as_hash(&hash)?))
}

fn as_hash(bytes: &[u8]) -> Result<[u8; 32]> {
    bytes.try_into().map_err(|_| corrupt("a hash of the log"))
}

/// Appends to the chain inside a transaction of something else, so that neither is there without the other.
pub(super) async fn append(tx: &mut Transaction<'_, Sqlite>, records: &[Record]) -> Result<()> {
    if records.is_empty() {
        return Ok(());
    }
    let (mut number, mut hash) = end(tx).await?;
    for record in records {
        number += 1;
        hash = chain(&hash, number, record);
        let patients: Vec<&String> = record.patients.iter().map(|id| &id.0).collect();
        sqlx::query(
            "INSERT INTO audit (number, at, site_id, staff_id, staff_name, roles, action, consultation_id, patients, detail, address, device, hash)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        )
        .bind(number)
        .bind(record.at)
        .bind(record.site.as_ref().map(|id| &id.0))
        .bind(record.staff.as_ref().map(|id| &id.0))
        .bind(&record.name)
        .bind(record.roles.slugs())
        .bind(record.action.slug())
        .bind(record.consultation.as_ref().map(|id| &id.0))
        .bind(to_json(&patients, "a log row's patients")?)
        .bind(&record.detail)
        .bind(&record.client.address)
        .bind(&record.client.device)
        .bind(hash.as_slice())
        .execute(&mut **tx)
        .await?;
        for patient in patients {
            sqlx::query("INSERT INTO audit_patients (patient_id, number) VALUES ($1, $2) ON CONFLICT DO NOTHING")
                .bind(patient)
                .bind(number)
                .execute(&mut **tx)
                .await?;
        }
    }
    Ok(())
}

#[async_trait]
impl Audit for SqliteStore {
    async fn record(&self, records: &[Record]) -> Result<()> {
        let mut tx = self.write().await?;
        append(&mut tx, records).await?;
        Ok(tx.commit().await?)
    }

    async fn log(&self, query: &LogQuery) -> Result<Vec<Logged>> {
        let patients = query.patients.as_deref().map(|patients| to_json(&patients, "patients")).transpose()?;
        let rows: Vec<LogRow> = sqlx::query_as(statement(query))
            .bind(&query.site.0)
            .bind(query.staff.as_ref().map(|id| &id.0))
            .bind(query.action.map(Action::slug))
            .bind(patients)
            .bind(query.from.unwrap_or(i64::MIN))
            .bind(query.until.unwrap_or(i64::MAX))
            .bind(query.before.unwrap_or(i64::MAX))
            .bind(query.limit)
            .fetch_all(&self.readers)
            .await?;
        rows.into_iter().map(Logged::try_from).collect()
    }

    async fn verify(&self) -> Result<Verdict> {
        verify(&self.readers).await
    }

    async fn hash_at(&self, number: i64) -> Result<Option<[u8; 32]>> {
        hash_at(&self.readers, number).await
    }

    async fn prune(&self, before: i64) -> Result<u64> {
        let mut tx = self.write().await?;
        let last: Option<(i64, Vec<u8>)> = sqlx::query_as(
            "SELECT number, hash FROM audit
             WHERE number < coalesce((SELECT min(number) FROM audit WHERE at >= $1), (SELECT max(number) FROM audit))
             ORDER BY number DESC LIMIT 1",
        )
        .bind(before)
        .fetch_optional(&mut *tx)
        .await?;
        let Some((number, hash)) = last else { return Ok(0) };
        sqlx::query("UPDATE audit_start SET number = $1, hash = $2").bind(number).bind(hash).execute(&mut *tx).await?;
        sqlx::query("DELETE FROM audit_patients WHERE number <= $1").bind(number).execute(&mut *tx).await?;
        let done = sqlx::query("DELETE FROM audit WHERE number <= $1").bind(number).execute(&mut *tx).await?;
        tx.commit().await?;
        Ok(done.rows_affected())
    }
}

/// `$1`: whose log; `$2`: by whom; `$3`: what; `$4`: about which patients, as a JSON list; `$5` and `$6`: from when until
/// when; `$7`: before which number; `$8`: how many.
macro_rules! rows_where {
    ($index:literal, $condition:literal) => {
        concat!(
            columns!(),
            $index,
            " WHERE a.site_id = $1 AND ($2 IS NULL OR a.staff_id = $2) AND ($3 IS NULL OR a.action = $3)
               AND a.at >= $5 AND a.at < $6 AND a.number < $7 AND ",
            $condition,
            " ORDER BY a.number DESC LIMIT $8"
        )
    };
}

/// One statement for each way in: through the fewest rows, in the order of the log.
fn statement(query: &LogQuery) -> &'static str {
    if query.patients.is_some() {
        rows_where!(
            "NOT INDEXED",
            "a.number IN (SELECT p.number FROM audit_patients p WHERE p.patient_id IN (SELECT j.value FROM json_each($4) j))"
        )
    } else if query.staff.is_some() {
        rows_where!("INDEXED BY audit_by_staff", "a.staff_id = $2")
    } else if query.action.is_some() {
        rows_where!("INDEXED BY audit_by_action", "a.action = $3")
    } else {
        rows_where!("INDEXED BY audit_by_site", "$4 IS NULL")
    }
}

/// Walks the chain in one read transaction, so that start and rows are of one moment.
pub(super) async fn verify(readers: &SqlitePool) -> Result<Verdict> {
    let mut tx = readers.begin().await?;
    let (start, hash): (i64, Vec<u8>) = sqlx::query_as("SELECT number, hash FROM audit_start").fetch_one(&mut *tx).await?;
    let (mut number, mut hash) = (start, as_hash(&hash)?);
    let misplaced = misplaced(&mut tx).await?;
    let mut rows = sqlx::query_as::<_, LogRow>(concat!(columns!(), "ORDER BY a.number")).fetch(&mut *tx);
    while let Some(row) = rows.try_next().await? {
        let (there, kept) = (row.number, row.hash.clone());
        number += 1;
        // A row whose words do not even read was changed.
        let next = Logged::try_from(row).map(|logged| chain(&hash, number, &logged.record));
        match next {
            Ok(next) if there == number && next.as_slice() == kept && misplaced != Some(number) => hash = next,
            _ => return Ok(Verdict::Broken { number }),
        }
    }
    match misplaced {
        Some(number) => Ok(Verdict::Broken { number }),
        None => Ok(Verdict::Whole { rows: number - start, last: number, head: hash }),
    }
}

/// The first row that is not found by exactly the patients that it names. The hashes do not cover `audit_patients`; what
/// is taken out of it would be missing from a patient's access report.
async fn misplaced(tx: &mut Transaction<'_, Sqlite>) -> Result<Option<i64>> {
    // What is no JSON is left to the walk, which finds that it was changed.
    Ok(sqlx::query_scalar(
        "SELECT min(number) FROM (
             SELECT a.number FROM audit a, json_each(iif(json_valid(a.patients), a.patients, '[]')) j
             WHERE NOT EXISTS (SELECT 1 FROM audit_patients p WHERE p.patient_id = j.value AND p.number = a.number)
             UNION ALL
             SELECT p.number FROM audit_patients p
             WHERE NOT EXISTS (SELECT 1 FROM audit a, json_each(iif(json_valid(a.patients), a.patients, '[]')) j
                               WHERE a.number = p.number AND j.value = p.patient_id))",
    )
    .fetch_one(&mut **tx)
    .await?)
}

/// Every row, oldest first, until `each` has enough.
pub(super) async fn all<E: Send>(
    readers: &SqlitePool,
    mut each: impl FnMut(Logged, [u8; 32]) -> std::result::Result<(), E> + Send,
) -> Result<std::result::Result<(), E>> {
    let mut rows = sqlx::query_as::<_, LogRow>(concat!(columns!(), "ORDER BY a.number")).fetch(readers);
    while let Some(row) = rows.try_next().await? {
        let hash = as_hash(&row.hash)?;
        if let Err(error) = each(row.try_into()?, hash) {
            return Ok(Err(error));
        }
    }
    Ok(Ok(()))
}

pub(super) async fn hash_at(readers: &SqlitePool, number: i64) -> Result<Option<[u8; 32]>> {
    let hash: Option<Vec<u8>> =
        sqlx::query_scalar("SELECT hash FROM audit WHERE number = $1 UNION ALL SELECT hash FROM audit_start WHERE number = $1 LIMIT 1")
            .bind(number)
            .fetch_optional(readers)
            .await?;
    hash.map(|hash| as_hash(&hash)).transpose()
}
