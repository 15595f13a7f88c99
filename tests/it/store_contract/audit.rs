use super::samples::{NOON, site_of, staff_of};
use empego_desk::model::audit::Action;
use empego_desk::model::client::Client;
use empego_desk::model::ids::{ConsultationId, PatientId, SiteId, StaffId};
use empego_desk::model::role::{Role, Roles};
use empego_desk::store::{
    LogEntry, LogQuery, LogStart, Prunable, Prune, Record, Seal, Store, Verdict,
};
use std::sync::Arc;

/// A row with everything in it; a higher number is later.
pub fn record(number: i64) -> Record {
    Record {
        at: NOON + number,
        site: Some(site_of(1).id),
        staff: Some(StaffId::from("staff-1")),
        name: "Zoé \"Nurse\", 1".to_owned(),
        roles: [Role::Clinician, Role::Administrator].into_iter().collect(),
        action: Action::Opened,
        consultation: Some(ConsultationId::from("consultation-1")),
        patients: vec![PatientId::from("patient-2"), PatientId::from("patient-1")],
        detail: format!("number={number}"),
        client: Client { address: "192.0.2.7".to_owned(), device: "Firefox🦊".to_owned() },
    }
}

/// A row with nothing but what it must have.
fn bare(number: i64) -> Record {
    Record {
        at: NOON + number,
        site: None,
        staff: None,
        name: String::new(),
        roles: Roles::default(),
        action: Action::SignInRefused,
        consultation: None,
        patients: Vec::new(),
        detail: String::new(),
        client: Client::default(),
    }
}

pub fn of_site(site: SiteId) -> LogQuery {
    LogQuery {
        site,
        staff: None,
        patients: None,
        action: None,
        from: None,
        until: None,
        before: None,
        limit: 100,
    }
}

fn all() -> LogQuery {
    of_site(site_of(1).id)
}

async fn log(store: &dyn Store, query: &LogQuery) -> Vec<LogEntry> {
    store.log(query).await.expect("it answers")
}

async fn numbers(store: &dyn Store, query: LogQuery) -> Vec<i64> {
    log(store, &query).await.into_iter().map(|row| row.number).collect()
}

async fn whole(store: &dyn Store) -> (i64, i64, [u8; 32]) {
    match store.verify().await.expect("it answers") {
        Verdict::Intact { rows, last, head, .. } => (rows, last, head),
        Verdict::Broken { number } => panic!("broken at {number}"),
    }
}

pub async fn rows_read_back_whole(store: Arc<dyn Store>) {
    let (one, two) = (record(1), Record { site: Some(site_of(1).id), ..bare(2) });
    store.record(&[one.clone(), two.clone()]).await.expect("it is written");
    assert_eq!(
        log(&*store, &all()).await,
        [LogEntry { number: 2, record: two }, LogEntry { number: 1, record: one }]
    );
    let client = |device: &str| Client { device: device.to_owned(), ..Client::default() };
    let odd = Record { site: Some(site_of(1).id), client: client("a\u{0}b"), ..bare(3) };
    store.record(std::slice::from_ref(&odd)).await.expect("it is written");
    let kept = Record { client: client("a\u{FFFD}b"), ..odd };
    let newest = LogQuery { limit: 1, ..all() };
    assert_eq!(
        log(&*store, &newest).await,
        [LogEntry { number: 3, record: kept }],
        "no engine keeps U+0000"
    );
    for (number, action) in (4..).zip(Action::ALL) {
        let record = Record { action: *action, ..record(number) };
        store.record(std::slice::from_ref(&record)).await.expect("it is written");
        assert_eq!(
            log(&*store, &LogQuery { limit: 1, ..all() }).await,
            [LogEntry { number, record }]
        );
    }
    let rows = 3 + i64::try_from(Action::ALL.len()).expect("a few");
    let (counted, last, head) = whole(&*store).await;
    assert_eq!((counted, last), (rows, rows));
    assert_eq!(store.hash_at(rows).await.expect("it answers"), Some(head));
    assert_eq!(store.hash_at(rows + 1).await.expect("it answers"), None);
}

pub async fn an_empty_log_is_whole(store: Arc<dyn Store>) {
    store.record(&[]).await.expect("nothing happens");
    assert_eq!(whole(&*store).await, (0, 0, [0; 32]));
    assert_eq!(pruned(&*store, i64::MAX, u64::MAX).await, 0);
    assert_eq!(store.head().await.expect("it answers"), (0, [0; 32]));
    assert_eq!(store.prunable(i64::MAX).await.expect("it answers"), Prunable::default());
}

