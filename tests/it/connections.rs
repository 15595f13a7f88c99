//! Clients that hold a connection and ask for nothing.

use crate::helpers::TestApp;
use empego_desk::server::connections::ConnectionLimits;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Longer than anything here takes: what is not over then would never be.
const NEVER: Duration = Duration::from_secs(60);

async fn connect(app: &TestApp) -> TcpStream {
    TcpStream::connect(app.url.trim_start_matches("http://")).await.expect("it connects")
}

/// Reads until the desk ends the connection.
async fn end_of(connection: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    // A connection that is closed before all that was sent is read ends with an error on some
    // systems: it ended.
    tokio::time::timeout(NEVER, connection.read_to_end(&mut answer)).await.expect("it ends").ok();
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn a_client_that_says_nothing_or_not_enough_is_cut_off() {
    let app = TestApp::with_connections(ConnectionLimits {
        header_timeout: Duration::from_millis(300),
        ..ConnectionLimits::default()
    })
    .await;
    for begun in [
        "",
        "P",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\u{4}\0\0\0\0\0",
    ] {
        let mut connection = connect(&app).await;
        connection.write_all(begun.as_bytes()).await.expect("it is sent");
        let answer = end_of(&mut connection).await;
        assert!(
            !answer.starts_with("HTTP/1.1 2") && !answer.contains("HTTP/2"),
            "{begun:?}: {answer}"
        );
    }
    // Between two requests too.
    let mut connection = connect(&app).await;
    connection.write_all(b"GET /healthz HTTP/1.1\r\nHost: desk\r\n\r\n").await.expect("it is sent");
    assert!(end_of(&mut connection).await.starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn connections_are_counted_and_those_too_many_are_closed() {
    let app = TestApp::with_connections(ConnectionLimits {
        max_connections: 2,
        header_timeout: NEVER * 10,
    })
    .await;
    let request = b"GET /healthz HTTP/1.1\r\nHost: desk\r\n\r\n";
    let mut kept = Vec::new();
    for _ in 0..2 {
        let mut connection = connect(&app).await;
        connection.write_all(request).await.expect("it is sent");
        let mut first = [0; 12];
        connection.read_exact(&mut first).await.expect("an answer");
        assert_eq!(&first, b"HTTP/1.1 200");
        kept.push(connection);
    }
    let mut third = connect(&app).await;
    assert_eq!(end_of(&mut third).await, "", "there is no place for it");
    kept.pop();
    loop {
        let mut next = connect(&app).await;
        let mut first = [0; 12];
        // The place is free once the desk saw that the connection is gone.
        if next.write_all(request).await.is_ok() && next.read_exact(&mut first).await.is_ok() {
            assert_eq!(&first, b"HTTP/1.1 200");
            break;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_client_that_trickles_is_cut_off() {
    let app = TestApp::start().await;
    let mut answers = Vec::new();
    for begun in [
        "GET /sign-in HTTP/1.1\r\nHost: desk\r\nX-Slow: ",
        "POST /api/sign_in HTTP/1.1\r\nHost: desk\r\nContent-Length: 1000\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\nemail=a",
    ] {
        let mut connection = connect(&app).await;
        connection.write_all(begun.as_bytes()).await.expect("it is sent");
        // The end comes from the desk: nothing more is sent.
        answers.push(end_of(&mut connection).await);
    }
    assert!(answers.iter().all(|answer| !answer.starts_with("HTTP/1.1 2")), "{answers:?}");
}
