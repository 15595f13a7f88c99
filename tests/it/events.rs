//! The event queue, from the sandbox's side of it to what staff and patients read.

mod endings;
mod schedules;

use crate::helpers::{Person, TestApp};
use empego_desk::desk::queue;
use empego_desk::empego::frames::Delivery;
use empego_desk::empego::subscription::QueueStatus;
use empego_desk::model::status::StatusId;
use reqwest::StatusCode;
use serde_json::{Value, json};
use std::time::Duration;

/// Looks again and again until something is so.
pub(super) async fn until<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    for _ in 0..1_500 {
        if let Some(found) = look().await {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("never: {what}");
}

/// Waits until the queue is connected.
pub(super) async fn connected(app: &TestApp) {
    until("connected", async || {
        (app.state.events.snapshot().link == QueueStatus::Up).then_some(())
    })
    .await;
}

/// Waits until the sandbox's queue has nothing left to deliver.
pub(super) async fn drained(app: &TestApp) {
    until("drained", async || {
        let queue = app.seen().await["queue"]["desk"].clone();
        (queue["pending"] == 0 && queue["in_flight"] == 0).then_some(())
    })
    .await;
}

/// Empego's name for a consultation.
pub(super) async fn key_of(app: &TestApp, id: &str) -> String {
    let found = app
        .state
        .desk
        .store
        .consultation(&app.first_site().await.id, &id.into())
        .await
        .expect("it answers");
    found.expect("it is there").empego_key.expect("it was created").0
}

/// An event of ours, in place of one of the sandbox's.
pub(super) fn event(id: &str, key: &str, status: &str) -> Value {
    let payload = json!({ "consultation": { "consultationKey": key, "consultationStatus": { "id": status } } });
    json!({ "eventId": id, "eventType": "CONSULTATION_UPDATED", "eventPayload": payload })
}

async fn statuses(nurse: &Person<'_>, id: &str) -> Vec<String> {
    nurse.get(&format!("/consultations/{id}")).await.texts(".status")
}

async fn answer(app: &TestApp, nurse: &Person<'_>, id: &str) {
    let token = nurse.token(id).await;
    let url = app.stranger().call("start_consultation", &[("token", &token)]).await.json()["url"]
        .as_str()
        .expect("a URL")
        .to_owned();
    app.load(&url).await;
    app.answer(&url).await;
}

#[tokio::test]
async fn what_the_patient_answers_is_confirmed_without_a_word_from_the_browser() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let id = nurse.create("Ada", "Example", "A-1").await;
    let token = nurse.token(&id).await;
    answer(&app, &nurse, &id).await;
    until("confirmed", async || (statuses(&nurse, &id).await == ["To be analyzed"]).then_some(()))
        .await;
    let page = nurse.get(&format!("/consultations/{id}")).await;
    assert!(page.text.contains("Confirmed by Empego."), "{}", page.text);
    let state = app.stranger().call("consultation_state", &[("token", &token)]).await;
    assert_eq!(state.text, "\"confirmed\"", "and the patient's page learns it");
    // Staff finish it at Empego.
    let key = key_of(&app, &id).await;
    for (status, word) in [("IN_PROGRESS", "In progress"), ("DONE", "Done")] {
        app.control("status", json!({ "key": key, "status": status })).await;
        until(word, async || (statuses(&nurse, &id).await == [word]).then_some(())).await;
    }
    drained(&app).await;
}

#[tokio::test]
async fn what_empego_ends_unanswered_is_expired_there_and_no_answer() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let (silent, done) =
        (nurse.create("Ada", "Example", "A-1").await, nurse.create("Bea", "Example", "B-2").await);
    let token = nurse.token(&silent).await;
    answer(&app, &nurse, &done).await;
    for id in [&silent, &done] {
        let key = key_of(&app, id).await;
        app.control("status", json!({ "key": key, "status": "ARCHIVED" })).await;
    }
    until("archived", async || {
        let both = [statuses(&nurse, &silent).await, statuses(&nurse, &done).await];
        (both == [["Archived"], ["Archived"]]).then_some(())
    })
    .await;
    let badges = async |id: &str| nurse.get(&format!("/consultations/{id}")).await.texts(".badge");
    assert_eq!(badges(&silent).await, ["Expired at Empego"]);
    assert_eq!(badges(&done).await, ["Answered"]);
    let page = app.stranger().get(&format!("/c/{token}")).await;
    assert_eq!(page.status, StatusCode::GONE, "{}", page.text);
    let state = app.stranger().call("consultation_state", &[("token", &token)]).await;
    assert_eq!(state.text, "\"expired\"");
    let board = nurse.get("/consultations?status=expired-at-empego").await;
    assert_eq!(board.texts("tbody th a"), ["Ada Example"]);

    // A word that came late: the answer counts.
    let key = key_of(&app, &silent).await;
    let mut late = event("late", &key, "ARCHIVED");
    late["eventPayload"]["consultation"]["consultationAnsweredAt"] =
        json!("2026-09-21 13:00:00.000");
    app.control("events", json!({ "events": [late] })).await;
    until("answered", async || (badges(&silent).await == ["Answered"]).then_some(())).await;
}

