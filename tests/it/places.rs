//! One holder's share of what is bounded: requests that are answered, and passwords that are
//! checked.

use crate::helpers::{EMAIL, PASSWORD, Page, Person, TestApp};
use empego_desk::desk::password::Client;
use empego_desk::web::shares::Places;
use futures::future::join_all;
use reqwest::{Method, StatusCode};
use serde_json::json;
use std::pin::pin;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::sync::mpsc;

/// Begins a request of this session whose body does not come.
async fn begin(person: &Person<'_>) -> TcpStream {
    let address = person.app.url.trim_start_matches("http://");
    let mut connection = TcpStream::connect(address).await.expect("it connects");
    let head = format!(
        "POST /api/create_consultation HTTP/1.1\r\nHost: desk\r\nCookie: {}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n\r\nfirst",
        person.cookies
    );
    connection.write_all(head.as_bytes()).await.expect("it is sent");
    connection
}

#[tokio::test]
async fn one_session_has_a_share_of_the_requests_and_leaves_the_rest_to_others() {
    let app = TestApp::start().await;
    let (nurse, colleague) = (app.nurse().await, app.nurse().await);
    let mut pending = Vec::new();
    // One more each time: the desk waits for a body some seconds only.
    let refused = loop {
        pending.push(begin(&nurse).await);
        let page = nurse.get("/consultations").await;
        if page.status != StatusCode::OK {
            break page;
        }
    };
    assert!(pending.len() >= Places::REQUESTS_OF_SESSION, "{}", pending.len());
    assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(refused.headers["retry-after"], "5");
    assert_eq!(refused.heading(), "The application is very busy");
    let script = nurse.call("find_patient", &[]).await;
    assert_eq!(
        (script.status, script.json()),
        (StatusCode::SERVICE_UNAVAILABLE, json!({ "crowded": { "seconds": 5 } }))
    );
    assert_eq!(colleague.get("/consultations").await.status, StatusCode::OK);
    assert_eq!(app.stranger().get("/sign-in").await.status, StatusCode::OK);
    drop(pending);
    while nurse.get("/consultations").await.status != StatusCode::OK {}
}

#[tokio::test]
async fn one_patients_link_has_a_share_of_the_requests() {
    let app = TestApp::with(|settings| settings.empego_timeout = None).await;
    let nurse = app.nurse().await;
    let token = nurse.token(&nurse.create("Ada", "Example", "A-1").await).await;
    let other = nurse.token(&nurse.create("Zoé", "Tremblay", "T-1").await).await;
    app.faults(json!({ "latency_ms": 3_000 })).await;
    let patient = app.stranger();
    let form = [("token", token.as_str())];
    let starts = (0..=Places::REQUESTS_OF_LINK).map(|_| patient.call("start_consultation", &form));
    let form = [("token", other.as_str())];
    let (starts, others) =
        tokio::join!(join_all(starts), patient.call("start_consultation", &form));
    let refused = starts.iter().filter(|page| page.status == StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(refused.count(), 1);
    assert_eq!(others.status, StatusCode::OK, "another link has its own share");
}

async fn sign_in_from(app: &TestApp, address: &str, email: &str, password: &str) -> Page {
    let request = app.stranger().request(Method::POST, "/api/sign_in");
    let request = request.header("accept", "text/html").header("x-forwarded-for", address);
    Page::read(request.form(&[("email", email), ("password", password)])).await
}

fn behind_a_proxy(settings: &mut empego_desk::config::Settings) {
    settings.desk_trusted_proxies = Some("127.0.0.0/8".to_owned());
}

#[tokio::test]
async fn a_flood_of_sign_ins_is_refused_and_staff_at_their_usual_place_are_not() {
    let app = TestApp::with(behind_a_proxy).await;
    let first = sign_in_from(&app, "203.0.113.7", EMAIL, PASSWORD).await;
    assert_eq!(first.status, StatusCode::SEE_OTHER, "{}", first.text);
    let (answered, mut answers) = mpsc::unbounded_channel();
    let flood = join_all((0..200).map(|n| {
        let (app, answered) = (&app, answered.clone());
        async move {
            let email = format!("n{n}@clinic.example");
            let page = sign_in_from(app, &format!("198.51.100.{n}"), &email, "wrong").await;
            answered.send((page.status, page.headers.get("retry-after").is_some())).ok();
            (email, page)
        }
    }));
    let staff = async {
        // Once one is refused, the queue is full.
        while answers.recv().await.expect("an answer").0 != StatusCode::SERVICE_UNAVAILABLE {}
        sign_in_from(&app, "203.0.113.7", EMAIL, PASSWORD).await
    };
    let (pages, staff) = tokio::join!(flood, staff);
    assert_eq!(staff.status, StatusCode::SEE_OTHER, "{}", staff.text);
    let mut refused = 0;
    for (email, page) in pages {
        if page.status == StatusCode::UNPROCESSABLE_ENTITY {
            continue;
        }
        refused += 1;
        assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE, "{}", page.text);
        assert_eq!(page.headers["retry-after"], "5");
        assert_eq!(page.texts("#errors h2"), ["The application is very busy"]);
        assert_eq!(page.attribute("#email", "value"), email, "what was typed is kept");
    }
    assert!((1..200).contains(&refused), "{refused}");
}

