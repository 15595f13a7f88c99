use super::samples::{
    NO_ROW, NOON, begin_with, begun, entry, file_number, of_entries, patient, query, site_of, walk,
};
use empego_desk::model::consultation::Consultation;
use empego_desk::model::ids::{ConsultationId, PatientId};
use empego_desk::model::lifecycle::Event;
use empego_desk::model::timeline::{Entry, Source};
use empego_desk::store::patient_changes::{ChangedBy, Correction, Details};
use empego_desk::store::{Addition, PatientDraft, PatientRef, Seen, Store, StoreError};
use std::sync::Arc;

fn failed() -> Entry {
    entry(Source::Desk, "failed", NOON + 50, Event::CreateFailed { reason: "rejected".to_owned() })
}

/// A consultation of `patient-00000{number}` known as `key` whose creation failed.
async fn failed_one(store: &dyn Store, number: u32, key: &str) -> ConsultationId {
    let consultation =
        begun(store, &begin_with(number, patient(number, "Typed", "Wrong", &[file_number(key)])))
            .await;
    store
        .add(&site_of(1).id, &consultation.id, &of_entries([failed()]))
        .await
        .expect("it is added");
    consultation.id
}

fn correction(draft: PatientDraft) -> Addition {
    Addition { corrected_patient: Some(PatientRef::Typed(draft)), ..Addition::default() }
}

async fn correct(store: &dyn Store, id: &ConsultationId, draft: PatientDraft) -> Consultation {
    store.add(&site_of(1).id, id, &correction(draft)).await.expect("it is corrected").consultation
}

/// The same, by a form that was decided anew: this patient has its number.
async fn correct_as(
    store: &dyn Store,
    id: &ConsultationId,
    draft: PatientDraft,
    by_number: Option<PatientId>,
) -> Consultation {
    let seen = Some(Seen { by_number, ..Seen::default() });
    let addition = Addition { seen, ..correction(draft) };
    store.add(&site_of(1).id, id, &addition).await.expect("it is corrected").consultation
}

pub async fn a_number_that_another_patient_got_meanwhile_is_refused(store: Arc<dyn Store>) {
    let id = failed_one(&*store, 1, "typo").await;
    begun(&*store, &begin_with(2, patient(2, "Bob", "Roy", &[file_number("bobs")]))).await;
    let stale = Addition {
        seen: Some(Seen::default()),
        ..correction(patient(9, "Typed", "Wrong", &[file_number("bobs")]))
    };
    let refused = store.add(&site_of(1).id, &id, &stale).await;
    assert!(matches!(refused, Err(StoreError::Outdated)), "{refused:?}");
    let found = store.consultation(&site_of(1).id, &id).await.expect("it answers").expect("one");
    assert_eq!(found.patient.id, PatientId::from("patient-000001"));
    assert_eq!(owner(&*store, "typo").await.as_deref(), Some("patient-000001"));
}

pub async fn a_retry_that_was_not_the_first_corrects_nothing(store: Arc<dyn Store>) {
    let id = failed_one(&*store, 1, "A-1").await;
    let again = || entry(Source::Staff, "create:2", NOON + 60, Event::CreateRequested);
    let retry = |name| Addition {
        entries: vec![again()],
        corrected_patient: Some(PatientRef::Typed(patient(
            9,
            "Typed",
            name,
            &[file_number("A-1")],
        ))),
        ..Addition::default()
    };
    for (name, fresh) in [("First", 1), ("Second", 0)] {
        let added = store.add(&site_of(1).id, &id, &retry(name)).await.expect("it is added");
        assert_eq!(added.fresh, fresh);
        assert_eq!(added.consultation.patient.last_name, "First", "as Empego is asked");
    }
}

async fn owner(store: &dyn Store, key: &str) -> Option<String> {
    store
        .find_patient(&site_of(1).id, &file_number(key))
        .await
        .expect("it answers")
        .map(|patient| patient.id.0)
}

pub async fn a_mistyped_identifier_does_not_stay(store: Arc<dyn Store>) {
    let id = failed_one(&*store, 1, "typo").await;
    let draft = PatientDraft {
        date_of_birth: None,
        ..patient(9, "Typed", "Right", &[file_number("right")])
    };
    let amended = correct(&*store, &id, draft).await;
    assert_eq!(amended.patient.id, PatientId::from("patient-000001"), "the same record");
    assert_eq!(amended.patient.identifiers, [file_number("right")]);
    assert_eq!(
        (amended.patient.last_name.as_str(), amended.patient.date_of_birth.as_deref()),
        ("Right", None)
    );
    assert_eq!(owner(&*store, "typo").await, None);
    assert_eq!(store.consultation(&site_of(1).id, &id).await.expect("it answers"), Some(amended));
    assert_eq!(walk(&*store, query(None, Some("wrong"), 9)).await, NO_ROW);
    assert_eq!(walk(&*store, query(None, Some("typo"), 9)).await, NO_ROW);
    assert_eq!(walk(&*store, query(None, Some("right"), 9)).await, [1]);
}

