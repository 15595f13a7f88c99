//! The whole job over plain HTTP: create, hand over, answer, see it.

use crate::helpers::TestApp;
use reqwest::StatusCode;
use serde_json::json;

#[tokio::test]
async fn a_consultation_goes_from_the_form_to_answered() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let id = nurse.create("Zoé", "Tremblay-Roy", "A-100").await;
    let page = nurse.get(&format!("/consultations/{id}")).await;
    assert_eq!(page.heading(), "Zoé Tremblay-Roy");
    assert_eq!(page.texts(".badge"), ["Link ready"]);
    assert_eq!(page.texts(".status"), ["Unanswered"]);
    let board = nurse.get("/consultations").await;
    assert_eq!(board.texts("tbody th a"), ["Zoé Tremblay-Roy"]);
    assert_eq!(board.attribute("tbody th a", "href"), format!("/consultations/{id}"));
    assert_eq!(board.texts("tbody .badge"), ["Link ready"]);

    let token = nurse.token(&id).await;
    let patient = app.stranger();
    assert_eq!(patient.get(&format!("/c/{token}")).await.texts("#start button"), ["Start"]);
    assert_eq!(
        patient.call("consultation_state", &[("token", &token)]).await.json(),
        json!("open")
    );
    assert_eq!(nurse.get("/consultations").await.texts("tbody .badge"), ["Opened"]);

    let start = patient.post("start_consultation", &[("token", &token)]).await;
    assert_eq!(start.status, StatusCode::SEE_OTHER);
    assert!(
        start.location.starts_with(&app.sandbox),
        "a plain form is sent to Empego: {}",
        start.location
    );
    assert_eq!(nurse.get("/consultations").await.texts("tbody .badge"), ["Started"]);

    let key = app.seen().await["consultations"][0]["key"].as_str().expect("a key").to_owned();
    let message = json!({ "eventType": "consultation", "operation": "update", "status": "TO_BE_ANALYZED", "id": key }).to_string();
    for _ in 0..3 {
        let report =
            patient.call("report_message", &[("token", &token), ("message", &message)]).await;
        assert_eq!((report.status, report.json()), (StatusCode::OK, json!("reported")));
    }
    let page = nurse.get(&format!("/consultations/{id}")).await;
    assert_eq!(page.texts(".badge"), ["Answered"]);
    assert_eq!(
        page.texts(".status"),
        ["Awaiting confirmation"],
        "a browser's word is not Empego's"
    );
    assert_eq!(page.texts(".timeline li[data-hint]").len(), 1, "three times the same is once");
    let end = patient.get(&format!("/c/{token}")).await;
    assert_eq!((end.status, end.heading()), (StatusCode::OK, "Thank you".to_owned()));
    assert!(!end.text.contains("Tremblay"), "a patient's page names no patient");
    assert_eq!(
        patient.call("start_consultation", &[("token", &token)]).await.json(),
        json!(null),
        "there is nothing to start"
    );
}

#[tokio::test]
async fn nothing_is_lost_over_a_restart() {
    let app = TestApp::start().await;
    let (id, token);
    {
        let nurse = app.nurse().await;
        id = nurse.create("Ada", "Example", "A-1").await;
        token = nurse.token(&id).await;
        app.stranger().post("start_consultation", &[("token", &token)]).await;
    }
    let app = app.restart().await;
    let nurse = app.nurse().await;
    assert_eq!(nurse.get("/consultations").await.texts("tbody .badge"), ["Started"]);
    assert_eq!(
        app.stranger().get(&format!("/c/{token}")).await.status,
        StatusCode::OK,
        "the link still works"
    );
    assert!(
        nurse.get(&format!("/consultations/{id}")).await.text.contains(&token),
        "and is shown again"
    );
}

#[tokio::test]
async fn one_press_is_one_consultation() {
    let app = TestApp::start().await;
    app.faults(json!({ "latency_ms": 300 })).await;
    let nurse = app.nurse().await;
    let request_id =
        nurse.get("/consultations/new").await.attribute("input[name=request_id]", "value");
    let form = [
        ("request_id", request_id.as_str()),
        ("first_name", "Ada"),
        ("last_name", "Example"),
        ("identifier", "A-1"),
    ];
    let (a, b, c) = tokio::join!(
        nurse.post("create_consultation", &form),
        nurse.post("create_consultation", &form),
        nurse.post("create_consultation", &form)
    );
    assert_eq!(
        (a.status, b.status, c.status),
        (StatusCode::SEE_OTHER, StatusCode::SEE_OTHER, StatusCode::SEE_OTHER)
    );
    assert_eq!(a.location, b.location);
    assert_eq!(b.location, c.location);
    assert_eq!(app.seen().await["counters"]["creates"], 1);
    assert_eq!(nurse.get("/consultations").await.texts("tbody tr").len(), 1);
}

