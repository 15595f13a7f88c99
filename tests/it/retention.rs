//! What goes at the end of its retention: announced a day before, by a clock that is trusted, and no
//! more than a share at once.

use crate::helpers::{Page, Person, TestApp};
use axum::Router;
use empego_desk::desk::checkpoint;
use empego_desk::desk::retention::{self, ClockDoubt};
use empego_desk::model::audit::Action;
use empego_desk::model::ids::ConsultationId;
use empego_desk::store::{Purged, Record, Verdict};
use reqwest::{Method, StatusCode};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
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

/// Lets time pass in which the desk ran every day.
async fn pass_in_use(app: &TestApp, ms: i64) {
    app.pass(ms);
    let desk = &app.state.desk;
    desk.store.trust_clock(desk.now(), &[]).await.expect("it is noted");
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
    pass_in_use(&app, 31 * DAY).await;
    let nurse = app.nurse().await;
    assert!(nurse.get("/admin/retention").await.texts("#plan")[0].starts_with("Nothing"));
    assert_eq!(run(&app, None).await, None);
    assert_eq!(announced(&app).await, ["consultations=1 patients=1"]);
    let page = nurse.get("/admin/retention").await.texts("#plan")[0].clone();
    assert!(page.contains("Consultations: 1; patients: 1."), "{page}");
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
    pass_in_use(&app, 29 * DAY + 1).await;
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
    assert!(matches!(run(&app, None).await, Some(ClockDoubt::AheadOfLog(_))), "or was it not off?");
    confirm(&app).await;
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
    app.nurse().await;
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
    // What was written meanwhile proves nothing, not even days later.
    for _ in 0..2 {
        app.nurse().await;
        app.pass(DAY);
        assert!(matches!(run(&app, keep_log).await, Some(ClockDoubt::AheadOfLog(_))));
    }
    app.pass(-forward - 2 * DAY);
    assert_eq!(run(&app, keep_log).await, None, "it fits the rows from before");
    app.pass(DAY);
    assert_eq!(run(&app, keep_log).await, None);
    assert_eq!(left(&app, &ids).await, 5);
}

#[tokio::test]
async fn a_clock_that_stays_wrong_removes_nothing_until_the_operator_confirms_it() {
    let app = keeping(3_650).await;
    let ids = revoked(&app.nurse().await, 12).await;
    let plan = async || {
        let site = app.first_site().await.id;
        app.state.desk.store.plan(Some(&site)).await.expect("it answers")
    };
    app.pass(4_015 * DAY);
    for day in 0..5 {
        app.nurse().await;
        assert!(matches!(run(&app, None).await, Some(ClockDoubt::AheadOfLog(_))), "day {day}");
        app.pass(DAY);
    }
    assert_eq!((left(&app, &ids).await, plan().await), (12, None));
    confirm(&app).await;
    assert_eq!(announced(&app).await.last().map(String::as_str), Some("clock-confirmed"));
    assert_eq!(run(&app, None).await, None);
    assert!(plan().await.is_some(), "it is announced");
    for expected in [10, 9] {
        app.pass(DAY);
        assert_eq!(run(&app, None).await, None);
        assert_eq!(left(&app, &ids).await, expected, "a tenth");
    }
    // A doubt withdraws what was announced.
    app.pass(5 * DAY);
    assert!(run(&app, None).await.is_some());
    assert_eq!(plan().await, None);
    // The operator may remove all of it.
    let (desk, site) = (&app.state.desk, app.first_site().await);
    let stop = CancellationToken::new();
    let purged = retention::purge(&*desk.store, &desk.ambient, &site, &stop).await;
    assert_eq!(purged.expect("it is done"), Purged { consultations: 9, patients: 9 });
}

async fn confirm(app: &TestApp) {
    let desk = &app.state.desk;
    retention::confirm_clock(&*desk.store, &desk.ambient).await.expect("it is noted");
}

#[tokio::test]
async fn the_clock_is_of_no_matter_where_nothing_is_due() {
    let app = keeping(3_650).await;
    let ids = revoked(&app.nurse().await, 1).await;
    // A desk that is not used for weeks, and one that was off.
    for days in [1, 1, 1, 1, 30] {
        app.pass(days * DAY);
        assert_eq!(run(&app, Some(3_650 * DAY)).await, None);
    }
    assert_eq!(announced(&app).await, [] as [&str; 0]);
    let page = app.nurse().await.get("/admin/retention").await;
    assert_eq!(page.texts("#clock-doubt"), [] as [&str; 0]);
    // What it could not say then still counts once something is due.
    app.pass(3_640 * DAY);
    assert!(matches!(run(&app, None).await, Some(ClockDoubt::AheadOfLog(_))));
    assert_eq!(left(&app, &ids).await, 1);
}

#[tokio::test]
async fn a_desk_without_a_visitor_runs_on_and_removes_what_is_due() {
    let app = keeping(10).await;
    let ids = revoked(&app.nurse().await, 1).await;
    for _ in 0..12 {
        app.pass(DAY);
        assert_eq!(run(&app, None).await, None);
    }
    assert_eq!(left(&app, &ids).await, 0);
    assert_eq!(announced(&app).await, ["consultations=1 patients=1"]);
}

