//! The event queue of `docs/empego.md` §6.1, over a real WebSocket.

use super::subscriber::{End, text};
use super::*;
use empego_desk::sandbox::CHAIN_API_KEY;

const KEY: &str = "api-key sandbox-key";

#[tokio::test]
async fn the_frames_are_the_documented_ones_at_both_addresses() {
    let bench = Bench::start().await;
    let event = json!({
        "eventId": "a1b2c3d4-0000-0000-0000-000000000001", "eventType": "TENANT_ONBOARDED", "eventTs": "2026-03-20T14:30:00.000Z",
        "eventPayload": { "tenantId": "P0001", "empegoTenantId": "tenant-abc" },
    });
    for path in ["/?queue=my-integration-queue", "/subscribe?queue=my-integration-queue"] {
        let answer = bench
            .control("events", json!({ "queue": "my-integration-queue", "events": [event] }))
            .await;
        assert_eq!(answer, json!({ "eventIds": [event["eventId"]] }));
        let mut subscriber = bench.dial(path, &[("authorization", KEY)]).await.expect("an upgrade");
        let frame = subscriber.frame().await;
        let receipt = frame["framePayload"]["receiptId"].clone();
        assert_eq!(text(&receipt).len(), 36, "a receipt is a UUID");
        let expected = json!({ "frameType": "EVENT", "framePayload": {
            "eventId": event["eventId"], "eventType": "TENANT_ONBOARDED", "receiptId": receipt,
            "eventTs": "2026-03-20T14:30:00.000Z", "queueName": "my-integration-queue", "eventPayload": event["eventPayload"],
        } });
        assert_eq!(frame, expected);
        subscriber.acknowledge(&receipt).await;
        subscriber.say(r#"{"frameType":"PING"}"#).await;
        assert_eq!(subscriber.frame().await, json!({ "frameType": "PONG" }));
        subscriber.leave().await;
        bench.until(|state| state["queue"]["my-integration-queue"]["connected"] == false).await;
    }
    let told = bench.state().await["queue"]["my-integration-queue"].clone();
    assert_eq!(
        told,
        json!({ "connected": false, "pending": 0, "in_flight": 0, "acknowledged": 2, "deliveries": 2, "connections": 2 })
    );
}

#[tokio::test]
async fn without_a_websocket_there_is_a_page_or_a_refusal() {
    let bench = Bench::start().await;
    for path in ["/", "/?queue=desk"] {
        let (shown, page) = bench.load(&format!("{}{path}", bench.origin)).await;
        assert_eq!(shown, StatusCode::OK, "{path}");
        assert!(page.contains("<!doctype html>"), "{path}");
    }
    refused(bench.get("/subscribe?queue=desk"), StatusCode::UPGRADE_REQUIRED).await;
    for path in ["/", "/subscribe", "/subscribe?queue=", "/?name=desk"] {
        assert_eq!(bench.dial(path, &[("authorization", KEY)]).await.err(), Some(400), "{path}");
    }
}

#[tokio::test]
async fn only_a_key_opens_a_queue() {
    let bench = Bench::start().await;
    for headers in [
        vec![],
        vec![("authorization", "api-key wrong")],
        vec![("authorization", "sandbox-key")],
        vec![("authorization", "Bearer sandbox-key")],
        vec![("api-key", "sandbox-key")],
    ] {
        let mut stranger =
            bench.dial("/subscribe?queue=desk", &headers).await.expect("the upgrade succeeds");
        assert_eq!(stranger.end().await, End::Closed(Some(4401)), "{headers:?}");
    }
    assert_eq!(bench.queue().await["connections"], 0, "a stranger holds nothing");
    let chain = format!("api-key {CHAIN_API_KEY}");
    for key in [KEY, "API-Key sandbox-key", &chain] {
        let mut subscriber = bench
            .dial("/subscribe?queue=desk", &[("authorization", key)])
            .await
            .expect("an upgrade");
        subscriber.quiet().await;
        subscriber.leave().await;
        bench.until(|state| state["queue"]["desk"]["connected"] == false).await;
    }
}

#[tokio::test]
async fn one_subscriber_holds_a_queue_until_it_leaves() {
    let bench = Bench::start().await;
    let mut first = bench.subscribe().await;
    first.quiet().await;
    assert_eq!(bench.subscribe().await.end().await, End::Closed(Some(4409)));
    bench.subscribe_to("another").await.quiet().await;
    bench.inject(1).await;
    first.event().await;
    assert_eq!(bench.queue().await["connections"], 1);
    first.leave().await;
    bench.until(|state| state["queue"]["desk"]["connected"] == false).await;
    let mut second = bench.subscribe().await;
    second.event().await;
    second.quiet().await;
    // One that is gone without a word holds nothing either.
    drop(second);
    bench.until(|state| state["queue"]["desk"]["connected"] == false).await;
    bench.subscribe().await.event().await;
}

#[tokio::test]
async fn what_is_acknowledged_never_comes_again() {
    let bench = Bench::start().await;
    let ids = bench.inject(2).await;
    let mut subscriber = bench.subscribe().await;
    let (first, second) = (subscriber.event().await, subscriber.event().await);
    assert_eq!([text(&first["eventId"]), text(&second["eventId"])], ids[..]);
    subscriber.acknowledge(&first["receiptId"]).await;
    subscriber.acknowledge(&first["receiptId"]).await;
    subscriber.acknowledge(&json!("no receipt of anybody's")).await;
    let queue = bench.queue().await;
    assert_eq!(
        (&queue["acknowledged"], &queue["in_flight"], &queue["pending"]),
        (&json!(1), &json!(1), &json!(0))
    );
    bench.pass(30_000);
    assert_eq!(subscriber.event().await["eventId"], second["eventId"]);
    subscriber.quiet().await;
    // Any receipt of an event acknowledges it, also the one of its first delivery.
    subscriber.acknowledge(&second["receiptId"]).await;
    bench.pass(30_000);
    subscriber.quiet().await;
    assert_eq!(bench.queue().await["acknowledged"], 2);
}

#[tokio::test]
async fn what_is_not_acknowledged_in_time_comes_again_with_another_receipt() {
    let bench = Bench::start().await;
    let mut subscriber = bench.subscribe().await;
    bench.inject(1).await;
    let first = subscriber.event().await;
    bench.pass(29_999);
    subscriber.quiet().await;
    bench.pass(1);
    let again = subscriber.event().await;
    assert_ne!(again["receiptId"], first["receiptId"]);
    let mut same = again.clone();
    same["receiptId"] = first["receiptId"].clone();
    assert_eq!(same, first, "nothing but the receipt is new");
    bench.pass(30_000);
    assert_eq!(subscriber.event().await["eventId"], first["eventId"], "for ever");
    assert_eq!(bench.queue().await["deliveries"], 3);
}

#[tokio::test]
async fn what_is_no_frame_is_ignored() {
    let bench = Bench::start().await;
    let mut subscriber = bench.subscribe().await;
    bench.inject(1).await;
    let receipt = text(&subscriber.event().await["receiptId"]);
    let flat = json!({ "frameType": "ACK_EVENT", "receiptId": receipt }).to_string();
    let other =
        json!({ "frameType": "ack_event", "framePayload": { "receiptId": receipt } }).to_string();
    let list =
        json!({ "frameType": "ACK_EVENT", "framePayload": { "receiptId": [receipt] } }).to_string();
    for frame in [
        "",
        "{",
        "null",
        "[]",
        "\u{0}",
        r#"{"frameType":7}"#,
        r#"{"frameType":"NEWS"}"#,
        &flat,
        &other,
        &list,
    ] {
        subscriber.say(frame).await;
    }
    subscriber.quiet().await;
    assert_eq!(bench.queue().await["in_flight"], 1);
}

#[tokio::test]
async fn ten_minutes_of_silence_end_with_a_bare_close() {
    let bench = Bench::start().await;
    let mut subscriber = bench.subscribe().await;
    bench.pass(599_999);
    subscriber.quiet().await;
    bench.pass(599_999);
    bench.inject(1).await;
    let event = subscriber.event().await;
    bench.pass(29_999);
    subscriber.quiet().await;
    bench.pass(600_000);
    assert_eq!(subscriber.end().await, End::Closed(None), "with no code, and no event before it");
    bench.until(|state| state["queue"]["desk"]["connected"] == false).await;
    let again = bench.subscribe().await.event().await;
    assert_eq!(again["eventId"], event["eventId"]);
}

#[tokio::test]
async fn a_backlog_comes_in_bulk_and_flows_as_it_is_acknowledged() {
    let bench = Bench::start().await;
    let ids = bench.inject(1003).await;
    let mut subscriber = bench.subscribe().await;
    let mut receipts = Vec::new();
    for id in &ids[..1000] {
        let event = subscriber.event().await;
        assert_eq!(event["eventId"], *id);
        receipts.push(event["receiptId"].clone());
    }
    subscriber.quiet().await;
    let queue = bench.queue().await;
    assert_eq!((&queue["pending"], &queue["in_flight"]), (&json!(3), &json!(1000)));
    for place in 0..3 {
        subscriber.acknowledge(&receipts[place]).await;
        assert_eq!(subscriber.event().await["eventId"], *ids[1000 + place]);
    }
    subscriber.quiet().await;
}

#[tokio::test]
async fn ten_thousand_events_are_drained() {
    let bench = Bench::start().await;
    let ids = bench.inject(10_000).await;
    let mut subscriber = bench.subscribe().await;
    let mut seen = std::collections::HashSet::new();
    let mut replies = 0;
    while seen.len() < 10_000 || replies < 10_000 {
        let frame = subscriber.frame().await;
        if frame["frameType"] == "ACK_EVENT_REPLY" {
            replies += 1;
            continue;
        }
        assert!(seen.insert(text(&frame["framePayload"]["eventId"])), "none comes twice");
        let receipt = json!({ "receiptId": frame["framePayload"]["receiptId"] });
        subscriber
            .say(&json!({ "frameType": "ACK_EVENT", "framePayload": receipt }).to_string())
            .await;
    }
    assert!(ids.iter().all(|id| seen.contains(id)));
    let queue = bench.queue().await;
    assert_eq!(
        (&queue["acknowledged"], &queue["pending"], &queue["in_flight"]),
        (&json!(10_000), &json!(0), &json!(0))
    );
}

#[tokio::test]
async fn a_connection_that_is_cut_off_gets_everything_again() {
    let bench = Bench::start().await;
    let mut subscriber = bench.subscribe().await;
    let mut ids = bench.inject(3).await;
    let mut receipts = Vec::new();
    for _ in 0..3 {
        receipts.push(text(&subscriber.event().await["receiptId"]));
    }
    subscriber.acknowledge(&json!(receipts[1])).await;
    assert_eq!(bench.control("disconnect", json!({})).await, json!({ "disconnected": true }));
    assert_eq!(subscriber.end().await, End::Cut);
    assert_eq!(
        bench.control("disconnect", json!({ "queue": "desk" })).await,
        json!({ "disconnected": false })
    );
    assert_eq!(json_of(bench.post("/control/disconnect")).await, json!({ "disconnected": false }));
    let queue = bench.queue().await;
    assert_eq!(
        (&queue["connected"], &queue["pending"], &queue["in_flight"]),
        (&json!(false), &json!(2), &json!(0))
    );
    ids.remove(1);
    ids.extend(bench.inject(1).await);
    let mut subscriber = bench.subscribe().await;
    for id in ids {
        let event = subscriber.event().await;
        assert_eq!(event["eventId"], *id, "before what came later");
        assert!(!receipts.contains(&text(&event["receiptId"])));
    }
    subscriber.quiet().await;
    assert_eq!(bench.queue().await["connections"], 2);
}
