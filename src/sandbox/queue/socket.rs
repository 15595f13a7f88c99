//! The queue's WebSocket: who is let in, and what goes over it (`empego-api.md` §6.1).

use super::super::rest::{self, MAX_BODY, Refusal};
use super::super::{Sandbox, profile};
use super::{Seat, Turn, frames};
use axum::extract::State;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use frames::Said;
use futures::stream::{SplitSink, SplitStream};
use futures::{SinkExt, StreamExt};
use std::convert::Infallible;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::{interval, timeout};

/// The close code for a key that is missing or wrong. It comes after a successful upgrade
/// (assumed).
const UNAUTHENTICATED: u16 = 4401;
/// The close code for a queue that somebody holds.
const TAKEN: u16 = 4409;
/// How often the clock is looked at: time-outs are judged by the clock that was passed in, which
/// can be moved.
const TICK: Duration = Duration::from_millis(100);
/// How often acknowledgements are written to the file, where there is one.
const KEEP_EVERY: Duration = Duration::from_millis(500);
/// How long a subscriber may take to agree to the end.
const CLOSING: Duration = Duration::from_secs(1);
/// How many answers may wait for their sending before the subscriber is read no further.
const MAX_REPLIES: usize = 1024;

/// How a connection ends.
enum End {
    /// With a close frame that names no code.
    Bare,
    /// With no word; or it has ended already.
    Cut,
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

/// Lets a subscriber in, or closes its connection with the code that says why not. What an address
/// without a queue is answered is not documented (assumed: 400 and no upgrade).
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
        let seat = sandbox.state().queues.subscribe(&queue, now);
        match seat {
            Some(seat) => Session { sandbox, queue, seat }.run(socket).await,
            None => refuse(socket, TAKEN, "another connection holds this queue").await,
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

/// Says the end, and waits a moment for the other side to agree: a connection that is dropped with
/// something unread in it may take the close frame with it.
async fn close(
    mut sink: SplitSink<WebSocket, Message>,
    mut stream: SplitStream<WebSocket>,
    frame: Option<CloseFrame>,
) {
    let _ = timeout(CLOSING, async {
        if sink.send(Message::Close(frame)).await.is_ok() {
            while let Some(Ok(_)) = stream.next().await {}
        }
    })
    .await;
}

/// A subscriber's connection. It is read and written at the same time, so that neither waits for
/// the other.
struct Session {
    sandbox: Sandbox,
    queue: String,
    seat: Seat,
}

impl Session {
    async fn run(self, socket: WebSocket) {
        let (sink, mut stream) = socket.split();
        let (replies, waiting) = mpsc::channel(MAX_REPLIES);
        let mut line = Line { sink, sent: 0, limit: None };
        let end = tokio::select! {
            () = self.read(&mut stream, replies) => End::Cut,
            end = self.write(&mut line, waiting) => match end { Err(end) => end },
            never = self.keep_up() => match never {},
            () = self.seat.cut.cancelled() => End::Cut,
            () = self.sandbox.inner.closing.cancelled() => End::Bare,
        };
        self.sandbox.state().queues.leave(&self.queue, &self.seat);
        match end {
            End::Bare => close(line.sink, stream, None).await,
            End::Cut => drop((line, stream)),
        }
        self.sandbox.keep().await;
    }

    async fn read(&self, stream: &mut SplitStream<WebSocket>, replies: mpsc::Sender<Message>) {
        while let Some(Ok(message)) = stream.next().await {
            if let Some(reply) = self.hear(&message)
                && replies.send(reply).await.is_err()
            {
                return;
            }
        }
    }

    /// Takes note of a message; the answer to it, where it has one. A receipt that is unknown is
    /// answered too (assumed).
    fn hear(&self, message: &Message) -> Option<Message> {
        let said = if let Message::Text(text) = message { frames::read(text) } else { None };
        let now = self.sandbox.inner.ambient.now();
        let mut state = self.sandbox.state();
        state.queues.heard(&self.queue, &self.seat, now);
        match said? {
            Said::Ping => Some(frames::pong()),
            Said::Acknowledged(receipt) => {
                state.acknowledge(&self.queue, &self.seat, &receipt);
                Some(frames::acknowledged(&receipt))
            }
        }
    }

    async fn write(
        &self,
        line: &mut Line,
        mut replies: mpsc::Receiver<Message>,
    ) -> Result<Infallible, End> {
        let mut tick = interval(TICK);
        let mut reply = None;
        loop {
            let changed = self.sandbox.inner.changed.notified();
            tokio::pin!(changed);
            // Listening starts before looking, so that no event falls between the two.
            changed.as_mut().enable();
            let (turn, limit) = {
                let mut state = self.sandbox.state();
                (
                    state.turn(&self.queue, &self.seat, &self.sandbox.inner.ambient),
                    state.faults.disconnect_after,
                )
            };
            line.limit(limit);
            let batch = match turn {
                Turn::Over => return Err(End::Cut),
                Turn::Idle => return Err(End::Bare),
                Turn::Send(batch) => batch,
            };
            while let Some(frame) = reply.take().or_else(|| replies.try_recv().ok()) {
                line.feed(frame).await?;
            }
            for number in 0..batch.garbage {
                line.feed(frames::garbage(number)).await?;
            }
            // A frame is made just before it goes: events can be large, and many.
            for delivery in &batch.deliveries {
                line.feed(frames::event(&self.queue, delivery)).await?;
            }
            line.flush().await?;
            if batch.more {
                tokio::task::yield_now().await;
                continue;
            }
            tokio::select! {
                // Sent after the next look, which may find a new limit.
                next = replies.recv() => reply = Some(next.ok_or(End::Cut)?),
                () = changed => {},
                _ = tick.tick() => {},
            }
        }
    }

    /// Keeps what was acknowledged, where anything is kept: not each one, for there may be
    /// thousands a second.
    async fn keep_up(&self) -> Infallible {
        let mut every = interval(KEEP_EVERY);
        let mut kept = self.sandbox.state().changes();
        loop {
            every.tick().await;
            let changes = self.sandbox.state().changes();
            if changes != kept {
                self.sandbox.keep().await;
                kept = changes;
            }
        }
    }
}

/// The way to the subscriber, which a fault can cut after so many frames.
struct Line {
    sink: SplitSink<WebSocket, Message>,
    sent: u64,
    limit: Option<u64>,
}

impl Line {
    /// A new limit counts from here.
    fn limit(&mut self, limit: Option<u64>) {
        if limit != self.limit {
            self.limit = limit;
            self.sent = 0;
        }
    }

    async fn feed(&mut self, frame: Message) -> Result<(), End> {
        self.sink.feed(frame).await.map_err(|_| End::Cut)?;
        self.sent += 1;
        if self.limit.is_some_and(|limit| self.sent >= limit) {
            self.flush().await?;
            return Err(End::Cut);
        }
        Ok(())
    }

    async fn flush(&mut self) -> Result<(), End> {
        self.sink.flush().await.map_err(|_| End::Cut)
    }
}
