use super::samples::{NOON, begin, begun, entry, issued, link, of_entries, said, site_of};
use empego_desk::model::ids::{ConsultationId, EmpegoKey};
use empego_desk::model::lifecycle::{Event, State};
use empego_desk::model::status::{EmpegoStatus, StatusId};
use empego_desk::model::timeline::{Entry, Source};
use empego_desk::store::{Addition, MESSAGE, NewLink, Store, StoreError};
use std::sync::Arc;

fn created() -> Entry {
    entry(Source::Empego, "created", NOON + 10, Event::Created)
}

async fn history(store: &dyn Store, id: &ConsultationId) -> Vec<Entry> {
    store.timeline(&site_of(1).id, id).await.expect("it answers")
}

pub async fn entries_become_state_and_history(store: Arc<dyn Store>) {
    let begin = begin(1);
    begun(&*store, &begin).await;
    let entries = [created(), issued(1, NOON + 11, Some(NOON + 99)), said("s", NOON + 20, "DONE")];
    let key = EmpegoKey::from("empego-1");
    let addition = Addition {
        entries: entries.to_vec(),
        empego_key: Some(key.clone()),
        link: Some(link(1, 1)),
        ..Addition::default()
    };
    let added = store.add(&site_of(1).id, &begin.id, &addition).await.expect("it is added");
    assert_eq!(added.fresh, 3);
    let mut state = State::default();
    let all: Vec<Entry> = std::iter::once(begin.entry).chain(entries).collect();
    all.iter().for_each(|entry| state.apply(entry.at, &entry.event));
    assert_eq!(added.consultation.state, state);
    assert_eq!(
        (added.consultation.empego_key.clone(), added.consultation.token_hash.clone()),
        (Some(key), Some(vec![1; 32]))
    );
    assert_eq!(history(&*store, &begin.id).await, all);
    assert_eq!(
        store.consultation(&site_of(1).id, &begin.id).await.expect("it answers"),
        Some(added.consultation.clone())
    );
    let again = store.add(&site_of(1).id, &begin.id, &addition).await.expect("it is answered");
    assert_eq!(
        (again.fresh, again.consultation),
        (0, added.consultation),
        "the whole again changes nothing"
    );
}

pub async fn a_repeated_event_is_one_row(store: Arc<dyn Store>) {
    let id = begun(&*store, &begin(1)).await.id;
    let opened = entry(Source::Browser, "o", NOON + 1, Event::Opened);
    let added = store
        .add(&site_of(1).id, &id, &of_entries([opened.clone(), opened.clone()]))
        .await
        .expect("it is added");
    assert_eq!(added.fresh, 1);
    let changed = Entry { event: super::samples::cancelled(), ..opened.clone() };
    let other_source = Entry { source: Source::Desk, ..opened.clone() };
    let added = store
        .add(&site_of(1).id, &id, &of_entries([changed, other_source.clone()]))
        .await
        .expect("it is added");
    assert_eq!(added.fresh, 1, "the id counts for its source, and the first words stay");
    assert!(!added.consultation.state.is_cancelled(), "what is no row has no effect");
    assert_eq!(history(&*store, &id).await[1..], [opened, other_source]);
}

pub async fn the_same_event_id_elsewhere_is_another_event(store: Arc<dyn Store>) {
    for number in [1, 2] {
        let id = begun(&*store, &begin(number)).await.id;
        let added = store
            .add(&site_of(1).id, &id, &of_entries([said("event-7", NOON + 20, "DONE")]))
            .await
            .expect("it is added");
        assert_eq!(added.fresh, 1);
        assert_eq!(
            added.consultation.state.status().map(|status| &status.id),
            Some(&StatusId::Done)
        );
    }
}

pub async fn fifty_at_once_are_one_row(store: Arc<dyn Store>) {
    let id = begun(&*store, &begin(1)).await.id;
    let tasks: Vec<_> = (0..50)
        .map(|number| {
            let (store, id) = (store.clone(), id.clone());
            let own =
                entry(Source::Browser, &format!("own-{number}"), NOON + number, Event::Opened);
            let addition = of_entries([said("same", NOON + 20, "DONE"), own]);
            tokio::spawn(async move {
                store.add(&site_of(1).id, &id, &addition).await.expect("it is added").fresh
            })
        })
        .collect();
    let mut fresh = 0;
    for task in tasks {
        fresh += task.await.expect("no panic");
    }
    assert_eq!(fresh, 51, "the same one once, and every own one");
    assert_eq!(history(&*store, &id).await.len(), 52);
}