pub async fn a_correction_finds_the_patient(store: Arc<dyn Store>) {
    begun(&*store, &begin_with(1, patient(1, "Real", "Person", &[file_number("real")]))).await;
    let id = failed_one(&*store, 2, "typo").await;
    let draft = patient(9, "Real", "Person", &[file_number("real"), file_number("typo")]);
    let kept = correct(&*store, &id, draft.clone()).await;
    assert_eq!(kept.patient.id, PatientId::from("patient-000002"), "a repetition moves nothing");
    let known = Some(PatientId::from("patient-000001"));
    let amended = correct_as(&*store, &id, draft, known).await;
    assert_eq!(amended.patient.id, PatientId::from("patient-000001"));
    assert_eq!(
        owner(&*store, "typo").await.as_deref(),
        Some("patient-000001"),
        "typed again, so it is meant"
    );
    assert_eq!(walk(&*store, query(None, Some("wrong"), 9)).await, NO_ROW);
    assert_eq!(walk(&*store, query(None, Some("person"), 9)).await, [2, 1]);
}

pub async fn a_corrected_patient_is_not_overwritten(store: Arc<dyn Store>) {
    let site = site_of(1).id;
    let id = failed_one(&*store, 1, "A-1").await;
    let now = async || {
        let found = store.consultation(&site, &id).await.expect("it answers");
        found.expect("it is there").patient
    };
    let before = now().await;
    let right = Details {
        last_name: "Right".to_owned(),
        date_of_birth: Some("1954-12-29".to_owned()),
        ..(&before).into()
    };
    let by = ChangedBy {
        id: "by-hand".to_owned(),
        site: site.clone(),
        at: NOON,
        name: "Nurse 2".to_owned(),
        log: Vec::new(),
    };
    let by_hand =
        Correction { patient: before.id.clone(), before: (&before).into(), after: right, by };
    store.correct_patient(&by_hand).await.expect("it answers");
    let corrected = now().await;
    let stale = patient(9, "Typed", "Wrong", &[file_number("A-1")]);
    assert_eq!(correct(&*store, &id, stale.clone()).await.patient, corrected);
    // Staff saw the corrected details, and said that it is another patient.
    let other = Addition {
        seen: Some(Seen { alike: vec![corrected.id.clone()], ..Seen::default() }),
        ..correction(PatientDraft { identifiers: Vec::new(), ..stale })
    };
    let added = store.add(&site, &id, &other).await.expect("it is corrected");
    assert_eq!(added.consultation.patient.id, PatientId::from("patient-000009"));
    assert_eq!(owner(&*store, "A-1").await, None, "the record of no consultation is gone");
}

pub async fn a_shared_patient_is_kept(store: Arc<dyn Store>) {
    begun(&*store, &begin_with(1, patient(1, "First", "Visit", &[file_number("shared")]))).await;
    let id = failed_one(&*store, 2, "shared").await;
    let draft = patient(9, "Other", "Person", &[file_number("other")]);
    let kept = correct(&*store, &id, draft.clone()).await;
    assert_eq!(kept.patient.id, PatientId::from("patient-000001"), "a repetition makes no other");
    let amended = correct_as(&*store, &id, draft, None).await;
    assert_eq!(
        amended.patient.id,
        PatientId::from("patient-000009"),
        "nobody is known by that identifier"
    );
    assert_eq!(owner(&*store, "shared").await.as_deref(), Some("patient-000001"));
    let first = store
        .consultation(&site_of(1).id, &ConsultationId::from("consultation-000001"))
        .await
        .expect("it answers")
        .expect("it is there");
    assert_eq!(first.patient.identifiers, [file_number("shared")]);
}

pub async fn an_unidentified_correction_stays_with_its_patient(store: Arc<dyn Store>) {
    let id = failed_one(&*store, 1, "typo").await;
    let amended = correct(&*store, &id, patient(9, "No", "Number", &[])).await;
    assert_eq!(amended.patient.id, PatientId::from("patient-000001"));
    assert_eq!(amended.patient.identifiers, []);
    assert_eq!(amended.state.requested_at, NOON + 1, "the state is left alone");
}

pub async fn what_was_created_is_not_amended(store: Arc<dyn Store>) {
    let id = failed_one(&*store, 1, "one").await;
    let created = entry(Source::Empego, "created", NOON + 60, Event::Created);
    let before = store
        .add(&site_of(1).id, &id, &of_entries([created]))
        .await
        .expect("it is added")
        .consultation;
    let after = correct(&*store, &id, patient(9, "Too", "Late", &[file_number("late")])).await;
    assert_eq!(after, before);
    assert_eq!(owner(&*store, "late").await, None);
}

pub async fn nothing_to_amend(store: Arc<dyn Store>) {
    let amended = store
        .add(
            &site_of(1).id,
            &ConsultationId::from("none"),
            &correction(patient(1, "A", "B", &[file_number("1")])),
        )
        .await;
    assert!(matches!(amended, Err(StoreError::NotFound)));
    assert_eq!(owner(&*store, "1").await, None);
}