#[tokio::test]
async fn where_only_one_source_speaks_it_shows_and_goes_by_itself() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let (reported, silent) =
        (nurse.create("Ada", "Example", "A-1").await, nurse.create("Bea", "Example", "B-2").await);
    drained(&app).await;
    app.faults(json!({ "hold_events": true })).await;
    let key = key_of(&app, &reported).await;
    let message = json!({ "eventType": "consultation", "operation": "update", "status": "TO_BE_ANALYZED", "id": key }).to_string();
    let token = nurse.token(&reported).await;
    app.stranger().call("report_message", &[("token", &token), ("message", &message)]).await;
    assert_eq!(statuses(&nurse, &reported).await, ["Awaiting confirmation"]);
    let timeline = async || {
        nurse.get(&format!("/consultations/{reported}")).await.texts(".timeline small").join("; ")
    };
    let said = timeline().await;
    assert!(said.contains("patient’s browser, not yet confirmed by Empego"), "{said}");
    assert!(nurse.get("/consultations").await.texts(".doubt").is_empty(), "a moment is no doubt");
    app.pass(11 * 60_000);
    assert_eq!(nurse.get("/consultations").await.texts(".doubt"), ["Not confirmed by Empego"]);
    let board = nurse.get("/consultations?status=unconfirmed").await;
    assert_eq!(board.texts("tbody th a"), ["Ada Example"]);

    answer(&app, &nurse, &silent).await;
    app.control("status", json!({ "key": key, "status": "TO_BE_ANALYZED" })).await;
    app.faults(json!({ "hold_events": null })).await;
    until("confirmed", async || {
        (statuses(&nurse, &reported).await == ["To be analyzed"]).then_some(())
    })
    .await;
    drained(&app).await;
    let said = timeline().await;
    assert!(said.contains("confirmed by Empego since") && !said.contains("not yet"), "{said}");
    app.pass(11 * 60_000);
    assert_eq!(
        nurse.get("/consultations").await.texts(".doubt"),
        ["Reported by Empego only"],
        "of the other one"
    );
    assert_eq!(
        nurse.get("/consultations?status=unreported").await.texts("tbody th a"),
        ["Bea Example"]
    );
    assert!(nurse.get("/consultations?status=unconfirmed").await.texts("tbody th a").is_empty());
}

#[tokio::test]
async fn a_create_call_that_was_never_answered_is_found_by_its_event() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    connected(&app).await;
    app.faults(json!({ "latency_ms": 4_000, "hold_events": true })).await;
    let form = [("first_name", "Ada"), ("last_name", "Example"), ("identifier", "A-1")];
    let page = nurse.post("create_consultation", &form).await;
    assert_eq!(page.status, StatusCode::GATEWAY_TIMEOUT);
    let record = page.attribute("#errors a", "href");
    assert_eq!(nurse.get(&record).await.texts(".badge"), ["Outcome unknown"]);
    app.faults(json!({ "latency_ms": 0, "hold_events": null })).await;
    until("found", async || {
        (nurse.get(&record).await.texts(".badge") == ["Link ready"]).then_some(())
    })
    .await;
    let token = nurse.token(record.rsplit('/').next().expect("an id")).await;
    assert_eq!(
        app.stranger().get(&format!("/c/{token}")).await.status,
        StatusCode::OK,
        "and its link works"
    );
    assert_eq!(app.seen().await["counters"]["creates"], 1);
}

#[tokio::test]
async fn an_event_that_came_while_the_call_was_under_way_finds_it_at_its_end() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    connected(&app).await;
    // The event is there long before the answer is not.
    app.faults(json!({ "latency_ms": 4_000 })).await;
    let form = [("first_name", "Ada"), ("last_name", "Example"), ("identifier", "A-1")];
    let page = nurse.post("create_consultation", &form).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text);
    assert_eq!(nurse.get(&page.location).await.texts(".badge"), ["Link ready"]);
    let token = nurse.token(page.location.rsplit('/').next().expect("an id")).await;
    assert_eq!(app.stranger().get(&format!("/c/{token}")).await.status, StatusCode::OK);
    assert_eq!(app.seen().await["counters"]["creates"], 1);
}

