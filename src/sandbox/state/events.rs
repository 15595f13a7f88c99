//! What happens, and the event queue's part in the state.

use super::super::profile::{self, Happening, Kind, Status};
use super::super::queue::{DESK_QUEUE, Event, Seat, Turn};
use super::{State, Subject};
use crate::ambient::Ambient;
use std::sync::Arc;

impl State {
    /// Notes that what this token stands for was answered; again changes nothing. `None` for a
    /// token whose page was never opened.
    pub(in crate::sandbox) fn answer(
        &mut self,
        kind: Kind,
        token: &str,
        now: i64,
        event_id: impl FnOnce() -> String,
    ) -> Option<Subject> {
        let place = self.url(kind, false, token).filter(|url| url.spent)?.subject;
        let subject = &mut self.subjects[place];
        if subject.answered_at.is_none() {
            subject.answered_at = Some(now);
            subject.status =
                Status::new(self.faults.unknown_status.as_deref().unwrap_or(profile::ANSWERED));
            self.changes += 1;
            self.tell(place, Happening::Updated, now, event_id());
        }
        Some(self.subjects[place].clone())
    }

    /// Moves something to a status, and its times with it. `None` where nothing has this key.
    pub(in crate::sandbox) fn set_status(
        &mut self,
        key: &str,
        status: &str,
        now: i64,
        event_id: impl FnOnce() -> String,
    ) -> Option<&Subject> {
        let place = self.by_key.get(key).copied()?;
        let subject = &mut self.subjects[place];
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
        self.changes += 1;
        self.tell(place, Happening::Updated, now, event_id());
        Some(&self.subjects[place])
    }

    /// Puts an event into the sandbox's own queue.
    pub(super) fn tell(&mut self, place: usize, happening: Happening, now: i64, id: String) {
        let subject = &self.subjects[place];
        let usual = || profile::event_type(subject.kind, happening).to_owned();
        let event = Event {
            id,
            event_type: self.faults.event_type.clone().unwrap_or_else(usual),
            ts: profile::iso(now),
            payload: Arc::new(profile::event_payload(
                subject,
                &self.patients[subject.patient].identifiers,
            )),
        };
        self.queues.push(DESK_QUEUE, event);
    }

    /// Puts these events into a queue.
    pub(in crate::sandbox) fn inject(&mut self, queue: &str, events: Vec<Event>) {
        self.changes += u64::from(queue == DESK_QUEUE);
        for event in events {
            self.queues.push(queue, event);
        }
    }

    /// Ends the event of a receipt. One that is unknown changes nothing.
    pub(in crate::sandbox) fn acknowledge(&mut self, queue: &str, seat: &Seat, receipt: &str) {
        if self.queues.acknowledge(queue, seat, receipt) {
            self.changes += u64::from(queue == DESK_QUEUE);
        }
    }

    /// What the subscriber in this seat is to be sent now.
    pub(in crate::sandbox) fn turn(&mut self, queue: &str, seat: &Seat, ambient: &Ambient) -> Turn {
        self.queues.turn(queue, seat, &mut self.faults, ambient)
    }
}
