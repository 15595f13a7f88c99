//! The audit log. There is one writer at a time, so the rows of the chain come one after another.

use super::SqlStore;
use super::db::{self, On, Sql};
use super::pool::Tx;
use super::rows::to_json;
use crate::model::audit::Action;
use crate::model::ids::{SiteId, StaffId};
use crate::model::role::Role;
use crate::store::Result;
use crate::store::audit::{
    Audit, LogEntry, LogQuery, LogRow, LogStart, Prunable, Prune, Record, Removal, Seal, Sealer,
    Verdict, as_hash, numbered,
};
use async_trait::async_trait;

/// The columns of [`LogRow`].
macro_rules! columns {
    () => {
        "SELECT a.number, a.at, a.site_id, a.staff_id, a.staff_name, a.roles, a.action,
                a.consultation_id, a.patients, a.detail, a.address, a.device, a.hash
         FROM audit a "
    };
}

// After the macro, which it uses.
mod walk;

use walk::hash_at;
pub(in crate::store) use walk::{all, verify};

/// The number and hash of the newest row, or of the last one that was pruned.
pub(super) async fn end(reader: impl Into<On<'_>>) -> Result<(i64, [u8; 32])> {
    let (number, hash): (i64, Vec<u8>) = db::query_as(
        "SELECT number, hash
         FROM (SELECT number, hash FROM audit ORDER BY number DESC LIMIT 1) newest
         UNION ALL SELECT number, hash FROM audit_start ORDER BY number DESC LIMIT 1",
    )
    .fetch_one(reader)
    .await?;
    Ok((number, as_hash(&hash)?))
}

/// Appends rows inside the transaction of the change that they record, so that neither is there
/// without the other.
pub(in crate::store) async fn append(tx: &mut Tx, records: &[Record]) -> Result<()> {
    if records.is_empty() {
        return Ok(());
    }
    let records: Vec<Record> = records.iter().map(Record::storable).collect();
    for (number, hash, record) in numbered(end(&mut *tx).await?, &records) {
        let patients: Vec<&String> = record.patients.iter().map(|id| &id.0).collect();
        db::query(
            "INSERT INTO audit (number, at, site_id, staff_id, staff_name, roles, action,
                                consultation_id, patients, detail, address, device, hash)
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
        .execute(&mut *tx)
        .await?;
        for patient in patients {
            db::query(
                "INSERT INTO audit_patients (patient_id, number) VALUES ($1, $2)
                 ON CONFLICT DO NOTHING",
            )
            .bind(patient)
            .bind(number)
            .execute(&mut *tx)
            .await?;
        }
    }
    Ok(())
}

#[async_trait]
impl Audit for SqlStore {
    async fn record(&self, records: &[Record]) -> Result<()> {
        let mut tx = self.write().await?;
        append(&mut tx, records).await?;
        Ok(tx.commit().await?)
    }

    async fn log(&self, query: &LogQuery) -> Result<Vec<LogEntry>> {
        rows(&self.readers, Some(&query.site), query).await
    }

    async fn log_without_site(
        &self,
        reader: &StaffId,
        query: &LogQuery,
    ) -> Result<Option<Vec<LogEntry>>> {
        // One read transaction, so that both reads are of one moment.
        let mut tx = self.readers.read().await?;
        if !administers_every_site(&mut tx, reader).await? {
            return Ok(None);
        }
        rows(&mut tx, None, query).await.map(Some)
    }

    async fn administers_every_site(&self, staff: &StaffId) -> Result<bool> {
        administers_every_site(&self.readers, staff).await
    }

    async fn verify(&self) -> Result<Verdict> {
        verify(&self.readers, &[]).await
    }

    async fn hash_at(&self, number: i64) -> Result<Option<[u8; 32]>> {
        hash_at(&self.readers, number).await
    }

    async fn head(&self) -> Result<(i64, [u8; 32])> {
        end(&self.readers).await
    }

    async fn prunable(&self, before: i64) -> Result<Prunable> {
        let mut tx = self.readers.read().await?;
        let (start, last) = removable(&mut tx, before).await?;
        let (end, _) = end(&mut tx).await?;
        let count = |to: i64| (to - start).max(0).unsigned_abs();
        Ok(Prunable { due: count(last), all: count(end) })
    }

    async fn prune(&self, prune: &Prune<'_>) -> Result<u64> {
        let mut tx = self.write().await?;
        let (begins, last) = removable(&mut tx, prune.before).await?;
        let last = last.min(begins.saturating_add_unsigned(prune.most));
        if last <= begins {
            return Ok(0);
        }
        let hash: Vec<u8> = db::query_scalar("SELECT hash FROM audit WHERE number = $1")
            .bind(last)
            .fetch_one(&mut tx)
            .await?;
        let hash = as_hash(&hash)?;
        let seal = Seal::Removal((prune.seal)(last, &hash));
        let start = LogStart { number: last, hash, seal };
        let removal = Removal { rows: last - begins, start };
        // Before anything goes: a trigger lets the beginning move only with this row.
        append(&mut tx, &[removal.row(&prune.log)]).await?;
        db::query("UPDATE audit_start SET number = $1, hash = $2")
            .bind(last)
            .bind(hash.as_slice())
            .execute(&mut tx)
            .await?;
        db::query("DELETE FROM audit_patients WHERE number <= $1")
            .bind(last)
            .execute(&mut tx)
            .await?;
        let done =
            db::query("DELETE FROM audit WHERE number <= $1").bind(last).execute(&mut tx).await?;
        tx.commit().await?;
        Ok(done)
    }

