//! Clients that go away in the middle: what is shown is in the log all the same, and what was begun
//! is finished.

use crate::helpers::{EMAIL, Person, TestApp};
use empego_desk::desk::{Actor, access, follow_up};
use empego_desk::model::audit::Action;
use empego_desk::model::client::Client;
use empego_desk::model::ids::ConsultationId;
use empego_desk::secrets::sha256;
use empego_desk::store::BoardQuery;
use jiff::civil::date;
use reqwest::StatusCode;
use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

/// Polls a future that often and drops it, as the server does when a client goes. Whether it had
/// ended before.
async fn dropped_after<F: Future>(polls: usize, future: F) -> bool {
    let mut future = pin!(future);
    let mut left = polls;
    poll_fn(|context| {
        left -= 1;
        match future.as_mut().poll(context) {
            Poll::Ready(_) => Poll::Ready(true),
            Poll::Pending if left == 0 => Poll::Ready(false),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

/// The account of a person, in another session that has seen nothing yet. Its rows name `device`.
async fn actor(app: &TestApp, person: &Person<'_>, device: &str) -> Actor {
    let token = person.cookies.split_once('=').expect("a cookie").1;
    let store = &app.state.desk.store;
    let mut signed_in =
        store.session(&sha256(token)).await.expect("it answers").expect("a session");
    signed_in.session.token_hash = sha256(device);
    Actor { signed_in, client: Client { device: device.to_owned(), ..Client::default() } }
}

/// The rows of the first site about this, from this device.
async fn rows(app: &TestApp, action: Action, device: &str) -> usize {
    let log = app.log().await;
    log.iter().filter(|row| row.action == action && row.client.device == device).count()
}

fn board(actor: &Actor, now: i64) -> BoardQuery {
    BoardQuery {
        site: actor.site.id.clone(),
        search: None,
        status: None,
        before: None,
        now,
        discrepancy_before: 0,
        limit: 50,
    }
}

/// What a staff member looks at, and the row about it.
const LOOKS: [Action; 3] = [Action::Opened, Action::Listed, Action::Listed];

/// Shows a record, the board, or the follow-ups of a week.
async fn look(app: &TestApp, actor: &Actor, id: &ConsultationId, what: usize) {
    let desk = &app.state.desk;
    match what {
        0 => drop(access::consultation(desk, actor, id).await.expect("it answers").expect("one")),
        1 => drop(access::board(desk, actor, &board(actor, desk.now())).await.expect("it answers")),
        _ => drop(follow_up::week(desk, actor, date(2026, 9, 21)).await.expect("it answers")),
    }
}

#[tokio::test]
async fn what_is_shown_has_a_row_wherever_the_request_before_was_dropped() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let id = ConsultationId(nurse.create("Ada", "Lovelace", "A-1").await);
    let mut dropped = 0;
    for polls in 1..=16 {
        for (what, action) in LOOKS.into_iter().enumerate() {
            let device = format!("look {what} after {polls} polls");
            let actor = actor(&app, &nurse, &device).await;
            let ended = dropped_after(polls, look(&app, &actor, &id, what)).await;
            dropped += usize::from(!ended);
            look(&app, &actor, &id, what).await;
            assert!(rows(&app, action, &device).await > 0, "shown without a row: {device}");
        }
    }
    assert!(dropped > 0);
}

#[tokio::test]
async fn what_is_shown_has_a_row_after_one_that_could_not_be_waited_for() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let id = ConsultationId(nurse.create("Ada", "Lovelace", "A-1").await);
    let mut database = app.database().await;
    for (what, action) in LOOKS.into_iter().enumerate() {
        let device = format!("look {what}");
        let actor = actor(&app, &nurse, &device).await;
        // Another writer has the database, so that the row waits.
        database.hold().await;
        let waited = Duration::from_millis(500);
        let ended = tokio::time::timeout(waited, look(&app, &actor, &id, what)).await;
        database.release().await;
        assert!(ended.is_err(), "nothing is shown before its row");
        look(&app, &actor, &id, what).await;
        assert!(rows(&app, action, &device).await > 0, "shown without a row: {device}");
    }
}

#[tokio::test]
async fn what_a_client_reads_after_a_reset_connection_is_in_the_log() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    for number in 0..60_u64 {
        let id = nurse.create("Ada", "Lovelace", &format!("A-{number}")).await;
        let request = format!(
            "GET /consultations/{id} HTTP/1.1\r\nHost: desk\r\nCookie: {}\r\n\r\n",
            nurse.cookies
        );
        let mut connection =
            TcpStream::connect(app.url.trim_start_matches("http://")).await.expect("it connects");
        connection.write_all(request.as_bytes()).await.expect("it is sent");
        // Earlier and later in the request, from one try to the next.
        tokio::time::sleep(Duration::from_micros(number * 100)).await;
        connection.set_zero_linger().expect("it is set");
        drop(connection);
        let page = nurse.get(&format!("/consultations/{id}")).await;
        assert!(page.status == StatusCode::OK && page.text.contains("Lovelace"));
        let opened = app
            .log()
            .await
            .into_iter()
            .filter(|row| {
                row.action == Action::Opened && row.consultation == Some(id.as_str().into())
            })
            .count();
        assert!(opened > 0, "shown without a row: try {number}");
    }
}

#[tokio::test]
async fn what_is_shown_after_a_row_that_could_not_be_written_is_in_the_log() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let id = nurse.create("Ada", "Lovelace", "A-1").await;
    let (record, unknown) = (format!("/consultations/{id}"), "/c/unknown");
    let mut database = app.database().await;
    database.refuse_rows("audit").await;
    for path in [record.as_str(), "/consultations", unknown] {
        assert_eq!(nurse.get(path).await.status, StatusCode::INTERNAL_SERVER_ERROR, "{path}");
    }
    database.unplant("audit").await;
    assert_eq!(nurse.get(&record).await.status, StatusCode::OK);
    assert_eq!(nurse.get("/consultations").await.status, StatusCode::OK);
    assert_eq!(nurse.get(unknown).await.status, StatusCode::NOT_FOUND);
    let log = app.whole_log().await;
    for action in [Action::Opened, Action::Listed, Action::Refused] {
        assert_eq!(log.iter().filter(|row| row.action == action).count(), 1, "{action:?}");
    }
}

