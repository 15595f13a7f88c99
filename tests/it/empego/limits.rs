//! Broken connections, silence, time, and too many calls at once.

use super::*;
use axum::Router;
use axum::extract::State;
use axum::routing::post;
use empego_desk::empego::{EmpegoError, Kind};
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::{Semaphore, watch};

/// A server that reads every request to its end, sends `answer` as it is, and hangs up; without an
/// answer it stays silent and keeps the connection. Gives its URL and the count of requests.
async fn raw_server(answer: Option<&'static str>) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let requests = Arc::new(AtomicUsize::new(0));
    let seen = requests.clone();
    tokio::spawn(async move {
        let mut silent = Vec::new();
        while let Ok((mut stream, _)) = listener.accept().await {
            read_request(&mut stream).await;
            seen.fetch_add(1, Ordering::SeqCst);
            match answer {
                Some(answer) => stream.write_all(answer.as_bytes()).await.expect("it is read"),
                None => silent.push(stream),
            }
        }
    });
    (url, requests)
}

async fn read_request(stream: &mut TcpStream) {
    let mut text = Vec::new();
    loop {
        let read = String::from_utf8_lossy(&text).to_lowercase();
        if let Some((head, body)) = read.split_once("\r\n\r\n") {
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length: "))
                .expect("a length");
            if body.len() >= length.parse().expect("a number") {
                return;
            }
        }
        assert_ne!(stream.read_buf(&mut text).await.expect("a request"), 0, "the request is cut");
    }
}

#[tokio::test]
async fn a_connection_broken_after_the_request_leaves_a_creation_unknown() {
    for answer in [
        "",
        "HTTP/1.1 201 Cre",
        "HTTP/1.1 201 Created\r\ncontent-length: 900\r\n\r\n{\"consultationKey\":\"c",
    ] {
        let (url, requests) = raw_server(Some(answer)).await;
        let created =
            client(settings(&url)).0.create_consultation(&patient(vec![]), "", None).await;
        assert_eq!(created, Err(EmpegoError::OutcomeUnknown), "{answer}");
        assert_eq!(requests.load(Ordering::SeqCst), 1, "never twice");

        let (url, requests) = raw_server(Some(answer)).await;
        assert_eq!(
            client(settings(&url)).0.answer_url(Kind::Consultation, &key()).await,
            Err(EmpegoError::Unavailable),
            "{answer}"
        );
        assert_eq!(requests.load(Ordering::SeqCst), 3);
    }
}

#[tokio::test]
async fn silence_ends_with_the_time() {
    let (url, requests) = raw_server(None).await;
    let (empego, _) = client(Settings { timeout: Duration::from_millis(300), ..settings(&url) });
    assert_eq!(
        empego.create_consultation(&patient(vec![]), "", None).await,
        Err(EmpegoError::OutcomeUnknown)
    );
    assert_eq!(requests.load(Ordering::SeqCst), 1);
    assert_eq!(empego.answer_url(Kind::Consultation, &key()).await, Err(EmpegoError::Unavailable));
    assert_eq!(requests.load(Ordering::SeqCst), 2);
    assert_eq!(empego.check().await, Err(EmpegoError::Unavailable));
}

#[tokio::test]
async fn nobody_at_the_port_means_that_nothing_was_done() {
    // Bound and not listening: the port is ours, and every connection to it is refused.
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.bind("127.0.0.1:0".parse().expect("an address")).expect("a port");
    let url = format!("http://{}", socket.local_addr().expect("an address"));

    let (empego, waits) = client(settings(&url));
    let error =
        empego.create_consultation(&patient(vec![]), "", None).await.expect_err("nobody there");
    assert_eq!(error, EmpegoError::Unavailable);
    assert!(error.nothing_was_created());
    assert_eq!(waits.seen().len(), 2, "three tries");

    let (empego, waits) = client(settings(&url));
    assert_eq!(empego.answer_url(Kind::Consultation, &key()).await, Err(EmpegoError::Unavailable));
    assert_eq!(waits.seen().len(), 2, "three tries");
    assert_eq!(empego.check().await, Err(EmpegoError::Unavailable));
    assert_eq!(waits.seen().len(), 2, "the check does not wait");
}

