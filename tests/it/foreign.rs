//! Records that Empego made by itself: each gets a record of its own here, and is worked on to the
//! end.

use crate::events::{connected, drained, key_of, until};
use crate::helpers::TestApp;
use empego_desk::desk::foreign;
use empego_desk::model::audit::Action;
use empego_desk::model::health_number::IdentifierType;
use empego_desk::model::ids::{ConsultationId, PatientId, RequestId, StaffId};
use empego_desk::model::lifecycle::Event;
use empego_desk::model::patient::Identifier;
use empego_desk::model::role::Role;
use empego_desk::model::timeline::{Entry, Source};
use empego_desk::store::{EMPEGO_ACCOUNT, NewConsultation, PatientDraft, PatientRef};
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
    let patients: i64 = raw.number("SELECT count(*) FROM patients").await;
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

/// How many records are of what Empego made by itself.
async fn adopted(app: &TestApp) -> i64 {
    app.database()
        .await
        .number("SELECT count(*) FROM consultations WHERE request_id LIKE 'empego/%'")
        .await
}

/// Lets the queue say these things, each in an event of its own, and time pass.
async fn said(app: &TestApp, payloads: impl IntoIterator<Item = Value>) {
    let events: Vec<_> = payloads
        .into_iter()
        .map(|payload| {
            let kind = if payload.get("followup").is_some() { "FOLLOWUP" } else { "CONSULTATION" };
            json!({ "eventType": format!("{kind}_CREATED"), "eventPayload": payload })
        })
        .collect();
    app.control("events", json!({ "events": events })).await;
    drained(app).await;
    app.pass(WAITED);
}

/// An event about a consultation: its key, and the patient's file numbers.
fn consultation(key: &str, numbers: &[&str]) -> Value {
    let numbers: Vec<_> =
        numbers.iter().map(|it| json!({ "subSystem": "file-number", "key": it })).collect();
    json!({ "consultation": { "consultationKey": key, "externalPatientKeys": numbers,
        "consultationStatus": { "id": "UNANSWERED" } } })
}

#[tokio::test]
async fn what_empego_refused_bars_no_later_record_of_the_patient() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    connected(&app).await;
    app.faults(json!({ "fail_next": { "status": 422, "count": 1 } })).await;
    let form = [("first_name", "Ada"), ("last_name", "Example"), ("identifier", "A-1")];
    nurse.post("create_consultation", &form).await;
    let failed = nurse.get("/consultations").await.attribute("tbody th a", "href");
    let id = failed.strip_prefix("/consultations/").expect("a record");
    let form = [("id", id), ("cancel_reason", "duplicate")];
    assert_eq!(nurse.post("cancel_consultation", &form).await.location, failed);
    said(&app, [consultation("later-1", &["A-1"])]).await;
    assert_eq!(foreign::adopt(&app.state.desk).await.expect("a store"), 1);
}

#[tokio::test]
async fn a_record_that_was_half_made_gets_its_key_and_its_link() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    connected(&app).await;
    let site = app.first_site().await.id;
    let at = app.state.desk.now();
    let id = ConsultationId::from("half");
    let begin = NewConsultation {
        id: id.clone(),
        site: site.clone(),
        request_id: RequestId("empego/half-1".to_owned()),
        sent: None,
        patient: PatientRef::Typed(PatientDraft {
            id: PatientId::from("p"),
            first_name: "Ada".to_owned(),
            last_name: "Example".to_owned(),
            date_of_birth: None,
            identifiers: vec![Identifier {
                kind: IdentifierType::FileNumber,
                key: "A-1".to_owned(),
            }],
            language: None,
        }),
        follow_up: None,
        reason: None,
        at,
        staff: StaffId::from(EMPEGO_ACCOUNT),
        entry: Entry {
            source: Source::Empego,
            source_event_id: "created".to_owned(),
            at,
            event: Event::Created,
            actor: None,
        },
        seen: None,
        log: Vec::new(),
    };
    app.state.desk.store.begin(&begin).await.expect("it is recorded");
    said(&app, [consultation("half-1", &["A-1"])]).await;
    assert_eq!(foreign::adopt(&app.state.desk).await.expect("a store"), 1);
    assert_eq!(key_of(&app, "half").await, "half-1");
    let page = app.stranger().get(&format!("/c/{}", nurse.token("half").await)).await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(adopted(&app).await, 1);
}

#[tokio::test]
async fn records_that_wait_do_not_keep_others_waiting() {
    let app = TestApp::start().await;
    connected(&app).await;
    let elsewhere = (0..101).map(|number| {
        let mut event = consultation(&format!("a-{number:03}"), &[]);
        event["consultation"]["tenantKey"] = json!("a-tenant-of-no-site");
        event
    });
    said(&app, elsewhere.chain([consultation("z-1", &[])])).await;
    assert_eq!(foreign::adopt(&app.state.desk).await.expect("a store"), 1);
}

#[tokio::test]
async fn what_does_not_say_whose_it_is_waits_for_what_is_not_known_to_be_created() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    connected(&app).await;
    app.faults(json!({ "fail_next": { "status": 500, "count": 1 } })).await;
    let form = [("first_name", "Ada"), ("last_name", "Example"), ("identifier", "A-1")];
    assert_eq!(nurse.post("create_consultation", &form).await.status, StatusCode::GATEWAY_TIMEOUT);
    let follow_up = json!({ "followup": { "followupKey": "f-1", "followupStatus": 1 } });
    said(&app, [consultation("c-1", &[]), follow_up, consultation("c-2", &["B-2"])]).await;
    assert_eq!(foreign::adopt(&app.state.desk).await.expect("a store"), 2, "of the other kind");
    let page = nurse.get("/admin/connection").await;
    assert_eq!(page.texts("#events-undecided"), ["1"]);
}

#[tokio::test]
async fn what_names_a_record_that_is_gone_does_not_bring_it_back() {
    let app = TestApp::start().await;
    connected(&app).await;
    let mut event = consultation("gone-1", &["A-1"]);
    event["consultation"]["metadata"] = json!("01997000-0000-7000-8000-000000000001");
    said(&app, [event]).await;
    assert_eq!(foreign::adopt(&app.state.desk).await.expect("a store"), 0);
}

#[tokio::test]
async fn all_events_of_a_record_say_whose_it_is() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    connected(&app).await;
    let mut first = consultation("said-1", &["A-1"]);
    first["consultation"]["lastName"] = json!("Late");
    said(&app, [first]).await;
    said(&app, [consultation("said-1", &[])]).await;
    assert_eq!(foreign::adopt(&app.state.desk).await.expect("a store"), 1);
    assert_eq!(nurse.get("/consultations").await.texts("tbody th a"), ["Late"]);
}

#[tokio::test]
async fn the_numbers_of_two_patients_find_neither() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    connected(&app).await;
    nurse.create("Ada", "Example", "A-1").await;
    nurse.create("Bea", "Example", "B-2").await;
    said(&app, [consultation("both-1", &["A-1", "B-2"])]).await;
    assert_eq!(foreign::adopt(&app.state.desk).await.expect("a store"), 1);
    let names = nurse.get("/consultations").await.texts("tbody th a");
    assert!(names.contains(&"Empego both-1".to_owned()), "{names:?}");
}
