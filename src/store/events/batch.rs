//! A batch of queue events: which consultations they are about, and what they add to them.

use super::{Changed, EventSubject, QueueEvent};
use crate::model::ids::{ConsultationId, EmpegoKey, SiteId};
use crate::model::lifecycle::{Event, State};
use crate::model::status::EmpegoStatus;
use crate::model::timeline::{Entry, Source};
use crate::store::history::Extension;
use std::collections::{BTreeMap, HashMap, HashSet};

/// The id of the history entry for an unanswered create call that an event has found.
const FOUND: &str = "created";
/// Begins the id of the history entry for the time of an answer; the time follows.
const ANSWERED: &str = "answered:";

/// Events that were not applied before, and the consultations that an engine has found for them.
pub(in crate::store) struct Batch<'a> {
    events: &'a [&'a QueueEvent],
    targets: BTreeMap<ConsultationId, Target>,
    by_key: HashMap<EmpegoKey, ConsultationId>,
}

/// A consultation that events are about.
struct Target {
    site: SiteId,
    state: State,
    /// For a consultation that had no key until now: the entries that waited for the key.
    found: Option<Vec<Entry>>,
    entries: Vec<Entry>,
}

/// What a batch comes to.
pub(in crate::store) struct Applied {
    pub(in crate::store) extensions: Vec<Extension>,
    /// The id of each event that was applied, and its consultation.
    pub(in crate::store) events: Vec<(String, ConsultationId)>,
    pub(in crate::store) changed: Changed,
}

impl<'a> Batch<'a> {
    pub(in crate::store) fn of(events: &'a [&'a QueueEvent]) -> Self {
        Self { events, targets: BTreeMap::new(), by_key: HashMap::new() }
    }

    /// Empego's keys that the events name.
    pub(in crate::store) fn keys(&self) -> HashSet<&'a str> {
        self.events.iter().filter_map(|event| Some(event.about.as_ref()?.key.0.as_str())).collect()
    }

    /// What an event is about, and our own id in its metadata, when no consultation has its key.
    pub(in crate::store) fn unmatched(
        &self,
        event: &'a QueueEvent,
    ) -> Option<(&'a EventSubject, ConsultationId)> {
        let about = event.about.as_ref()?;
        let id = ConsultationId(about.metadata.clone()?);
        let known = self.by_key.contains_key(&about.key) || self.targets.contains_key(&id);
        (!known).then_some((about, id))
    }

    /// Adds the consultation with a key. `found` are the entries that waited for the key, when the
    /// consultation had none until now.
    pub(in crate::store) fn add(
        &mut self,
        key: EmpegoKey,
        id: ConsultationId,
        site: SiteId,
        state: State,
        found: Option<Vec<Entry>>,
    ) {
        self.by_key.insert(key, id.clone());
        self.targets.insert(id, Target { site, state, found, entries: Vec::new() });
    }

    /// Distributes the events to their consultations.
    pub(in crate::store) fn apply(mut self) -> Applied {
        let (mut changed, mut events) = (Changed::default(), Vec::new());
        for event in self.events {
            let Some(about) = &event.about else {
                changed.unknown += 1;
                continue;
            };
            let target = self
                .by_key
                .get(&about.key)
                .and_then(|id| self.targets.get_mut(id).map(|target| (id, target)));
            let Some((id, target)) = target else {
                changed.waiting += 1;
                continue;
            };
            events.push((event.event_id.clone(), id.clone()));
            target.add(event, about);
        }
        let mut extensions = Vec::with_capacity(self.targets.len());
        for (id, target) in self.targets {
            changed.consultations.push((target.site.clone(), id.clone()));
            if target.found.is_some() {
                changed.found.push((target.site, id.clone()));
            }
            extensions.push(Extension { id, state: target.state, entries: target.entries });
        }
        Applied { extensions, events, changed }
    }
}

impl Target {
    fn add(&mut self, event: &QueueEvent, about: &EventSubject) {
        if let Some(waited) = self.found.as_mut().filter(|_| self.entries.is_empty()) {
            self.entries.push(entry(FOUND, event.at, Event::Created));
            self.entries.append(waited);
        }
        let status = about.status.clone();
        self.entries.extend(entries(&event.event_id, event.at, status, about.answered_at));
    }
}

/// The history entries of an event: the status, and the time of the answer. Every later event
/// repeats that time, and the history has it once.
pub(in crate::store) fn entries(
    event_id: &str,
    at: i64,
    status: Option<EmpegoStatus>,
    answered_at: Option<i64>,
) -> impl Iterator<Item = Entry> + use<> {
    let status = status.map(|status| entry(event_id, at, Event::Status { status }));
    let answered = answered_at.map(|at| entry(&format!("{ANSWERED}{at}"), at, Event::Answered));
    status.into_iter().chain(answered)
}

fn entry(source_event_id: &str, at: i64, event: Event) -> Entry {
    Entry {
        source: Source::Empego,
        source_event_id: source_event_id.to_owned(),
        at,
        event,
        actor: None,
    }
}
