//! The sandbox's state. Patients' answers are not stored.

mod events;
mod exports;
mod saved;
mod urls;

pub(super) use exports::File;

use super::faults::Faults;
use super::profile::{self, Change, Create, Identifier, Kind, Status};
use super::queue::Queues;
use crate::profile::Profile;
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::Arc;
use urls::Url;

pub(super) use urls::{Opened, Purpose, UrlTiming};

/// The first key of a profile whose keys are numbers.
const FIRST_NUMBER: usize = 1_000_001;

#[derive(Default)]
pub(super) struct State {
    pub(super) profile: Arc<Profile>,
    pub(super) faults: Faults,
    pub(super) counters: Counters,
    pub(super) queues: Queues,
    patients: Vec<Patient>,
    /// Tenant and identifier to an index into `patients`.
    by_identifier: HashMap<(&'static str, Identifier), usize>,
    /// In the order of creation.
    subjects: Vec<Subject>,
    /// Key to an index into `subjects`.
    by_key: HashMap<String, usize>,
    /// By token.
    urls: HashMap<String, Url>,
    /// Exported files by token.
    files: HashMap<String, exports::Stored>,
    /// Incremented by every change that must survive a restart (`saved.rs`).
    revision: u64,
}

/// Counts since the start or reset.
#[derive(Clone, Copy, Default, Serialize)]
pub(super) struct Counters {
    creates: u64,
    followup_creates: u64,
    /// Presigned URLs of every kind.
    presigned: u64,
    /// Pages opened by a presigned URL.
    page_loads: u64,
    /// Pages refused: the URL was used, expired or unknown.
    pages_refused: u64,
    /// Requests for exported files, with any outcome.
    files_asked: u64,
    /// Pages requested while the fault `hang_pages` was on.
    pub(super) pages_hung: u64,
    /// REST calls, with any outcome.
    pub(super) rest_calls: u64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Patient {
    patient_key: String,
    tenant_key: &'static str,
    identifiers: Vec<Identifier>,
    first_name: Option<String>,
    last_name: Option<String>,
}

/// A consultation or a follow-up.
#[derive(Clone)]
pub(super) struct Subject {
    pub(super) kind: Kind,
    pub(super) key: String,
    /// Index into [`State::patients`].
    patient: usize,
    pub(super) patient_key: String,
    pub(super) tenant_key: &'static str,
    pub(super) status: Status,
    pub(super) metadata: Option<String>,
    pub(super) plan: profile::Plan,
    pub(super) created_at: i64,
    pub(super) answered_at: Option<i64>,
    pub(super) finished_at: Option<i64>,
    urls_minted: u64,
}

/// The message that the questionnaire posts, how often, and from which page.
#[derive(Serialize)]
pub(super) struct MessagePlan {
    pub(super) message: Value,
    pub(super) times: u64,
    /// URL of a page on a wrong origin that posts it instead; `None` = the questionnaire.
    pub(super) from: Option<String>,
}

impl State {
    pub(super) fn revision(&self) -> u64 {
        self.revision
    }

    /// Resets everything but the connections of the queues.
    pub(super) fn reset(&mut self) {
        let mut queues = std::mem::take(&mut self.queues);
        queues.reset();
        let profile = std::mem::take(&mut self.profile);
        *self = Self { revision: self.revision + 1, queues, profile, ..Self::default() };
    }

    /// Creates a consultation or follow-up, and creates or updates its patient: the first one that
    /// has any of the identifiers at this tenant. An attribute that is not sent is unchanged.
    pub(super) fn create(
        &mut self,
        kind: Kind,
        tenant_key: &'static str,
        create: Create,
        now: i64,
        mut id: impl FnMut() -> String,
    ) -> &Subject {
        let found = create.identifiers.iter().find_map(|identifier| {
            self.by_identifier.get(&(tenant_key, identifier.clone())).copied()
        });
        let index = found.unwrap_or_else(|| {
            self.patients.push(Patient {
                patient_key: id(),
                tenant_key,
                identifiers: Vec::new(),
                first_name: None,
                last_name: None,
            });
            self.patients.len() - 1
        });
        let patient = &mut self.patients[index];
        for identifier in create.identifiers {
            // An identifier of another patient stays with that patient.
            if !self.by_identifier.contains_key(&(tenant_key, identifier.clone())) {
                patient.identifiers.push(identifier.clone());
                self.by_identifier.insert((tenant_key, identifier), index);
            }
        }
        patient.first_name = create.first_name.or(patient.first_name.take());
        patient.last_name = create.last_name.or(patient.last_name.take());
        let subject = Subject {
            kind,
            key: match self.profile.keys_as_numbers {
                true => (FIRST_NUMBER + self.subjects.len()).to_string(),
                false => id(),
            },
            patient: index,
            patient_key: patient.patient_key.clone(),
            tenant_key,
            status: Status::new(kind.first_status()),
            metadata: create.metadata,
            plan: create.plan,
            created_at: now,
            answered_at: None,
            finished_at: None,
            urls_minted: 0,
        };
        match kind {
            Kind::Consultation => self.counters.creates += 1,
            Kind::FollowUp => self.counters.followup_creates += 1,
        }
        self.revision += 1;
        let index = self.subjects.len();
        self.by_key.insert(subject.key.clone(), index);
        self.subjects.push(subject);
        self.push_event(index, Change::Created, now, id());
        &self.subjects[index]
    }

    /// The record that was made with this text of ours: the same call may be about it again.
    pub(super) fn made_of(&self, kind: Kind, tenant_key: &str, metadata: &str) -> Option<&Subject> {
        self.subjects.iter().find(|subject| {
            subject.kind == kind
                && subject.tenant_key == tenant_key
                && subject.metadata.as_deref() == Some(metadata)
        })
    }

    /// The message plan of an answered record, with the faults applied.
    pub(super) fn plan(
        &self,
        subject: &Subject,
        now: i64,
        other_origin: impl FnOnce() -> String,
    ) -> MessagePlan {
        let misprint = self.faults.misprint_event_type;
        MessagePlan {
            message: profile::completion(&self.about(subject, now), misprint, &subject.status.id),
            times: if self.faults.drop_messages { 0 } else { self.faults.duplicate_messages },
            from: self.faults.wrong_origin.then(other_origin),
        }
    }

    /// The body of `GET /control/state`, without tokens.
    pub(super) fn snapshot(&self) -> Value {
        let of = |kind: Kind| -> Vec<Value> {
            self.subjects.iter().filter(|subject| subject.kind == kind).map(describe).collect()
        };
        let mut counters = json!(self.counters);
        counters["patients"] = json!(self.patients.len());
        json!({
            "faults": self.faults,
            "counters": counters,
            "patients": self.patients,
            "consultations": of(Kind::Consultation),
            "followups": of(Kind::FollowUp),
            "queue": self.queues.snapshot(),
        })
    }
}

/// A consultation or follow-up in the answers of `/control`.
pub(super) fn describe(subject: &Subject) -> Value {
    json!({
        "key": subject.key,
        "patientKey": subject.patient_key,
        "tenantKey": subject.tenant_key,
        "status": subject.status.id,
        "metadata": subject.metadata,
        "plan": subject.plan,
        "created_at": subject.created_at,
        "answered_at": subject.answered_at,
        "finished_at": subject.finished_at,
        "urls_minted": subject.urls_minted,
    })
}
