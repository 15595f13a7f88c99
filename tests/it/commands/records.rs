//! Commands about what is kept: the log as a table, and what goes at the end of its retention.

use super::{command, error, run, table};
use crate::helpers::{Page, TestApp};
use crate::store_contract::audit::record;
use crate::store_contract::samples::{begin, begun, said, site_of};
use empego_desk::model::site::Site;
use empego_desk::model::timeline::Entry;
use empego_desk::store::{self, Addition, NewConsultation, PurgePlan, Record};
use reqwest::Method;
use tempfile::TempDir;

#[tokio::test]
async fn the_whole_log_is_exported_while_the_desk_serves() {
    let app = TestApp::start().await;
    app.nurse().await;
    // Of no site: nobody has that e-mail. What a spreadsheet would run is shown instead.
    let form = [("email", "nobody@clinic.example"), ("password", "wrong")];
    let request = app
        .stranger()
        .request(Method::POST, "/api/sign_in")
        .header("user-agent", "=1+1, \"quoted\"");
    Page::read(request.form(&form)).await;
    let folder = TempDir::new().expect("a folder");
    let with = |arguments: &[&str]| {
        run(command(folder.path(), arguments).env("DATABASE_URL", &app.state.config.database_url))
    };
    let written = with(&["audit", "export", "log.csv"]);
    assert!(written.status.success(), "{}", error(&written));
    assert!(
        String::from_utf8_lossy(&written.stdout).starts_with("4 rows were written to log.csv.\n")
    );
    let file = folder.path().join("log.csv");
    let text = std::fs::read(&file).expect("a file");
    let rows = table(&text);
    let said: Vec<[&str; 3]> = rows
        .iter()
        .map(|row| ["number", "name", "action"].map(|name| row[name].as_str()))
        .collect();
    assert_eq!(
        said,
        [
            ["1", "first start", "account-added"],
            ["2", "Administrator", "signed-in"],
            ["3", "stranger", "sign-in-refused"],
            ["4", "command line", "exported"]
        ]
    );
    assert!(
        !rows[0]["site"].is_empty() && rows[0]["account"].is_empty() && rows[2]["site"].is_empty(),
        "{rows:?}"
    );
    assert_eq!(
        (rows[2]["address"].as_str(), rows[2]["device"].as_str()),
        ("127.0.0.1", "'=1+1, \"quoted\"")
    );
    assert_eq!(rows[1]["at_utc"], "2026-09-21T14:13:20Z");
    let verified = String::from_utf8_lossy(&with(&["audit", "verify"]).stdout).into_owned();
    assert!(verified.contains(&rows[3]["hash"]), "{verified}");
    #[cfg(unix)]
    {
        let mode = std::os::unix::fs::PermissionsExt::mode(
            &std::fs::metadata(&file).expect("it is there").permissions(),
        );
        assert_eq!(mode & 0o777, 0o600);
    }
    assert_eq!(
        with(&["audit", "export", "log.csv"]).status.code(),
        Some(1),
        "a file is not written over"
    );
    assert_eq!(std::fs::read(&file).expect("a file"), text);
    let again = table(&with(&["audit", "export", "-"]).stdout);
    assert_eq!(again[..rows.len()], rows, "and the rows about the exports since");
    assert_eq!(with(&["audit", "export", "none/log.csv"]).status.code(), Some(1));
    let nowhere = run(&mut command(folder.path(), &["audit", "export", "other.csv"]));
    assert_eq!(nowhere.status.code(), Some(1), "there is no database");
    assert!(!folder.path().join("other.csv").exists());
}

