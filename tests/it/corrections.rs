//! Corrections of a patient's name, date of birth and numbers.

use crate::events::{connected, drained};
use crate::helpers::{Person, TestApp};
use crate::patient_forms::{changed, correct, correction, send};
use crate::sites::logged;
use empego_desk::live::Update;
use empego_desk::model::audit::Action;
use empego_desk::model::role::Role;
use empego_desk::model::site::LinkRules;
use reqwest::StatusCode;

const SLIP: &str = "1945-12-28";
const BORN: &str = "1954-12-28";

/// A consultation of a patient whose date of birth was mistyped.
async fn created(nurse: &Person<'_>, last_name: &str, identifier: &str) -> String {
    let form = [
        ("first_name", "Ada"),
        ("last_name", last_name),
        ("identifier", identifier),
        ("date_of_birth", SLIP),
    ];
    let page = nurse.post("create_consultation", &form).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text);
    page.location.strip_prefix("/consultations/").expect("the new consultation").to_owned()
}

async fn facts(nurse: &Person<'_>, id: &str) -> String {
    nurse.get(&format!("/consultations/{id}")).await.texts("[data-live=facts]").join(" ")
}

#[tokio::test]
async fn a_corrected_birth_date_opens_the_gate_of_the_same_link() {
    let app = TestApp::start().await;
    let site = app.first_site().await;
    let rules = LinkRules { ttl_ms: None, birth_date_gate: true };
    let gated = empego_desk::model::site::Site { rules, ..site.clone() };
    app.state.desk.store.set_site(&gated, &[]).await.expect("it is set");
    let nurse = app.nurse().await;
    let id = created(&nurse, "Exemple", "A-1").await;
    let token = nurse.token(&id).await;
    let start = async |date: &str| {
        let form = [("token", token.as_str()), ("date_of_birth", date)];
        app.stranger().post("start_consultation", &form).await.status
    };
    assert_eq!(start(BORN).await, StatusCode::UNPROCESSABLE_ENTITY);
    let page = correct(&nurse, &id, &[("date_of_birth", "28 Dec 1954")]).await;
    assert_eq!(
        (page.status, page.location),
        (StatusCode::SEE_OTHER, format!("/consultations/{id}"))
    );
    assert_eq!(nurse.token(&id).await, token, "the same link");
    assert_eq!(start(SLIP).await, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(start(BORN).await, StatusCode::SEE_OTHER);
    let page = nurse.get(&format!("/consultations/{id}")).await;
    let tries = page.texts(".timeline li");
    assert!(tries.iter().any(|row| row.contains("attempt 2 of 6")), "tries stay: {tries:?}");
}

#[tokio::test]
async fn every_record_shows_a_correction_and_the_old_values_are_in_the_access_report() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let id = created(&nurse, "Exemple", "typo-1").await;
    let other = nurse.create("Ada", "Exemple", "typo-1").await;
    // What Empego has to say of the two is behind us.
    connected(&app).await;
    drained(&app).await;
    let mut changes = app.state.desk.live.subscribe();
    let page = correct(
        &nurse,
        &id,
        &[
            ("last_name", "Example"),
            ("date_of_birth", BORN),
            ("remove_number", "file-number TYPO-1"),
            ("identifier_type", "file-number"),
            ("identifier", "right 1"),
        ],
    )
    .await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text);
    let mut published =
        [changes.recv().await, changes.recv().await].map(|it| match it.expect("an update") {
            Update::Change(change) => change.id.0,
            update @ Update::Unknown(_) => panic!("{update:?}"),
        });
    published.sort();
    let mut both = [id.clone(), other.clone()];
    both.sort();
    assert_eq!(published, both, "open pages of every record refresh");
    for id in [&id, &other] {
        let facts = facts(&nurse, id).await;
        assert!(facts.contains("RIGHT 1") && facts.contains("1954"), "{facts}");
        assert!(!facts.contains("TYPO-1"), "{facts}");
        assert_eq!(nurse.get(&format!("/consultations/{id}")).await.heading(), "Ada Example");
    }
    // The log names the fields and no value.
    let mut rows = app.log().await;
    rows.retain(|row| row.action == Action::PatientCorrected);
    let [row] = rows.as_slice() else { panic!("one row: {rows:?}") };
    let (change, fields) = row.detail.split_once(' ').expect("two parts");
    assert!(change.starts_with("change="), "{change}");
    assert_eq!(fields, "last_name date_of_birth identifiers");
    let report = nurse.get(&format!("/admin/audit/patient/{}", row.patients[0])).await;
    let lines = report.texts("[aria-labelledby=changes] p").join(" | ");
    for part in
        ["Name: Ada Example before: Ada Exemple", "before: Dec 28, 1945", "TYPO-1", "RIGHT 1"]
    {
        assert!(lines.contains(part), "{part}: {lines}");
    }
    let french = Person { language: "fr", ..nurse.clone() };
    let path = format!("/admin/audit/patient/{}", row.patients[0]);
    let report = french.get(&path).await;
    assert!(report.text.contains("Nom\u{a0}: "), "{}", report.text);
    let lines = report.texts("[aria-labelledby=changes] p").join(" | ");
    assert!(lines.contains("Nom : Ada Example avant : Ada Exemple"), "{lines}");
    let file = french.get(&format!("{path}/report.csv")).await.text;
    assert!(file.contains("Nom\u{a0}: Ada Example (avant\u{a0}: Ada Exemple)"), "{file}");
    // Empego gets it with the next consultation.
    nurse.create("Ada", "Example", "RIGHT 1").await;
}

