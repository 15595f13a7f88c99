use super::*;
use futures::FutureExt;

/// Turns at a time.
const RUNNING: usize = 2;

fn client(address: usize, account: usize) -> Client {
    Client {
        address: format!("address {address}").into(),
        account: format!("account {account}").into(),
    }
}

/// Fills the queue with strangers, each of another address.
fn flood(queue: &Queue) -> Vec<Place> {
    (0..10 * WAITING).filter_map(|n| queue.enter(client(n, n), false).ok()).collect()
}

#[test]
fn the_queue_is_bounded_and_gives_its_places_back() {
    let queue = Queue::new(RUNNING);
    let held = flood(&queue);
    assert_eq!(held.len(), RUNNING + WAITING - KEPT);
    assert_eq!(queue.counts(), (RUNNING, WAITING - KEPT));
    drop(held);
    assert_eq!(queue.counts(), (0, 0));
}

#[test]
fn there_are_as_many_turns_at_a_time_as_the_operator_allows() {
    for at_once in [1, 3] {
        let queue = Queue::new(at_once);
        let mut held = flood(&queue);
        assert_eq!(queue.counts(), (at_once, WAITING - KEPT));
        // A turn that ends makes room for the next one.
        drop(held.remove(0));
        assert_eq!(queue.counts(), (at_once, WAITING - KEPT - 1));
    }
}

#[test]
fn a_known_client_finds_a_place_and_is_the_next() {
    let queue = Queue::new(RUNNING);
    queue.remember(client(1_000, 1_000));
    let mut held = flood(&queue);
    let known = queue.enter(client(1_000, 1_000), false).expect("a place is kept");
    assert!(
        queue.enter(client(1_000, 2_000), false).is_err(),
        "another account is not known there"
    );
    assert!(
        queue.enter(client(1_001, 1_000), false).is_err(),
        "the account is not known elsewhere"
    );
    let proven = queue.enter(client(1_001, 3_000), true).expect("it is signed in");
    // The first two have their turns: one of them ends.
    drop(held.remove(0));
    assert!(known.turn().now_or_never().is_some(), "no stranger is before it");
    assert!(proven.turn().now_or_never().is_some());
}

#[test]
fn one_address_has_a_share_and_does_not_hold_up_another() {
    let queue = Queue::new(RUNNING);
    let mut many: Vec<_> = (0..100).filter_map(|n| queue.enter(client(1, n), false).ok()).collect();
    assert_eq!(many.len(), OF_ADDRESS);
    let other = queue.enter(client(2, 200), false).expect("another address has its own share");
    drop(many.remove(0));
    assert!(other.turn().now_or_never().is_some(), "the addresses take turns");
}

#[test]
fn known_clients_take_no_place_of_the_unknown_ones_at_their_address() {
    let queue = Queue::new(RUNNING);
    let mut held = Vec::new();
    for n in 0..2 * OF_ADDRESS {
        queue.remember(client(1, n));
        held.push(queue.enter(client(1, n), false).expect("a known client"));
    }
    assert_eq!(queue.counts().0, RUNNING, "some of them run");
    for n in 0..OF_ADDRESS {
        held.push(queue.enter(client(1, 1_000 + n), false).expect("a new account"));
    }
    assert!(queue.enter(client(1, 2_000), false).is_err());
}

#[test]
fn one_account_has_a_share_over_all_addresses() {
    let queue = Queue::new(RUNNING);
    let of_one = |proven| {
        let tries = (0..16 * OF_PAIR).map(|n| queue.enter(client(n / OF_PAIR, 1), proven));
        tries.filter_map(Result::ok).collect::<Vec<_>>()
    };
    let proven = of_one(true);
    assert_eq!(proven.len(), OF_ACCOUNT);
    let claimed = of_one(false);
    assert_eq!(claimed.len(), OF_ACCOUNT, "those who only claim the account are counted apart");
    drop(proven);
    queue.remember(client(9, 1));
    assert!(queue.enter(client(9, 1), false).is_ok(), "they take no place of its owner");
    let known: Vec<_> = (0..16 * OF_PAIR)
        .filter_map(|n| {
            queue.remember(client(n / OF_PAIR, 2));
            queue.enter(client(n / OF_PAIR, 2), false).ok()
        })
        .collect();
    assert_eq!(known.len(), OF_ACCOUNT, "sign-ins of a known client are bounded as well");
}

#[test]
fn those_who_are_signed_in_leave_places_for_sign_ins() {
    let queue = Queue::new(RUNNING);
    let mut held = flood(&queue);
    held.extend((0..10 * WAITING).filter_map(|n| queue.enter(client(n, 5_000 + n), true).ok()));
    assert_eq!(queue.counts(), (RUNNING, WAITING - KEPT + PROVEN));
    for n in 0..KEPT - PROVEN {
        queue.remember(client(n, 9_000 + n));
        held.push(queue.enter(client(n, 9_000 + n), false).expect("a place is kept"));
    }
    queue.remember(client(1, 9_999));
    assert!(queue.enter(client(1, 9_999), false).is_err());
    assert_eq!(queue.counts(), (RUNNING, WAITING));
}

#[test]
fn one_account_from_one_address_has_one_turn_at_a_time() {
    let queue = Queue::new(RUNNING);
    let (first, second) = (queue.enter(client(1, 1), true), queue.enter(client(1, 1), true));
    let (first, second) = (first.expect("a place"), second.expect("a place"));
    assert_eq!(queue.counts(), (1, 1));
    let more: Vec<_> = (0..9).filter_map(|_| queue.enter(client(1, 1), true).ok()).collect();
    assert_eq!(more.len(), OF_PAIR - 2);
    let turn = first.turn().now_or_never().flatten().expect("its turn");
    drop(turn);
    assert!(second.turn().now_or_never().flatten().is_some());
}

#[test]
fn who_leaves_before_the_turn_leaves_nothing_behind() {
    let queue = Queue::new(RUNNING);
    let places: Vec<_> =
        (0..RUNNING + 3).map(|n| queue.enter(client(n, n), false).expect("a place")).collect();
    let mut waiting = places.into_iter().map(Place::turn);
    // Their turns came and were not taken up.
    for _ in 0..RUNNING {
        drop(waiting.next());
    }
    assert_eq!(queue.counts(), (RUNNING, 1));
    drop(waiting.collect::<Vec<_>>());
    assert_eq!(queue.counts(), (0, 0));
}

#[test]
fn the_client_that_proved_itself_longest_ago_is_forgotten_first() {
    let queue = Queue::new(RUNNING);
    for n in 0..REMEMBERED {
        queue.remember(client(n, n));
    }
    queue.remember(client(0, 0));
    queue.remember(client(REMEMBERED, REMEMBERED));
    let state = queue.lock();
    assert_eq!(state.known.len(), REMEMBERED);
    assert!(state.known.contains(&client(0, 0)), "it signed in again");
    assert!(!state.known.contains(&client(1, 1)) && state.known.contains(&client(2, 2)));
}

#[test]
fn one_account_is_known_at_some_addresses_and_does_not_make_others_unknown() {
    let queue = Queue::new(RUNNING);
    queue.remember(client(0, 1));
    for n in 0..REMEMBERED {
        queue.remember(client(n, 2));
    }
    let state = queue.lock();
    assert_eq!(state.known.len(), 1 + REMEMBERED_OF_ACCOUNT);
    assert!(state.known.contains(&client(0, 1)));
    assert!(
        state.known.contains(&client(REMEMBERED - 1, 2)) && !state.known.contains(&client(0, 2))
    );
}
