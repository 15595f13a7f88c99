//! Writes down who did and saw what. Before an answer is given: what cannot be logged is not shown.

use super::{Actor, Desk, Result};
use crate::model::audit::Action;
use crate::model::client::Client;
use crate::model::consultation::Consultation;
use crate::model::ids::{ConsultationId, PatientId};
use crate::model::role::Roles;
use crate::store::Record;

/// What a row of the log is about.
#[derive(Clone, Debug, Default)]
pub struct About {
    /// The consultation, if it is about one.
    pub consultation: Option<ConsultationId>,
    /// The patients, if it is about any.
    pub patients: Vec<PatientId>,
    /// More, in a few words. Nothing about a patient.
    pub detail: String,
}

impl About {
    /// About one consultation and its patient.
    #[must_use]
    pub fn consultation(consultation: &Consultation) -> Self {
        Self {
            consultation: Some(consultation.id.clone()),
            patients: vec![consultation.patient.id.clone()],
            detail: String::new(),
        }
    }

    /// About nothing but what these words say.
    #[must_use]
    pub fn words(detail: impl Into<String>) -> Self {
        Self { detail: detail.into(), ..Self::default() }
    }

    /// With these words beside it.
    #[must_use]
    pub fn with(self, detail: impl Into<String>) -> Self {
        Self { detail: detail.into(), ..self }
    }
}

impl Desk {
    /// A row about what a staff member does, for whoever writes it together with something else.
    #[must_use]
    pub fn record_of(&self, who: &Actor, action: Action, about: About) -> Record {
        Record {
            at: self.now(),
            site: Some(who.site.id.clone()),
            staff: Some(who.staff.id.clone()),
            name: who.staff.name.clone(),
            roles: who.roles.clone(),
            action,
            consultation: about.consultation,
            patients: about.patients,
            detail: about.detail,
            client: who.client.clone(),
        }
    }

    /// Writes down what a staff member does.
    ///
    /// # Errors
    /// A failing store: then nothing must be done or shown.
    pub async fn log(&self, who: &Actor, action: Action, about: About) -> Result<()> {
        Ok(self.store.record(&[self.record_of(who, action, about)]).await?)
    }

    /// A row about what somebody without an account does: a patient, a stranger, or the desk itself
    /// (`name` says which). Of no site, unless the caller knows one.
    #[must_use]
    pub fn record_of_nobody(
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
