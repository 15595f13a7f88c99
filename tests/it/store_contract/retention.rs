use super::audit::{of_site, record};
use super::samples::{
    NOON, begin, begin_with, begun, draft, enrol, entry, file_number, issued, link, of_entries,
    patient, query, said, site_of, staff_of, walk,
};
use empego_desk::model::audit::Action;
use empego_desk::model::ids::{ConsultationId, SiteId};
use empego_desk::model::lifecycle::Event;
use empego_desk::model::status::StatusId;
use empego_desk::model::timeline::{Entry, Source};
use empego_desk::store::{
    Addition, ClockCheck, HeldConsultation, Hold, Leap, NewConsultation, Purge, PurgePlan, Purged,
    Record, Store, StoreError, Verdict,
};
use std::sync::Arc;

/// Later than everything of the samples.
const LATER: i64 = NOON + 100_000;

fn desk(id: &str, event: Event) -> Entry {
    entry(Source::Desk, id, NOON + 1_000, event)
}

pub fn purge_of(site: &SiteId, before: i64, limit: u32) -> Purge {
    Purge {
        site: site.clone(),
        before,
        limit,
        log: Record { action: Action::Purged, consultation: None, ..record(1) },
    }
}

fn held() -> Hold {
    Hold { since: NOON, by: "Zoé".to_owned(), reason: "A complaint".to_owned() }
}

async fn due(store: &dyn Store, before: i64) -> Purged {
    store.due(&site_of(1).id, before).await.expect("it answers")
}

async fn purge(store: &dyn Store, limit: u32) -> Purged {
    store.purge(&purge_of(&site_of(1).id, LATER, limit)).await.expect("it is done")
}

async fn is_there(store: &dyn Store, id: &ConsultationId) -> bool {
    store.consultation(&site_of(1).id, id).await.expect("it answers").is_some()
}

/// Begins a consultation and adds what happened to it.
async fn with(store: &dyn Store, begin: &NewConsultation, entries: Vec<Entry>) {
    begun(store, begin).await;
    store.add(&begin.site, &begin.id, &of_entries(entries)).await.expect("it is added");
}

/// One that is answered, so that it can be due.
async fn answered(store: &dyn Store, begin: &NewConsultation) {
    with(store, begin, vec![said("done", NOON + 1_000, "DONE")]).await;
}

pub async fn what_is_old_goes_whole(store: Arc<dyn Store>) {
    let created = || entry(Source::Empego, "created", NOON + 900, Event::Created);
    let old = [
        vec![said("done", NOON + 1_000, "DONE")],
        vec![desk("reported", Event::Reported { status: StatusId::ToBeAnalyzed })],
        vec![desk("cancelled", super::samples::cancelled())],
        vec![
            created(),
            issued(1, NOON + 900, None),
            desk("revoked", Event::LinkRevoked { generation: 1, change: 1 }),
        ],
        vec![desk("failed", Event::CreateFailed { reason: "busy".to_owned() })],
        vec![created(), issued(1, NOON + 900, Some(NOON + 2_000))],
        // Empego never answered, and the desk was killed meanwhile.
        Vec::new(),
        vec![desk("unknown", Event::CreateUnknown)],
        // Links that nobody follows and that have no end.
        vec![created(), issued(1, NOON + 900, None)],
        vec![created(), issued(1, NOON + 900, None), desk("opened", Event::Opened)],
        vec![
            created(),
            desk("revoked", Event::LinkRevoked { generation: 1, change: 1 }),
            issued(2, NOON + 901, None),
        ],
        vec![created(), issued(1, NOON + 900, None), desk("started", Event::Started)],
    ];
    let late = |id: &str, event: Event| entry(Source::Desk, id, LATER, event);
    let young = [
        vec![created(), issued(1, NOON + 900, Some(LATER)), desk("started", Event::Started)],
        vec![created(), issued(1, NOON + 900, Some(LATER + 1))],
        vec![late("unknown", Event::CreateUnknown)],
        vec![created(), issued(1, NOON + 900, None), late("opened", Event::Opened)],
        vec![created(), issued(1, NOON + 900, Some(NOON + 2_000)), late("opened", Event::Opened)],
        vec![late("failed", Event::CreateFailed { reason: "busy".to_owned() })],
    ];
    let count = u32::try_from(old.len()).expect("a few");
    for (number, entries) in (0..).zip(old.into_iter().chain(young)) {
        with(&*store, &begin(number), entries).await;
    }
    let hash = u8::try_from(count).expect("a few");
    store
        .add(
            &site_of(1).id,
            &begin(0).id,
            &Addition { link: Some(link(1, hash)), ..Addition::default() },
        )
        .await
        .expect("a link");
    assert_eq!(due(&*store, NOON).await, Purged::default(), "nothing is that old");
    assert_eq!(due(&*store, LATER).await, Purged { consultations: 12, patients: 12 });
    assert_eq!(
        walk(&*store, query(None, Some("ada"), 50)).await.len(),
        18,
        "counting changes nothing"
    );

    for expected in [8, 4, 0] {
        assert_eq!(purge(&*store, 8).await, Purged { consultations: expected, patients: expected });
    }
    let left: Vec<u32> = (12..18).rev().collect();
    assert_eq!(
        walk(&*store, query(None, None, 50)).await,
        left,
        "what was heard of since, or has a link that ends later, stays"
    );
    assert_eq!(
        walk(&*store, query(None, Some("ada"), 50)).await,
        left,
        "and the search finds nothing else"
    );
    assert_eq!(walk(&*store, query(None, Some("f-000000"), 50)).await, [0_u32; 0]);
    for number in 0..18 {
        let begin = begin(number);
        let stays = number >= count;
        assert_eq!(is_there(&*store, &begin.id).await, stays, "{number}");
        assert_eq!(
            store.timeline(&begin.site, &begin.id).await.expect("it answers").is_empty(),
            !stays,
            "{number}"
        );
        assert_eq!(
            store.patient(&begin.site, &draft(&begin).id).await.expect("it answers").is_some(),
            stays,
            "{number}"
        );
        assert_eq!(
            store
                .find_patient(&begin.site, &draft(&begin).identifiers[0])
                .await
                .expect("it answers")
                .is_some(),
            stays,
            "{number}"
        );
    }
    assert_eq!(store.by_link(&[hash; 32]).await.expect("it answers"), None);

    let rows = store.log(&of_site(site_of(1).id)).await.expect("it answers");
    let said: Vec<(&str, usize)> =
        rows.iter().map(|row| (row.record.detail.as_str(), row.record.patients.len())).collect();
    assert_eq!(
        said,
        [("consultations=4 patients=4", 4), ("consultations=8 patients=8", 8)],
        "a row a transaction, none for nothing"
    );
    assert!(matches!(store.verify().await.expect("it answers"), Verdict::Intact { rows: 2, .. }));
}

