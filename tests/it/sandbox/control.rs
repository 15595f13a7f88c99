//! `/control/*`.

use super::*;
use empego_desk::sandbox::DESK_QUEUE;

#[tokio::test]
async fn faults_are_merged_and_kept() {
    let bench = Bench::start().await;
    bench
        .faults(json!({ "drop_messages": true, "latency_ms": 5, "hold_events": true, "duplicate_events": 2, "reorder_events": true }))
        .await;
    bench.faults(json!({ "latency_ms": 0, "hold_events": null })).await;
    let faults = bench.state().await["faults"].clone();
    assert_eq!(faults["drop_messages"], true, "what is not named stays");
    assert_eq!(faults["latency_ms"], 0);
    assert_eq!(
        (&faults["hold_events"], &faults["duplicate_events"], &faults["reorder_events"]),
        (&json!(false), &json!(2), &json!(true))
    );
    let queue = json!({
        "drop_events": 3, "event_type": "X", "visibility_ms": 1, "idle_ms": 2, "disconnect_after": 3, "malformed_events": 4,
    });
    bench.faults(queue.clone()).await;
    let told = bench.state().await["faults"].clone();
    let nothing = json!(
        queue
            .as_object()
            .expect("an object")
            .keys()
            .map(|name| (name.clone(), Value::Null))
            .collect::<serde_json::Map<_, _>>()
    );
    for (name, value) in queue.as_object().expect("an object") {
        assert_eq!(told[name], *value, "{name}");
    }
    bench.faults(nothing).await;
    assert_eq!(bench.state().await["faults"], faults, "all taken back");
}

#[tokio::test]
async fn a_fault_that_makes_no_sense_is_named_and_changes_nothing() {
    let bench = Bench::start().await;
    let before = bench.state().await["faults"].clone();
    for (body, names) in [
        (json!({ "drop_messages": true, "drop_mesages": true }), "drop_mesages"),
        (json!({ "latency_ms": -1 }), "latency_ms"),
        (json!({ "latency_ms": "5" }), "latency_ms"),
        (json!({ "latency_ms": 1_000_000_000 }), "latency_ms"),
        (json!({ "fail_next": 503 }), "fail_next"),
        (json!({ "fail_next": { "count": 1 } }), "fail_next.status"),
        (json!({ "fail_next": { "status": 200, "count": 1 } }), "fail_next.status"),
        (json!({ "fail_next": { "status": 503, "count": "1" } }), "fail_next.count"),
        (json!({ "fail_next": { "status": 503, "times": 1 } }), "fail_next.times"),
        (json!({ "drop_messages": 1 }), "drop_messages"),
        (json!({ "misprint_event_type": "yes" }), "misprint_event_type"),
        (json!({ "wrong_origin": [] }), "wrong_origin"),
        (json!({ "duplicate_messages": 1.5 }), "duplicate_messages"),
        (json!({ "duplicate_messages": 1_000_000 }), "duplicate_messages"),
        (json!({ "unknown_status": "" }), "unknown_status"),
        (json!({ "expire_urls_after_s": -1 }), "expire_urls_after_s"),
        (json!({ "hold_events": "x" }), "hold_events"),
        (json!({ "duplicate_events": {} }), "duplicate_events"),
        (json!({ "reorder_events": [] }), "reorder_events"),
        (json!({ "hold_events": -1 }), "hold_events"),
        (json!({ "duplicate_events": 1_000_000 }), "duplicate_events"),
        (json!({ "drop_events": "1" }), "drop_events"),
        (json!({ "event_type": "" }), "event_type"),
        (json!({ "event_type": true }), "event_type"),
        (json!({ "visibility_ms": 0 }), "visibility_ms"),
        (json!({ "idle_ms": 1_000_000_000 }), "idle_ms"),
        (json!({ "disconnect_after": 0 }), "disconnect_after"),
        (json!({ "malformed_events": true }), "malformed_events"),
        (json!({ "post_at_load": 0 }), "post_at_load"),
        (json!({ "hang_pages": 0 }), "hang_pages"),
        (json!({ "export_fails": "all" }), "export_fails"),
        (json!({ "export_file": true }), "export_file"),
        (json!([]), "object"),
    ] {
        let message =
            refused(bench.post("/control/faults").json(&body), StatusCode::BAD_REQUEST).await;
        assert!(message.contains(names), "{message}");
    }
    refused(bench.post("/control/faults").body("{"), StatusCode::BAD_REQUEST).await;
    assert_eq!(bench.state().await["faults"], before);
}

