//! Exports of a consultation's details, kept where the site's rules say so.

use super::rows::corrupt;
use super::{Record, Result, StoreError};
use crate::model::export::{Export, ExportKind};
use crate::model::ids::{ConsultationId, ExportId, SiteId};
use async_trait::async_trait;
use sqlx::FromRow;

/// An export with its content.
#[derive(Clone, PartialEq, Eq)]
pub struct KeptExport {
    pub export: Export,
    /// A PDF, or text in UTF-8.
    pub bytes: Vec<u8>,
}

/// Leaves the content out.
impl std::fmt::Debug for KeptExport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KeptExport")
            .field("export", &self.export)
            .field("bytes", &self.bytes.len())
            .finish()
    }
}

/// Kept exports. A consultation of another site is not found. A purge of the consultation removes
/// its exports ([`super::Retention::purge`]).
#[async_trait]
pub trait Exports: Send + Sync {
    /// Keeps exports of a consultation and appends to the audit log, all or nothing.
    /// [`super::StoreError::NotFound`] when the site has no such consultation.
    async fn keep_exports(
        &self,
        site: &SiteId,
        id: &ConsultationId,
        exports: &[KeptExport],
        log: &[Record],
    ) -> Result<()>;
    /// The exports of a consultation, newest first, without their content.
    async fn exports(&self, site: &SiteId, id: &ConsultationId) -> Result<Vec<Export>>;
    /// One export of a consultation.
    async fn export(
        &self,
        site: &SiteId,
        id: &ConsultationId,
        export: &ExportId,
    ) -> Result<Option<KeptExport>>;
}

/// A row of the table `exports`, without the content.
#[derive(FromRow)]
pub(super) struct ExportRow {
    id: String,
    kind: String,
    made_at: i64,
    made_by: String,
}

impl TryFrom<ExportRow> for Export {
    type Error = StoreError;

    fn try_from(row: ExportRow) -> Result<Self> {
        let kind = ExportKind::parse(&row.kind).ok_or_else(|| corrupt("an export's kind"))?;
        Ok(Self { id: ExportId(row.id), kind, made_at: row.made_at, made_by: row.made_by })
    }
}

/// A row of the table `exports`.
#[derive(FromRow)]
pub(super) struct KeptExportRow {
    #[sqlx(flatten)]
    export: ExportRow,
    bytes: Vec<u8>,
}

impl TryFrom<KeptExportRow> for KeptExport {
    type Error = StoreError;

    fn try_from(row: KeptExportRow) -> Result<Self> {
        Ok(Self { export: row.export.try_into()?, bytes: row.bytes })
    }
}
