//! The profile and the connection, from the command line.

use super::{command, error, run};
use crate::helpers::{START, TestApp};
use empego_desk::ambient::{Clock, System};
use empego_desk::model::audit::Action;
use empego_desk::profile::{DEFAULT, Profile};
use std::process::Output;
use tempfile::TempDir;

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// The default with other words, once each.
fn planted(changes: &[(&str, &str)]) -> String {
    changes.iter().fold(DEFAULT.to_owned(), |text, (old, new)| {
        assert!(text.contains(old), "{old}");
        text.replacen(old, new, 1)
    })
}

#[test]
fn check_names_ten_planted_faults_at_once_with_their_lines() {
    let details = DEFAULT.find("[operations.follow-up-details]").expect("it is there");
    let end = DEFAULT.find("# Events of the queue.").expect("it is there");
    let text = planted(&[
        ("[headers]", "colour = \"red\"\n[headers]"),
        ("tenant = \"X-Tenant-Key\"", "tenant = \"no header\""),
        ("path = \"/consultation\"", "path = \"https://evil.example/consultation\""),
        ("path = \"/followup\"", "path = \"/a/../../followup\""),
        ("path = \"/embed/consultation/answer\"", "path = \"//evil.example/answer\""),
        ("path = \"/embed/followup/answer\"", "path = \"/embed/{name}/answer\""),
        ("answer = { url = [\"/iframeUrl\"", "answer = { url = [\"iframeUrl\""),
        ("on = \"https://fhir", "on = \"file-number\" # https://fhir"),
        ("types = [\"application/pdf\", ", "types = [\"pdf\", "),
        (&DEFAULT[details..end], ""),
    ]);
    let folder = TempDir::new().expect("a folder");
    std::fs::write(folder.path().join("profile.toml"), &text).expect("it writes");
    let output = run(&mut command(folder.path(), &["profile", "check", "profile.toml"]));
    assert_eq!(output.status.code(), Some(1));
    let found = error(&output);
    for (part, says) in [
        ("colour = ", "colour is not known here"),
        ("\"no header\"", "is no name of a header"),
        ("https://evil.example", "names a host: the host is in EMPEGO_API_URL"),
        ("/a/../..", "leads out of the base URL"),
        ("//evil.example/answer", "names a host: the host is in EMPEGO_API_URL"),
        ("{name}", "has a placeholder that is no {key}"),
        ("url = [\"iframeUrl\"", "must begin with / (it is a JSON pointer)"),
        ("on = \"file-number\"", "on is the same system as file-number"),
        ("\"pdf\", ", "\"pdf\" is no media type"),
        ("[operations.create-consultation]", "operations.follow-up-details is missing"),
    ] {
        let line = text.lines().position(|line| line.contains(part)).expect("it is there") + 1;
        let named = found.lines().any(|fault| {
            let at = fault.strip_prefix("line ").and_then(|fault| fault.split_once(": "));
            at.is_some_and(|(at, fault)| {
                // What is missing has the line of the table that it is missing in.
                fault.contains(says) && (at == line.to_string() || says.contains("missing"))
            })
        });
        assert!(named, "line {line} {says}: {found}");
    }
    assert_eq!(found.lines().filter(|line| line.starts_with("line ")).count(), 10, "{found}");
    // And so it stops the start.
    let output = run(command(folder.path(), &["serve"])
        .env("EMPEGO_PROFILE", "profile.toml")
        .env("DESK_ADDR", "127.0.0.1:0"));
    assert_eq!(output.status.code(), Some(1));
    assert!(error(&output).contains("is no media type"), "{}", error(&output));
}

