use super::audit::record;
use super::samples::{NOON, enrol, session_of, site_of, staff_of};
use empego_desk::model::ids::StaffId;
use empego_desk::model::role::Roles;
use empego_desk::store::{AttemptReset, Session, SignedIn, Staff, Store, StoreError, Verdict};
use std::sync::Arc;

pub async fn a_new_store_is_ready(store: Arc<dyn Store>) {
    store.ready(1).await.expect("it is ready");
}

pub async fn accounts_are_found_in_any_case(store: Arc<dyn Store>) {
    let typed = Staff { email: "Zoé.Nurse@Example.ORG".to_owned(), ..staff_of(1) };
    enrol(&*store, &typed).await;
    for email in ["zoé.nurse@example.org", "ZOÉ.NURSE@EXAMPLE.ORG", "Zoé.Nurse@Example.ORG"] {
        let found = store.staff_by_email(email).await.expect("it answers").expect("it is there");
        assert_eq!(
            found,
            Staff { email: "zoé.nurse@example.org".to_owned(), ..typed.clone() },
            "kept in lower case"
        );
    }
    assert_eq!(store.staff_by_email("zoe.nurse@example.org").await.expect("it answers"), None);
}

pub async fn an_email_is_taken_once(store: Arc<dyn Store>) {
    enrol(&*store, &staff_of(1)).await;
    let again = Staff { email: "NURSE1@example.org".to_owned(), ..staff_of(2) };
    assert!(matches!(store.add_staff(&again, &[], None, &[]).await, Err(StoreError::Taken(_))));
    assert_eq!(store.all_staff().await.expect("it answers"), [staff_of(1)]);
}

pub async fn accounts_are_listed_by_email(store: Arc<dyn Store>) {
    for number in [2, 3, 1] {
        enrol(&*store, &staff_of(number)).await;
    }
    store.disable_staff(&staff_of(2).id, None, NOON + 1, &[]).await.expect("it is switched off");
    let off = Staff { disabled_at: Some(NOON + 1), ..staff_of(2) };
    assert_eq!(store.all_staff().await.expect("it answers"), [staff_of(1), off, staff_of(3)]);
}

pub async fn a_new_password_ends_the_sessions(store: Arc<dyn Store>) {
    let (one, two) = (staff_of(1), staff_of(2));
    for (staff, token) in [(&one, 1), (&two, 2)] {
        enrol(&*store, staff).await;
        store
            .add_session(&session_of(staff, token), None, &AttemptReset::default(), &[])
            .await
            .expect("it is added");
    }
    store.set_password(&one.id, "$argon2id$new", &[]).await.expect("it is set");
    assert_eq!(session(&*store, 1).await, None);
    assert!(session(&*store, 2).await.is_some(), "another account's session stays");
    let found = store.staff_by_email(&one.email).await.expect("it answers").expect("it is there");
    assert_eq!(found.password_hash, "$argon2id$new");
}

pub async fn a_disabled_account_has_no_sessions(store: Arc<dyn Store>) {
    let staff = staff_of(1);
    enrol(&*store, &staff).await;
    enrol(&*store, &staff_of(2)).await;
    store
        .add_session(&session_of(&staff, 1), None, &AttemptReset::default(), &[])
        .await
        .expect("it is added");
    store.disable_staff(&staff.id, None, NOON + 5, &[]).await.expect("it is switched off");
    assert_eq!(session(&*store, 1).await, None);
    let overlapped =
        store.add_session(&session_of(&staff, 2), None, &AttemptReset::default(), &[]).await;
    assert!(matches!(overlapped, Err(StoreError::Outdated)), "it would last once enabled again");
    store.disable_staff(&staff.id, None, NOON + 9, &[]).await.expect("once more");
    let found = store.staff_by_email(&staff.email).await.expect("it answers").expect("it stays");
    assert_eq!(found.disabled_at, Some(NOON + 5), "the first time stays");
}

pub async fn what_is_not_there_is_not_found(store: Arc<dyn Store>) {
    let nobody = StaffId::from("nobody");
    assert!(matches!(store.set_password(&nobody, "x", &[]).await, Err(StoreError::NotFound)));
    assert!(matches!(
        store.disable_staff(&nobody, None, NOON, &[]).await,
        Err(StoreError::NotFound)
    ));
    assert!(matches!(
        store.add_session(&session_of(&staff_of(7), 1), None, &AttemptReset::default(), &[]).await,
        Err(StoreError::NotFound)
    ));
    assert_eq!(store.staff_by_email("nobody@example.org").await.expect("it answers"), None);
    assert_eq!(session(&*store, 1).await, None);
    store.end_session(&[1; 32], &[]).await.expect("nothing happens");
    store.touch_session(&[1; 32], NOON).await.expect("nothing happens");
}