pub async fn history_is_oldest_first(store: Arc<dyn Store>) {
    let begin = begin(1);
    let id = begun(&*store, &begin).await.id;
    for (name, at) in [("late", 90), ("early", 20), ("b", 50), ("a", 50)] {
        store
            .add(&site_of(1).id, &id, &of_entries([said(name, NOON + at, "DONE")]))
            .await
            .expect("it is added");
    }
    let history = history(&*store, &id).await;
    let names: Vec<&str> = history.iter().map(|entry| entry.source_event_id.as_str()).collect();
    assert_eq!(names, ["create", "early", "b", "a", "late"]);
    assert_eq!(
        store.timeline(&site_of(1).id, &ConsultationId::from("none")).await.expect("it answers"),
        []
    );
}

pub async fn every_event_reads_as_it_was_written(store: Arc<dyn Store>) {
    let id = begun(&*store, &begin(1)).await.id;
    let status = EmpegoStatus {
        id: StatusId::Other("Half_Done".to_owned()),
        en: "Half \"done\"".to_owned(),
        fr: "À moitié".to_owned(),
    };
    let events = [
        Event::CreateRequested,
        Event::CreateFailed { reason: "busy".to_owned() },
        Event::CreateUnknown,
        Event::Created,
        Event::LinkIssued { generation: 1, expires_at: None },
        Event::LinkIssued { generation: u32::MAX, expires_at: Some(i64::MIN) },
        Event::LinkRevoked { generation: 1, change: 1 },
        Event::ExpirySet { generation: 1, expires_at: None, change: 1 },
        Event::GateSet { on: true, change: u32::MAX },
        Event::WrongBirthDate { generation: 0, number: 1, tried: 1 },
        Event::BirthDateMatched { tried: 2 },
        Event::GateUnlocked { generation: 1 },
        Event::Opened,
        Event::Started,
        Event::Reported { status: StatusId::ToBeAnalyzed },
        Event::OtherMessage {
            operation: "somersault\n\u{0}🤸".to_owned(), status: String::new()
        },
        Event::Status { status },
        super::samples::cancelled(),
    ];
    let entries: Vec<Entry> = (1..)
        .zip(events)
        .map(|(at, event)| Entry {
            actor: (at % 2 == 0).then(|| "Zoé".to_owned()),
            ..entry(Source::Staff, &at.to_string(), NOON + at, event)
        })
        .collect();
    let added =
        store.add(&site_of(1).id, &id, &of_entries(entries.clone())).await.expect("it is added");
    assert_eq!(added.fresh, entries.len());
    assert_eq!(history(&*store, &id).await[1..], entries);
}

pub async fn a_key_is_kept_and_never_shared(store: Arc<dyn Store>) {
    let (one, two) = (begun(&*store, &begin(1)).await.id, begun(&*store, &begin(2)).await.id);
    let with_key =
        |key: &str| Addition { empego_key: Some(EmpegoKey::from(key)), ..Addition::default() };
    for _ in 0..2 {
        let added = store.add(&site_of(1).id, &one, &with_key("a")).await.expect("it is added");
        assert_eq!((added.fresh, added.consultation.empego_key), (0, Some(EmpegoKey::from("a"))));
    }
    let kept = store
        .add(&site_of(1).id, &one, &of_entries([created()]))
        .await
        .expect("it is added")
        .consultation;
    assert_eq!(kept.empego_key, Some(EmpegoKey::from("a")), "no key in an addition erases none");
    assert!(matches!(
        store.add(&site_of(1).id, &one, &with_key("b")).await,
        Err(StoreError::Taken(_))
    ));
    assert!(matches!(
        store.add(&site_of(1).id, &two, &with_key("a")).await,
        Err(StoreError::Taken(_))
    ));
    store.add(&site_of(1).id, &two, &with_key("b")).await.expect("it is free");
}

pub async fn links_lead_to_their_consultation(store: Arc<dyn Store>) {
    let (one, two) = (begun(&*store, &begin(1)).await.id, begun(&*store, &begin(2)).await.id);
    let with_link = |link: NewLink| Addition { link: Some(link), ..Addition::default() };
    for (id, new, newest) in [
        (&one, link(1, 11), 11),
        (&one, link(3, 13), 13),
        (&one, link(2, 12), 13),
        (&two, link(1, 21), 21),
        (&one, link(1, 11), 13),
    ] {
        let added = store.add(&site_of(1).id, id, &with_link(new)).await.expect("it is added");
        assert_eq!(added.consultation.token_hash, Some(vec![newest; 32]), "the highest generation");
    }
    for (hash, id, generation) in [(11, &one, 1), (12, &one, 2), (13, &one, 3), (21, &two, 1)] {
        let (consultation, found) =
            store.by_link(&[hash; 32]).await.expect("it answers").expect("it is there");
        assert_eq!((&consultation.id, found), (id, generation));
        assert_eq!(
            Some(consultation),
            store.consultation(&site_of(1).id, id).await.expect("it answers")
        );
    }
    assert_eq!(store.by_link(&[99; 32]).await.expect("it answers"), None);
    for (id, taken) in [(&one, link(1, 14)), (&two, link(2, 11)), (&one, link(4, 11))] {
        assert!(matches!(
            store.add(&site_of(1).id, id, &with_link(taken)).await,
            Err(StoreError::Taken(_))
        ));
    }
}

