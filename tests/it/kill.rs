//! Kills between any two steps: nothing that was acknowledged is taken back.

mod load;
mod queue;

use crate::binary::Binary;
use crate::helpers::{EMAIL, PASSWORD};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

#[tokio::test]
async fn links_and_sessions_stay_as_they_were_acknowledged() {
    let mut desk = Binary::start().await;
    desk.sign_in(EMAIL, PASSWORD).await;
    desk.cut().await;
    let id = desk.create("A-1").await;
    let old = desk.token(&id).await;
    desk.cut().await;
    assert_eq!(desk.token(&id).await, old, "still signed in, and the same link");

    assert_eq!(desk.post("reissue_link", &[("id", &id)]).await.status, StatusCode::SEE_OTHER);
    desk.cut().await;
    let new = desk.token(&id).await;
    assert_ne!(new, old);
    assert_eq!(desk.get(&format!("/c/{old}")).await.status, StatusCode::GONE);
    assert_eq!(desk.get(&format!("/c/{new}")).await.status, StatusCode::OK);

    assert_eq!(desk.post("revoke_link", &[("id", &id)]).await.status, StatusCode::SEE_OTHER);
    desk.cut().await;
    assert_eq!(desk.get(&format!("/c/{new}")).await.status, StatusCode::GONE);
    assert_eq!(desk.badges().await, ["Revoked"]);

    assert_eq!(desk.post("sign_out", &[]).await.location, "/sign-in");
    desk.cut().await;
    let page = desk.get("/consultations").await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "the old cookie opens nothing");
    assert!(page.location.starts_with("/sign-in"), "{}", page.location);
}

#[tokio::test]
async fn the_sandbox_of_a_default_desk_knows_after_a_kill_what_links_lead_to() {
    let mut desk = Binary::start().await;
    desk.sign_in(EMAIL, PASSWORD).await;
    let token = desk.token(&desk.create("A-1").await).await;
    desk.cut().await;
    let start = desk.post("start_consultation", &[("token", &token)]).await;
    assert_eq!(start.status, StatusCode::SEE_OTHER, "{}", start.text);
    assert!(start.location.starts_with(desk.sandbox()), "{}", start.location);
    let page = desk.elsewhere(Method::GET, &start.location).send().await.expect("an answer");
    assert_eq!(page.status(), StatusCode::OK);
    // The browser's word is what this is about: Empego's own could come before it.
    let hold = desk
        .elsewhere(Method::POST, &format!("{}/control/faults", desk.sandbox()))
        .json(&json!({ "hold_events": true }));
    assert!(hold.send().await.expect("an answer").status().is_success());
    let answers = desk
        .elsewhere(Method::POST, &format!("{}/answers", start.location))
        .json(&json!({ "reason": "a cough" }));
    let plan: Value = answers.send().await.expect("an answer").json().await.expect("JSON");
    let message = plan["message"].to_string();
    let report = desk.post("report_message", &[("token", &token), ("message", &message)]).await;
    assert_eq!((report.status, report.json()), (StatusCode::OK, json!("reported")));
    assert_eq!(desk.badges().await, ["Answered"]);

    desk.cut().await;
    assert_eq!(
        desk.seen().await["consultations"][0]["status"],
        "TO_BE_ANALYZED",
        "an answer is known too"
    );
    let kept = std::fs::read_to_string(desk.data("sandbox.json")).expect("it is there");
    let secret = start.location.rsplit('/').next().expect("a token");
    assert!(
        !kept.contains(secret) && !kept.contains("cough"),
        "neither presigned URLs nor answers are kept: {kept}"
    );
    #[cfg(unix)]
    {
        let mode = std::os::unix::fs::PermissionsExt::mode(
            &std::fs::metadata(desk.data("sandbox.json")).expect("it is there").permissions(),
        );
        assert_eq!(mode & 0o777, 0o600);
    }

    desk.kill().await;
    std::fs::write(desk.data("sandbox.json"), "{\"version\":1,").expect("it writes");
    desk.restart().await;
    assert_eq!(
        desk.seen().await["consultations"],
        json!([]),
        "a broken file is no reason not to start"
    );
    assert_eq!(
        std::fs::read_to_string(desk.data("sandbox.json.broken")).expect("it is set aside"),
        "{\"version\":1,"
    );
    assert!(desk.log().contains("what the sandbox kept cannot be read"), "{}", desk.log());
    desk.create("A-2").await;
}

