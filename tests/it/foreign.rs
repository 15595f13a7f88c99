//! Records that Empego made by itself: each gets a record of its own here, and is worked on to the
//! end.

use crate::events::{connected, drained, key_of, until};
use crate::helpers::TestApp;
use empego_desk::desk::foreign;
use empego_desk::model::audit::Action;
use empego_desk::model::role::Role;
use reqwest::StatusCode;
use serde_json::{Value, json};

/// How long events wait before a record is made of them, and a little more.
const WAITED: i64 = 6 * 60_000;
const OTHER_TENANT: &str = "5a0db0c5-0000-4000-8000-00000000000b";

/// Lets Empego make a record by itself, and the desk know of it.
async fn empego_makes(app: &TestApp, record: Value) -> String {
    let made = app.control("create", record).await;
    drained(app).await;
    app.pass(WAITED);
    foreign::adopt(&app.state.desk).await.expect("a store");
    made["key"].as_str().expect("a key").to_owned()
}

#[tokio::test]
async fn empegos_own_follow_up_appears_and_is_answered_to_the_end() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    connected(&app).await;
    let known = nurse.create("Ada", "Example", "A-1").await;
    let record = json!({
        "kind": "followup",
        "identifiers": [{ "subSystem": "file-number", "key": "A-1" }],
        "firstName": "ADA", "lastName": "EXEMPLE",
        "scheduledAt": "2026-10-05 04:00:00.000", "reason": "Blood pressure",
    });
    let key = empego_makes(&app, record).await;
    let page = nurse.get("/follow-ups?view=planned").await;
    assert_eq!(page.texts("tbody th a"), ["Ada Example"], "the patient on record, as they are");
    assert_eq!(page.texts("tbody time"), ["Oct 5, 2026"]);
    let path = page.attribute("tbody th a", "href");
    let id = path.strip_prefix("/consultations/").expect("a record").to_owned();
    let page = nurse.get(&path).await;
    assert!(page.text.contains("Empego created this record by itself."), "{}", page.text);
    assert!(page.text.contains("Blood pressure"));
    assert_eq!(key_of(&app, &id).await, key);
    let others = nurse.get(&format!("/consultations/{known}")).await.texts(".follow-ups li");
    assert_eq!(others.len(), 1, "it is with the patient's other records");

    // The patient answers by the desk's link, and staff see the details.
    let token = nurse.token(&id).await;
    let started = app.stranger().call("start_consultation", &[("token", &token)]).await.json();
    let url = started["url"].as_str().expect("a URL").to_owned();
    app.load(&url).await;
    app.answer(&url).await;
    let stages = async || nurse.get(&path).await.texts(".kind .stage");
    until("answered", async || (stages().await == ["To be analyzed"]).then_some(())).await;
    let opened = nurse.call("open_details", &[("id", &id)]).await;
    assert_eq!(opened.status, StatusCode::OK, "{}", opened.text);
    app.control("status", json!({ "key": key, "status": "DONE" })).await;
    until("done", async || (stages().await == ["Done"]).then_some(())).await;
    let log = app.log().await;
    let adopted: Vec<_> = log.iter().filter(|row| row.action == Action::Adopted).collect();
    assert_eq!(adopted.len(), 1);
    assert_eq!(adopted[0].consultation.as_ref().map(|it| it.0.as_str()), Some(id.as_str()));
    assert_eq!(foreign::adopt(&app.state.desk).await.expect("a store"), 0, "once");
}

#[tokio::test]
async fn a_name_alone_finds_no_patient() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    connected(&app).await;
    nurse.create("Ada", "Example", "A-1").await;
    let named = json!({ "kind": "consultation", "firstName": "Ada", "lastName": "Example",
        "reason": "Cough" });
    empego_makes(&app, named.clone()).await;
    empego_makes(&app, named).await;
    let key = empego_makes(&app, json!({ "kind": "consultation" })).await;
    let unknown = json!({ "kind": "consultation",
        "identifiers": [{ "subSystem": "another-system", "key": "A-1" }] });
    empego_makes(&app, unknown).await;
    let page = nurse.get("/consultations").await;
    let names = page.texts("tbody th a");
    let named_alike = names.iter().filter(|name| *name == "Ada Example").count();
    assert_eq!(named_alike, 3, "{names:?}");
    assert_eq!(names.len(), 5);
    assert!(names.contains(&format!("Empego {}", &key[..8])), "{names:?}");
    let mut raw = app.database().await;
    let patients: i64 = sqlx::query_scalar("SELECT count(*) FROM patients")
        .fetch_one(&mut raw)
        .await
        .expect("a number");
    assert_eq!(patients, 5, "each is a patient of their own");
}

