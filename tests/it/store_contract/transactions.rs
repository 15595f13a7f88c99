//! A change and its audit rows are one transaction.

use super::audit::{of_site, record};
use super::samples::{NOON, begin, begun, enrol, session_of, site_of, staff_of};
use empego_desk::model::ids::StaffId;
use empego_desk::model::lifecycle::Event;
use empego_desk::model::role::Roles;
use empego_desk::model::timeline::{Entry, Source};
use empego_desk::store::{
    Addition, AttemptCounter, AttemptReset, LockoutPolicy, PasswordLink, Store, StoreError, Verdict,
};
use std::sync::Arc;

/// A link that the first account made.
fn link() -> PasswordLink {
    PasswordLink { token_hash: Vec::new(), made_by: staff_of(1).id, expires_at: NOON + 10 }
}

async fn rows(store: &dyn Store) -> i64 {
    match store.verify().await.expect("it answers") {
        Verdict::Intact { rows, .. } => rows,
        Verdict::Broken { number } => panic!("broken at {number}"),
    }
}

pub async fn a_failed_change_leaves_no_row(store: Arc<dyn Store>) {
    enrol(&*store, &staff_of(1)).await;
    store.add_site(&site_of(2)).await.expect("it is added");
    let (log, none, unknown) = ([record(1)], AttemptReset::default(), StaffId::from("unknown"));
    let (site, member) = (site_of(1).id, [(site_of(9).id, Roles::all())]);
    let elsewhere = session_of(&staff_of(1), 1);
    store.add_session(&elsewhere, None, &none, &[]).await.expect("it is added");
    let failures = [
        store.add_staff(&staff_of(1), &[], None, &log).await,
        store.add_staff(&staff_of(2), &member, Some(&link()), &log).await,
        store.set_password(&unknown, "x", &log).await,
        store.change_password(&unknown, "", "x", &[1; 32], &log).await,
        store.disable_staff(&unknown, None, NOON, &log).await,
        store.enable_staff(&unknown, None, &log).await,
        store.add_password_link(&unknown, &link(), NOON, true, &log).await,
        store.set_factor(&unknown, "sealed", 1, NOON, &[], &log).await,
        store.add_session(&session_of(&staff_of(7), 2), None, &none, &log).await,
        store.switch_site(&[1; 32], &site_of(2).id, &log).await,
        store.set_roles(&unknown, &site, &Roles::all(), &log).await,
        store.add_site_with_founder(&site_of(3), &unknown, &Roles::all(), &log).await,
    ];
    for (number, failure) in failures.iter().enumerate() {
        assert!(
            matches!(failure, Err(StoreError::NotFound | StoreError::Taken(_))),
            "{number}: {failure:?}"
        );
    }
    let used = store.use_password_link(&[9; 32], NOON, "x", &none, &log).await;
    assert_eq!(used.expect("it answers"), None);
    assert_eq!(rows(&*store).await, 0);
    assert_eq!(store.all_staff().await.expect("it answers"), [staff_of(1)], "no half account");
    assert_eq!(store.site(&site_of(3).id).await.expect("it answers"), None);
}

pub async fn a_change_and_its_row_appear_together(store: Arc<dyn Store>) {
    let staff = staff_of(1);
    let id = &staff.id;
    let none = AttemptReset::default();
    let at_site = [(site_of(1).id, Roles::all())];
    store.add_staff(&staff, &at_site, Some(&link()), &[record(1)]).await.expect("it is added");
    let member = store.sites_of(id).await.expect("it answers");
    assert_eq!((member.len(), rows(&*store).await), (1, 1), "account, roles and row");
    assert!(store.password_link(&[], NOON).await.expect("it answers").is_some(), "and the link");
    let used = store.use_password_link(&[], NOON, "$new", &none, &[record(2)]).await;
    assert!(used.expect("it answers").is_some());
    let session = session_of(&staff, 1);
    store.add_session(&session, None, &none, &[record(3)]).await.expect("it is added");
    store.set_factor(id, "sealed", 1, NOON, &[], &[record(4)]).await.expect("it is set");
    store.remove_factor(id, None, &[record(5)]).await.expect("it is removed");
    store.end_session(&session.token_hash, &[record(6)]).await.expect("it ends");
    store.set_roles(id, &site_of(1).id, &Roles::all(), &[record(7)]).await.expect("set");
    enrol(&*store, &staff_of(2)).await;
    store.disable_staff(id, None, NOON, &[record(8)]).await.expect("it is disabled");
    store.enable_staff(id, None, &[record(9)]).await.expect("it is enabled");
    store.set_password(id, "$newer", &[record(10)]).await.expect("it is set");
    let log = store.log(&of_site(site_of(1).id)).await.expect("it answers");
    let written: Vec<_> = log.into_iter().rev().map(|row| row.record).collect();
    assert_eq!(written, (1..=10).map(record).collect::<Vec<_>>(), "in this order");
}

pub async fn a_sign_in_resets_its_counters(store: Arc<dyn Store>) {
    enrol(&*store, &staff_of(1)).await;
    let policy = LockoutPolicy { free: 0, waits_ms: &[60_000], forget_ms: 3_600_000 };
    let counter = |key: u8| AttemptCounter { key: vec![key; 32], policy };
    let locked = async |key: u8| store.locked_until(&[key; 32], NOON).await.expect("it answers");
    store.count_attempt(&[counter(1), counter(2)], NOON).await.expect("it counts");
    let reset = AttemptReset { clear: vec![vec![1; 32]], take_back: vec![vec![2; 32]] };
    let refused = store.add_session(&session_of(&staff_of(7), 1), None, &reset, &[]).await;
    assert!(matches!(refused, Err(StoreError::NotFound)));
    assert!(locked(1).await.is_some() && locked(2).await.is_some(), "not without the session");
    let session = session_of(&staff_of(1), 1);
    store.add_session(&session, None, &reset, &[]).await.expect("it is added");
    assert_eq!((locked(1).await, locked(2).await), (None, None));
}

pub async fn a_row_for_news_is_not_written_without_news(store: Arc<dyn Store>) {
    let id = begun(&*store, &begin(1)).await.id;
    let entry = Entry {
        source: Source::Browser,
        source_event_id: "opened".to_owned(),
        at: NOON + 9,
        event: Event::Opened,
        actor: None,
    };
    for fresh in [1, 0] {
        let addition = Addition {
            entries: vec![entry.clone()],
            log_if_new: vec![record(1)],
            ..Addition::default()
        };
        let added = store.add(&site_of(1).id, &id, &addition).await.expect("it is added");
        assert_eq!((added.fresh, rows(&*store).await), (fresh, 1));
    }
}
