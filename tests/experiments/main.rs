//! The worst cases, made to happen to the binary from outside, and what they cost. Not a part of
//! `cargo test`: they need Linux, take minutes and measure time. `make experiments` runs them on a
//! release build.

#[path = "../it/binary.rs"]
#[allow(dead_code, reason = "shared with the tests")]
mod binary;
#[path = "../it/database.rs"]
#[allow(dead_code, reason = "shared with the tests")]
mod database;
#[path = "../it/helpers.rs"]
#[allow(dead_code, reason = "shared with the tests")]
mod helpers;

mod accounts;
mod administrators;
mod clock;
mod disk;
mod resets;
mod sign_ins;
mod streams;

use binary::Binary;
use helpers::{EMAIL, PASSWORD, Page};
use reqwest::Method;
use reqwest::header::{ACCEPT, COOKIE};

/// A desk behind a proxy, so that each request can have an address of its own.
async fn behind_a_proxy() -> Binary {
    Binary::with(&[
        ("DESK_ADMIN_EMAIL", EMAIL),
        ("DESK_ADMIN_PASSWORD", PASSWORD),
        ("DESK_TRUSTED_PROXIES", "127.0.0.1"),
        ("DESK_LOG", "text"),
        ("RUST_LOG", "warn"),
    ])
    .await
}

/// Sends a form with the cookie of one browser.
async fn post(desk: &Binary, cookie: &str, function: &str, form: &[(&str, &str)]) -> Page {
    let url = format!("{}/api/{function}", desk.url());
    let request = desk.elsewhere(Method::POST, &url).header(ACCEPT, "text/html");
    Page::read(request.header(COOKIE, cookie).form(form)).await
}

/// An address of its own for each number.
fn address(n: usize) -> String {
    format!("198.{}.{}.{}", 18 + n / 65_536, n / 256 % 256, n % 256)
}

/// The resident memory of a process, in MB (Linux).
fn resident(process: u32) -> u64 {
    megabytes(process, "VmRSS:")
}

/// The most resident memory that a process ever had, in MB (Linux).
fn peak(process: u32) -> u64 {
    megabytes(process, "VmHWM:")
}

fn megabytes(process: u32, what: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).expect("Linux");
    let line = status.lines().find_map(|line| line.strip_prefix(what)).expect("a size");
    line.trim().trim_end_matches(" kB").parse::<u64>().expect("a number") / 1024
}
