//! Kept exports.

use super::db;
use super::{SqlStore, audit, consultations, refused};
use crate::model::export::Export;
use crate::model::ids::{ConsultationId, ExportId, SiteId};
use crate::store::exports::{ExportRow, KeptExportRow};
use crate::store::{Exports, KeptExport, Record, Result};
use async_trait::async_trait;

#[async_trait]
impl Exports for SqlStore {
    async fn keep_exports(
        &self,
        site: &SiteId,
        id: &ConsultationId,
        exports: &[KeptExport],
        log: &[Record],
    ) -> Result<()> {
        let mut tx = self.write().await?;
        consultations::must_exist(&mut tx, site, id).await?;
        for KeptExport { export, bytes } in exports {
            db::query(
                "INSERT INTO exports (id, consultation_id, kind, bytes, made_at, made_by)
                 VALUES ($1, $2, $3, $4, $5, $6)",
            )
            .bind(&export.id.0)
            .bind(&id.0)
            .bind(export.kind.slug())
            .bind(bytes)
            .bind(export.made_at)
            .bind(&export.made_by)
            .execute(&mut tx)
            .await
            .map_err(|error| refused(error, "the export"))?;
        }
        audit::append(&mut tx, log).await?;
        Ok(tx.commit().await?)
    }

    async fn exports(&self, site: &SiteId, id: &ConsultationId) -> Result<Vec<Export>> {
        let rows: Vec<ExportRow> = db::query_as(
            "SELECT e.id, e.kind, e.made_at, e.made_by
             FROM exports e JOIN consultations c ON c.id = e.consultation_id
             WHERE e.consultation_id = $1 AND c.site_id = $2 ORDER BY e.made_at DESC, e.id DESC",
        )
        .bind(&id.0)
        .bind(&site.0)
        .fetch_all(&self.readers)
        .await?;
        rows.into_iter().map(Export::try_from).collect()
    }

    async fn export(
        &self,
        site: &SiteId,
        id: &ConsultationId,
        export: &ExportId,
    ) -> Result<Option<KeptExport>> {
        let row: Option<KeptExportRow> = db::query_as(
            "SELECT e.id, e.kind, e.made_at, e.made_by, e.bytes
             FROM exports e JOIN consultations c ON c.id = e.consultation_id
             WHERE e.id = $3 AND e.consultation_id = $1 AND c.site_id = $2",
        )
        .bind(&id.0)
        .bind(&site.0)
        .bind(&export.0)
        .fetch_optional(&self.readers)
        .await?;
        row.map(KeptExport::try_from).transpose()
    }
}
