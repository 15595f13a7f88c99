//! Second factors and their recovery codes.

use super::db;
use super::pool::{Pool, Tx};
use super::refused;
use super::rows::count;
use crate::model::ids::StaffId;
use crate::store::{Factor, Reseal, Result};

pub(super) async fn set(
    tx: &mut Tx,
    id: &StaffId,
    secret: &str,
    step: i64,
    at: i64,
    code_hashes: &[Vec<u8>],
) -> Result<()> {
    db::query(
        "INSERT INTO factors (staff_id, secret, last_step, created_at) VALUES ($1, $2, $3, $4)",
    )
    .bind(&id.0)
    .bind(secret)
    .bind(step)
    .bind(at)
    .execute(&mut *tx)
    .await
    .map_err(|error| refused(error, "the second factor"))?;
    for hash in code_hashes {
        db::query("INSERT INTO recovery_codes (staff_id, code_hash) VALUES ($1, $2)")
            .bind(&id.0)
            .bind(hash)
            .execute(&mut *tx)
            .await?;
    }
    Ok(())
}

pub(super) async fn find(readers: &Pool, id: &StaffId) -> Result<Option<Factor>> {
    let row: Option<(String, i64, i64)> = db::query_as(
        "SELECT f.secret, f.created_at,
                (SELECT count(*) FROM recovery_codes c WHERE c.staff_id = f.staff_id)
         FROM factors f WHERE f.staff_id = $1",
    )
    .bind(&id.0)
    .fetch_optional(readers)
    .await?;
    let Some((secret, created_at, codes_left)) = row else { return Ok(None) };
    Ok(Some(Factor { secret, created_at, codes_left: count(codes_left)? }))
}

pub(super) async fn take_step(writer: &Pool, id: &StaffId, step: i64) -> Result<bool> {
    let done =
        db::query("UPDATE factors SET last_step = $2 WHERE staff_id = $1 AND last_step < $2")
            .bind(&id.0)
            .bind(step)
            .execute(writer)
            .await?;
    Ok(done > 0)
}

pub(super) async fn take_code(writer: &Pool, id: &StaffId, code_hash: &[u8]) -> Result<bool> {
    let done = db::query("DELETE FROM recovery_codes WHERE staff_id = $1 AND code_hash = $2")
        .bind(&id.0)
        .bind(code_hash)
        .execute(writer)
        .await?;
    Ok(done > 0)
}

pub(super) async fn reseal(tx: &mut Tx, reseal: Reseal<'_>) -> Result<()> {
    let sealed: Vec<(String, String)> =
        db::query_as("SELECT staff_id, secret FROM factors").fetch_all(&mut *tx).await?;
    for (id, secret) in sealed {
        if let Some(secret) = reseal(&secret) {
            db::query("UPDATE factors SET secret = $2 WHERE staff_id = $1")
                .bind(id)
                .bind(secret)
                .execute(&mut *tx)
                .await?;
        }
    }
    Ok(())
}

pub(super) async fn remove(tx: &mut Tx, id: &StaffId) -> Result<bool> {
    let done =
        db::query("DELETE FROM factors WHERE staff_id = $1").bind(&id.0).execute(&mut *tx).await?;
    Ok(done > 0)
}
