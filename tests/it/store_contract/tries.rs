use super::audit::record;
use super::samples::{NOON, enrol, site_of, staff_of};
use empego_desk::model::site::Site;
use empego_desk::store::{
    Attempt, AttemptCounter, AttemptReset, LockoutPolicy, PasswordLink, Store, StoreError, Verdict,
};
use std::sync::Arc;

const MINUTE: i64 = 60_000;
const POLICY: LockoutPolicy =
    LockoutPolicy { free: 2, waits_ms: &[MINUTE, 5 * MINUTE], forget_ms: 60 * MINUTE };
const COARSE: LockoutPolicy =
    LockoutPolicy { free: 4, waits_ms: &[10 * MINUTE], forget_ms: 60 * MINUTE };

fn counter(key: u8) -> AttemptCounter {
    AttemptCounter { key: vec![key; 32], policy: POLICY }
}

fn clear(key: u8) -> AttemptReset {
    AttemptReset { clear: vec![vec![key; 32]], ..AttemptReset::default() }
}

fn take_back(key: u8) -> AttemptReset {
    AttemptReset { take_back: vec![vec![key; 32]], ..AttemptReset::default() }
}

/// A link that the second account made.
fn link(token: u8) -> PasswordLink {
    PasswordLink { token_hash: vec![token; 32], made_by: staff_of(2).id, expires_at: NOON + 10 }
}

pub async fn wrong_tries_wait_longer_and_longer(store: Arc<dyn Store>) {
    let one = [counter(1)];
    let count = |at| store.count_attempt(&one, at);
    assert_eq!(count(NOON).await.expect("it counts"), Attempt::Allowed { next_at: None });
    assert_eq!(count(NOON).await.expect("it counts"), Attempt::Allowed { next_at: None });
    assert_eq!(
        count(NOON).await.expect("it counts"),
        Attempt::Allowed { next_at: Some(NOON + MINUTE) }
    );
    assert_eq!(
        count(NOON + MINUTE - 1).await.expect("it answers"),
        Attempt::LockedOut { until: NOON + MINUTE }
    );
    assert_eq!(
        store.locked_until(&one[0].key, NOON).await.expect("it answers"),
        Some(NOON + MINUTE)
    );
    assert_eq!(store.locked_until(&one[0].key, NOON + MINUTE).await.expect("it answers"), None);
    let later = NOON + MINUTE;
    assert_eq!(
        count(later).await.expect("it counts"),
        Attempt::Allowed { next_at: Some(later + 5 * MINUTE) },
        "what was barred did not count"
    );
    let later = later + 5 * MINUTE;
    assert_eq!(
        count(later).await.expect("it counts"),
        Attempt::Allowed { next_at: Some(later + 5 * MINUTE) },
        "the last wait stands for all"
    );
    let later = later + 60 * MINUTE;
    assert_eq!(
        count(later).await.expect("it counts"),
        Attempt::Allowed { next_at: None },
        "an hour later it is forgotten"
    );
    // A lockout of a clock that was ahead by years does not last for years.
    let ahead = NOON + 1_000_000 * MINUTE;
    for _ in 0..3 {
        count(ahead).await.expect("it counts");
    }
    assert!(matches!(count(later).await.expect("it counts"), Attempt::Allowed { .. }));
}

pub async fn what_is_forgiven_begins_anew(store: Arc<dyn Store>) {
    let one = [counter(1)];
    for _ in 0..3 {
        store.count_attempt(&one, NOON).await.expect("it counts");
    }
    store.reset_attempts(&clear(1), &[]).await.expect("it forgets");
    assert_eq!(
        store.count_attempt(&one, NOON).await.expect("it counts"),
        Attempt::Allowed { next_at: None }
    );
    store.reset_attempts(&take_back(1), &[]).await.expect("it takes one back");
    for _ in 0..2 {
        assert_eq!(
            store.count_attempt(&one, NOON).await.expect("it counts"),
            Attempt::Allowed { next_at: None }
        );
    }
    store.reset_attempts(&take_back(9), &[]).await.expect("nothing happens");
    store.reset_attempts(&clear(9), &[]).await.expect("nothing happens");
}

pub async fn one_barred_subject_bars_the_try_and_nothing_is_counted(store: Arc<dyn Store>) {
    let place = AttemptCounter { key: vec![9; 32], policy: COARSE };
    for subject in 1..=5 {
        store.count_attempt(&[counter(subject), place.clone()], NOON).await.expect("it counts");
    }
    assert_eq!(
        store.count_attempt(&[counter(6), place], NOON).await.expect("it answers"),
        Attempt::LockedOut { until: NOON + 10 * MINUTE }
    );
    for _ in 0..2 {
        assert_eq!(
            store.count_attempt(&[counter(6)], NOON).await.expect("it counts"),
            Attempt::Allowed { next_at: None }
        );
    }
}