#[tokio::test]
async fn reset_forgets_everything() {
    let bench = Bench::start().await;
    let empty = bench.state().await;
    let key = bench.create().await;
    let url = bench.presign(&key).await;
    bench.faults(json!({ "drop_messages": true })).await;
    assert_eq!(status(bench.post("/control/reset")).await, StatusCode::OK);
    assert_eq!(bench.state().await, empty);
    assert_eq!(bench.load(&url).await.0, StatusCode::NOT_FOUND);
    refused(
        bench.rest("/embed/consultation/answer", &json!({ "consultationKey": key })),
        StatusCode::NOT_FOUND,
    )
    .await;
}

#[tokio::test]
async fn a_reset_forgets_the_events_and_keeps_the_connection() {
    let bench = Bench::start().await;
    let mut subscriber = bench.subscribe().await;
    bench
        .control(
            "events",
            json!({ "queue": "another", "count": 1, "event": { "eventType": "TEST" } }),
        )
        .await;
    bench.inject(2).await;
    let receipt = subscriber.event().await["receiptId"].clone();
    subscriber.event().await;
    assert_eq!(status(bench.post("/control/reset")).await, StatusCode::OK);
    assert_eq!(
        bench.state().await["queue"],
        json!({ "desk": { "connected": true, "pending": 0, "in_flight": 0, "acknowledged": 0, "deliveries": 0, "connections": 1 } })
    );
    subscriber.acknowledge(&receipt).await;
    bench.pass(30_000);
    subscriber.quiet().await;
    let ids = bench.inject(1).await;
    assert_eq!(subscriber.ids(1).await, ids);
    assert_eq!(DESK_QUEUE, "desk");
}

#[tokio::test]
async fn only_this_machine_is_obeyed() {
    let bench = Bench::start().await;
    for host in [
        "desk.example",
        "192.168.1.4:3100",
        "localhost.desk.example",
        "127.0.0.1.desk.example",
        "[2001:db8::1]:3100",
    ] {
        refused(bench.get("/control/state").header("host", host), StatusCode::FORBIDDEN).await;
        refused(bench.post("/control/reset").header("host", host), StatusCode::FORBIDDEN).await;
    }
    for host in ["localhost", "LOCALHOST:3100", "127.0.0.1:1", "127.3.2.1", "[::1]:3100"] {
        assert_eq!(
            status(bench.get("/control/state").header("host", host)).await,
            StatusCode::OK,
            "{host}"
        );
    }
}

#[tokio::test]
async fn another_sites_page_is_not_obeyed() {
    let bench = Bench::start().await;
    let reset =
        |name: &'static str, value: &'static str| bench.post("/control/reset").header(name, value);
    refused(reset("sec-fetch-site", "cross-site"), StatusCode::FORBIDDEN).await;
    refused(reset("origin", "https://evil.example"), StatusCode::FORBIDDEN).await;
    refused(reset("origin", "null"), StatusCode::FORBIDDEN).await;
    for site in ["same-origin", "same-site", "none"] {
        assert_eq!(status(reset("sec-fetch-site", site)).await, StatusCode::OK, "{site}");
    }
    assert_eq!(status(reset("origin", "http://localhost:3000")).await, StatusCode::OK);
    refused(bench.get("/control/nothing"), StatusCode::NOT_FOUND).await;
    refused(bench.get("/control/reset"), StatusCode::METHOD_NOT_ALLOWED).await;
}
