use super::samples::{CONFIRM_AFTER, Dice, NOON, begin, begun, entry, issued, of_entries, site_of};
use empego_desk::model::ids::{ConsultationId, EmpegoKey};
use empego_desk::model::lifecycle::{CREATING_MS, Creation, Delivery, Event};
use empego_desk::model::status::{EmpegoStatus, StatusId};
use empego_desk::model::timeline::Source;
use empego_desk::store::{
    Addition, Changed, Discrepancies, EventCounts, EventSubject, QueueEvent, Store,
};
use std::sync::Arc;

fn key(number: u32) -> EmpegoKey {
    EmpegoKey(format!("key-{number}"))
}

/// An event that says where the consultation with this key stands.
fn heard(event: &str, number: u32, at: i64, status: &str) -> QueueEvent {
    QueueEvent {
        event_id: event.to_owned(),
        event_type: "CONSULTATION_UPDATED".to_owned(),
        at,
        received_at: NOON + 1_000,
        about: Some(EventSubject {
            key: key(number),
            metadata: None,
            status: Some(EmpegoStatus::bare(status)),
            answered_at: None,
            details: None,
        }),
        body: None,
    }
}

/// A consultation that Empego has created under its key.
async fn created(store: &dyn Store, number: u32) -> ConsultationId {
    let id = begun(store, &begin(number)).await.id;
    let entries =
        vec![entry(Source::Empego, "created", NOON + 5, Event::Created), issued(1, NOON + 6, None)];
    let addition = Addition { empego_key: Some(key(number)), ..of_entries(entries) };
    store.add(&site_of(1).id, &id, &addition).await.expect("it is added");
    id
}

async fn status(store: &dyn Store, id: &ConsultationId) -> Option<StatusId> {
    let found =
        store.consultation(&site_of(1).id, id).await.expect("it answers").expect("it is there");
    found.state.status().map(|status| status.id.clone())
}

async fn rows(store: &dyn Store, id: &ConsultationId) -> usize {
    store.timeline(&site_of(1).id, id).await.expect("it answers").len()
}

async fn hear(store: &dyn Store, events: &[QueueEvent]) -> Changed {
    store.record_events(events).await.expect("it hears")
}

pub async fn an_event_is_applied_once_however_often_it_comes(store: Arc<dyn Store>) {
    let (ada, bea) = (created(&*store, 1).await, created(&*store, 2).await);
    let one = heard("e-1", 1, NOON + 10, "TO_BE_ANALYZED");
    let batch = [
        one.clone(),
        heard("e-2", 2, NOON + 11, "UNANSWERED"),
        one.clone(),
        heard("e-3", 1, NOON + 12, "DONE"),
    ];
    let changed = hear(&*store, &batch).await;
    let mut both = vec![(site_of(1).id, ada.clone()), (site_of(1).id, bea.clone())];
    both.sort_by(|a, b| a.1.cmp(&b.1));
    assert_eq!(changed, Changed { consultations: both, again: 1, ..Changed::default() });
    assert_eq!((status(&*store, &ada).await, rows(&*store, &ada).await), (Some(StatusId::Done), 5));
    assert_eq!(status(&*store, &bea).await, Some(StatusId::Unanswered));
    assert_eq!(hear(&*store, &batch).await, Changed { again: 4, ..Changed::default() });
    assert_eq!(rows(&*store, &ada).await, 5, "and nothing was written again");
    let tally = store.event_counts().await.expect("it counts");
    assert_eq!((tally.events, tally.redeliveries, tally.waiting), (3, 5, 0));
    assert_eq!(hear(&*store, &[]).await, Changed::default());
}

