//! The queue's WebSocket: authentication, and the frames in both directions (`docs/empego.md`
//! §6.1).

use super::super::rest::{self, MAX_BODY, Refusal};
use super::super::{Sandbox, profile};
use super::{NextAction, SubscriberHandle, frames};
use axum::extract::State;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use frames::ClientFrame;
use futures::stream::{SplitSink, SplitStream};
use futures::{SinkExt, StreamExt};
use std::convert::Infallible;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::{interval, timeout};

/// Close code for a missing or wrong key, sent after a successful upgrade (assumed).
const UNAUTHENTICATED: u16 = 4401;
/// Close code for a queue that has a subscriber already.
const QUEUE_IN_USE: u16 = 4409;
/// Interval of time checks. Timeouts go by the injected clock, which tests can move.
const TICK: Duration = Duration::from_millis(100);
/// Interval at which acknowledgements are saved, if there is a file.
const SAVE_INTERVAL: Duration = Duration::from_millis(500);
/// How long a subscriber may take to answer a close frame.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(1);
/// Limit on queued replies; beyond it nothing is read from the subscriber.
const MAX_REPLIES: usize = 1024;

/// How a connection ends.
enum End {
    /// With a close frame without a code.
    Close,
    /// Without a close frame, or closed by the client.
    Drop,
}