pub async fn appends_at_once_keep_one_chain(store: Arc<dyn Store>) {
    let tasks: Vec<_> = (0..50)
        .map(|number| {
            let store = store.clone();
            tokio::spawn(async move {
                store.record(&[record(number), bare(number), record(number)]).await
            })
        })
        .collect();
    for task in tasks {
        task.await.expect("no panic").expect("it is written");
    }
    assert_eq!(whole(&*store).await.0, 150);
    // What is written together stays together.
    let rows = log(&*store, &LogQuery { limit: 200, ..all() }).await;
    assert_eq!(rows.len(), 100);
    assert!(
        rows.chunks(2)
            .all(|pair| pair[0].record == pair[1].record && pair[0].number == pair[1].number + 2)
    );
}

pub async fn a_log_is_one_sites(store: Arc<dyn Store>) {
    let other = Record { site: Some(site_of(2).id), ..record(2) };
    store.record(&[record(1), other, bare(3), record(4)]).await.expect("it is written");
    assert_eq!(numbers(&*store, all()).await, [4, 1]);
    assert_eq!(numbers(&*store, of_site(site_of(2).id)).await, [2]);
    let about =
        LogQuery { patients: Some(vec![PatientId::from("patient-1")]), ..of_site(site_of(2).id) };
    assert_eq!(numbers(&*store, about).await, [2], "also through a patient");
    assert_eq!(
        numbers(&*store, of_site(SiteId::from(""))).await,
        [0_i64; 0],
        "what is of no site is on no site's page"
    );
}

pub async fn rows_of_no_site_are_for_who_administers_every_site(store: Arc<dyn Store>) {
    let of_two = Record { site: Some(site_of(2).id), ..record(2) };
    let by_account =
        Record { staff: Some(StaffId::from("staff-1")), action: Action::Exported, ..bare(4) };
    store.record(&[record(1), of_two, bare(3), by_account, bare(5)]).await.expect("it is written");
    let staff = staff_of(1);
    store.add_staff(&staff, &[], None, &[]).await.expect("an account");
    let read = async |reader: &StaffId, query: LogQuery| {
        let rows = store.log_without_site(reader, &query).await.expect("it answers");
        assert_eq!(rows.is_some(), store.administers_every_site(reader).await.expect("it answers"));
        rows.map(|rows| rows.into_iter().map(|row| row.number).collect::<Vec<_>>())
    };
    let set = async |site: u32, roles: &[Role]| {
        let roles = roles.iter().copied().collect::<Roles>();
        crate::helpers::place(&*store, &staff.id, &site_of(site).id, &roles).await;
    };
    assert_eq!(read(&StaffId::from("nobody"), all()).await, None);
    assert_eq!(read(&staff.id, all()).await, None, "no role at all");
    set(1, &[Role::FrontDesk, Role::Clinician]).await;
    assert_eq!(read(&staff.id, all()).await, None, "other roles");
    set(1, &[Role::Clinician, Role::Administrator]).await;
    assert_eq!(read(&staff.id, all()).await, Some(vec![5, 4, 3]), "the only site there is");
    store.add_site(&site_of(2)).await.expect("another site");
    assert_eq!(read(&staff.id, all()).await, None, "one of two");
    set(2, &[Role::FrontDesk]).await;
    assert_eq!(read(&staff.id, of_site(site_of(2).id)).await, None, "not an administrator at both");
    set(2, &[Role::Administrator]).await;
    assert_eq!(read(&staff.id, of_site(site_of(2).id)).await, Some(vec![5, 4, 3]));
    // Every way in.
    assert_eq!(
        read(&staff.id, LogQuery { action: Some(Action::Exported), ..all() }).await,
        Some(vec![4])
    );
    assert_eq!(
        read(&staff.id, LogQuery { staff: Some(StaffId::from("staff-1")), ..all() }).await,
        Some(vec![4])
    );
    assert_eq!(
        read(&staff.id, LogQuery { patients: Some(vec![PatientId::from("patient-1")]), ..all() })
            .await,
        Some(vec![])
    );
    assert_eq!(
        read(&staff.id, LogQuery { before: Some(5), limit: 1, ..all() }).await,
        Some(vec![4])
    );
    assert_eq!(numbers(&*store, all()).await, [1], "and no site's log has them");
}