#[tokio::test]
async fn what_is_past_its_retention_goes_by_command() {
    // 2001, long past every retention whenever this runs.
    const THEN: i64 = 1_000_000_000_000;
    let folder = TempDir::new().expect("a folder");
    let store = store::open(folder.path().join("desk.db").to_str().expect("UTF-8"))
        .await
        .expect("it opens");
    store.add_site(&Site { retention_ms: Some(86_400_000), ..site_of(1) }).await.expect("a site");
    for number in [1, 2] {
        let begin = begin(number);
        let old =
            NewConsultation { at: THEN, entry: Entry { at: THEN, ..begin.entry.clone() }, ..begin };
        begun(&*store, &old).await;
        let done = Addition { entries: vec![said("done", THEN, "DONE")], ..Addition::default() };
        store.add(&old.site, &old.id, &done).await.expect("it is added");
    }
    for number in 1..=3 {
        store.record(&[Record { at: THEN, ..record(number) }]).await.expect("it is written");
    }
    store.close().await;
    let says = |arguments: &[&str]| {
        let output = run(&mut command(folder.path(), arguments));
        assert!(output.status.success(), "{}", error(&output));
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    assert_eq!(
        says(&["purge", "--dry-run"]),
        "Site 1: 2 consultations and 2 patients would be removed\n"
    );
    assert_eq!(says(&["purge", "--now"]), "Site 1: 2 consultations and 2 patients removed\n");
    assert_eq!(says(&["purge", "--now"]), "Site 1: 0 consultations and 0 patients removed\n");
    let announced = says(&["audit", "prune"]);
    assert!(announced.starts_with("0 rows were removed.\n3 rows are announced"), "{announced}");
    assert!(says(&["audit", "prune"]).contains("3 rows are announced"), "and not yet removed");
    // As if that were a day ago.
    let store = store::open(folder.path().join("desk.db").to_str().expect("UTF-8"))
        .await
        .expect("it opens");
    let plan = store.plan(None).await.expect("it answers").expect("a plan");
    let plan = PurgePlan { announced_at: plan.announced_at - 86_400_000, ..plan };
    store.set_plan(None, Some(&plan), &[]).await.expect("it is set");
    store.close().await;
    let share = says(&["audit", "prune"]);
    assert!(share.starts_with("1 rows were removed.\n2 rows are announced"), "a share: {share}");
    assert_eq!(
        says(&["audit", "prune", "--now"]),
        "2 rows were removed.\n",
        "what the purge wrote is young"
    );
    assert_eq!(says(&["audit", "prune"]), "0 rows were removed.\n");
    let left = table(&run(&mut command(folder.path(), &["audit", "export", "-"])).stdout);
    let left: Vec<&str> =
        left.iter().map(|row| row["detail"].split(" hash=").next().unwrap_or_default()).collect();
    assert_eq!(
        left,
        [
            "clock-confirmed",
            "consultations=2 patients=2",
            "log-rows=3",
            "log-rows=1 through=1",
            "log-rows=2",
            "log-rows=2 through=3",
            "audit-log"
        ]
    );
    assert!(says(&["audit", "verify"]).contains("Removed:   up to row 3"));
}

#[tokio::test]
async fn the_log_is_pruned_by_no_clock_that_is_in_doubt() {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("desk.db");
    let open = async || store::open(path.to_str().expect("UTF-8")).await.expect("it opens");
    let store = open().await;
    for number in 1..=3 {
        let row = Record { at: 1_000_000_000_000, ..record(number) };
        store.record(&[row]).await.expect("it is written");
    }
    // Announced long enough ago, by the same clock.
    let announced_at = empego_desk::ambient::Ambient::system().now() - 2 * 86_400_000;
    let plan = PurgePlan { announced_at, before: announced_at, records: 2, patients: 0 };
    store.set_plan(None, Some(&plan), &[]).await.expect("it is set");
    store.close().await;
    let prune =
        |more: &[&str]| run(&mut command(folder.path(), &[&["audit", "prune"], more].concat()));
    for _ in 0..2 {
        let refused = prune(&[]);
        assert_eq!(refused.status.code(), Some(1));
        let why = error(&refused);
        assert!(why.contains("ahead of") && why.contains("Nothing was removed"), "{why}");
        // A row with the same stamp proves nothing.
        assert!(run(&mut command(folder.path(), &["audit", "export", "-"])).status.success());
    }
    let store = open().await;
    assert_eq!(store.plan(None).await.expect("it answers"), Some(plan));
    assert_eq!(store.head().await.expect("it answers").0, 5, "and nothing else was written");
    store.close().await;
    let confirmed = prune(&["--now"]);
    assert!(error(&confirmed).contains("Attention: "), "{}", error(&confirmed));
    assert_eq!(String::from_utf8_lossy(&confirmed.stdout), "3 rows were removed.\n");
    assert!(prune(&[]).status.success(), "the clock is confirmed");
}

#[tokio::test]
async fn a_checkpoint_that_was_kept_proves_that_nothing_was_cut() {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("desk.db");
    let store = store::open(path.to_str().expect("UTF-8")).await.expect("it opens");
    for number in 1..=4 {
        store.record(&[record(number)]).await.expect("it is written");
    }
    store.close().await;
    let verify = |arguments: &[&str]| {
        let arguments = [&["audit", "verify"], arguments].concat();
        run(&mut command(folder.path(), &arguments))
    };
    let kept = error(&verify(&[]));
    let word = kept.split_whitespace().find(|word| word.starts_with("desk-log-1:4:"));
    let word = word.unwrap_or_else(|| panic!("no checkpoint in {kept}"));
    let keep = |text: String| {
        std::fs::write(folder.path().join("kept.txt"), text).expect("it writes");
    };
    keep(format!("{{\"message\":\"a line of the log\",\"checkpoint\":\"{word}\"}}\n"));
    let with = ["--checkpoint", "kept.txt"];
    assert!(verify(&with).status.success());
    // An export says one too.
    let export = run(&mut command(folder.path(), &["audit", "export", "log.csv"]));
    let later = error(&export);
    assert!(later.contains("desk-log-1:5:"), "{later}");
    keep(later);
    assert!(verify(&with).status.success(), "the log has gone on");
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&path);
    let mut raw = sqlx::ConnectOptions::connect(&options).await.expect("it connects");
    sqlx::raw_sql(
        "CREATE TABLE kept AS SELECT * FROM sqlite_schema WHERE name = 'audit_keeps_its_rows';
         DROP TRIGGER audit_keeps_its_rows; DELETE FROM audit WHERE number = 5",
    )
    .execute(&mut raw)
    .await
    .expect("it is cut");
    let unguarded = error(&verify(&[]));
    for difference in ["trigger audit_keeps_its_rows is missing", "table kept is foreign"] {
        assert!(unguarded.contains(difference), "{unguarded}");
    }
    sqlx::raw_sql(
        "PRAGMA writable_schema = ON; INSERT INTO sqlite_schema SELECT * FROM kept;
         DROP TABLE kept",
    )
    .execute(&mut raw)
    .await
    .expect("its guard is there again");
    sqlx::Connection::close(raw).await.expect("it closes");
    assert!(verify(&[]).status.success(), "the chain alone cannot know");
    let cut = verify(&with);
    assert!(error(&cut).contains("broken at row 5"), "{}", error(&cut));
    for (text, expected) in [
        (word.replace("desk-log-1:4:", "desk-log-1:3:"), "signed with another secret"),
        ("nothing of it".to_owned(), "has no checkpoint"),
    ] {
        keep(text);
        let refused = verify(&with);
        assert!(error(&refused).contains(expected), "{}", error(&refused));
        assert_eq!(refused.status.code(), Some(1));
    }
}