pub async fn what_waits_is_applied_when_its_key_comes(store: Arc<dyn Store>) {
    let id = begun(&*store, &begin(1)).await.id;
    let changed = hear(
        &*store,
        &[heard("e-1", 1, NOON + 10, "UNANSWERED"), heard("e-2", 1, NOON + 20, "TO_BE_ANALYZED")],
    )
    .await;
    assert_eq!(changed, Changed { waiting: 2, ..Changed::default() });
    assert_eq!(store.event_counts().await.expect("it counts").waiting, 2);
    let entries = vec![entry(Source::Empego, "created", NOON + 5, Event::Created)];
    let added = store
        .add(&site_of(1).id, &id, &Addition { empego_key: Some(key(1)), ..of_entries(entries) })
        .await
        .expect("it is added");
    assert_eq!(added.fresh, 3, "the answer to the call, and what the queue had said before");
    assert_eq!(added.consultation.state.delivery(NOON + 30), Delivery::AnsweredConfirmed);
    assert_eq!(store.event_counts().await.expect("it counts").waiting, 0);
    assert_eq!(hear(&*store, &[heard("e-2", 1, NOON + 20, "TO_BE_ANALYZED")]).await.again, 1);
}

pub async fn an_unanswered_call_is_found_by_what_we_gave_empego(store: Arc<dyn Store>) {
    let (lost, under_way) =
        (begun(&*store, &begin(1)).await.id, begun(&*store, &begin(2)).await.id);
    let unknown = of_entries(vec![entry(Source::Desk, "unknown", NOON + 5, Event::CreateUnknown)]);
    store.add(&site_of(1).id, &lost, &unknown).await.expect("it is added");
    let said = |event: &str, number: u32, ours: &ConsultationId| {
        let event = heard(event, number, NOON + 10, "UNANSWERED");
        let about = event
            .about
            .clone()
            .map(|about| EventSubject { metadata: Some(ours.0.clone()), ..about });
        QueueEvent { about, ..event }
    };
    let changed = hear(&*store, &[said("e-1", 1, &lost), said("e-2", 2, &under_way)]).await;
    let found = vec![(site_of(1).id, lost.clone())];
    assert_eq!(
        changed,
        Changed { consultations: found.clone(), found, waiting: 1, ..Changed::default() }
    );
    let record =
        store.consultation(&site_of(1).id, &lost).await.expect("it answers").expect("it is there");
    assert_eq!(
        (record.empego_key, record.state.delivery(NOON + 20)),
        (Some(key(1)), Delivery::Revoked),
        "created, and without a link yet"
    );
    assert_eq!(status(&*store, &lost).await, Some(StatusId::Unanswered));
    let record = store
        .consultation(&site_of(1).id, &under_way)
        .await
        .expect("it answers")
        .expect("it is there");
    assert_eq!(record.empego_key, None, "its own answer is on its way");
    // Another key cannot take a consultation that has one, and words of nobody's find nothing.
    let other = [said("e-3", 3, &lost), said("e-4", 4, &ConsultationId::from("nobody's"))];
    assert_eq!(hear(&*store, &other).await, Changed { waiting: 2, ..Changed::default() });
}

pub async fn what_waits_is_adopted_once_nobody_knows_the_outcome(store: Arc<dyn Store>) {
    let (cut_off, failed) = (begun(&*store, &begin(1)).await, begun(&*store, &begin(2)).await);
    let says = |event: &str, number: u32, ours: &ConsultationId, status: &str| {
        let event = heard(event, number, NOON + 10, status);
        let about = event
            .about
            .clone()
            .map(|about| EventSubject { metadata: Some(ours.0.clone()), ..about });
        QueueEvent { about, ..event }
    };
    // The second one names nothing but the key.
    let events = [
        says("e-1", 1, &cut_off.id, "UNANSWERED"),
        heard("e-2", 1, NOON + 20, "DONE"),
        says("e-3", 2, &failed.id, "UNANSWERED"),
    ];
    assert_eq!(hear(&*store, &events).await.waiting, 3);
    let refused = of_entries(vec![entry(
        Source::Desk,
        "failed",
        NOON + 5,
        Event::CreateFailed { reason: "busy".to_owned() },
    )]);
    store.add(&site_of(1).id, &failed.id, &refused).await.expect("it is added");
    assert!(
        store.apply_waiting(NOON + 1_000).await.expect("it looks").found.is_empty(),
        "the answer may still come"
    );
    let over = NOON + CREATING_MS + 1_000;
    let found = vec![(site_of(1).id, cut_off.id.clone())];
    let changed = store.apply_waiting(over).await.expect("it looks");
    assert_eq!(
        (changed.found, changed.consultations),
        (found.clone(), found),
        "nobody came back to say how that call ended"
    );
    let record = store
        .consultation(&site_of(1).id, &cut_off.id)
        .await
        .expect("it answers")
        .expect("it is there");
    assert_eq!(
        (record.empego_key, record.state.delivery(over)),
        (Some(key(1)), Delivery::AnsweredConfirmed)
    );
    assert_eq!(
        status(&*store, &cut_off.id).await,
        Some(StatusId::Done),
        "and what else waited for the key is applied"
    );
    assert!(store.apply_waiting(over).await.expect("it looks").found.is_empty());
    assert_eq!(
        store.event_counts().await.expect("it counts").waiting,
        1,
        "of the one that Empego said it did not create"
    );
}

