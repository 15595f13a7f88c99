//! `empego-desk settings`.

use super::{command, error, run};
use std::process::Output;
use tempfile::TempDir;

/// Value and source of a setting, as printed.
fn row(output: &Output, name: &str) -> (String, String) {
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut lines = text.lines().filter(|line| line.split_whitespace().next() == Some(name));
    let line = lines.next().unwrap_or_else(|| panic!("{name} is not in {text}"));
    let (value, source) = line.trim_end().rsplit_once("  ").expect("columns");
    (value[name.len()..].trim().to_owned(), source.trim().to_owned())
}

fn pair(value: &str, source: &str) -> (String, String) {
    (value.to_owned(), source.to_owned())
}

#[test]
fn every_setting_is_printed_with_its_source_and_no_secret() {
    let folder = TempDir::new().expect("a folder");
    let env =
        "DESK_LINK_TTL=7d\nDESK_ADDR=127.0.0.1:1\nDESK_SECRET='0123456789-0123456789-0123456789'\n";
    std::fs::write(folder.path().join(".env"), env).expect("it writes");
    let arguments = ["--desk-retention", "90d", "settings", "--empego-timeout", "20s"];
    let output = run(command(folder.path(), &arguments)
        .env("DESK_ADDR", "127.0.0.1:2")
        .env("EMPEGO_API_URL", "https://empego.example/v2")
        .env("EMPEGO_API_KEY", "key-of-the-clinic")
        .env("EMPEGO_EVENTS_URL", "wss://queue.example/subscribe?queue=clinic-7"));
    assert!(output.status.success(), "{}", error(&output));
    for (name, value, source) in [
        ("DESK_ADDR", "127.0.0.1:2", "environment"),
        ("DESK_LINK_TTL", "7d", ".env"),
        ("DESK_RETENTION", "90d", "flag"),
        ("EMPEGO_TIMEOUT", "20s", "flag"),
        ("DESK_TIME_ZONE", "America/Toronto", "default"),
        ("DESK_SECRET", "****", ".env"),
        ("EMPEGO_API_KEY", "****", "environment"),
        ("EMPEGO_EVENTS_URL", "wss://queue.example/subscribe?****", "environment"),
        ("DESK_SECRET_PREVIOUS", "none", "default"),
    ] {
        assert_eq!(row(&output, name), pair(value, source), "{name}");
    }
    let printed = String::from_utf8_lossy(&output.stdout);
    for secret in ["0123456789", "key-of-the-clinic", "clinic-7"] {
        assert!(!printed.contains(secret), "{printed}");
    }
}

#[test]
fn every_bad_setting_is_named_beside_the_good_ones() {
    let folder = TempDir::new().expect("a folder");
    let output = run(command(folder.path(), &["settings"])
        .env("DESK_ENV", "production")
        .env("DESK_ADDR", "here")
        .env("EMPEGO_API_URL", "http://empego.example")
        .env("DESK_SECRET", "too short")
        .env("DESK_PASSWORD_PERMITS", "0"));
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(row(&output, "DESK_ADDR"), pair("here", "environment"));
    for name in [
        "DESK_ADDR",
        "DESK_PUBLIC_URL",
        "DESK_CLINIC_NAME",
        "DESK_SECRET",
        "DESK_PASSWORD_PERMITS",
        "EMPEGO_API_URL",
        "EMPEGO_API_KEY",
    ] {
        assert!(error(&output).contains(&format!("\n  {name}: ")), "{name}: {}", error(&output));
    }
    assert!(!error(&output).contains("too short"), "{}", error(&output));
}