pub async fn every_filter_counts(store: Arc<dyn Store>) {
    for number in 0..24 {
        let record = Record {
            staff: (number % 2 == 0).then(|| StaffId::from("staff-2")),
            action: if number % 3 == 0 { Action::Listed } else { Action::Opened },
            patients: if number % 4 == 0 {
                vec![PatientId::from("patient-4"), PatientId::from("patient-4")]
            } else {
                Vec::new()
            },
            ..record(number)
        };
        store.record(&[record]).await.expect("it is written");
    }
    for bits in 0..32_u32 {
        let on = |bit: u32| bits & (1 << bit) != 0;
        let query = LogQuery {
            staff: on(0).then(|| StaffId::from("staff-2")),
            action: on(1).then_some(Action::Listed),
            patients: on(2).then(|| vec![PatientId::from("none"), PatientId::from("patient-4")]),
            from: on(3).then_some(NOON + 5),
            until: on(4).then_some(NOON + 19),
            ..all()
        };
        let expected: Vec<i64> = (0..24)
            .rev()
            .filter(|number| !on(0) || number % 2 == 0)
            .filter(|number| !on(1) || number % 3 == 0)
            .filter(|number| !on(2) || number % 4 == 0)
            .filter(|number| (!on(3) || *number >= 5) && (!on(4) || *number < 19))
            .map(|number| number + 1)
            .collect();
        assert_eq!(numbers(&*store, query.clone()).await, expected, "{query:?}");
        // The same, page by page.
        let mut walked: Vec<i64> = Vec::new();
        let mut page = LogQuery { limit: 3, ..query };
        loop {
            let rows = numbers(&*store, page.clone()).await;
            assert!(rows.len() <= 3);
            walked.extend(&rows);
            match rows.last() {
                Some(last) if rows.len() == 3 => page.before = Some(*last),
                _ => break,
            }
        }
        assert_eq!(walked, expected);
    }
    assert_eq!(
        numbers(&*store, LogQuery { patients: Some(Vec::new()), ..all() }).await,
        [0_i64; 0],
        "nobody is not everybody"
    );
}

/// Removes the rows from before a moment, and seals the removal with the number of its last row.
/// The row about it is later than every other one.
async fn pruned(store: &dyn Store, before: i64, most: u64) -> u64 {
    let seal = |number: i64, _: &[u8; 32]| format!("sealed-{number}");
    let log = Record { action: Action::Purged, site: None, ..record(1_000_000) };
    store.prune(&Prune { before, most, log, seal: &seal }).await.expect("it answers")
}

pub async fn pruning_is_a_row_that_proves_the_beginning(store: Arc<dyn Store>) {
    for number in 1..=10 {
        store.record(&[record(number)]).await.expect("it is written");
    }
    let (_, last, head) = whole(&*store).await;
    let at_four = store.hash_at(4).await.expect("it answers").expect("a row");
    assert_eq!(pruned(&*store, NOON + 1, u64::MAX).await, 0, "the moment itself is not before");
    assert_eq!(whole(&*store).await, (10, last, head), "and nothing is written");
    let prunable = store.prunable(NOON + 5).await.expect("it answers");
    assert_eq!(prunable, Prunable { due: 4, all: 10 });
    assert_eq!(pruned(&*store, NOON + 5, u64::MAX).await, 4);
    let Verdict::Intact { rows: 7, last: 11, start, .. } =
        store.verify().await.expect("it answers")
    else {
        panic!("the removal is a row, and the log is whole")
    };
    let seal = Seal::Removal("sealed-4".to_owned());
    assert_eq!(start, Some(LogStart { number: 4, hash: at_four, seal }));
    assert_eq!(store.hash_at(10).await.expect("it answers"), Some(head), "the rest is untouched");
    assert_eq!(numbers(&*store, all()).await, [10, 9, 8, 7, 6, 5]);
    let about = LogQuery { patients: Some(vec![PatientId::from("patient-1")]), ..all() };
    assert_eq!(numbers(&*store, about).await, [10, 9, 8, 7, 6, 5]);
    store.record(&[record(11)]).await.expect("it is written");
    assert_eq!(whole(&*store).await.0, 8);
}

pub async fn pruning_takes_no_more_than_it_may(store: Arc<dyn Store>) {
    for number in 1..=10 {
        store.record(&[record(number)]).await.expect("it is written");
    }
    assert_eq!(pruned(&*store, NOON + 9, 3).await, 3);
    assert_eq!(pruned(&*store, NOON + 9, 0).await, 0);
    assert_eq!(numbers(&*store, all()).await, [10, 9, 8, 7, 6, 5, 4]);
    assert_eq!(pruned(&*store, NOON + 9, 3).await, 3, "each removal has its row");
    assert_eq!(pruned(&*store, NOON + 9, 3).await, 2);
    assert_eq!(numbers(&*store, all()).await, [10, 9]);
    // The log says once, and then again, up to where it was removed.
    assert_eq!(whole(&*store).await.0, 5);
}

pub async fn pruning_never_loses_the_newest_row(store: Arc<dyn Store>) {
    for number in 1..=3 {
        store.record(&[record(number)]).await.expect("it is written");
    }
    assert_eq!(pruned(&*store, i64::MAX, u64::MAX).await, 2);
    assert_eq!(numbers(&*store, all()).await, [3]);
    assert_eq!(whole(&*store).await.0, 2);
}

/// A clock that was set back must not take young rows along.
pub async fn pruning_stops_at_the_first_young_row(store: Arc<dyn Store>) {
    for at in [1, 2, 50, 3, 60] {
        store.record(&[record(at)]).await.expect("it is written");
    }
    assert_eq!(pruned(&*store, NOON + 10, u64::MAX).await, 2);
    assert_eq!(numbers(&*store, all()).await, [5, 4, 3]);
    whole(&*store).await;
}
