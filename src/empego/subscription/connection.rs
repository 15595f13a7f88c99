//! One connection, from the upgrade to its end.

use super::{Health, QueueStatus, Sink, Subscription, chunks};
use crate::empego::frames::{self, Delivery, Incoming};
use crate::empego::{event, http};
use futures::stream::FuturesUnordered;
use futures::{SinkExt, StreamExt};
use reqwest::header::AUTHORIZATION;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};
use tokio_util::sync::CancellationToken;

/// Limit on connecting, TLS and the upgrade included.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(20);
/// How long a probe waits for the server to close the connection.
const PROBE_WAIT: Duration = Duration::from_secs(2);
/// Limit on a frame, in bytes. A longer one ends the connection, which is logged, and is delivered
/// again.
const MAX_FRAME_BYTES: usize = 64 * 1024 * 1024;

/// Close codes (`docs/empego.md` §6.1).
const AUTHENTICATION_FAILED: u16 = 4401;
const QUEUE_IN_USE: u16 = 4409;

pub(super) enum Ended {
    Stopped,
    /// The key was refused.
    Refused,
    /// The upgrade was refused with 403, as a gateway does.
    Forbidden,
    /// Another subscriber holds the queue.
    Taken,
    /// Anything else; the reason is for the log.
    Lost(&'static str),
}

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Connects, and passes events to `sink` until the connection ends.
pub(super) async fn run(
    subscription: &Subscription,
    sink: &dyn Sink,
    health: &Health,
    stop: &CancellationToken,
) -> Ended {
    health.set(QueueStatus::Down, subscription.ambient.now());
    let socket = match stop.run_until_cancelled(Box::pin(connect(subscription))).await {
        None => return Ended::Stopped,
        Some(Err(end)) => return end,
        Some(Ok(socket)) => socket,
    };
    health.set(QueueStatus::Up, subscription.ambient.now());
    tracing::info!("connected to Empego's event queue");
    exchange(subscription, sink, health, stop, socket).await
}

/// Connects, waits briefly for a refusal, and closes. Events that arrive meanwhile are not
/// acknowledged.
pub(super) async fn probe(subscription: &Subscription) -> QueueStatus {
    let status = |end: &Ended| match end {
        Ended::Refused => QueueStatus::Refused,
        Ended::Forbidden => QueueStatus::Forbidden,
        Ended::Taken => QueueStatus::InUse,
        Ended::Stopped | Ended::Lost(_) => QueueStatus::Down,
    };
    let mut socket = match connect(subscription).await {
        Err(end) => return status(&end),
        Ok(socket) => socket,
    };
    let refusal = async {
        loop {
            match socket.next().await {
                Some(Ok(Message::Close(frame))) => {
                    return close_reason(frame.map(|frame| u16::from(frame.code)));
                }
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return Ended::Lost("connection lost"),
            }
        }
    };
    match tokio::time::timeout(PROBE_WAIT, refusal).await {
        Ok(end) => status(&end),
        Err(_) => {
            let _ = tokio::time::timeout(PROBE_WAIT, socket.close(None)).await;
            QueueStatus::Up
        }
    }
}

fn close_reason(code: Option<u16>) -> Ended {
    match code {
        Some(AUTHENTICATION_FAILED) => Ended::Refused,
        Some(QUEUE_IN_USE) => Ended::Taken,
        _ => Ended::Lost("closed by the server"),
    }
}

async fn connect(subscription: &Subscription) -> Result<Socket, Ended> {
    tokio::time::timeout(CONNECT_TIMEOUT, upgrade(subscription))
        .await
        .unwrap_or(Err(Ended::Lost("connect timeout")))
}

async fn upgrade(subscription: &Subscription) -> Result<Socket, Ended> {
    let mut request =
        subscription.url.as_str().into_client_request().map_err(|_| Ended::Lost("invalid URL"))?;
    let key = http::authorization(&subscription.key).ok_or(Ended::Refused)?;
    request.headers_mut().insert(AUTHORIZATION, key);
    let limit = Some(MAX_FRAME_BYTES);
    let config = WebSocketConfig::default().max_message_size(limit).max_frame_size(limit);
    match connect_async_with_config(request, Some(config), true).await {
        Ok((socket, _)) => Ok(socket),
        // Whether a wrong key is refused by a close code or by the upgrade's status is not
        // documented, so both are accepted. A 403 may also be a gateway's, or a wrong URL's.
        Err(Error::Http(answer)) if answer.status().as_u16() == 401 => Err(Ended::Refused),
        Err(Error::Http(answer)) if answer.status().as_u16() == 403 => Err(Ended::Forbidden),
        Err(Error::Http(answer)) if answer.status().as_u16() == 409 => Err(Ended::Taken),
        Err(Error::Http(_)) => Err(Ended::Lost("upgrade refused")),
        Err(Error::Tls(_)) => Err(Ended::Lost("TLS failed")),
        Err(_) => Err(Ended::Lost("unreachable")),
    }
}

/// The result of reading a chunk of messages.
#[derive(Default)]
struct ReadChunk {
    events: Vec<Delivery>,
    /// Receipts of unreadable frames: acknowledged too, or they would be delivered for ever.
    receipts: Vec<String>,
    end: Option<Ended>,
}

async fn exchange(
    subscription: &Subscription,
    sink: &dyn Sink,
    health: &Health,
    stop: &CancellationToken,
    socket: Socket,
) -> Ended {
    let (mut writer, reader) = socket.split();
    let mut reader = reader.fuse();
    let mut ping = tokio::time::interval_at(
        tokio::time::Instant::now() + subscription.ping,
        subscription.ping,
    );
    let mut last_received = tokio::time::Instant::now();
    // One batch is stored while the next one is read.
    let mut storing = FuturesUnordered::new();
    loop {
        let idle_at = last_received + subscription.idle_timeout;
        tokio::select! {
            () = stop.cancelled() => {
                let _ = tokio::time::timeout(Duration::from_secs(2), writer.close()).await;
                return Ended::Stopped;
            }
            Some(stored) = storing.next(), if !storing.is_empty() => {
                let receipts: Vec<String> = match stored {
                    Ok(receipts) => receipts,
                    Err(()) => return Ended::Lost("events were not stored"),
                };
                for receipt in receipts {
                    let frame = frames::acknowledgement(&receipt);
                    if writer.feed(Message::text(frame)).await.is_err() {
                        return Ended::Lost("connection lost");
                    }
                }
                if writer.flush().await.is_err() {
                    return Ended::Lost("connection lost");
                }
            }
            chunk = chunks::next(&mut reader), if storing.len() < 2 => {
                let Some(chunk) = chunk else { return Ended::Lost("connection ended") };
                last_received = tokio::time::Instant::now();
                let read = parse_chunk(chunk, health);
                record(subscription, health, &read.events);
                if !read.events.is_empty() || !read.receipts.is_empty() {
                    storing.push(store(sink, read.events, read.receipts));
                }
                if let Some(end) = read.end {
                    // Stored now; acknowledged when it is delivered again.
                    while let Some(_stored) = storing.next().await {}
                    return end;
                }
            }
            _ = ping.tick() => {
                if writer.send(Message::text(frames::PING)).await.is_err() {
                    return Ended::Lost("connection lost");
                }
            }
            () = tokio::time::sleep_until(idle_at) => return Ended::Lost("idle timeout"),
        }
    }
}

/// Stores the events, and returns the receipts to acknowledge.
async fn store(
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

fn parse_chunk(chunk: Vec<Result<Message, Error>>, health: &Health) -> ReadChunk {
    let mut read = ReadChunk::default();
    for message in chunk {
        match message {
            Ok(Message::Text(text)) => match frames::read(text.as_str()) {
                Ok(Incoming::Event(delivery)) => read.events.push(*delivery),
                Ok(Incoming::Other) => {}
                Err(bad) => {
                    health.change(|snapshot| snapshot.malformed += 1);
                    metrics::counter!("desk_events_malformed_total").increment(1);
                    read.receipts.extend(bad.receipt);
                }
            },
            Ok(Message::Close(frame)) => {
                read.end = Some(close_reason(frame.map(|frame| u16::from(frame.code))));
                break;
            }
            Ok(_) => {}
            Err(Error::Capacity(_)) => {
                read.end = Some(Ended::Lost("frame too long"));
                break;
            }
            Err(_) => {
                read.end = Some(Ended::Lost("connection lost"));
                break;
            }
        }
    }
    read
}

fn record(subscription: &Subscription, health: &Health, events: &[Delivery]) {
    let Some(last) = events.last() else { return };
    let now = subscription.ambient.now();
    let sent = event::parse_time(&last.event_ts).unwrap_or(now);
    health.change(|snapshot| {
        snapshot.last_event_at = now;
        snapshot.lag_ms = now.saturating_sub(sent);
        snapshot.events += u64::try_from(events.len()).unwrap_or(u64::MAX);
    });
    metrics::counter!("desk_events_total").increment(events.len().try_into().unwrap_or(u64::MAX));
    #[expect(clippy::cast_precision_loss, reason = "a gauge is a float")]
    metrics::gauge!("desk_events_lag_seconds").set(now.saturating_sub(sent) as f64 / 1000.0);
}
