//! Cancellations of consultations and revocations of links, and their undo.

use crate::create::creates;
use crate::helpers::{Page, Person, TestApp};
use crate::sites::logged;
use empego_desk::model::audit::Action;
use empego_desk::model::ids::ConsultationId;
use empego_desk::model::role::Role;
use reqwest::StatusCode;
use serde_json::json;

const MINUTE: i64 = 60_000;

async fn cancel(person: &Person<'_>, id: &str, reason: &str, note: &str) -> Page {
    let form = [("id", id), ("cancel_reason", reason), ("cancel_note", note)];
    person.post("cancel_consultation", &form).await
}

async fn press(person: &Person<'_>, function: &str, id: &str) -> StatusCode {
    person.post(function, &[("id", id)]).await.status
}

async fn badges(person: &Person<'_>, query: &str) -> Vec<String> {
    person.get(&format!("/consultations{query}")).await.texts("tbody .badge")
}

#[tokio::test]
async fn a_cancelled_consultation_stops_its_link_and_comes_back_with_it() {
    let app = TestApp::start().await;
    let (nurse, site) = (app.nurse().await, app.first_site().await);
    let id = nurse.create("Ada", "Example", "A-1").await;
    let token = nurse.token(&id).await;
    for _ in 0..2 {
        let page = cancel(&nurse, &id, "wrong-patient", "seen at the counter").await;
        assert_eq!(
            (page.status, page.location),
            (StatusCode::SEE_OTHER, format!("/consultations/{id}"))
        );
    }
    assert_eq!(badges(&nurse, "").await, ["Cancelled"]);
    assert_eq!(badges(&nurse, "?status=cancelled").await, ["Cancelled"]);
    let page = app.stranger().get(&format!("/c/{token}")).await;
    assert_eq!(
        (page.status, page.heading().as_str()),
        (StatusCode::GONE, "This questionnaire was cancelled")
    );
    assert!(page.text.contains("ask the staff"), "{}", page.text);
    let start = app.stranger().post("start_consultation", &[("token", &token)]).await;
    assert_eq!(start.status, StatusCode::GONE);
    let page = nurse.get(&format!("/consultations/{id}")).await;
    assert_eq!(page.texts(".notice h2"), ["Cancelled: Wrong patient – seen at the counter"]);
    assert!(page.text.contains("Empego was not told"), "{}", page.text);
    assert!(page.texts("form[action='/api/cancel_consultation']").is_empty());
    // The log has the reason, and not what was typed beside it.
    assert_eq!(logged(&app, &site.id, Action::Cancelled).await, ["reason=wrong-patient"]);

    app.pass(23 * 60 * MINUTE);
    let nurse = app.nurse().await;
    assert_eq!(press(&nurse, "undo_cancel", &id).await, StatusCode::SEE_OTHER);
    assert_eq!(press(&nurse, "undo_cancel", &id).await, StatusCode::SEE_OTHER, "once more");
    assert_eq!(nurse.token(&id).await, token, "the same link");
    assert_eq!(app.stranger().get(&format!("/c/{token}")).await.status, StatusCode::OK);
    assert_eq!(badges(&nurse, "").await, ["Link ready"]);
    assert_eq!(logged(&app, &site.id, Action::CancelUndone).await.len(), 1);

    // It can be cancelled again, and that does not come back after a day.
    assert_eq!(cancel(&nurse, &id, "not-needed", "").await.status, StatusCode::SEE_OTHER);
    assert_eq!(badges(&nurse, "").await, ["Cancelled"]);
    app.pass(24 * 60 * MINUTE);
    let nurse = app.nurse().await;
    let late = nurse.post("undo_cancel", &[("id", &id)]).await;
    assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(late.text.contains("can no longer be undone"), "{}", late.text);
    assert!(late.texts("form[action='/api/undo_cancel']").is_empty());
    assert_eq!(badges(&nurse, "").await, ["Cancelled"]);
}

