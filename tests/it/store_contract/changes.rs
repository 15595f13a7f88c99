use super::retention::purge_of;
use super::samples::{
    NOON, begin, begin_with, begun, entry, file_number, of_entries, patient, said, site_of,
};
use empego_desk::model::consultation::Consultation;
use empego_desk::model::ids::{ConsultationId, EmpegoKey};
use empego_desk::model::language::Language;
use empego_desk::model::lifecycle::Event;
use empego_desk::model::timeline::Source;
use empego_desk::store::patient_changes::{ChangedBy, Correction, Details, Merge, Merged};
use empego_desk::store::{Addition, EventSubject, QueueEvent, Store};
use std::collections::BTreeSet;
use std::sync::Arc;

const DAY: i64 = 86_400_000;

fn by(id: &str) -> ChangedBy {
    let name = "Nurse 2".to_owned();
    ChangedBy { id: id.to_owned(), site: site_of(1).id, at: NOON + 50, name, log: Vec::new() }
}

async fn position(store: &dyn Store) -> i64 {
    store.position().await.expect("it answers")
}

/// The consultations that changed after a position, each once.
async fn after(store: &dyn Store, position: i64) -> BTreeSet<ConsultationId> {
    let changes = store.changes_after(position, 100).await.expect("it answers").expect("known");
    assert!(
        changes.iter().all(|change| change.site == site_of(1).id && change.position > position)
    );
    assert!(changes.windows(2).all(|two| two[0].position < two[1].position), "in order");
    changes.into_iter().map(|change| change.id).collect()
}

fn ids(of: &[&Consultation]) -> BTreeSet<ConsultationId> {
    of.iter().map(|it| it.id.clone()).collect()
}

pub async fn a_new_store_has_none(store: Arc<dyn Store>) {
    assert_eq!(position(&*store).await, 0);
    assert_eq!(store.changes_after(0, 10).await.expect("it answers"), Some(Vec::new()));
    assert_eq!(store.changes_after(1, 10).await.expect("it answers"), None, "there is no such one");
    assert_eq!(store.forget_changes(i64::MAX, i64::MAX).await.expect("it answers"), 0);
}

pub async fn what_changes_a_consultation_is_a_change(store: Arc<dyn Store>) {
    let wakes = store.changed();
    let one = begun(&*store, &begin(1)).await;
    assert_eq!(after(&*store, 0).await, ids(&[&one]), "a new one");
    assert!(wakes.has_changed().expect("it is open"), "who follows is woken");

    let before = position(&*store).await;
    let status = of_entries([said("s-1", NOON + 9, "IN_PROGRESS")]);
    store.add(&one.site, &one.id, &status).await.expect("it is added");
    assert_eq!(after(&*store, before).await, ids(&[&one]), "a history that goes on");

    let before = position(&*store).await;
    store.add(&one.site, &one.id, &status).await.expect("it is added");
    assert_eq!(after(&*store, before).await, ids(&[]), "nothing is new");

    let key = Addition { empego_key: Some(EmpegoKey("k-1".to_owned())), ..Addition::default() };
    store.add(&one.site, &one.id, &key).await.expect("it is added");
    assert_eq!(after(&*store, before).await, ids(&[&one]), "a key alone");

    let before = position(&*store).await;
    let about = EventSubject {
        key: EmpegoKey("k-1".to_owned()),
        metadata: None,
        status: Some(empego_desk::model::status::EmpegoStatus::bare("DONE")),
        answered_at: None,
        details: None,
    };
    let event = QueueEvent {
        event_id: "e-1".to_owned(),
        event_type: "consultation".to_owned(),
        at: NOON + 20,
        received_at: NOON + 20,
        about: Some(about),
        body: None,
    };
    store.record_events(std::slice::from_ref(&event)).await.expect("it is heard");
    assert_eq!(after(&*store, before).await, ids(&[&one]), "an event");
    let before = position(&*store).await;
    store.record_events(&[event]).await.expect("it is heard");
    assert_eq!(after(&*store, before).await, ids(&[]), "the same event again");
}

