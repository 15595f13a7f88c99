//! Cancellations and moves under a profile that has operations for them.

use crate::events::{connected, drained, until};
use crate::helpers::{Person, TestApp};
use empego_desk::model::lifecycle::{Event, Outcome, Told};
use empego_desk::model::site::Site;
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

#[tokio::test]
async fn where_empego_does_not_answer_the_cancellation_stays() {
    let (app, _folder) = app().await;
    let nurse = app.nurse().await;
    let id = nurse.create("Ada", "Example", "A-1").await;
    let path = format!("/consultations/{id}");
    app.faults(json!({ "fail_next": { "status": 500, "count": 3 } })).await;
    let form = [("id", id.as_str()), ("cancel_reason", "duplicate")];
    assert_eq!(nurse.post("cancel_consultation", &form).await.location, path);
    let page = nurse.get(&path).await;
    let said = "Empego was told, and did not answer. See there whether it is cancelled.";
    assert!(page.text.contains(said), "{}", page.text);
    assert!(page.texts("form[action='/api/undo_cancel']").is_empty());
    let undone = nurse.post("undo_cancel", &[("id", &id)]).await;
    assert_eq!(undone.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn nothing_is_undone_while_empego_is_being_told() {
    let (app, _folder) = app().await;
    let nurse = app.nurse().await;
    let id = nurse.create("Ada", "Example", "A-1").await;
    let path = format!("/consultations/{id}");
    app.faults(json!({ "latency_ms": 3_000 })).await;
    let form = [("id", id.as_str()), ("cancel_reason", "duplicate")];
    let undo = async {
        until("cancelled", async || {
            (nurse.get(&path).await.texts(".badge") == ["Cancelled"]).then_some(())
        })
        .await;
        nurse.post("undo_cancel", &[("id", &id)]).await.status
    };
    let (cancelled, undone) = futures::join!(nurse.post("cancel_consultation", &form), undo);
    assert_eq!(cancelled.location, path);
    assert_eq!(undone, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(app.seen().await["consultations"][0]["status"], "CANCELLED");
    assert_eq!(nurse.get(&path).await.texts(".badge"), ["Cancelled"]);
}

/// Plans a follow-up, or four of them, and returns the id of the first.
async fn planned(nurse: &Person<'_>, times: &str) -> String {
    let form = [
        ("first_name", "Ada"),
        ("last_name", "Example"),
        ("identifier", "A-1"),
        ("due_on", "2026-09-28"),
        ("follow_up_reason", "Weight"),
        ("repeat", if times.is_empty() { "" } else { "week" }),
        ("times", times),
    ];
    let path = nurse.post("plan_follow_up", &form).await.location;
    path.strip_prefix("/consultations/").expect("a record").to_owned()
}

#[tokio::test]
async fn a_record_of_a_series_says_how_many_empego_did_not_take() {
    let (app, _folder) = app().await;
    let nurse = app.nurse().await;
    let id = planned(&nurse, "4").await;
    let path = format!("/consultations/{id}");
    app.faults(json!({ "fail_next": { "status": 409, "count": 2 } })).await;
    let form = [("id", id.as_str()), ("new_day", "2026-09-29"), ("series", "yes")];
    nurse.post("move_follow_up", &form).await;
    let text = nurse.get(&path).await.text;
    assert!(text.contains("Empego did not take 2 of 4 new days of this series"), "{text}");
    app.faults(json!({ "fail_next": { "status": 409, "count": 1 } })).await;
    let form = [("id", id.as_str()), ("cancel_reason", "not-needed"), ("series", "yes")];
    nurse.post("cancel_follow_up", &form).await;
    let text = nurse.get(&path).await.text;
    assert!(text.contains("Empego did not take 1 of 4 cancellations of this series"), "{text}");
}

#[tokio::test]
async fn of_moves_at_once_empego_hears_the_newest_last() {
    let (app, _folder) = app().await;
    let nurse = app.nurse().await;
    let id = planned(&nurse, "").await;
    app.faults(json!({ "latency_ms": 200 })).await;
    let days = ["2026-10-01", "2026-10-02", "2026-10-05", "2026-10-06"];
    let moves = days.map(|day| {
        let (nurse, id) = (&nurse, &id);
        async move { nurse.post("move_follow_up", &[("id", id), ("new_day", day)]).await.status }
    });
    futures::future::join_all(moves).await;
    let (site, id) = (app.first_site().await.id, id.as_str().into());
    let found = app.state.desk.store.consultation(&site, &id).await.expect("it answers");
    let due_on = found.expect("it is there").follow_up.expect("a follow-up").due_on;
    let plan = app.seen().await["followups"][0]["plan"]["scheduled_at"].clone();
    assert_eq!(&plan.as_str().expect("a time")[..10], due_on);
}

#[tokio::test]
async fn a_change_stands_where_empego_cannot_be_told() {
    let (app, _folder) = app().await;
    let nurse = app.nurse().await;
    let id = nurse.create("Ada", "Example", "A-1").await;
    let path = format!("/consultations/{id}");
    let site = Site { tenant_key: Some("not sealed".to_owned()), ..app.first_site().await };
    app.state.desk.store.set_site(&site, &[]).await.expect("it is set");
    let form = [("id", id.as_str()), ("cancel_reason", "duplicate")];
    assert_eq!(nurse.post("cancel_consultation", &form).await.location, path);
    assert_eq!(nurse.get(&path).await.texts(".badge"), ["Cancelled"]);
}

#[test]
fn entries_of_earlier_versions_are_read() {
    for (taken, outcome) in [(true, Outcome::Taken), (false, Outcome::Refused)] {
        let old = json!({ "kind": "told", "what": "cancelled", "change": 2, "taken": taken });
        let read: Event = serde_json::from_value(old).expect("it is read");
        assert_eq!(read, Event::Told { what: Told::Cancelled, change: 2, outcome });
        let written = serde_json::to_value(&read).expect("it is written");
        assert_eq!(serde_json::from_value::<Event>(written).expect("it is read"), read);
    }
}
