//! Changes of consultations: written where they happen, and read by what follows them.

use super::SqlStore;
use super::db::{self, Sql};
use super::pool::Tx;
use super::rows::to_json;
use crate::model::change::Change;
use crate::model::ids::{ConsultationId, PatientId, SiteId};
use crate::store::{Changes, Result};
use async_trait::async_trait;
use tokio::sync::watch;

/// Writes that consultations changed, as part of the transaction that changes them. One that is to
/// be deleted must still be there.
pub(super) async fn note(tx: &mut Tx, ids: &[&str], at: i64) -> Result<()> {
    db::query(Sql::pair(
        "INSERT INTO changes (site_id, consultation_id, at)
         SELECT site_id, id, $2 FROM consultations WHERE id IN (SELECT value FROM json_each($1))",
        "INSERT INTO changes (site_id, consultation_id, at)
         SELECT site_id, id, $2 FROM consultations
         WHERE id IN (SELECT jsonb_array_elements_text($1::jsonb))",
    ))
    .bind(to_json(&ids, "consultations")?)
    .bind(at)
    .execute(&mut *tx)
    .await?;
    wake_others(tx).await
}

/// The channel on which PostgreSQL tells every instance of changes.
pub(in crate::store) const CHANNEL: &str = "desk_changes";

/// Wakes those who follow the changes at other instances, once the transaction is committed.
async fn wake_others(tx: &mut Tx) -> Result<()> {
    if let Tx::Postgres(_) = tx {
        db::query("SELECT pg_notify($1, '')").bind(CHANNEL).execute(tx).await?;
    }
    Ok(())
}

/// The same for every consultation of a patient.
pub(super) async fn note_patient(tx: &mut Tx, id: &PatientId, at: i64) -> Result<()> {
    db::query(
        "INSERT INTO changes (site_id, consultation_id, at)
         SELECT site_id, id, $2 FROM consultations WHERE patient_id = $1 ORDER BY id",
    )
    .bind(&id.0)
    .bind(at)
    .execute(&mut *tx)
    .await?;
    wake_others(tx).await
}

#[async_trait]
impl Changes for SqlStore {
    async fn position(&self) -> Result<i64> {
        let newest: Option<i64> =
            db::query_scalar("SELECT max(position) FROM changes").fetch_one(&self.readers).await?;
        Ok(newest.unwrap_or_default())
    }

    async fn changes_after(&self, position: i64, limit: u32) -> Result<Option<Vec<Change>>> {
        let rows: Vec<(i64, String, String)> = db::query_as(
            "SELECT position, site_id, consultation_id FROM changes
             WHERE position > $1 ORDER BY position LIMIT $2",
        )
        .bind(position)
        .bind(limit)
        .fetch_all(&self.readers)
        .await?;
        // After the rows: what is forgotten in between is missed here, and not among the rows.
        let (oldest, newest): (Option<i64>, Option<i64>) =
            db::query_as("SELECT min(position), max(position) FROM changes")
                .fetch_one(&self.readers)
                .await?;
        let known = oldest.map_or(0, |oldest| oldest - 1)..=newest.unwrap_or_default();
        let change =
            |(position, site, id)| Change { position, site: SiteId(site), id: ConsultationId(id) };
        Ok(known.contains(&position).then(|| rows.into_iter().map(change).collect()))
    }

    async fn forget_changes(&self, before: i64, now: i64) -> Result<u64> {
        let mut tx = self.write().await?;
        let gone = db::query(
            "DELETE FROM changes WHERE position < coalesce(
                 (SELECT min(position) FROM changes WHERE at >= $1 AND at <= $2),
                 (SELECT max(position) FROM changes))",
        )
        .bind(before)
        .bind(now)
        .execute(&mut tx)
        .await?;
        tx.commit().await?;
        Ok(gone)
    }

    fn changed(&self) -> watch::Receiver<()> {
        self.changed.subscribe()
    }
}