#[tokio::test]
async fn unknown_types_and_nonsense_stop_nothing() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let id = nurse.create("Ada", "Example", "A-1").await;
    let key = key_of(&app, &id).await;
    drained(&app).await;
    app.faults(json!({ "malformed_events": 50 })).await;
    let large = "x".repeat(10 * 1024 * 1024);
    let events = json!({ "events": [
        { "eventType": "TENANT_ONBOARDED", "eventPayload": { "tenantId": "P0001", "contact": "Zoé Tremblay" } },
        { "eventType": "SOMETHING_NEW", "eventPayload": { "list": [1, { "deep": null }] } },
        { "eventType": "consultation", "eventPayload": { "consultationKey": "nobody's", "status": "DONE" } },
        { "eventType": "...", "eventPayload": {} },
        { "eventType": "CONSULTATION_UPDATED", "eventPayload": { "consultation": { "consultationKey": key, "consultationStatus": "IN_PROGRESS", "new": large } } },
    ] });
    app.control("events", events).await;
    until("past all of them", async || {
        (statuses(&nurse, &id).await == ["In progress"]).then_some(())
    })
    .await;
    drained(&app).await;
    let page = nurse.get("/admin/connection").await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    assert_eq!(
        page.texts("#unknown ~ table code, section[aria-labelledby=unknown] code").len(),
        3,
        "{}",
        page.text
    );
    assert_eq!(page.texts("#events-waiting"), ["1"]);
    // Of ten kinds of garbage two are only passed over: a binary frame, and a type of frame that no
    // document names.
    assert_eq!(page.texts("#events-malformed"), ["40"]);
    assert!(!page.text.contains("Tremblay"), "what they say is nobody's to read here");
}

#[tokio::test]
async fn a_backlog_of_ten_thousand_is_drained_and_nothing_is_applied_twice() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let mut ids = Vec::new();
    for number in 0..5 {
        ids.push(nurse.create("Ada", "Example", &format!("A-{number}")).await);
    }
    drained(&app).await;
    app.faults(json!({ "hold_events": true })).await;
    let statuses = ["UNANSWERED", "TO_BE_ANALYZED", "IN_PROGRESS", "DONE"];
    let mut events = Vec::new();
    for number in 0..10_000_usize {
        let key = key_of(&app, &ids[number % ids.len()]).await;
        events.push(event(
            &format!("backlog-{number}"),
            &key,
            statuses[number * statuses.len() / 10_000],
        ));
    }
    app.control("events", json!({ "events": events })).await;
    app.faults(json!({ "hold_events": null, "duplicate_events": 1, "reorder_events": true })).await;
    drained(&app).await;
    let site = app.first_site().await.id;
    let mut rows = 0;
    for id in &ids {
        let record = app
            .state
            .desk
            .store
            .consultation(&site, &id.as_str().into())
            .await
            .expect("it answers")
            .expect("it is there");
        assert_eq!(record.state.status().map(|status| &status.id), Some(&StatusId::Done));
        let history =
            app.state.desk.store.timeline(&site, &id.as_str().into()).await.expect("it answers");
        rows +=
            history.iter().filter(|entry| entry.source_event_id.starts_with("backlog-")).count();
    }
    assert_eq!(rows, 10_000, "each event is one row");
    let tally = app.state.desk.store.event_counts().await.expect("it counts");
    assert!(tally.redeliveries >= 10_000, "each came twice: {tally:?}");
}

#[tokio::test]
async fn an_event_with_a_status_of_20_mb_does_not_make_a_page_large() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let id = nurse.create("Ada", "Example", "A-1").await;
    let key = key_of(&app, &id).await;
    let long = "X".repeat(20_000_000);
    let status = json!({ "id": long, "en": long, "fr": long });
    let payload = json!({ "consultationKey": key, "consultationStatus": status });
    let delivery = Delivery {
        event_id: long.clone(),
        event_type: format!("CONSULTATION_UPDATED{long}"),
        receipt_id: "r".to_owned(),
        event_ts: String::new(),
        payload: serde_json::value::to_raw_value(&payload).expect("JSON"),
    };
    // Later than the status that it was created with.
    app.pass(1_000);
    let changed = queue::receive(&app.state.desk, &[delivery]).await.expect("it is stored");
    assert_eq!(changed.consultations.len(), 1, "the event counts");
    for path in ["/consultations".to_owned(), format!("/consultations/{id}")] {
        let page = nurse.get(&path).await;
        assert!(page.text.len() < 100_000, "{path}: {}", page.text.len());
        assert!(page.text.contains(&"X".repeat(64)), "what is kept of it is shown");
    }
}
