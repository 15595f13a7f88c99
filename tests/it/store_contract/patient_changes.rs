use super::samples::{
    NO_ROW, NOON, begin_with, begun, file_number, link, of_entries, patient, query, said, site_of,
    walk,
};
use empego_desk::model::client::Client;
use empego_desk::model::consultation::Consultation;
use empego_desk::model::follow_up::FollowUp;
use empego_desk::model::ids::{ConsultationId, PatientId, SiteId};
use empego_desk::model::language::Language;
use empego_desk::model::role::Roles;
use empego_desk::store::patient_changes::{
    Change, ChangedBy, Corrected, Correction, Details, MERGE_UNDO_MS, Merge, Merged, Unmerged,
};
use empego_desk::store::{
    Addition, Begun, Hold, NewConsultation, PatientRef, Purge, Record, Store, StoreError,
};
use std::sync::Arc;

fn by(id: &str, at: i64) -> ChangedBy {
    let name = "Nurse 2".to_owned();
    ChangedBy { id: id.to_owned(), site: site_of(1).id, at, name, log: Vec::new() }
}

fn row() -> Record {
    Record {
        at: NOON,
        site: Some(site_of(1).id),
        staff: None,
        name: "desk".to_owned(),
        roles: Roles::default(),
        action: empego_desk::model::audit::Action::Purged,
        consultation: None,
        patients: Vec::new(),
        detail: String::new(),
        client: Client::default(),
    }
}

/// The consultation of that number, of a patient of its own with this number.
async fn of(store: &dyn Store, number: u32, last_name: &str, key: &str) -> Consultation {
    begun(store, &begin_with(number, patient(number, "Ada", last_name, &[file_number(key)]))).await
}

async fn now(store: &dyn Store, id: &ConsultationId) -> Consultation {
    store.consultation(&site_of(1).id, id).await.expect("it answers").expect("it is there")
}

fn correction(consultation: &Consultation, after: Details) -> Correction {
    let patient = &consultation.patient;
    Correction {
        patient: patient.id.clone(),
        before: patient.into(),
        after,
        by: by(&format!("change-{}", consultation.id), NOON + 50),
    }
}

fn merge_of(id: &str, kept: &Consultation, merged: &Consultation) -> Merge {
    let side = |it: &Consultation| (it.patient.id.clone(), Details::from(&it.patient));
    Merge {
        kept: side(kept),
        merged: side(merged),
        other_name: true,
        other_birth_date: false,
        by: by(id, NOON + 100),
    }
}

async fn merge(store: &dyn Store, id: &str, kept: &Consultation, merged: &Consultation) {
    let done = store.merge_patients(&merge_of(id, kept, merged)).await.expect("it answers");
    assert!(matches!(done, Merged::Done(_)), "{done:?}");
}

async fn undo(store: &dyn Store, patient: &PatientId, id: &str, at: i64) -> Unmerged {
    store.undo_merge(patient, id, &by("undo", at)).await.expect("it answers")
}

async fn owner(store: &dyn Store, key: &str) -> Option<PatientId> {
    let found = store.find_patient(&site_of(1).id, &file_number(key)).await;
    found.expect("it answers").map(|patient| patient.id)
}

pub async fn a_correction_is_exact_and_keeps_what_was_before(store: Arc<dyn Store>) {
    let one = of(&*store, 1, "Tipo", "typo").await;
    let again =
        begun(&*store, &begin_with(2, patient(9, "Ada", "Tipo", &[file_number("typo")]))).await;
    assert_eq!(again.patient.id, one.patient.id);
    let after = Details {
        first_name: "Ada".to_owned(),
        last_name: "Right".to_owned(),
        date_of_birth: Some("1954-12-29".to_owned()),
        identifiers: vec![file_number("new"), file_number("second")],
        language: None,
    };
    let correction = correction(&one, after.clone());
    let done = store.correct_patient(&correction).await.expect("it answers");
    assert_eq!(done, Corrected::Done(vec![one.id.clone(), again.id.clone()]));
    for id in [&one.id, &again.id] {
        let patient = now(&*store, id).await.patient;
        assert_eq!((&patient.id, Details::from(&patient)), (&one.patient.id, after.clone()));
    }
    assert_eq!(owner(&*store, "typo").await, None, "free for the patient whose number it is");
    assert_eq!(walk(&*store, query(None, Some("tipo"), 9)).await, NO_ROW);
    assert_eq!(walk(&*store, query(None, Some("typo"), 9)).await, NO_ROW);
    assert_eq!(walk(&*store, query(None, Some("right"), 9)).await, [2, 1]);
    let changes = store.patient_changes(&site_of(1).id, &one.patient.id).await.expect("it answers");
    let [change] = changes.as_slice() else { panic!("one change: {changes:?}") };
    assert_eq!((change.at, change.by.as_str(), &change.merged), (NOON + 50, "Nurse 2", &None));
    assert_eq!(change.change, Change::Correction { before: correction.before, after });
}

