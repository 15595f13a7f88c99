use super::samples::{
    NOON, begin_with, begun, entry, file_number, issued, of_entries, patient, quebec, site_of,
};
use empego_desk::model::ids::{ConsultationId, PatientId};
use empego_desk::model::lifecycle::Event;
use empego_desk::model::timeline::Source;
use empego_desk::store::{
    Begun, NewConsultation, PatientDraft, PatientQuery, PatientRef, Seen, Store, Unseen,
};
use std::sync::Arc;

fn query() -> PatientQuery {
    PatientQuery {
        site: site_of(1).id,
        numbers: Vec::new(),
        ending: None,
        words: String::new(),
        born: Vec::new(),
        limit: 10,
    }
}

async fn found(store: &dyn Store, query: PatientQuery) -> Vec<String> {
    let found = store.look_up(&query).await.expect("it answers");
    found.into_iter().map(|patient| patient.id.0).collect()
}

fn born(number: u32, names: (&str, &str), day: &str, key: &str) -> NewConsultation {
    let draft = PatientDraft {
        language: None,
        date_of_birth: Some(day.to_owned()).filter(|day| !day.is_empty()),
        ..patient(number, names.0, names.1, &[file_number(key)])
    };
    begin_with(number, draft)
}

fn id(number: u32) -> String {
    format!("patient-{number:06}")
}

pub async fn patients_are_found_by_every_part(store: Arc<dyn Store>) {
    let store = &*store;
    begun(store, &born(1, ("Ada", "Tremblay"), "1954-12-28", "A-1001")).await;
    begun(store, &born(2, ("Ada", "Tremblay"), "1954-12-29", "A-1002")).await;
    begun(store, &born(3, ("Zoé", "Roy"), "1954-12-28", "É-ÀÇÎÔ")).await;
    begun(store, &begin_with(4, patient(4, "Marie", "Test", &[quebec("TEST54122816")]))).await;
    for (query, expected) in [
        (query(), vec![]),
        (PatientQuery { numbers: vec![file_number("A-1002")], ..query() }, vec![id(2)]),
        (
            PatientQuery { numbers: vec![file_number("A-1")], words: "ada".to_owned(), ..query() },
            vec![id(1), id(2)],
        ),
        (
            PatientQuery {
                numbers: vec![file_number("A-1001"), quebec("TEST54122816")],
                words: "zoe".to_owned(),
                ..query()
            },
            vec![id(4), id(1)],
        ),
        (PatientQuery { ending: Some("1001".to_owned()), ..query() }, vec![id(1)]),
        (PatientQuery { ending: Some("ÀÇÎÔ".to_owned()), ..query() }, vec![id(3)]),
        (PatientQuery { ending: Some("2816".to_owned()), ..query() }, vec![id(4)]),
        (PatientQuery { ending: Some("001".to_owned()), ..query() }, vec![]),
        (PatientQuery { words: "trem ada".to_owned(), ..query() }, vec![id(1), id(2)]),
        (
            PatientQuery {
                words: "tremblay".to_owned(),
                born: vec!["1954-12-29".to_owned()],
                ..query()
            },
            vec![id(2)],
        ),
        (
            PatientQuery {
                born: vec!["1954-12-29".to_owned(), "1900-01-01".to_owned()],
                ..query()
            },
            vec![id(2)],
        ),
        (
            PatientQuery { ending: Some("1002".to_owned()), words: "zoe".to_owned(), ..query() },
            vec![id(3), id(2)],
        ),
        (PatientQuery { words: "ada".to_owned(), limit: 1, ..query() }, vec![id(1)]),
        (PatientQuery { words: "\" * (".to_owned(), ..query() }, vec![]),
        (PatientQuery { site: site_of(2).id, words: "ada".to_owned(), ..query() }, vec![]),
    ] {
        assert_eq!(found(store, query.clone()).await, expected, "{query:?}");
    }
}

pub async fn a_draft_is_compared_with_those_on_record(store: Arc<dyn Store>) {
    let store = &*store;
    begun(store, &born(1, ("Ada", "Tremblay"), "1954-12-28", "A-1")).await;
    begun(store, &born(2, ("Tremblay", "Ada"), "", "A-2")).await;
    begun(store, &born(3, ("Ada", "Trembley"), "1954-12-28", "A-3")).await;
    begun(store, &born(4, ("Ada", "Tremblay"), "1954-12-29", "A-4")).await;
    let alike = async |draft: PatientDraft| {
        let alike = store.look_alikes(&site_of(1).id, &draft).await.expect("it answers");
        alike.into_iter().map(|patient| patient.id.0).collect::<Vec<_>>()
    };
    let draft = patient(9, "ADA", "tremblay", &[]);
    assert_eq!(alike(draft.clone()).await, [id(1), id(2), id(3)]);
    let numbered = PatientDraft { identifiers: vec![file_number("A-9")], ..draft.clone() };
    assert_eq!(alike(numbered).await, [id(1), id(3)], "a number tells it from the second");
    let undated = PatientDraft { date_of_birth: None, ..draft.clone() };
    assert_eq!(alike(undated).await, [id(1), id(2), id(3), id(4)]);
    // Others of one name, more than are compared, hide none who has no date.
    for number in 10..520 {
        let begin = born(number, ("Ada", "Tremblay"), "1960-01-01", &format!("T-{number}"));
        begun(store, &begin).await;
    }
    begun(store, &born(700, ("Ada", "Tremblay"), "", "T-700")).await;
    assert_eq!(alike(draft.clone()).await, [id(1), id(2), id(3), id(700)]);
    let nobody = PatientDraft { first_name: "Eve".to_owned(), ..draft };
    assert!(alike(nobody).await.is_empty());
}

