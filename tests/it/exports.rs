//! What the details page exports: fetched at once, handed to whoever asked, and kept where the site
//! says so.

use crate::details::open;
use crate::helpers::{CLINIC, Page, Person, TestApp};
use crate::sites::logged;
use empego_desk::model::audit::Action;
use empego_desk::model::role::Role;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

/// Opens the details and exports there: the message that the page posts then, and Empego's key.
pub async fn export(person: &Person<'_>, id: &str) -> (Value, String) {
    let opened = open(person, id).await;
    let message =
        Page::read(person.app.elsewhere(Method::POST, &format!("{}/export/ready", opened.url)))
            .await
            .json();
    (message, opened.key)
}

/// Hands that message to the desk.
async fn take(person: &Person<'_>, id: &str, message: &Value) -> Value {
    let taken = person.call("take_export", &[("id", id), ("message", &message.to_string())]).await;
    assert_eq!(taken.status, StatusCode::OK, "{}", taken.text);
    taken.json()
}

fn address(id: &str, taken: &Value) -> String {
    format!("/consultations/{id}/exports/{}.pdf", taken["pdf"]["Ok"].as_str().expect("a PDF"))
}

/// Sets whether the first site keeps exports.
async fn keep(app: &TestApp, on: bool) {
    let chief = app.staff(&app.first_site().await, &[Role::Administrator]).await;
    let mut form = vec![
        ("name", CLINIC),
        ("public_name_en", CLINIC),
        ("public_name_fr", CLINIC),
        ("link_ttl_unit", "none"),
        ("retention_unit", "none"),
    ];
    form.extend(on.then_some(("keep_exports", "yes")));
    assert_eq!(chief.post("set_site", &form).await.status, StatusCode::SEE_OTHER);
    let page = chief.get("/admin/sites").await;
    assert_eq!(
        page.texts("input[name=keep_exports][checked]").len(),
        usize::from(on),
        "the form shows it"
    );
}

#[tokio::test]
async fn an_export_is_fetched_at_once_and_downloaded() {
    let app = TestApp::start().await;
    let site = app.first_site().await;
    let nurse = app.nurse().await;
    let id = nurse.create("Ada", "Example", "A-1").await;
    let (message, key) = export(&nurse, &id).await;
    let taken = take(&nurse, &id, &message).await;
    assert_eq!(taken["kept"], false);
    assert!(taken["text"].as_str().expect("a text").contains(&key));
    assert_eq!(app.seen().await["counters"]["files_asked"], 1);

    // Long after the file's own address is over.
    app.pass(9 * 60_000);
    for _ in 0..2 {
        let answer =
            nurse.request(Method::GET, &address(&id, &taken)).send().await.expect("an answer");
        let header = |name: &str| answer.headers()[name].to_str().expect("text").to_owned();
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(header("content-type"), "application/pdf");
        let export = taken["pdf"]["Ok"].as_str().expect("an id");
        let name = format!("consultation-details-2026-09-21-{}.pdf", &export[export.len() - 8..]);
        assert_eq!(
            header("content-disposition"),
            format!("attachment; filename=\"{name}\"; filename*=UTF-8''{name}")
        );
        assert_eq!(header("cache-control"), "no-store");
        let bytes = answer.bytes().await.expect("a body");
        assert!(
            bytes.starts_with(b"%PDF-")
                && bytes.windows(key.len()).any(|part| part == key.as_bytes())
        );
    }
    assert_eq!(
        logged(&app, &site.id, Action::Exported).await,
        ["taken pdf=true text=true kept=false", "pdf", "pdf"]
    );
    assert!(
        nurse.get(&format!("/consultations/{id}")).await.texts("ul.exports li").is_empty(),
        "nothing is kept"
    );
}

#[tokio::test]
async fn an_export_waits_for_the_session_that_asked_and_not_for_long() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let (id, other) =
        (nurse.create("Ada", "Example", "A-1").await, nurse.create("Bea", "Example", "A-2").await);
    let taken = take(&nurse, &id, &export(&nurse, &id).await.0).await;
    let path = address(&id, &taken);
    let colleague = app.nurse().await;
    assert_eq!(
        colleague.get(&path).await.status,
        StatusCode::NOT_FOUND,
        "the same account in another browser"
    );
    assert_eq!(app.stranger().get(&path).await.status, StatusCode::SEE_OTHER);
    for wrong in [
        path.replace(&id, &other),
        path.replace(".pdf", ".txt"),
        path.replace(".pdf", ""),
        format!("/consultations/{id}/exports/x.pdf"),
    ] {
        assert_eq!(nurse.get(&wrong).await.status, StatusCode::NOT_FOUND, "{wrong}");
    }
    assert_eq!(
        nurse.request(Method::GET, &path).send().await.expect("an answer").status(),
        StatusCode::OK
    );
    app.pass(10 * 60_000);
    assert_eq!(nurse.get(&path).await.status, StatusCode::NOT_FOUND, "ten minutes are over");
}