/// `GET /subscribe`.
pub(in crate::sandbox) async fn subscribe(
    State(sandbox): State<Sandbox>,
    uri: Uri,
    headers: HeaderMap,
    socket: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Response {
    if let Ok(socket) = socket {
        return upgrade(sandbox, socket, &uri, &headers);
    }
    let refusal = Refusal::new(
        StatusCode::UPGRADE_REQUIRED,
        "this is the event queue, and it is for WebSockets only",
    );
    ([(header::UPGRADE, HeaderValue::from_static("websocket"))], refusal).into_response()
}

/// Accepts a subscriber, or closes its connection with a code. The answer to a URL without a queue
/// is not documented (assumed: 400, no upgrade).
pub(in crate::sandbox) fn upgrade(
    sandbox: Sandbox,
    socket: WebSocketUpgrade,
    uri: &Uri,
    headers: &HeaderMap,
) -> Response {
    let Some(queue) = queue_name(uri) else {
        return Refusal::bad("queue must name a queue").into_response();
    };
    let authenticated = rest::api_key(headers).is_some_and(|key| !profile::tenants(key).is_empty());
    socket.max_message_size(MAX_BODY).on_upgrade(async move |socket| {
        if !authenticated {
            return refuse(socket, UNAUTHENTICATED, "authentication failed").await;
        }
        let now = sandbox.inner.ambient.now();
        let handle = sandbox.state().queues.subscribe(&queue, now);
        match handle {
            Some(handle) => Session { sandbox, queue, handle }.run(socket).await,
            None => refuse(socket, QUEUE_IN_USE, "another connection holds this queue").await,
        }
    })
}

fn queue_name(uri: &Uri) -> Option<String> {
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(uri.query()?).ok()?;
    pairs
        .into_iter()
        .find(|(name, value)| name == "queue" && !value.is_empty())
        .map(|(_, value)| value)
}

async fn refuse(socket: WebSocket, code: u16, reason: &'static str) {
    let (sink, stream) = socket.split();
    close(sink, stream, Some(CloseFrame { code, reason: reason.into() })).await;
}

/// Sends a close frame and waits briefly for the answer: dropping a connection with unread input
/// may lose the close frame.
async fn close(
    mut sink: SplitSink<WebSocket, Message>,
    mut stream: SplitStream<WebSocket>,
    frame: Option<CloseFrame>,
) {
    let _ = timeout(CLOSE_TIMEOUT, async {
        if sink.send(Message::Close(frame)).await.is_ok() {
            while let Some(Ok(_)) = stream.next().await {}
        }
    })
    .await;
}

/// A subscriber's connection. Reads and writes run concurrently.
struct Session {
    sandbox: Sandbox,
    queue: String,
    handle: SubscriberHandle,
}

impl Session {
    async fn run(self, socket: WebSocket) {
        let (sink, mut stream) = socket.split();
        let (replies, waiting) = mpsc::channel(MAX_REPLIES);
        let mut writer = Writer { sink, sent: 0, limit: None };
        let end = tokio::select! {
            () = self.read(&mut stream, replies) => End::Drop,
            end = self.write(&mut writer, waiting) => match end { Err(end) => end },
            never = self.save_periodically() => match never {},
            () = self.handle.disconnected.cancelled() => End::Drop,
            () = self.sandbox.inner.stopping.cancelled() => End::Close,
        };
        self.sandbox.state().queues.leave(&self.queue, &self.handle);
        match end {
            End::Close => close(writer.sink, stream, None).await,
            End::Drop => drop((writer, stream)),
        }
        self.sandbox.save().await;
    }

    async fn read(&self, stream: &mut SplitStream<WebSocket>, replies: mpsc::Sender<Message>) {
        while let Some(Ok(message)) = stream.next().await {
            if let Some(reply) = self.handle_message(&message)
                && replies.send(reply).await.is_err()
            {
                return;
            }
        }
    }

    /// Handles a message and returns the reply. An unknown receipt is answered too (assumed).
    fn handle_message(&self, message: &Message) -> Option<Message> {
        let frame = if let Message::Text(text) = message { frames::read(text) } else { None };
        let now = self.sandbox.inner.ambient.now();
        let mut state = self.sandbox.state();
        state.queues.record_traffic(&self.queue, &self.handle, now);
        match frame? {
            ClientFrame::Ping => Some(frames::pong()),
            ClientFrame::Ack(receipt) => {
                state.acknowledge(&self.queue, &self.handle, &receipt);
                Some(frames::acknowledged(&receipt))
            }
        }
    }

    async fn write(
        &self,
        writer: &mut Writer,
        mut replies: mpsc::Receiver<Message>,
    ) -> Result<Infallible, End> {
        let mut tick = interval(TICK);
        let mut reply = None;
        loop {
            let changed = self.sandbox.inner.changed.notified();
            tokio::pin!(changed);
            // Registered before the check, so that no event is missed.
            changed.as_mut().enable();
            let (next_action, limit) = {
                let mut state = self.sandbox.state();
                (
                    state.next_action(&self.queue, &self.handle, &self.sandbox.inner.ambient),
                    state.faults.disconnect_after,
                )
            };
            writer.limit(limit);
            let batch = match next_action {
                NextAction::NotSubscribed => return Err(End::Drop),
                NextAction::Idle => return Err(End::Close),
                NextAction::Send(batch) => batch,
            };
            while let Some(frame) = reply.take().or_else(|| replies.try_recv().ok()) {
                writer.feed(frame).await?;
            }
            for number in 0..batch.garbage {
                writer.feed(frames::garbage(number)).await?;
            }
            // Serialised one by one: events can be large, and many.
            for delivery in &batch.deliveries {
                writer.feed(frames::event(&self.queue, delivery)).await?;
            }
            writer.flush().await?;
            if batch.more {
                tokio::task::yield_now().await;
                continue;
            }
            tokio::select! {
                // Sent in the next iteration, which may apply a new limit.
                next = replies.recv() => reply = Some(next.ok_or(End::Drop)?),
                () = changed => {},
                _ = tick.tick() => {},
            }
        }
    }

    /// Saves acknowledgements at intervals: there may be thousands a second.
    async fn save_periodically(&self) -> Infallible {
        let mut every = interval(SAVE_INTERVAL);
        let mut saved = self.sandbox.state().revision();
        loop {
            every.tick().await;
            let revision = self.sandbox.state().revision();
            if revision != saved {
                self.sandbox.save().await;
                saved = revision;
            }
        }
    }
}

/// Sends frames, up to the limit of the fault `disconnect_after`.
struct Writer {
    sink: SplitSink<WebSocket, Message>,
    sent: u64,
    limit: Option<u64>,
}

impl Writer {
    /// Counting restarts with a new limit.
    fn limit(&mut self, limit: Option<u64>) {
        if limit != self.limit {
            self.limit = limit;
            self.sent = 0;
        }
    }

    async fn feed(&mut self, frame: Message) -> Result<(), End> {
        self.sink.feed(frame).await.map_err(|_| End::Drop)?;
        self.sent += 1;
        if self.limit.is_some_and(|limit| self.sent >= limit) {
            self.flush().await?;
            return Err(End::Drop);
        }
        Ok(())
    }

    async fn flush(&mut self) -> Result<(), End> {
        self.sink.flush().await.map_err(|_| End::Drop)
    }
}
