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
        ..ConnectionLimits::default()
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
    let refusal = end_of(&mut third).await;
    assert!(
        refusal.starts_with("HTTP/1.1 503 ")
            && refusal.contains("\r\nRetry-After: 5\r\n")
            && refusal.contains("Too many pages or requests")
            && refusal.contains("Trop de pages"),
        "it says that there is no place for it: {refusal}"
    );
    kept.pop();
    loop {
        let mut next = connect(&app).await;
        let mut first = [0; 12];
        // The place is free once the desk saw that the connection is gone.
        if next.write_all(request).await.is_ok()
            && next.read_exact(&mut first).await.is_ok()
            && &first == b"HTTP/1.1 200"
        {
            break;
        }
        tokio::task::yield_now().await;
    }
}

/// Connects from another address of this machine.
async fn connect_from(app: &TestApp, address: &str) -> TcpStream {
    let socket = tokio::net::TcpSocket::new_v4().expect("a socket");
    socket
        .bind(format!("{address}:0").parse().expect("an address"))
        .expect("it is of this machine");
    let desk = app.url.trim_start_matches("http://").parse().expect("an address");
    socket.connect(desk).await.expect("it connects")
}

/// Asks on a connection and reads the status line, and no more.
async fn ask(connection: &mut TcpStream) -> String {
    let request = b"GET /healthz HTTP/1.1\r\nHost: desk\r\n\r\n";
    connection.write_all(request).await.ok();
    let mut first = [0; 12];
    connection.read_exact(&mut first).await.expect("an answer");
    String::from_utf8_lossy(&first).into_owned()
}

// Every address of 127.0.0.0/8 is this machine's on Linux alone.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn one_address_has_a_share_of_the_connections_and_a_proxy_has_them_all() {
    let limits =
        ConnectionLimits { max_connections: 8, max_of_address: 3, header_timeout: NEVER * 10 };
    let app = TestApp::with_connections(limits).await;
    let mut kept = Vec::new();
    for _ in 0..3 {
        let mut connection = connect_from(&app, "127.0.0.2").await;
        assert_eq!(ask(&mut connection).await, "HTTP/1.1 200");
        kept.push(connection);
    }
    for _ in 0..5 {
        assert_eq!(ask(&mut connect_from(&app, "127.0.0.2").await).await, "HTTP/1.1 503");
    }
    assert_eq!(ask(&mut connect_from(&app, "127.0.0.3").await).await, "HTTP/1.1 200");

    let proxied = TestApp::with_connections_and(limits, |settings| {
        settings.desk_trusted_proxies = Some("127.0.0.2".to_owned());
    })
    .await;
    for _ in 0..8 {
        let mut connection = connect_from(&proxied, "127.0.0.2").await;
        assert_eq!(ask(&mut connection).await, "HTTP/1.1 200", "it brings those of others");
        kept.push(connection);
    }
    assert_eq!(ask(&mut connect_from(&proxied, "127.0.0.2").await).await, "HTTP/1.1 503");
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