pub async fn sessions_come_and_go(store: Arc<dyn Store>) {
    let staff = staff_of(1);
    enrol(&*store, &staff).await;
    for token in [1, 2] {
        store
            .add_session(&session_of(&staff, token), None, &AttemptReset::default(), &[])
            .await
            .expect("it is added");
    }
    let expected = SignedIn {
        session: session_of(&staff, 1),
        staff: staff.clone(),
        site: site_of(1),
        roles: Roles::all(),
        others: Vec::new(),
    };
    assert_eq!(session(&*store, 1).await, Some(expected));
    store.end_session(&[1; 32], &[]).await.expect("it ends");
    store.end_session(&[1; 32], &[]).await.expect("it has ended");
    assert_eq!(session(&*store, 1).await, None);
    assert!(session(&*store, 2).await.is_some());
}

pub async fn a_use_never_goes_back(store: Arc<dyn Store>) {
    let staff = staff_of(1);
    enrol(&*store, &staff).await;
    enrol(&*store, &staff_of(2)).await;
    store
        .add_session(&session_of(&staff, 1), None, &AttemptReset::default(), &[])
        .await
        .expect("it is added");
    for (at, seen_at) in [(NOON + 10, NOON + 10), (NOON + 4, NOON + 10)] {
        store.touch_session(&[1; 32], at).await.expect("it is noted");
        assert_eq!(session(&*store, 1).await.map(|found| found.session.seen_at), Some(seen_at));
    }
}

pub async fn old_sessions_end(store: Arc<dyn Store>) {
    let staff = staff_of(1);
    enrol(&*store, &staff).await;
    for (token, created_at, seen_at) in [(1, 10, 90), (2, 50, 60), (3, 50, 90), (4, 20, 80)] {
        store
            .add_session(
                &Session { created_at, seen_at, ..session_of(&staff, token) },
                None,
                &AttemptReset::default(),
                &[],
            )
            .await
            .expect("it is added");
    }
    assert_eq!(
        store.end_old_sessions(20, 80).await.expect("it answers"),
        2,
        "the limits themselves are not before"
    );
    assert_eq!(store.end_old_sessions(20, 80).await.expect("it answers"), 0);
    for (token, stays) in [(1, false), (2, false), (3, true), (4, true)] {
        assert_eq!(session(&*store, token).await.is_some(), stays, "{token}");
    }
}

async fn session(store: &dyn Store, token: u8) -> Option<SignedIn> {
    store.session(&[token; 32]).await.expect("it answers")
}

pub async fn a_session_takes_the_place_of_another(store: Arc<dyn Store>) {
    let staff = staff_of(1);
    enrol(&*store, &staff).await;
    let reset = AttemptReset::default();
    store.add_session(&session_of(&staff, 1), None, &reset, &[]).await.expect("it is added");
    store
        .replace_session(&[1; 32], &session_of(&staff, 2), None, &reset, &[record(1), record(2)])
        .await
        .expect("it is replaced");
    assert_eq!(session(&*store, 1).await, None);
    assert!(session(&*store, 2).await.is_some());
    let refused = store
        .replace_session(&[2; 32], &session_of(&staff_of(7), 3), None, &reset, &[record(3)])
        .await;
    assert!(matches!(refused, Err(StoreError::NotFound)), "there is no such account");
    assert!(session(&*store, 2).await.is_some(), "and the old one stays");
    store
        .replace_session(&[9; 32], &session_of(&staff, 4), None, &reset, &[])
        .await
        .expect("there was none to end");
    assert!(session(&*store, 4).await.is_some());
}

pub async fn a_sign_in_with_an_old_password_starts_nothing(store: Arc<dyn Store>) {
    let staff = staff_of(1);
    enrol(&*store, &staff).await;
    let (reset, log) = (AttemptReset::default(), [record(1)]);
    let checked = Some(staff.password_hash.as_str());
    store.add_session(&session_of(&staff, 1), checked, &reset, &[]).await.expect("it is added");
    store.set_password(&staff.id, "$argon2id$new", &[]).await.expect("it is set");
    let late = store.add_session(&session_of(&staff, 2), checked, &reset, &log).await;
    assert!(matches!(late, Err(StoreError::Outdated)), "{late:?}");
    let change = store.change_password(&staff.id, &staff.password_hash, "$x", &[1; 32], &log).await;
    assert!(matches!(change, Err(StoreError::Outdated)), "it would undo the reset: {change:?}");
    assert!(store.sessions_of(&staff.id).await.expect("it answers").is_empty());
    let kept = store.staff_by_email(&staff.email).await.expect("it answers").expect("it is there");
    assert_eq!(kept.password_hash, "$argon2id$new");
    assert!(matches!(store.verify().await, Ok(Verdict::Intact { rows: 0, .. })));
}

pub async fn an_end_of_nothing_leaves_no_row(store: Arc<dyn Store>) {
    let staff = staff_of(1);
    enrol(&*store, &staff).await;
    let rows = async || match store.verify().await.expect("it answers") {
        Verdict::Intact { rows, .. } => rows,
        broken @ Verdict::Broken { .. } => panic!("{broken:?}"),
    };
    let before = rows().await;
    store.end_session(&[1; 32], &[record(1)]).await.expect("nothing happens");
    assert!(!store.remove_factor(&staff.id, None, &[record(2)]).await.expect("it answers"));
    assert_eq!(rows().await, before);
}