#[tokio::test]
async fn a_create_call_that_is_cut_off_keeps_what_was_typed_and_pretends_nothing() {
    let mut desk = Binary::start().await;
    desk.sign_in(EMAIL, PASSWORD).await;
    desk.faults(json!({ "latency_ms": 60_000 })).await;
    let form = [
        ("request_id", "a-press"),
        ("first_name", "Ada"),
        ("last_name", "Example"),
        ("identifier", "A-1"),
    ];
    tokio::select! {
        page = desk.post("create_consultation", &form) => panic!("Empego has not answered: {}", page.status),
        // Empego has it, and knows it for good.
        () = async { while !std::fs::read_to_string(desk.data("sandbox.json")).is_ok_and(|kept| kept.contains("Example")) { tokio::task::yield_now().await } } => {}
    }
    desk.cut().await;
    let board = desk.get("/consultations").await;
    assert_eq!(board.texts("tbody th a"), ["Ada Example"]);
    // Which turns into "Outcome unknown" when no answer can come any more
    // (`model/lifecycle_tests`).
    assert_eq!(board.texts("tbody .badge"), ["Creating…"]);
    assert_eq!(
        desk.seen().await["consultations"].as_array().map(Vec::len),
        Some(1),
        "and nobody asked Empego again"
    );
}

#[tokio::test]
async fn the_defaults_print_the_password_once_and_the_address_last() {
    let mut desk = Binary::with(&[]).await;
    let address = desk.url().to_owned();
    let printed = desk.kill().await;
    assert_eq!(printed.last(), Some(&format!("Empego Desk is open at {address}")), "{printed:?}");
    let after = |beginning: &str| {
        printed.iter().find_map(|line| line.strip_prefix(beginning)).map(str::to_owned)
    };
    let (email, password) =
        (after("  Email:    ").expect("an e-mail"), after("  Password: ").expect("a password"));
    desk.restart().await;
    desk.sign_in(&email, &password).await;
    let address = desk.url().to_owned();
    let again = desk.kill().await;
    assert!(
        !again.iter().any(|line| line.contains("Password") || line.contains(&password)),
        "{again:?}"
    );
    assert_eq!(again.last(), Some(&format!("Empego Desk is open at {address}")), "{again:?}");
}

#[tokio::test]
async fn ignored_messages_are_counted() {
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .expect("a free port")
        .local_addr()
        .expect("an address")
        .port();
    let metrics = format!("127.0.0.1:{port}");
    let mut desk = Binary::with(&[
        ("DESK_ADMIN_EMAIL", EMAIL),
        ("DESK_ADMIN_PASSWORD", PASSWORD),
        ("DESK_METRICS_ADDR", &metrics),
    ])
    .await;
    desk.sign_in(EMAIL, PASSWORD).await;
    let id = desk.create("A-1").await;
    let token = desk.token(&id).await;
    let count = async |by: &str| {
        let text = desk
            .elsewhere(Method::GET, &format!("http://{metrics}/metrics"))
            .send()
            .await
            .expect("an answer")
            .text()
            .await
            .expect("text");
        assert!(!text.contains(&token) && !text.contains(&id), "labels name nobody: {text}");
        let counts = |line: &&str| {
            line.starts_with("desk_messages_ignored_total{")
                && line.contains(&format!("by=\"{by}\""))
        };
        text.lines()
            .filter(counts)
            .filter_map(|line| line.rsplit(' ').next()?.parse::<u64>().ok())
            .sum::<u64>()
    };
    assert_eq!((count("server").await, count("browser").await), (0, 0));
    for message in [
        "{}",
        "no JSON",
        "{\"eventType\":\"consultation\",\"operation\":\"update\",\"status\":\"DONE\",\"id\":\"another\"}",
    ] {
        let answer = desk.post("report_message", &[("token", &token), ("message", message)]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{message}");
    }
    for ignored in ["3", "0", "", "many", "1000000"] {
        assert_eq!(
            desk.post("consultation_state", &[("token", &token), ("ignored", ignored)])
                .await
                .status,
            StatusCode::OK
        );
    }
    assert_eq!(
        (count("server").await, count("browser").await),
        (3, 3 + 100),
        "a single claim counts for a hundred at the most"
    );
}
