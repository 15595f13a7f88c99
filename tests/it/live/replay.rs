//! A stream goes on where a page, or an earlier stream, ended.

use super::{Heard, Stream};
use crate::helpers::{Person, TestApp};
use empego_desk::live::Update;
use empego_desk::model::change::Change;
use empego_desk::model::ids::ConsultationId;
use empego_desk::model::role::Role;
use reqwest::{Method, StatusCode};

/// Where a page's stream begins, as the page says it: its position and name.
async fn mark(person: &Person<'_>, path: &str) -> (i64, String) {
    let page = person.get(path).await;
    assert_eq!(page.status, StatusCode::OK, "{path}");
    let position = page.attribute(".live", "data-at").parse().expect("a position");
    (position, page.attribute(".live", "data-of"))
}

async fn newest(app: &TestApp) -> i64 {
    app.state.desk.store.position().await.expect("it answers")
}

/// Waits until every change of the store was told to the streams.
async fn told(app: &TestApp) {
    let newest = newest(app).await;
    while app.state.desk.live.position() < newest {
        tokio::task::yield_now().await;
    }
}

async fn again(person: &Person<'_>, last: &str) -> Stream {
    // The address is that of the first time; the browser adds what it has heard since.
    Stream::send(person.request(Method::GET, "/live?after=0").header("last-event-id", last)).await
}

#[tokio::test]
async fn what_changed_between_a_page_and_its_stream_is_heard() {
    let app = TestApp::start().await;
    let (nurse, colleague) = (app.nurse().await, app.nurse().await);
    let before = colleague.create("Ada", "Example", "A-1").await;
    told(&app).await;
    let record = format!("/consultations/{before}");
    for path in ["/consultations", "/follow-ups", record.as_str()] {
        let known = newest(&app).await;
        let (position, of) = mark(&nurse, path).await;
        assert!(position >= known, "{path}: it shows everything");
        let missed = colleague.create("Ada", "Example", "A-1").await;
        let mut stream = Stream::open(&nurse, &format!("?after={position}&of={of}")).await;
        // What Empego says of an earlier record can come in between.
        while stream.change().await != missed {}
        let next = colleague.create("Ada", "Example", "A-1").await;
        while stream.change().await != next {}
        told(&app).await;
    }
}

#[tokio::test]
async fn a_stream_that_broke_goes_on_without_a_gap_or_a_repetition() {
    let app = TestApp::start().await;
    let (nurse, colleague) = (app.nurse().await, app.nurse().await);
    let (mut heard, mut stream) = (Vec::<i64>::new(), Stream::open(&nurse, "?after=0").await);
    let work = async {
        for number in 0..12 {
            colleague.create("Ada", "Example", &format!("N-{number}")).await;
        }
        told(&app).await;
        newest(&app).await
    };
    let mut work = std::pin::pin!(work);
    let end = loop {
        tokio::select! {
            end = &mut work => break end,
            event = stream.next() => {
                let event = event.expect("it goes on");
                if event.kind == "change" {
                    heard.push(event.id);
                }
                // It breaks after each event, whatever is on its way.
                stream = again(&nurse, &event.id.to_string()).await;
            }
        }
    };
    while heard.last() != Some(&end) {
        let Heard { kind, id, .. } = stream.news().await;
        assert_eq!(kind, "change");
        heard.push(id);
    }
    assert_eq!(heard, (1..=end).collect::<Vec<_>>(), "each of them once, in order");
}

#[tokio::test]
async fn a_position_that_is_not_known_asks_the_page_to_fetch_itself() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    for number in 0..3 {
        nurse.create("Ada", "Example", &format!("N-{number}")).await;
    }
    let forgotten = app.state.desk.store.forget_changes(i64::MAX, i64::MAX).await;
    assert!(forgotten.expect("it forgets") > 1);
    for unknown in ["0", "9000000000000000000", "-5", "99999999999999999999", "none", ""] {
        told(&app).await;
        let end = newest(&app).await;
        let mut stream = again(&nurse, unknown).await;
        let heard = stream.news().await;
        assert_eq!((heard.kind.as_str(), heard.data.as_str()), ("reload", "-"), "{unknown:?}");
        assert!(heard.id >= end, "{unknown:?}: it begins at what is newest");
        let id = nurse.create("Ada", "Example", "N-0").await;
        while stream.change().await != id {}
    }
}