#[tokio::test]
async fn a_try_to_sign_in_is_written_down_though_its_client_is_gone() {
    let app = TestApp::start().await;
    let mut database = app.database().await;
    for number in 0..8 {
        let form = format!("email=stranger{number}%40clinic.example&password=wrong");
        let request = format!(
            "POST /api/sign_in HTTP/1.1\r\nHost: desk\r\nSec-Fetch-Site: same-origin\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
            form.len()
        );
        let mut connection =
            TcpStream::connect(app.url.trim_start_matches("http://")).await.expect("it connects");
        connection.write_all(request.as_bytes()).await.expect("it is sent");
        let counted = async || database.number("SELECT count(*) FROM sign_in_tries").await;
        until(counted, |tries| tries == number + 2).await;
        connection.set_zero_linger().expect("it is set");
        drop(connection);
        let refused = async || {
            let log = app.whole_log().await;
            log.iter().filter(|row| row.action == Action::SignInRefused).count()
        };
        until(refused, |rows| i64::try_from(rows).expect("few") == number + 1).await;
    }
    assert_eq!(app.signed_in(EMAIL).await.get("/consultations").await.status, StatusCode::OK);
}

/// Asks until the answer is right.
async fn until<T>(mut ask: impl AsyncFnMut() -> T, right: impl Fn(T) -> bool) {
    for _ in 0..2_000 {
        if right(ask().await) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("it never came");
}
