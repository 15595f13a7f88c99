//! Cancellations and moves under a profile that has operations for them.

use crate::events::{connected, drained, until};
use crate::helpers::TestApp;
use reqwest::StatusCode;
use serde_json::json;

/// Operations as a real reference might have them.
const TELLING: &str = r#"
[operations.cancel-consultation]
method = "PUT"
path = "/consultation/{key}/cancellation"
body = { reason = "/why" }

[operations.cancel-follow-up]
method = "POST"
path = "/followup/cancel"
body = { key = "/followupKey" }

[operations.move-follow-up]
method = "PUT"
path = "/followup/{key}"
body = { scheduled-at = "/followupScheduledAt" }
"#;

async fn app() -> (TestApp, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("profile.toml");
    let text = format!("{}\n{TELLING}", empego_desk::profile::DEFAULT);
    std::fs::write(&file, text).expect("it is written");
    let file = file.to_str().expect("UTF-8").to_owned();
    (TestApp::with(|settings| settings.empego_profile = Some(file)).await, folder)
}

#[tokio::test]
async fn empego_is_told_of_a_cancellation_and_the_page_says_so() {
    let (app, _folder) = app().await;
    let nurse = app.nurse().await;
    connected(&app).await;
    let id = nurse.create("Ada", "Example", "A-1").await;
    let path = format!("/consultations/{id}");
    assert!(
        nurse.get(&path).await.text.contains("The link stops working at once, and Empego is told.")
    );
    let form = [("id", id.as_str()), ("cancel_reason", "duplicate")];
    assert_eq!(nurse.post("cancel_consultation", &form).await.location, path);
    assert_eq!(app.seen().await["consultations"][0]["status"], "CANCELLED");
    drained(&app).await;
    let page = nurse.get(&path).await;
    assert!(page.text.contains("Empego was told, and took it."), "{}", page.text);
    assert!(page.texts(".timeline").concat().contains("Empego was told of the cancellation"));
    assert!(page.texts("form[action='/api/undo_cancel']").is_empty(), "it cannot be undone here");
    let undone = nurse.post("undo_cancel", &[("id", &id)]).await;
    assert_eq!(undone.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn what_empego_does_not_take_is_to_be_done_there() {
    let (app, _folder) = app().await;
    let nurse = app.nurse().await;
    let id = nurse.create("Ada", "Example", "A-1").await;
    let path = format!("/consultations/{id}");
    app.faults(json!({ "fail_next": { "status": 409, "count": 1 } })).await;
    let form = [("id", id.as_str()), ("cancel_reason", "duplicate")];
    assert_eq!(nurse.post("cancel_consultation", &form).await.location, path);
    let page = nurse.get(&path).await;
    assert_eq!(page.texts(".badge"), ["Cancelled"], "here it is cancelled all the same");
    assert!(page.text.contains("Empego was told, and did not take it. Cancel it there too."));
    assert_eq!(nurse.post("undo_cancel", &[("id", &id)]).await.location, path);
    assert_eq!(nurse.get(&path).await.texts(".badge"), ["Link ready"]);
}

#[tokio::test]
async fn a_series_is_told_date_by_date() {
    let (app, _folder) = app().await;
    let nurse = app.nurse().await;
    connected(&app).await;
    let form = [
        ("first_name", "Ada"),
        ("last_name", "Example"),
        ("identifier", "A-1"),
        ("due_on", "2026-09-28"),
        ("follow_up_reason", "Weight"),
        ("repeat", "week"),
        ("times", "4"),
    ];
    let first = nurse.post("plan_follow_up", &form).await.location;
    let id = first.strip_prefix("/consultations/").expect("a record").to_owned();
    let form = [("id", id.as_str()), ("new_day", "2026-09-29"), ("series", "yes")];
    let page = nurse.post("move_follow_up", &form).await;
    assert_eq!(page.location, format!("{first}?moved=4"));
    let page = nurse.get(&page.location).await;
    assert!(page.text.contains("The timeline says whether Empego took it."), "{}", page.text);
    assert!(page.texts(".timeline").concat().contains("Empego was told of the new day"));
    let planned = |seen: &serde_json::Value| -> Vec<String> {
        let all = seen["followups"].as_array().expect("a list").iter();
        let mut days: Vec<_> = all
            .map(|it| it["plan"]["scheduled_at"].as_str().expect("a time")[..10].to_owned())
            .collect();
        days.sort_unstable();
        days
    };
    let days = planned(&app.seen().await);
    assert_eq!(days, ["2026-09-29", "2026-10-06", "2026-10-13", "2026-10-20"]);
    let form = [("id", id.as_str()), ("cancel_reason", "not-needed"), ("series", "yes")];
    assert_eq!(nurse.post("cancel_follow_up", &form).await.location, first);
    let all_cancelled = async || {
        let seen = app.seen().await;
        let all = seen["followups"].as_array().expect("a list").clone();
        all.iter().all(|it| it["status"] == "CANCELLED").then_some(())
    };
    until("all cancelled", all_cancelled).await;
}
