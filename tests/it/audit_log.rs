//! The audit log as administrators read it.

pub mod beginning;
mod no_site;
mod transactions;

use crate::helpers::{EMAIL, Page, Person, START, TestApp};
use empego_desk::model::audit::Action;
use empego_desk::model::ids::{ConsultationId, PatientId, SiteId};
use empego_desk::model::role::Role;
use empego_desk::store::{LogEntry, LogQuery};
use reqwest::{Method, StatusCode};

fn all(site: SiteId) -> LogQuery {
    LogQuery {
        site,
        staff: None,
        patients: None,
        action: None,
        from: None,
        until: None,
        before: None,
        limit: 1_000,
    }
}

/// The rows of the first site's log, newest first.
async fn logged(app: &TestApp) -> Vec<LogEntry> {
    app.state.desk.store.log(&all(app.first_site().await.id)).await.expect("it answers")
}

/// The patient of a consultation of the first site.
async fn patient_of(app: &TestApp, id: &str) -> PatientId {
    let found = app
        .state
        .desk
        .store
        .consultation(&app.first_site().await.id, &ConsultationId::from(id))
        .await;
    found.expect("it answers").expect("it is there").patient.id
}

/// Follows a search to its page.
async fn search(person: &Person<'_>, form: &[(&str, &str)]) -> Page {
    let sent = person.post("search_log", form).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
    let page = person.get(&sent.location).await;
    assert_eq!(page.status, StatusCode::OK);
    page
}

/// The sentences, without the user that each begins with, and without the detail.
fn actions(page: &Page) -> Vec<String> {
    let verb = |text: String| match text.split_once(") ") {
        Some((_, rest)) => rest.to_owned(),
        None => text,
    };
    page.texts("table.log .sentence").into_iter().map(verb).collect()
}

#[tokio::test]
async fn an_administrator_reads_who_did_what() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    nurse.create("Zoé", "Tremblay", "A-1").await;
    nurse.get("/consultations").await;
    let page = nurse.get("/admin/audit").await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    assert_eq!(page.heading(), "Audit log");
    let (first, later) = actions(&page)
        .split_last()
        .map(|(first, later)| (first.clone(), later.to_vec()))
        .expect("rows");
    let seen = [
        "viewed a list with patient Zoé Tremblay",
        "created a consultation for patient Zoé Tremblay",
        "signed in",
    ];
    assert_eq!(later, seen);
    assert_eq!(first, "First start of the application added an account");
    let row = page.texts("table.log tbody tr").into_iter().nth(1).expect("a row");
    let who = "Administrator (front desk, clinician, administrator) created";
    for part in ["2026-09-21", who, "Zoé Tremblay", "127.0.0.1"] {
        assert!(row.contains(part), "{part} is not in {row}");
    }
    let details = page.texts("table.log td small");
    assert_eq!(details[..2], ["number shown: 1", "password"], "{details:?}");
    assert!(details[2].ends_with("roles: front desk, clinician, administrator"), "{details:?}");
    let again = nurse.get("/admin/audit").await;
    assert_eq!(actions(&again)[0], "read the audit log", "reading it is in it");
    let french = Person { language: "fr", ..nurse.clone() }.get("/admin/audit").await;
    assert_eq!(french.heading(), "Journal d’audit");
    assert_eq!(actions(&french)[3], "a créé une consultation pour le patient Zoé Tremblay");
    let details = french.texts("table.log td small").join("\n");
    assert!(details.contains("nombre affiché : 1") && !details.contains('='), "{details}");
}

