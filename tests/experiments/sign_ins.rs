//! Memory during and after 2,000 sign-ins, also all at once and with bodies as large as they may be,
//! and the wait of one behind 600 of others.

use crate::binary::Binary;
use crate::helpers::{EMAIL, PASSWORD, Page};
use crate::{address, behind_a_proxy, peak, resident};
use futures::StreamExt;
use futures::future::join_all;
use reqwest::{Method, StatusCode};
use std::time::Duration;
use tokio::time::Instant;

const AFTER: Duration = Duration::from_secs(20);
/// The most memory that may stay, in MB.
const MOST: u64 = 120;
/// The most memory that may ever be used, in MB.
const PEAK: u64 = 500;
/// The longest password that fits into a body.
const LONG: usize = 250 * 1024;
/// The longest wait of a member of staff at their usual place.
const LONGEST: Duration = Duration::from_secs(5);

async fn sign_in(desk: &Binary, address: String, email: &str, password: &str) -> StatusCode {
    let request = desk.request(Method::POST, "/api/sign_in").header("x-forwarded-for", address);
    Page::read(request.form(&[("email", email), ("password", password)])).await.status
}

async fn stranger(desk: &Binary, n: usize) -> StatusCode {
    stranger_with(desk, n, "wrong").await
}

async fn stranger_with(desk: &Binary, n: usize, password: &str) -> StatusCode {
    sign_in(desk, address(n), &format!("n{n}@clinic.example"), password).await
}

fn count(statuses: &[StatusCode], status: StatusCode) -> usize {
    statuses.iter().filter(|other| **other == status).count()
}

/// So many sign-ins of strangers, and what they cost.
async fn burst(desk: &Binary, at_once: usize, all: usize, password: &str) {
    let begun = Instant::now();
    let tries = futures::stream::iter(0..all).map(|n| stranger_with(desk, n, password));
    let statuses: Vec<StatusCode> = tries.buffer_unordered(at_once).collect().await;
    println!(
        "{all} sign-ins, {at_once} at once, {} bytes each, in {:?}: {} answered, {} refused; \
         memory {} MB, at most {} MB",
        password.len(),
        begun.elapsed(),
        count(&statuses, StatusCode::UNPROCESSABLE_ENTITY),
        count(&statuses, StatusCode::SERVICE_UNAVAILABLE),
        resident(desk.pid()),
        peak(desk.pid())
    );
}

#[tokio::test]
async fn sign_ins() {
    let desk = behind_a_proxy().await;
    let first = sign_in(&desk, "203.0.113.7".to_owned(), EMAIL, PASSWORD).await;
    assert_eq!(first, StatusCode::SEE_OTHER);
    println!("memory after the start and one sign-in: {} MB", resident(desk.pid()));

    for (at_once, all) in [(20, 20), (40, 2_000)] {
        burst(&desk, at_once, all, "wrong").await;
    }
    tokio::time::sleep(AFTER).await;
    let after = resident(desk.pid());
    println!("memory {AFTER:?} after them: {after} MB");
    assert!(after <= MOST, "{after} MB");

    for password in ["wrong", &"x".repeat(LONG)] {
        burst(&desk, 2_000, 2_000, password).await;
    }
    let most = peak(desk.pid());
    assert!(most <= PEAK, "{most} MB");

    let flood = async { join_all((3_000..3_600).map(|n| stranger(&desk, n))).await };
    let staff = async {
        // Behind the others, which are sent first.
        tokio::time::sleep(Duration::from_millis(200)).await;
        let begun = Instant::now();
        let status = sign_in(&desk, "203.0.113.7".to_owned(), EMAIL, PASSWORD).await;
        (status, begun.elapsed())
    };
    let (statuses, (status, wait)) = tokio::join!(flood, staff);
    println!(
        "600 at once: {} tried, {} refused; staff at their usual place waited {wait:?}: {status}",
        count(&statuses, StatusCode::UNPROCESSABLE_ENTITY),
        count(&statuses, StatusCode::SERVICE_UNAVAILABLE),
    );
    assert_eq!(status, StatusCode::SEE_OTHER);
    assert!(wait < LONGEST, "{wait:?}");
}
