//! How long a stop takes.

use crate::binary::Binary;
use crate::helpers::{EMAIL, PASSWORD, TestApp};
use reqwest::{Method, StatusCode};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::time::Instant;

#[tokio::test]
async fn requests_and_their_tasks_have_one_deadline_together() {
    let (empego, mut calls) = silent_empego().await;
    let timeout = Duration::from_secs(6);
    let app = TestApp::with_shutdown(timeout, |settings| {
        settings.empego_timeout = None;
        settings.empego_api_url = Some(empego);
        settings.empego_api_key = Some("key".to_owned());
    })
    .await;
    let nurse = app.nurse().await;
    let hanging: Vec<_> = (0..3)
        .map(|n| {
            let identifier = format!("A-{n}");
            let form =
                [("first_name", "Ada"), ("last_name", "Example"), ("identifier", &identifier)];
            let request = nurse.request(Method::POST, "/api/create_consultation").form(&form);
            tokio::spawn(request.send())
        })
        .collect();
    for _ in &hanging {
        calls.recv().await.expect("a call");
    }
    let begun = Instant::now();
    app.stop().await;
    let taken = begun.elapsed();
    assert!(taken >= timeout && taken < 2 * timeout, "{taken:?}");
    for call in hanging {
        let _ = call.await.expect("it ends");
    }
}

/// An Empego that takes calls and answers none. Its address, and a word for each call.
async fn silent_empego() -> (String, mpsc::UnboundedReceiver<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let empego = format!("http://{}/v2", listener.local_addr().expect("an address"));
    let (called, calls) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Ok((mut connection, _)) = listener.accept().await {
            let called = called.clone();
            tokio::spawn(async move {
                connection.read_u8().await.ok();
                called.send(()).ok();
                connection.read_to_end(&mut Vec::new()).await.ok();
            });
        }
    });
    (empego, calls)
}

/// What holds a stop up: streams, a body that does not come, a call that is not answered.
#[cfg(unix)]
#[tokio::test]
async fn the_binary_is_not_ready_first_and_ends_in_time_whatever_still_runs() {
    let (empego, mut calls) = silent_empego().await;
    let mut desk = Binary::with(&[
        ("DESK_ADMIN_EMAIL", EMAIL),
        ("DESK_ADMIN_PASSWORD", PASSWORD),
        ("EMPEGO_API_URL", &empego),
        ("EMPEGO_API_KEY", "key"),
        ("DESK_DRAIN", "2s"),
        ("DESK_SHUTDOWN_TIMEOUT", "5s"),
    ])
    .await;
    desk.sign_in(EMAIL, PASSWORD).await;
    assert_eq!(desk.get("/readyz").await.status, StatusCode::OK);
    let stream = desk.request(Method::GET, "/live").send().await.expect("an answer");
    assert_eq!(stream.status(), StatusCode::OK);
    let stream = tokio::spawn(stream.text());
    let address = desk.url().trim_start_matches("http://").to_owned();
    let mut upload = TcpStream::connect(&address).await.expect("it connects");
    let head = "POST /api/sign_in HTTP/1.1\r\nHost: desk\r\nContent-Length: 1000\r\n\
                Content-Type: application/x-www-form-urlencoded\r\n\r\nemail=";
    upload.write_all(head.as_bytes()).await.expect("it is sent");
    let form = [("first_name", "Ada"), ("last_name", "Example"), ("identifier", "A-1")];
    let create = desk.request(Method::POST, "/api/create_consultation").form(&form);
    let create = tokio::spawn(create.send());
    calls.recv().await.expect("a call");

    let begun = Instant::now();
    desk.terminate().await;
    while desk.get("/readyz").await.status != StatusCode::SERVICE_UNAVAILABLE {}
    assert_eq!(desk.get("/readyz").await.text, "stopping\n");
    assert_eq!(desk.get("/sign-in").await.status, StatusCode::OK, "requests are still taken");
    let events = stream.await.expect("it ends").expect("a whole answer");
    assert!(events.contains("retry: "), "{events:?}");
    assert!(begun.elapsed() >= Duration::from_secs(2), "after the drain time");
    let status = desk.ended().await;
    let taken = begun.elapsed();
    assert_eq!(status.code(), Some(0), "{}", desk.log());
    assert!(taken < Duration::from_secs(10), "{taken:?}");
    assert!(TcpStream::connect(&address).await.is_err());
    drop((upload, create.await));
}

/// Without anything that runs it does not wait for the deadline.
#[cfg(unix)]
#[tokio::test]
async fn the_binary_ends_at_once_where_nothing_runs() {
    let mut desk = Binary::with(&[("DESK_SHUTDOWN_TIMEOUT", "60s")]).await;
    let begun = Instant::now();
    desk.terminate().await;
    assert_eq!(desk.ended().await.code(), Some(0), "{}", desk.log());
    assert!(begun.elapsed() < Duration::from_secs(30), "{:?}", begun.elapsed());
}