pub async fn a_correction_of_what_changed_meanwhile_changes_nothing(store: Arc<dyn Store>) {
    let one = of(&*store, 1, "First", "A-1").await;
    let stale =
        correction(&one, Details { last_name: "Third".to_owned(), ..(&one.patient).into() });
    let second = Details { last_name: "Second".to_owned(), ..(&one.patient).into() };
    let first = Correction { by: by("first", NOON), ..correction(&one, second) };
    let done = store.correct_patient(&first).await.expect("it answers");
    assert!(matches!(done, Corrected::Done(_)), "{done:?}");
    assert_eq!(store.correct_patient(&stale).await.expect("it answers"), Corrected::Changed);
    assert_eq!(now(&*store, &one.id).await.patient.last_name, "Second");
    let none = Correction { patient: PatientId::from("none"), ..stale };
    assert!(matches!(store.correct_patient(&none).await, Err(StoreError::NotFound)));
}

pub async fn a_number_of_another_patient_is_refused(store: Arc<dyn Store>) {
    let one = of(&*store, 1, "First", "A-1").await;
    let other = of(&*store, 2, "Other", "A-2").await;
    let numbers = vec![file_number("A-2"), file_number("A-1")];
    let taken = correction(&one, Details { identifiers: numbers, ..(&one.patient).into() });
    assert_eq!(
        store.correct_patient(&taken).await.expect("it answers"),
        Corrected::IdentifierOf(other.patient.id.clone())
    );
    assert_eq!(now(&*store, &one.id).await, one);
    let changes = store.patient_changes(&site_of(1).id, &one.patient.id).await;
    assert_eq!(changes.expect("it answers"), []);
}

pub async fn of_corrections_at_once_one_counts(store: Arc<dyn Store>) {
    let one = of(&*store, 1, "First", "A-1").await;
    let tries = (0..8).map(|number| {
        let after = Details { last_name: format!("Name {number}"), ..(&one.patient).into() };
        let correction =
            Correction { by: by(&format!("c-{number}"), NOON), ..correction(&one, after) };
        let store = store.clone();
        tokio::spawn(async move { store.correct_patient(&correction).await.expect("it answers") })
    });
    let done = futures::future::join_all(tries).await;
    let done =
        done.into_iter().filter(|it| matches!(it.as_ref().expect("it ends"), Corrected::Done(_)));
    assert_eq!(done.count(), 1);
    let changes = store.patient_changes(&site_of(1).id, &one.patient.id).await;
    assert_eq!(changes.expect("it answers").len(), 1);
}