pub async fn what_is_held_stays(store: Arc<dyn Store>) {
    let site = site_of(1).id;
    for number in [1, 2] {
        answered(&*store, &begin(number)).await;
    }
    store.set_hold(&site, &begin(1).id, Some(&held()), &[record(1)]).await.expect("it is held");
    assert_eq!(due(&*store, LATER).await, Purged { consultations: 1, patients: 1 });
    assert_eq!(purge(&*store, 500).await, Purged { consultations: 1, patients: 1 });
    assert!(is_there(&*store, &begin(1).id).await && !is_there(&*store, &begin(2).id).await);
    store.set_hold(&site, &begin(1).id, None, &[record(2)]).await.expect("it is lifted");
    assert_eq!(purge(&*store, 500).await, Purged { consultations: 1, patients: 1 });
}

pub async fn a_younger_word_keeps_it(store: Arc<dyn Store>) {
    answered(&*store, &begin(1)).await;
    store
        .add(&site_of(1).id, &begin(1).id, &of_entries([said("late", LATER, "ARCHIVED")]))
        .await
        .expect("it is added");
    assert_eq!(purge(&*store, 500).await, Purged::default());
    assert_eq!(due(&*store, LATER + 1).await, Purged { consultations: 1, patients: 1 });
}

pub async fn a_patient_with_another_consultation_stays(store: Arc<dyn Store>) {
    let known = patient(1, "Ada", "Lovelace", &[file_number("one")]);
    answered(&*store, &begin_with(1, known.clone())).await;
    let late = entry(Source::Desk, "unknown", LATER, Event::CreateUnknown);
    with(&*store, &begin_with(2, known.clone()), vec![late]).await;
    assert_eq!(due(&*store, LATER).await, Purged { consultations: 1, patients: 0 });
    assert_eq!(purge(&*store, 500).await, Purged { consultations: 1, patients: 0 });
    assert!(store.patient(&site_of(1).id, &known.id).await.expect("it answers").is_some());
    assert_eq!(walk(&*store, query(None, Some("ada one"), 5)).await, [2]);
}

pub async fn another_sites_records_are_left_alone(store: Arc<dyn Store>) {
    let there = site_of(2).id;
    store.add_site(&site_of(2)).await.expect("a site");
    answered(&*store, &begin(1)).await;
    assert_eq!(store.due(&there, LATER).await.expect("it answers"), Purged::default());
    assert_eq!(
        store.purge(&purge_of(&there, LATER, 500)).await.expect("it is done"),
        Purged::default()
    );
    assert!(is_there(&*store, &begin(1).id).await);
}

