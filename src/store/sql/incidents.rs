//! The register of confidentiality incidents.

use super::db;
use super::{SqlStore, audit, refused};
use crate::model::ids::{IncidentId, SiteId};
use crate::model::incident::Incident;
use crate::store::incidents::IncidentRow;
use crate::store::{Incidents, Record, Result, StoreError};
use async_trait::async_trait;

/// What [`StoreError::Taken`] calls a version.
const VERSION: &str = "this version of the incident";

/// The columns of [`IncidentRow`].
macro_rules! columns {
    () => {
        "SELECT i.id, i.site_id, i.version, i.written_at, i.written_by, i.information,
                i.circumstances, i.happened, i.aware_on, i.persons, i.persons_in_quebec, i.serious,
                i.reasons, i.commission_on, i.persons_on, i.measures
         FROM incidents i "
    };
}

#[async_trait]
impl Incidents for SqlStore {
    async fn write_incident(&self, incident: &Incident, log: &[Record]) -> Result<()> {
        let mut tx = self.write().await?;
        let done = db::query(
            "INSERT INTO incidents (id, site_id, version, written_at, written_by, information,
                                    circumstances, happened, aware_on, persons, persons_in_quebec,
                                    serious, reasons, commission_on, persons_on, measures)
             SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16
             WHERE $3 = 1 + coalesce((SELECT max(version) FROM incidents WHERE id = $1), 0)
               AND NOT EXISTS (SELECT 1 FROM incidents WHERE id = $1 AND site_id <> $2)",
        )
        .bind(&incident.id.0)
        .bind(&incident.site.0)
        .bind(incident.version)
        .bind(incident.written_at)
        .bind(&incident.written_by)
        .bind(&incident.information)
        .bind(&incident.circumstances)
        .bind(&incident.happened)
        .bind(&incident.aware_on)
        .bind(incident.persons)
        .bind(incident.persons_in_quebec)
        .bind(incident.serious)
        .bind(&incident.reasons)
        .bind(&incident.commission_on)
        .bind(&incident.persons_on)
        .bind(&incident.measures)
        .execute(&mut tx)
        .await
        .map_err(|error| refused(error, VERSION))?;
        if done == 0 {
            return Err(StoreError::Taken(VERSION));
        }
        audit::append(&mut tx, log).await?;
        Ok(tx.commit().await?)
    }

    async fn incidents(&self, site: &SiteId) -> Result<Vec<Incident>> {
        let rows: Vec<IncidentRow> = db::query_as(concat!(
            columns!(),
            "WHERE i.site_id = $1
               AND i.version = (SELECT max(n.version) FROM incidents n WHERE n.id = i.id)
             ORDER BY i.aware_on DESC, i.id DESC"
        ))
        .bind(&site.0)
        .fetch_all(&self.readers)
        .await?;
        rows.into_iter().map(Incident::try_from).collect()
    }

    async fn incident(&self, site: &SiteId, id: &IncidentId) -> Result<Vec<Incident>> {
        let rows: Vec<IncidentRow> = db::query_as(concat!(
            columns!(),
            "WHERE i.site_id = $1 AND i.id = $2 ORDER BY i.version DESC"
        ))
        .bind(&site.0)
        .bind(&id.0)
        .fetch_all(&self.readers)
        .await?;
        rows.into_iter().map(Incident::try_from).collect()
    }
}