/// There is no link then, and nothing at Empego.
#[tokio::test]
async fn what_empego_did_not_create_needs_no_cancelling_there() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    app.faults(json!({ "fail_next": { "status": 422, "count": 1 } })).await;
    let form = [("first_name", "Ada"), ("last_name", "Example"), ("identifier", "A-1")];
    nurse.post("create_consultation", &form).await;
    let record = nurse.get("/consultations").await.attribute("tbody th a", "href");
    let id = record.strip_prefix("/consultations/").expect("a record");
    let only_here = "Empego did not create it: there is nothing to cancel there.";
    let says = |page: &Page| {
        assert!(page.text.contains(only_here), "{}", page.text);
        for other in ["Cancel it there too", "The same link works again", "stops working"] {
            assert!(!page.text.contains(other), "{other}: {}", page.text);
        }
    };
    says(&nurse.get(&record).await);
    assert_eq!(cancel(&nurse, id, "duplicate", "").await.status, StatusCode::SEE_OTHER);
    let page = nurse.get(&record).await;
    says(&page);
    assert_eq!(page.texts("form[action='/api/undo_cancel']").len(), 1);
}

/// Of both at once one is refused or does nothing: what Empego created is not cancelled unseen, and
/// what is cancelled is not created.
#[tokio::test]
async fn a_record_is_tried_again_or_cancelled_and_not_both() {
    let app = TestApp::with(|settings| settings.desk_rate_limits = Some("off".to_owned())).await;
    let (nurse, colleague) = (app.nurse().await, app.nurse().await);
    for n in 0..12 {
        // The newest is the first on the board.
        app.pass(1);
        app.faults(json!({ "fail_next": { "status": 422, "count": 1 } })).await;
        let number = format!("A-{n}");
        let form = [("first_name", "Ada"), ("last_name", "Example"), ("identifier", &*number)];
        nurse.confirm("create_consultation", &form).await;
        let record = nurse.get("/consultations").await.attribute("tbody th a", "href");
        let id = record.strip_prefix("/consultations/").expect("a record");
        let before = creates(&app).await;
        let again = [("id", id)];
        let (cancelled, tried) = tokio::join!(
            cancel(&nurse, id, "duplicate", ""),
            colleague.post("retry_create", &again),
        );
        assert_eq!(tried.status, StatusCode::SEE_OTHER, "{}", tried.text);
        let (made, badge) = (creates(&app).await - before, badges(&nurse, "").await.remove(0));
        match cancelled.status {
            // After the retry it is a created one, with a link, that is cancelled.
            StatusCode::SEE_OTHER => assert_eq!(badge, "Cancelled"),
            refused => {
                assert_eq!(refused, StatusCode::UNPROCESSABLE_ENTITY);
                assert_eq!((made, &*badge), (1, "Link ready"));
            }
        }
        let page = nurse.get(&record).await;
        let uncreated = page.text.contains("Empego did not create it");
        assert_eq!(uncreated, made == 0, "{}", page.text);
    }
}

#[tokio::test]
async fn an_answer_that_comes_all_the_same_is_not_lost() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let id = nurse.create("Ada", "Example", "A-1").await;
    let token = nurse.token(&id).await;
    assert_eq!(cancel(&nurse, &id, "duplicate", "").await.status, StatusCode::SEE_OTHER);
    let site = app.first_site().await.id;
    let found = app.state.desk.store.consultation(&site, &ConsultationId::from(id.as_str())).await;
    let key = found.expect("it answers").expect("it is there").empego_key.expect("a key").0;
    let message = json!({ "eventType": "consultation", "operation": "update",
        "status": "TO_BE_ANALYZED", "id": key });
    let form = [("token", token.as_str()), ("message", &message.to_string())];
    for _ in 0..2 {
        assert_eq!(app.stranger().call("report_message", &form).await.status, StatusCode::OK);
    }
    assert_eq!(logged(&app, &site, Action::Answered).await.len(), 1, "once, whatever the link is");
    let page = nurse.get(&format!("/consultations/{id}")).await;
    assert!(page.texts(".axes .badge")[0].starts_with("Answered"), "{}", page.text);
    assert!(page.text.contains("Answered after cancellation"), "{}", page.text);
    assert!(page.text.contains("the answers count"), "{}", page.text);
    let board = nurse.get("/consultations").await;
    assert_eq!(board.texts("tbody .doubt"), ["Answered after cancellation"]);
    assert_eq!(
        cancel(&nurse, &id, "duplicate", "").await.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "no answer is cancelled"
    );
}

