//! 4,096 streams of changes from one session.

use crate::behind_a_proxy;
use crate::helpers::{EMAIL, PASSWORD};
use empego_desk::web::shares::Places;
use reqwest::{Method, StatusCode};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::Instant;

#[tokio::test]
async fn streams() {
    const STREAMS: usize = 4_096;
    let mut desk = behind_a_proxy().await;
    desk.sign_in(EMAIL, PASSWORD).await;
    let greedy = desk.cookie.clone();
    desk.cookie.clear();
    let address = desk.url().trim_start_matches("http://").to_owned();
    let head = format!(
        "GET /live HTTP/1.1\r\nHost: desk\r\nCookie: {greedy}\r\nX-Forwarded-For: 203.0.113.1\r\n\r\n"
    );
    let (mut open, mut refused, mut connections) = (0, 0, Vec::new());
    for _ in 0..STREAMS {
        let mut connection = TcpStream::connect(&address).await.expect("it connects");
        connection.write_all(head.as_bytes()).await.expect("it is sent");
        let mut first = [0; 12];
        connection.read_exact(&mut first).await.expect("an answer");
        match &first {
            b"HTTP/1.1 200" => open += 1,
            b"HTTP/1.1 503" => refused += 1,
            other => panic!("{}", String::from_utf8_lossy(other)),
        }
        connections.push(connection);
    }
    println!("streams of one session: {STREAMS} asked for, {open} open, {refused} refused");
    assert_eq!(open, Places::STREAMS_OF_SESSION);
    let begun = Instant::now();
    desk.sign_in(EMAIL, PASSWORD).await;
    let board = desk.get("/consultations").await;
    let own = desk.request(Method::GET, "/live").send().await.expect("an answer").status();
    println!("another session meanwhile: sign-in, board and stream in {:?}", begun.elapsed());
    assert_eq!((board.status, own), (StatusCode::OK, StatusCode::OK));
}