pub async fn a_merge_makes_one_patient_of_two(store: Arc<dyn Store>) {
    let (one, two) = (of(&*store, 1, "Roy", "A-1").await, of(&*store, 2, "Roi", "A-2").await);
    let handed = Addition { link: Some(link(1, 7)), ..Addition::default() };
    store.add(&site_of(1).id, &two.id, &handed).await.expect("it is added");
    let done = store.merge_patients(&merge_of("m", &one, &two)).await.expect("it answers");
    assert_eq!(done, Merged::Done(vec![one.id.clone(), two.id.clone()]));
    let site = site_of(1).id;
    let kept = now(&*store, &two.id).await.patient;
    assert_eq!(kept, now(&*store, &one.id).await.patient);
    assert_eq!((&kept.id, kept.last_name.as_str()), (&one.patient.id, "Roi"), "as was chosen");
    assert_eq!(kept.identifiers, [file_number("A-1"), file_number("A-2")]);
    let (found, _) = store.by_link(&[7; 32]).await.expect("it answers").expect("it leads on");
    assert_eq!((found.id, found.patient.id), (two.id.clone(), one.patient.id.clone()));
    assert_eq!(walk(&*store, query(None, Some("roi"), 9)).await, [2, 1]);
    assert_eq!(walk(&*store, query(None, Some("roy"), 9)).await, NO_ROW);
    // The ids in the log lead to the kept patient.
    let ids = [one.patient.id.clone(), two.patient.id.clone()];
    assert_eq!(store.patient(&site, &two.patient.id).await.expect("it answers"), Some(kept));
    assert_eq!(store.patient_ids(&site, &one.patient.id).await.expect("it answers"), ids);
    let names = store.patient_names(&site, &ids).await.expect("it answers");
    assert_eq!(names.len(), 2);
    assert!(names.values().all(|name| name == "Ada Roi"), "{names:?}");
}

pub async fn an_undone_merge_is_as_before(store: Arc<dyn Store>) {
    let (one, two) = (of(&*store, 1, "Roy", "A-1").await, of(&*store, 2, "Roi", "A-2").await);
    merge(&*store, "m", &one, &two).await;
    // What came since stays with the kept patient.
    let since =
        begun(&*store, &begin_with(3, patient(9, "Ada", "Roi", &[file_number("A-2")]))).await;
    let done = undo(&*store, &one.patient.id, "m", NOON + 200).await;
    assert!(matches!(done, Unmerged::Done(_)), "{done:?}");
    assert_eq!((now(&*store, &one.id).await, now(&*store, &two.id).await), (one.clone(), two));
    assert_eq!(now(&*store, &since.id).await.patient.id, one.patient.id);
    assert_eq!(walk(&*store, query(None, Some("roi"), 9)).await, [2]);
    assert_eq!(owner(&*store, "A-2").await, Some(PatientId::from("patient-000002")));
    assert_eq!(undo(&*store, &one.patient.id, "m", NOON + 300).await, Unmerged::Repeated);
    let site = site_of(1).id;
    assert_eq!(
        store.patient_ids(&site, &one.patient.id).await.expect("it answers"),
        std::slice::from_ref(&one.patient.id)
    );
}

pub async fn an_undone_merge_leaves_the_details_of_neither_in_a_history(store: Arc<dyn Store>) {
    let (one, two) = (of(&*store, 1, "Roy", "A-1").await, of(&*store, 2, "Roi", "A-2").await);
    merge(&*store, "m", &one, &two).await;
    let merged = now(&*store, &one.id).await;
    let numbers = [&[file_number("A-9")][..], &merged.patient.identifiers].concat();
    let more = Details { identifiers: numbers, ..(&merged.patient).into() };
    let later = Correction { by: by("later", NOON + 150), ..correction(&merged, more) };
    let done = store.correct_patient(&later).await.expect("it answers");
    assert!(matches!(done, Corrected::Done(_)), "{done:?}");
    let done = undo(&*store, &one.patient.id, "m", NOON + 200).await;
    assert!(matches!(done, Unmerged::Done(_)), "{done:?}");
    let site = site_of(1).id;
    let before = Details::from(&one.patient);
    let after = Details::from(&now(&*store, &one.id).await.patient);
    assert_eq!(after.identifiers, [file_number("A-9"), file_number("A-1")]);
    let history = async |id: &PatientId| {
        let changes = store.patient_changes(&site, id).await.expect("it answers");
        changes.into_iter().map(|it| (it.change, it.undone)).collect::<Vec<_>>()
    };
    let undone = (Change::UndoneMerge, Some((NOON + 200, "Nurse 2".to_owned())));
    let corrected = (Change::Correction { before, after }, None);
    assert_eq!(history(&one.patient.id).await, [corrected, undone.clone()]);
    assert_eq!(history(&two.patient.id).await, [undone], "it is told to both");
}