    async fn seal_start(&self, seal: Sealer<'_>, log: &Record) -> Result<Option<LogStart>> {
        let mut tx = self.write().await?;
        let found: Option<(i64, Vec<u8>)> = db::query_as(
            "SELECT s.number, s.hash FROM audit_start s
             JOIN audit_unsealed_start u ON u.number = s.number AND u.hash = s.hash",
        )
        .fetch_optional(&mut tx)
        .await?;
        let Some((number, hash)) = found else { return Ok(None) };
        let hash = as_hash(&hash)?;
        let start = LogStart { number, hash, seal: Seal::Found(seal(number, &hash)) };
        let found = Removal { rows: 0, start };
        append(&mut tx, &[found.row(log)]).await?;
        db::query("DELETE FROM audit_unsealed_start").execute(&mut tx).await?;
        tx.commit().await?;
        Ok(Some(found.start))
    }
}

/// The number of the last removed row, and that of the last one that may be removed: the rows
/// before a moment, up to the first one that is not, and never the newest.
async fn removable(tx: &mut Tx, before: i64) -> Result<(i64, i64)> {
    let start: i64 = db::query_scalar("SELECT number FROM audit_start").fetch_one(&mut *tx).await?;
    let last: Option<i64> = db::query_scalar(
        "SELECT max(number) FROM audit
         WHERE number < coalesce((SELECT min(number) FROM audit WHERE at >= $1),
                                 (SELECT max(number) FROM audit))",
    )
    .bind(before)
    .fetch_one(&mut *tx)
    .await?;
    Ok((start, last.unwrap_or(start)))
}

/// Rows of this site's log; `None` = of no site.
async fn rows(
    reader: impl Into<On<'_>>,
    site: Option<&SiteId>,
    query: &LogQuery,
) -> Result<Vec<LogEntry>> {
    let patients =
        query.patients.as_deref().map(|patients| to_json(&patients, "patients")).transpose()?;
    let rows: Vec<LogRow> = db::query_as(statement(query, site.is_some()))
        .bind(site.map(|id| &id.0))
        .bind(query.staff.as_ref().map(|id| &id.0))
        .bind(query.action.map(Action::slug))
        .bind(patients)
        .bind(query.from.unwrap_or(i64::MIN))
        .bind(query.until.unwrap_or(i64::MAX))
        .bind(query.before.unwrap_or(i64::MAX))
        .bind(query.limit)
        .fetch_all(reader)
        .await?;
    rows.into_iter().map(LogEntry::try_from).collect()
}

async fn administers_every_site(reader: impl Into<On<'_>>, staff: &StaffId) -> Result<bool> {
    Ok(db::query_scalar(
        "SELECT NOT EXISTS (SELECT 1 FROM sites x WHERE NOT EXISTS
             (SELECT 1 FROM memberships m
              WHERE m.staff_id = $1 AND m.site_id = x.id AND m.role = $2))",
    )
    .bind(&staff.0)
    .bind(Role::Administrator.slug())
    .fetch_one(reader)
    .await?)
}

/// `$1`: the site, `NULL` = of no site; `$2`: the account; `$3`: the action; `$4`: the patients as
/// a JSON list; `$5` and `$6`: from and until; `$7`: before this number; `$8`: the most rows.
macro_rules! rows_where {
    ($has_site:expr, $index:literal, $condition:literal) => {
        if $has_site {
            Sql::both(rows_where!(of "a.site_id = $1", $index, $condition))
        } else {
            Sql::both(rows_where!(of "$1 IS NULL AND a.site_id IS NULL", $index, $condition))
        }
    };
    (of $site:literal, $index:literal, $condition:literal) => {
        concat!(
            columns!(),
            $index,
            " WHERE ",
            $site,
            " AND ($2 IS NULL OR a.staff_id = $2)
               AND ($3 IS NULL OR a.action = $3)
               AND a.at >= $5 AND a.at < $6 AND a.number < $7 AND ",
            $condition,
            " ORDER BY a.number DESC LIMIT $8"
        )
    };
}

/// One statement for each index, the most selective that the query allows. All are in the order of
/// the log.
fn statement(query: &LogQuery, has_site: bool) -> Sql {
    if query.patients.is_some() {
        if has_site { OF_PATIENTS_AT_SITE } else { OF_PATIENTS_WITHOUT_SITE }
    } else if query.staff.is_some() {
        rows_where!(has_site, "INDEXED BY audit_by_staff", "a.staff_id = $2")
    } else if query.action.is_some() {
        rows_where!(has_site, "INDEXED BY audit_by_action", "a.action = $3")
    } else {
        rows_where!(has_site, "INDEXED BY audit_by_site", "$4 IS NULL")
    }
}

macro_rules! of_patients {
    ($site:literal) => {
        Sql::pair(
            rows_where!(of $site, "NOT INDEXED",
                "a.number IN (SELECT p.number FROM audit_patients p
                              WHERE p.patient_id IN (SELECT j.value FROM json_each($4) j))"),
            rows_where!(of $site, "",
                "a.number IN (SELECT p.number FROM audit_patients p
                              WHERE p.patient_id IN (
                                  SELECT jsonb_array_elements_text($4::jsonb)))"),
        )
    };
}

const OF_PATIENTS_AT_SITE: Sql = of_patients!("a.site_id = $1");
const OF_PATIENTS_WITHOUT_SITE: Sql = of_patients!("$1 IS NULL AND a.site_id IS NULL");