pub async fn visits_are_the_newest_and_the_open_ones(store: Arc<dyn Store>) {
    let store = &*store;
    let first = begun(store, &born(1, ("Ada", "Tremblay"), "", "A-1")).await;
    let second = begun(store, &born(2, ("Ada", "Tremblay"), "", "A-1")).await;
    begun(store, &born(3, ("Zoé", "Roy"), "", "A-3")).await;
    let created = |id: &str, until| {
        of_entries([
            entry(Source::Empego, &format!("created-{id}"), NOON + 5, Event::Created),
            issued(1, NOON + 5, until),
        ])
    };
    for (consultation, until) in [(&first, Some(NOON + 100)), (&second, None)] {
        let addition = created(&consultation.id.0, until);
        store.add(&site_of(1).id, &consultation.id, &addition).await.expect("it is added");
    }
    let patients = [PatientId(id(1)), PatientId(id(3)), PatientId(id(9))];
    let visits =
        async |now| store.visits(&site_of(1).id, &patients, now).await.expect("it answers");
    let early = visits(NOON + 50).await;
    assert_eq!(early.len(), 2, "none of whom nothing is known");
    let ada = &early[&patients[0]];
    assert_eq!(ada.last_at, Some(NOON + 2));
    let ids =
        |open: &[(ConsultationId, i64)]| open.iter().map(|(id, _)| id.clone()).collect::<Vec<_>>();
    assert_eq!(ids(&ada.open), [second.id.clone(), first.id.clone()], "newest first");
    assert_eq!(early[&patients[1]].open.len(), 1, "while it is being created");
    let late = visits(NOON + 200).await;
    assert_eq!(ids(&late[&patients[0]].open), [second.id], "an expired link is not open");
    let elsewhere = store.visits(&site_of(2).id, &patients, NOON).await.expect("it answers");
    assert!(elsewhere.is_empty());
}

pub async fn what_was_not_seen_records_nothing(store: Arc<dyn Store>) {
    let store = &*store;
    let known = begun(store, &born(1, ("Ada", "Tremblay"), "1954-12-28", "A-1")).await;
    let seen = |seen: Seen, begin: NewConsultation| NewConsultation { seen: Some(seen), ..begin };
    let nothing = Seen::default();
    let ada = |number, key: &str| born(number, ("Ada", "Tremblay"), "1954-12-28", key);
    let chosen = |number, patient: &str, key: &str| {
        let begin = ada(number, key);
        let PatientRef::Typed(draft) = begin.patient.clone() else { panic!("it is typed") };
        NewConsultation { patient: PatientRef::Chosen(PatientId::from(patient), draft), ..begin }
    };
    let of_number = Seen { by_number: Some(known.patient.id.clone()), ..Seen::default() };
    for (begin, unseen) in [
        (seen(nothing.clone(), ada(2, "A-1")), Unseen::Number),
        (seen(of_number.clone(), ada(2, "A-2")), Unseen::Number),
        (seen(nothing.clone(), ada(2, "A-2")), Unseen::Alike),
        (seen(Seen { open: Some(Vec::new()), ..of_number.clone() }, ada(2, "A-1")), Unseen::Open),
        (
            seen(Seen { open: Some(Vec::new()), ..nothing.clone() }, chosen(2, &id(1), "A-2")),
            Unseen::Open,
        ),
        (seen(nothing.clone(), chosen(2, &id(1), "A-1")), Unseen::Number),
    ] {
        let answer = store.begin(&begin).await.expect("it answers");
        assert_eq!(answer, Begun::Unseen(unseen), "{begin:?}");
        assert_eq!(
            store.by_request(&begin.site, &begin.request_id).await.expect("it answers"),
            None
        );
    }
    let open = Some(vec![known.id.clone()]);
    let patients = async |begin: NewConsultation| begun(store, &begin).await.patient;
    let same = patients(seen(Seen { open: open.clone(), ..of_number }, ada(3, "A-1"))).await;
    assert_eq!(same.id.0, id(1));
    let alike = Seen { alike: vec![PatientId(id(1))], ..nothing.clone() };
    assert_eq!(patients(seen(alike, ada(4, "A-4"))).await.id.0, id(4), "a new patient");
    let begin = NewConsultation { seen: None, ..chosen(5, &id(1), "A-5") };
    let this_one = patients(begin).await;
    assert_eq!((this_one.id.0, this_one.identifiers.len()), (id(1), 2), "with the new number");
    let missing = chosen(6, "nobody", "A-6");
    assert!(store.begin(&missing).await.is_err(), "a patient who is not there");
}
