//! What goes at the end of its retention: announced a day before, by a clock that is trusted, and no
//! more than a share at once.

use crate::helpers::{Person, TestApp};
use axum::Router;
use empego_desk::desk::checkpoint;
use empego_desk::desk::retention::{self, ClockDoubt};
use empego_desk::model::audit::Action;
use empego_desk::model::ids::ConsultationId;
use empego_desk::store::{Purged, Record, Verdict};
use reqwest::StatusCode;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

const DAY: i64 = 86_400_000;

async fn keeping(days: i64) -> TestApp {
    TestApp::with(|settings| settings.desk_retention = Some(format!("{days}d"))).await
}

/// Makes consultations whose links are revoked: nothing more will happen to them.
async fn revoked(nurse: &Person<'_>, count: usize) -> Vec<ConsultationId> {
    let mut ids = Vec::new();
    for number in 0..count {
        let id = nurse.create("Ada", "Lovelace", &format!("A-{number}")).await;
        nurse.post("revoke_link", &[("id", &id)]).await;
        ids.push(ConsultationId(id));
    }
    ids
}

async fn left(app: &TestApp, ids: &[ConsultationId]) -> usize {
    let (store, site) = (&app.state.desk.store, app.first_site().await.id);
    let mut left = 0;
    for id in ids {
        left += usize::from(store.consultation(&site, id).await.expect("it answers").is_some());
    }
    left
}

async fn run(app: &TestApp, keep_log: Option<i64>) -> Option<ClockDoubt> {
    retention::run(&app.state.desk, keep_log, &CancellationToken::new()).await.expect("it is done")
}

/// The details of the rows about announcements, oldest first.
async fn announced(app: &TestApp) -> Vec<String> {
    let planned = |row: &Record| row.action == Action::PurgePlanned;
    app.whole_log().await.into_iter().filter(planned).map(|row| row.detail).collect()
}

#[tokio::test]
async fn what_is_due_is_announced_a_day_before_it_goes() {
    let app = keeping(30).await;
    let ids = revoked(&app.nurse().await, 1).await;
    app.pass(31 * DAY);
    let nurse = app.nurse().await;
    assert!(nurse.get("/admin/retention").await.texts("#plan")[0].starts_with("Nothing"));
    assert_eq!(run(&app, None).await, None);
    assert_eq!(announced(&app).await, ["consultations=1 patients=1"]);
    let page = nurse.get("/admin/retention").await.texts("#plan")[0].clone();
    assert!(page.contains("1 consultations and 1 patients"), "{page}");
    assert!(page.contains("2026-10-23"), "the day from which they go: {page}");
    app.pass(DAY - 1);
    assert_eq!(run(&app, None).await, None);
    assert_eq!((left(&app, &ids).await, announced(&app).await.len()), (1, 1), "not yet");
    app.pass(1);
    assert_eq!(run(&app, None).await, None);
    assert_eq!(left(&app, &ids).await, 0);
    assert_eq!(app.log().await.iter().filter(|row| row.action == Action::Purged).count(), 1);
    let nurse = app.nurse().await;
    assert!(nurse.get("/admin/retention").await.texts("#plan")[0].starts_with("Nothing"));
}

#[tokio::test]
async fn what_was_not_announced_stays_and_so_does_what_is_held_meanwhile() {
    let app = keeping(30).await;
    let early = revoked(&app.nurse().await, 1).await;
    app.pass(DAY);
    let nurse = app.nurse().await;
    let late = nurse.create("Zoé", "Tremblay", "B-1").await;
    nurse.post("revoke_link", &[("id", &late)]).await;
    let late = [ConsultationId(late)];
    app.pass(29 * DAY + 1);
    app.nurse().await;
    assert_eq!(run(&app, None).await, None);
    app.pass(DAY);
    let nurse = app.nurse().await;
    let reason = [("id", early[0].0.as_str()), ("reason", "A complaint")];
    assert_eq!(nurse.post("hold_consultation", &reason).await.status, StatusCode::SEE_OTHER);
    assert_eq!(run(&app, None).await, None);
    assert_eq!((left(&app, &early).await, left(&app, &late).await), (1, 1));
    // A desk that was off for long announces again: nobody could read what it had said.
    app.pass(10 * DAY);
    app.nurse().await;
    assert_eq!(run(&app, None).await, None);
    assert_eq!(left(&app, &late).await, 1);
    app.pass(DAY);
    assert_eq!(run(&app, None).await, None);
    assert_eq!((left(&app, &early).await, left(&app, &late).await), (1, 0));
}