/// A server whose requests wait at a gate.
struct Gate {
    /// How many may still pass.
    open: Semaphore,
    /// How many are waiting.
    waiting: watch::Sender<usize>,
    /// The most that ever waited at once.
    most: AtomicUsize,
}

async fn gated_server() -> (String, Arc<Gate>) {
    let gate = Arc::new(Gate {
        open: Semaphore::new(0),
        waiting: watch::Sender::new(0),
        most: AtomicUsize::new(0),
    });
    let wait = async |State(gate): State<Arc<Gate>>| {
        gate.waiting.send_modify(|waiting| {
            *waiting += 1;
            gate.most.fetch_max(*waiting, Ordering::SeqCst);
        });
        gate.open.acquire().await.expect("the gate is never closed for good").forget();
        gate.waiting.send_modify(|waiting| *waiting -= 1);
        format!(r#"{{"iframeUrl":"{URL}"}}"#)
    };
    let router =
        Router::new().route(CREATE, post(wait)).route(ANSWER, post(wait)).with_state(gate.clone());
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(async move { axum::serve(listener, router).await });
    (url, gate)
}

#[tokio::test]
async fn no_more_calls_are_under_way_than_configured() {
    let (url, gate) = gated_server().await;
    let (empego, _) = client(Settings { concurrency: 3, ..settings(&url) });
    let calls: Vec<_> = (0..9)
        .map(|_| {
            tokio::spawn({
                let empego = empego.clone();
                async move { empego.answer_url(Kind::Consultation, &key()).await }
            })
        })
        .collect();
    let mut waiting = gate.waiting.subscribe();
    // One by one, so that each that leaves could let in one too many.
    for left in (0..9).rev() {
        waiting.wait_for(|waiting| *waiting == 3.min(left + 1)).await.expect("the gate is there");
        gate.open.add_permits(1);
        waiting.wait_for(|waiting| *waiting == 3.min(left)).await.expect("the gate is there");
    }
    for call in calls {
        call.await.expect("no panic").expect("a URL");
    }
    assert_eq!(gate.most.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn a_site_with_many_calls_leaves_the_others_their_turns() {
    let (url, gate) = gated_server().await;
    let (empego, _) = client(Settings { concurrency: 2, ..settings(&url) });
    let call = |site: &str| {
        let empego = empego.of_site(site, None);
        tokio::spawn(async move { empego.answer_url(Kind::Consultation, &key()).await })
    };
    let many: Vec<_> = (0..20).map(|_| call("many")).collect();
    let mut waiting = gate.waiting.subscribe();
    waiting.wait_for(|waiting| *waiting == 2).await.expect("the gate is there");
    // The others ask once twenty of one site run or wait.
    tokio::task::yield_now().await;
    let other = call("other");
    tokio::task::yield_now().await;
    let mut left = 0;
    while !other.is_finished() {
        gate.open.add_permits(1);
        left += 1;
        waiting.changed().await.expect("the gate is there");
        waiting.wait_for(|waiting| *waiting == 2).await.expect("the gate is there");
        assert!(left <= 6, "it waited for calls of another site");
    }
    other.await.expect("no panic").expect("a URL");
    for call in many {
        call.abort();
    }
}

#[tokio::test]
async fn waiting_for_a_turn_counts_against_the_time_and_does_nothing() {
    let (url, gate) = gated_server().await;
    let (empego, waits) =
        client(Settings { concurrency: 1, timeout: Duration::from_millis(600), ..settings(&url) });
    let first = tokio::spawn({
        let empego = empego.clone();
        async move { empego.answer_url(Kind::Consultation, &key()).await }
    });
    gate.waiting.subscribe().wait_for(|waiting| *waiting == 1).await.expect("the gate is there");

    let error = empego.create_consultation(&patient(vec![]), "", None).await.expect_err("no turn");
    assert_eq!(error, EmpegoError::Busy { retry_after: None });
    assert!(error.nothing_was_created());
    assert_eq!(first.await.expect("no panic"), Err(EmpegoError::Unavailable));
    assert_eq!((gate.most.load(Ordering::SeqCst), waits.seen()), (1, vec![]));
}
