//! Failed sign-in attempts.

use super::db;
use super::pool::{Pool, Tx};
use crate::store::{Attempt, AttemptCounter, AttemptReset, Result};

/// No policy remembers attempts for longer, in milliseconds: 24 hours.
const LONGEST_MEMORY_MS: i64 = 24 * 3_600_000;

pub(super) async fn count(tx: &mut Tx, counters: &[AttemptCounter], at: i64) -> Result<Attempt> {
    db::query("DELETE FROM sign_in_tries WHERE last_at < $1 AND until < $2")
        .bind(at - LONGEST_MEMORY_MS)
        .bind(at)
        .execute(&mut *tx)
        .await?;
    let mut counts = Vec::with_capacity(counters.len());
    let mut locked_until = 0;
    for counter in counters {
        let row: Option<(i64, i64, i64)> =
            db::query_as("SELECT wrong, last_at, until FROM sign_in_tries WHERE subject = $1")
                .bind(&counter.key)
                .fetch_optional(&mut *tx)
                .await?;
        let (failures, last_at, until) = row.unwrap_or_default();
        locked_until = locked_until.max(counter.policy.lockout_end(until, at));
        // A clock that was set back resets no counter.
        let expired = at.saturating_sub(last_at) >= counter.policy.forget_ms;
        counts.push((counter, if expired { 1 } else { failures + 1 }));
    }
    if locked_until > at {
        return Ok(Attempt::LockedOut { until: locked_until });
    }
    let mut next_at = None;
    for (counter, failures) in counts {
        let until = match counter.policy.wait_ms(failures) {
            0 => 0,
            wait => at + wait,
        };
        next_at = next_at.max((until > at).then_some(until));
        db::query(
            "INSERT INTO sign_in_tries (subject, wrong, last_at, until) VALUES ($1, $2, $3, $4)
             ON CONFLICT (subject) DO UPDATE SET wrong = $2, last_at = $3, until = $4",
        )
        .bind(&counter.key)
        .bind(failures)
        .bind(at)
        .bind(until)
        .execute(&mut *tx)
        .await?;
    }
    Ok(Attempt::Allowed { next_at })
}

pub(super) async fn reset(tx: &mut Tx, reset: &AttemptReset) -> Result<()> {
    for key in &reset.clear {
        db::query("DELETE FROM sign_in_tries WHERE subject = $1")
            .bind(key)
            .execute(&mut *tx)
            .await?;
    }
    for key in &reset.take_back {
        // The wait that the attempt brought goes with it.
        db::query(
            "UPDATE sign_in_tries
             SET wrong = CASE WHEN wrong > 1 THEN wrong - 1 ELSE 0 END, until = 0
             WHERE subject = $1",
        )
        .bind(key)
        .execute(&mut *tx)
        .await?;
    }
    Ok(())
}

pub(super) async fn locked_until(readers: &Pool, key: &[u8], at: i64) -> Result<Option<i64>> {
    Ok(db::query_scalar("SELECT until FROM sign_in_tries WHERE subject = $1 AND until > $2")
        .bind(key)
        .bind(at)
        .fetch_optional(readers)
        .await?)
}
