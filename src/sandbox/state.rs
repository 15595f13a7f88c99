//! What the sandbox remembers. Patients' answers are not among it.

mod events;
mod exports;
mod kept;
mod urls;

pub(super) use exports::File;

use super::faults::Faults;
use super::profile::{self, Create, Happening, Identifier, Kind, Status};
use super::queue::Queues;
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::HashMap;
use urls::Url;

pub(super) use urls::{Moment, Opened, Purpose};

/// All of it.
#[derive(Default)]
pub(super) struct State {
    pub(super) faults: Faults,
    pub(super) counters: Counters,
    pub(super) queues: Queues,
    patients: Vec<Patient>,
    /// Tenant and identifier to a place in `patients`.
    known: HashMap<(&'static str, Identifier), usize>,
    /// In the order of their creation.
    subjects: Vec<Subject>,
    /// Key to a place in `subjects`.
    by_key: HashMap<String, usize>,
    /// By token.
    urls: HashMap<String, Url>,
    /// Exported files by token.
    files: HashMap<String, exports::Stored>,
    /// Counts what happened to anything that outlives a restart.
    changes: u64,
}

/// What happened how often.
#[derive(Clone, Copy, Default, Serialize)]
pub(super) struct Counters {
    /// Consultations created.
    creates: u64,
    /// Follow-ups created.
    followup_creates: u64,
    /// Presigned URLs made, of every kind.
    presigned: u64,
    /// Pages shown through one.
    page_loads: u64,
    /// Pages asked for through one that is spent, expired or made up.
    pages_refused: u64,
    /// Exported files asked for, whatever became of it.
    files_asked: u64,
    /// Pages asked for while pages hang.
    pub(super) pages_hung: u64,
    /// REST calls, whatever became of them.
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
    /// A place among the patients.
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

/// What the questionnaire posts to the window around it, how often, and from where.
#[derive(Serialize)]
pub(super) struct Plan {
    pub(super) message: Value,
    pub(super) times: u64,
    /// The page in a wrong origin that posts instead; `None` = the questionnaire itself.
    pub(super) from: Option<String>,
}

impl State {
    /// Counts what happened to anything that outlives a restart (`kept.rs`).
    pub(super) fn changes(&self) -> u64 {
        self.changes
    }

    /// A fresh start. Whoever holds a queue goes on holding it.
    pub(super) fn forget(&mut self) {
        let mut queues = std::mem::take(&mut self.queues);
        queues.forget();
        *self = Self { changes: self.changes + 1, queues, ..Self::default() };
    }

    /// Creates a consultation or follow-up, and creates or updates its patient: the one that has
    /// any of the identifiers at this tenant, the first one counting. An attribute that is not sent
    /// stays as it was.
    pub(super) fn create(
        &mut self,
        kind: Kind,
        tenant_key: &'static str,
        create: Create,
        now: i64,
        mut id: impl FnMut() -> String,
    ) -> &Subject {
        let found = create
            .identifiers
            .iter()
            .find_map(|identifier| self.known.get(&(tenant_key, identifier.clone())).copied());
        let place = found.unwrap_or_else(|| {
            self.patients.push(Patient {
                patient_key: id(),
                tenant_key,
                identifiers: Vec::new(),
                first_name: None,
                last_name: None,
            });
            self.patients.len() - 1
        });
        let patient = &mut self.patients[place];
        for identifier in create.identifiers {
            // An identifier that is another patient's already stays with that one.
            if !self.known.contains_key(&(tenant_key, identifier.clone())) {
                patient.identifiers.push(identifier.clone());
                self.known.insert((tenant_key, identifier), place);
            }
        }
        patient.first_name = create.first_name.or(patient.first_name.take());
        patient.last_name = create.last_name.or(patient.last_name.take());
        let subject = Subject {
            kind,
            key: id(),
            patient: place,
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
        self.changes += 1;
        let place = self.subjects.len();
        self.by_key.insert(subject.key.clone(), place);
        self.subjects.push(subject);
        self.tell(place, Happening::Created, now, id());
        &self.subjects[place]
    }

    /// What the questionnaire of something answered posts, going by the faults.
    pub(super) fn plan(
        &self,
        subject: &Subject,
        now: i64,
        elsewhere: impl FnOnce() -> String,
    ) -> Plan {
        let Subject { kind, key, tenant_key, status, .. } = subject;
        Plan {
            message: profile::completion(
                *kind,
                self.faults.misprint_event_type,
                &status.id,
                key,
                tenant_key,
                now,
            ),
            times: if self.faults.drop_messages { 0 } else { self.faults.duplicate_messages },
            from: self.faults.wrong_origin.then(elsewhere),
        }
    }

    /// All of it for `GET /control/state`, except tokens.
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

/// A consultation or follow-up as `/control` tells it.
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
