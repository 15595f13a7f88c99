//! The printed slip of a patient's link.

use crate::events::{connected, drained, key_of};
use crate::helpers::{CLINIC, Page, Person, TestApp};
use crate::sites::logged;
use empego_desk::model::audit::Action;
use empego_desk::model::role::Role;
use empego_desk::model::site::{LinkRules, Site};
use reqwest::StatusCode;
use serde_json::json;

/// A consultation of a patient with all details, of one patient for each language; its id.
async fn created(nurse: &Person<'_>, language: &str) -> String {
    let form = [
        ("first_name", "Ada"),
        ("last_name", "Tremblay"),
        ("date_of_birth", "1954-12-28"),
        ("identifier", if language.is_empty() { "A-4711" } else { "B-4711" }),
        ("patient_language", language),
    ];
    let page = nurse.confirm("create_consultation", &form).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text);
    page.location.strip_prefix("/consultations/").expect("the new consultation").to_owned()
}

fn path(id: &str) -> String {
    format!("/consultations/{id}/slip")
}

/// The slip's text.
fn slip(page: &Page) -> String {
    page.texts(".slip").concat()
}

/// Sets the site's rules for new links.
async fn rule(app: &TestApp, rules: LinkRules) {
    let site = Site { rules, ..app.first_site().await };
    app.state.desk.store.set_site(&site, &[]).await.expect("it is set");
}

#[tokio::test]
async fn a_slip_says_who_it_is_for_how_to_open_the_link_and_until_when() {
    let app = TestApp::start().await;
    rule(&app, LinkRules { ttl_ms: Some(86_400_000), birth_date_gate: false }).await;
    let nurse = app.nurse().await;
    let id = created(&nurse, "").await;
    let link = format!("{}/c/{}", app.url, nurse.token(&id).await);
    let record = nurse.get(&format!("/consultations/{id}")).await;
    assert_eq!(record.attribute("[aria-labelledby=hand-over] a.button", "href"), path(&id));
    let page = nurse.get(&path(&id)).await;
    assert_eq!((page.status, page.heading().as_str()), (StatusCode::OK, "Slip for the patient"));
    assert_eq!(page.texts(".slip .clinic"), [CLINIC]);
    assert_eq!(
        page.texts(".slip .identity"),
        ["Tremblay, Ada · Dec 28, 1954, 71 years · …4711"],
        "the number is masked on paper"
    );
    assert_eq!(page.texts(".slip .address"), [link.as_str()], "as text");
    assert_eq!(
        page.attribute(".slip .qr [role=img]", "aria-label"),
        "QR code of the patient’s link"
    );
    assert_eq!(page.texts(".slip .qr svg").len(), 1, "and as a code");
    assert_eq!(page.texts(".slip li").len(), 3);
    // Paper is read later: never "today".
    assert_eq!(page.texts(".slip .until"), ["This link works until Sep 22, 2026, 10:13."]);
    assert!(slip(&page).contains("Ask the staff at Clinique du Parc."), "{}", slip(&page));
    assert!(page.texts("form[action^='/api/']:not(.bar form)").is_empty(), "nothing changes here");

    rule(&app, LinkRules { ttl_ms: None, birth_date_gate: false }).await;
    let page = nurse.get(&path(&created(&nurse, "").await)).await;
    assert_eq!(page.texts(".slip .until"), ["This link has no expiry date."]);
}