#[tokio::test]
async fn searches_find_by_account_action_day_and_patient() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let site = app.first_site().await;
    let ada = nurse.create("Ada", "Lovelace", "A-1").await;
    app.pass(86_400_000);
    let nurse = app.nurse().await;
    let clerk = app.staff(&site, &[Role::FrontDesk]).await;
    clerk.create("Zoé", "Tremblay", "B-22").await;
    clerk.get(&format!("/consultations/{ada}")).await;

    let by_patient = search(&nurse, &[("patient", " lovelace ")]).await;
    let seen = [
        "opened a consultation of patient Ada Lovelace",
        "created a consultation for patient Ada Lovelace",
    ];
    assert_eq!(actions(&by_patient), seen);
    assert_eq!(by_patient.texts(".found li").len(), 1);
    assert_eq!(by_patient.attribute("#patient", "value"), "lovelace", "what was typed stays");
    let by_number = search(&nurse, &[("patient", "b 22")]).await;
    assert_eq!(actions(&by_number), ["created a consultation for patient Zoé Tremblay"]);
    let by_action = search(&nurse, &[("action", "created")]).await;
    assert_eq!(actions(&by_action).len(), 2);
    let account = app
        .state
        .desk
        .store
        .staff_by_email(EMAIL)
        .await
        .expect("it answers")
        .expect("it is there")
        .id;
    let by_account = search(&nurse, &[("staff", &account.0), ("action", "created")]).await;
    assert_eq!(actions(&by_account).len(), 1);
    assert_eq!(by_account.attribute("#staff option[selected]", "value"), account.0);
    // Midday in Toronto: both days begin and end there.
    let first = empego_desk::i18n::time::exact(&app.state.config.time_zone, START);
    let day = first.split(' ').next().expect("a day");
    let by_day = search(&nurse, &[("from", day), ("until", day), ("action", "created")]).await;
    assert_eq!(actions(&by_day).len(), 1);
    let after = search(&nurse, &[("from", "2026-12-01")]).await;
    assert_eq!(after.texts(".empty h2"), ["No results"]);
    let nobody = search(&nurse, &[("patient", "somebody else")]).await;
    assert_eq!(nobody.texts(".empty h2"), ["No results"], "nobody found is not everybody");
    let bad = nurse.post("search_log", &[("from", "yesterday"), ("patient", "Ada")]).await;
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(bad.texts("#errors li"), ["From: enter a valid date"]);
    assert_eq!(bad.attribute("#patient", "value"), "Ada");
}

#[tokio::test]
async fn no_address_and_no_row_names_the_patient_who_was_searched_for() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    nurse.create("Ada", "Lovelace", "A-1234567").await;
    for words in ["Lovelace", "A-1234567"] {
        let sent = nurse.post("search_log", &[("patient", words)]).await;
        assert!(
            sent.location.starts_with("/admin/audit?patient=") && !sent.location.contains(words),
            "{}",
            sent.location
        );
    }
    for row in logged(&app).await {
        let text = format!("{row:?}");
        assert!(!text.contains("Lovelace") && !text.contains("1234567"), "{text}");
    }
}

#[tokio::test]
async fn many_rows_come_in_pages() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let who = empego_desk::store::Record {
        detail: "walk".to_owned(),
        ..logged(&app).await[0].record.clone()
    };
    app.state.desk.store.record(&vec![who; 120]).await.expect("it is written");
    let mut numbers = Vec::new();
    let mut path = nurse.post("search_log", &[("action", "signed-in")]).await.location;
    loop {
        let page = nurse.get(&path).await;
        numbers.extend(page.texts("table.log th small"));
        if page.texts("a[rel=next]").is_empty() {
            break;
        }
        path = page.attribute("a[rel=next]", "href");
    }
    let expected: Vec<String> = (2..=122).rev().map(|number| format!("#{number}")).collect();
    assert_eq!(numbers, expected);
}

#[tokio::test]
async fn the_chain_is_checked_at_the_press_of_a_button() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let page = nurse.post("verify_log", &[]).await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(page.texts(".notice h2"), ["Log verified"]);
    assert_eq!(page.texts(".notice code")[0].len(), 64);
    assert!(logged(&app).await.iter().any(|row| row.record.detail == "chain=whole rows=2"));
    let json = nurse.call("verify_log", &[]).await.json();
    assert!(json["Whole"]["rows"].as_i64().is_some_and(|rows| rows > 1), "{json}");
}

