use super::*;
use crate::model::ids::SiteId;

fn of(address: &str) -> Vec<Holder> {
    vec![Holder::address(address, 2)]
}

#[test]
fn a_holder_gets_its_share_and_leaves_the_rest_to_others() {
    let shares = Shares::new("test", 5);
    let first = shares.take(of("203.0.113.1")).expect("a place");
    let second = shares.take(of("203.0.113.1")).expect("a place");
    assert_eq!(shares.take(of("203.0.113.1")).expect_err("no more"), NoPlace::Share);
    let other = shares.take(of("203.0.113.2")).expect("another holder's place");
    drop(first);
    let again = shares.take(of("203.0.113.1")).expect("the place that became free");
    drop((second, other, again));
    let taken = shares.lock();
    assert_eq!((taken.all, taken.by_holder.len()), (0, 0), "nothing is left over");
}

#[test]
fn the_number_of_all_places_is_bounded() {
    let shares = Shares::new("test", 3);
    let held: Vec<_> = (0..3).filter_map(|n| shares.take(of(&format!("a{n}"))).ok()).collect();
    assert_eq!(held.len(), 3);
    assert_eq!(shares.take(of("a9")).expect_err("no more"), NoPlace::Full);
}

#[test]
fn a_place_counts_for_each_of_its_holders_or_for_none() {
    let shares = Shares::new("test", 9);
    let both = |link: &str| vec![Holder::link(link, 1), Holder::address("203.0.113.1", 2)];
    let held = shares.take(both("one")).expect("a place");
    for _ in 0..5 {
        assert_eq!(shares.take(both("one")).expect_err("its share"), NoPlace::Share);
    }
    let other = shares.take(both("other")).expect("the refused ones counted for none");
    assert_eq!(shares.take(both("third")).expect_err("the address"), NoPlace::Share);
    drop((held, other));
}

#[test]
fn one_account_has_a_share_of_the_requests_over_all_its_sessions_and_addresses() {
    let all = config::Places { all: 2_048, of_address: 512 };
    let places = Places::new(all, all);
    let of = |n: usize, staff: &str| {
        let address = format!("203.0.113.{}", n % 250);
        let client = Client { address, device: String::new() };
        let session = Session {
            token_hash: n.to_be_bytes().into(),
            staff_id: StaffId::from(staff),
            site: SiteId::from("site"),
            created_at: 0,
            seen_at: 0,
            client: client.clone(),
        };
        places.request(&client, Some(&session))
    };
    let held: Vec<_> = (0..all.all).filter_map(|n| of(n, "one").ok()).collect();
    assert_eq!(held.len(), Places::REQUESTS_OF_ACCOUNT);
    assert!(of(all.all, "other").is_ok());
}

#[test]
fn the_addresses_of_one_network_share() {
    let shares = Shares::new("test", 9);
    let held = ["2001:db8:1:2::1", "2001:db8:1:2::2"].map(|address| shares.take(of(address)));
    assert!(held.iter().all(Result::is_ok));
    assert_eq!(shares.take(of("2001:db8:1:2::3")).expect_err("the /64"), NoPlace::Share);
    assert!(shares.take(of("2001:db8:1:3::1")).is_ok());
}
