//! The details of a consultation: who opens them, as whom, and what their page says.

use crate::helpers::{Page, Person, TestApp};
use crate::sites::logged;
use empego_desk::model::audit::Action;
use empego_desk::model::ids::ConsultationId;
use empego_desk::model::role::Role;
use empego_desk::model::status::StatusId;
use reqwest::{Method, StatusCode};
use serde_json::json;

/// A details page that somebody opened.
pub struct Opened {
    pub url: String,
    pub key: String,
    pub page: Page,
}

/// Asks for the URL of the details, and loads it.
pub async fn open(person: &Person<'_>, id: &str) -> Opened {
    let answer = person.call("open_details", &[("id", id)]).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let text = |name: &str| answer.json()[name].as_str().expect("a text").to_owned();
    let url = text("url");
    let page = Page::read(person.app.elsewhere(Method::GET, &url)).await;
    Opened { url, key: text("key"), page }
}

fn message(key: &str, operation: &str, status: &str) -> String {
    json!({ "eventType": "consultation", "operation": operation, "status": status, "id": key })
        .to_string()
}

#[tokio::test]
async fn a_clinician_opens_the_details_as_themselves_with_a_url_of_each_mount() {
    let app = TestApp::start().await;
    let site = app.first_site().await;
    let nurse = app.nurse().await;
    let id = nurse.create("Ada", "Example", "A-1").await;
    let clinician = app.staff(&site, &[Role::Clinician]).await;
    let staff = app.state.desk.store.staff_of(&site.id).await.expect("it answers");
    let me = staff
        .iter()
        .find(|(staff, _)| staff.name == "clinician")
        .expect("the clinician")
        .0
        .id
        .to_string();

    let page = clinician.get(&format!("/consultations/{id}/details")).await;
    assert_eq!((page.status, page.heading().as_str()), (StatusCode::OK, "Ada Example"));
    assert_eq!(page.texts(".states .badge"), ["Link ready"]);
    assert!(!page.text.contains("/embed/"), "no presigned URL is in a page");
    assert_eq!(app.seen().await["counters"]["presigned"], 0, "looking opens nothing");
    let form = "form[action='/api/open_details']";
    assert_eq!(
        (page.attribute(form, "target"), page.attribute(form, "rel")),
        ("_blank".to_owned(), "noopener".to_owned())
    );

    let first = open(&clinician, &id).await;
    assert_eq!(first.page.status, StatusCode::OK);
    assert_eq!(first.key, app.seen().await["consultations"][0]["key"].as_str().expect("a key"));
    assert_eq!(first.page.texts("dd").last(), Some(&me), "the acting user reaches Empego");
    let second = open(&clinician, &id).await;
    assert_ne!(first.url, second.url);
    assert_eq!(second.page.status, StatusCode::OK);
    assert_eq!(app.seen().await["counters"]["presigned"], 2);
    assert_eq!(logged(&app, &site.id, Action::FrameOpened).await, ["details", "details"]);
}

#[tokio::test]
async fn a_plain_form_is_sent_to_empego() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let id = nurse.create("Ada", "Example", "A-1").await;
    let sent = nurse.post("open_details", &[("id", &id)]).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER);
    assert!(sent.location.starts_with(&format!("{}/embed/", app.sandbox)), "{}", sent.location);
    assert_eq!(Page::read(app.elsewhere(Method::GET, &sent.location)).await.status, StatusCode::OK);
}

#[tokio::test]
async fn empegos_refusal_is_told_and_changes_nothing() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let id = nurse.create("Ada", "Example", "A-1").await;
    app.faults(json!({ "fail_next": { "status": 401, "count": 2 } })).await;
    assert_eq!(nurse.call("open_details", &[("id", &id)]).await.status, StatusCode::BAD_GATEWAY);
    let page = nurse.post("open_details", &[("id", &id)]).await;
    assert_eq!((page.status, page.heading().as_str()), (StatusCode::BAD_GATEWAY, "Ada Example"));
    assert_eq!(page.texts("#errors h2"), ["Empego refused our key"]);
    let policy = page.headers["content-security-policy"].to_str().expect("text").to_owned();
    assert!(
        policy.contains(&format!("frame-src https://app.empego.ca {};", app.sandbox)),
        "{policy}"
    );
    assert!(logged(&app, &app.first_site().await.id, Action::FrameOpened).await.is_empty());
    assert_eq!(
        nurse.post("open_details", &[("id", &id)]).await.status,
        StatusCode::SEE_OTHER,
        "and it can be tried again"
    );
}

