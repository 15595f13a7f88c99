//! How new history entries change the state of their consultation. An engine reads the states,
//! inserts the entries, and writes the states that come out of here.

use crate::model::ids::ConsultationId;
use crate::model::lifecycle::{Event, State};
use crate::model::timeline::Entry;
use std::collections::HashSet;

/// What the ids of history entries about other messages of browsers begin with.
pub const MESSAGE: &str = "heard:";

/// Leaves out other messages beyond `most`, where the history has `there` of them. Counted in the
/// transaction that adds them: parallel reports cannot pass the limit together.
pub(super) fn bound_messages(entries: &mut Vec<Entry>, most: u32, there: u32) {
    let mut left = most.saturating_sub(there);
    entries.retain(|entry| {
        if !matches!(entry.event, Event::OtherMessage { .. }) {
            return true;
        }
        let fits = left > 0;
        left = left.saturating_sub(1);
        fits
    });
}

/// What makes an entry unique: consultation, source, and the event's id there.
pub(super) type EntryKey = (String, String, String);

/// Entries to append to the history of one consultation.
pub(super) struct Extension {
    pub(super) id: ConsultationId,
    /// The state before the entries.
    pub(super) state: State,
    pub(super) entries: Vec<Entry>,
}

/// The consultations with a new state, and that state. Only entries that were inserted
/// count, each once.
pub(super) fn reduce(
    extensions: Vec<Extension>,
    mut inserted: HashSet<EntryKey>,
) -> Vec<(ConsultationId, State)> {
    let mut changed = Vec::new();
    for Extension { id, mut state, entries } in extensions {
        let mut fresh = false;
        for entry in entries {
            let key = (id.0.clone(), entry.source.as_str().to_owned(), entry.source_event_id);
            if inserted.remove(&key) {
                state.apply(entry.at, &entry.event);
                fresh = true;
            }
        }
        if fresh {
            changed.push((id, state));
        }
    }
    changed
}
