//! Changes as they are heard by staff's browsers.

use crate::helpers::TestApp;
use reqwest::{Method, StatusCode};

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
        heard.push_str(&String::from_utf8_lossy(&stream.chunk().await.expect("it goes on").expect("it goes on")));
    }
    assert!(!heard.contains("Example"), "nobody's name is in it: {heard}");

    nurse.post("sign_out", &[]).await;
    let other = colleague.create("Grace", "Hopper", "B-2").await;
    while let Some(chunk) = stream.chunk().await.expect("it ends in order") {
        heard.push_str(&String::from_utf8_lossy(&chunk));
        assert!(!heard.contains(&other), "nothing more is heard: {heard}");
    }
}
