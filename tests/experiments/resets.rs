//! Connections that are reset at each step of each logged look: what is shown afterwards has its
//! row in the audit log.

use crate::binary::Binary;
use crate::helpers::{EMAIL, PASSWORD, Page};
use empego_desk::ambient::Ambient;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use reqwest::header::{COOKIE, USER_AGENT};
use reqwest::{Method, StatusCode};
use sqlx::{Connection, SqliteConnection};
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::time::Instant;

/// How often each look is tried, with a later reset each time.
const ROUNDS: u32 = 100;

/// A page that shows a record, what it shows, and the row about it.
struct Look {
    path: String,
    shows: &'static str,
    action: &'static str,
    /// Whether a second look of the session needs no second row.
    once: bool,
}

/// Everything to look at.
async fn looks(desk: &Binary) -> Vec<Look> {
    let id = desk.create("A-1").await;
    let now = Timestamp::from_millisecond(Ambient::system().now()).expect("a time");
    let zone = TimeZone::get("America/Toronto").expect("the default of the desk");
    let day = now.to_zoned_datetime(zone).date();
    let due = day.checked_add(Span::new().days(1)).expect("a day").to_string();
    let form = [("follows", &*id), ("due_on", &*due), ("follow_up_reason", "blood pressure")];
    assert_eq!(desk.post("plan_follow_up", &form).await.status, StatusCode::SEE_OTHER);
    let form = [("id", &*id), ("reason", "A claim")];
    assert_eq!(desk.post("hold_consultation", &form).await.status, StatusCode::SEE_OTHER);
    let today = day.to_string();
    let incident = [
        ("information", "x"),
        ("circumstances", "Sent elsewhere"),
        ("happened", "x"),
        ("aware_on", &*today),
        ("serious", "no"),
    ];
    assert_eq!(desk.post("write_incident", &incident).await.status, StatusCode::SEE_OTHER);
    let incident = desk.get("/admin/incidents").await.attribute("table tbody a", "href");
    let record = format!("/consultations/{id}");
    let patient =
        desk.get("/admin/audit").await.attribute("a[href^='/admin/audit/patient/']", "href");
    let look =
        |path: &str, shows, action, once| Look { path: path.to_owned(), shows, action, once };
    vec![
        look(&record, "Example", "opened", true),
        look(&format!("{record}/details"), "Example", "opened", true),
        look(&format!("/follow-ups/new?follows={id}"), "Example", "opened", true),
        look("/consultations", "Example", "listed", true),
        look("/follow-ups", "Example", "listed", true),
        look("/admin/retention", "A claim", "holds-read", false),
        look("/admin/incidents", "x", "incident-read", false),
        look(&incident, "Sent elsewhere", "incident-read", false),
        look("/admin/audit", "opened", "log-read", false),
        look(&patient, "Example", "log-read", false),
    ]
}

/// The rows of one action that a browser of this name left.
async fn rows(database: &mut SqliteConnection, action: &str, device: &str) -> u32 {
    sqlx::query_scalar("SELECT count(*) FROM audit WHERE action = $1 AND device = $2")
        .bind(action)
        .bind(device)
        .fetch_one(database)
        .await
        .expect("it answers")
}

/// A new session of a browser of this name.
async fn signed_in(desk: &Binary, device: &str) -> String {
    let request = desk.elsewhere(Method::POST, &format!("{}/api/sign_in", desk.url()));
    let form = [("email", EMAIL), ("password", PASSWORD)];
    let page = Page::read(request.header(USER_AGENT, device).form(&form)).await;
    page.cookies[0].split(';').next().expect("a cookie").to_owned()
}

async fn read(desk: &Binary, look: &Look, cookie: &str, device: &str) -> Page {
    let url = format!("{}{}", desk.url(), look.path);
    let request = desk.elsewhere(Method::GET, &url).header(COOKIE, cookie);
    Page::read(request.header(USER_AGENT, device)).await
}

/// Asks, waits that long, and resets the connection.
async fn reset(desk: &Binary, look: &Look, cookie: &str, device: &str, after: Duration) {
    let head = format!(
        "GET {} HTTP/1.1\r\nHost: desk\r\nUser-Agent: {device}\r\nCookie: {cookie}\r\n\r\n",
        look.path
    );
    let address = desk.url().trim_start_matches("http://");
    let mut connection = TcpStream::connect(address).await.expect("it connects");
    connection.write_all(head.as_bytes()).await.expect("it is sent");
    tokio::time::sleep(after).await;
    connection.set_zero_linger().expect("it is set");
}

#[tokio::test]
async fn resets() {
    let settings = [
        ("DESK_ADMIN_EMAIL", EMAIL),
        ("DESK_ADMIN_PASSWORD", PASSWORD),
        ("DESK_RATE_LIMITS", "off"),
    ];
    let mut desk = Binary::with(&settings).await;
    desk.sign_in(EMAIL, PASSWORD).await;
    let file = desk.data("desk.db");
    let mut database =
        SqliteConnection::connect(file.to_str().expect("UTF-8")).await.expect("it opens");
    for (number, look) in looks(&desk).await.iter().enumerate() {
        let device = format!("look-{number}");
        let cookie = signed_in(&desk, &device).await;
        read(&desk, look, &cookie, &device).await;
        let begun = Instant::now();
        read(&desk, look, &cookie, &device).await;
        // To a little after its end.
        let whole = begun.elapsed() * 5 / 4;
        let mut before = 0;
        for round in 0..ROUNDS {
            let device = format!("look-{number}-{round}");
            let cookie = signed_in(&desk, &device).await;
            reset(&desk, look, &cookie, &device, whole * round / ROUNDS).await;
            let page = read(&desk, look, &cookie, &device).await;
            assert_eq!(page.status, StatusCode::OK, "{}", look.path);
            assert!(page.text.contains(look.shows), "{}: {}", look.path, page.text);
            let written = rows(&mut database, look.action, &device).await;
            assert!(written > 0, "{} was shown without a row: round {round}", look.path);
            before += u32::from(written > 1);
        }
        println!(
            "resets: {} shown {ROUNDS} times after a reset within {whole:?}, each with its row{}",
            look.path.split(|c| c == '?').next().unwrap_or_default(),
            if look.once { String::new() } else { format!(" ({before} times the reset one too)") }
        );
    }
    database.close().await.expect("it closes");
}
