//! The part of the state that survives a restart, as JSON: patients, consultations and follow-ups,
//! and unacknowledged events of [`DESK_QUEUE`]. Presigned URLs live for minutes, and faults,
//! counters and other queues belong to one run.

use super::super::profile::{self, Identifier, Kind, Status};
use super::super::queue::{DESK_QUEUE, Event};
use super::{Patient, State, Subject};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::HashMap;
use std::sync::Arc;

/// Version of the format. Other versions are not read.
const VERSION: u32 = 1;

#[derive(Serialize, Deserialize)]
struct SavedState {
    version: u32,
    patients: Vec<SavedPatient>,
    subjects: Vec<SavedSubject>,
    /// Unacknowledged, oldest first. Missing in files from before the event queue.
    #[serde(default)]
    events: Vec<SavedEvent>,
}

#[derive(Serialize, Deserialize)]
struct SavedPatient {
    key: String,
    tenant: String,
    identifiers: Vec<(String, String)>,
    first_name: Option<String>,
    last_name: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct SavedSubject {
    follow_up: bool,
    key: String,
    patient: String,
    tenant: String,
    status: String,
    metadata: Option<String>,
    /// Missing in files from before follow-ups.
    #[serde(default)]
    plan: profile::Plan,
    created_at: i64,
    answered_at: Option<i64>,
    #[serde(default)]
    finished_at: Option<i64>,
}

#[derive(Serialize, Deserialize)]
struct SavedEvent {
    id: String,
    event_type: String,
    ts: String,
    payload: Value,
}

impl State {
    pub(in crate::sandbox) fn to_json(&self) -> serde_json::Result<Vec<u8>> {
        let patient = |patient: &Patient| SavedPatient {
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
        let subject = |subject: &Subject| SavedSubject {
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
        let event = |event: &Event| SavedEvent {
            id: event.id.clone(),
            event_type: event.event_type.clone(),
            ts: event.ts.clone(),
            payload: Value::clone(&event.payload),
        };
        serde_json::to_vec(&SavedState {
            version: VERSION,
            patients: self.patients.iter().map(patient).collect(),
            subjects: self.subjects.iter().map(subject).collect(),
            events: self.queues.unacknowledged().map(event).collect(),
        })
    }

    /// Parses a saved state.
    ///
    /// # Errors
    /// A sentence about the place of the error, without its content.
    pub(in crate::sandbox) fn from_json(json: &[u8]) -> Result<Self, String> {
        let saved: SavedState = serde_json::from_slice(json)
            .map_err(|error| format!("line {}, column {}", error.line(), error.column()))?;
        if saved.version != VERSION {
            return Err(format!("its version is {} and not {VERSION}", saved.version));
        }
        let tenant = |key: &str| {
            profile::tenant(key).ok_or("it names a tenant that this sandbox does not have")
        };
        let mut state = Self::default();
        for (index, patient) in saved.patients.into_iter().enumerate() {
            let tenant_key = tenant(&patient.tenant)?;
            let identifiers: Vec<_> = patient
                .identifiers
                .into_iter()
                .map(|(sub_system, key)| Identifier { sub_system, key })
                .collect();
            state.by_identifier.extend(
                identifiers.iter().map(|identifier| ((tenant_key, identifier.clone()), index)),
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
            .map(|(index, patient)| (patient.patient_key.clone(), index))
            .collect();
        for (index, subject) in saved.subjects.into_iter().enumerate() {
            state.by_key.insert(subject.key.clone(), index);
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
        for SavedEvent { id, event_type, ts, payload } in saved.events {
            state.queues.push(DESK_QUEUE, Event { id, event_type, ts, payload: Arc::new(payload) });
        }
        Ok(state)
    }
}
