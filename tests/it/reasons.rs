//! Reasons for consultations: what a site offers, what staff enter, and what Empego gets.

use crate::helpers::{Person, TestApp};
use reqwest::StatusCode;

const OFFERED: &str = "Cough | Toux | R05\n\n  Vaccine | Vaccin \nOther";

async fn offer(app: &TestApp, reasons: &str, default: &str) -> crate::helpers::Page {
    let chief = app.nurse().await;
    let form = [
        ("name", "Clinique du Parc"),
        ("public_name_en", "Park Clinic"),
        ("public_name_fr", "Clinique du Parc"),
        ("link_ttl", "3"),
        ("link_ttl_unit", "days"),
        ("retention_unit", "none"),
        ("reasons", reasons),
        ("default_reason", default),
    ];
    chief.post("set_site", &form).await
}

/// Creates a consultation with a reason: its path.
async fn create(nurse: &Person<'_>, name: &str, reason: &str) -> String {
    let form = [
        ("first_name", name),
        ("last_name", "Example"),
        ("identifier_type", "file-number"),
        ("identifier", name),
        ("consultation_reason", reason),
    ];
    let page = nurse.post("create_consultation", &form).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text);
    page.location
}

#[tokio::test]
async fn a_reason_is_offered_shown_in_both_languages_and_sent() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let french = Person { language: "fr", ..nurse.clone() };
    assert_eq!(
        nurse.get("/consultations/new").await.attribute("#consultation_reason", "value"),
        ""
    );
    assert_eq!(offer(&app, OFFERED, "cough").await.status, StatusCode::SEE_OTHER);
    let settings = nurse.get("/admin/sites").await;
    assert_eq!(settings.texts("#reasons"), ["Cough | Toux | R05 Vaccine | Vaccin Other"]);
    for (person, offered, default) in [
        (&nurse, ["Cough", "Vaccine", "Other"], "Cough"),
        (&french, ["Toux", "Vaccin", "Other"], "Toux"),
    ] {
        let page = person.get("/consultations/new").await;
        assert_eq!(page.values("#reasons option"), offered);
        assert_eq!(page.attribute("#consultation_reason", "value"), default);
    }
    let sent = [
        (create(&french, "Ada", " Toux ").await, "Cough", "Toux", Some("R05")),
        (create(&nurse, "Bea", "Vaccine").await, "Vaccine", "Vaccin", Some("Vaccine")),
        (create(&nurse, "Cleo", "Sore  knee").await, "Sore knee", "Sore knee", Some("Sore knee")),
        (create(&nurse, "Dora", "").await, "", "", None),
    ];
    let seen = app.seen().await;
    for (number, (record, en, fr, to_empego)) in sent.iter().enumerate() {
        for (person, words) in [(&nurse, en), (&french, fr)] {
            let page = person.get(record).await;
            assert!(page.texts("#facts + dl").concat().contains(words), "{}", page.text);
            let rows = person.get("/consultations").await.texts("tbody th .reason");
            assert_eq!(rows.len(), 3, "one was left out");
            assert!(words.is_empty() || rows.iter().any(|row| row == words), "{rows:?}");
        }
        let reason = &seen["consultations"][number]["plan"]["reason"];
        assert_eq!(reason.as_str(), *to_empego, "{record}");
    }
}

#[tokio::test]
async fn what_is_no_reason_is_refused_where_it_was_typed() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let long = "x".repeat(201);
    for typed in [long.as_str(), "a\u{7}b"] {
        let form = [
            ("first_name", "Ada"),
            ("last_name", "Example"),
            ("identifier", "A-1"),
            ("consultation_reason", typed),
        ];
        let page = nurse.post("create_consultation", &form).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{typed}");
        let said = ["Use 200 characters or fewer, without line breaks"];
        assert_eq!(page.texts("#consultation_reason-error"), said);
    }
    let many = "Cough | Toux\n".repeat(51);
    for typed in [many.as_str(), "Cough |", "a | b | c | d", long.as_str()] {
        let page = offer(&app, typed, "").await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{typed}");
        let said = ["Enter at most 50 reasons, one a line, each as English | French"];
        assert_eq!(page.texts("#reasons-error"), said);
        let typed = typed.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(page.texts("#reasons"), [typed], "what was typed is there");
    }
    assert!(app.first_site().await.reasons.is_empty(), "nothing was changed");
}

#[tokio::test]
async fn a_failed_creation_that_is_sent_again_takes_the_new_reason() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    app.faults(serde_json::json!({ "fail_next": { "status": 422, "count": 1 } })).await;
    let form = |reason| {
        [
            ("request_id", "a-form"),
            ("first_name", "Ada"),
            ("last_name", "Example"),
            ("identifier", "A-1"),
            ("consultation_reason", reason),
        ]
    };
    let page = nurse.post("create_consultation", &form("Cough")).await;
    assert_eq!(page.status, StatusCode::BAD_GATEWAY, "{}", page.text);
    assert_eq!(page.attribute("#consultation_reason", "value"), "Cough", "it is not lost");
    let record = nurse.post("create_consultation", &form("Vaccine")).await.location;
    assert!(nurse.get(&record).await.text.contains("Vaccine"));
    assert_eq!(app.seen().await["consultations"][0]["plan"]["reason"], "Vaccine");
}
