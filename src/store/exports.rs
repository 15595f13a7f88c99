//! Exports of the details of a consultation, kept where the site's rule says so.

use super::{Record, Result};
use crate::model::export::Export;
use crate::model::ids::{ConsultationId, ExportId, SiteId};
use async_trait::async_trait;

/// An export with what is in it.
#[derive(Clone, PartialEq, Eq)]
pub struct KeptExport {
    /// What it is, and who made it.
    pub export: Export,
    /// What is in it: a PDF, or text in UTF-8.
    pub bytes: Vec<u8>,
}

/// Keeps what is in it out of any debug output.
impl std::fmt::Debug for KeptExport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KeptExport")
            .field("export", &self.export)
            .field("bytes", &self.bytes.len())
            .finish()
    }
}

/// Kept exports. A record of another site is as if it were not there; a purge of the consultation
/// removes them with it ([`super::Retention::purge`]).
#[async_trait]
pub trait Exports: Send + Sync {
    /// Keeps exports of a consultation, all or none, with what the audit log says of it.
    /// [`super::StoreError::NotFound`] when the site has no such consultation.
    async fn keep_exports(
        &self,
        site: &SiteId,
        id: &ConsultationId,
        exports: &[KeptExport],
        log: &[Record],
    ) -> Result<()>;
    /// The exports of a consultation, newest first, without what is in them.
    async fn exports(&self, site: &SiteId, id: &ConsultationId) -> Result<Vec<Export>>;
    /// One export of a consultation.
    async fn export(
        &self,
        site: &SiteId,
        id: &ConsultationId,
        export: &ExportId,
    ) -> Result<Option<KeptExport>>;
}
