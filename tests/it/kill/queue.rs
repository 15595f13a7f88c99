//! A kill between the commit of an event and its acknowledgement: the queue delivers it again, and
//! it counts once.

use crate::binary::Binary;
use crate::helpers::{EMAIL, PASSWORD};
use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{WebSocketStream, accept_async};

/// A queue that waits for its subscriber.
async fn subscriber(queue: &TcpListener) -> WebSocketStream<TcpStream> {
    let (stream, _) = queue.accept().await.expect("a subscriber");
    accept_async(stream).await.expect("an upgrade")
}

/// The one event, under a receipt.
fn delivery(key: &str, receipt: &str) -> Message {
    let payload = json!({ "consultation": { "consultationKey": key, "consultationStatus": { "id": "DONE" } } });
    let frame = json!({ "frameType": "EVENT", "framePayload": {
        "eventId": "the-event", "eventType": "CONSULTATION_UPDATED", "receiptId": receipt, "eventTs": "2026-03-20T14:30:00.000Z",
        "queueName": "desk", "eventPayload": payload,
    } });
    Message::text(frame.to_string())
}

#[tokio::test]
async fn an_event_that_was_committed_and_not_acknowledged_comes_again_and_counts_once() {
    let queue = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = format!("ws://{}/?queue=desk", queue.local_addr().expect("an address"));
    let mut desk = Binary::with(&[
        ("DESK_ADMIN_EMAIL", EMAIL),
        ("DESK_ADMIN_PASSWORD", PASSWORD),
        ("EMPEGO_EVENTS_URL", &address),
    ])
    .await;
    let mut first = subscriber(&queue).await;
    desk.sign_in(EMAIL, PASSWORD).await;
    let id = desk.create("A-1").await;
    let key = desk.seen().await["consultations"][0]["key"].as_str().expect("a key").to_owned();
    let mut database = desk.database().await;
    let mut rows = async |sql: &'static str| database.number(sql).await;
    const HEARD: &str =
        "SELECT coalesce(max(deliveries), 0) FROM queue_events WHERE event_id = 'the-event'";
    const APPLIED: &str = "SELECT count(*) FROM timeline WHERE source_event_id = 'the-event'";

    first.send(delivery(&key, "receipt-1")).await.expect("it is sent");
    while rows(HEARD).await == 0 {
        tokio::task::yield_now().await;
    }
    // What the desk may have answered is never read: for the queue nothing was acknowledged.
    desk.kill().await;
    drop(first);
    desk.restart().await;
    let mut second = subscriber(&queue).await;
    second.send(delivery(&key, "receipt-2")).await.expect("it is sent");
    let acknowledged = loop {
        let message = second.next().await.expect("an answer").expect("a frame");
        let Ok(text) = message.to_text() else { continue };
        let frame: Value = serde_json::from_str(text).unwrap_or_default();
        if frame["frameType"] == "ACK_EVENT" {
            break frame["framePayload"]["receiptId"].clone();
        }
    };
    assert_eq!(acknowledged, "receipt-2");
    assert_eq!((rows(HEARD).await, rows(APPLIED).await), (2, 1), "it came twice and counts once");
    assert_eq!(desk.get(&format!("/consultations/{id}")).await.texts(".status"), ["Done"]);
}
