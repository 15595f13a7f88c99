//! A clock that is eleven years ahead for a while: nothing is gone when it is right again. What
//! asks the time is `faketime`, so that the binary is the one that is installed.

use crate::binary::Binary;
use crate::helpers::{EMAIL, PASSWORD};
use reqwest::StatusCode;
use sqlx::Connection;
use std::process::Command;
use std::time::{Duration, Instant};

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

    let started = Instant::now();
    let folder = desk.data("..");
    let pruned = Command::new("faketime")
        .args(["-f", "+4020d", env!("CARGO_BIN_EXE_empego-desk"), "audit", "prune"])
        .current_dir(&folder)
        .output()
        .expect("it runs");
    let said = String::from_utf8_lossy(&pruned.stderr).into_owned();
    assert!(!pruned.status.success() && said.contains("clock"), "{said}");
    let doubted = started.elapsed();

    // And a desk that runs with it all along. An hour of its clock, the longest that the daily run
    // waits for, is a minute here.
    let faketime = ["env", "FAKETIME_DONT_FAKE_MONOTONIC=1", "faketime", "-f", "+4020d x60"];
    desk.wrapper = faketime.map(str::to_owned).to_vec();
    desk.restart().await;
    let refused = "nothing is removed at the end of its retention: check the clock";
    while !desk.log().contains(refused) {
        assert!(started.elapsed() < Duration::from_secs(600), "{}", desk.log());
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
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
        "wrong clock: refused after {} ms, and by a desk that runs with it; all {} consultations \
         and all {rows} rows of the audit log are there",
        doubted.as_millis(),
        ids.len()
    );
}
