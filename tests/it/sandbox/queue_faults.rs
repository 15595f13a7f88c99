//! What the event queue does wrong when told to.

use super::subscriber::{End, text};
use super::*;
use std::collections::HashSet;

#[tokio::test]
async fn events_are_held_until_the_fault_is_taken_back() {
    let bench = Bench::start().await;
    let mut subscriber = bench.subscribe().await;
    bench.faults(json!({ "hold_events": true })).await;
    let ids = bench.inject(3).await;
    subscriber.quiet().await;
    assert_eq!(bench.queue().await["pending"], 3);
    bench.faults(json!({ "hold_events": null })).await;
    assert_eq!(subscriber.ids(3).await, ids);
}

#[tokio::test]
async fn the_next_events_stay_behind_and_the_others_pass() {
    let bench = Bench::start().await;
    let mut subscriber = bench.subscribe().await;
    bench.faults(json!({ "hold_events": 2 })).await;
    let ids = bench.inject(4).await;
    assert_eq!(subscriber.ids(2).await, ids[2..]);
    subscriber.quiet().await;
    assert_eq!(bench.state().await["faults"]["hold_events"], 0, "used up");
    bench.faults(json!({ "latency_ms": 0 })).await;
    subscriber.quiet().await;
    bench.faults(json!({ "hold_events": 1 })).await;
    assert_eq!(subscriber.ids(1).await, ids[1..2], "set anew, it holds the next one only");
    bench.faults(json!({ "hold_events": false })).await;
    assert_eq!(subscriber.ids(1).await, ids[..1]);
    subscriber.quiet().await;
}

#[tokio::test]
async fn events_are_delivered_more_than_once() {
    let bench = Bench::start().await;
    let mut subscriber = bench.subscribe().await;
    for (fault, times) in [(json!(true), 2), (json!(3), 4), (json!(false), 1)] {
        bench.faults(json!({ "duplicate_events": fault })).await;
        let id = bench.inject(1).await.remove(0);
        let mut receipts = HashSet::new();
        let mut last = Value::Null;
        for _ in 0..times {
            let event = subscriber.event().await;
            assert_eq!(event["eventId"], *id);
            last = event["receiptId"].clone();
            assert!(receipts.insert(text(&last)), "each has its own receipt");
        }
        subscriber.acknowledge(&last).await;
        bench.pass(30_000);
        subscriber.quiet().await;
    }
    assert_eq!(bench.queue().await["deliveries"], 7);
}

#[tokio::test]
async fn what_waits_together_comes_in_another_order() {
    let bench = Bench::start().await;
    let mut subscriber = bench.subscribe().await;
    for (fault, furthest) in [(json!(true), 59), (json!(5), 4)] {
        bench.faults(json!({ "hold_events": true, "reorder_events": fault })).await;
        let ids = bench.inject(60).await;
        bench.faults(json!({ "hold_events": false })).await;
        let mut came = Vec::new();
        for _ in 0..60 {
            let event = subscriber.event().await;
            came.push(ids.iter().position(|id| event["eventId"] == **id).expect("one of them"));
        }
        assert_ne!(came, (0..60).collect::<Vec<_>>(), "one order in 10^40 is the old one");
        assert!(
            came.iter().enumerate().all(|(place, before)| *before <= place + furthest),
            "{came:?}"
        );
        came.sort_unstable();
        assert_eq!(came, (0..60).collect::<Vec<_>>(), "all of them");
    }
}

#[tokio::test]
async fn the_queues_clocks_are_set() {
    let bench = Bench::start().await;
    bench.faults(json!({ "visibility_ms": 500, "idle_ms": 2_000 })).await;
    let mut subscriber = bench.subscribe().await;
    let ids = bench.inject(1).await;
    assert_eq!(subscriber.ids(1).await, ids);
    bench.pass(499);
    subscriber.quiet().await;
    bench.pass(1);
    let event = subscriber.event().await;
    assert_eq!(event["eventId"], *ids[0]);
    bench.faults(json!({ "visibility_ms": null })).await;
    bench.pass(500);
    subscriber.quiet().await;
    subscriber.acknowledge(&event["receiptId"]).await;
    bench.pass(1_999);
    subscriber.quiet().await;
    bench.pass(2_000);
    assert_eq!(subscriber.end().await, End::Closed(None));
}

