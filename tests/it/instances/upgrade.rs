//! An upgrade at noon: one instance after the other is stopped and started again.

use super::cluster::{Cluster, DESKS, PATIENCE};
use super::judge::{Troubles, counted};
use super::people::Person;
use super::streams::Follower;
use super::{is_chosen, progress, until};
use reqwest::StatusCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

/// Staff who work meanwhile. Each reads boards and records and creates.
const STAFF: u8 = 6;

#[tokio::test]
async fn no_request_fails_while_one_instance_after_the_other_is_replaced() {
    if !is_chosen() {
        return;
    }
    let mut cluster = Cluster::start().await;
    let mut staff = Vec::new();
    for number in 1..=STAFF {
        staff.push(Person::signed_in(&cluster.balancer.url, number).await);
    }
    let stream = Follower::start(staff[0].clone(), staff[0].clone());
    let (over, presses) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let work = staff.iter().cloned().map(|person| {
        let (over, presses) = (Arc::clone(&over), Arc::clone(&presses));
        tokio::spawn(async move {
            while !over.load(Ordering::SeqCst) {
                let press = format!("P-{}", presses.fetch_add(1, Ordering::SeqCst));
                let id = person.create(&press).await;
                for path in ["/consultations".to_owned(), format!("/consultations/{id}")] {
                    person.get(&path).await;
                }
            }
        })
    });
    let work: Vec<_> = work.collect();
    let more = |count: usize| {
        let presses = &presses;
        let wanted = presses.load(Ordering::SeqCst) + count;
        progress(wanted, move || presses.load(Ordering::SeqCst))
    };
    more(20).await;
    for number in 0..DESKS {
        let stopped = cluster.desks[number].stop().await;
        assert_eq!(stopped.code(), Some(0), "{}", cluster.desks[number].log());
        more(20).await;
        cluster.desks[number].restart().await;
        let at = cluster.watch.at(&cluster.desks[number].url());
        until("it is ready", PATIENCE, async || {
            at.get("/readyz").await.is_some_and(|page| page.status == StatusCode::OK)
        })
        .await;
        // The balancer takes it back at its next check.
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    more(20).await;
    over.store(true, Ordering::SeqCst);
    futures::future::join_all(work).await;
    let answers: Vec<_> = staff.iter().flat_map(Person::answers).collect();
    println!("answers during the upgrade: {:?}", counted(&answers));
    let failed = Troubles::default().unexcused(&answers);
    assert!(failed.is_empty(), "{} of {}: {failed:#?}", failed.len(), answers.len());
    assert!(stream.connected() > 1 && stream.reloads() == 0, "{}", stream.connected());
}
