//! A subscriber to the event queue, as the queue tests need it.

use super::*;
use futures::{SinkExt, StreamExt};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// How a connection ended.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum End {
    /// With a close frame, and this code in it where there is one.
    Closed(Option<u16>),
    /// Without a word.
    Cut,
}

/// One connection to a queue.
pub(super) struct Subscriber {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

impl Bench {
    /// Connects with these headers. `Err` is the status of an upgrade that was refused.
    pub(super) async fn dial(
        &self,
        path: &str,
        headers: &[(&'static str, &str)],
    ) -> Result<Subscriber, u16> {
        let mut request = format!("{}{path}", self.origin.replacen("http", "ws", 1))
            .into_client_request()
            .expect("a request");
        for (name, value) in headers {
            request.headers_mut().insert(*name, value.parse().expect("a header"));
        }
        match connect_async(request).await {
            Ok((socket, _)) => Ok(Subscriber { socket }),
            Err(Error::Http(response)) => Err(response.status().as_u16()),
            Err(error) => panic!("{error}"),
        }
    }

    /// Subscribes to this queue with the usual key.
    pub(super) async fn subscribe_to(&self, queue: &str) -> Subscriber {
        let key = format!("api-key {API_KEY}");
        self.dial(&format!("/subscribe?queue={queue}"), &[("authorization", &key)])
            .await
            .expect("an upgrade")
    }

    /// Subscribes to the sandbox's own queue.
    pub(super) async fn subscribe(&self) -> Subscriber {
        self.subscribe_to("desk").await
    }

    pub(super) async fn control(&self, path: &str, body: Value) -> Value {
        json_of(self.post(&format!("/control/{path}")).json(&body)).await
    }

    /// Puts so many events into the sandbox's own queue; their ids.
    pub(super) async fn inject(&self, count: usize) -> Vec<String> {
        let answer = self
            .control("events", json!({ "count": count, "event": { "eventType": "TEST" } }))
            .await;
        answer["eventIds"].as_array().expect("ids").iter().map(text).collect()
    }

    /// What the state tells of the sandbox's own queue.
    pub(super) async fn queue(&self) -> Value {
        self.state().await["queue"]["desk"].clone()
    }
}

impl Subscriber {
    /// The next text frame as it is; the end where there is none.
    pub(super) async fn hear(&mut self) -> Result<Message, End> {
        match self.socket.next().await {
            Some(Ok(Message::Close(frame))) => {
                Err(End::Closed(frame.map(|frame| u16::from(frame.code))))
            }
            Some(Ok(message)) => Ok(message),
            Some(Err(_)) | None => Err(End::Cut),
        }
    }

    /// The next frame.
    pub(super) async fn frame(&mut self) -> Value {
        let message = self.hear().await.expect("a frame");
        serde_json::from_str(message.to_text().expect("text")).expect("JSON")
    }

    /// The payload of the next frame, which is an event.
    pub(super) async fn event(&mut self) -> Value {
        let mut frame = self.frame().await;
        assert_eq!(frame["frameType"], "EVENT", "{frame}");
        frame["framePayload"].take()
    }

    /// The ids of the next so many events.
    pub(super) async fn ids(&mut self, count: usize) -> Vec<String> {
        let mut ids = Vec::with_capacity(count);
        for _ in 0..count {
            ids.push(text(&self.event().await["eventId"]));
        }
        ids
    }

    pub(super) async fn say(&mut self, frame: &str) {
        self.socket.send(Message::Text(frame.into())).await.expect("it is sent");
    }

    /// Acknowledges and hears the answer, which is the next frame.
    pub(super) async fn acknowledge(&mut self, receipt: &Value) {
        self.say(
            &json!({ "frameType": "ACK_EVENT", "framePayload": { "receiptId": receipt } })
                .to_string(),
        )
        .await;
        assert_eq!(
            self.frame().await,
            json!({ "frameType": "ACK_EVENT_REPLY", "framePayload": { "receiptId": receipt } })
        );
    }

    /// Nothing is to be delivered now. The queue looks for events between the answers to two
    /// frames, so that anything there is would come before the second one.
    pub(super) async fn quiet(&mut self) {
        for _ in 0..2 {
            self.say(r#"{"frameType":"PING"}"#).await;
            assert_eq!(self.frame().await, json!({ "frameType": "PONG" }));
        }
    }

    /// How it ends, without another frame before.
    pub(super) async fn end(&mut self) -> End {
        self.hear().await.expect_err("the end")
    }

    /// Ends it in order.
    pub(super) async fn leave(mut self) {
        self.socket.close(None).await.expect("it closes");
        while self.socket.next().await.is_some() {}
    }
}

pub(super) fn text(value: &Value) -> String {
    value.as_str().expect("a string").to_owned()
}
