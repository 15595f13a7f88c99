//! Patients on SQLite, as administrators look for them.

use super::SqliteStore;
use super::rows::{PatientRow, to_json};
use super::search::{self, Search};
use crate::model::ids::{PatientId, SiteId};
use crate::model::patient::Patient;
use crate::store::{People, Result};
use async_trait::async_trait;
use std::collections::HashMap;

/// The columns of [`PatientRow`], of `p`.
macro_rules! columns {
    () => {
        "SELECT p.id AS patient_id, p.first_name, p.last_name, p.date_of_birth,
                (SELECT json_group_array(json_array(o.kind, o.key) ORDER BY o.ordinal DESC)
                 FROM patient_identifiers o WHERE o.patient_id = p.id) AS identifiers "
    };
}

#[async_trait]
impl People for SqliteStore {
    async fn patient(&self, site: &SiteId, id: &PatientId) -> Result<Option<Patient>> {
        let row: Option<PatientRow> = sqlx::query_as(concat!(
            columns!(),
            "FROM patients p WHERE p.id = $1 AND p.site_id = $2"
        ))
        .bind(&id.0)
        .bind(&site.0)
        .fetch_optional(&self.readers)
        .await?;
        row.map(Patient::try_from).transpose()
    }

    async fn search_patients(
        &self,
        site: &SiteId,
        words: &str,
        limit: u32,
    ) -> Result<Vec<Patient>> {
        let Search::Match(expression) = search::read(words) else { return Ok(Vec::new()) };
        let rows: Vec<PatientRow> = sqlx::query_as(concat!(
            columns!(),
            "FROM patient_words w CROSS JOIN patients p ON p.number = w.rowid
             WHERE w.patient_words MATCH $1 AND p.site_id = $2 ORDER BY p.last_name, p.first_name, p.id LIMIT $3"
        ))
        .bind(expression)
        .bind(&site.0)
        .bind(limit)
        .fetch_all(&self.readers)
        .await?;
        rows.into_iter().map(Patient::try_from).collect()
    }

    async fn patient_names(
        &self,
        site: &SiteId,
        ids: &[PatientId],
    ) -> Result<HashMap<PatientId, String>> {
        let rows: Vec<(String, String, String)> =
            sqlx::query_as("SELECT id, first_name, last_name FROM patients WHERE site_id = $1 AND id IN (SELECT value FROM json_each($2))")
                .bind(&site.0)
                .bind(to_json(&ids, "patients")?)
                .fetch_all(&self.readers)
                .await?;
        Ok(rows
            .into_iter()
            .map(|(id, first, last)| (PatientId(id), format!("{first} {last}").trim().to_owned()))
            .collect())
    }
}
