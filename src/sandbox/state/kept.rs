//! What outlives a restart, as JSON: the patients, what was created for them, where that stands,
//! and what the sandbox's own queue has told nobody yet. Presigned URLs are not in it (they work
//! for minutes), and neither are faults, counters and other queues, which are of one run.

use super::super::profile::{self, Identifier, Kind, Status};
use super::super::queue::{DESK_QUEUE, Event};
use super::{Patient, State, Subject};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::HashMap;
use std::sync::Arc;

/// The shape below. Another one is not read.
const VERSION: u32 = 1;

#[derive(Serialize, Deserialize)]
struct Kept {
    version: u32,
    patients: Vec<KeptPatient>,
    subjects: Vec<KeptSubject>,
    /// Not acknowledged yet, in the order of their coming. Files from before there was a queue have
    /// none.
    #[serde(default)]
    events: Vec<KeptEvent>,
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
    /// Files from before follow-ups were planned have none.
    #[serde(default)]
    plan: profile::Plan,
    created_at: i64,
    answered_at: Option<i64>,
    #[serde(default)]
    finished_at: Option<i64>,
}

#[derive(Serialize, Deserialize)]
struct KeptEvent {
    id: String,
    event_type: String,
    ts: String,
    payload: Value,
}

impl State {
    /// All that is kept.
    pub(in crate::sandbox) fn to_json(&self) -> serde_json::Result<Vec<u8>> {
        let patient = |patient: &Patient| KeptPatient {
            key: patient.patient_key.clone(),
            tenant: patient.tenant_key.to_owned(),
            identifiers: patient
                .identifiers
                .iter()
                .map(|Identifier { sub_system, key }| (sub_system.clone(), key.clone()))
                .collect(),
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
            plan: subject.plan.clone(),
            created_at: subject.created_at,
            answered_at: subject.answered_at,
            finished_at: subject.finished_at,
        };
        let event = |event: &Event| KeptEvent {
            id: event.id.clone(),
            event_type: event.event_type.clone(),
            ts: event.ts.clone(),
            payload: Value::clone(&event.payload),
        };
        serde_json::to_vec(&Kept {
            version: VERSION,
            patients: self.patients.iter().map(patient).collect(),
            subjects: self.subjects.iter().map(subject).collect(),
            events: self.queues.unacknowledged().map(event).collect(),
        })
    }

    /// The state that was kept.
    ///
    /// # Errors
    /// A sentence about the place that does not read; nothing of what is there.
    pub(in crate::sandbox) fn from_json(json: &[u8]) -> Result<Self, String> {
        let kept: Kept = serde_json::from_slice(json)
            .map_err(|error| format!("line {}, column {}", error.line(), error.column()))?;
        if kept.version != VERSION {
            return Err(format!("its version is {} and not {VERSION}", kept.version));
        }
        let tenant = |key: &str| {
            profile::tenant(key).ok_or("it names a tenant that this sandbox does not have")
        };
        let mut state = Self::default();
        for (place, patient) in kept.patients.into_iter().enumerate() {
            let tenant_key = tenant(&patient.tenant)?;
            let identifiers: Vec<_> = patient
                .identifiers
                .into_iter()
                .map(|(sub_system, key)| Identifier { sub_system, key })
                .collect();
            state.known.extend(
                identifiers.iter().map(|identifier| ((tenant_key, identifier.clone()), place)),
            );
            let (first_name, last_name) = (patient.first_name, patient.last_name);
            state.patients.push(Patient {
                patient_key: patient.key,
                tenant_key,
                identifiers,
                first_name,
                last_name,
            });
        }
        let patients: HashMap<_, _> = state
            .patients
            .iter()
            .enumerate()
            .map(|(place, patient)| (patient.patient_key.clone(), place))
            .collect();
        for (place, subject) in kept.subjects.into_iter().enumerate() {
            state.by_key.insert(subject.key.clone(), place);
            state.subjects.push(Subject {
                kind: if subject.follow_up { Kind::FollowUp } else { Kind::Consultation },
                key: subject.key,
                patient: *patients
                    .get(&subject.patient)
                    .ok_or("it names a patient that is not in it")?,
                patient_key: subject.patient,
                tenant_key: tenant(&subject.tenant)?,
                status: Status::new(&subject.status),
                metadata: subject.metadata,
                plan: subject.plan,
                created_at: subject.created_at,
                answered_at: subject.answered_at,
                finished_at: subject.finished_at,
                urls_minted: 0,
            });
        }
        for KeptEvent { id, event_type, ts, payload } in kept.events {
            state.queues.push(DESK_QUEUE, Event { id, event_type, ts, payload: Arc::new(payload) });
        }
        Ok(state)
    }
}