pub async fn unknown_types_are_kept_and_counted(store: Arc<dyn Store>) {
    let unknown = |event: &str, event_type: &str, received_at: i64| QueueEvent {
        event_type: event_type.to_owned(),
        received_at,
        about: None,
        body: Some(vec![1, 2, 3]),
        ..heard(event, 0, NOON, "DONE")
    };
    let batch = [
        unknown("e-1", "TENANT_ONBOARDED", NOON),
        unknown("e-2", "SOMETHING_NEW", NOON + 5),
        unknown("e-3", "TENANT_ONBOARDED", NOON + 1),
    ];
    assert_eq!(hear(&*store, &batch).await, Changed { unknown: 3, ..Changed::default() });
    let EventCounts { events, unknown, waiting, .. } =
        store.event_counts().await.expect("it counts");
    assert_eq!((events, waiting), (3, 0));
    let counted: Vec<_> =
        unknown.iter().map(|kind| (kind.event_type.as_str(), kind.events, kind.last_at)).collect();
    assert_eq!(counted, [("SOMETHING_NEW", 1, NOON + 5), ("TENANT_ONBOARDED", 2, NOON + 1)]);
}

pub async fn old_events_are_forgotten(store: Arc<dyn Store>) {
    created(&*store, 1).await;
    hear(
        &*store,
        &[
            heard("e-1", 1, NOON + 10, "DONE"),
            QueueEvent { received_at: NOON, ..heard("e-2", 9, NOON, "DONE") },
        ],
    )
    .await;
    assert_eq!(store.forget_events(NOON + 1).await.expect("it forgets"), 1);
    assert_eq!(store.event_counts().await.expect("it counts").events, 1);
    assert_eq!(store.forget_events(i64::MAX).await.expect("it forgets"), 1);
    // What was applied comes again and changes nothing: its row in the history is there.
    let id = store
        .consultation(&site_of(1).id, &begin(1).id)
        .await
        .expect("it answers")
        .expect("it is there")
        .id;
    let before = rows(&*store, &id).await;
    hear(&*store, &[heard("e-1", 1, NOON + 10, "DONE")]).await;
    assert_eq!(rows(&*store, &id).await, before);
}

pub async fn any_order_ends_in_the_same_state(store: Arc<dyn Store>) {
    let statuses = ["UNANSWERED", "TO_BE_ANALYZED", "IN_PROGRESS", "DONE", "Half_Done"];
    let mut dice = Dice(7);
    let mut ends = Vec::new();
    for round in 0..20 {
        let id = created(&*store, round).await;
        let mut events: Vec<QueueEvent> = (0..5_u32)
            .map(|at| {
                heard(&format!("{round}-{at}"), round, NOON + i64::from(at), statuses[at as usize])
            })
            .collect();
        for place in (1..events.len()).rev() {
            events.swap(place, dice.below(u32::try_from(place + 1).expect("small")) as usize);
        }
        let again = events[dice.below(5) as usize].clone();
        events.insert(dice.below(5) as usize, again);
        for batch in events.chunks(1 + dice.below(6) as usize) {
            hear(&*store, batch).await;
        }
        let record = store
            .consultation(&site_of(1).id, &id)
            .await
            .expect("it answers")
            .expect("it is there");
        ends.push((
            record.state.known,
            record.state.other,
            record.state.progress,
            record.state.confirmed_at,
        ));
    }
    assert!(ends.iter().all(|end| *end == ends[0]), "{ends:?}");
}

