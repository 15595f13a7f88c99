//! The beginning of the audit log, which triggers guard.

use super::super::db::{self, Sql};
use super::super::pool::{Pool, Tx};
use super::GUARDED;
use crate::store::Result;

/// Copies where the audit log begins, with the triggers that guard it out of the way.
pub(super) async fn copy(from: &Pool, tx: &mut Tx) -> Result<()> {
    let guards = lift_guards(tx).await?;
    let (number, hash): (i64, Vec<u8>) =
        db::query_as("SELECT number, hash FROM audit_start").fetch_one(from).await?;
    db::query("UPDATE audit_start SET number = $1, hash = $2")
        .bind(number)
        .bind(hash)
        .execute(&mut *tx)
        .await?;
    let unsealed: Option<(i64, Vec<u8>)> =
        db::query_as("SELECT number, hash FROM audit_unsealed_start").fetch_optional(from).await?;
    db::query("DELETE FROM audit_unsealed_start").execute(&mut *tx).await?;
    if let Some((number, hash)) = unsealed {
        db::query("INSERT INTO audit_unsealed_start (\"only\", number, hash) VALUES (1, $1, $2)")
            .bind(number)
            .bind(hash)
            .execute(&mut *tx)
            .await?;
    }
    for guard in guards {
        db::query(Sql::made(guard)).execute(&mut *tx).await?;
    }
    Ok(())
}

/// Takes the triggers of the log's beginning away. Returns the statements that put them back.
async fn lift_guards(tx: &mut Tx) -> Result<Vec<String>> {
    let mut back = Vec::new();
    for table in GUARDED {
        if let Tx::Postgres(_) = tx {
            let text = format!("ALTER TABLE {table} DISABLE TRIGGER USER");
            db::query(Sql::made(text)).execute(&mut *tx).await?;
            back.push(format!("ALTER TABLE {table} ENABLE TRIGGER USER"));
            continue;
        }
        let triggers: Vec<(String, String)> = db::query_as(
            "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = $1",
        )
        .bind(table)
        .fetch_all(&mut *tx)
        .await?;
        for (name, sql) in triggers {
            db::query(Sql::made(format!("DROP TRIGGER {name}"))).execute(&mut *tx).await?;
            back.push(sql);
        }
    }
    Ok(back)
}
