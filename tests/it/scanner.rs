//! The headers and cookies of a desk in production, as a scanner from outside reads them: drHEADer
//! from `PyPI`, which `scripts/setup test` installs, with the OWASP rules that it brings. Where
//! they do not fit is in `scanner.yml`, with why.

use crate::helpers::{EMAIL, PASSWORD, Page, TestApp, production, python_tool};
use reqwest::{Method, StatusCode};
use serde_json::{Map, Value, json};
use std::path::Path;
use std::process::Command;

/// An answer as the scanner takes it: several cookies are a list, everything else is a text.
fn told(name: &str, page: &Page) -> Value {
    let mut headers = Map::new();
    for name in page.headers.keys() {
        let values: Vec<&str> =
            page.headers.get_all(name).iter().map(|value| value.to_str().expect("text")).collect();
        headers.insert(
            name.to_string(),
            if name == "set-cookie" { json!(values) } else { json!(values.join(", ")) },
        );
    }
    json!({ "url": format!("https://desk.example/{name}"), "headers": headers })
}

/// What the scanner finds, a line for each.
fn scan(answers: &[Value]) -> Vec<String> {
    let folder = tempfile::TempDir::new().expect("a folder");
    let file = folder.path().join("answers.json");
    std::fs::write(&file, serde_json::to_vec(answers).expect("JSON")).expect("it is written");
    let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/scanner.yml");
    let program = python_tool("drheader");
    let mut command = Command::new(&program);
    command
        .args([
            "compare",
            "bulk",
            "--merge",
            "--cross-origin-isolated",
            "--output",
            "json",
            "--rules-file",
        ])
        .arg(rules)
        .arg(&file);
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("{}: {error}; run scripts/setup test", program.display()));
    let report: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| {
        panic!(
            "{error}: {}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        )
    });
    assert_eq!(report.len(), answers.len(), "it looked at every answer");
    let lines = report.iter().flat_map(|answer| {
        let found = answer["report"]
            .as_array()
            .expect("a report")
            .iter()
            .map(|found| format!("{}: {found}", answer["url"]));
        found
            .chain(answer.get("error").map(|error| format!("{}: {error}", answer["url"])))
            .collect::<Vec<_>>()
    });
    lines.collect()
}

#[tokio::test]
async fn a_scanner_finds_nothing_open() {
    let app = TestApp::with(production).await;
    let (stranger, nurse) = (app.stranger(), app.nurse().await);
    let mut answers = Vec::new();
    for path in [
        "sign-in",
        "sign-in/code",
        "set-password/none",
        "c/unknown",
        "c/done",
        "consultations",
        "consultations/new",
        "account",
        "admin/staff",
        "admin/sites",
        "admin/audit",
        "admin/incidents",
        "admin/incidents/new",
        "admin/incidents/register.csv",
        "admin/retention",
        "consultations/none",
        "nowhere",
        "healthz",
        "readyz",
        "pkg/none.js",
    ] {
        answers.push(told(path, &nurse.get(&format!("/{path}")).await));
    }
    answers.push(told("consultations, as a stranger", &stranger.get("/consultations").await));
    let entered = stranger.post("sign_in", &[("email", EMAIL), ("password", PASSWORD)]).await;
    assert_eq!(
        (entered.status, entered.cookies.len()),
        (StatusCode::SEE_OTHER, 1),
        "the scanner has a session's cookie to read"
    );
    answers.push(told("api/sign_in", &entered));
    let chosen = stranger.post("set_language", &[("language", "fr"), ("next", "/")]).await;
    assert_eq!(chosen.cookies.len(), 1);
    answers.push(told("api/set_language", &chosen));
    answers.push(told(
        "api/find_patient",
        &nurse.call("find_patient", &[("identifier", "A-1")]).await,
    ));
    let foreign =
        stranger.request(Method::POST, "/api/sign_out").header("sec-fetch-site", "cross-site");
    answers.push(told("api/sign_out, from elsewhere", &Page::read(foreign).await));
    answers.push(told("api/sign_out", &nurse.post("sign_out", &[]).await));
    assert_eq!(scan(&answers), Vec::<String>::new());
}

#[tokio::test]
async fn the_scanner_does_find_what_is_open() {
    let app = TestApp::with(production).await;
    let mut open = told("sign-in", &app.stranger().get("/sign-in").await);
    let headers = open["headers"].as_object_mut().expect("headers");
    headers.remove("x-content-type-options");
    headers.insert("set-cookie".to_owned(), json!(["open=1; Path=/; HttpOnly; SameSite=Lax"]));
    headers.insert(
        "content-security-policy".to_owned(),
        json!("default-src 'none'; script-src 'unsafe-inline'"),
    );
    let found = scan(&[open]).join("\n");
    for rule in ["X-Content-Type-Options", "Set-Cookie", "Content-Security-Policy"] {
        assert!(found.to_lowercase().contains(&rule.to_lowercase()), "{rule} is not in {found}");
    }
}