#[tokio::test]
async fn an_access_report_tells_everything_about_one_patient() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let ada = nurse.create("Ada", "Lovelace", "A-1").await;
    nurse.create("Zoé", "Tremblay", "B-1").await;
    let page = nurse.get(&format!("/consultations/{ada}")).await;
    let id = patient_of(&app, &ada).await;
    let address = format!("/admin/audit/patient/{id}");
    assert!(
        page.text.contains(&format!("href=\"{address}\"")),
        "an administrator finds the way there"
    );
    let clerk = app.staff(&app.first_site().await, &[Role::FrontDesk]).await;
    assert!(
        !clerk.get(&format!("/consultations/{ada}")).await.text.contains(&address),
        "and nobody else does"
    );

    let report = nurse.get(&address).await;
    assert_eq!(report.status, StatusCode::OK);
    assert_eq!(report.heading(), "Access report");
    assert!(report.text.contains("Ada Lovelace") && !report.text.contains("Tremblay"));
    let said = actions(&report);
    let opened = "opened a consultation of patient Ada Lovelace";
    assert_eq!(said, [opened, opened, "created a consultation for patient Ada Lovelace"]);
    let told = logged(&app).await.into_iter().next().expect("a row").record;
    assert_eq!((told.action, told.patients), (Action::LogRead, vec![id.clone()]));

    let file = nurse.get(&format!("{address}/report.csv")).await;
    assert_eq!(file.status, StatusCode::OK);
    assert_eq!(file.headers["content-type"], "text/csv; charset=utf-8");
    let name = format!("access-report-2026-09-21-{}.csv", &id.0[id.0.len() - 8..]);
    assert_eq!(
        file.headers["content-disposition"],
        format!("attachment; filename=\"{name}\"; filename*=UTF-8''{name}")
    );
    assert_eq!(
        file.text.trim_start_matches('\u{feff}').lines().count(),
        5,
        "a heading and every row: {}",
        file.text
    );
    let told = logged(&app).await.into_iter().next().expect("a row").record;
    assert_eq!((told.action, told.patients), (Action::Exported, vec![id]));
}

#[tokio::test]
async fn a_spreadsheet_runs_nothing_of_an_access_report() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let id = nurse.create("Ada", "Lovelace", "A-1").await;
    let patient = patient_of(&app, &id).await;
    let row = logged(&app)
        .await
        .into_iter()
        .find(|row| row.record.patients.contains(&patient))
        .expect("a row")
        .record;
    for name in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "say \"hi\", friend"] {
        let record = empego_desk::store::Record { name: name.to_owned(), ..row.clone() };
        app.state.desk.store.record(&[record]).await.expect("it is written");
    }
    let file = nurse.get(&format!("/admin/audit/patient/{patient}/report.csv")).await;
    for cell in [
        ",\"'=1+1\",",
        ",\"'+1\",",
        ",\"'-1\",",
        ",\"'@SUM(A1)\",",
        ",\"\t'=1\",",
        ",\"say \"\"hi\"\", friend\",",
    ] {
        assert!(file.text.contains(cell), "{cell} is not in {}", file.text);
    }

    // What a client sends as its browser is in the report too. A spreadsheet in French splits at
    // the semicolon, also within what was quoted for a comma.
    let address = format!("/admin/audit/patient/{patient}/report.csv");
    let hostile = "x;=cmd|' /C calc'!A1;";
    let look = nurse.request(Method::GET, &format!("/consultations/{id}"));
    Page::read(look.header("user-agent", hostile)).await;
    let file = nurse.get(&address).await;
    assert!(file.text.contains(",\"x;'=cmd|' /C calc'!A1;\","), "{}", file.text);
    let file = Person { language: "fr", ..nurse.clone() }.get(&address).await;
    assert!(file.text.contains(";\"x;'=cmd|' /C calc'!A1;\";"), "{}", file.text);
    for line in file.text.trim_start_matches('\u{feff}').lines() {
        assert_eq!(line.matches("\";\"").count(), 10, "eleven columns: {line}");
    }
}