#[tokio::test]
async fn the_second_of_two_corrections_is_told_and_overwrites_nothing() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let id = created(&nurse, "Exemple", "A-1").await;
    let mine = correction(&nurse, &id, &[("first_name", "Adah")]).await;
    let theirs = correct(&nurse, &id, &[("last_name", "Example")]).await;
    assert_eq!(theirs.status, StatusCode::SEE_OTHER);
    let refused = send(&nurse, "correct_patient", &mine).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.texts("#errors")[0].contains("were changed since you opened"),
        "{}",
        refused.text
    );
    assert_eq!(refused.attribute("#first_name", "value"), "Adah", "what was typed is kept");
    assert!(refused.texts("dl")[0].contains("Ada Example"), "and what is on record is shown");
    assert_eq!(nurse.get(&format!("/consultations/{id}")).await.heading(), "Ada Example");
    // A second press of the form that counted finds its own work done.
    let done = changed(mine.clone(), &[("first_name", "Ada"), ("last_name", "Example")]);
    assert_eq!(
        send(&nurse, "correct_patient", &done).await.status,
        StatusCode::SEE_OTHER,
        "pressed twice"
    );
    // Sent again from the page that says so, it counts.
    let again = changed(mine, &[("shown", &refused.attribute("form [name=shown]", "value"))]);
    assert_eq!(send(&nurse, "correct_patient", &again).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn the_rules_are_those_of_a_new_consultation() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let id = created(&nurse, "Exemple", "A-1").await;
    created(&nurse, "Other", "A-2").await;
    let before = facts(&nurse, &id).await;
    for (changes, field, problem) in [
        (&[("first_name", ""), ("last_name", "")][..], "first_name", "Enter the first name"),
        (&[("date_of_birth", "03/04/1954")], "date_of_birth", "Day or month first"),
        (&[("date_of_birth", "1954-13-01")], "date_of_birth", "valid date of birth"),
        (&[("date_of_birth", "")], "date_of_birth", "links may ask the patient for it"),
        (&[("identifier_type", "qc"), ("identifier", "12")], "identifier", "format"),
        (&[("identifier_type", "qc"), ("identifier", "TREM 5412 2816")], "identifier", "check"),
        (&[("identifier", "A-2")], "identifier", "Another patient has this identifier"),
    ] {
        let page = correct(&nurse, &id, changes).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{changes:?}");
        let error = page.texts(&format!("#{field}-error")).join(" ").to_lowercase();
        assert!(error.contains(&problem.to_lowercase()), "{changes:?}: {error}");
        for (name, value) in changes.iter().filter(|(name, _)| *name != "identifier_type") {
            assert_eq!(page.attribute(&format!("#{name}"), "value"), *value, "kept");
        }
    }
    assert_eq!(facts(&nurse, &id).await, before);
    let site = app.first_site().await.id;
    assert!(logged(&app, &site, Action::PatientCorrected).await.is_empty());
    // The answer that another patient has the number is a look at that patient.
    assert!(!logged(&app, &site, Action::PatientFound).await.is_empty());
    // Saved without a change: nothing is written.
    assert_eq!(correct(&nurse, &id, &[]).await.status, StatusCode::SEE_OTHER);
    assert!(logged(&app, &site, Action::PatientCorrected).await.is_empty());
}

