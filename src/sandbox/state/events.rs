//! Changes of status, and the events that they cause.

use super::super::profile::{self, Change, Kind, Status};
use super::super::queue::{DESK_QUEUE, Event, NextAction, SubscriberHandle};
use super::{State, Subject};
use crate::ambient::Ambient;
use axum::http::StatusCode;
use std::sync::Arc;

impl State {
    /// Records an answer; repeated answers have no effect. `None` for a token whose page was never
    /// opened.
    pub(in crate::sandbox) fn answer(
        &mut self,
        kind: Kind,
        token: &str,
        now: i64,
        event_id: impl FnOnce() -> String,
    ) -> Option<Subject> {
        let index = self.url(kind, false, token).filter(|url| url.used)?.subject;
        let subject = &mut self.subjects[index];
        if subject.answered_at.is_none() {
            subject.answered_at = Some(now);
            subject.status =
                Status::new(self.faults.unknown_status.as_deref().unwrap_or(profile::ANSWERED));
            self.revision += 1;
            self.push_event(index, Change::Updated, now, event_id());
        }
        Some(self.subjects[index].clone())
    }

    /// Sets a status, and the times that follow from it. `None` for an unknown key.
    pub(in crate::sandbox) fn set_status(
        &mut self,
        key: &str,
        status: &str,
        now: i64,
        event_id: impl FnOnce() -> String,
    ) -> Option<&Subject> {
        let index = self.by_key.get(key).copied()?;
        let subject = &mut self.subjects[index];
        subject.status = Status::new(status);
        let (answered, finished) = profile::stage(status);
        for (time, holds) in
            [(&mut subject.answered_at, answered), (&mut subject.finished_at, finished)]
        {
            match holds {
                Some(true) => *time = time.or(Some(now)),
                Some(false) => *time = None,
                None => {}
            }
        }
        self.revision += 1;
        self.push_event(index, Change::Updated, now, event_id());
        Some(&self.subjects[index])
    }

    /// Cancels what is not answered.
    pub(in crate::sandbox) fn cancel(
        &mut self,
        kind: Kind,
        tenant: &str,
        key: &str,
        now: i64,
        event_id: impl FnOnce() -> String,
    ) -> Result<(), (StatusCode, &'static str)> {
        self.unanswered(kind, tenant, key)?;
        self.set_status(key, "CANCELLED", now, event_id);
        Ok(())
    }

    /// Moves what is not answered to another time.
    pub(in crate::sandbox) fn move_to(
        &mut self,
        kind: Kind,
        tenant: &str,
        key: &str,
        scheduled_at: Option<String>,
    ) -> Result<(), (StatusCode, &'static str)> {
        self.unanswered(kind, tenant, key)?.plan.scheduled_at = scheduled_at;
        self.revision += 1;
        Ok(())
    }

    fn unanswered(
        &mut self,
        kind: Kind,
        tenant: &str,
        key: &str,
    ) -> Result<&mut Subject, (StatusCode, &'static str)> {
        let subject = self.by_key.get(key).map(|index| &mut self.subjects[*index]);
        let subject = subject.filter(|it| it.kind == kind && it.tenant_key == tenant);
        let subject = subject.ok_or((StatusCode::NOT_FOUND, "there is no such record"))?;
        match subject.answered_at {
            None => Ok(subject),
            Some(_) => Err((StatusCode::CONFLICT, "it is answered")),
        }
    }

    /// Puts an event into [`DESK_QUEUE`].
    pub(super) fn push_event(&mut self, index: usize, change: Change, now: i64, id: String) {
        let subject = &self.subjects[index];
        let patient = &self.patients[subject.patient];
        let names = (patient.first_name.as_deref(), patient.last_name.as_deref());
        let usual = || profile::event_type(&self.profile, subject.kind, change);
        let event = Event {
            id,
            event_type: self.faults.event_type.clone().unwrap_or_else(usual),
            ts: profile::iso(now),
            payload: Arc::new(profile::event_payload(
                &self.profile,
                subject,
                &patient.identifiers,
                names,
            )),
        };
        self.queues.push(DESK_QUEUE, event);
    }

    pub(in crate::sandbox) fn inject(&mut self, queue: &str, events: Vec<Event>) {
        self.revision += u64::from(queue == DESK_QUEUE);
        for event in events {
            self.queues.push(queue, event);
        }
    }

    /// Acknowledges the event of a receipt. An unknown receipt has no effect.
    pub(in crate::sandbox) fn acknowledge(
        &mut self,
        queue: &str,
        handle: &SubscriberHandle,
        receipt: &str,
    ) {
        if self.queues.acknowledge(queue, handle, receipt) {
            self.revision += u64::from(queue == DESK_QUEUE);
        }
    }

    pub(in crate::sandbox) fn next_action(
        &mut self,
        queue: &str,
        handle: &SubscriberHandle,
        ambient: &Ambient,
    ) -> NextAction {
        self.queues.next_action(queue, handle, &mut self.faults, ambient)
    }
}