pub async fn what_changes_a_patient_changes_each_of_their_consultations(store: Arc<dyn Store>) {
    let of = |number, key: &str| {
        begin_with(number, patient(number, "Ada", "Lovelace", &[file_number(key)]))
    };
    let (a, b) = (begun(&*store, &of(1, "F-1")).await, begun(&*store, &of(2, "F-1")).await);
    let other = begun(&*store, &of(3, "F-3")).await;

    let before = position(&*store).await;
    let details = Details::from(&a.patient);
    let correction = Correction {
        patient: a.patient.id.clone(),
        before: details.clone(),
        after: Details { last_name: "Byron".to_owned(), ..details },
        by: by("change-1"),
    };
    store.correct_patient(&correction).await.expect("it answers");
    assert_eq!(after(&*store, before).await, ids(&[&a, &b]), "a correction");

    let before = position(&*store).await;
    let french = Some(Language::Fr);
    store.set_patient_language(&a.site, &a.patient.id, french, &[]).await.expect("it is set");
    assert_eq!(after(&*store, before).await, ids(&[&a, &b]), "a language");

    let before = position(&*store).await;
    let kept = store.patient(&a.site, &a.patient.id).await.expect("it answers").expect("there");
    let merge = Merge {
        kept: (kept.id.clone(), Details::from(&kept)),
        merged: (other.patient.id.clone(), Details::from(&other.patient)),
        other_name: false,
        other_birth_date: false,
        by: by("merge-1"),
    };
    let merged = store.merge_patients(&merge).await.expect("it answers");
    assert!(matches!(merged, Merged::Done(_)), "{merged:?}");
    assert_eq!(after(&*store, before).await, ids(&[&a, &b, &other]), "a merge");

    let before = position(&*store).await;
    store.undo_merge(&kept.id, "merge-1", &by("undo-1")).await.expect("it answers");
    assert_eq!(after(&*store, before).await, ids(&[&a, &b, &other]), "an undone merge");

    let before = position(&*store).await;
    let purge = purge_of(&site_of(1).id, i64::MAX, 10);
    assert_eq!(store.purge(&purge).await.expect("it purges").consultations, 3);
    assert_eq!(after(&*store, before).await, ids(&[&a, &b, &other]), "a purge");
}

pub async fn what_was_not_changed_is_no_change(store: Arc<dyn Store>) {
    let one = begun(&*store, &begin(1)).await;
    let two = begun(&*store, &begin(2)).await;
    let key = Some(EmpegoKey("k-1".to_owned()));
    let taken = Addition { empego_key: key.clone(), ..Addition::default() };
    store.add(&one.site, &one.id, &taken).await.expect("it is added");
    let before = position(&*store).await;
    // The second of them is refused, and takes the first along.
    let status = of_entries([said("s-1", NOON + 9, "IN_PROGRESS")]);
    let refused = Addition { empego_key: key, ..Addition::default() };
    let both = [(one.id.clone(), status), (two.id.clone(), refused)];
    store.add_to_each(&one.site, &both).await.expect_err("the key is another one's");
    assert_eq!(position(&*store).await, before);
}

pub async fn old_changes_are_forgotten_and_the_newest_stays(store: Arc<dyn Store>) {
    let one = begun(&*store, &begin(1)).await;
    let said_at = |id: &str, at: i64| {
        of_entries([entry(Source::Empego, id, at, Event::LinkRevoked { generation: 0, change: 0 })])
    };
    // The last two are of a day later; the clock of the one before was far ahead.
    for (id, at) in [("a", NOON), ("b", NOON + 500 * DAY), ("c", NOON + DAY), ("d", NOON + DAY)] {
        store.add(&one.site, &one.id, &said_at(id, at)).await.expect("it is added");
    }
    let newest = position(&*store).await;
    let forgotten = store.forget_changes(NOON + 1_000, NOON + DAY).await.expect("it forgets");
    assert_eq!(forgotten, u64::try_from(newest - 2).expect("some"), "all before the first of them");
    let known = async |position| {
        let changes = store.changes_after(position, 10).await.expect("it answers");
        changes.map(|changes| changes.iter().map(|it| it.position).collect::<Vec<_>>())
    };
    assert_eq!(known(newest - 3).await, None, "one that came after it was forgotten");
    assert_eq!(known(newest - 2).await, Some(vec![newest - 1, newest]));
    assert_eq!(known(newest).await, Some(Vec::new()));
    assert_eq!(known(newest + 1).await, None, "it is of another database");

    let forgotten = store.forget_changes(NOON + 9 * DAY, NOON + 10 * DAY).await;
    assert_eq!(forgotten.expect("it forgets"), 1);
    assert_eq!(position(&*store).await, newest, "the newest stays");
    store.add(&one.site, &one.id, &said_at("e", NOON)).await.expect("it is added");
    assert_eq!(position(&*store).await, newest + 1, "no position is given twice");
}
