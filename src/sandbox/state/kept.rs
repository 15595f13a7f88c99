//! What outlives a restart, as JSON: the patients, what was created for them, and where that stands. Presigned URLs are not
//! in it (they work for minutes), and neither are faults and counters, which are of one run.

use super::super::profile::{self, Identifier, Kind, Status};
use super::{Patient, State, Subject};
use serde::{Deserialize, Serialize};

/// The shape below. Another one is not read.
const VERSION: u32 = 1;

#[derive(Serialize, Deserialize)]
struct Kept {
    version: u32,
    patients: Vec<KeptPatient>,
    subjects: Vec<KeptSubject>,
}

#[derive(Serialize, Deserialize)]
struct KeptPatient {
    key: String,
    tenant: String,
    identifiers: Vec<(String, String)>,
    first_name: Option<String>,
    last_name: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct KeptSubject {
    follow_up: bool,
    key: String,
    patient: String,
    tenant: String,
    status: String,
    metadata: Option<String>,
    created_at: i64,
    answered_at: Option<i64>,
}

impl State {
    /// All that is kept.
    pub(in crate::sandbox) fn to_json(&self) -> serde_json::Result<Vec<u8>> {
        let patient = |patient: &Patient| KeptPatient {
            key: patient.patient_key.clone(),
            tenant: patient.tenant_key.to_owned(),
            identifiers: patient.identifiers.iter().map(|Identifier { sub_system, key }| (sub_system.clone(), key.clone())).collect(),
            first_name: patient.first_name.clone(),
            last_name: patient.last_name.clone(),
        };
        let subject = |subject: &Subject| KeptSubject {
            follow_up: subject.kind == Kind::FollowUp,
            key: subject.key.clone(),
            patient: subject.patient_key.clone(),
            tenant: subject.tenant_key.to_owned(),
            status: subject.status.id.clone(),
            metadata: subject.metadata.clone(),
            created_at: subject.created_at,
            answered_at: subject.answered_at,
        };
        serde_json::to_vec(&Kept {
            version: VERSION,
            patients: self.patients.iter().map(patient).collect(),
            subjects: self.subjects.iter().map(subject).collect(),
        })
    }

    /// The state that was kept.
    ///
    /// # Errors
    /// A sentence about the place that does not read; nothing of what is there.
    pub(in crate::sandbox) fn from_json(json: &[u8]) -> Result<Self, String> {
        let kept: Kept = serde_json::from_slice(json).map_err(|error| format!("line {}, column {}", error.line(), error.column()))?;
        if kept.version != VERSION {
            return Err(format!("its version is {} and not {VERSION}", kept.version));
        }
        let tenant = |key: &str| profile::tenant(key).ok_or("it names a tenant that this sandbox does not have");
        let mut state = Self::default();
        for (place, patient) in kept.patients.into_iter().enumerate() {
            let tenant_key = tenant(&patient.tenant)?;
            let identifiers: Vec<_> = patient.identifiers.into_iter().map(|(sub_system, key)| Identifier { sub_system, key }).collect();
            state.known.extend(identifiers.iter().map(|identifier| ((tenant_key, identifier.clone()), place)));
            let (first_name, last_name) = (patient.first_name, patient.last_name);
            state.patients.push(Patient { patient_key: patient.key, tenant_key, identifiers, first_name, last_name });
        }
        for (place, subject) in kept.subjects.into_iter().enumerate() {
            state.by_key.insert(subject.key.clone(), place);
            state.subjects.push(Subject {
                kind: if subject.follow_up { Kind::FollowUp } else { Kind::Consultation },
                key: subject.key,
                patient_key: subject.patient,
                tenant_key: tenant(&subject.tenant)?,
                status: Status::new(&subject.status),
                metadata: subject.metadata,
                created_at: subject.created_at,
                answered_at: subject.answered_at,
                urls_minted: 0,
            });
        }
        Ok(state)
    }
}
