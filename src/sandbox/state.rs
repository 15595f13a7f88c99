//! What the sandbox remembers. Patients' answers are not among it.

mod exports;
mod kept;

pub(super) use exports::File;

use super::faults::Faults;
use super::profile::{self, Create, Identifier, Kind, Status};
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::HashMap;

/// All of it.
#[derive(Default)]
pub(super) struct State {
    pub(super) faults: Faults,
    pub(super) counters: Counters,
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
    pub(super) patient_key: String,
    pub(super) tenant_key: &'static str,
    pub(super) status: Status,
    metadata: Option<String>,
    created_at: i64,
    answered_at: Option<i64>,
    urls_minted: u64,
}

/// What a presigned URL leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// The patient's questionnaire.
    Answer,
    /// Staff's view, opened for this user of theirs.
    Details { user: Option<String> },
}

/// When something happens, and how long a URL works when the faults say nothing; both in milliseconds.
#[derive(Clone, Copy)]
pub(super) struct Moment {
    pub(super) now: i64,
    pub(super) url_ttl_ms: i64,
}

struct Url {
    purpose: Purpose,
    subject: usize,
    minted_at: i64,
    expires_at: i64,
    spent: bool,
}

/// What the questionnaire posts to the window around it, how often, and from where.
#[derive(Serialize)]
pub(super) struct Plan {
    pub(super) message: Value,
    pub(super) times: u64,
    /// The page in a wrong origin that posts instead; `None` = the questionnaire itself.
    pub(super) from: Option<String>,
}

/// What a presigned URL opens.
pub(super) enum Opened {
    /// Nothing was ever made under this token.
    Unknown,
    /// It was used before.
    Spent,
    /// Its time is over.
    Expired,
    /// The questionnaire.
    Questions,
    /// The questionnaire is answered already.
    Answered(Subject),
    /// Staff's view.
    Details(Subject, Option<String>),
}

impl State {
    /// Counts what happened to anything that outlives a restart (`kept.rs`).
    pub(super) fn changes(&self) -> u64 {
        self.changes
    }

    /// A fresh start.
    pub(super) fn forget(&mut self) {
        *self = Self { changes: self.changes + 1, ..Self::default() };
    }