#[tokio::test]
async fn a_slip_is_in_the_patients_language_or_the_chosen_one_and_changes_nothing() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let french = Person { language: "fr", ..nurse.clone() };
    let (en, fr) = ("Questions before your consultation", "Questions avant votre consultation");
    let (of_nobody, of_french) = (created(&nurse, "").await, created(&nurse, "fr").await);
    let history = async || {
        let (site, id) = (app.first_site().await.id, of_french.as_str().into());
        app.state.desk.store.timeline(&site, &id).await.expect("a history")
    };
    // The queue's events of the creation may arrive later.
    connected(&app).await;
    drained(&app).await;
    let before = history().await;
    for (person, id, query, heading, lang) in [
        (&nurse, &of_nobody, "", en, "en"),
        (&french, &of_nobody, "", fr, "fr"),
        (&nurse, &of_french, "", fr, "fr"),
        (&nurse, &of_french, "?language=en", en, "en"),
        (&french, &of_nobody, "?language=en", en, "en"),
        (&nurse, &of_nobody, "?language=fr", fr, "fr"),
        (&nurse, &of_french, "?language=klingon", fr, "fr"),
    ] {
        let page = person.get(&format!("{}{query}", path(id))).await;
        assert_eq!(page.texts(".slip h2"), [heading], "{query}");
        assert_eq!(page.attribute(".slip", "lang"), lang);
        assert_eq!(page.attribute(".slip-page .tabs [aria-current]", "lang"), lang);
        assert_eq!(page.attribute("html", "lang"), person.language, "the page stays as it is");
    }
    let page = nurse.get(&path(&of_french)).await;
    assert_eq!(page.heading(), "Slip for the patient");
    assert_eq!(page.texts(".slip .identity"), ["Tremblay, Ada · 28 déc. 1954, 71 ans · …4711"]);
    assert_eq!(french.get(&path(&of_nobody)).await.heading(), "Feuillet pour le patient");
    let record = french.get(&format!("/consultations/{of_nobody}")).await;
    assert_eq!(record.texts("[aria-labelledby=hand-over] a.button"), ["Imprimer le feuillet"]);
    assert_eq!(history().await, before);
}

/// The date opens the link: whoever finds the paper must not find it there too.
#[tokio::test]
async fn where_the_link_asks_for_the_birth_date_the_slip_does_not_tell_it() {
    let app = TestApp::start().await;
    rule(&app, LinkRules { ttl_ms: None, birth_date_gate: true }).await;
    let nurse = app.nurse().await;
    let page = nurse.get(&path(&created(&nurse, "").await)).await;
    assert_eq!(page.texts(".slip .identity"), ["Tremblay, Ada · …4711"]);
    let text = slip(&page);
    assert!(text.contains("Enter your date of birth."), "{text}");
    assert!(!text.contains("Dec") && !text.contains("years"), "{text}");
}

#[tokio::test]
async fn a_follow_up_has_a_slip_with_its_day() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let form = [
        ("first_name", "Ada"),
        ("last_name", "Example"),
        ("identifier", "A-1"),
        ("due_on", "2026-10-05"),
        ("follow_up_reason", "A cough"),
    ];
    let page = nurse.post("plan_follow_up", &form).await;
    let page = nurse.get(&format!("{}/slip", page.location)).await;
    assert_eq!(page.texts(".slip h2"), ["Questions for your follow-up"]);
    let text = slip(&page);
    assert!(text.contains("This follow-up is for Oct 5, 2026."), "{text}");
    assert!(!text.contains("cough"), "the reason is not for the patient: {text}");
}

#[tokio::test]
async fn without_a_link_that_works_there_is_no_slip() {
    let app = TestApp::start().await;
    rule(&app, LinkRules { ttl_ms: Some(86_400_000), birth_date_gate: false }).await;
    let nurse = app.nurse().await;
    let why = async |id: &str, person: &Person<'_>| {
        let page = person.get(&path(id)).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.text);
        assert!(page.texts(".slip").is_empty() && page.texts(".qr").is_empty());
        assert!(!page.text.contains("/c/"), "no link at all");
        assert_eq!(page.texts(".notice h2"), ["There is no link to print"]);
        page.texts(".notice p")[1].clone()
    };
    let revoked = created(&nurse, "").await;
    nurse.post("revoke_link", &[("id", &revoked)]).await;
    assert_eq!(why(&revoked, &nurse).await, "The link was revoked and no longer works.");
    nurse.post("reissue_link", &[("id", &revoked)]).await;
    assert!(!slip(&nurse.get(&path(&revoked)).await).is_empty(), "a new link has a slip");

    let cancelled = created(&nurse, "").await;
    let form = [("id", cancelled.as_str()), ("cancel_reason", "duplicate")];
    nurse.post("cancel_consultation", &form).await;
    assert!(why(&cancelled, &nurse).await.contains("was cancelled"));

    let answered = created(&nurse, "").await;
    let token = nurse.token(&answered).await;
    let key = key_of(&app, &answered).await;
    let message = json!({ "eventType": "consultation", "operation": "update",
        "status": "TO_BE_ANALYZED", "id": key });
    let form = [("token", token.as_str()), ("message", &message.to_string())];
    assert_eq!(app.stranger().call("report_message", &form).await.status, StatusCode::OK);
    assert!(why(&answered, &nurse).await.contains("has answered"));

    // The newest is the first on the board.
    app.pass(1);
    app.faults(json!({ "fail_next": { "status": 422, "count": 1 } })).await;
    let form = [("first_name", "Bea"), ("last_name", "Example"), ("identifier", "B-1")];
    nurse.post("create_consultation", &form).await;
    let board = nurse.get("/consultations").await;
    let failed = board.attribute("tbody th a", "href");
    let failed = failed.strip_prefix("/consultations/").expect("a record");
    assert!(why(failed, &nurse).await.contains("has not created"));

    let expired = created(&nurse, "").await;
    app.pass(86_400_001);
    assert!(why(&expired, &app.nurse().await).await.starts_with("Link expired: "));
}