#[tokio::test]
async fn a_page_that_missed_very_much_fetches_itself_once() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    nurse.create("Ada", "Example", "A-1").await;
    // Nothing comes in between what is written here.
    crate::events::drained(&app).await;
    let mut database = app.database().await;
    database
        .execute(
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)
         INSERT INTO changes (site_id, consultation_id, at)
         SELECT id, 'gone', 0 FROM sites, n",
        )
        .await;
    database.close().await;
    let end = newest(&app).await;
    let mut stream = again(&nurse, &(end - 1_001).to_string()).await;
    let heard = stream.news().await;
    assert_eq!((heard.kind.as_str(), heard.id), ("reload", end));
    let mut stream = again(&nurse, &(end - 1_000).to_string()).await;
    for position in end - 999..=end {
        let heard = stream.news().await;
        assert_eq!((heard.kind.as_str(), heard.id), ("change", position));
    }
}

#[tokio::test]
async fn a_stream_that_falls_behind_asks_for_a_fetch_and_goes_on() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let site = app.first_site().await.id;
    told(&app).await;
    let mut stream = Stream::open(&nurse, "").await;
    stream.next().await.expect("it is alive");
    // More at once than anybody can take.
    let start = app.state.desk.live.position();
    let last = start + 1_500;
    for position in start + 1..=last {
        let (site, id) = (site.clone(), ConsultationId("none".to_owned()));
        app.state.desk.live.send(Update::Change(Change { position, site, id }));
    }
    let heard = stream.news().await;
    assert_eq!((heard.kind.as_str(), heard.id), ("reload", last), "what was lost is not guessed");
    let id = nurse.create("Ada", "Example", "A-1").await;
    loop {
        let heard = stream.news().await;
        if heard.kind == "change" {
            assert_eq!(heard.data, id, "nothing old comes after it");
            break;
        }
    }
}

#[tokio::test]
async fn another_sites_changes_are_never_heard() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let other = app.another_site("Elsewhere").await;
    let clerk = app.staff(&other, &[Role::FrontDesk]).await;
    let mut live = Stream::open(&nurse, "?after=0").await;
    clerk.create("Grace", "Hopper", "G-1").await;
    let own = nurse.create("Ada", "Example", "A-1").await;
    clerk.create("Grace", "Hopper", "G-1").await;
    let last = nurse.create("Ada", "Example", "A-1").await;
    told(&app).await;
    let mut replayed = Stream::open(&nurse, "?after=0").await;
    for stream in [&mut live, &mut replayed] {
        let mut heard = vec![stream.change().await];
        while heard.last() != Some(&last) {
            heard.push(stream.change().await);
        }
        assert!(heard.contains(&own));
        assert!(heard.iter().all(|id| *id == own || *id == last), "{heard:?}");
    }
}

#[tokio::test]
async fn a_page_of_another_session_or_site_gets_no_stream() {
    let app = TestApp::start().await;
    let (nurse, colleague) = (app.nurse().await, app.nurse().await);
    let (_, of) = mark(&nurse, "/consultations").await;
    let (_, theirs) = mark(&colleague, "/consultations").await;
    assert_ne!(of, theirs, "each session has its own");
    assert!(!nurse.cookies.contains(&of), "and it is not the token");
    let path = format!("/live?of={of}");
    assert_eq!(colleague.get(&path).await.status, StatusCode::CONFLICT);
    Stream::open(&nurse, &format!("?of={of}")).await;

    let other = app.another_site("Elsewhere").await;
    let staff = app.state.desk.store.staff_by_email(crate::helpers::EMAIL).await;
    let staff = staff.expect("it answers").expect("an account");
    app.place(&staff.id, &other.id, &[Role::FrontDesk].into_iter().collect()).await;
    let switched = nurse.post("switch_site", &[("site", &other.id.0)]).await;
    assert_eq!(switched.status, StatusCode::SEE_OTHER, "{}", switched.text);
    assert_eq!(nurse.get(&path).await.status, StatusCode::CONFLICT, "it is that of the first site");
    assert_ne!(mark(&nurse, "/consultations").await.1, of);
}
