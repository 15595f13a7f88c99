//! The register of confidentiality incidents.

use super::{Record, Result};
use crate::model::ids::{IncidentId, SiteId};
use crate::model::incident::Incident;
use async_trait::async_trait;

/// The register. Nothing in it is ever changed or removed.
#[async_trait]
pub trait Incidents: Send + Sync {
    /// Writes the next version of an incident; the first one has the number 1.
    /// [`super::StoreError::Taken`] when another version is there already,
    /// [`super::StoreError::NotFound`] when there is no such site.
    async fn write_incident(&self, incident: &Incident, log: &[Record]) -> Result<()>;
    /// The newest version of every incident of a site, the latest to become known first.
    async fn incidents(&self, site: &SiteId) -> Result<Vec<Incident>>;
    /// Every version of one incident, newest first. Empty when the site has none such.
    async fn incident(&self, site: &SiteId, id: &IncidentId) -> Result<Vec<Incident>>;
}