pub async fn tries_at_once_do_not_slip_past_each_other(store: Arc<dyn Store>) {
    let tries = (0..20).map(|_| {
        let store = store.clone();
        tokio::spawn(
            async move { store.count_attempt(&[counter(1)], NOON).await.expect("it answers") },
        )
    });
    let mut made = 0;
    for answer in tries.collect::<Vec<_>>() {
        made += usize::from(matches!(answer.await.expect("it ends"), Attempt::Allowed { .. }));
    }
    assert_eq!(made, 3, "two free ones, and the one that brings the wait");
}

pub async fn a_link_sets_one_password_once(store: Arc<dyn Store>) {
    let (staff, none) = (staff_of(1), AttemptReset::default());
    enrol(&*store, &staff).await;
    enrol(&*store, &staff_of(2)).await;
    store.add_password_link(&staff.id, &link(1), NOON, false, &[]).await.expect("it is added");
    let found = store.staff_by_email(&staff.email).await.expect("it answers").expect("it is there");
    assert_eq!(found.password_hash, staff.password_hash, "no reset: the old one still works");
    store.add_password_link(&staff.id, &link(2), NOON, true, &[]).await.expect("it is added");
    assert_eq!(
        store.password_link(&[1; 32], NOON).await.expect("it answers"),
        None,
        "the newer one is in its place"
    );
    let shown = store.password_link(&[2; 32], NOON).await.expect("it answers").expect("it is good");
    assert_eq!(
        (shown.id, shown.password_hash.as_str()),
        (staff.id.clone(), ""),
        "a reset password works no more"
    );
    assert_eq!(
        store.password_link(&[2; 32], NOON + 10).await.expect("it answers"),
        None,
        "its time is over"
    );
    assert_eq!(
        store.use_password_link(&[2; 32], NOON + 10, "x", &none, &[]).await.expect("it answers"),
        None
    );
    assert_eq!(
        store.password_link(&[2; 32], NOON).await.expect("it answers").map(|staff| staff.id),
        Some(staff.id.clone()),
        "and it stays for the clock to tell"
    );
    assert!(
        store
            .use_password_link(&[2; 32], NOON, "$new", &none, &[])
            .await
            .expect("it answers")
            .is_some()
    );
    assert!(
        store
            .use_password_link(&[2; 32], NOON, "$other", &none, &[])
            .await
            .expect("it answers")
            .is_none(),
        "used up"
    );
    assert_eq!(
        store
            .staff_by_email(&staff.email)
            .await
            .expect("it answers")
            .expect("it is there")
            .password_hash,
        "$new"
    );
    assert!(matches!(
        store.add_password_link(&staff_of(7).id, &link(3), NOON, false, &[]).await,
        Err(StoreError::NotFound)
    ));
}

pub async fn steps_and_codes_are_taken_once(store: Arc<dyn Store>) {
    let staff = staff_of(1);
    enrol(&*store, &staff).await;
    assert_eq!(store.factor(&staff.id).await.expect("it answers"), None);
    assert!(!store.take_step(&staff.id, 5).await.expect("it answers"), "there is no factor");
    store
        .set_factor(&staff.id, "sealed", 7, NOON, &[vec![1; 32], vec![2; 32]], &[])
        .await
        .expect("it is set");
    let another = store.set_factor(&staff.id, "another", 1, NOON, &[vec![9; 32]], &[]).await;
    assert!(matches!(another, Err(StoreError::Taken(_))), "one that is there is not replaced");
    for (step, taken) in [(7, false), (6, false), (9, true), (9, false), (8, false), (10, true)] {
        assert_eq!(store.take_step(&staff.id, step).await.expect("it answers"), taken, "{step}");
    }
    assert!(store.take_recovery_code(&staff.id, &[1; 32]).await.expect("it answers"));
    assert!(!store.take_recovery_code(&staff.id, &[1; 32]).await.expect("it answers"));
    let factor = store.factor(&staff.id).await.expect("it answers").expect("it is there");
    assert_eq!((factor.secret.as_str(), factor.codes_left), ("sealed", 1));
    assert!(store.remove_factor(&staff.id, None, &[]).await.expect("it answers"));
    assert!(!store.remove_factor(&staff.id, None, &[]).await.expect("it answers"));
    assert!(
        !store.take_recovery_code(&staff.id, &[2; 32]).await.expect("it answers"),
        "they went with it"
    );
}