pub async fn holds_come_and_go(store: Arc<dyn Store>) {
    enrol(&*store, &staff_of(1)).await;
    let (site, id) = (site_of(1).id, begin(1).id);
    begun(&*store, &begin(1)).await;
    assert_eq!(store.hold(&site, &id).await.expect("it answers"), None);
    store.set_hold(&site, &id, None, &[]).await.expect("nothing happens");
    for reason in ["A complaint", "A court order"] {
        let hold = Hold { reason: reason.to_owned(), ..held() };
        store.set_hold(&site, &id, Some(&hold), &[record(1)]).await.expect("it is held");
        assert_eq!(store.hold(&site, &id).await.expect("it answers"), Some(hold.clone()));
        let expected = HeldConsultation {
            consultation: id.clone(),
            patient: draft(&begin(1)).id.clone(),
            hold,
        };
        assert_eq!(store.holds(&site).await.expect("it answers"), [expected]);
    }
    let elsewhere = site_of(2).id;
    assert_eq!(store.hold(&elsewhere, &id).await.expect("it answers"), None);
    assert_eq!(store.holds(&elsewhere).await.expect("it answers"), []);
    for (site, id) in [(&elsewhere, &id), (&site, &ConsultationId::from("none"))] {
        assert!(matches!(
            store.set_hold(site, id, None, &[record(9)]).await,
            Err(StoreError::NotFound)
        ));
    }
    store.set_hold(&site, &id, None, &[record(2)]).await.expect("it is lifted");
    assert_eq!(store.holds(&site).await.expect("it answers"), []);
    assert_eq!(
        store.log(&of_site(site)).await.expect("it answers").len(),
        3,
        "what was refused is not written down"
    );
}

/// Where the clock leaps, the rows before the leap count: those after it have its stamps.
pub async fn a_clock_is_certain_up_to_its_first_leap(store: Arc<dyn Store>) {
    const LEAP: Leap = Leap { forward: 1_000, back: 100 };
    let check = async || store.clock_check(LEAP).await.expect("it answers");
    let certain = async || check().await.certain.map(|at| at - NOON);
    let write = async |at: i64| {
        let row = Record { at: NOON + at, ..record(1) };
        store.record(&[row]).await.expect("it is written");
    };
    assert_eq!(check().await, ClockCheck::default());
    for (at, expected) in [(0, 0), (999, 999), (899, 899), (1_899, 899), (1_900, 899), (900, 899)] {
        write(at).await;
        assert_eq!(certain().await, Some(expected), "{at}");
    }
    store.trust_clock(NOON + 950, &[record(1)]).await.expect("it is noted");
    assert_eq!(certain().await, Some(950), "without a row since");
    write(1_950).await;
    assert_eq!(certain().await, Some(950), "a leap from the moment itself");
    store.trust_clock(NOON + 950, &[]).await.expect("it is noted");
    write(849).await;
    assert_eq!(certain().await, Some(950), "back by too much");
    store.trust_clock(NOON + 950, &[]).await.expect("it is noted");
    write(850).await;
    assert_eq!(certain().await, Some(850));
    // What Empego said stays until the clock is trusted again.
    let rows = store.head().await.expect("it answers").0;
    let plan = PurgePlan { announced_at: NOON, before: NOON, records: 1, patients: 1 };
    assert!(!store.has_plans().await.expect("it answers"));
    store.set_plan(None, Some(&plan), &[]).await.expect("it is set");
    assert!(store.has_plans().await.expect("it answers"));
    store.doubt_clock(Some(-7), &[record(1)]).await.expect("it is noted");
    assert!(!store.has_plans().await.expect("it answers"), "a doubt withdraws them");
    store.doubt_clock(None, &[]).await.expect("it is noted");
    assert_eq!(check().await.contradicted, Some(-7));
    store.trust_clock(NOON, &[]).await.expect("it is noted");
    assert_eq!(check().await, ClockCheck { certain: Some(NOON), contradicted: None });
    assert_eq!(store.head().await.expect("it answers").0, rows + 1);
}

pub async fn plans_come_and_go(store: Arc<dyn Store>) {
    let site = site_of(1).id;
    begun(&*store, &begin(1)).await;
    assert_eq!(store.kept(&site).await.expect("it answers"), 1);
    assert_eq!(store.kept(&site_of(2).id).await.expect("it answers"), 0);
    let plan = PurgePlan { announced_at: NOON, before: NOON - 1, records: 2, patients: 1 };
    let later = PurgePlan { announced_at: NOON + 1, ..plan };
    for subject in [Some(&site), None] {
        assert_eq!(store.plan(subject).await.expect("it answers"), None);
        for plan in [plan, later] {
            store.set_plan(subject, Some(&plan), &[record(1)]).await.expect("it is set");
            assert_eq!(store.plan(subject).await.expect("it answers"), Some(plan));
        }
    }
    store.set_plan(Some(&site), None, &[]).await.expect("it is withdrawn");
    assert_eq!(store.plan(Some(&site)).await.expect("it answers"), None);
    assert_eq!(store.plan(None).await.expect("it answers"), Some(later));
    assert_eq!(store.log(&of_site(site)).await.expect("it answers").len(), 4, "a row each");
}
