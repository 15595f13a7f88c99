//! A clock that is eleven years ahead for a while: nothing is gone when it is right again. What
//! asks the time is `faketime`, so that the binary is the one that is installed.

use crate::binary::Binary;
use crate::helpers::{EMAIL, PASSWORD};
use reqwest::StatusCode;
use sqlx::Connection;
use std::time::{Duration, Instant};

/// The longest wait for the first run after a start.
const FIRST_RUN: Duration = Duration::from_secs(120);
/// What the log output says when the clock is in doubt.
const DOUBT: &str = "nothing is removed at the end of its retention: check the clock";

/// How many rows the audit log has.
async fn log_rows(desk: &Binary) -> i64 {
    let file = desk.data("desk.db");
    let mut database =
        sqlx::SqliteConnection::connect(file.to_str().expect("UTF-8")).await.expect("it opens");
    let rows = sqlx::query_scalar("SELECT count(*) FROM audit").fetch_one(&mut database).await;
    database.close().await.expect("it closes");
    rows.expect("it answers")
}

#[tokio::test]
async fn a_clock_that_is_wrong() {
    let settings = [
        ("DESK_ADMIN_EMAIL", EMAIL),
        ("DESK_ADMIN_PASSWORD", PASSWORD),
        ("DESK_RETENTION", "3650d"),
    ];
    let mut desk = Binary::with(&settings).await;
    desk.sign_in(EMAIL, PASSWORD).await;
    let mut ids = Vec::new();
    for number in 0..5 {
        ids.push(desk.create(&format!("A-{number}")).await);
    }
    let rows = log_rows(&desk).await;
    desk.kill().await;

    desk.wrapper = ["faketime", "-f", "+4020d"].map(str::to_owned).into();
    desk.restart().await;
    let started = Instant::now();
    while !desk.log().contains(DOUBT) {
        assert!(started.elapsed() < FIRST_RUN, "no word about the clock: {}", desk.log());
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    let doubted = started.elapsed();
    desk.kill().await;

    desk.wrapper.clear();
    desk.restart().await;
    desk.sign_in(EMAIL, PASSWORD).await;
    for id in &ids {
        let page = desk.get(&format!("/consultations/{id}")).await;
        assert_eq!(page.status, StatusCode::OK, "{id}");
    }
    let left = log_rows(&desk).await;
    assert!(left >= rows, "{left} of {rows} rows of the audit log");
    println!(
        "wrong clock: doubted after {} s; all {} consultations and all {rows} rows of the audit \
         log are there",
        doubted.as_secs(),
        ids.len()
    );
}