#[tokio::test]
async fn staff_with_a_session_are_known_after_a_restart() {
    let app = TestApp::with(behind_a_proxy).await;
    let first = sign_in_from(&app, "203.0.113.7", EMAIL, PASSWORD).await;
    assert_eq!(first.status, StatusCode::SEE_OTHER, "{}", first.text);
    let app = app.restart_with(behind_a_proxy).await;
    // Strangers take every place that they can have, and keep it.
    let passwords = &app.state.desk.passwords;
    let mut held = Vec::new();
    let of = |n: usize| Client { address: n.to_be_bytes().into(), account: n.to_be_bytes().into() };
    while let Ok(place) = passwords.enter(of(held.len()), false) {
        held.push(place);
    }
    let elsewhere = sign_in_from(&app, "203.0.113.8", EMAIL, PASSWORD).await;
    assert_eq!(elsewhere.status, StatusCode::SERVICE_UNAVAILABLE);
    let mut database = app.database().await;
    let mut staff = pin!(sign_in_from(&app, "203.0.113.7", EMAIL, PASSWORD));
    // An attempt is counted once it has its place.
    let has_place = async {
        let count = "SELECT CAST(coalesce(sum(wrong), 0) AS BIGINT) FROM sign_in_tries";
        while database.number(count).await == 0 {}
    };
    tokio::select! {
        page = &mut staff => panic!("it had no turn yet: {}", page.status),
        () = has_place => {}
    }
    drop(held);
    let staff = staff.await;
    assert_eq!(staff.status, StatusCode::SEE_OTHER, "{}", staff.text);
}

#[tokio::test]
async fn a_sign_in_that_found_no_place_does_not_count_as_a_wrong_one() {
    let app = TestApp::with(behind_a_proxy).await;
    // Twenty at once of one address, which has a share of eight, at one account.
    let tries = join_all((0..20).map(|_| sign_in_from(&app, "203.0.113.7", EMAIL, "wrong"))).await;
    let count = |status| tries.iter().filter(|page| page.status == status).count();
    let (wrong, crowded) =
        (count(StatusCode::UNPROCESSABLE_ENTITY), count(StatusCode::SERVICE_UNAVAILABLE));
    assert!(crowded > 0 && wrong <= 5, "{wrong} {crowded}");
    let rows = app.whole_log().await;
    let rows = rows.iter().filter(|row| row.detail.starts_with("password")).count();
    assert_eq!(rows, wrong, "only those that were tried are in the log");
}

#[tokio::test]
async fn parallel_uses_of_a_password_link_are_one_use_and_one_row() {
    let app = TestApp::start().await;
    let admin = app.nurse().await;
    let form = [("email", "ada@clinic.example"), ("name", "Ada"), ("front_desk", "yes")];
    let page = admin.post("add_account", &form).await;
    let link = page.attribute("#password-link", "value");
    let token = link.rsplit('/').next().expect("a token").to_owned();
    let before = app.whole_log().await.len();
    let stranger = app.stranger();
    let uses = join_all((0..6).map(|n| {
        let (stranger, token) = (&stranger, &token);
        async move {
            let password = format!("wander plum cactus {n}");
            let form = [("token", token.as_str()), ("new_password", password.as_str())];
            (stranger.post("set_password", &form).await.status, password)
        }
    }))
    .await;
    let worked: Vec<_> =
        uses.iter().filter(|(status, _)| *status == StatusCode::SEE_OTHER).collect();
    assert_eq!(worked.len(), 1, "{uses:?}");
    for (status, _) in &uses {
        assert!(
            matches!(
                *status,
                StatusCode::SEE_OTHER | StatusCode::GONE | StatusCode::SERVICE_UNAVAILABLE
            ),
            "{status}"
        );
    }
    let rows: Vec<_> =
        app.whole_log().await.into_iter().skip(before).map(|row| row.detail).collect();
    // Those that came too late are a link that does not work, once in ten minutes.
    assert!(rows.len() <= 2, "{rows:?}");
    assert_eq!(rows.iter().filter(|detail| *detail == "by link").count(), 1, "{rows:?}");
    let page = stranger.post("sign_in", &[("email", form[0].1), ("password", &worked[0].1)]).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "the one that worked is the password");
}

/// Begins a sign-in with this much of a body that is larger.
async fn begin_sign_in(app: &TestApp, address: &str, length: usize) -> TcpStream {
    let mut connection =
        TcpStream::connect(app.url.trim_start_matches("http://")).await.expect("it connects");
    let head = format!(
        "POST /api/sign_in HTTP/1.1\r\nHost: desk\r\nAccept: text/html\r\n\
         X-Forwarded-For: {address}\r\nConnection: close\r\nContent-Length: {}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\n\r\nemail=a&password={}",
        2 * length,
        "x".repeat(length)
    );
    connection.write_all(head.as_bytes()).await.expect("it is sent");
    connection
}

/// 2,000 bodies of a quarter of a MiB each took half a GiB of memory.
#[tokio::test]
async fn large_bodies_have_places_of_their_own() {
    let app = TestApp::with(behind_a_proxy).await;
    let large = Places::SMALL_BODY + 1;
    let mut held = Vec::new();
    for n in 0..Places::LARGE_BODIES {
        held.push(begin_sign_in(&app, &format!("198.51.100.{n}"), large).await);
    }
    let long = "x".repeat(large);
    // It finds a place as long as some of the others have not arrived.
    let refused = loop {
        let page = sign_in_from(&app, "203.0.113.9", EMAIL, &long).await;
        if page.status == StatusCode::SERVICE_UNAVAILABLE {
            break page;
        }
    };
    assert_eq!(refused.headers["retry-after"], "5");
    assert_eq!(refused.texts("#errors h2"), ["The application is very busy"]);
    let small = sign_in_from(&app, "203.0.113.9", EMAIL, PASSWORD).await;
    assert_eq!(small.status, StatusCode::SEE_OTHER, "a small body needs no such place");
    drop(held);
    // A large one is read again, and refused for what is in it.
    while sign_in_from(&app, "203.0.113.10", EMAIL, &long).await.status
        == StatusCode::SERVICE_UNAVAILABLE
    {}
}
