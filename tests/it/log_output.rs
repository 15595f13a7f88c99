//! What the operator reads on standard error, and how one request is found in it.

use crate::binary::Binary;
use crate::helpers::{EMAIL, PASSWORD, Page, TestApp};
use crate::lines::Lines;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::process::Stdio;
use std::time::Duration;

const REQUEST_ID: &str = "x-request-id";

/// A desk whose own lines are all logged, with an administrator.
async fn desk(settings: &[(&str, &str)]) -> Binary {
    let own = [
        ("DESK_ADMIN_EMAIL", EMAIL),
        ("DESK_ADMIN_PASSWORD", PASSWORD),
        ("RUST_LOG", "empego_desk=trace,info"),
    ];
    Binary::with(&own.iter().chain(settings).copied().collect::<Vec<_>>()).await
}

fn id_of(page: &Page) -> String {
    page.headers[REQUEST_ID].to_str().expect("text").to_owned()
}

/// The whole lines of the log, with those of these answers: a line is written once its answer was
/// sent.
async fn log_with(desk: &Binary, pages: &[&Page]) -> String {
    for _ in 0..1_000 {
        let mut log = desk.log();
        log.truncate(log.rfind('\n').map_or(0, |end| end + 1));
        let has = |page: &&Page| {
            let id = id_of(page);
            log.lines().any(|line| line.contains(&id) && line.contains("status"))
        };
        if pages.iter().all(has) {
            return log;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the lines of the requests are not in {}", desk.log());
}

#[tokio::test]
async fn a_request_is_found_by_its_id_and_names_no_patient() {
    let mut desk = desk(&[]).await;
    desk.sign_in(EMAIL, PASSWORD).await;
    let form = [("first_name", "Zéphyrine"), ("last_name", "Lovelace"), ("identifier", "A-4711")];
    let created = desk.post("create_consultation", &form).await;
    assert_eq!(created.status, StatusCode::SEE_OTHER, "{}", created.text);
    let id = created.location.strip_prefix("/consultations/").expect("the new one").to_owned();
    let token = desk.token(&id).await;
    let board = desk.get("/consultations?search=Lovelace").await;
    let patient = desk.get(&format!("/c/{token}")).await;
    let started = desk.post("start_consultation", &[("token", &token)]).await;
    let unknown = desk.get("/no-such-page/Lovelace").await;
    // Reading a value of the cookie: the session's token.
    let session = desk.cookie.split('=').nth(1).expect("a value").to_owned();
    let log = log_with(&desk, &[&created, &board, &patient, &started, &unknown]).await;
    let lines: Vec<Value> = log
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("not JSON: {line}")))
        .collect();
    for (page, route, function) in [
        (&created, "create_consultation", Some("create_consultation")),
        (&board, "/consultations", None),
        (&patient, "/c/{token}", None),
        (&started, "start_consultation", Some("start_consultation")),
        (&unknown, "other", None),
    ] {
        let id = id_of(page);
        assert!(id.len() == 12 && id.bytes().all(|byte| byte.is_ascii_hexdigit()), "{id}");
        let of_request = |line: &&Value| line["spans"][0]["request_id"] == id.as_str();
        let mine: Vec<&Value> = lines.iter().filter(of_request).collect();
        let last = mine.last().unwrap_or_else(|| panic!("{id} is not in {log}"));
        assert_eq!(last["fields"]["message"], "request");
        assert_eq!(last["fields"]["status"], page.status.as_u16());
        for line in mine {
            assert_eq!(line["spans"][0]["route"], route, "{line}");
            assert_eq!(line["spans"][0].get("function"), function.map(|it| json!(it)).as_ref());
        }
    }
    let presigned = started.location;
    assert!(!presigned.is_empty(), "the address of the questionnaire");
    let presigned = presigned.rsplit('/').next().expect("a secret");
    for private in [
        "Lovelace",
        "lovelace",
        "Zéphyrine",
        "4711",
        PASSWORD,
        EMAIL,
        &token,
        &session,
        presigned,
        "\u{1b}",
    ] {
        assert!(!log.contains(private), "{private} is in the log: {log}");
    }
}

