//! The names that identifiers have at Empego.

use super::{SqliteStore, audit};
use crate::store::systems::{SystemNames, Systems};
use crate::store::{Record, Result};
use async_trait::async_trait;

#[async_trait]
impl Systems for SqliteStore {
    async fn system_names(&self) -> Result<SystemNames> {
        let rows: Vec<(String, String)> =
            sqlx::query_as("SELECT kind, name FROM system_names").fetch_all(&self.readers).await?;
        Ok(rows.into_iter().collect())
    }

    async fn has_consultations(&self) -> Result<bool> {
        let any = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM consultations)");
        Ok(any.fetch_one(&self.readers).await?)
    }

    async fn set_system_names(&self, names: &SystemNames, log: &[Record]) -> Result<()> {
        let mut tx = self.write().await?;
        sqlx::query("DELETE FROM system_names").execute(&mut *tx).await?;
        for (kind, name) in names {
            sqlx::query("INSERT INTO system_names (kind, name) VALUES ($1, $2)")
                .bind(kind)
                .bind(name)
                .execute(&mut *tx)
                .await?;
        }
        audit::append(&mut tx, log).await?;
        tx.commit().await?;
        Ok(())
    }
}