pub async fn an_undone_merge_takes_the_follow_ups_of_the_other_along(store: Arc<dyn Store>) {
    let (one, two) = (of(&*store, 1, "Roy", "A-1").await, of(&*store, 2, "Roi", "A-2").await);
    merge(&*store, "m", &one, &two).await;
    let mut last = vec![one.id.clone(), two.id.clone()];
    for number in 3..=6 {
        // Each follows the last but one: two chains.
        let follows = last[last.len() - 2].clone();
        let follow_up = FollowUp {
            due_on: "2026-12-01".to_owned(),
            reason: "weight".to_owned(),
            place: None,
            follows: Some(follows.clone()),
            series: None,
        };
        let begin = NewConsultation {
            patient: PatientRef::SameAs(follows),
            follow_up: Some(follow_up),
            ..begin_with(number, patient(number, "", "", &[]))
        };
        last.push(begun(&*store, &begin).await.id);
    }
    let done = undo(&*store, &one.patient.id, "m", NOON + 200).await;
    assert!(matches!(done, Unmerged::Done(_)), "{done:?}");
    for (at, id) in last.iter().enumerate() {
        let whose = if at % 2 == 0 { &one } else { &two };
        assert_eq!(now(&*store, id).await.patient.id, whose.patient.id, "{id}");
    }
}

pub async fn what_was_changed_since_bars_the_way_back(store: Arc<dyn Store>) {
    let (one, two) = (of(&*store, 1, "Roy", "A-1").await, of(&*store, 2, "Roi", "A-2").await);
    merge(&*store, "m", &one, &two).await;
    let id = &one.patient.id;
    assert_eq!(undo(&*store, id, "m", NOON + 101 + MERGE_UNDO_MS).await, Unmerged::TooLate);
    let none = store.undo_merge(id, "none", &by("undo", NOON)).await;
    assert!(matches!(none, Err(StoreError::NotFound)));
    let merged = now(&*store, &one.id).await;
    let fewer = Details { identifiers: vec![file_number("A-1")], ..(&merged.patient).into() };
    let given_away = store.correct_patient(&correction(&merged, fewer)).await.expect("it answers");
    assert!(matches!(given_away, Corrected::Done(_)));
    of(&*store, 4, "New", "A-2").await;
    let before = now(&*store, &two.id).await;
    assert_eq!(undo(&*store, id, "m", NOON + 200).await, Unmerged::Changed);
    assert_eq!(now(&*store, &two.id).await, before);
    assert_eq!(owner(&*store, "A-2").await, Some(PatientId::from("patient-000004")));
}

pub async fn merges_that_cross_leave_one_patient(store: Arc<dyn Store>) {
    for round in 0..8 {
        let (first, second) = (2 * round + 1, 2 * round + 2);
        let one = of(&*store, first, "Roy", &format!("A-{first}")).await;
        let two = of(&*store, second, "Roi", &format!("A-{second}")).await;
        let tries = [(&one, &two), (&two, &one)].map(|(kept, merged)| {
            let merge = merge_of(&format!("m-{}", kept.id), kept, merged);
            let store = store.clone();
            tokio::spawn(async move { store.merge_patients(&merge).await.expect("it answers") })
        });
        let done = futures::future::join_all(tries).await;
        let done =
            done.into_iter().filter(|it| matches!(it.as_ref().expect("it ends"), Merged::Done(_)));
        assert_eq!(done.count(), 1);
        let patients = (now(&*store, &one.id).await.patient, now(&*store, &two.id).await.patient);
        assert_eq!(patients.0, patients.1);
        assert_eq!(patients.0.identifiers.len(), 2);
    }
}

