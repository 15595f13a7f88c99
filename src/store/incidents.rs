//! The register of confidentiality incidents.

use super::rows::count;
use super::{Record, Result, StoreError};
use crate::model::ids::{IncidentId, SiteId};
use crate::model::incident::Incident;
use async_trait::async_trait;
use sqlx::FromRow;

/// The register. Nothing in it is ever changed or removed.
#[async_trait]
pub trait Incidents: Send + Sync {
    /// Writes the next version of an incident; the first one has the number 1.
    /// [`StoreError::Taken`] when this version exists already, [`StoreError::NotFound`] when there
    /// is no such site.
    async fn write_incident(&self, incident: &Incident, log: &[Record]) -> Result<()>;
    /// The newest version of every incident of a site, the latest to become known first.
    async fn incidents(&self, site: &SiteId) -> Result<Vec<Incident>>;
    /// Every version of one incident, newest first. Empty when the site has no such incident.
    async fn incident(&self, site: &SiteId, id: &IncidentId) -> Result<Vec<Incident>>;
}

/// A row of the table `incidents`.
#[derive(FromRow)]
pub(super) struct IncidentRow {
    id: String,
    site_id: String,
    version: i64,
    written_at: i64,
    written_by: String,
    information: String,
    circumstances: String,
    happened: String,
    aware_on: String,
    persons: Option<i64>,
    persons_in_quebec: Option<i64>,
    serious: bool,
    reasons: String,
    commission_on: Option<String>,
    persons_on: Option<String>,
    measures: String,
}

impl TryFrom<IncidentRow> for Incident {
    type Error = StoreError;

    fn try_from(row: IncidentRow) -> Result<Self> {
        Ok(Self {
            id: IncidentId(row.id),
            site: SiteId(row.site_id),
            version: count(row.version)?,
            written_at: row.written_at,
            written_by: row.written_by,
            information: row.information,
            circumstances: row.circumstances,
            happened: row.happened,
            aware_on: row.aware_on,
            persons: row.persons.map(count).transpose()?,
            persons_in_quebec: row.persons_in_quebec.map(count).transpose()?,
            serious: row.serious,
            reasons: row.reasons,
            commission_on: row.commission_on,
            persons_on: row.persons_on,
            measures: row.measures,
        })
    }
}
