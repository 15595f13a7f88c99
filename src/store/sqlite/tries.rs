//! Wrong tries to sign in.

use crate::store::{Counted, Result, Try};
use sqlx::{Sqlite, SqlitePool, Transaction};

/// No limit remembers tries for longer, in milliseconds: 24 hours.
const LONGEST_MEMORY_MS: i64 = 24 * 3_600_000;

pub(super) async fn count(
    tx: &mut Transaction<'_, Sqlite>,
    counted: &[Counted],
    at: i64,
) -> Result<Try> {
    sqlx::query("DELETE FROM sign_in_tries WHERE last_at < $1 AND until < $2")
        .bind(at - LONGEST_MEMORY_MS)
        .bind(at)
        .execute(&mut **tx)
        .await?;
    let mut tries = Vec::with_capacity(counted.len());
    let mut barred = 0;
    for counted in counted {
        let row: Option<(i64, i64, i64)> =
            sqlx::query_as("SELECT wrong, last_at, until FROM sign_in_tries WHERE subject = $1")
                .bind(&counted.subject)
                .fetch_optional(&mut **tx)
                .await?;
        let (wrong, last_at, until) = row.unwrap_or_default();
        barred = barred.max(until);
        // A clock that went back forgets nothing.
        let forgotten = at.saturating_sub(last_at) >= counted.limit.forget_ms;
        tries.push((counted, if forgotten { 1 } else { wrong + 1 }));
    }
    if barred > at {
        return Ok(Try::Barred { until: barred });
    }
    let mut next_at = None;
    for (counted, wrong) in tries {
        let until = match counted.limit.wait_ms(wrong) {
            0 => 0,
            wait => at + wait,
        };
        next_at = next_at.max((until > at).then_some(until));
        sqlx::query(
            "INSERT INTO sign_in_tries (subject, wrong, last_at, until) VALUES ($1, $2, $3, $4)
             ON CONFLICT (subject) DO UPDATE SET wrong = $2, last_at = $3, until = $4",
        )
        .bind(&counted.subject)
        .bind(wrong)
        .bind(at)
        .bind(until)
        .execute(&mut **tx)
        .await?;
    }
    Ok(Try::Counted { next_at })
}

/// The wait that this try brought is lifted with it.
pub(super) async fn uncount(writer: &SqlitePool, subject: &[u8]) -> Result<()> {
    sqlx::query("UPDATE sign_in_tries SET wrong = max(wrong - 1, 0), until = 0 WHERE subject = $1")
        .bind(subject)
        .execute(writer)
        .await?;
    Ok(())
}

pub(super) async fn forget(writer: &SqlitePool, subject: &[u8]) -> Result<()> {
    sqlx::query("DELETE FROM sign_in_tries WHERE subject = $1")
        .bind(subject)
        .execute(writer)
        .await?;
    Ok(())
}

pub(super) async fn barred(readers: &SqlitePool, subject: &[u8], at: i64) -> Result<Option<i64>> {
    Ok(sqlx::query_scalar("SELECT until FROM sign_in_tries WHERE subject = $1 AND until > $2")
        .bind(subject)
        .bind(at)
        .fetch_optional(readers)
        .await?)
}
