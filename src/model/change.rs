//! What an open page is told of.

use super::ids::{ConsultationId, SiteId};

/// A change of a consultation. Holds no patient data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Ascends in the order of commits, over all sites. At least 1.
    pub position: i64,
    /// Only sessions at this site may see the change.
    pub site: SiteId,
    pub id: ConsultationId,
}