#[tokio::test]
async fn a_cancellation_needs_its_reason() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let id = nurse.create("Ada", "Example", "A-1").await;
    for (reason, note, field, problem) in [
        ("", "x", "cancel_reason", "Choose a reason"),
        ("rain", "x", "cancel_reason", "Choose a reason"),
        ("other", "", "cancel_note", "Enter a note that says why"),
        ("other", &"x".repeat(201), "cancel_note", "Use 200 characters or fewer"),
    ] {
        let page = cancel(&nurse, &id, reason, note).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{reason}");
        let error = page.texts(&format!("#{field}-error")).join(" ");
        assert!(error.starts_with(problem), "{reason}: {error}");
        assert_eq!(page.attribute("#cancel_note", "value"), note, "kept");
        assert_eq!(page.texts("details[open] #cancel_reason").len(), 1, "in sight");
    }
    assert_eq!(badges(&nurse, "").await, ["Link ready"]);
}

#[tokio::test]
async fn a_follow_up_comes_back_too_and_only_for_who_plans_them() {
    let app = TestApp::start().await;
    let (nurse, site) = (app.nurse().await, app.first_site().await);
    let form = [
        ("first_name", "Ada"),
        ("last_name", "Example"),
        ("identifier", "A-1"),
        ("due_on", "2026-09-30"),
        ("follow_up_reason", "weight"),
    ];
    let planned = nurse.post("plan_follow_up", &form).await;
    let id = planned.location.strip_prefix("/consultations/").expect("a record").to_owned();
    let desk = app.staff(&site, &[Role::FrontDesk]).await;
    let as_consultation = cancel(&desk, &id, "duplicate", "").await;
    assert_eq!(as_consultation.status, StatusCode::NOT_FOUND, "it is no consultation");
    let form = [("id", id.as_str()), ("cancel_reason", "duplicate")];
    assert_eq!(nurse.post("cancel_follow_up", &form).await.status, StatusCode::SEE_OTHER);
    assert_eq!(press(&desk, "undo_cancel", &id).await, StatusCode::FORBIDDEN);
    assert_eq!(press(&nurse, "undo_cancel", &id).await, StatusCode::SEE_OTHER);
    assert_eq!(nurse.get("/follow-ups?view=planned").await.texts("tbody tr").len(), 1);
}

#[tokio::test]
async fn a_revoked_link_is_restored_within_ten_minutes() {
    let app = TestApp::start().await;
    let (nurse, site) = (app.nurse().await, app.first_site().await);
    let id = nurse.create("Ada", "Example", "A-1").await;
    let token = nurse.token(&id).await;
    for _ in 0..2 {
        assert_eq!(press(&nurse, "revoke_link", &id).await, StatusCode::SEE_OTHER);
        assert_eq!(app.stranger().get(&format!("/c/{token}")).await.status, StatusCode::GONE);
        app.pass(9 * MINUTE);
        assert_eq!(press(&nurse, "restore_link", &id).await, StatusCode::SEE_OTHER);
        assert_eq!(nurse.token(&id).await, token);
        assert_eq!(app.stranger().get(&format!("/c/{token}")).await.status, StatusCode::OK);
    }
    assert_eq!(logged(&app, &site.id, Action::LinkRestored).await.len(), 2);
    press(&nurse, "revoke_link", &id).await;
    app.pass(10 * MINUTE);
    assert_eq!(press(&nurse, "restore_link", &id).await, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(app.stranger().get(&format!("/c/{token}")).await.status, StatusCode::GONE);
    // A new link stays, and the old one does not come back beside it.
    press(&nurse, "reissue_link", &id).await;
    assert_eq!(press(&nurse, "restore_link", &id).await, StatusCode::SEE_OTHER, "nothing to do");
    assert_ne!(nurse.token(&id).await, token);
    assert_eq!(app.stranger().get(&format!("/c/{token}")).await.status, StatusCode::GONE);
}
