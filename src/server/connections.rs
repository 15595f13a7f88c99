//! Limits of idle clients: the number of connections, and the time to send a request's headers.

use axum_server::accept::Accept;
use std::future::{Ready, ready};
use std::io::{self, ErrorKind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The limits of client connections.
#[derive(Clone, Copy, Debug)]
pub struct ConnectionLimits {
    /// The maximum number of open connections. Each browser keeps a few open.
    pub max_connections: usize,
    /// The time to send a request's headers, from the connection or from the previous response.
    /// Slow and silent clients are disconnected.
    pub header_timeout: Duration,
}

impl Default for ConnectionLimits {
    fn default() -> Self {
        Self { max_connections: 4_096, header_timeout: Duration::from_secs(10) }
    }
}

/// Accepts a connection if a permit is free, and closes it at once otherwise: a waiting connection
/// would hold a file descriptor too.
#[derive(Clone, Debug)]
pub struct ConnectionPermits(Arc<Semaphore>);

impl ConnectionPermits {
    /// Creates this number of permits.
    #[must_use]
    pub fn new(count: usize) -> Self {
        Self(Arc::new(Semaphore::new(count)))
    }
}

impl<S> Accept<TcpStream, S> for ConnectionPermits {
    type Stream = PermittedStream;
    type Service = S;
    type Future = Ready<io::Result<(PermittedStream, S)>>;

    fn accept(&self, stream: TcpStream, service: S) -> Self::Future {
        ready(match self.0.clone().try_acquire_owned() {
            Ok(permit) => Ok((PermittedStream { stream, _permit: permit }, service)),
            Err(_) => {
                metrics::counter!("desk_connections_refused_total").increment(1);
                Err(io::Error::new(ErrorKind::ConnectionRefused, "too many connections"))
            }
        })
    }
}

/// A connection that holds a permit until it is dropped.
#[derive(Debug)]
pub struct PermittedStream {
    stream: TcpStream,
    _permit: OwnedSemaphorePermit,
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