#[tokio::test]
async fn the_page_says_why_nothing_is_removed() {
    let app = keeping(30).await;
    revoked(&app.nurse().await, 1).await;
    app.pass(100 * DAY);
    let nurse = app.nurse().await;
    let shown = async || nurse.get("/admin/retention").await.texts("#clock-doubt");
    let said = shown().await;
    assert!(said[0].contains("100 days ahead") && said[0].contains("once a day"), "{said:?}");
    let desk = &app.state.desk;
    desk.store.doubt_clock(Some(-7_200_000), &[]).await.expect("it is noted");
    assert!(shown().await[0].contains("Empego’s differ by 2 h"));
    let french = nurse.request(Method::GET, "/admin/retention").header("accept-language", "fr-CA");
    let french = Page::read(french).await.texts("#clock-doubt");
    assert!(french[0].contains("diffèrent de 2 h"), "{french:?}");
    let kept = nurse.get("/admin/retention").await.texts("p").join(" ");
    assert!(kept.contains("kept for 30 days after"), "{kept}");
    confirm(&app).await;
    assert_eq!(shown().await, [] as [&str; 0]);
}

/// A server in Empego's place that dates its answers by the returned clock, in milliseconds.
async fn another_clock() -> (String, Arc<AtomicI64>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let clock = Arc::new(AtomicI64::new(i64::MIN));
    let theirs = clock.clone();
    let answer = move || async move {
        let at = jiff::Timestamp::from_millisecond(theirs.load(Ordering::SeqCst));
        let printer = jiff::fmt::rfc2822::DateTimePrinter::new();
        match at.ok().and_then(|at| printer.timestamp_to_rfc9110_string(&at).ok()) {
            Some(date) => [("date", date)],
            None => [("date", "unknown".to_owned())],
        }
    };
    let answers = Router::new().fallback(answer);
    tokio::spawn(async move { axum::serve(listener, answers).await });
    (format!("http://{address}/v2"), clock)
}

#[tokio::test]
async fn empegos_clock_decides_where_it_is_known() {
    let (url, theirs) = another_clock().await;
    let app = TestApp::with(|settings| {
        settings.empego_api_url = Some(url);
        settings.empego_api_key = Some("key".to_owned());
    })
    .await;
    app.nurse().await;
    let keep = Some(DAY);
    let tell = |ahead: Option<i64>| {
        let at = ahead.map_or(i64::MIN, |ahead| app.state.desk.now() - ahead);
        theirs.store(at, Ordering::SeqCst);
    };
    app.pass(2 * DAY);
    tell(Some(2 * 3_600_000));
    assert!(matches!(run(&app, keep).await, Some(ClockDoubt::AheadOfEmpego(_))));
    let planned = announced(&app).await;
    assert!(planned[0].starts_with("waits clock-ahead-of-empego=7"), "{planned:?}");
    // An answer that does not come takes nothing back, whatever the log says.
    tell(None);
    assert!(matches!(run(&app, keep).await, Some(ClockDoubt::AheadOfEmpego(_))));
    tell(Some(-60_000));
    assert_eq!(run(&app, keep).await, None, "they agree");
    // It answers for a desk that was off, too.
    app.pass(20 * DAY);
    tell(None);
    assert!(matches!(run(&app, keep).await, Some(ClockDoubt::AheadOfLog(_))));
    tell(Some(0));
    assert_eq!(run(&app, keep).await, None);
}

#[tokio::test]
async fn the_oldest_rows_of_the_log_are_announced_and_their_removal_is_sealed() {
    let app = TestApp::start().await;
    let old = app.whole_log().await.len();
    pass_in_use(&app, 40 * DAY).await;
    let nurse = app.nurse().await;
    let keep = Some(30 * DAY);
    assert_eq!(run(&app, keep).await, None);
    assert_eq!(announced(&app).await, [format!("log-rows={old}")]);
    let page = nurse.get("/admin/retention").await.texts("#log-plan")[0].clone();
    assert!(page.starts_with("The audit log") && page.ends_with(&format!(" on: {old}.")), "{page}");
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
    assert!(nurse.post("verify_log", &[]).await.text.contains("Log verified"));
    // A change of the secret takes the seal along.
    let new = || Some("n".repeat(40));
    let app = app
        .restart_with(|settings| {
            (settings.desk_secret, settings.desk_secret_previous) = (new(), Some("s".repeat(40)));
        })
        .await;
    let app = app.restart_with(|settings| settings.desk_secret = new()).await;
    let nurse = app.nurse().await;
    assert!(nurse.post("verify_log", &[]).await.text.contains("Log verified"));
    // Another one does not: it cannot know who removed the rows.
    let app = app.restart_with(|settings| settings.desk_secret = Some("x".repeat(40))).await;
    let nurse = app.nurse().await;
    let broken = format!("The log was altered at entry {old}");
    assert!(nurse.post("verify_log", &[]).await.text.contains(&broken));
}
