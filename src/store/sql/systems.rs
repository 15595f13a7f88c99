//! The names that identifiers have at Empego.

use super::db;
use super::{SqlStore, audit};
use crate::store::systems::{SystemNames, Systems};
use crate::store::{Record, Result};
use async_trait::async_trait;

#[async_trait]
impl Systems for SqlStore {
    async fn system_names(&self) -> Result<SystemNames> {
        let rows: Vec<(String, String)> =
            db::query_as("SELECT kind, name FROM system_names").fetch_all(&self.readers).await?;
        Ok(rows.into_iter().collect())
    }

    async fn has_consultations(&self) -> Result<bool> {
        let any = db::query_scalar("SELECT EXISTS (SELECT 1 FROM consultations)");
        Ok(any.fetch_one(&self.readers).await?)
    }

    async fn set_system_names(&self, names: &SystemNames, log: &[Record]) -> Result<()> {
        let mut tx = self.write().await?;
        db::query("DELETE FROM system_names").execute(&mut tx).await?;
        for (kind, name) in names {
            db::query("INSERT INTO system_names (kind, name) VALUES ($1, $2)")
                .bind(kind)
                .bind(name)
                .execute(&mut tx)
                .await?;
        }
        audit::append(&mut tx, log).await?;
        tx.commit().await?;
        Ok(())
    }
}