#[tokio::test]
async fn a_create_that_empego_never_answered_is_never_repeated_by_itself() {
    let app = TestApp::start().await;
    // Nor does its queue say anything: that would be an answer too.
    app.faults(json!({ "latency_ms": 4_000, "hold_events": true })).await;
    let nurse = app.nurse().await;
    let form = [
        ("request_id", "one-press"),
        ("first_name", "Ada"),
        ("last_name", "Example"),
        ("identifier", "A-1"),
    ];
    let page = nurse.post("create_consultation", &form).await;
    assert_eq!(page.status, StatusCode::GATEWAY_TIMEOUT);
    let summary = page.texts("#errors").join(" ");
    assert!(summary.contains("We do not know whether the consultation was created"), "{summary}");
    assert_eq!(page.attribute("#first_name", "value"), "Ada", "entries are kept");
    let record = page.attribute("#errors a", "href");

    let again = nurse.post("create_consultation", &form).await;
    assert_eq!(
        (again.status, again.location),
        (StatusCode::SEE_OTHER, record.clone()),
        "the same press leads to the record"
    );
    let page = nurse.get(&record).await;
    assert_eq!(page.texts(".badge"), ["Outcome unknown"]);
    assert_eq!(app.seen().await["counters"]["creates"], 1);

    let id = record.rsplit('/').next().expect("an id");
    let page = nurse.post("retry_create", &[("id", id)]).await;
    assert_eq!(page.status, StatusCode::GATEWAY_TIMEOUT);
    let summary = page.texts("#errors").join(" ");
    assert!(
        summary.contains("Check at Empego first") && !summary.contains("does not create a second"),
        "{summary}"
    );
    assert!(
        !summary.contains("Nothing was created") && page.texts("#errors a").is_empty(),
        "it is known no more, and this is the record"
    );

    app.faults(json!({ "latency_ms": 0 })).await;
    assert_eq!(nurse.post("retry_create", &[("id", id)]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(nurse.get(&record).await.texts(".badge"), ["Link ready"]);
    assert_eq!(app.seen().await["counters"]["creates"], 3, "a person decided so, twice");
    assert_eq!(nurse.post("retry_create", &[("id", id)]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(app.seen().await["counters"]["creates"], 3, "there is nothing left to try");
}

#[tokio::test]
async fn a_refusal_says_that_nothing_was_created_and_keeps_what_was_typed() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let form = [
        ("request_id", "a-press"),
        ("first_name", "Ada"),
        ("last_name", "Example"),
        ("identifier", "A-1"),
    ];
    for (status, code, words) in [
        (401, StatusCode::BAD_GATEWAY, "Empego refused our key"),
        (403, StatusCode::BAD_GATEWAY, "Empego refused our key"),
        (422, StatusCode::BAD_GATEWAY, "Empego refused the information"),
    ] {
        app.faults(json!({ "fail_next": { "status": status, "count": 1 } })).await;
        let page = nurse.post("create_consultation", &form).await;
        assert_eq!(page.status, code, "{status}");
        let summary = page.texts("#errors").join(" ");
        assert!(
            summary.contains(words) && summary.contains("Nothing was created"),
            "{status}: {summary}"
        );
        assert_eq!(page.attribute("#last_name", "value"), "Example");
        assert_eq!(page.attribute("input[name=request_id]", "value"), "a-press");
    }
    assert_eq!(
        nurse.get("/consultations").await.texts("tbody .badge"),
        ["Not created"],
        "one press, one row"
    );
    let changed = [form[0], ("first_name", "Grace"), form[2], form[3]];
    let patient = nurse
        .post("create_consultation", &changed)
        .await
        .attribute("input[name=same_patient]", "value");
    let changed =
        [changed[0], changed[1], changed[2], changed[3], ("same_patient", patient.as_str())];
    let page = nurse.post("create_consultation", &changed).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text);
    assert_eq!(nurse.get("/consultations").await.texts("tbody th a"), ["Grace Example"]);
    assert_eq!(app.seen().await["counters"]["creates"], 1);
}

#[tokio::test]
async fn the_same_identifier_is_the_same_patient() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    nurse.create("Ada", "Example", " a-1 ").await;
    let known = nurse
        .call("find_patient", &[("identifier_type", "file-number"), ("identifier", "A-1")])
        .await
        .json();
    assert_eq!(known, json!({ "first_name": "Ada", "last_name": "Example", "date_of_birth": "" }));
    nurse.create("Ada", "Example", "A-1").await;
    let seen = app.seen().await;
    assert_eq!(
        (&seen["counters"]["creates"], &seen["counters"]["patients"]),
        (&json!(2), &json!(1))
    );

    let other = [("first_name", "Grace"), ("last_name", "Hopper"), ("identifier", "A-1")];
    let page = nurse.post("create_consultation", &other).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        page.texts(".notice h2")
            .iter()
            .any(|title| title == "This identifier belongs to Ada Example"),
        "{:?}",
        page.texts(".notice")
    );
    assert_eq!(app.seen().await["counters"]["creates"], 2);

    let card = [
        ("first_name", "Bea"),
        ("last_name", "Ontario"),
        ("identifier_type", "on"),
        ("identifier", "9876 543 217 AB"),
    ];
    assert_eq!(nurse.post("create_consultation", &card).await.status, StatusCode::SEE_OTHER);
    let known = nurse
        .call("find_patient", &[("identifier_type", "on"), ("identifier", "9876543217-XY")])
        .await
        .json();
    assert_eq!(
        known["last_name"], "Ontario",
        "a renewed card has another version code, and the same person"
    );

    let page =
        nurse.post("look_up_patient", &[("identifier", "A-1"), ("request_id", "kept")]).await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(page.attribute("#first_name", "value"), "Ada", "without a script too");
    assert_eq!(page.attribute("input[name=request_id]", "value"), "kept");
}
