//! Changes as they are heard by staff's browsers.

mod following;
mod replay;

use crate::helpers::{Page, Person, TestApp};
use empego_desk::web::shares::Places;
use reqwest::{Method, StatusCode};
use std::time::Duration;

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

/// An open stream, read event by event.
struct Stream {
    answer: reqwest::Response,
    unread: String,
}

/// An event of a stream.
#[derive(Debug, PartialEq, Eq)]
struct Heard {
    kind: String,
    id: i64,
    data: String,
}

impl Stream {
    /// Opens the stream of changes with this query.
    async fn open(person: &Person<'_>, query: &str) -> Self {
        Self::send(person.request(Method::GET, &format!("/live{query}"))).await
    }

    async fn send(request: reqwest::RequestBuilder) -> Self {
        let answer = request.send().await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(answer.headers()["content-type"], "text/event-stream");
        Self { answer, unread: String::new() }
    }

    /// The next event. `None` at the end.
    async fn next(&mut self) -> Option<Heard> {
        loop {
            if let Some((event, rest)) = self.unread.split_once("\n\n") {
                let field = |name: &str| {
                    let mut lines = event.lines().filter_map(|line| line.strip_prefix(name));
                    lines.next().expect("it has every field").to_owned()
                };
                let id = field("id: ").parse().expect("a number");
                let heard = Heard { kind: field("event: "), id, data: field("data: ") };
                self.unread = rest.to_owned();
                return Some(heard);
            }
            let chunk = self.answer.chunk().await.expect("it ends in order")?;
            self.unread.push_str(&String::from_utf8_lossy(&chunk));
        }
    }

    /// The next event that is no heartbeat.
    async fn news(&mut self) -> Heard {
        loop {
            let heard = self.next().await.expect("it goes on");
            if heard.kind != "beat" {
                return heard;
            }
        }
    }

    /// The consultation of the next event, which is a change.
    async fn change(&mut self) -> String {
        let heard = self.news().await;
        assert_eq!(heard.kind, "change", "{heard:?}");
        heard.data
    }
}

#[tokio::test]
async fn staff_hear_which_consultation_changed_until_they_sign_out() {
    let app = TestApp::start().await;
    let (nurse, colleague) = (app.nurse().await, app.nurse().await);
    let mut stream = Stream::open(&nurse, "").await;
    let beat = stream.next().await.expect("it is alive");
    assert_eq!((beat.kind.as_str(), beat.data.as_str()), ("beat", "-"), "before anything changed");
    let id = colleague.create("Ada", "Example", "A-1").await;
    assert_eq!(stream.change().await, id);
    assert!(!stream.unread.contains("Example"), "nobody's name is in it: {}", stream.unread);

    nurse.post("sign_out", &[]).await;
    let other = colleague.create("Grace", "Hopper", "B-2").await;
    while let Some(heard) = stream.next().await {
        assert_ne!(heard.data, other, "nothing more is heard");
    }
}

#[tokio::test]
async fn a_silent_stream_shows_that_it_is_alive_and_ends_with_the_session() {
    let app = TestApp::with_heartbeat(Duration::from_millis(20)).await;
    let (nurse, colleague) = (app.nurse().await, app.nurse().await);
    let id = colleague.create("Ada", "Example", "A-1").await;
    let mut stream = Stream::open(&nurse, "?after=0").await;
    assert_eq!(stream.change().await, id);
    let newest = app.state.desk.live.position();
    let mut beats = 0;
    while beats < 3 {
        let heard = stream.next().await.expect("it goes on");
        beats += u32::from(heard.kind == "beat" && heard.id == newest);
    }
    nurse.post("sign_out", &[]).await;
    while stream.next().await.is_some() {}
}

/// Opens streams until one is refused; those that are open.
async fn until_refused(person: &Person<'_>, most: usize) -> (Vec<reqwest::Response>, Page) {
    let mut open = Vec::new();
    loop {
        let request = person.request(Method::GET, "/live");
        let stream = request.try_clone().expect("no body").send().await.expect("an answer");
        if stream.status() != StatusCode::OK {
            return (open, Page::read(request).await);
        }
        open.push(stream);
        assert!(open.len() <= most, "{most} and one more");
    }
}

#[tokio::test]
async fn one_session_has_a_share_of_the_streams_and_leaves_the_rest_to_others() {
    let app = TestApp::start().await;
    let (nurse, colleague) = (app.nurse().await, app.nurse().await);
    let (mut open, refused) = until_refused(&nurse, Places::STREAMS_OF_SESSION).await;
    assert_eq!(open.len(), Places::STREAMS_OF_SESSION);
    assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(refused.headers["retry-after"], "5");
    assert_eq!(refused.headers["connection"], "close", "it holds no connection");
    assert!(
        refused.text.starts_with("The application is very busy. Too many pages"),
        "{}",
        refused.text
    );
    assert_eq!(nurse.get("/consultations").await.status, StatusCode::OK, "pages still load");
    let other = colleague.request(Method::GET, "/live").send().await.expect("an answer");
    assert_eq!(other.status(), StatusCode::OK, "another session has its own share");

    // A closed page gives its place back, once the desk saw that it is gone.
    open.pop();
    loop {
        let again = nurse.request(Method::GET, "/live").send().await.expect("an answer");
        if again.status() == StatusCode::OK {
            break;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn one_account_has_a_share_of_the_streams_over_all_its_sessions() {
    let app = TestApp::with(|settings| settings.desk_rate_limits = Some("off".to_owned())).await;
    let site = app.first_site().await;
    let mut open = Vec::new();
    let mut of_account = 0;
    // Each session has its share; together they have that of the account.
    for _ in 0..6 {
        let (streams, _) = until_refused(&app.nurse().await, Places::STREAMS_OF_SESSION).await;
        of_account += streams.len();
        open.extend(streams);
    }
    assert_eq!(of_account, Places::STREAMS_OF_ACCOUNT);
    let clerk = app.staff(&site, &[empego_desk::model::role::Role::FrontDesk]).await;
    let (streams, _) = until_refused(&clerk, Places::STREAMS_OF_SESSION).await;
    assert_eq!(streams.len(), Places::STREAMS_OF_SESSION, "another account has its own");
}
