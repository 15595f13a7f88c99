//! The whole job under three profiles: nothing but the file differs. And what a changed name of a
//! system comes to.

use crate::details;
use crate::events::{connected, until};
use crate::exports;
use crate::helpers::{Page, Person, TestApp};
use empego_desk::model::audit::Action;
use empego_desk::profile::{Call, DEFAULT, Part, Profile, Way};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::sync::Arc;

/// As an interface in the style of FHIR could be.
const FHIR_LIKE: &str = include_str!("profiles/fhir.toml");
/// The one-call endpoints of version 1.
const LEGACY: &str = include_str!("profiles/legacy.toml");

/// A desk with this profile, and the folder of its file.
async fn with_profile(profile: &str) -> (TestApp, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("profile.toml");
    std::fs::write(&file, profile).expect("it writes");
    let file = file.to_str().expect("UTF-8").to_owned();
    (TestApp::with(|settings| settings.empego_profile = Some(file)).await, folder)
}

async fn calls(app: &TestApp) -> u64 {
    app.seen().await["counters"]["rest_calls"].as_u64().expect("a number")
}

/// The page's script reports what it read, under the documented names.
fn as_the_browser_reports_it(app: &TestApp, message: &Value) -> String {
    let parts = app.state.config.profile.messages.parts(|name| match message.get(name)? {
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    });
    json!({ "eventType": parts.event_type, "operation": parts.operation,
        "status": parts.status, "id": parts.id })
    .to_string()
}

async fn start(app: &TestApp, token: &str) -> String {
    let started = app.stranger().call("start_consultation", &[("token", token)]).await;
    assert_eq!(started.status, StatusCode::OK, "{}", started.text);
    started.json()["url"].as_str().expect("a URL").to_owned()
}

async fn status(nurse: &Person<'_>, id: &str, word: &str) {
    until(word, async || {
        let page = nurse.get(&format!("/consultations/{id}")).await;
        (page.texts(".status") == [word]).then_some(())
    })
    .await;
}

/// Lets the patient of a record answer: the browser reports the message that the page posts, and
/// Empego's queue confirms it. `first` is how many calls the first URL takes.
async fn answered(app: &TestApp, nurse: &Person<'_>, id: &str, first: u64) {
    let token = nurse.token(id).await;
    let before = calls(app).await;
    let url = start(app, &token).await;
    assert_eq!(calls(app).await - before, first);
    // A reload has a URL of its own.
    let again = start(app, &token).await;
    assert_ne!(url, again);
    assert_eq!(calls(app).await - before, first + 1);
    app.load(&again).await;
    app.faults(json!({ "hold_events": true })).await;
    let answers = app.elsewhere(Method::POST, &format!("{again}/answers"));
    let plan = Page::read(answers.json(&json!({ "reason": "a cough" }))).await.json();
    let message = as_the_browser_reports_it(app, &plan["message"]);
    let form = [("token", token.as_str()), ("message", message.as_str())];
    let reported = app.stranger().call("report_message", &form).await;
    assert_eq!(reported.status, StatusCode::OK, "{message}: {}", reported.text);
    let state = app.stranger().call("consultation_state", &[("token", &token)]).await;
    assert_eq!(state.text, "\"reported\"", "{message}");
    app.faults(json!({ "hold_events": false })).await;
    status(nurse, id, "To be analyzed").await;
}

/// Opens the details page of a record, and takes what it exports.
async fn exported(nurse: &Person<'_>, id: &str) {
    let (message, _) = exports::export(nurse, id).await;
    let taken = nurse.call("take_export", &[("id", id), ("message", &message.to_string())]).await;
    assert_eq!(taken.status, StatusCode::OK, "{message}: {}", taken.text);
    let taken: Value = taken.json();
    assert!(taken["pdf"]["Ok"].is_string() && taken["text"].is_string(), "{message}: {taken}");
}

async fn whole_job(text: &str) {
    let profile = Profile::read(text).expect("a profile");
    let (app, _folder) = with_profile(text).await;
    connected(&app).await;
    let nurse = app.nurse().await;
    let id = nurse.create("Ada", "Example", "A-1").await;
    let with_url = profile
        .operation(Call::CreateConsultation)
        .is_some_and(|operation| !operation.places(Part::Url).is_empty());
    // An event brings the key where the answer has none.
    until("a key", async || {
        let page = nurse.get(&format!("/consultations/{id}/details")).await;
        (page.status == StatusCode::OK).then_some(())
    })
    .await;
    answered(&app, &nurse, &id, u64::from(!with_url)).await;
    exported(&nurse, &id).await;

    let plan =
        [("follows", id.as_str()), ("due_on", "2026-10-01"), ("follow_up_reason", "a cough")];
    let planned = nurse.call("plan_follow_up", &plan).await;
    let follow_ups = if *profile.way(Call::CreateFollowUp) == Way::Missing {
        assert_eq!(planned.status, StatusCode::BAD_GATEWAY, "{}", planned.text);
        let list = nurse.get("/follow-ups").await;
        assert!(!list.text.contains("/follow-ups/new"), "no page offers it: {}", list.text);
        let page = nurse.post("plan_follow_up", &plan).await;
        assert!(page.text.contains("Empego’s interface does not offer this here"), "{}", page.text);
        0
    } else {
        let follow_up = planned.json();
        let follow_up = follow_up.as_str().expect("an id");
        answered(&app, &nurse, follow_up, 1).await;
        exported(&nurse, follow_up).await;
        1
    };

    let key = crate::events::key_of(&app, &id).await;
    app.control("status", json!({ "key": key, "status": "DONE" })).await;
    status(&nurse, &id, "Done").await;
    let seen = app.seen().await;
    assert_eq!(
        (&seen["counters"]["creates"], &seen["counters"]["followup_creates"]),
        (&json!(1), &json!(follow_ups)),
        "{seen}"
    );
}

