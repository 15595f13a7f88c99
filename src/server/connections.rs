//! Limits of idle clients: the number of connections, the share of one network address, and the
//! time to send a request's headers.

use crate::config::Places;
use crate::error::AppError;
use crate::i18n::errors;
use crate::model::language::Language;
use crate::web::shares::{Holder, Place, RETRY_SECONDS, Shares};
use axum_server::accept::Accept;
use ipnet::IpNet;
use std::future::{Ready, ready};
use std::io::{self, ErrorKind};
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::Semaphore;

/// How many refused connections are told so at a time. Further ones are closed without a word.
const MAX_FAREWELLS: usize = 64;
/// How much of what a refused client sends is read, in bytes.
const MAX_UNREAD: u64 = 64 * 1024;
/// How long a refused client may take to read the answer.
const FAREWELL_TIMEOUT: Duration = Duration::from_secs(2);

/// The limits of client connections.
#[derive(Clone, Copy, Debug)]
pub struct ConnectionLimits {
    /// The maximum number of open connections. Each browser keeps a few open.
    pub max_connections: usize,
    /// The maximum number of one network address (IPv6: of its /64). Trusted proxies have no limit
    /// of their own: they bring the connections of others.
    pub max_of_address: usize,
    /// The time to send a request's headers, from the connection or from the previous response.
    /// Slow and silent clients are disconnected.
    pub header_timeout: Duration,
}

impl ConnectionLimits {
    /// This many places, and the usual time to send a request's headers.
    #[must_use]
    pub fn new(places: Places) -> Self {
        Self {
            max_connections: places.all,
            max_of_address: places.of_address,
            header_timeout: Duration::from_secs(10),
        }
    }
}

impl Default for ConnectionLimits {
    fn default() -> Self {
        Self::new(Places { all: 4_096, of_address: 1_024 })
    }
}

/// Accepts a connection if there is a place for it. Otherwise it is told so and closed at once: a
/// waiting connection would hold a file descriptor too.
#[derive(Clone, Debug)]
pub struct ConnectionPermits {
    shares: Arc<Shares>,
    limits: ConnectionLimits,
    proxies: Arc<[IpNet]>,
    farewells: Arc<Semaphore>,
}

impl ConnectionPermits {
    /// Creates the places. `proxies` are trusted.
    #[must_use]
    pub fn new(limits: ConnectionLimits, proxies: Vec<IpNet>) -> Self {
        Self {
            shares: Shares::new("connection", limits.max_connections),
            limits,
            proxies: proxies.into(),
            farewells: Arc::new(Semaphore::new(MAX_FAREWELLS)),
        }
    }

    fn holder(&self, peer: IpAddr) -> Option<Holder> {
        let trusted = self.proxies.iter().any(|net| net.contains(&peer));
        (!trusted).then(|| Holder::address(&peer.to_string(), self.limits.max_of_address))
    }

    /// Answers a connection that has no place, in the background.
    fn refuse(&self, mut stream: TcpStream) {
        let Ok(permit) = self.farewells.clone().try_acquire_owned() else { return };
        tokio::spawn(async move {
            let farewell = async {
                stream.write_all(refusal().as_bytes()).await?;
                stream.shutdown().await?;
                // A connection that is closed with something unread is reset, and the answer lost.
                tokio::io::copy(&mut stream.take(MAX_UNREAD), &mut tokio::io::sink()).await
            };
            // The client may be gone: there is nothing else to tell it.
            let _ = tokio::time::timeout(FAREWELL_TIMEOUT, farewell).await;
            drop(permit);
        });
    }
}

/// The answer to a connection without a place, in both languages: no request was read.
fn refusal() -> String {
    let error = AppError::Crowded { seconds: RETRY_SECONDS };
    let lines = [Language::En, Language::Fr].map(|language| {
        let (title, text) = errors::explain(language, &error);
        format!("{title}. {text}\n")
    });
    let body = lines.concat();
    format!(
        "HTTP/1.1 503 Service Unavailable\r\nRetry-After: {RETRY_SECONDS}\r\n\
         Content-Type: text/plain; charset=utf-8\r\nContent-Length: {}\r\nConnection: close\r\n\
         Cache-Control: no-store\r\n\r\n{body}",
        body.len()
    )
}

impl<S> Accept<TcpStream, S> for ConnectionPermits {
    type Stream = PermittedStream;
    type Service = S;
    type Future = Ready<io::Result<(PermittedStream, S)>>;

    fn accept(&self, stream: TcpStream, service: S) -> Self::Future {
        let peer = match stream.peer_addr() {
            Ok(peer) => peer.ip().to_canonical(),
            // It is gone already.
            Err(error) => return ready(Err(error)),
        };
        ready(match self.shares.take(self.holder(peer).into_iter().collect()) {
            Ok(place) => Ok((PermittedStream { stream, _place: place }, service)),
            Err(_) => {
                metrics::counter!("desk_connections_refused_total").increment(1);
                self.refuse(stream);
                Err(io::Error::new(ErrorKind::ConnectionRefused, "too many connections"))
            }
        })
    }
}

/// A connection that holds a place until it is dropped.
#[derive(Debug)]
pub struct PermittedStream {
    stream: TcpStream,
    _place: Place,
}

impl AsyncRead for PermittedStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl AsyncWrite for PermittedStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, buffer)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffers: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, buffers)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
