use super::samples::{
    NOON, begin, begin_with, begun, draft, file_number, patient, quebec, site_of, staff_of,
};
use empego_desk::model::ids::{ConsultationId, PatientId, RequestId, StaffId};
use empego_desk::model::lifecycle::Delivery;
use empego_desk::model::patient::{Identifier, Patient};
use empego_desk::store::patient_changes::Change;
use empego_desk::store::{
    Begun, NewConsultation, PatientDraft, PatientRef, Seen, Store, StoreError, Unseen,
};
use std::sync::Arc;

async fn known(store: &dyn Store, identifier: &Identifier) -> Option<Patient> {
    store.find_patient(&site_of(1).id, identifier).await.expect("it answers")
}

pub async fn a_new_one_is_recorded_whole(store: Arc<dyn Store>) {
    let begin =
        begin_with(1, patient(1, "Zoé", "Tremblay", &[quebec("TREZ54122816"), file_number("77")]));
    let new = begun(&*store, &begin).await;
    assert_eq!((&new.id, &new.request_id), (&begin.id, &begin.request_id));
    assert_eq!((new.created_at, new.created_by.as_str()), (begin.at, "Nurse 1"));
    assert_eq!((&new.empego_key, &new.token_hash), (&None, &None));
    assert_eq!(new.state.requested_at, begin.entry.at);
    assert_eq!(new.state.delivery(begin.at), Delivery::Creating);
    let expected = Patient {
        id: draft(&begin).id.clone(),
        first_name: "Zoé".to_owned(),
        last_name: "Tremblay".to_owned(),
        date_of_birth: Some("1954-12-28".to_owned()),
        identifiers: vec![quebec("TREZ54122816"), file_number("77")],
        language: None,
    };
    assert_eq!(new.patient, expected);
    assert_eq!(store.consultation(&site_of(1).id, &begin.id).await.expect("it answers"), Some(new));
    assert_eq!(
        store.timeline(&site_of(1).id, &begin.id).await.expect("it answers"),
        std::slice::from_ref(&begin.entry)
    );
    assert_eq!(known(&*store, &file_number("77")).await, Some(expected));
    assert_eq!(known(&*store, &quebec("77")).await, None, "the type is part of an identifier");
    assert_eq!(
        store
            .consultation(&site_of(1).id, &ConsultationId::from("other"))
            .await
            .expect("it answers"),
        None
    );
}

pub async fn the_same_press_changes_nothing(store: Arc<dyn Store>) {
    let first = begun(&*store, &begin(1)).await;
    let identifiers = [file_number("F-000001"), file_number("new")];
    let again = NewConsultation {
        request_id: first.request_id.clone(),
        ..begin_with(2, patient(2, "Grace", "Hopper", &identifiers))
    };
    assert_eq!(store.begin(&again).await.expect("it answers"), Begun::Repeated(first.clone()));
    assert_eq!(store.consultation(&site_of(1).id, &again.id).await.expect("it answers"), None);
    assert_eq!(
        store.consultation(&site_of(1).id, &first.id).await.expect("it answers"),
        Some(first.clone())
    );
    assert_eq!(known(&*store, &file_number("new")).await, None);
    let pressed = |site: u32, press: &RequestId| {
        let (store, site, press) = (store.clone(), site_of(site).id, press.clone());
        async move { store.by_request(&site, &press).await.expect("it answers") }
    };
    assert_eq!(pressed(1, &first.request_id).await, Some(first.clone()));
    assert_eq!(pressed(1, &RequestId("another".to_owned())).await, None);
    assert_eq!(pressed(2, &first.request_id).await, None, "a press is of one site");
    assert_eq!(store.timeline(&site_of(1).id, &first.id).await.expect("it answers").len(), 1);
}

pub async fn two_presses_at_once_make_one(store: Arc<dyn Store>) {
    store.add_staff(&staff_of(1), &[], None, &[]).await.expect("it is added");
    for round in 0..10 {
        let presses: Vec<_> = (0..4)
            .map(|press| {
                let (store, mut begin) = (store.clone(), begin(round * 10 + press));
                begin.request_id = RequestId(format!("round-{round}"));
                tokio::spawn(async move { store.begin(&begin).await.expect("it answers") })
            })
            .collect();
        let (mut new, mut ids) = (0, Vec::new());
        for press in presses {
            let begun = press.await.expect("no panic");
            new += usize::from(matches!(begun, Begun::New(_)));
            match begun {
                Begun::New(consultation) | Begun::Repeated(consultation) => {
                    ids.push(consultation.id);
                }
                Begun::Unseen(unseen) => panic!("nothing was to be seen: {unseen:?}"),
            }
        }
        ids.dedup();
        assert_eq!((new, ids.len()), (1, 1), "one is new, and all see it");
    }
}

pub async fn a_patient_is_found_by_any_identifier(store: Arc<dyn Store>) {
    begun(
        &*store,
        &begin_with(1, patient(1, "Jon", "Smith", &[file_number("1"), quebec("SMIJ54122816")])),
    )
    .await;
    let draft = PatientDraft {
        date_of_birth: Some("1954-12-29".to_owned()),
        ..patient(2, "John", "Smyth", &[file_number("2"), quebec("SMIJ54122816")])
    };
    let again = begun(&*store, &begin_with(2, draft)).await.patient;
    assert_eq!(again.id, PatientId::from("patient-000001"));
    assert_eq!(again.full_name(), "Jon Smith", "what is on record stays");
    assert_eq!(again.date_of_birth.as_deref(), Some("1954-12-28"));
    assert_eq!(
        again.identifiers,
        [file_number("2"), file_number("1"), quebec("SMIJ54122816")],
        "all of them, the newest first"
    );
    for identifier in &again.identifiers {
        assert_eq!(known(&*store, identifier).await.as_ref(), Some(&again));
    }
    let first = store
        .consultation(&site_of(1).id, &ConsultationId::from("consultation-000001"))
        .await
        .expect("it answers")
        .expect("it is there");
    assert_eq!(first.patient, again, "one patient, both consultations");
}

