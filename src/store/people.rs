//! Patients as administrators look for them: by name or identifier, and by id.

use super::Result;
use crate::model::ids::{PatientId, SiteId};
use crate::model::patient::Patient;
use async_trait::async_trait;
use std::collections::HashMap;

/// Patients, whichever consultation they have. One of another site is as if it were not there.
#[async_trait]
pub trait People: Send + Sync {
    /// One patient.
    async fn patient(&self, site: &SiteId, id: &PatientId) -> Result<Option<Patient>>;
    /// The patients whom these words find, as on the board, by name. Words without a letter or
    /// digit find nobody.
    async fn search_patients(&self, site: &SiteId, words: &str, limit: u32)
    -> Result<Vec<Patient>>;
    /// The full names of these patients, as far as they are there.
    async fn patient_names(
        &self,
        site: &SiteId,
        ids: &[PatientId],
    ) -> Result<HashMap<PatientId, String>>;
}
