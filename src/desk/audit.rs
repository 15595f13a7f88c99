//! Audit rows of use cases. A row is written before the answer: what cannot be logged is not shown.

use super::{Actor, Desk, Result};
use crate::model::audit::Action;
use crate::model::client::Client;
use crate::model::consultation::Consultation;
use crate::model::ids::{ConsultationId, PatientId};
use crate::model::role::Roles;
use crate::store::Record;

/// The subject of an audit row.
#[derive(Clone, Debug, Default)]
pub struct About {
    pub consultation: Option<ConsultationId>,
    pub patients: Vec<PatientId>,
    /// A few words or `name=value`. No patient data.
    pub detail: String,
}

impl About {
    /// A consultation and its patient.
    #[must_use]
    pub fn consultation(consultation: &Consultation) -> Self {
        Self {
            consultation: Some(consultation.id.clone()),
            patients: vec![consultation.patient.id.clone()],
            detail: String::new(),
        }
    }

    /// Only a detail.
    #[must_use]
    pub fn detail(detail: impl Into<String>) -> Self {
        Self { detail: detail.into(), ..Self::default() }
    }

    /// The same subject with this detail.
    #[must_use]
    pub fn with(self, detail: impl Into<String>) -> Self {
        Self { detail: detail.into(), ..self }
    }
}

impl Desk {
    /// A row about an action of a staff member, for the transaction of a change.
    #[must_use]
    pub fn row(&self, caller: &Actor, action: Action, about: About) -> Record {
        Record {
            at: self.now(),
            site: Some(caller.site.id.clone()),
            staff: Some(caller.staff.id.clone()),
            name: caller.staff.name.clone(),
            roles: caller.roles.clone(),
            action,
            consultation: about.consultation,
            patients: about.patients,
            detail: about.detail,
            client: caller.client.clone(),
        }
    }

    /// Writes a row about an action of a staff member that changes nothing.
    ///
    /// # Errors
    /// A store error: then nothing must be shown.
    pub async fn log(&self, caller: &Actor, action: Action, about: About) -> Result<()> {
        Ok(self.store.record(&[self.row(caller, action, about)]).await?)
    }

    /// A row about an action without an account: of a patient, an unauthenticated client, or the
    /// desk itself, as `name` says. It belongs to no site unless the caller sets one.
    #[must_use]
    pub fn row_without_account(
        &self,
        name: &str,
        client: &Client,
        action: Action,
        about: About,
    ) -> Record {
        Record {
            at: self.now(),
            site: None,
            staff: None,
            name: name.to_owned(),
            roles: Roles::default(),
            action,
            consultation: about.consultation,
            patients: about.patients,
            detail: about.detail,
            client: client.clone(),
        }
    }
}