#[tokio::test]
async fn a_slip_is_for_staff_who_see_the_link_and_each_look_is_logged() {
    let app = TestApp::start().await;
    let (nurse, site) = (app.nurse().await, app.first_site().await);
    let id = created(&nurse, "").await;
    let before = logged(&app, &site.id, Action::Opened).await.len();
    nurse.get(&path(&id)).await;
    nurse.get(&format!("{}?language=fr", path(&id))).await;
    let opened = || async { logged(&app, &site.id, Action::Opened).await.len() - before };
    assert_eq!(opened().await, 1, "as on the record, once in ten minutes");
    app.pass(600_001);
    nurse.get(&path(&id)).await;
    assert_eq!(opened().await, 2);

    let desk = app.staff(&site, &[Role::FrontDesk]).await;
    assert_eq!(desk.get(&path(&id)).await.status, StatusCode::OK);
    assert_eq!(opened().await, 3);
    let admin = app.staff(&site, &[Role::Administrator]).await;
    let page = admin.get(&path(&id)).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert!(!page.text.contains("Tremblay") && !page.text.contains("/c/"));
    assert_eq!(app.stranger().get(&path(&id)).await.status, StatusCode::SEE_OTHER);
    let elsewhere = app.another_site("Elsewhere").await;
    let theirs = app.staff(&elsewhere, &Role::ALL).await;
    let page = theirs.get(&path(&id)).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    assert!(!page.text.contains("Tremblay") && !page.text.contains("/c/"));
    assert_eq!(nurse.get(&path("none")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(opened().await, 3, "nothing was shown to them");
}

#[tokio::test]
async fn what_is_not_known_or_over_at_empego_is_said_so() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    connected(&app).await;
    let id = created(&nurse, "").await;
    let key = key_of(&app, &id).await;
    app.control("status", json!({ "key": key, "status": "ARCHIVED" })).await;
    drained(&app).await;
    let over = nurse.get(&path(&id)).await.texts(".notice p")[1].clone();
    assert_eq!(over, "This questionnaire expired at Empego. Its link does not work.");

    app.pass(1);
    let form = [("first_name", "Bea"), ("last_name", "Example"), ("identifier", "B-1")];
    app.faults(json!({ "fail_next": { "status": 500, "count": 1 } })).await;
    nurse.post("create_consultation", &form).await;
    let newest = nurse.get("/consultations").await.attribute("tbody th a", "href");
    let page = nurse.get(&format!("{newest}/slip")).await;
    assert!(page.texts(".notice p")[1].starts_with("It is not known yet"), "{}", page.text);

    app.pass(1);
    let form = [("first_name", "Cia"), ("last_name", "Example"), ("identifier", "C-1")];
    app.faults(json!({ "odd_answers": true, "hold_events": true })).await;
    let unread = nurse.post("create_consultation", &form).await.location;
    let page = nurse.get(&format!("{unread}/slip")).await;
    assert!(page.texts(".notice p")[1].contains("its key there is not known yet"));
}
