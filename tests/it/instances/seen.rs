//! How soon a page at one instance hears of a change that was made at another one.

use super::cluster::{Cluster, PATIENCE};
use super::people::Person;
use super::streams::Follower;
use super::{is_chosen, until};
use std::time::Duration;

const TIMES: usize = 200;

#[tokio::test]
async fn a_change_is_seen_at_the_other_instance_at_once() {
    if !is_chosen() {
        return;
    }
    // Without events of Empego's, which change consultations by themselves.
    let cluster = Cluster::with(&[("EMPEGO_EVENTS_URL", String::new())], |_, _| Vec::new()).await;
    let here = Person::signed_in(&cluster.desks[0].url(), 1).await;
    let there = here.at(&cluster.desks[1].url());
    let stream = Follower::start(there.clone(), there);
    until("it follows", PATIENCE, async || stream.connected() == 1).await;
    let mut delays = Vec::new();
    for number in 0..TIMES {
        let before = stream.heard().len();
        let id = here.create(&format!("P-{number}")).await;
        let answered = here.answers().pop().expect("an answer").ended;
        // The record, and what Empego made of it.
        until("both changes are seen", PATIENCE, async || stream.heard().len() >= before + 2).await;
        let last = stream.heard().pop().expect("a change");
        assert_eq!(last.id, id);
        delays.push(last.at.saturating_duration_since(answered));
    }
    delays.sort_unstable();
    let (median, p99) = (delays[TIMES / 2], delays[TIMES * 99 / 100]);
    println!("seen at the other instance after: median {median:?}, p99 {p99:?}");
    assert!(p99 < Duration::from_secs(2), "{p99:?}");
    assert_eq!(stream.connected(), 1);
}