#[tokio::test]
async fn the_patients_page_is_in_the_language_that_staff_chose() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let form = [
        ("first_name", "Ada"),
        ("last_name", "Example"),
        ("identifier", "A-1"),
        ("patient_language", "fr"),
    ];
    let page = nurse.post("create_consultation", &form).await;
    let id = page.location.strip_prefix("/consultations/").expect("a record").to_owned();
    let token = nurse.token(&id).await;
    let button = async |person: &Person<'_>, query: &str| {
        let page = person.get(&format!("/c/{token}{query}")).await;
        (page.attribute("html", "lang"), page.texts("#start button").join(""))
    };
    let french = ("fr".to_owned(), "Commencer".to_owned());
    let english = ("en".to_owned(), "Start".to_owned());
    let visitor = app.stranger();
    assert_eq!(button(&visitor, "").await, french, "though the browser asks for English");
    assert_eq!(button(&visitor, "?lang=en").await, english, "the patient's own choice");
    // On a shared device the cookie is that of the staff.
    let cookies = format!("{}; desk_language=en", nurse.cookies);
    assert_eq!(button(&Person { cookies, ..nurse.clone() }, "").await, french);

    // It stays with the patient.
    let again = nurse.create("Ada", "Example", "A-1").await;
    let page = nurse.get(&format!("/consultations/{again}")).await;
    assert_eq!(page.attribute("#patient_language option[selected]", "value"), "fr");
    let set = |language| {
        let (nurse, id) = (nurse.clone(), id.clone());
        async move {
            let form = [("id", id.as_str()), ("patient_language", language)];
            nurse.post("set_patient_language", &form).await.status
        }
    };
    assert_eq!(set("klingon").await, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(set("en").await, StatusCode::SEE_OTHER);
    assert_eq!(button(&Person { language: "fr", ..app.stranger() }, "").await, english);
    assert_eq!(set("").await, StatusCode::SEE_OTHER);
    assert_eq!(button(&Person { language: "fr", ..app.stranger() }, "").await, french);
    let site = app.first_site().await.id;
    let rows = logged(&app, &site, Action::PatientCorrected).await;
    assert_eq!(rows, ["language", "language"]);
    assert!(!app.seen().await.to_string().contains("language"), "it is sent nowhere");
}

#[tokio::test]
async fn what_is_kept_though_it_looks_wrong_is_in_the_log() {
    let app = TestApp::start().await;
    let (nurse, site) = (app.nurse().await, app.first_site().await.id);
    let id = created(&nurse, "Exemple", "A-1").await;
    let number = [("identifier_type", "qc"), ("identifier", "TEST 5412 2816")];
    let refused = correct(&nurse, &id, &number).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let keep = refused.attribute("input[name=keep_number]", "value");
    let kept = [&number[..], &[("keep_number", keep.as_str())]].concat();
    let page = correct(&nurse, &id, &kept).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text);
    let rows = logged(&app, &site, Action::PatientCorrected).await;
    assert!(rows[0].ends_with(" identifiers kept=other-birth-date"), "{rows:?}");
    let log = nurse.get("/admin/audit").await.text;
    assert!(log.contains("date of birth kept though the number contains another one"), "{log}");
}

#[tokio::test]
async fn nobody_corrects_what_is_not_theirs() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let id = created(&nurse, "Exemple", "A-1").await;
    let form = correction(&nurse, &id, &[("last_name", "Stranger")]).await;
    let elsewhere = app.another_site("Elsewhere").await;
    let site = app.first_site().await;
    let foreign = app.staff(&elsewhere, &Role::ALL).await;
    assert_eq!(send(&foreign, "correct_patient", &form).await.status, StatusCode::NOT_FOUND);
    let admin = app.staff(&site, &[Role::Administrator]).await;
    assert_eq!(send(&admin, "correct_patient", &form).await.status, StatusCode::FORBIDDEN);
    assert_eq!(
        send(&app.stranger(), "correct_patient", &form).await.status,
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(nurse.get(&format!("/consultations/{id}")).await.heading(), "Ada Exemple");
    let french = Person { language: "fr", ..nurse.clone() };
    let page = french.get(&format!("/consultations/{id}/patient")).await;
    assert_eq!(page.heading(), "Corriger les renseignements du patient");
}

#[tokio::test]
async fn a_new_number_is_of_the_sites_usual_type_or_detected() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let site = app.first_site().await;
    let ontario = empego_desk::model::site::Site {
        default_identifier: empego_desk::model::health_number::IdentifierType::On,
        ..site
    };
    app.state.desk.store.set_site(&ontario, &[]).await.expect("it is set");
    let id = created(&nurse, "Example", "A-1").await;
    for (number, shown) in [("9876543217", "9876 543 217"), ("B-7", "B-7")] {
        let page = nurse.get(&format!("/consultations/{id}/patient")).await;
        assert_eq!(page.attribute("#identifier_type option[selected]", "value"), "on");
        let default = page.attribute("form [name=default_type]", "value");
        let number =
            [("identifier_type", "on"), ("default_type", &*default), ("identifier", number)];
        let page = correct(&nurse, &id, &number).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text);
        let facts = facts(&nurse, &id).await;
        assert!(facts.contains(shown), "{facts}");
    }
}
