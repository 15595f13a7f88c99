//! Patients as administrators look for them: by name or identifier, and by id.

use super::Result;
use crate::model::ids::{PatientId, SiteId};
use crate::model::patient::Patient;
use async_trait::async_trait;
use std::collections::HashMap;

/// Patients, whatever their consultations. A patient of another site is not found.
#[async_trait]
pub trait People: Send + Sync {
    /// The patient with this id.
    async fn patient(&self, site: &SiteId, id: &PatientId) -> Result<Option<Patient>>;
    /// The patients that a search finds, as on the board, by name. A search without a letter or
    /// digit finds none.
    async fn search_patients(&self, site: &SiteId, words: &str, limit: u32)
    -> Result<Vec<Patient>>;
    /// The full names of those of these patients that are found.
    async fn patient_names(
        &self,
        site: &SiteId,
        ids: &[PatientId],
    ) -> Result<HashMap<PatientId, String>>;
}