pub async fn what_is_created_for_a_merged_patient_goes_to_the_kept_one(store: Arc<dyn Store>) {
    let (one, two) = (of(&*store, 1, "Roy", "A-1").await, of(&*store, 2, "Roi", "A-2").await);
    let begin = begin_with(3, patient(9, "Ada", "Roi", &[file_number("A-2")]));
    let follows = NewConsultation {
        patient: PatientRef::SameAs(two.id.clone()),
        ..begin_with(4, patient(8, "", "", &[]))
    };
    let merge = merge_of("m", &one, &two);
    let (begun, followed, merged) =
        tokio::join!(store.begin(&begin), store.begin(&follows), store.merge_patients(&merge));
    let ids = [begun, followed].map(|begun| match begun.expect("it is recorded") {
        Begun::New(consultation) => consultation.id,
        Begun::Repeated(_) | Begun::Unseen(_) => panic!("it was there before"),
    });
    if merged.expect("it answers") == Merged::Changed {
        // The creation came first and gave the patient other details: seen, and merged again.
        let again = (now(&*store, &one.id).await, now(&*store, &two.id).await);
        self::merge(&*store, "again", &again.0, &again.1).await;
    }
    for id in &ids {
        assert_eq!(now(&*store, id).await.patient.id, one.patient.id);
    }
    // What was read before the merge and is written after it.
    let stale =
        correction(&two, Details { last_name: "Stale".to_owned(), ..(&two.patient).into() });
    assert_eq!(store.correct_patient(&stale).await.expect("it answers"), Corrected::Changed);
    let again = store.merge_patients(&merge_of("late", &one, &two)).await;
    assert_eq!(again.expect("it answers"), Merged::Changed);
}

pub async fn a_chain_of_merges_is_one_history(store: Arc<dyn Store>) {
    let one = of(&*store, 1, "Roy", "A-1").await;
    let two = of(&*store, 2, "Roi", "A-2").await;
    let three = of(&*store, 3, "Roye", "A-3").await;
    merge(&*store, "m-1", &two, &three).await;
    let two = now(&*store, &two.id).await;
    merge(&*store, "m-2", &one, &two).await;
    let site = site_of(1).id;
    let ids = store.patient_ids(&site, &one.patient.id).await.expect("it answers");
    assert_eq!(ids, [&one, &two, &three].map(|it| it.patient.id.clone()));
    let found = store.patient(&site, &three.patient.id).await.expect("it answers");
    assert_eq!(found.expect("it is there").id, one.patient.id);
    assert_eq!(store.patient_changes(&site, &one.patient.id).await.expect("it answers").len(), 2);
    // The earlier merge cannot be undone while the later one stands.
    assert_eq!(undo(&*store, &two.patient.id, "m-1", NOON + 150).await, Unmerged::Changed);
    for (patient, merge) in [(&one.patient.id, "m-2"), (&two.patient.id, "m-1")] {
        let done = undo(&*store, patient, merge, NOON + 150).await;
        assert!(matches!(done, Unmerged::Done(_)), "{merge}: {done:?}");
    }
    assert_eq!(now(&*store, &three.id).await.patient, three.patient);
}

fn purge(before: i64) -> Purge {
    Purge { site: site_of(1).id, before, limit: 10, log: row() }
}

pub async fn a_purge_takes_the_history_along(store: Arc<dyn Store>) {
    let (one, two) = (of(&*store, 1, "Roy", "A-1").await, of(&*store, 2, "Roi", "A-2").await);
    let right = Details { last_name: "Roie".to_owned(), ..(&two.patient).into() };
    store.correct_patient(&correction(&two, right)).await.expect("it answers");
    let two = now(&*store, &two.id).await;
    merge(&*store, "m", &one, &two).await;
    let site = site_of(1).id;
    assert_eq!(store.patient_changes(&site, &one.patient.id).await.expect("it answers").len(), 2);
    let purged = store.purge(&purge(NOON + 1_000)).await.expect("it answers");
    assert_eq!((purged.consultations, purged.patients), (2, 1));
    for id in [&one.patient.id, &two.patient.id] {
        assert_eq!(store.patient_changes(&site, id).await.expect("it answers"), []);
        assert_eq!(store.patient(&site, id).await.expect("it answers"), None);
    }
    assert!(matches!(
        store.undo_merge(&one.patient.id, "m", &by("undo", NOON + 200)).await,
        Err(StoreError::NotFound)
    ));
}