pub async fn a_refused_addition_leaves_nothing(store: Arc<dyn Store>) {
    let (one, two) = (begun(&*store, &begin(1)).await, begun(&*store, &begin(2)).await.id);
    store
        .add(&site_of(1).id, &two, &Addition { link: Some(link(1, 1)), ..Addition::default() })
        .await
        .expect("it is added");
    let addition = Addition {
        entries: vec![created()],
        empego_key: Some(EmpegoKey::from("a")),
        link: Some(link(1, 1)),
        ..Addition::default()
    };
    assert!(matches!(
        store.add(&site_of(1).id, &one.id, &addition).await,
        Err(StoreError::Taken(_))
    ));
    assert_eq!(history(&*store, &one.id).await.len(), 1);
    assert_eq!(store.consultation(&site_of(1).id, &one.id).await.expect("it answers"), Some(one));
}

pub async fn what_was_decided_by_another_state_is_refused(store: Arc<dyn Store>) {
    let site = site_of(1).id;
    let read = begun(&*store, &begin(1)).await;
    let decided = |entry: Entry, state: &State| Addition {
        decided_by: Some(state.clone()),
        link: Some(link(1, 1)),
        ..of_entries([entry])
    };
    let opened = entry(Source::Browser, "o", NOON + 11, Event::Opened);
    store.add(&site, &read.id, &of_entries([created()])).await.expect("it is added");
    let late = store.add(&site, &read.id, &decided(opened.clone(), &read.state)).await;
    assert!(matches!(late, Err(StoreError::Outdated)), "{late:?}");
    assert_eq!(history(&*store, &read.id).await.len(), 2, "nothing of it was added");
    assert_eq!(store.by_link(&[1; 32]).await.expect("it answers"), None);
    let now = store.consultation(&site, &read.id).await.expect("it answers").expect("it is there");
    let added = store.add(&site, &read.id, &decided(opened, &now.state)).await;
    assert_eq!(added.expect("it is added").fresh, 1);
}

pub async fn nothing_to_add_to(store: Arc<dyn Store>) {
    let none = ConsultationId::from("none");
    assert!(matches!(
        store.add(&site_of(1).id, &none, &Addition::default()).await,
        Err(StoreError::NotFound)
    ));
    assert!(matches!(
        store.add(&site_of(1).id, &none, &of_entries([created()])).await,
        Err(StoreError::NotFound)
    ));
    let id = begun(&*store, &begin(1)).await;
    let added = store.add(&site_of(1).id, &id.id, &Addition::default()).await.expect("it answers");
    assert_eq!((added.fresh, added.consultation), (0, id));
}

pub async fn messages_at_once_do_not_pass_their_limit(store: Arc<dyn Store>) {
    let id = begun(&*store, &begin(1)).await.id;
    let tasks: Vec<_> = (0..50)
        .map(|number| {
            let (store, id) = (store.clone(), id.clone());
            let event = Event::OtherMessage { operation: "sync".to_owned(), status: String::new() };
            let source = if number % 2 == 0 { Source::Browser } else { Source::Staff };
            let message = entry(source, &format!("{MESSAGE}sync:{number}"), NOON + 1, event);
            let own = entry(Source::Browser, &format!("own-{number}"), NOON, Event::Opened);
            let addition = Addition { most_messages: Some(20), ..of_entries([message, own]) };
            tokio::spawn(async move {
                store.add(&site_of(1).id, &id, &addition).await.expect("it is added").fresh
            })
        })
        .collect();
    let mut fresh = 0;
    for task in tasks {
        fresh += task.await.expect("no panic");
    }
    assert_eq!(fresh, 20 + 50, "the messages up to the limit, and everything else");
}

pub async fn the_first_access_key_stays(store: Arc<dyn Store>) {
    let id = begun(&*store, &begin(1)).await.id;
    for (given, kept) in
        [(None, None), (Some("a / b"), Some("a / b")), (Some("another"), Some("a / b"))]
    {
        let addition =
            Addition { access_key: given.map(str::to_owned), ..of_entries(vec![created()]) };
        let added = store.add(&site_of(1).id, &id, &addition).await.expect("it is added");
        assert_eq!(added.consultation.access_key.as_deref(), kept);
    }
}