#[tokio::test]
async fn a_file_that_cannot_be_trusted_is_refused_and_the_text_is_taken() {
    let app = TestApp::start().await;
    keep(&app, true).await;
    let nurse = app.nurse().await;
    let id = nurse.create("Ada", "Example", "A-1").await;
    for (fault, problem, asked) in [
        ("other_host", "other_host", 0),
        ("too_large", "too_large", 1),
        ("not_pdf", "not_pdf", 1),
        ("expired", "unreachable", 1),
    ] {
        app.faults(json!({ "export_file": fault })).await;
        let message = export(&nurse, &id).await.0;
        let before = app.seen().await["counters"]["files_asked"].as_u64().expect("a count");
        let taken = take(&nurse, &id, &message).await;
        assert_eq!(taken["pdf"], json!({ "Err": problem }), "{fault}");
        assert!(taken["text"].is_string(), "{fault}");
        assert_eq!(
            app.seen().await["counters"]["files_asked"].as_u64().expect("a count") - before,
            asked,
            "{fault}"
        );
    }
    let page = nurse.get(&format!("/consultations/{id}")).await;
    assert!(
        page.texts("ul.exports li").iter().all(|line| line.starts_with("Text, ")),
        "{:?}",
        page.texts("ul.exports li")
    );
    app.faults(json!({ "export_file": null })).await;
    assert!(
        take(&nurse, &id, &export(&nurse, &id).await.0).await["pdf"]["Ok"].is_string(),
        "exporting again mends it"
    );
}

#[tokio::test]
async fn partial_and_full_failure_are_told() {
    let app = TestApp::start().await;
    let site = app.first_site().await;
    let nurse = app.nurse().await;
    let id = nurse.create("Ada", "Example", "A-1").await;
    for (fails, pdf, text) in [("pdf", false, true), ("text", true, false), ("both", false, false)]
    {
        app.faults(json!({ "export_fails": fails })).await;
        let taken = take(&nurse, &id, &export(&nurse, &id).await.0).await;
        assert_eq!(
            (taken["pdf"]["Ok"].is_string(), taken["text"].is_string()),
            (pdf, text),
            "{fails}"
        );
        if !pdf {
            assert_eq!(taken["pdf"], json!({ "Err": "failed" }), "{fails}");
        }
    }
    let log = logged(&app, &site.id, Action::Exported).await;
    assert_eq!(
        log,
        ["taken pdf=false text=true kept=false", "taken pdf=true text=false kept=false"],
        "nothing came, nothing was exported"
    );
}

#[tokio::test]
async fn a_message_that_is_no_export_of_this_consultation_is_refused() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let (id, other) =
        (nurse.create("Ada", "Example", "A-1").await, nurse.create("Bea", "Example", "A-2").await);
    let (message, _) = export(&nurse, &id).await;
    let (foreign, _) = export(&nurse, &other).await;
    let changed = |name: &str, value: Value| {
        let mut message = message.clone();
        message[name] = value;
        message.to_string()
    };
    for refused in [
        foreign.to_string(),
        changed("operation", json!("exportInProgress")),
        changed("operation", json!("update")),
        changed("data", json!(null)),
        changed("eventType", json!("patient")),
        changed("padding", json!("x".repeat(64 * 1024))),
        "{".to_owned(),
        String::new(),
    ] {
        let answer = nurse.call("take_export", &[("id", &id), ("message", &refused)]).await;
        assert_eq!(
            answer.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{}",
            refused.chars().take(200).collect::<String>()
        );
    }
    assert_eq!(app.seen().await["counters"]["files_asked"], 0, "nobody was asked for a file");
    assert!(logged(&app, &app.first_site().await.id, Action::Exported).await.is_empty());
}