#[tokio::test]
async fn the_machines_own_time_will_do() {
    let bench = Bench::start_by(Arc::new(System)).await;
    bench.faults(json!({ "visibility_ms": 150 })).await;
    let mut subscriber = bench.subscribe().await;
    let id = bench.inject(1).await.remove(0);
    assert_eq!(subscriber.ids(2).await, [id.clone(), id]);
}

#[tokio::test]
async fn every_connection_is_cut_after_so_many_frames() {
    let bench = Bench::start().await;
    bench.faults(json!({ "disconnect_after": 3 })).await;
    let ids = bench.inject(4).await;
    for _ in 0..2 {
        let mut subscriber = bench.subscribe().await;
        assert_eq!(subscriber.ids(3).await, ids[..3]);
        assert_eq!(subscriber.end().await, End::Cut);
        bench.until(|state| state["queue"]["desk"]["connected"] == false).await;
    }
    bench.faults(json!({ "disconnect_after": null })).await;
    let mut subscriber = bench.subscribe().await;
    assert_eq!(subscriber.ids(4).await, ids);
    // Set while somebody is there, it counts from then, and answers count too.
    bench.faults(json!({ "disconnect_after": 2 })).await;
    subscriber.quiet().await;
    assert_eq!(subscriber.end().await, End::Cut);
}

#[tokio::test]
async fn an_event_that_gets_lost_comes_when_its_time_is_over() {
    let bench = Bench::start().await;
    bench.faults(json!({ "drop_events": 1 })).await;
    let mut subscriber = bench.subscribe().await;
    let ids = bench.inject(2).await;
    let second = subscriber.event().await;
    assert_eq!(second["eventId"], *ids[1]);
    subscriber.acknowledge(&second["receiptId"]).await;
    let queue = bench.queue().await;
    assert_eq!((&queue["deliveries"], &queue["in_flight"]), (&json!(2), &json!(1)));
    bench.pass(29_999);
    subscriber.quiet().await;
    bench.pass(1);
    assert_eq!(subscriber.ids(1).await, ids[..1]);
    bench.faults(json!({ "drop_events": true })).await;
    bench.inject(5).await;
    bench.pass(30_000);
    subscriber.quiet().await;
    bench.faults(json!({ "drop_events": null })).await;
    bench.pass(30_000);
    subscriber.ids(6).await;
}

#[tokio::test]
async fn events_have_the_type_that_is_told() {
    let bench = Bench::start().await;
    let mut subscriber = bench.subscribe().await;
    bench.faults(json!({ "event_type": "consultation-status.changed" })).await;
    bench.create().await;
    assert_eq!(subscriber.event().await["eventType"], "consultation-status.changed");
    bench.inject(1).await;
    assert_eq!(subscriber.event().await["eventType"], "TEST", "what is injected says what it is");
    bench.faults(json!({ "event_type": null })).await;
    bench.create().await;
    assert_eq!(subscriber.event().await["eventType"], "CONSULTATION_CREATED");
}

#[tokio::test]
async fn garbage_comes_before_the_next_event() {
    let bench = Bench::start().await;
    let mut subscriber = bench.subscribe().await;
    bench.faults(json!({ "malformed_events": 20 })).await;
    subscriber.quiet().await;
    let ids = bench.inject(2).await;
    let mut kinds = HashSet::new();
    for _ in 0..20 {
        let garbage = subscriber.hear().await.expect("a frame");
        let frame: Value = garbage
            .to_text()
            .ok()
            .and_then(|text| serde_json::from_str(text).ok())
            .unwrap_or_default();
        assert!(!frame["framePayload"]["eventId"].is_string(), "{frame}");
        kinds.insert(garbage.into_data());
    }
    assert_eq!(kinds.len(), 10, "of every kind");
    assert_eq!(subscriber.ids(2).await, ids);
    assert_eq!(bench.state().await["faults"]["malformed_events"], 0, "used up");
}
