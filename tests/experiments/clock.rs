//! A clock that is eleven years ahead for a while: nothing is gone when it is right again. What
//! asks the time is `faketime`, so that the binary is the one that is installed.

use crate::binary::Binary;
use crate::helpers::{EMAIL, PASSWORD};
use reqwest::StatusCode;
use std::time::{Duration, Instant};

/// The longest wait for the first run after a start.
const FIRST_RUN: Duration = Duration::from_secs(120);
/// What the log output says when the clock is in doubt.
const DOUBT: &str = "nothing is removed at the end of its retention: check the clock";

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
    let rows = desk.log_rows().await;
    desk.kill().await;

    desk.restart_inside(&["faketime", "-f", "+4020d"]).await;
    let started = Instant::now();
    while !desk.log().contains(DOUBT) {
        assert!(started.elapsed() < FIRST_RUN, "no word about the clock: {}", desk.log());
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    let doubted = started.elapsed();
    desk.kill().await;

    desk.restart_inside(&[]).await;
    desk.sign_in(EMAIL, PASSWORD).await;
    for id in &ids {
        let page = desk.get(&format!("/consultations/{id}")).await;
        assert_eq!(page.status, StatusCode::OK, "{id}");
    }
    let left = desk.log_rows().await;
    assert!(left >= rows, "{left} of {rows} rows of the audit log");
    println!(
        "wrong clock: doubted after {} s; all {} consultations and all {rows} rows of the audit \
         log are there",
        doubted.as_secs(),
        ids.len()
    );
}