#[tokio::test]
async fn what_the_site_keeps_is_there_for_its_clinicians() {
    let app = TestApp::start().await;
    keep(&app, true).await;
    let site = app.first_site().await;
    let nurse = app.nurse().await;
    let id = nurse.create("Ada", "Example", "A-1").await;
    let (message, key) = export(&nurse, &id).await;
    let taken = take(&nurse, &id, &message).await;
    assert_eq!(taken["kept"], true);
    app.pass(3_600_000);

    let clinician = app.staff(&site, &[Role::Clinician]).await;
    let record = format!("/consultations/{id}");
    let page = clinician.get(&record).await;
    let lines = page.texts("ul.exports li");
    assert!(
        lines.len() == 2
            && lines.iter().any(|line| line.starts_with("PDF, "))
            && lines.iter().any(|line| line.starts_with("Text, "))
    );
    let pdf = page.attribute("ul.exports a[href$='.pdf']", "href");
    assert_eq!(pdf, address(&id, &taken));
    let bytes = clinician
        .request(Method::GET, &pdf)
        .send()
        .await
        .expect("an answer")
        .bytes()
        .await
        .expect("a body");
    assert!(bytes.starts_with(b"%PDF-"));
    let text = clinician.get(&page.attribute("ul.exports a[href$='.txt']", "href")).await;
    assert_eq!(text.headers["content-type"], "text/plain; charset=utf-8");
    assert!(text.text.contains(&key), "{}", text.text);

    let clerk = app.staff(&site, &[Role::FrontDesk]).await;
    assert!(clerk.get(&record).await.texts("ul.exports li").is_empty());
    assert_eq!(clerk.get(&pdf).await.status, StatusCode::FORBIDDEN);
    let elsewhere = app.another_site("Elsewhere").await;
    assert_eq!(
        app.staff(&elsewhere, &Role::ALL).await.get(&pdf).await.status,
        StatusCode::NOT_FOUND
    );

    keep(&app, false).await;
    let nurse = app.nurse().await;
    assert_eq!(take(&nurse, &id, &export(&nurse, &id).await.0).await["kept"], false);
    assert_eq!(
        clinician.get(&record).await.texts("ul.exports li").len(),
        2,
        "what was kept stays, and nothing joins it"
    );
}

#[tokio::test]
async fn the_address_of_a_file_is_nowhere_afterwards() {
    let app = TestApp::start().await;
    keep(&app, true).await;
    let nurse = app.nurse().await;
    let id = nurse.create("Ada", "Example", "A-1").await;
    let (message, _) = export(&nurse, &id).await;
    let file = message["data"]["pdfSummary"]["fileURL"].as_str().expect("an address").to_owned();
    let token = file.rsplit('/').next().expect("a name").trim_end_matches(".pdf").to_owned();
    let taken = take(&nurse, &id, &message).await;
    assert!(taken["pdf"]["Ok"].is_string() && !taken.to_string().contains(&token));
    assert!(!nurse.get(&format!("/consultations/{id}")).await.text.contains(&token));
    let Some(database) = app.state.config.database_url.strip_prefix("sqlite://") else {
        let found = format!(
            "SELECT CAST(position('{token}' IN CAST(schema_to_xml('public', true, false, '') AS text))
                         AS BIGINT)
                    + (SELECT count(*) FROM exports
                       WHERE position(convert_to('{token}', 'UTF8') IN bytes) > 0)"
        );
        assert_eq!(app.database().await.number(&found).await, 0);
        return;
    };
    for suffix in ["", "-wal"] {
        let bytes = std::fs::read(format!("{database}{suffix}")).expect("the database");
        assert!(
            !bytes.windows(token.len()).any(|part| part == token.as_bytes()),
            "it is in {database}{suffix}"
        );
    }
}

#[tokio::test]
async fn a_file_whose_time_is_over_is_said_to_be() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let id = nurse.create("Ada", "Example", "A-1").await;
    let (message, _) = export(&nurse, &id).await;
    app.pass(2 * 60_000);
    let taken = take(&nurse, &id, &message).await;
    assert_eq!(taken["pdf"]["Err"], "expired", "{taken}");
    // Without a time in the message it cannot be known.
    let mut without = message;
    without["data"]["pdfSummary"].as_object_mut().expect("a part").remove("fileURLExpiry");
    assert_eq!(take(&nurse, &id, &without).await["pdf"]["Err"], "unreachable");
}