#[tokio::test]
async fn whose_identifier_was_typed_is_a_look_at_that_record() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let ada = patient_of(&app, &nurse.create("Ada", "Lovelace", "A-1").await).await;
    let form = [("first_name", "Grace"), ("last_name", "Hopper"), ("identifier", "A-1")];
    let page = nurse.post("create_consultation", &form).await;
    assert_eq!(
        page.texts(".notice[data-kind=warning] h2"),
        ["This identifier belongs to Ada Lovelace"],
        "the page shows who it is"
    );
    let newest = logged(&app).await.swap_remove(0).record;
    assert_eq!((newest.action, newest.patients), (Action::PatientFound, vec![ada]));
}

#[tokio::test]
async fn another_sites_log_and_patients_are_not_there() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let id = nurse.create("Ada", "Lovelace", "A-1").await;
    let address = format!("/admin/audit/patient/{}", patient_of(&app, &id).await);
    let before = logged(&app).await.len();
    let elsewhere = app.another_site("Elsewhere").await;
    let stranger = app.staff(&elsewhere, &Role::ALL).await;
    for path in
        [address.clone(), format!("{address}/report.csv"), "/admin/audit/patient/none".to_owned()]
    {
        assert_eq!(stranger.get(&path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let page = search(&stranger, &[("patient", "lovelace")]).await;
    assert!(page.texts(".found li").is_empty() && page.texts("table.log").is_empty());
    let own = actions(&search(&stranger, &[]).await);
    let expected = ["read the audit log", "was denied access", "was denied access", "signed in"];
    assert!(
        own.len() == 4 && own.iter().zip(expected).all(|(said, begins)| said.starts_with(begins)),
        "its own: {own:?}"
    );
    assert_eq!(logged(&app).await.len(), before);
    assert_eq!(
        stranger.call("hold_consultation", &[("id", &id), ("reason", "x")]).await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(stranger.call("lift_hold", &[("id", &id)]).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_was_refused_is_in_the_log_under_its_name() {
    let app = TestApp::start().await;
    let site = app.first_site().await;
    let clerk = app.staff(&site, &[Role::FrontDesk]).await;
    let manager = app.staff(&site, &[Role::Administrator]).await;
    let nurse = app.nurse().await;
    let id = nurse.create("Ada", "Lovelace", "A-1").await;
    let patient = patient_of(&app, &id).await;
    let paths = [
        "/admin/audit".to_owned(),
        format!("/admin/audit/patient/{patient}"),
        format!("/admin/audit/patient/{patient}/report.csv"),
    ];
    for path in &paths {
        assert_eq!(clerk.get(path).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    assert_eq!(clerk.call("verify_log", &[]).await.status, StatusCode::FORBIDDEN);
    assert_eq!(
        clerk.post("search_log", &[("patient", "Lovelace")]).await.status,
        StatusCode::FORBIDDEN
    );
    assert_eq!(manager.get(&format!("/consultations/{id}")).await.status, StatusCode::FORBIDDEN);
    let refused: Vec<(String, String)> = logged(&app)
        .await
        .into_iter()
        .filter(|row| row.record.action == Action::Refused)
        .map(|row| (row.record.roles.slugs(), row.record.detail))
        .collect();
    let expected = [
        ("administrator", "/consultations/{id}"),
        ("front-desk", "search_log"),
        ("front-desk", "verify_log"),
        ("front-desk", "/admin/audit/patient/{id}/report.csv"),
        ("front-desk", "/admin/audit/patient/{id}"),
        ("front-desk", "/admin/audit"),
    ];
    assert_eq!(refused, expected.map(|(roles, what)| (roles.to_owned(), what.to_owned())));
    // Strangers are sent to sign in; there is nobody to write down.
    app.stranger().get("/admin/audit").await;
    assert_eq!(
        logged(&app).await.iter().filter(|row| row.record.action == Action::Refused).count(),
        6
    );
}
