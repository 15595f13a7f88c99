//! Copies every record from one database into another, of the same or of the other engine.
//!
//! Rows go over in the order of their keys, a batch in each transaction, so that a copy that was
//! cut off goes on after the last row that arrived. The database that is copied into says so
//! (`copying`), and nothing serves from it until the end.

mod beginning;
mod origin;
mod rows;

use self::origin::Origin;
use self::rows::{Column, Kind, columns, names, read, write};
use super::db::{self, On, Sql, Value};
use super::pool::{Pool, Tx};
use super::{UNFINISHED_COPY, audit, derive_rows};
use crate::store::{Copied, Progress, Result, StoreError, Verdict};

/// A table, with the columns of its key in order, and how many rows go over together.
pub(super) struct Table {
    pub(super) name: &'static str,
    key: &'static [&'static str],
    batch: usize,
}

const fn table(name: &'static str, key: &'static [&'static str]) -> Table {
    Table { name, key, batch: 500 }
}

/// Tables of files: a row can have 20 MiB, and is in memory two or three times.
const fn files(name: &'static str, key: &'static [&'static str]) -> Table {
    Table { name, key, batch: 1 }
}

/// Every table whose rows are copied; what others refer to comes before them.
pub(super) const TABLES: [Table; 26] = [
    table("sites", &["id"]),
    table("staff", &["id"]),
    table("memberships", &["staff_id", "site_id", "role"]),
    table("sessions", &["token_hash"]),
    table("patients", &["number"]),
    table("patient_identifiers", &["site_id", "kind", "key"]),
    table("consultations", &["id"]),
    table("links", &["consultation_id", "generation"]),
    table("timeline", &["number"]),
    table("audit", &["number"]),
    table("audit_patients", &["patient_id", "number"]),
    table("sign_in_tries", &["subject"]),
    table("password_links", &["staff_id"]),
    table("factors", &["staff_id"]),
    table("recovery_codes", &["staff_id", "code_hash"]),
    table("identities", &["issuer", "subject"]),
    table("incidents", &["id", "version"]),
    table("holds", &["consultation_id"]),
    files("logos", &["site_id"]),
    files("exports", &["id"]),
    table("queue_events", &["event_id"]),
    table("invitations", &["staff_id", "site_id"]),
    table("purge_plans", &["subject"]),
    table("patient_changes", &["id"]),
    table("system_names", &["kind"]),
    table("changes", &["position"]),
];

/// Tables with one row, which the migrations write: its columns are copied.
pub(super) const SINGLE: [&str; 2] = ["state_version", "clock_check"];
/// The beginning of the audit log, which triggers guard.
pub(super) const GUARDED: [&str; 2] = ["audit_start", "audit_unsealed_start"];

/// Tables that are not copied: what every migrated database has, what belongs to a running process
/// or to a transaction, and the index of names, which is written anew.
#[cfg(test)]
const NOT_COPIED: [&str; 5] =
    ["readiness", "purging", "copying", "search_version", "patient_words"];

/// The columns whose numbers PostgreSQL gives by itself.
const NUMBERED: [(&str, &str); 3] =
    [("patients", "number"), ("timeline", "number"), ("changes", "position")];

/// Whether a copy into a database is not finished.
pub(in crate::store) async fn is_unfinished(pool: &Pool) -> Result<bool> {
    Ok(db::query_scalar("SELECT EXISTS (SELECT 1 FROM copying)").fetch_one(pool).await?)
}

/// Copies `from` into `to`, both with this version's schema, and verifies the copy.
///
/// # Errors
/// [`StoreError::Unusable`] when `to` has records of its own, when `from` has changed since a copy
/// that goes on began, or when the copy is not the same at the end.
pub(in crate::store) async fn copy(
    from: &Pool,
    to: &Pool,
    progress: Progress<'_>,
) -> Result<Copied> {
    if is_unfinished(from).await? {
        return Err(StoreError::Unusable(format!("--from: {UNFINISHED_COPY}")));
    }
    let origin = Origin::of(from).await?;
    if !begin(&origin, to).await? {
        // It was cut off after its last step.
        return Ok(Copied { rows: verify(from, to, &origin).await?, log: origin.log.0 });
    }
    for table in &TABLES {
        copy_table(from, to, table, progress).await?;
    }
    for table in SINGLE {
        copy_single(from, to, table).await?;
    }
    let mut tx = to.write().await?;
    beginning::copy(from, &mut tx).await?;
    if let Tx::Postgres(_) = tx {
        for (table, column) in NUMBERED {
            go_on_counting(&mut tx, table, column).await?;
        }
    }
    // The index of names is written anew, by the rules of the engine.
    db::query("UPDATE search_version SET version = 0").execute(&mut tx).await?;
    tx.commit().await?;
    derive_rows(to).await?;
    if let Pool::Postgres(_) = to {
        // Without statistics the first pages would read whole tables, until the server has some.
        db::query("ANALYZE").execute(to).await?;
    }
    let rows = verify(from, to, &origin).await?;
    db::query("DELETE FROM copying").execute(to).await?;
    Ok(Copied { rows, log: origin.log.0 })
}

/// Notes that a copy begins, or checks that it is the same one that goes on. `false` = it is
/// finished.
async fn begin(origin: &Origin, to: &Pool) -> Result<bool> {
    // Before the transaction: SQLite has one connection here.
    let here = Origin::of(to).await?;
    let mut tx = to.write().await?;
    let begun: Option<(i64, Vec<u8>)> =
        db::query_as("SELECT number, hash FROM copying").fetch_optional(&mut tx).await?;
    match begun {
        Some((number, hash)) if (number, hash.as_slice()) == (origin.log.0, &origin.hash[..]) => {}
        Some(_) => {
            return Err(StoreError::Unusable(
                "--from has changed since this copy began; begin anew with an empty one".to_owned(),
            ));
        }
        None => {
            let used: bool = db::query_scalar(
                "SELECT EXISTS (SELECT 1 FROM sites) OR EXISTS (SELECT 1 FROM audit)",
            )
            .fetch_one(&mut tx)
            .await?;
            if used && here == *origin {
                return Ok(false);
            }
            if used {
                return Err(StoreError::Unusable("--to: it has records of its own".to_owned()));
            }
            db::query("INSERT INTO copying (only_row, number, hash) VALUES (1, $1, $2)")
                .bind(origin.log.0)
                .bind(&origin.hash[..])
                .execute(&mut tx)
                .await?;
        }
    }
    tx.commit().await?;
    Ok(true)
}

async fn count(on: impl Into<On<'_>>, table: &str) -> Result<i64> {
    Ok(db::query_scalar(Sql::made(format!("SELECT count(*) FROM {table}"))).fetch_one(on).await?)
}

/// Copies what is missing of a table.
async fn copy_table(from: &Pool, to: &Pool, table: &Table, progress: Progress<'_>) -> Result<()> {
    let columns = columns(to, table.name).await?;
    let key = table.key.join(", ");
    let total = count(from, table.name).await?.unsigned_abs();
    let mut last = key_of_last(to, table, &columns).await?;
    let mut done = count(to, table.name).await?.unsigned_abs();
    progress(table.name, done.min(total), total);
    loop {
        let after = match &last {
            Some(_) => {
                let params: Vec<String> = (1..=table.key.len()).map(|n| format!("${n}")).collect();
                format!("WHERE ({key}) > ({})", params.join(", "))
            }
            None => String::new(),
        };
        let text = format!(
            "SELECT {} FROM {} {after} ORDER BY {key} LIMIT {}",
            names(&columns),
            table.name,
            table.batch
        );
        let rows = read(from, text, last.clone().unwrap_or_default()).await?;
        let Some(newest) = rows.last() else { break };
        last = Some(
            table
                .key
                .iter()
                .filter_map(|key| columns.iter().position(|column| column.name == *key))
                .filter_map(|index| newest.get(index).cloned())
                .collect(),
        );
        done += rows.len() as u64;
        write(to, table.name, &columns, rows).await?;
        progress(table.name, done.min(total), total);
    }
    Ok(())
}

/// The key of the last row that has arrived, and every row before it.
///
/// PostgreSQL keeps U+FFFD in the place of U+0000, which sorts elsewhere: a key with it says
/// nothing about the rows before. Such rows go over a second time, and stay as they are.
async fn key_of_last(
    to: &Pool,
    table: &Table,
    columns: &[Column],
) -> Result<Option<Vec<Value<'static>>>> {
    // The account that stands for Empego is in every database.
    if table.name == "staff" {
        return Ok(None);
    }
    let is_text = |key: &&&str| {
        columns.iter().any(|column| column.name == **key && matches!(column.kind, Kind::Text))
    };
    let texts = table.key.iter().filter(is_text);
    let order: Vec<String> = table.key.iter().map(|column| format!("{column} DESC")).collect();
    let text = format!(
        "SELECT {} FROM {} WHERE {} ORDER BY {} LIMIT 1",
        table.key.join(", "),
        table.name,
        texts.fold("TRUE".to_owned(), |all, key| format!("{all} AND {key} NOT LIKE '%\u{FFFD}%'")),
        order.join(", ")
    );
    Ok(read(to, text, Vec::new()).await?.pop())
}

/// Copies the columns of the one row of a table, but its key.
async fn copy_single(from: &Pool, to: &Pool, table: &str) -> Result<()> {
    let mut columns = columns(to, table).await?;
    columns.retain(|column| !column.name.trim_matches('"').starts_with("only"));
    let text = format!("SELECT {} FROM {table}", names(&columns));
    let Some(row) = read(from, text, Vec::new()).await?.pop() else { return Ok(()) };
    let set = |(n, column): (usize, &Column)| format!("{} = ${}", column.name, n + 1);
    let sets: Vec<String> = columns.iter().enumerate().map(set).collect();
    let mut query = db::query(Sql::made(format!("UPDATE {table} SET {}", sets.join(", "))));
    for (value, column) in row.into_iter().zip(&columns) {
        query = query.bind(column.kind.convert(value));
    }
    query.execute(to).await?;
    Ok(())
}

/// Lets PostgreSQL give numbers after the highest one.
async fn go_on_counting(tx: &mut Tx, table: &str, column: &str) -> Result<()> {
    let text = format!(
        "SELECT setval(pg_get_serial_sequence('{table}', '{column}'),
                       coalesce(max({column}), 0) + 1, false) FROM {table}"
    );
    db::query(Sql::made(text)).execute(tx).await?;
    Ok(())
}

/// Compares the number of rows of every table, and walks the chain of the copied log. Returns the
/// number of all rows.
async fn verify(from: &Pool, to: &Pool, origin: &Origin) -> Result<u64> {
    if Origin::of(from).await? != *origin {
        return Err(StoreError::Unusable("--from has changed during the copy".to_owned()));
    }
    let mut rows = 0;
    for table in &TABLES {
        let (there, here) = (count(from, table.name).await?, count(to, table.name).await?);
        if there != here {
            return Err(StoreError::Unusable(format!(
                "--to has {here} rows in {}, and --from has {there}",
                table.name
            )));
        }
        rows += here.unsigned_abs();
    }
    match audit::verify(to, &[]).await? {
        Verdict::Intact { last, head, .. } if (last, head) == origin.log => Ok(rows),
        Verdict::Intact { .. } => {
            Err(StoreError::Unusable("the copied audit log has another end".to_owned()))
        }
        Verdict::Broken { number } => {
            Err(StoreError::Unusable(format!("the copied audit log is broken at row {number}")))
        }
    }
}

#[cfg(test)]
mod tests;