#[tokio::test]
async fn the_log_is_text_where_that_is_asked_for_and_has_no_colours_in_a_file() {
    let desk = desk(&[("DESK_LOG", "text")]).await;
    let page = desk.get("/sign-in").await;
    let log = log_with(&desk, &[&page]).await;
    let id = format!("request_id=\"{}\"", id_of(&page));
    let line = log.lines().find(|line| line.contains(&id)).unwrap_or_else(|| panic!("{log}"));
    for part in ["INFO", "request", "route=\"/sign-in\"", "status=200", "method=GET"] {
        assert!(line.contains(part), "{part} is not in {line}");
    }
    assert!(!log.contains('\u{1b}'), "{log}");
}

/// Whether a desk colours its log on a terminal, which `script` of util-linux makes for it.
#[cfg(target_os = "linux")]
async fn has_colours(settings: &[(&str, &str)]) -> bool {
    let folder = tempfile::TempDir::new().expect("a folder");
    std::fs::create_dir_all(folder.path().join("site/pkg")).expect("a folder");
    let shown = folder.path().join("shown");
    let serve = format!("'{}' serve", env!("CARGO_BIN_EXE_empego-desk"));
    let mut script = tokio::process::Command::new("script");
    script.args(["--quiet", "--flush", "--command", &serve]).arg(&shown);
    script.envs([("DESK_ADDR", "127.0.0.1:0"), ("SANDBOX_ADDR", "127.0.0.1:0")]);
    script.env_remove("NO_COLOR").envs(settings.iter().copied());
    script.current_dir(folder.path()).kill_on_drop(true);
    script.stdin(Stdio::null()).stdout(Stdio::null());
    let _running = script.spawn().expect("script of util-linux");
    loop {
        let shown = std::fs::read_to_string(&shown).unwrap_or_default();
        // A warning of every start without a public address.
        if shown.contains("which phones and other computers cannot open") {
            return shown.contains('\u{1b}');
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn the_log_has_colours_on_a_terminal_alone() {
    assert!(has_colours(&[]).await);
    assert!(!has_colours(&[("NO_COLOR", "1")]).await);
    assert!(!has_colours(&[("DESK_LOG", "json")]).await);
}

/// The reference that a person reads out leads to the line with the cause.
#[tokio::test]
async fn the_reference_of_an_error_is_the_id_of_the_request() {
    let lines = Lines::default();
    let _guard = lines.listen();
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let mut database = app.database().await;
    database.execute("ALTER TABLE sites RENAME TO sites_gone").await;
    let page = nurse.get("/consultations").await;
    assert_eq!(page.status, StatusCode::INTERNAL_SERVER_ERROR, "{}", page.text);
    assert_eq!(page.texts(".reference code"), [id_of(&page)]);
    assert_eq!(cause(&lines, &page).len(), 1, "{}", lines.text());
    database.execute("ALTER TABLE sites_gone RENAME TO sites").await;

    // In a server function, which runs in a task of its own.
    database.execute("ALTER TABLE sign_in_tries RENAME TO tries_gone").await;
    let form = [("email", "unknown@clinic.example"), ("password", "wrong")];
    let request = app.elsewhere(Method::POST, &format!("{}/api/sign_in", app.url)).form(&form);
    let page = Page::read(request.header("accept", "application/json")).await;
    assert_eq!(page.status, StatusCode::INTERNAL_SERVER_ERROR, "{}", page.text);
    assert_eq!(page.json(), json!({ "internal": { "reference": id_of(&page) } }));
    assert_eq!(cause(&lines, &page).len(), 1, "{}", lines.text());
}

fn cause(lines: &Lines, page: &Page) -> Vec<String> {
    let id = format!("request_id=\"{}\"", id_of(page));
    let mut found = lines.with("a request failed");
    found.retain(|line| line.contains(&id) && line.contains("route="));
    found
}