#[tokio::test]
async fn a_clock_that_is_wrong_for_a_minute_removes_nothing() {
    let app = keeping(3_650).await;
    let ids = revoked(&app.nurse().await, 5).await;
    let before = app.whole_log().await;
    let stop = CancellationToken::new();
    let tick = Duration::from_millis(5);
    let keep_log = Some(3_650 * DAY);
    let daily =
        tokio::spawn(retention::daily(app.state.desk.clone(), keep_log, tick, stop.clone()));
    // Forward until its first run, and back once that is over.
    let mut forward = 4_015 * DAY;
    app.pass(forward);
    while announced(&app).await.is_empty() {
        assert!(forward < 8_000 * DAY, "it never ran");
        tokio::time::sleep(tick).await;
        // The first run is set by the clock of its start, which may have been this one.
        app.pass(2 * 3_600_000);
        forward += 2 * 3_600_000;
    }
    stop.cancel();
    daily.await.expect("no panic");
    assert_eq!(left(&app, &ids).await, 5);
    let log = app.whole_log().await;
    assert_eq!(log[..before.len()], before[..], "and no row of the log is gone");
    assert!(announced(&app).await[0].starts_with("waits clock-ahead-of-log="));
    app.pass(-forward);
    assert!(matches!(run(&app, keep_log).await, Some(ClockDoubt::BehindLog(_))));
    app.pass(DAY);
    assert_eq!(run(&app, keep_log).await, None, "the log goes on with the clock again");
    assert_eq!(left(&app, &ids).await, 5);
}

#[tokio::test]
async fn a_clock_that_stays_wrong_takes_days_and_only_a_share() {
    let app = keeping(3_650).await;
    let ids = revoked(&app.nurse().await, 12).await;
    app.pass(4_015 * DAY);
    assert!(matches!(run(&app, None).await, Some(ClockDoubt::AheadOfLog(_))));
    assert_eq!(announced(&app).await.len(), 1);
    app.pass(DAY);
    assert_eq!(run(&app, None).await, None);
    assert_eq!((left(&app, &ids).await, announced(&app).await.len()), (12, 2), "it is announced");
    for expected in [10, 9] {
        app.pass(DAY);
        assert_eq!(run(&app, None).await, None);
        assert_eq!(left(&app, &ids).await, expected, "a tenth");
    }
    // A doubt withdraws what was announced.
    app.pass(5 * DAY);
    assert!(run(&app, None).await.is_some());
    let site = app.first_site().await;
    let desk = &app.state.desk;
    assert_eq!(desk.store.plan(Some(&site.id)).await.expect("it answers"), None);
    // The operator may remove all of it.
    let stop = CancellationToken::new();
    let purged = retention::purge(&*desk.store, &desk.ambient, &site, &stop).await;
    assert_eq!(purged.expect("it is done"), Purged { consultations: 9, patients: 9 });
}

#[tokio::test]
async fn a_clock_that_empego_contradicts_removes_nothing() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    // It dates its answers by the machine's clock, which is not the one of the tests.
    tokio::spawn(async move { axum::serve(listener, Router::new()).await });
    let app = TestApp::with(|settings| {
        settings.desk_retention = Some("1d".to_owned());
        settings.empego_api_url = Some(format!("http://{address}/v2"));
        settings.empego_api_key = Some("key".to_owned());
    })
    .await;
    app.nurse().await;
    assert!(matches!(run(&app, Some(1)).await, Some(ClockDoubt::AheadOfEmpego(_))));
    let planned = announced(&app).await;
    assert!(planned[0].starts_with("waits clock-ahead-of-empego="), "{planned:?}");
}

#[tokio::test]
async fn the_oldest_rows_of_the_log_are_announced_and_their_removal_is_sealed() {
    let app = TestApp::start().await;
    let old = app.whole_log().await.len();
    app.pass(40 * DAY);
    let nurse = app.nurse().await;
    let keep = Some(30 * DAY);
    assert_eq!(run(&app, keep).await, None);
    assert_eq!(announced(&app).await, [format!("log-rows={old}")]);
    let page = nurse.get("/admin/retention").await.texts("#log-plan")[0].clone();
    assert!(page.contains(&format!("The {old} oldest rows")), "{page}");
    assert_eq!(app.whole_log().await[0].at, crate::helpers::START, "none is gone");
    app.pass(DAY);
    assert_eq!(run(&app, keep).await, None);
    let log = app.whole_log().await;
    assert!(log[0].at > crate::helpers::START);
    let removal = log.iter().find(|row| row.action == Action::Purged).expect("a row about it");
    assert!(removal.detail.starts_with(&format!("log-rows={old} through={old} hash=")));
    let desk = &app.state.desk;
    let verdict = desk.store.verify().await.expect("it answers");
    assert!(matches!(verdict, Verdict::Intact { start: Some(_), .. }));
    assert_eq!(checkpoint::judge(verdict.clone(), &desk.secrets), verdict);
    let nurse = app.nurse().await;
    assert!(nurse.post("verify_log", &[]).await.text.contains("The log is whole"));
    // A change of the secret takes the seal along.
    let new = || Some("n".repeat(40));
    let app = app
        .restart_with(|settings| {
            (settings.desk_secret, settings.desk_secret_previous) = (new(), Some("s".repeat(40)));
        })
        .await;
    let app = app.restart_with(|settings| settings.desk_secret = new()).await;
    let nurse = app.nurse().await;
    assert!(nurse.post("verify_log", &[]).await.text.contains("The log is whole"));
    // Another one does not: it cannot know who removed the rows.
    let app = app.restart_with(|settings| settings.desk_secret = Some("x".repeat(40))).await;
    let nurse = app.nurse().await;
    let broken = format!("The log is broken at row {old}");
    assert!(nurse.post("verify_log", &[]).await.text.contains(&broken));
}