/// A consultation of a patient on record, decided with these details on screen.
fn decided(number: u32, draft: PatientDraft, known: &Patient, replaces: bool) -> NewConsultation {
    let seen = Seen {
        by_number: draft.identifiers.first().map(|_| known.id.clone()),
        known: Some(known.into()),
        replaces,
        ..Seen::default()
    };
    NewConsultation { seen: Some(seen), ..begin_with(number, draft) }
}

pub async fn details_are_replaced_where_staff_said_so(store: Arc<dyn Store>) {
    let site = site_of(1).id;
    let known = begun(&*store, &begin(1)).await.patient;
    let king = |number| PatientDraft {
        date_of_birth: None,
        ..patient(number, "Ada", "King", &[file_number("F-000001")])
    };
    let same = begun(&*store, &decided(2, king(2), &known, false)).await.patient;
    assert_eq!(same, known);
    assert_eq!(store.patient_changes(&site, &known.id).await.expect("it answers"), []);
    let replaced = decided(3, king(3), &known, true);
    let again = begun(&*store, &replaced).await.patient;
    assert_eq!(
        (again.last_name.as_str(), again.date_of_birth.as_deref()),
        ("King", Some("1954-12-28")),
        "a known date is not erased"
    );
    let changes = store.patient_changes(&site, &known.id).await.expect("it answers");
    let [change] = changes.as_slice() else { panic!("one change: {changes:?}") };
    let (before, after) = ((&known).into(), (&again).into());
    assert_eq!(change.change, Change::Correction { before, after }, "what was before is kept");
    assert_eq!(change.at, replaced.entry.at);
}

pub async fn what_was_changed_meanwhile_is_not_overwritten(store: Arc<dyn Store>) {
    let known = begun(&*store, &begin(1)).await.patient;
    let draft = |number| patient(number, "Ada", "Stale", &[file_number("F-000001")]);
    let stale = Patient { last_name: "Before".to_owned(), ..known.clone() };
    for replaces in [false, true] {
        let begin = decided(2, draft(2), &stale, replaces);
        let answer = store.begin(&begin).await.expect("it answers");
        assert_eq!(answer, Begun::Unseen(Unseen::Number));
        let chosen = NewConsultation {
            patient: PatientRef::Chosen(known.id.clone(), patient(2, "Ada", "Stale", &[])),
            ..decided(2, patient(2, "Ada", "Stale", &[]), &stale, replaces)
        };
        let answer = store.begin(&chosen).await.expect("it answers");
        assert_eq!(answer, Begun::Unseen(Unseen::Changed));
    }
    let now = store.patient(&site_of(1).id, &known.id).await.expect("it answers");
    assert_eq!(now, Some(known));
}

pub async fn the_first_known_identifier_wins(store: Arc<dyn Store>) {
    begun(&*store, &begin_with(1, patient(1, "A", "One", &[file_number("1")]))).await;
    begun(&*store, &begin_with(2, patient(2, "B", "Two", &[file_number("2")]))).await;
    let draft = patient(3, "C", "Three", &[file_number("new"), file_number("2"), file_number("1")]);
    let third = begun(&*store, &begin_with(3, draft)).await.patient;
    assert_eq!(third.id, PatientId::from("patient-000002"));
    assert_eq!(third.identifiers, [file_number("new"), file_number("2")]);
    let other = known(&*store, &file_number("1")).await.expect("it stays with the other");
    assert_eq!((other.id.0.as_str(), other.full_name().as_str()), ("patient-000001", "A One"));
}

pub async fn no_identifier_makes_a_new_patient(store: Arc<dyn Store>) {
    let one = begun(&*store, &begin_with(1, patient(1, "Same", "Name", &[]))).await.patient;
    let two = begun(&*store, &begin_with(2, patient(2, "Same", "Name", &[]))).await.patient;
    assert_ne!(one.id, two.id);
    assert_eq!(two.identifiers, []);
}

pub async fn the_drafts_first_identifier_is_the_newest(store: Arc<dyn Store>) {
    begun(
        &*store,
        &begin_with(1, patient(1, "A", "B", &[quebec("1"), file_number("2"), file_number("2")])),
    )
    .await;
    let found = known(&*store, &quebec("1")).await.expect("it is there");
    assert_eq!(found.identifiers, [quebec("1"), file_number("2")], "each once");
}

pub async fn bad_references_are_refused(store: Arc<dyn Store>) {
    let first = begin(1);
    begun(&*store, &first).await;
    let stranger = NewConsultation { staff: StaffId::from("stranger"), ..begin(2) };
    assert!(matches!(store.begin(&stranger).await, Err(StoreError::NotFound)));
    let same_id = NewConsultation { id: first.id.clone(), at: NOON, ..begin(3) };
    assert!(matches!(store.begin(&same_id).await, Err(StoreError::Taken(_))));
    for identifier in draft(&stranger).identifiers.iter().chain(&draft(&same_id).identifiers) {
        assert_eq!(known(&*store, identifier).await, None, "nothing is left of it");
    }
}