#[tokio::test]
async fn the_whole_job_under_the_default_profile() {
    whole_job(DEFAULT).await;
}

#[tokio::test]
async fn the_whole_job_under_a_profile_in_the_style_of_fhir() {
    whole_job(FHIR_LIKE).await;
}

#[tokio::test]
async fn the_whole_job_under_the_one_call_endpoints_of_version_1() {
    whole_job(LEGACY).await;
}

#[tokio::test]
async fn a_key_that_no_event_has_brought_yet_stops_neither_the_patient_nor_their_report() {
    let (app, _folder) = with_profile(LEGACY).await;
    app.faults(json!({ "hold_events": true })).await;
    let nurse = app.nurse().await;
    let id = nurse.create("Ada", "Example", "A-1").await;
    let details = nurse.get(&format!("/consultations/{id}/details")).await;
    assert_eq!(details.status, StatusCode::NOT_FOUND, "there is nothing to name it by");
    let token = nurse.token(&id).await;
    let url = start(&app, &token).await;
    app.load(&url).await;
    let message = json!({ "eventType": "consultation", "operation": "update",
        "status": "TO_BE_ANALYZED", "id": "whatever" })
    .to_string();
    let form = [("token", token.as_str()), ("message", message.as_str())];
    assert_eq!(app.stranger().call("report_message", &form).await.status, StatusCode::OK);
    let page = nurse.get(&format!("/consultations/{id}")).await;
    assert_eq!(page.texts(".badge"), ["Answered"]);
    // The message is no proof of a key: an event is.
    assert_eq!(
        nurse.get(&format!("/consultations/{id}/details")).await.status,
        StatusCode::NOT_FOUND
    );
    app.faults(json!({ "hold_events": false })).await;
    until("a key", async || {
        let page = nurse.get(&format!("/consultations/{id}/details")).await;
        (page.status == StatusCode::OK).then_some(())
    })
    .await;
    assert_eq!(details::open(&nurse, &id).await.page.status, StatusCode::OK);
}

#[tokio::test]
async fn another_name_of_a_system_stops_the_start_until_the_operator_accepts_it() {
    let other = DEFAULT.replace("desk = \"empego-desk\"", "desk = \"another-desk\"");
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("other.toml");
    std::fs::write(&file, &other).expect("it writes");
    let set = |settings: &mut empego_desk::config::Settings| {
        settings.empego_profile = Some(file.to_str().expect("UTF-8").to_owned());
    };
    // Without a patient it makes no difference.
    let app = TestApp::start().await.restart_with(set).await.restart().await;
    app.nurse().await.create("Ada", "Example", "A-1").await;
    let store = Arc::clone(&app.state.desk.store);
    let names = Profile::read(&other).expect("a profile").identifiers.all_systems();
    let refused = empego_desk::desk::systems::check(&*store, &names).await;
    let why = refused.expect_err("it is refused").to_string();
    for part in [
        "desk: \"empego-desk\", and now \"another-desk\"",
        "created a second time",
        "empego-desk profile accept-systems",
    ] {
        assert!(why.contains(part), "{part}: {why}");
    }
    let ambient = &app.state.desk.ambient;
    let changed = empego_desk::desk::systems::accept(&*store, ambient, &names).await;
    assert_eq!(changed.expect("it is accepted").len(), 1);
    // It holds the database.
    drop(store);
    let app = app.restart_with(set).await;
    let rows = app.whole_log().await;
    let row = rows.iter().find(|row| row.action == Action::SystemsChanged).expect("a row");
    assert_eq!((row.detail.as_str(), row.site.as_ref()), ("desk", None));
}

#[tokio::test]
async fn what_the_profile_says_of_frames_is_on_the_pages() {
    let (app, _folder) = with_profile(FHIR_LIKE).await;
    let nurse = app.nurse().await;
    let id = nurse.create("Ada", "Example", "A-1").await;
    let token = nurse.token(&id).await;
    let page = app.stranger().get(&format!("/c/{token}")).await;
    for part in [
        "<data value=\"allow\">camera</data>",
        "<data value=\"sandbox\">none</data>",
        "<data value=\"messages\">resourceType;change;businessStatus;reference;",
    ] {
        assert!(page.text.contains(part), "{part}: {}", page.text);
    }
    let origins: Vec<_> = app.state.config.file_origins.iter().map(ToString::to_string).collect();
    assert_eq!(origins, ["https://files.example"]);
}
