//! Follow-ups that are moved and cancelled, alone and as a series.

use crate::helpers::{Person, TestApp};
use empego_desk::model::audit::Action;
use empego_desk::model::role::Role;
use empego_desk::model::site::{LinkRules, Site};
use futures::future::join_all;
use reqwest::StatusCode;
use serde_json::json;

/// Plans twelve weekly follow-ups from 28 September 2026 on, and returns the path of the first.
async fn twelve(nurse: &Person<'_>, identifier: &str) -> String {
    let form = [
        ("first_name", "Ada"),
        ("last_name", "Example"),
        ("identifier", identifier),
        ("due_on", "2026-09-28"),
        ("follow_up_reason", "Weight"),
        ("repeat", "week"),
        ("times", "12"),
    ];
    let page = nurse.post("plan_follow_up", &form).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text);
    page.location
}

fn id_of(path: &str) -> &str {
    path.strip_prefix("/consultations/").expect("a record")
}

async fn days(nurse: &Person<'_>) -> Vec<String> {
    nurse.get("/follow-ups?view=planned").await.texts("tbody time")
}

#[tokio::test]
async fn a_series_of_twelve_is_cancelled_in_one_press() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let first = twelve(&nurse, "A-1").await;
    let other = twelve(&nurse, "B-2").await;
    let page = nurse.get(&first).await;
    let choice = "Cancel all follow-ups of this series that are still open (12)";
    assert!(page.text.contains(choice), "{}", page.text);
    let token = nurse.token(id_of(&first)).await;
    let form = [("id", id_of(&first)), ("cancel_reason", ""), ("series", "yes")];
    let page = nurse.post("cancel_follow_up", &form).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(page.attribute("input[name=series]", "checked"), "", "the tick is kept");
    assert_eq!(days(&nurse).await.len(), 24, "nothing was changed");

    let form = [("id", id_of(&first)), ("cancel_reason", "not-needed"), ("series", "yes")];
    assert_eq!(nurse.post("cancel_follow_up", &form).await.location, first);
    let cancelled = nurse.get("/follow-ups?view=cancelled").await;
    assert_eq!(cancelled.texts("tbody tr").len(), 12);
    assert_eq!(days(&nurse).await.len(), 12, "the other patient's stay");
    assert_eq!(nurse.get(&other).await.texts(".stage")[0], "Planned");
    let page = app.stranger().get(&format!("/c/{token}")).await;
    assert_eq!(page.status, StatusCode::GONE, "its link stopped");
    let log = app.log().await;
    assert_eq!(log.iter().filter(|row| row.action == Action::Cancelled).count(), 12);
    assert!(nurse.get(&first).await.text.contains("Cancel it there too."));
    assert_eq!(
        nurse.post("cancel_follow_up", &form).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    assert_eq!(
        app.log().await.iter().filter(|row| row.action == Action::Cancelled).count(),
        12,
        "once"
    );
}

#[tokio::test]
async fn one_date_is_moved_alone_or_with_the_later_ones() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let first = twelve(&nurse, "A-1").await;
    let second = nurse.get(&first).await.attribute(".follow-ups li:first-child a", "href");
    let token = nurse.token(id_of(&second)).await;
    let end = nurse.get(&second).await.texts("[data-live=hand-over]");
    let form = |id, day, series| [("id", id), ("new_day", day), ("series", series)];

    let page = nurse.post("move_follow_up", &form(id_of(&second), "2026-10-07", "")).await;
    assert_eq!(page.location, format!("{second}?moved=1"));
    let page = nurse.get(&page.location).await;
    assert!(page.text.contains("The follow-up was moved"), "{}", page.text);
    assert!(page.text.contains("Empego was not told: it offers no way. Move it there too."));
    assert!(page.texts(".timeline").concat().contains("Moved from Oct 5, 2026 to Oct 7, 2026"));
    assert_ne!(page.texts("[data-live=hand-over]"), end, "its link moves with it");
    let before = days(&nurse).await;
    assert_eq!(&before[..3], ["Sep 28, 2026", "Oct 7, 2026", "Oct 12, 2026"]);

    let page = nurse.post("move_follow_up", &form(id_of(&second), "2026-10-06", "yes")).await;
    assert_eq!(page.location, format!("{second}?moved=11"));
    let after = days(&nurse).await;
    assert_eq!(&after[..4], ["Sep 28, 2026", "Oct 6, 2026", "Oct 11, 2026", "Oct 18, 2026"]);
    assert_eq!(after.len(), 12);
    assert_eq!(app.stranger().get(&format!("/c/{token}")).await.status, StatusCode::OK);
    let log = app.log().await;
    assert_eq!(log.iter().filter(|row| row.action == Action::FollowUpMoved).count(), 12);

    let same = nurse.post("move_follow_up", &form(id_of(&second), "2026-10-06", "yes")).await;
    assert_eq!(same.location, format!("{second}?moved=0"), "it is there already");
}