    /// Creates a consultation or follow-up, and creates or updates its patient: the one that has any of the identifiers
    /// at this tenant, the first one counting. An attribute that is not sent stays as it was.
    pub(super) fn create(
        &mut self,
        kind: Kind,
        tenant_key: &'static str,
        create: Create,
        now: i64,
        mut id: impl FnMut() -> String,
    ) -> &Subject {
        let found = create.identifiers.iter().find_map(|identifier| self.known.get(&(tenant_key, identifier.clone())).copied());
        let place = found.unwrap_or_else(|| {
            self.patients.push(Patient { patient_key: id(), tenant_key, identifiers: Vec::new(), first_name: None, last_name: None });
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
            patient_key: patient.patient_key.clone(),
            tenant_key,
            status: Status::new(kind.first_status()),
            metadata: create.metadata,
            created_at: now,
            answered_at: None,
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
        &self.subjects[place]
    }

    /// Remembers a presigned URL. `false` when the tenant has nothing of that kind with that key.
    pub(super) fn mint(&mut self, kind: Kind, tenant_key: &str, key: &str, token: String, purpose: Purpose, moment: Moment) -> bool {
        let Some(place) = self.by_key.get(key).copied() else { return false };
        let subject = &mut self.subjects[place];
        if subject.kind != kind || subject.tenant_key != tenant_key {
            return false;
        }
        subject.urls_minted += 1;
        self.counters.presigned += 1;
        let expires_at = moment.now.saturating_add(self.ttl_ms(moment));
        self.urls.insert(token, Url { purpose, subject: place, minted_at: moment.now, expires_at, spent: false });
        true
    }

    fn ttl_ms(&self, moment: Moment) -> i64 {
        let told = self.faults.expire_urls_after_s.and_then(|seconds| i64::try_from(seconds).ok());
        told.map_or(moment.url_ttl_ms, |seconds| seconds.saturating_mul(1000))
    }

    /// What a URL leads to, if it has this purpose for this kind. It is looked at and not spent.
    pub(super) fn look(&self, kind: Kind, details: bool, token: &str, moment: Moment) -> Opened {
        let Some(url) = self.url(kind, details, token) else { return Opened::Unknown };
        if url.spent {
            return Opened::Spent;
        }
        // A shorter life that was told after the URL was made counts too.
        if moment.now >= url.expires_at || moment.now >= url.minted_at.saturating_add(self.ttl_ms(moment)) {
            return Opened::Expired;
        }
        let subject = &self.subjects[url.subject];
        match &url.purpose {
            Purpose::Details { user } => Opened::Details(subject.clone(), user.clone()),
            Purpose::Answer if subject.answered_at.is_some() => Opened::Answered(subject.clone()),
            Purpose::Answer => Opened::Questions,
        }
    }

    fn url(&self, kind: Kind, details: bool, token: &str) -> Option<&Url> {
        let url = self.urls.get(token)?;
        (self.subjects[url.subject].kind == kind && (url.purpose != Purpose::Answer) == details).then_some(url)
    }

    /// Opens a URL: once.
    pub(super) fn open(&mut self, kind: Kind, details: bool, token: &str, moment: Moment) -> Opened {
        let mut opened = self.look(kind, details, token, moment);
        if matches!(opened, Opened::Unknown | Opened::Spent | Opened::Expired) {
            self.counters.pages_refused += 1;
            return opened;
        }
        self.counters.page_loads += 1;
        if let Some(url) = self.urls.get_mut(token) {
            url.spent = true;
        }
        if matches!(opened, Opened::Questions)
            && self.faults.post_at_load
            && let Some(subject) = self.answer(kind, token, moment.now)
        {
            opened = Opened::Answered(subject);
        }
        opened
    }

    /// Notes that what this token stands for was answered; again changes nothing. `None` for a token whose page was
    /// never opened.
    pub(super) fn answer(&mut self, kind: Kind, token: &str, now: i64) -> Option<Subject> {
        let place = self.url(kind, false, token).filter(|url| url.spent)?.subject;
        let subject = &mut self.subjects[place];
        if subject.answered_at.is_none() {
            subject.answered_at = Some(now);
            self.changes += 1;
            subject.status = Status::new(self.faults.unknown_status.as_deref().unwrap_or(profile::ANSWERED));
        }
        Some(subject.clone())
    }

    /// What the questionnaire of something answered posts, going by the faults.
    pub(super) fn plan(&self, subject: &Subject, now: i64, elsewhere: impl FnOnce() -> String) -> Plan {
        let Subject { kind, key, tenant_key, status, .. } = subject;
        Plan {
            message: profile::completion(*kind, self.faults.misprint_event_type, &status.id, key, tenant_key, now),
            times: if self.faults.drop_messages { 0 } else { self.faults.duplicate_messages },
            from: self.faults.wrong_origin.then(elsewhere),
        }
    }

    /// All of it for `GET /control/state`, except tokens.
    pub(super) fn snapshot(&self) -> Value {
        let of = |kind: Kind| -> Vec<Value> { self.subjects.iter().filter(|subject| subject.kind == kind).map(describe).collect() };
        let mut counters = json!(self.counters);
        counters["patients"] = json!(self.patients.len());
        json!({
            "faults": self.faults,
            "counters": counters,
            "patients": self.patients,
            "consultations": of(Kind::Consultation),
            "followups": of(Kind::FollowUp),
        })
    }
}

fn describe(subject: &Subject) -> Value {
    json!({
        "key": subject.key,
        "patientKey": subject.patient_key,
        "tenantKey": subject.tenant_key,
        "status": subject.status.id,
        "metadata": subject.metadata,
        "created_at": subject.created_at,
        "answered_at": subject.answered_at,
        "urls_minted": subject.urls_minted,
    })
}
