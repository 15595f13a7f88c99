//! The binary, as an operator starts it.

mod guards;
mod help;
mod profile;
mod records;
mod settings;

use crate::helpers::{EMAIL, PASSWORD, TestApp};
use empego_desk::model::audit::Action;
use reqwest::StatusCode;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

pub fn command(folder: &Path, arguments: &[&str]) -> Command {
    // What `serve` looks for in its folder: these tests need no browser's files, and may run before
    // any are built.
    std::fs::create_dir_all(folder.join("site/pkg")).expect("a folder");
    let mut command = Command::new(env!("CARGO_BIN_EXE_empego-desk"));
    command.args(arguments).current_dir(folder).env_clear().stdin(Stdio::null());
    command.env("DATABASE_URL", format!("sqlite://{}", folder.join("desk.db").display()));
    command
}

pub fn run(command: &mut Command) -> Output {
    command.output().expect("it runs")
}

/// The rows of a table with a heading: values by their column.
fn table(text: &[u8]) -> Vec<BTreeMap<String, String>> {
    let text = text.strip_prefix("\u{feff}".as_bytes()).expect("it says that it is UTF-8");
    csv::Reader::from_reader(text).deserialize().map(|row| row.expect("a row")).collect()
}

pub fn error(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn bad_settings_are_named_all_at_once() {
    let folder = TempDir::new().expect("a folder");
    let output = run(command(folder.path(), &["serve"])
        .env("DESK_ADDR", "here")
        .env("DESK_LINK_TTL", "soon")
        .env("DESK_ENV", "production"));
    assert_eq!(output.status.code(), Some(1));
    for name in [
        "DESK_ADDR",
        "DESK_LINK_TTL",
        "DESK_PUBLIC_URL",
        "DESK_SECRET",
        "EMPEGO_API_URL",
        "EMPEGO_API_KEY",
        "DESK_CLINIC_NAME",
    ] {
        assert!(
            error(&output).contains(&format!("{name}: ")),
            "{name} is not named in {}",
            error(&output)
        );
    }
    assert!(!folder.path().join("desk.db").exists(), "nothing was started");
}

/// Patients read the name of a site. In production that is not the product's.
#[test]
fn a_site_with_the_products_name_is_not_opened_to_the_public() {
    let folder = TempDir::new().expect("a folder");
    assert!(run(&mut command(folder.path(), &["staff", "add", EMAIL])).status.success());
    let output = run(command(folder.path(), &["serve"])
        .env("DESK_ADDR", "127.0.0.1:0")
        .env("DESK_ENV", "production")
        .env("DESK_PUBLIC_URL", "https://desk.example")
        .env("DESK_CLINIC_NAME", "Clinique du Parc")
        .env("DESK_SECRET", "s".repeat(40))
        .env("EMPEGO_API_URL", "https://empego.example/v2")
        .env("EMPEGO_API_KEY", "key"));
    assert_eq!(output.status.code(), Some(1), "{}", error(&output));
    for part in ["as the name of the site \"Empego Desk\"", "DESK_ENV=development"] {
        assert!(error(&output).contains(part), "{part} is not in {}", error(&output));
    }
}

#[test]
fn a_line_of_dotenv_that_cannot_be_read_is_named_and_not_shown() {
    let folder = TempDir::new().expect("a folder");
    let password = "correct horse battery staple";
    for (lines, number) in [
        (
            format!(
                "# a comment\nDESK_LINK_TTL=72h\n\nDESK_ADMIN_PASSWORD={password}\nDESK_RETENTION=none\n"
            ),
            4,
        ),
        (format!("DESK_ADMIN_PASSWORD=\"{password}\nDESK_RETENTION=none\n"), 1),
        (format!("DESK_LINK_TTL='7\n2h'\n{password}"), 3),
    ] {
        std::fs::write(folder.path().join(".env"), &lines).expect("it writes");
        let output = run(&mut command(folder.path(), &["check"]));
        assert_eq!(output.status.code(), Some(1), "{lines}");
        assert!(
            error(&output).contains(&format!(".env: line {number} cannot be read")),
            "{lines}: {}",
            error(&output)
        );
        for word in password.split(' ') {
            assert!(!error(&output).contains(word), "{lines}: {}", error(&output));
        }
    }
    let quoted = format!("DESK_ADMIN_PASSWORD='{password} $HOME # $'\nDESK_LINK_TTL=soon\n");
    std::fs::write(folder.path().join(".env"), quoted).expect("it writes");
    let output = run(&mut command(folder.path(), &["check"]));
    assert!(error(&output).contains("DESK_LINK_TTL: "), "it is read: {}", error(&output));
    assert!(!error(&output).contains("DESK_ADMIN_PASSWORD"), "{}", error(&output));

    // The folder above is somebody else's.
    let inner = folder.path().join("inner");
    std::fs::create_dir(&inner).expect("a folder");
    let output = run(&mut command(&inner, &["check"]));
    assert!(output.status.success(), "{}", error(&output));
}

#[test]
fn a_dollar_in_dotenv_is_refused_or_kept_and_never_expanded() {
    let folder = TempDir::new().expect("a folder");
    let read = |lines: &str| {
        std::fs::write(folder.path().join(".env"), lines).expect("it writes");
        let mut command = command(folder.path(), &["check"]);
        run(command.env("HOME", "/home/desk").env("word", "another-word-of-the-environment"))
    };
    for (lines, number) in [
        ("DESK_ADMIN_PASSWORD=correct$word-battery\n", 1),
        ("# it's a comment with a $\n\nDESK_ADMIN_PASSWORD=correct-battery$\n", 3),
        ("DESK_LINK_TTL=72h\nDESK_ADMIN_PASSWORD=\"correct $word battery\"\n", 2),
        ("DESK_ADMIN_PASSWORD=${word}\nDESK_LINK_TTL=soon\n", 1),
        ("DESK_LINK_TTL='7\n2h'\nDESK_ADMIN_PASSWORD=correct#$word\n", 3),
    ] {
        let output = read(lines);
        assert_eq!(output.status.code(), Some(1), "{lines}");
        let said = error(&output);
        assert!(said.contains(&format!(".env: line {number} has a $")), "{lines}: {said}");
        assert!(said.contains("single quotes") && said.contains("Nothing was read"), "{said}");
        for word in ["correct", "battery", "word-", "DESK_LINK_TTL"] {
            assert!(!said.contains(word), "{lines}: {said}");
        }
    }
    // Each is read with its dollar: the message repeats a setting that is no secret.
    for lines in [
        "DESK_LINK_TTL='$word'\n",
        "DESK_LINK_TTL=\\$word\n",
        "DESK_LINK_TTL=\"\\$word\"\n",
        "DESK_LINK_TTL='$word' # costs $5, isn't it\n",
    ] {
        let said = error(&read(lines));
        assert!(said.contains("DESK_LINK_TTL: \"$word\""), "{lines}: {said}");
    }
}

#[test]
fn every_command_explains_itself() {
    let folder = TempDir::new().expect("a folder");
    let commands: [&[&str]; 17] = [
        &["--help"],
        &["serve", "--help"],
        &["sandbox", "--help"],
        &["migrate", "--help"],
        &["staff", "--help"],
        &["staff", "add", "--help"],
        &["staff", "reset-password", "--help"],
        &["staff", "disable", "--help"],
        &["staff", "list", "--help"],
        &["audit", "--help"],
        &["audit", "verify", "--help"],
        &["audit", "prune", "--help"],
        &["audit", "export", "--help"],
        &["purge", "--help"],
        &["check", "--help"],
        &["backup", "--help"],
        &["restore", "--help"],
    ];
    for arguments in commands {
        let output = run(&mut command(folder.path(), arguments));
        assert!(output.status.success() && !output.stdout.is_empty(), "{arguments:?}");
    }
    let output = run(&mut command(folder.path(), &["serve", "--help"]));
    let help = String::from_utf8_lossy(&output.stdout).into_owned();
    for name in [
        "DESK_ADDR",
        "DATABASE_URL",
        "EMPEGO_API_URL",
        "SANDBOX_ADDR",
        "DESK_RETENTION",
        "--desk-addr",
    ] {
        assert!(help.contains(name), "{name}");
    }
}

#[test]
fn accounts_are_managed_from_the_command_line() {
    let folder = TempDir::new().expect("a folder");
    let output = run(&mut command(folder.path(), &["staff", "add", EMAIL, "--name", "Nurse"]));
    assert!(output.status.success(), "{}", error(&output));
    assert!(String::from_utf8_lossy(&output.stdout).contains("Password, shown once: "));
    let again = run(&mut command(folder.path(), &["staff", "add", EMAIL]));
    assert_eq!(again.status.code(), Some(1));
    assert!(error(&again).contains("has these roles already"), "{}", error(&again));
    let last = run(&mut command(folder.path(), &["staff", "disable", EMAIL]));
    assert_eq!(last.status.code(), Some(1));
    assert!(error(&last).contains("without an administrator"), "{}", error(&last));
    let another = ["staff", "add", "z@clinic.example", "--name", "Zoé"];
    assert!(run(&mut command(folder.path(), &another)).status.success());
    assert!(run(&mut command(folder.path(), &["staff", "disable", EMAIL])).status.success());
    let list = run(&mut command(folder.path(), &["staff", "list"]));
    assert_eq!(
        String::from_utf8_lossy(&list.stdout),
        format!("{EMAIL}  Nurse  (off)\nz@clinic.example  Zoé\n")
    );
    assert_eq!(
        run(&mut command(folder.path(), &["staff", "reset-password", "nobody@x.example"]))
            .status
            .code(),
        Some(1)
    );
    assert!(run(&mut command(folder.path(), &["staff", "reset-password", EMAIL])).status.success());
    let log = run(&mut command(folder.path(), &["audit", "export", "-"]));
    let rows = table(&log.stdout);
    let said: Vec<[&str; 4]> = rows
        .iter()
        .map(|row| ["name", "action", "account", "address"].map(|name| row[name].as_str()))
        .collect();
    let added = "account-added";
    let expected = [added, added, "account-changed", "password-changed", "exported"]
        .map(|action| ["command line", action, "", ""]);
    assert_eq!(said, expected, "what was refused is not there");
    assert!(
        rows[0]["detail"].ends_with("roles=front-desk clinician administrator"),
        "{:?}",
        rows[0]
    );
    assert!(
        rows[2]["detail"].ends_with(" off") && rows[3]["detail"].ends_with(" reset"),
        "{rows:?}"
    );
    assert!(
        rows[..4].iter().all(|row| !row["site"].is_empty()) && rows[4]["site"].is_empty(),
        "{rows:?}"
    );
}

#[test]
fn a_backup_is_a_database_to_go_back_to() {
    let folder = TempDir::new().expect("a folder");
    assert!(run(&mut command(folder.path(), &["staff", "add", EMAIL])).status.success());
    assert!(run(&mut command(folder.path(), &["backup", "copy.db"])).status.success());
    assert!(
        run(&mut command(folder.path(), &["staff", "add", "other@clinic.example"]))
            .status
            .success()
    );
    let restored = run(&mut command(folder.path(), &["restore", "copy.db"]));
    assert!(restored.status.success(), "{}", error(&restored));
    let log = table(&run(&mut command(folder.path(), &["audit", "export", "-"])).stdout);
    let said: Vec<[&str; 2]> =
        log.iter().map(|row| ["name", "action"].map(|name| row[name].as_str())).collect();
    let expected = ["account-added", "backed-up", "restored", "exported"]
        .map(|action| ["command line", action]);
    assert_eq!(said, expected, "the copy says itself that it was made");
    let list = run(&mut command(folder.path(), &["staff", "list"]));
    let list = String::from_utf8_lossy(&list.stdout).into_owned();
    assert!(list.contains(EMAIL) && !list.contains("other@"), "{list}");
    let twice = run(&mut command(folder.path(), &["backup", "copy.db"]));
    assert_eq!(twice.status.code(), Some(1), "a backup is not written over");
}

#[test]
fn check_says_what_it_found() {
    let folder = TempDir::new().expect("a folder");
    assert!(run(&mut command(folder.path(), &["check"])).status.success());
    let unreachable = run(command(folder.path(), &["check"])
        .env("EMPEGO_API_URL", "http://127.0.0.1:1")
        .env("EMPEGO_API_KEY", PASSWORD.replace(' ', "")));
    assert_eq!(unreachable.status.code(), Some(1));
    assert!(error(&unreachable).contains("Empego cannot be reached"), "{}", error(&unreachable));
}

#[tokio::test]
async fn a_second_desk_on_the_same_file_is_refused_with_a_sentence() {
    let app = TestApp::in_a_file().await;
    let database = app.state.config.database_url.clone();
    let folder = TempDir::new().expect("a folder");
    let output = run(command(folder.path(), &["serve"])
        .env("DATABASE_URL", &database)
        .env("DESK_ADDR", "127.0.0.1:0"));
    assert_eq!(output.status.code(), Some(1));
    let said = error(&output);
    assert!(said.contains("another process uses this database"), "{said}");
    let copy = run(command(folder.path(), &["backup", "copy.db"]).env("DATABASE_URL", &database));
    assert!(copy.status.success(), "{}", error(&copy));
    let rows = app.whole_log().await;
    assert_eq!(rows.iter().filter(|row| row.action == Action::BackedUp).count(), 1);
}

#[tokio::test]
async fn commands_work_beside_a_desk_that_serves_and_it_notices() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let other = app.signed_in(EMAIL).await;
    nurse.create("Ada", "Lovelace", "A-1").await;
    let database = app.state.config.database_url.clone();
    let folder = TempDir::new().expect("a folder");
    let with = |arguments: &[&str]| {
        let output = run(command(folder.path(), arguments).env("DATABASE_URL", &database));
        assert!(output.status.success(), "{arguments:?}: {}", error(&output));
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    for arguments in [&["migrate"] as &[&str], &["migrate", "--check"], &["audit", "prune"]] {
        with(arguments);
    }
    assert!(with(&["purge", "--dry-run"]).contains("kept for ever"));
    assert!(with(&["audit", "verify"]).contains("The log is verified"));
    with(&["staff", "add", "new@clinic.example", "--role", "front-desk"]);
    let more = with(&["staff", "add", "new@clinic.example", "--role", "clinician"]);
    assert!(more.contains("has these roles too"), "{more}");
    assert!(with(&["staff", "list"]).contains("new@clinic.example"));
    let site = app.first_site().await;
    let members = app.state.desk.store.staff_of(&site.id).await.expect("it answers");
    assert_eq!(members.iter().filter(|(staff, _)| staff.email == "new@clinic.example").count(), 2);

    // Somebody tries until the account is locked, and the operator opens it.
    let wrong = [("email", EMAIL), ("password", "not the password")];
    let right = [("email", EMAIL), ("password", PASSWORD)];
    while app.stranger().post("sign_in", &wrong).await.status != StatusCode::TOO_MANY_REQUESTS {}
    assert_eq!(app.stranger().post("sign_in", &right).await.status, StatusCode::TOO_MANY_REQUESTS);
    with(&["staff", "unlock", EMAIL]);
    assert_eq!(app.stranger().post("sign_in", &right).await.status, StatusCode::SEE_OTHER);

    assert_eq!(other.get("/consultations").await.status, StatusCode::OK);
    with(&["staff", "reset-password", EMAIL]);
    assert_ne!(other.get("/consultations").await.status, StatusCode::OK, "its session has ended");
    let log = app.whole_log().await;
    let by_command = log.iter().filter(|row| row.name == "command line").count();
    assert_eq!(by_command, 4, "each change has its row");
}

#[tokio::test]
async fn the_log_is_verified_while_the_desk_serves() {
    let app = TestApp::start().await;
    app.nurse().await;
    let database = app.state.config.database_url.clone();
    let folder = TempDir::new().expect("a folder");
    let with =
        |arguments: &[&str]| run(command(folder.path(), arguments).env("DATABASE_URL", &database));
    let whole = with(&["audit", "verify"]);
    let said = String::from_utf8_lossy(&whole.stdout).into_owned();
    assert!(whole.status.success() && said.contains("Rows:      2"), "{said} {}", error(&whole));
    let noted = said.split("--noted ").nth(1).expect("what to note").trim();
    assert!(with(&["audit", "verify", "--noted", noted]).status.success());
    let other = with(&["audit", "verify", "--noted", &format!("1:{}", "0".repeat(64))]);
    assert_eq!(other.status.code(), Some(1));
    assert!(error(&other).contains("broken at row 1"), "{}", error(&other));
    assert!(!with(&["audit", "verify", "--noted", "1:xyz"]).status.success());
}

#[test]
fn a_purge_counts_before_it_removes() {
    let folder = TempDir::new().expect("a folder");
    assert!(run(&mut command(folder.path(), &["staff", "add", EMAIL])).status.success());
    for (arguments, expected) in [
        (["purge", "--dry-run"], "Empego Desk: kept for ever\n"),
        (["purge", "--now"], "Empego Desk: kept for ever\n"),
    ] {
        let output = run(&mut command(folder.path(), &arguments));
        assert_eq!(String::from_utf8_lossy(&output.stdout), expected, "{}", error(&output));
    }
    assert!(
        !run(&mut command(folder.path(), &["purge"])).status.success(),
        "one of the two must be said"
    );
    assert!(!run(&mut command(folder.path(), &["purge", "--now", "--dry-run"])).status.success());
    let none = run(&mut command(folder.path(), &["audit", "prune"]));
    assert_eq!(String::from_utf8_lossy(&none.stdout), "0 rows were removed.\n", "{}", error(&none));
}