#[tokio::test]
async fn what_the_desk_makes_itself_is_never_made_twice() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    connected(&app).await;
    // The answer to the create call is lost, and the event does not name our record.
    app.faults(json!({ "hold_events": true, "fail_next": { "status": 500, "count": 1 } })).await;
    let form = [
        ("first_name", "Ada"),
        ("last_name", "Example"),
        ("identifier_type", "file-number"),
        ("identifier", "A-1"),
    ];
    let page = nurse.post("create_consultation", &form).await;
    assert_eq!(page.status, StatusCode::GATEWAY_TIMEOUT);
    let payload = json!({ "consultation": {
        "consultationKey": "lost-1", "consultationStatus": { "id": "UNANSWERED" },
        "externalPatientKeys": [{ "subSystem": "file-number", "key": "A-1" }],
    } });
    let event = json!({ "eventType": "CONSULTATION_CREATED", "eventPayload": payload });
    app.control("events", json!({ "events": [event] })).await;
    app.faults(json!({ "hold_events": null })).await;
    drained(&app).await;
    app.pass(WAITED);
    assert_eq!(foreign::adopt(&app.state.desk).await.expect("a store"), 0, "it may be that one");
    assert_eq!(nurse.get("/consultations").await.texts("tbody tr").len(), 1);
}

#[tokio::test]
async fn each_tenants_records_go_to_its_site_and_others_wait() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    connected(&app).await;
    let elsewhere = app.another_site("Elsewhere").await;
    let theirs = app.staff(&elsewhere, &[Role::Administrator, Role::FrontDesk]).await;
    let record = |last_name: &str, tenant: Option<&str>| {
        let mut record = json!({ "kind": "consultation", "lastName": last_name });
        if let Some(tenant) = tenant {
            record["tenant"] = json!(tenant);
        }
        record
    };
    empego_makes(&app, record("Nowhere", None)).await;
    for person in [&nurse, &theirs] {
        assert!(person.get("/consultations").await.texts("tbody tr").is_empty());
        let page = person.get("/admin/connection").await;
        assert_eq!(page.texts("#events-without-site"), ["1"], "two sites have its tenant");
    }
    let form = [
        ("name", "Elsewhere"),
        ("public_name_en", "Elsewhere"),
        ("public_name_fr", "Ailleurs"),
        ("link_ttl", "3"),
        ("link_ttl_unit", "days"),
        ("retention_unit", "none"),
        ("tenant_key", OTHER_TENANT),
    ];
    assert_eq!(theirs.post("set_site", &form).await.status, StatusCode::SEE_OTHER);
    empego_makes(&app, record("Theirs", Some(OTHER_TENANT))).await;
    assert_eq!(theirs.get("/consultations").await.texts("tbody th a"), ["Theirs"]);
    // The first record's tenant is that of one site alone now.
    assert_eq!(nurse.get("/consultations").await.texts("tbody th a"), ["Nowhere"]);
    let without_site =
        async || nurse.get("/admin/connection").await.texts("#events-without-site").concat();
    assert_eq!(without_site().await, "0");
    let payload = json!({ "consultation": {
        "consultationKey": "far-1", "consultationStatus": { "id": "UNANSWERED" },
        "tenantKey": "a-tenant-of-no-site", "lastName": "Far",
    } });
    let event = json!({ "eventType": "CONSULTATION_CREATED", "eventPayload": payload });
    app.control("events", json!({ "events": [event] })).await;
    drained(&app).await;
    app.pass(WAITED);
    assert_eq!(foreign::adopt(&app.state.desk).await.expect("a store"), 0);
    assert_eq!(without_site().await, "1", "kept and counted");
}

#[tokio::test]
async fn a_hostile_event_makes_a_record_that_can_be_shown() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    connected(&app).await;
    let payload = json!({ "followup": {
        "followupKey": "odd-1", "followupStatus": 7,
        "firstName": "<script>\u{202e}\u{0}x", "lastName": "é".repeat(5_000),
        "externalPatientKeys": [7, {}, { "subSystem": "qc", "key": "" },
            { "subSystem": "file-number", "key": "\u{7}" }],
        "followupScheduledAt": "soon", "customFollowupReason": ["x"], "tenantKey": {},
    } });
    let event = json!({ "eventType": "FOLLOWUP_CREATED", "eventPayload": payload });
    app.control("events", json!({ "events": [event] })).await;
    drained(&app).await;
    app.pass(WAITED);
    let path = until("the record", async || {
        let page = nurse.get("/follow-ups?view=all").await;
        assert_eq!(page.status, StatusCode::OK);
        let is_there = page.texts("tbody th a").len() == 1;
        is_there.then(|| page.attribute("tbody th a", "href"))
    })
    .await;
    let page = nurse.get(&path).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    assert!(page.heading().starts_with("<script>x é"), "{}", page.heading());
}