#[tokio::test]
async fn only_clinicians_of_the_site_open_details() {
    let app = TestApp::start().await;
    let site = app.first_site().await;
    let nurse = app.nurse().await;
    let id = nurse.create("Ada", "Example", "A-1").await;
    let path = format!("/consultations/{id}/details");
    let link = format!("a[href='{path}']");
    assert_eq!(
        nurse.get(&format!("/consultations/{id}")).await.texts(&link),
        ["Consultation details"]
    );
    let french = Person { language: "fr", ..nurse.clone() };
    assert_eq!(
        french.get(&format!("/consultations/{id}")).await.texts(&link),
        ["Détails de la consultation"]
    );

    assert_eq!(app.stranger().get(&path).await.status, StatusCode::SEE_OTHER);
    let clerk = app.staff(&site, &[Role::FrontDesk]).await;
    assert!(
        clerk.get(&format!("/consultations/{id}")).await.texts(&link).is_empty(),
        "no way there for the front desk"
    );
    for person in [&clerk, &app.staff(&site, &[Role::Administrator]).await] {
        assert_eq!(person.get(&path).await.status, StatusCode::FORBIDDEN);
        assert_eq!(
            person.get(&format!("/consultations/{id}/exports/x.pdf")).await.status,
            StatusCode::FORBIDDEN
        );
        for function in ["open_details", "report_details_message", "take_export"] {
            assert_eq!(
                person.call(function, &[("id", &id)]).await.status,
                StatusCode::FORBIDDEN,
                "{function}"
            );
        }
    }
    let refused = logged(&app, &site.id, Action::Refused).await;
    assert!(
        refused.contains(&"/consultations/{id}/details".to_owned())
            && refused.contains(&"open_details".to_owned()),
        "{refused:?}"
    );

    let elsewhere = app.another_site("Elsewhere").await;
    let foreign = app.staff(&elsewhere, &Role::ALL).await;
    assert_eq!(foreign.get(&path).await.status, StatusCode::NOT_FOUND);
    let key = app.seen().await["consultations"][0]["key"].as_str().expect("a key").to_owned();
    for function in ["open_details", "report_details_message", "take_export"] {
        let answer = foreign
            .call(function, &[("id", &id), ("message", &message(&key, "update", "DONE"))])
            .await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{function}");
    }
    assert_eq!(app.seen().await["counters"]["presigned"], 0);
}

#[tokio::test]
async fn what_empego_does_not_have_has_no_details() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    app.faults(json!({ "fail_next": { "status": 422, "count": 1 } })).await;
    let refused = nurse
        .post(
            "create_consultation",
            &[("first_name", "Ada"), ("last_name", "Example"), ("identifier", "A-1")],
        )
        .await;
    assert_eq!(refused.status, StatusCode::BAD_GATEWAY);
    let record = nurse.get("/consultations").await.attribute("tbody th a", "href");
    let id = record.strip_prefix("/consultations/").expect("a record");
    assert!(nurse.get(&record).await.texts("#details").is_empty(), "no way there");
    assert_eq!(nurse.get(&format!("{record}/details")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(nurse.call("open_details", &[("id", id)]).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_the_details_page_says_is_a_hint_and_is_taken_once() {
    let app = TestApp::start().await;
    let site = app.first_site().await;
    let nurse = app.nurse().await;
    let id = nurse.create("Ada", "Example", "A-1").await;
    let key = open(&nurse, &id).await.key;
    let say = async |message: &str| {
        nurse.call("report_details_message", &[("id", &id), ("message", message)]).await.status
    };
    let long = format!("{}{}", message(&key, "update", "DONE"), " ".repeat(64 * 1024));
    for ignored in ["", "{}", "null", &message("another", "update", "DONE"), &long] {
        assert_eq!(
            say(ignored).await,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{}",
            ignored.chars().take(60).collect::<String>()
        );
    }
    assert_eq!(
        nurse.get(&format!("/consultations/{id}")).await.texts(".axes .badge"),
        ["Link ready"]
    );

    assert_eq!(say(&message(&key, "update", "SOMETHING_NEW")).await, StatusCode::OK);
    assert_eq!(
        nurse.get(&format!("/consultations/{id}")).await.texts(".axes .badge"),
        ["Link ready"],
        "it is only heard"
    );
    for _ in 0..2 {
        assert_eq!(say(&message(&key, "update", "IN_PROGRESS")).await, StatusCode::OK);
    }
    let page = nurse.get(&format!("/consultations/{id}")).await;
    assert_eq!(page.texts(".axes .badge"), ["Answered"]);
    let name = app.state.desk.store.all_staff().await.expect("it answers")[0].name.clone();
    let rows: Vec<String> = page.texts("ol.timeline li[data-hint] p");
    assert_eq!(
        rows,
        [
            format!("Answers received, according to the browser {name}"),
            format!("Empego’s page said “update SOMETHING_NEW” {name}")
        ]
    );
    assert_eq!(logged(&app, &site.id, Action::Answered).await, ["details"]);
    let stored = app
        .state
        .desk
        .store
        .consultation(&site.id, &ConsultationId::from(id.as_str()))
        .await
        .expect("it answers")
        .expect("there");
    let status = stored.state.status().expect("it was created").id.clone();
    assert_eq!(status, StatusId::Unanswered, "only Empego itself says where it stands");
    assert!(page.texts(".axes small")[0].contains("has not confirmed"));
}