pub async fn a_held_record_keeps_the_merged_patient(store: Arc<dyn Store>) {
    let (one, two) = (of(&*store, 1, "Roy", "A-1").await, of(&*store, 2, "Roi", "A-2").await);
    let hold = Hold { since: NOON, by: "Admin".to_owned(), reason: "a court asked".to_owned() };
    store.set_hold(&site_of(1).id, &two.id, Some(&hold), &[]).await.expect("it is set");
    merge(&*store, "m", &one, &two).await;
    let purged = store.purge(&purge(NOON + 1_000)).await.expect("it answers");
    assert_eq!((purged.consultations, purged.patients), (1, 0));
    let kept = now(&*store, &two.id).await.patient;
    assert_eq!((kept.id, kept.identifiers.len()), (one.patient.id.clone(), 2));
    // Without any record of the kept patient there is nothing to divide.
    assert_eq!(undo(&*store, &one.patient.id, "m", NOON + 200).await, Unmerged::Changed);
    let said = of_entries([said("late", NOON + 300, "DONE")]);
    store.add(&site_of(1).id, &two.id, &said).await.expect("its history goes on");
}

pub async fn changes_are_one_sites(store: Arc<dyn Store>) {
    let (one, two) = (of(&*store, 1, "Roy", "A-1").await, of(&*store, 2, "Roi", "A-2").await);
    let elsewhere = SiteId::from("site-2");
    let by = ChangedBy { site: elsewhere.clone(), ..by("c", NOON) };
    let after = Details { last_name: "Other".to_owned(), ..(&one.patient).into() };
    let foreign = Correction { by: by.clone(), ..correction(&one, after) };
    assert!(matches!(store.correct_patient(&foreign).await, Err(StoreError::NotFound)));
    let foreign = Merge { by: by.clone(), ..merge_of("m", &one, &two) };
    assert_eq!(store.merge_patients(&foreign).await.expect("it answers"), Merged::Changed);
    merge(&*store, "m", &one, &two).await;
    assert!(matches!(store.undo_merge(&one.patient.id, "m", &by).await, Err(StoreError::NotFound)));
    assert_eq!(store.patient_changes(&elsewhere, &one.patient.id).await.expect("it answers"), []);
    assert_eq!(store.patient_ids(&elsewhere, &one.patient.id).await.expect("it answers"), []);
}

pub async fn a_language_stays_with_its_patient(store: Arc<dyn Store>) {
    let (one, two) = (of(&*store, 1, "Roy", "A-1").await, of(&*store, 2, "Roi", "A-2").await);
    let site = site_of(1).id;
    let set = async |id: &PatientId, language| {
        store.set_patient_language(&site, id, language, &[row()]).await.expect("it is set")
    };
    assert_eq!(set(&two.patient.id, Some(Language::Fr)).await, std::slice::from_ref(&two.id));
    // A form that says nothing of it, and a correction of what was shown before, leave it.
    let again = begin_with(3, patient(9, "Ada", "Roi", &[file_number("A-2")]));
    assert_eq!(begun(&*store, &again).await.patient.language, Some(Language::Fr));
    let right = Details { last_name: "Roie".to_owned(), ..(&two.patient).into() };
    let corrected = store.correct_patient(&correction(&two, right)).await.expect("it answers");
    assert!(matches!(corrected, Corrected::Done(_)), "{corrected:?}");
    let two = now(&*store, &two.id).await;
    assert_eq!(two.patient.language, Some(Language::Fr));
    merge(&*store, "m", &one, &two).await;
    assert_eq!(now(&*store, &one.id).await.patient.language, Some(Language::Fr));
    undo(&*store, &one.patient.id, "m", NOON + 200).await;
    assert_eq!(now(&*store, &one.id).await.patient.language, None);
    assert_eq!(now(&*store, &two.id).await.patient.language, Some(Language::Fr));
    set(&two.patient.id, None).await;
    assert_eq!(now(&*store, &two.id).await.patient.language, None);
    let elsewhere = SiteId::from("site-2");
    let foreign = store.set_patient_language(&elsewhere, &one.patient.id, None, &[]).await;
    assert!(matches!(foreign, Err(StoreError::NotFound)));
}