#[tokio::test]
async fn what_cannot_be_moved_is_said_and_nothing_is_changed() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let first = twelve(&nurse, "A-1").await;
    let id = id_of(&first);
    let before = days(&nurse).await;
    for (day, sentence) in [
        ("", "Enter the day of the follow-up"),
        ("2026-09-20", "Enter a valid date, from today to two years from now"),
        ("2029-01-01", "Enter a valid date, from today to two years from now"),
        ("soon", "Enter a valid date, from today to two years from now"),
    ] {
        let page = nurse.post("move_follow_up", &[("id", id), ("new_day", day)]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{day}");
        assert_eq!(page.texts("#new_day-error"), [sentence]);
        assert_eq!(page.attribute("#new_day", "value"), day, "what was typed is there");
    }
    let form = [("id", id), ("new_day", "2026-10-01"), ("series", "yes")];
    let site = app.first_site().await;
    let clerk = app.staff(&site, &[Role::FrontDesk]).await;
    assert_eq!(clerk.post("move_follow_up", &form).await.status, StatusCode::FORBIDDEN);
    let elsewhere = app.another_site("Elsewhere").await;
    let theirs = app.staff(&elsewhere, &[Role::Clinician]).await;
    assert_eq!(theirs.post("move_follow_up", &form).await.status, StatusCode::NOT_FOUND);
    let plain = nurse.create("Bea", "Example", "B-2").await;
    let form = [("id", plain.as_str()), ("new_day", "2026-10-01")];
    assert_eq!(nurse.post("move_follow_up", &form).await.status, StatusCode::NOT_FOUND);
    assert_eq!(days(&nurse).await, before);

    let form = [("id", id), ("cancel_reason", "not-needed")];
    nurse.post("cancel_follow_up", &form).await;
    let form = [("id", id), ("new_day", "2026-10-01"), ("series", "yes")];
    let page = nurse.post("move_follow_up", &form).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "it is cancelled");
    assert_eq!(days(&nurse).await, before[1..]);
}

#[tokio::test]
async fn moves_and_cancellations_at_once_leave_whole_series() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    for round in 0..5 {
        let first = twelve(&nurse, &format!("A-{round}")).await;
        let moving = [("id", id_of(&first)), ("new_day", "2026-09-30"), ("series", "yes")];
        let cancelling = [("id", id_of(&first)), ("cancel_reason", "duplicate"), ("series", "yes")];
        let moves = join_all((0..3).map(|_| nurse.post("move_follow_up", &moving)));
        let (moves, cancelled) = tokio::join!(moves, nurse.post("cancel_follow_up", &cancelling));
        assert_eq!(cancelled.status, StatusCode::SEE_OTHER, "{}", cancelled.text);
        let moved = moves.iter().filter(|page| page.location.ends_with("moved=12")).count();
        assert!(moved <= 1, "two days are moved once");
        let page = nurse.get("/follow-ups?view=cancelled").await;
        assert_eq!(
            page.texts("tbody tr").len().min(12 * (round + 1)),
            page.texts("tbody tr").len()
        );
        assert!(days(&nurse).await.is_empty(), "all twelve are cancelled");
    }
    assert_eq!(app.seen().await["counters"]["followup_creates"], json!(60));
}

#[tokio::test]
async fn a_link_that_is_moved_has_no_end_where_the_site_has_no_lifetime_any_more() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let site = app.first_site().await;
    let rules = |ttl_ms| LinkRules { ttl_ms, ..site.rules };
    let rule = async |ttl_ms| {
        let site = Site { rules: rules(ttl_ms), ..site.clone() };
        app.state.desk.store.set_site(&site, &[]).await.expect("it is set");
    };
    rule(Some(86_400_000)).await;
    let first = twelve(&nurse, "A-1").await;
    rule(None).await;
    let end = async || {
        let id = id_of(&first).into();
        let found = app.state.desk.store.consultation(&site.id, &id).await.expect("it answers");
        found.expect("it is there").state.expires_at()
    };
    assert!(end().await.is_some());
    nurse.post("move_follow_up", &[("id", id_of(&first)), ("new_day", "2026-09-30")]).await;
    assert_eq!(end().await, None);
}

#[tokio::test]
async fn what_empego_did_not_create_is_not_to_be_moved_there() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    app.faults(json!({ "fail_next": { "status": 422, "count": 1 } })).await;
    refused(&nurse).await;
    let path = nurse.get("/follow-ups?view=all").await.attribute("tbody th a", "href");
    let page = nurse.get(&path).await;
    assert!(page.text.contains("there is nothing to move there"), "{}", page.text);
    assert!(!page.text.contains("Move it there too"));
    let form = [("id", id_of(&path)), ("new_day", "2026-09-30")];
    let page = nurse.get(&nurse.post("move_follow_up", &form).await.location).await;
    assert!(!page.text.contains("Move it there too"), "{}", page.text);
}

/// Plans a follow-up that Empego refuses.
async fn refused(nurse: &Person<'_>) {
    let form = [
        ("first_name", "Ada"),
        ("last_name", "Example"),
        ("identifier", "A-1"),
        ("due_on", "2026-09-28"),
        ("follow_up_reason", "Weight"),
    ];
    nurse.post("plan_follow_up", &form).await;
}
