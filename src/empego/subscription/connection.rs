//! One connection, from the upgrade to its end.

use super::{Health, Link, Sink, Subscription};
use crate::empego::frames::{self, Delivery, Incoming};
use futures::stream::FuturesUnordered;
use futures::{SinkExt, StreamExt};
use secrecy::ExposeSecret;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::http::header::AUTHORIZATION;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};
use tokio_util::sync::CancellationToken;

/// How long connecting may take, TLS and the upgrade included.
const CONNECT: Duration = Duration::from_secs(20);
/// How long a probe waits for a word against it.
const LET_STAY: Duration = Duration::from_secs(2);
/// The longest frame that is taken, in bytes. What is longer ends the connection, and comes again:
/// it is said in the log.
const LONGEST: usize = 64 * 1024 * 1024;
/// The most events that are taken together. As many as have come while the batch before was kept,
/// up to this.
const BATCH: usize = 512;

/// Close codes (`empego-api.md` §6.1).
const AUTHENTICATION_FAILED: u16 = 4401;
const QUEUE_TAKEN: u16 = 4409;

/// How a connection ended.
pub(super) enum End {
    /// We were told to stop.
    Stopped,
    /// The key is wrong.
    Refused,
    /// Somebody else holds the queue.
    Taken,
    /// Anything else, in a few words that name nothing.
    Lost(&'static str),
}

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Connects, and takes events until the connection ends.
pub(super) async fn hold(
    subscription: &Subscription,
    sink: &dyn Sink,
    health: &Health,
    stop: &CancellationToken,
) -> End {
    health.set(Link::Down, subscription.ambient.now());
    let socket = match stop
        .run_until_cancelled(Box::pin(tokio::time::timeout(CONNECT, connect(subscription))))
        .await
    {
        None => return End::Stopped,
        Some(Err(_)) => return End::Lost("no answer"),
        Some(Ok(Err(end))) => return end,
        Some(Ok(Ok(socket))) => socket,
    };
    health.set(Link::Up, subscription.ambient.now());
    tracing::info!("connected to Empego's event queue");
    follow(subscription, sink, health, stop, socket).await
}

/// Connects, waits a moment for a word against it, and closes. What is delivered meanwhile is not
/// acknowledged.
pub(super) async fn probe(subscription: &Subscription) -> Link {
    let ended = |end: &End| match end {
        End::Refused => Link::Refused,
        End::Taken => Link::Taken,
        End::Stopped | End::Lost(_) => Link::Down,
    };
    let mut socket = match tokio::time::timeout(CONNECT, connect(subscription)).await {
        Err(_) => return Link::Down,
        Ok(Err(end)) => return ended(&end),
        Ok(Ok(socket)) => socket,
    };
    let word = async {
        loop {
            match socket.next().await {
                Some(Ok(Message::Close(frame))) => {
                    return closed(frame.map(|frame| u16::from(frame.code)));
                }
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return End::Lost("it broke"),
            }
        }
    };
    match tokio::time::timeout(LET_STAY, word).await {
        Ok(end) => ended(&end),
        Err(_) => {
            let _ = tokio::time::timeout(LET_STAY, socket.close(None)).await;
            Link::Up
        }
    }
}

/// What a close code means.
fn closed(code: Option<u16>) -> End {
    match code {
        Some(AUTHENTICATION_FAILED) => End::Refused,
        Some(QUEUE_TAKEN) => End::Taken,
        _ => End::Lost("it was closed"),
    }
}

async fn connect(subscription: &Subscription) -> Result<Socket, End> {
    let mut request = subscription
        .url
        .as_str()
        .into_client_request()
        .map_err(|_| End::Lost("the address is none"))?;
    let key = HeaderValue::from_str(&format!("api-key {}", subscription.key.expose_secret()));
    let mut key = key.map_err(|_| End::Refused)?;
    key.set_sensitive(true);
    request.headers_mut().insert(AUTHORIZATION, key);
    let config =
        WebSocketConfig::default().max_message_size(Some(LONGEST)).max_frame_size(Some(LONGEST));
    match connect_async_with_config(request, Some(config), true).await {
        Ok((socket, _)) => Ok(socket),
        // Whether a wrong key is told by a close code or by the upgrade's answer is not documented:
        // both count.
        Err(Error::Http(answer)) if matches!(answer.status().as_u16(), 401 | 403) => {
            Err(End::Refused)
        }
        Err(Error::Http(answer)) if answer.status().as_u16() == 409 => Err(End::Taken),
        Err(Error::Http(_)) => Err(End::Lost("the upgrade was refused")),
        Err(Error::Tls(_)) => Err(End::Lost("TLS failed")),
        Err(_) => Err(End::Lost("cannot be reached")),
    }
}

/// What one look at the socket brought.
#[derive(Default)]
struct Heard {
    events: Vec<Delivery>,
    /// Receipts of frames that say nothing that can be read: they are acknowledged, or would come
    /// for ever.
    receipts: Vec<String>,
    end: Option<End>,
}

async fn follow(
    subscription: &Subscription,
    sink: &dyn Sink,
    health: &Health,
    stop: &CancellationToken,
    socket: Socket,
) -> End {
    let (mut writer, reader) = socket.split();
    let mut reader = reader.ready_chunks(BATCH);
    let mut ping = tokio::time::interval_at(
        tokio::time::Instant::now() + subscription.ping,
        subscription.ping,
    );
    let mut last_heard = tokio::time::Instant::now();
    // One batch is kept while the next one is read.
    let mut keeping = FuturesUnordered::new();
    loop {
        let silent = last_heard + subscription.silence;
        tokio::select! {
            () = stop.cancelled() => {
                let _ = tokio::time::timeout(Duration::from_secs(2), writer.close()).await;
                return End::Stopped;
            }
            Some(kept) = keeping.next(), if !keeping.is_empty() => {
                let receipts: Vec<String> = match kept {
                    Ok(receipts) => receipts,
                    Err(()) => return End::Lost("what came could not be kept"),
                };
                for receipt in receipts {
                    if writer.feed(Message::text(frames::acknowledgement(&receipt))).await.is_err() {
                        return End::Lost("it broke");
                    }
                }
                if writer.flush().await.is_err() {
                    return End::Lost("it broke");
                }
            }
            chunk = reader.next(), if keeping.len() < 2 => {
                let Some(chunk) = chunk else { return End::Lost("it ended") };
                last_heard = tokio::time::Instant::now();
                let heard = read(chunk, health);
                note(subscription, health, &heard.events);
                if !heard.events.is_empty() || !heard.receipts.is_empty() {
                    keeping.push(keep(sink, heard.events, heard.receipts));
                }
                if let Some(end) = heard.end {
                    // What came before the end is kept, and acknowledged at its next delivery.
                    while let Some(_kept) = keeping.next().await {}
                    return end;
                }
            }
            _ = ping.tick() => {
                if writer.send(Message::text(frames::PING)).await.is_err() {
                    return End::Lost("it broke");
                }
            }
            () = tokio::time::sleep_until(silent) => return End::Lost("it fell silent"),
        }
    }
}

/// The receipts to acknowledge once the batch is kept.
async fn keep(
    sink: &dyn Sink,
    events: Vec<Delivery>,
    mut receipts: Vec<String>,
) -> Result<Vec<String>, ()> {
    receipts.extend(events.iter().map(|event| event.receipt_id.clone()));
    if !events.is_empty() {
        sink.take(events).await.map_err(|_| ())?;
    }
    Ok(receipts)
}

fn read(chunk: Vec<Result<Message, Error>>, health: &Health) -> Heard {
    let mut heard = Heard::default();
    for message in chunk {
        match message {
            Ok(Message::Text(text)) => match frames::read(text.as_str()) {
                Ok(Incoming::Event(delivery)) => heard.events.push(*delivery),
                Ok(Incoming::Other) => {}
                Err(bad) => {
                    health.change(|snapshot| snapshot.malformed += 1);
                    metrics::counter!("desk_events_malformed_total").increment(1);
                    heard.receipts.extend(bad.receipt);
                }
            },
            Ok(Message::Close(frame)) => {
                heard.end = Some(closed(frame.map(|frame| u16::from(frame.code))));
                break;
            }
            Ok(_) => {}
            Err(Error::Capacity(_)) => {
                heard.end = Some(End::Lost("a frame is longer than is taken"));
                break;
            }
            Err(_) => {
                heard.end = Some(End::Lost("it broke"));
                break;
            }
        }
    }
    heard
}

fn note(subscription: &Subscription, health: &Health, events: &[Delivery]) {
    let Some(last) = events.last() else { return };
    let now = subscription.ambient.now();
    let sent = crate::empego::event::moment(&last.event_ts).unwrap_or(now);
    health.change(|snapshot| {
        snapshot.last_event_at = now;
        snapshot.lag_ms = now.saturating_sub(sent);
        snapshot.events += u64::try_from(events.len()).unwrap_or(u64::MAX);
    });
    metrics::counter!("desk_events_total").increment(events.len().try_into().unwrap_or(u64::MAX));
    #[expect(clippy::cast_precision_loss, reason = "a gauge is a float")]
    metrics::gauge!("desk_events_lag_seconds").set(now.saturating_sub(sent) as f64 / 1000.0);
}
