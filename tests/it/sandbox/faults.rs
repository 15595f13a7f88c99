//! What the sandbox does wrong when told to.

use super::subscriber::End;
use super::*;

#[tokio::test]
async fn the_next_calls_fail_before_anything_is_done() {
    let bench = Bench::start().await;
    bench.faults(json!({ "fail_next": { "status": 429, "count": 2 } })).await;
    for _ in 0..2 {
        let response = send(bench.rest("/consultation", &patient("1"))).await;
        assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(response.headers()["retry-after"], "1");
        assert!(response.json::<Value>().await.expect("JSON")["message"].is_string());
    }
    assert_eq!(bench.state().await["counters"]["creates"], 0);
    assert_eq!(bench.state().await["faults"]["fail_next"], Value::Null, "used up");
    assert_eq!(status(bench.rest("/consultation", &patient("1"))).await, StatusCode::CREATED);
    for (code, waits) in [(503, true), (500, false), (401, false)] {
        bench.faults(json!({ "fail_next": { "status": code, "count": 1 } })).await;
        let response = send(bench.rest("/embed/consultation/answer", &json!({}))).await;
        assert_eq!(response.status().as_u16(), code);
        assert_eq!(response.headers().contains_key("retry-after"), waits, "{code}");
    }
}

#[tokio::test]
async fn a_late_answer_comes_after_the_work() {
    let bench = Bench::start().await;
    bench.faults(json!({ "latency_ms": 600_000 })).await;
    let call = tokio::spawn(bench.rest("/consultation", &patient("1")).send());
    bench.until(|state| state["counters"]["creates"] == 1).await;
    assert!(!call.is_finished(), "created, and the client does not know");
    call.abort();
}

#[tokio::test]
async fn messages_are_misprinted_dropped_and_repeated() {
    let bench = Bench::start().await;
    let key = bench.create().await;
    let url = bench.presign(&key).await;
    bench.load(&url).await;
    let plan = async |faults: Value| {
        bench.faults(faults).await;
        json_of(bench.answers(&url)).await
    };
    assert_eq!(plan(json!({ "drop_messages": true })).await["times"], 0);
    assert_eq!(
        plan(json!({ "drop_messages": false, "duplicate_messages": true })).await["times"],
        3
    );
    assert_eq!(plan(json!({ "duplicate_messages": 7 })).await["times"], 7);
    assert_eq!(plan(json!({ "duplicate_messages": false })).await["times"], 1);
    let misprinted = plan(json!({ "misprint_event_type": true })).await["message"].clone();
    assert_eq!(
        (&misprinted["evenType"], &misprinted["eventType"]),
        (&json!("consultation"), &Value::Null)
    );

    let key = json_of(bench.rest("/followup", &patient("1"))).await["followupKey"].clone();
    let url = url_of(bench.rest("/embed/followup/answer", &json!({ "followupKey": key }))).await;
    bench.load(&url).await;
    assert_eq!(json_of(bench.answers(&url)).await["message"]["evenType"], "followUp");
}

#[tokio::test]
async fn a_wrong_origin_is_the_same_server_by_its_other_name() {
    let bench = Bench::start().await;
    let url = bench.presign(&bench.create().await).await;
    bench.load(&url).await;
    bench.faults(json!({ "wrong_origin": true })).await;
    let alias = bench.origin.replace("127.0.0.1", "localhost");
    assert_eq!(json_of(bench.answers(&url)).await["from"], format!("{alias}/embed/messenger"));
    let (shown, page) = bench.load(&format!("{}/embed/messenger", bench.origin)).await;
    assert_eq!(shown, StatusCode::OK);
    assert!(page.contains("window.top.postMessage"));
}