#[test]
fn every_request_is_printed_as_it_would_go_out_and_answers_as_they_read() {
    let folder = TempDir::new().expect("a folder");
    let write = |name: &str, text: &str| {
        std::fs::write(folder.path().join(name), text).expect("it writes");
    };
    write("fhir.toml", include_str!("../profiles/fhir.toml"));
    write("legacy.toml", include_str!("../profiles/legacy.toml"));
    write(
        "created.json",
        r#"{"data":{"consultation":{"id":17,"identifier":"a","businessStatus":{"id":"received"}}}}"#,
    );
    write("odd.json", r#"{"result":{"uuid":"8c4abd06"}}"#);
    let checked = run(command(
        folder.path(),
        &["profile", "check", "fhir.toml", "--answer", "create-consultation=created.json"],
    )
    .env("EMPEGO_API_URL", "https://api.example/v2/")
    .env("EMPEGO_API_KEY", "a-secret-key"));
    assert!(checked.status.success(), "{}", error(&checked));
    let text = said(&checked);
    for part in [
        "PUT https://api.example/v2/fhir/Task\napi-key: (the key)\nx-franchise: (the tenant key",
        "\"resourceType\": \"Task\"",
        "\"family\": \"Example\"",
        "GET https://api.example/v2/fhir/Task/the-access-key/answer\n",
        "GET https://api.example/v2/fhir/answer?task=1000001\n",
        "x-acting-user: (the user, as base64 of JSON)",
        "\"reference\": 1000001",
        "key: 17\naccess-key: a\nstatus: TO_BE_ANALYZED\nanswered-at: none\nurl: none\n",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(!text.contains("a-secret-key"));
    let legacy = said(&run(&mut command(folder.path(), &["profile", "check", "legacy.toml"])));
    for part in ["by sending create-consultation again", "create-follow-up\nnot supported"] {
        assert!(legacy.contains(part), "{part}: {legacy}");
    }
    // What is shown can be a profile, with the requests as comments.
    let shown = said(&run(&mut command(folder.path(), &["profile", "show"])));
    assert!(shown.contains("# POST https://empego-api-url.example/consultation\n"), "{shown}");
    assert_eq!(Profile::read(&shown).as_ref(), Ok(&*Profile::embedded()));
    let odd = run(&mut command(
        folder.path(),
        &["profile", "show", "--answer", "create-consultation=odd.json"],
    ));
    assert_eq!(odd.status.code(), Some(1));
    let why = error(&odd);
    for part in ["nothing at consultationKey|id|consultationId", "it has /result/uuid"] {
        assert!(why.contains(part), "{part}: {why}");
    }
    assert!(!why.contains("8c4abd06"), "{why}");
}

#[tokio::test]
async fn other_names_of_systems_are_accepted_by_a_command() {
    let app = TestApp::in_a_file().await;
    app.nurse().await.create("Ada", "Example", "A-1").await;
    let database = app.state.config.database_url.clone();
    let folder = TempDir::new().expect("a folder");
    let other = DEFAULT.replace("desk = \"empego-desk\"", "desk = \"another-desk\"");
    std::fs::write(folder.path().join("other.toml"), other).expect("it writes");
    let copy = folder.path().join("copy.db");
    empego_desk::store::maintenance(&database)
        .expect("a database")
        .backup(&copy)
        .await
        .expect("a copy");
    let url = format!("sqlite://{}", copy.display());
    let with = |arguments: &[&str]| {
        run(command(folder.path(), arguments)
            .env("DATABASE_URL", &url)
            .env("DESK_ADDR", "127.0.0.1:0")
            .env("SANDBOX_ADDR", "127.0.0.1:0")
            .env("DESK_SECRET", "s".repeat(40))
            .env("EMPEGO_PROFILE", "other.toml"))
    };
    let refused = with(&["serve"]);
    assert_eq!(refused.status.code(), Some(1));
    for part in ["desk: \"empego-desk\", and now \"another-desk\"", "profile accept-systems"] {
        assert!(error(&refused).contains(part), "{part}: {}", error(&refused));
    }
    let accepted = with(&["profile", "accept-systems"]);
    assert!(said(&accepted).contains("desk: \"another-desk\", until now \"empego-desk\""));
    let again = with(&["profile", "accept-systems"]);
    assert!(said(&again).contains("nothing was changed"), "{}", error(&again));
    let store = empego_desk::store::open(&url).await.expect("it opens");
    let mut rows = Vec::new();
    store.close().await;
    let mut each = |row: empego_desk::store::LogEntry, _| {
        rows.extend((row.record.action == Action::SystemsChanged).then_some(row.record.detail));
        std::ops::ControlFlow::Continue(())
    };
    let log = empego_desk::store::maintenance(&url).expect("a database");
    log.read_log(&mut each).await.expect("a log");
    assert_eq!(rows, ["desk"], "once");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn check_tries_what_can_be_tried_and_says_what_each_line_rests_on() {
    let empego = TestApp::start().await;
    // The binary goes by the clock of this machine.
    empego.pass(System.now() - START);
    let folder = TempDir::new().expect("a folder");
    let before = empego.seen().await;
    let check = |file_origins: &str, queue: &str| {
        let socket = empego.sandbox.replacen("http", "ws", 1);
        run(command(folder.path(), &["check"])
            .env("EMPEGO_API_URL", format!("{}/v2", empego.sandbox))
            .env("EMPEGO_API_KEY", "sandbox-key")
            .env("EMPEGO_APP_ORIGINS", &empego.sandbox)
            .env("EMPEGO_FILE_ORIGINS", file_origins)
            .env("EMPEGO_EVENTS_URL", format!("{socket}{queue}")))
    };
    let good = check(&empego.sandbox, "/subscribe?queue=another");
    assert!(good.status.success(), "{} {}", said(&good), error(&good));
    let text = said(&good);
    for line in [
        "look    create-consultation (POST /consultation) is not known. [not tried: it would",
        "good    answer-consultation (POST /embed/consultation/answer) answers and accepts the key",
        "good    follow-up-details (POST /embed/followup/details) answers",
        "good    The clocks agree. [the date of Empego's answer, asked for now]",
        " answers this machine. [asked now for its start page",
        "good    The event queue takes the key. [a connection made now, and closed",
    ] {
        assert!(text.contains(line), "{line}: {text}");
    }
    assert!(text.lines().all(|line| line.ends_with(']')), "each line says it: {text}");
    let after = empego.seen().await;
    for name in ["consultations", "followups", "patients"] {
        assert_eq!(before[name], after[name], "{name}");
    }
    let bad = check("http://127.0.0.1:1", "/subscribe?queue=another");
    assert_eq!(bad.status.code(), Some(1));
    assert!(error(&bad).contains("http://127.0.0.1:1 does not answer"), "{}", error(&bad));
    assert!(said(&bad).contains("FAILED"), "{}", said(&bad));
}
