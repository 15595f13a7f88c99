//! How connections end, and what the desk does then.

use super::{connected, drained, event, key_of, until};
use crate::helpers::TestApp;
use empego_desk::empego::subscription::QueueStatus;
use reqwest::StatusCode;
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

async fn link_is(app: &TestApp, link: QueueStatus) {
    until("the link stands so", async || (app.state.events.snapshot().link == link).then_some(()))
        .await;
}

/// A desk that hears another one's sandbox by this address.
async fn listening(to: &TestApp, key: &str) -> TestApp {
    let (url, key) =
        (format!("{}/subscribe?queue=desk", to.sandbox.replacen("http", "ws", 1)), key.to_owned());
    TestApp::with(|settings| {
        settings.empego_api_url = Some(format!("{}/v2", to.sandbox));
        settings.empego_api_key = Some(key);
        settings.empego_events_url = Some(url);
        settings.empego_app_origins = Some(to.sandbox.clone());
    })
    .await
}

#[tokio::test]
async fn a_refused_key_stops_and_says_so() {
    let empego = TestApp::start().await;
    let app = listening(&empego, "wrong").await;
    link_is(&app, QueueStatus::Refused).await;
    let connections = app.state.events.snapshot().connections;
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    assert_eq!(app.state.events.snapshot().connections, connections, "nothing is tried again");
    let page = app.nurse().await.get("/admin/connection").await;
    assert!(
        page.texts("#events").join(" ").contains("refused the key for the queue"),
        "{}",
        page.text
    );
    assert!(page.texts("#key").join(" ").contains("Empego refuses the key"));
}

/// Answers every upgrade with this status. The address, and how often it was asked.
async fn gateway(status: &'static str) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("ws://{}/subscribe?queue=desk", listener.local_addr().expect("an address"));
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            count.fetch_add(1, Ordering::SeqCst);
            let mut request = [0; 4_096];
            let _ = stream.read(&mut request).await;
            let answer = format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\n\r\n");
            let _ = stream.write_all(answer.as_bytes()).await;
        }
    });
    (url, asked)
}

#[tokio::test]
async fn a_gateway_that_refuses_is_asked_again_slowly_and_a_401_stops() {
    for (status, link, says) in [
        ("403 Forbidden", QueueStatus::Forbidden, "any gateway or proxy on the way"),
        ("401 Unauthorized", QueueStatus::Refused, "refused the key for the queue"),
    ] {
        let (url, asked) = gateway(status).await;
        let app = TestApp::with(|settings| settings.empego_events_url = Some(url)).await;
        link_is(&app, link).await;
        tokio::time::sleep(Duration::from_millis(1_500)).await;
        assert_eq!(asked.load(Ordering::SeqCst), 1, "{status}: not soon");
        let page = app.nurse().await.get("/admin/connection").await;
        assert!(page.texts("#events").join(" ").contains(says), "{status}: {}", page.text);
    }
}

#[tokio::test]
async fn a_queue_that_somebody_else_holds_is_waited_for() {
    let empego = TestApp::start().await;
    connected(&empego).await;
    let app = listening(&empego, "sandbox-key").await;
    link_is(&app, QueueStatus::InUse).await;
    assert_eq!(app.nurse().await.get("/admin/connection").await.status, StatusCode::OK);
    assert_eq!(
        empego.state.events.snapshot().link,
        QueueStatus::Up,
        "the first one is not disturbed"
    );
}

#[tokio::test]
async fn a_broken_connection_is_made_again_and_nothing_is_lost() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let id = nurse.create("Ada", "Example", "A-1").await;
    let key = key_of(&app, &id).await;
    connected(&app).await;
    drained(&app).await;
    let before = app.state.events.snapshot().connections;
    app.control("disconnect", json!({})).await;
    app.control("events", json!({ "events": [event("while-away", &key, "DONE")] })).await;
    until("connected again", async || {
        (app.state.events.snapshot().connections > before).then_some(())
    })
    .await;
    until("heard", async || {
        (nurse.get(&format!("/consultations/{id}")).await.texts(".status") == ["Done"])
            .then_some(())
    })
    .await;
}

#[tokio::test]
async fn what_is_not_acknowledged_in_time_comes_again() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let id = nurse.create("Ada", "Example", "A-1").await;
    let key = key_of(&app, &id).await;
    drained(&app).await;
    // Counted as delivered, and never sent.
    app.faults(json!({ "drop_events": 1 })).await;
    app.control("events", json!({ "events": [event("dropped", &key, "DONE")] })).await;
    until("in flight", async || {
        (app.seen().await["queue"]["desk"]["in_flight"] == 1).then_some(())
    })
    .await;
    app.pass(31_000);
    until("heard", async || {
        (nurse.get(&format!("/consultations/{id}")).await.texts(".status") == ["Done"])
            .then_some(())
    })
    .await;
    drained(&app).await;
}

#[tokio::test]
async fn what_the_store_cannot_keep_is_not_acknowledged() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let id = nurse.create("Ada", "Example", "A-1").await;
    let key = key_of(&app, &id).await;
    drained(&app).await;
    let mut raw = app.database().await;
    raw.refuse_rows("queue_events").await;
    app.control("events", json!({ "events": [event("kept-later", &key, "DONE")] })).await;
    let before = app.state.events.snapshot().connections;
    until("it let go", async || (app.state.events.snapshot().connections > before).then_some(()))
        .await;
    let queue = app.seen().await["queue"]["desk"].clone();
    assert_ne!(queue["acknowledged"], json!(null));
    assert!(
        queue["pending"].as_u64().unwrap_or(0) + queue["in_flight"].as_u64().unwrap_or(0) > 0,
        "it is still owed: {queue}"
    );
    raw.unplant("queue_events").await;
    until("heard", async || {
        (nurse.get(&format!("/consultations/{id}")).await.texts(".status") == ["Done"])
            .then_some(())
    })
    .await;
}