pub async fn doubts_are_counted(store: Arc<dyn Store>) {
    let reported = created(&*store, 1).await;
    let hint = of_entries(vec![entry(
        Source::Browser,
        "r",
        NOON + 10,
        Event::Reported { status: StatusId::ToBeAnalyzed },
    )]);
    store.add(&site_of(1).id, &reported, &hint).await.expect("it is added");
    created(&*store, 2).await;
    hear(&*store, &[heard("e-2", 2, NOON + 20, "TO_BE_ANALYZED")]).await;
    let at = |now: i64| store.discrepancies(now - CONFIRM_AFTER);
    assert_eq!(at(NOON + 10 + CONFIRM_AFTER).await.expect("it counts"), Discrepancies::default());
    assert_eq!(
        at(NOON + 11 + CONFIRM_AFTER).await.expect("it counts"),
        Discrepancies { unconfirmed: 1, unreported: 0 }
    );
    assert_eq!(
        at(NOON + 21 + CONFIRM_AFTER).await.expect("it counts"),
        Discrepancies { unconfirmed: 1, unreported: 1 }
    );
    // The other one speaks, and it is over by itself.
    hear(
        &*store,
        &[heard("e-1", 1, NOON + 30, "TO_BE_ANALYZED"), heard("e-3", 2, NOON + 31, "IN_PROGRESS")],
    )
    .await;
    assert_eq!(store.discrepancies(i64::MAX).await.expect("it counts"), Discrepancies::default());
}

pub async fn a_purged_consultation_takes_its_events_along(store: Arc<dyn Store>) {
    created(&*store, 1).await;
    hear(&*store, &[heard("e-1", 1, NOON + 10, "DONE"), heard("e-2", 9, NOON, "DONE")]).await;
    let purge = super::retention::purge_of(&site_of(1).id, i64::MAX, 10);
    assert_eq!(store.purge(&purge).await.expect("it purges").consultations, 1);
    assert_eq!(
        store.event_counts().await.expect("it counts").events,
        1,
        "the one that waits is not of it"
    );
}

/// An answer that could not be read, and one that left the key out: an event brings it.
pub async fn an_event_brings_a_key_that_is_not_known(store: Arc<dyn Store>) {
    let (unread, without) =
        (begun(&*store, &begin(1)).await.id, begun(&*store, &begin(2)).await.id);
    let unreadable = entry(Source::Desk, "unread", NOON + 5, Event::CreateUnread);
    let created = entry(Source::Empego, "created", NOON + 5, Event::Created);
    for (id, entry) in [(&unread, unreadable), (&without, created)] {
        store.add(&site_of(1).id, id, &of_entries(vec![entry])).await.expect("it is added");
    }
    let said = |number: u32, ours: &ConsultationId| {
        let event = heard(&format!("e-{number}"), number, NOON + 10, "UNANSWERED");
        let about = event
            .about
            .clone()
            .map(|about| EventSubject { metadata: Some(ours.0.clone()), ..about });
        QueueEvent { about, ..event }
    };
    let changed = hear(&*store, &[said(1, &unread), said(2, &without)]).await;
    assert_eq!((changed.found.len(), changed.waiting), (2, 0));
    for (number, id) in [(1, &unread), (2, &without)] {
        let record = store.consultation(&site_of(1).id, id).await.expect("it answers");
        let record = record.expect("it is there");
        assert_eq!(record.empego_key, Some(key(number)));
        assert_eq!(record.state.creation, Creation::Done);
        let entries = store.timeline(&site_of(1).id, id).await.expect("it answers");
        let created = entries.iter().filter(|entry| entry.event == Event::Created).count();
        assert_eq!(created, 1, "once");
    }
}
