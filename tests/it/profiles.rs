//! The whole job under other profiles: nothing but the file differs.

use crate::events::{connected, until};
use crate::helpers::{Person, TestApp};
use empego_desk::profile::DEFAULT;
use reqwest::StatusCode;
use serde_json::json;

/// As an interface in the style of FHIR could be: other methods, paths, members and headers, the
/// key in the path or in the query, and answers inside `data`.
const FHIR_LIKE: &str = r#"
version = 1
[headers]
key = "Api-key"
key-scheme = ""
tenant = "X-Franchise"
user = "X-Acting-User"
[identifiers]
system = "system"
value = "value"
[operations.create-consultation]
method = "PUT"
path = "/fhir/Task"
body = { identifiers = "/for/identifier", first-name = "/for/name/given", last-name = "/for/name/family", metadata = "/note" }
constants = { "/resourceType" = "Task", "/code/text" = "consultation" }
answer = { key = ["/data/consultation/id"], status = ["/data/consultation/businessStatus"] }
[operations.create-follow-up]
method = "POST"
path = "/fhir/Task"
body = { identifiers = "/for/identifier", last-name = "/for/name/family", metadata = "/note", scheduled-at = "/restriction/start" }
answer = { key = ["/data/followup/id"] }
[operations.answer-consultation]
method = "GET"
path = "/fhir/Task/{key}/answer"
answer = { url = ["/data/link/href"] }
[operations.answer-follow-up]
method = "GET"
path = "/fhir/answer"
query = { key = "task" }
answer = { url = ["/data/link/href"] }
[operations.consultation-details]
method = "POST"
path = "/fhir/Task/{key}/details"
constants = { "/view" = "full" }
answer = { url = ["/nothing/there", "/href"] }
[operations.follow-up-details]
method = "POST"
path = "/fhir/followup/details"
body = { key = "/focus/reference" }
answer = { url = ["/href"] }
"#;

/// A profile: that part, with the systems and the events of the default.
fn whole(part: &str) -> String {
    let between = |from: &str, to: &str| {
        let from = DEFAULT.find(from).expect("it is there");
        let to = DEFAULT[from..].find(to).map_or(DEFAULT.len(), |to| from + to);
        DEFAULT[from..to].to_owned()
    };
    let systems = between("[identifiers.systems]", "# An operation");
    // The second place is what the desk falls back to; the sandbox answers at the first.
    let part = part.replace("\"/nothing/there\", ", "");
    format!("{part}\n{systems}\n{}", between("[events]", "\u{0}"))
}

/// Lets the patient of a record answer, and waits until Empego's queue has said so.
async fn answered(app: &TestApp, nurse: &Person<'_>, id: &str) {
    let token = nurse.token(id).await;
    let start = app.stranger().call("start_consultation", &[("token", &token)]).await.json();
    let url = start["url"].as_str().expect("a URL").to_owned();
    app.load(&url).await;
    app.answer(&url).await;
    until("confirmed", async || {
        let page = nurse.get(&format!("/consultations/{id}")).await;
        (page.texts(".status") == ["To be analyzed"]).then_some(())
    })
    .await;
}

/// Opens the details page of a record.
async fn details(app: &TestApp, nurse: &Person<'_>, id: &str) {
    let sent = nurse.post("open_details", &[("id", id)]).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
    assert!(sent.location.starts_with(&app.sandbox), "{}", sent.location);
    app.load(&sent.location).await;
}

async fn whole_job(profile: Option<&str>) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("profile.toml");
    let app = TestApp::with(|settings| {
        if let Some(profile) = profile {
            std::fs::write(&file, profile).expect("it writes");
            settings.empego_profile = Some(file.to_str().expect("UTF-8").to_owned());
        }
    })
    .await;
    connected(&app).await;
    let nurse = app.nurse().await;
    let id = nurse.create("Ada", "Example", "A-1").await;
    answered(&app, &nurse, &id).await;
    details(&app, &nurse, &id).await;

    let plan =
        [("follows", id.as_str()), ("due_on", "2026-10-01"), ("follow_up_reason", "a cough")];
    let planned = nurse.call("plan_follow_up", &plan).await.json();
    let follow_up = planned.as_str().expect("an id");
    answered(&app, &nurse, follow_up).await;
    details(&app, &nurse, follow_up).await;

    let seen = app.seen().await;
    assert_eq!(
        (&seen["counters"]["creates"], &seen["counters"]["followup_creates"]),
        (&json!(1), &json!(1)),
        "{seen}"
    );
}

#[tokio::test]
async fn the_whole_job_under_the_default_profile() {
    whole_job(None).await;
}

#[tokio::test]
async fn the_whole_job_under_a_profile_in_the_style_of_fhir() {
    whole_job(Some(&whole(FHIR_LIKE))).await;
}