pub async fn an_identity_is_one_accounts(store: Arc<dyn Store>) {
    for number in [1, 2] {
        enrol(&*store, &staff_of(number)).await;
    }
    let add = async |issuer: &str, subject: &str, number| {
        store
            .add_identity(issuer, subject, &staff_of(number).id, &[record(i64::from(number))])
            .await
    };
    add("https://id.example", "ada", 1).await.expect("it is added");
    assert!(matches!(add("https://id.example", "ada", 2).await, Err(StoreError::Taken(_))));
    assert!(
        matches!(add("https://id.example", "eve", 1).await, Err(StoreError::Taken(_))),
        "an account is one person there"
    );
    add("https://other.example", "ada", 2).await.expect("another provider's ada");
    add("https://other.example", "eve", 1).await.expect("and another name there");
    assert!(
        matches!(store.verify().await.expect("it answers"), Verdict::Intact { rows: 3, .. }),
        "what was refused is not written down"
    );
    assert_eq!(
        store.staff_by_identity("https://id.example", "eve").await.expect("it answers"),
        None
    );
    let found = store
        .staff_by_identity("https://id.example", "ada")
        .await
        .expect("it answers")
        .expect("it is there");
    assert_eq!(found, staff_of(1));
    assert_eq!(
        store.staff_by_identity("https://id.example", "Ada").await.expect("it answers"),
        None
    );
}

pub async fn what_is_sealed_is_sealed_again(store: Arc<dyn Store>) {
    for number in [1, 2] {
        enrol(&*store, &staff_of(number)).await;
        store
            .set_factor(&staff_of(number).id, &format!("old {number}"), 1, NOON, &[], &[])
            .await
            .expect("it is set");
    }
    let site = Site { tenant_key: Some("old key".to_owned()), ..site_of(1) };
    store.set_site(&site, &[]).await.expect("it is set");
    let mut seen = Vec::new();
    let mut again = |sealed: &str| {
        seen.push(sealed.to_owned());
        (sealed != "old 2").then(|| sealed.replace("old", "new"))
    };
    store.reseal_factors(&mut again).await.expect("it is done");
    store.reseal_tenant_keys(&mut again).await.expect("it is done");
    seen.sort_unstable();
    assert_eq!(seen, ["old 1", "old 2", "old key"]);
    for (number, secret) in [(1, "new 1"), (2, "old 2")] {
        assert_eq!(
            store
                .factor(&staff_of(number).id)
                .await
                .expect("it answers")
                .expect("it is there")
                .secret,
            secret
        );
    }
    let kept = store.site(&site.id).await.expect("it answers").expect("it is there");
    assert_eq!(kept, Site { tenant_key: Some("new key".to_owned()), ..site });
}

pub async fn sessions_are_listed_and_ended_but_one(store: Arc<dyn Store>) {
    use super::samples::session_of;
    let (one, two) = (staff_of(1), staff_of(2));
    for staff in [&one, &two] {
        enrol(&*store, staff).await;
    }
    for (staff, token) in [(&one, 1), (&one, 2), (&one, 3), (&two, 4)] {
        store
            .add_session(&session_of(staff, token), None, &AttemptReset::default(), &[])
            .await
            .expect("it is added");
    }
    store.touch_session(&[2; 32], NOON + 5).await.expect("it is noted");
    let listed = store.sessions_of(&one.id).await.expect("it answers");
    assert_eq!(listed.iter().map(|session| session.token_hash[0]).collect::<Vec<_>>(), [2, 1, 3]);
    assert_eq!(listed[1], session_of(&one, 1), "with where it was made");
    store
        .change_password(&one.id, &one.password_hash, "$new", &[1; 32], &[])
        .await
        .expect("it is set");
    let left = store.sessions_of(&one.id).await.expect("it answers");
    assert_eq!(left, [session_of(&one, 1)]);
    assert_eq!(store.end_other_sessions(&two.id, &[9; 32], &[]).await.expect("it answers"), 1);
    store.disable_staff(&two.id, None, NOON, &[]).await.expect("off");
    store.enable_staff(&two.id, None, &[]).await.expect("on");
    assert_eq!(
        store
            .staff_by_email(&two.email)
            .await
            .expect("it answers")
            .expect("it is there")
            .disabled_at,
        None
    );
}
