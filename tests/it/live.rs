//! Changes as they are heard by staff's browsers.

use crate::helpers::TestApp;
use reqwest::{Method, StatusCode};

const HOUR: i64 = 3_600_000;

#[tokio::test]
async fn hearing_of_changes_is_no_use_of_the_session() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let mut stream = nurse.request(Method::GET, "/live").send().await.expect("an answer");
    app.pass(3 * HOUR);
    // The browser connects again by itself, and hears of what others do.
    let mut second = nurse.request(Method::GET, "/live").send().await.expect("an answer");
    let id = app.nurse().await.create("Ada", "Example", "A-1").await;
    for stream in [&mut stream, &mut second] {
        let mut heard = String::new();
        while !heard.contains(&id) {
            heard.push_str(&String::from_utf8_lossy(
                &stream.chunk().await.expect("it goes on").expect("it goes on"),
            ));
        }
    }
    app.pass(2 * HOUR);
    assert_eq!(
        nurse.get("/account").await.status,
        StatusCode::SEE_OTHER,
        "nobody was there for five hours"
    );
}

#[tokio::test]
async fn a_patients_page_in_the_same_browser_is_no_use_of_the_session() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let token = nurse.token(&nurse.create("Ada", "Example", "A-1").await).await;
    app.pass(3 * HOUR);
    assert_eq!(nurse.get(&format!("/c/{token}")).await.status, StatusCode::OK);
    for function in ["consultation_state", "start_consultation"] {
        assert_eq!(
            nurse.call(function, &[("token", &token)]).await.status,
            StatusCode::OK,
            "{function}"
        );
    }
    app.pass(2 * HOUR);
    assert_eq!(
        nurse.get("/account").await.status,
        StatusCode::SEE_OTHER,
        "the patient is not the nurse"
    );
}

#[tokio::test]
async fn staff_hear_which_consultation_changed_until_they_sign_out() {
    let app = TestApp::start().await;
    let (nurse, colleague) = (app.nurse().await, app.nurse().await);
    let mut stream = nurse.request(Method::GET, "/live").send().await.expect("an answer");
    assert_eq!(stream.status(), StatusCode::OK);
    assert_eq!(stream.headers()["content-type"], "text/event-stream");
    let mut heard = String::new();
    let id = colleague.create("Ada", "Example", "A-1").await;
    while !heard.contains(&format!("event: change\ndata: {id}\n\n")) {
        heard.push_str(&String::from_utf8_lossy(
            &stream.chunk().await.expect("it goes on").expect("it goes on"),
        ));
    }
    assert!(!heard.contains("Example"), "nobody's name is in it: {heard}");

    nurse.post("sign_out", &[]).await;
    let other = colleague.create("Grace", "Hopper", "B-2").await;
    while let Some(chunk) = stream.chunk().await.expect("it ends in order") {
        heard.push_str(&String::from_utf8_lossy(&chunk));
        assert!(!heard.contains(&other), "nothing more is heard: {heard}");
    }
}