#[tokio::test]
async fn an_unknown_status_is_posted_and_kept() {
    let bench = Bench::start().await;
    for (fault, expected) in
        [(json!(true), "SOMETHING_NEW"), (json!("</script>&\u{2028}"), "</script>&\u{2028}")]
    {
        bench.faults(json!({ "unknown_status": fault })).await;
        let key = bench.create().await;
        let url = bench.presign(&key).await;
        bench.load(&url).await;
        assert_eq!(json_of(bench.answers(&url)).await["message"]["status"], expected);
        let state = bench.state().await;
        let consultations = state["consultations"].as_array().expect("an array");
        assert_eq!(consultations.last().expect("one")["status"], expected);
        let (_, page) = bench.load(&bench.presign(&key).await).await;
        assert!(!page.contains("</script>&"), "no status ends the script");
    }
}

#[tokio::test]
async fn urls_expire_as_told() {
    let bench = Bench::start().await;
    let key = bench.create().await;
    let before = bench.presign(&key).await;
    bench.faults(json!({ "expire_urls_after_s": 0 })).await;
    assert_eq!(bench.load(&before).await.0, StatusCode::GONE);
    let during = bench.presign(&key).await;
    bench.faults(json!({ "expire_urls_after_s": null })).await;
    assert_eq!(
        bench.load(&during).await.0,
        StatusCode::GONE,
        "made to expire at once, it stays so"
    );
    bench.faults(json!({ "expire_urls_after_s": 3600 })).await;
    let long = bench.presign(&key).await;
    bench.pass(3_599_999);
    assert_eq!(bench.load(&long).await.0, StatusCode::OK);
}

#[tokio::test]
async fn the_answer_can_be_there_at_load() {
    let bench = Bench::start().await;
    bench
        .faults(
            json!({ "post_at_load": true, "misprint_event_type": true, "duplicate_messages": 3 }),
        )
        .await;
    let key = bench.create().await;
    let (shown, page) = bench.load(&bench.presign(&key).await).await;
    assert_eq!(shown, StatusCode::OK);
    let call = page.find("deliver({").expect("the message is in the page");
    assert!(call < page.find("<title>").expect("a title"), "before anything else");
    assert!(
        page[call..].contains(r#""evenType":"consultation""#)
            && page[call..].contains(&key)
            && page[call..].contains(r#""times":3"#)
    );
    assert_eq!(only(&bench.state().await)["status"], "TO_BE_ANALYZED");
}

#[tokio::test]
async fn hanging_pages_come_when_the_fault_is_taken_back() {
    let bench = Bench::start().await;
    let url = bench.presign(&bench.create().await).await;
    bench.faults(json!({ "hang_pages": true })).await;
    let page = tokio::spawn(bench.client.get(&url).send());
    bench.until(|state| state["counters"]["pages_hung"] == 1).await;
    assert!(!page.is_finished());
    assert_eq!(bench.state().await["counters"]["page_loads"], 0);
    assert_eq!(status(bench.get("/healthz")).await, StatusCode::OK, "the rest goes on");
    bench.faults(json!({ "hang_pages": false })).await;
    assert_eq!(page.await.expect("no panic").expect("an answer").status(), StatusCode::OK);
}

#[tokio::test]
async fn nothing_held_back_keeps_the_sandbox_from_stopping() {
    let bench = Bench::start().await;
    let url = bench.presign(&bench.create().await).await;
    bench.faults(json!({ "hang_pages": true, "latency_ms": 600_000 })).await;
    let page = tokio::spawn(bench.client.get(&url).send());
    let call = tokio::spawn(bench.rest("/consultation", &patient("2")).send());
    bench
        .until(|state| state["counters"]["pages_hung"] == 1 && state["counters"]["creates"] == 2)
        .await;
    bench.shutdown.cancel();
    assert_eq!(
        page.await.expect("no panic").expect("an answer").status(),
        StatusCode::SERVICE_UNAVAILABLE
    );
    assert_eq!(call.await.expect("no panic").expect("an answer").status(), StatusCode::CREATED);
    bench.server.await.expect("no panic").expect("a clean end");
}

#[tokio::test]
async fn a_stop_closes_the_connection_with_no_code() {
    let bench = Bench::start().await;
    let mut subscriber = bench.subscribe().await;
    subscriber.quiet().await;
    bench.shutdown.cancel();
    assert_eq!(subscriber.end().await, End::Closed(None));
    bench.server.await.expect("no panic").expect("a clean end");
}
